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
        self._sounding: dict[int, set[str]] = {p: set() for p in PRIORITIES}
        self._standing: set[str] = set()

    def apply(self, paths: Iterable[str], statuses: Mapping[str, AlarmStatus]) -> None:
        """Look at alarms that changed; one without a row is normal."""
        for path in paths:
            status = statuses.get(path)
            if status is None or not status.listed or status.state not in _SOUNDING:
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
                self._sounding[min(max(status.priority, 1), 4)].add(path)

    def silence(self) -> None:
        """Stop sounding for all that was annunciated until now."""
        for paths in self._sounding.values():
            paths.clear()

    @property
    def stands(self) -> bool:
        """Return True while an alarm stands that makes or made a sound and that nobody acknowledged."""
        return bool(self._standing)

    def sounds(self, priority: int) -> bool:
        """Return True while an alarm of a priority sounds."""
        return bool(self._sounding[priority])

    def _quiet(self, path: str) -> None:
        for paths in self._sounding.values():
            paths.discard(path)
