"""Which alarms sound: those annunciated since a person silenced the room and not yet acknowledged. Pure.

Silence is not acknowledgement: it covers what was annunciated until then, and every later annunciation, also of the
same alarm, sounds again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from app.model.alarms.spec import PRIORITIES
from app.model.alarms.status import AlarmState, AlarmStatus

__all__ = ["AlarmHorn"]

_SOUNDING: Final = (AlarmState.UNACK, AlarmState.LATCH_UNACK)
"""A returned alarm that nobody acknowledged makes no sound (ISA-18.2); a latched one does."""


class AlarmHorn:
    """Fed with the rows that changed."""

    def __init__(self) -> None:
        self._heard: dict[str, tuple[str, int, int]] = {}
        """Path → annunciation that sounds or sounded last."""
        self._sounding: dict[str, int] = {}
        """Path → priority of those that sound now."""
        self._counts = dict.fromkeys(PRIORITIES, 0)
        self._standing: set[str] = set()

    def apply(self, paths: Iterable[str], statuses: Mapping[str, AlarmStatus]) -> None:
        """Look at alarms that changed; one without a row is normal."""
        for path in paths:
            status = statuses.get(path)
            if status is None or status.state not in _SOUNDING or not status.listed:
                self._quiet(path)
                self._standing.discard(path)
                if status is None or status.state is AlarmState.NORM:
                    self._heard.pop(path, None)
                continue
            self._standing.add(path)
            annunciation = (status.occurrence, status.count, status.annunciated_ms)
            if self._heard.get(path) != annunciation:
                self._heard[path] = annunciation
                self._quiet(path)
                priority = min(max(status.priority, PRIORITIES[0]), PRIORITIES[-1])
                self._sounding[path] = priority
                self._counts[priority] += 1

    def silence(self) -> None:
        """Stop sounding for all that was annunciated until now."""
        self._sounding.clear()
        self._counts = dict.fromkeys(PRIORITIES, 0)

    @property
    def stands(self) -> bool:
        """Return True while an alarm stands that makes or made a sound and that nobody acknowledged."""
        return bool(self._standing)

    def sounds(self, priority: int) -> bool:
        """Return True while an alarm of a priority sounds."""
        return self._counts[priority] > 0

    def _quiet(self, path: str) -> None:
        priority = self._sounding.pop(path, 0)
        if priority:
            self._counts[priority] -= 1
