"""What the room alarms by itself, because nobody else could tell: engine silent, store away, no sound. Pure.

Each must be acknowledged by a person in this room, also when it is over by then: grey cannot be heard at night.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

__all__ = ["OwnAlarm", "OwnAlarms", "OwnKind"]


class OwnKind(StrEnum):
    """What was lost."""

    ENGINE = "engine"
    """No new frame: nothing on screen is to be believed."""
    STORE = "store"
    """The store cannot be read: neither is the engine known to live."""
    AUDIO = "audio"
    """Nothing can be heard in this room."""


@dataclass(frozen=True, slots=True)
class OwnAlarm:
    """`ended_ms` is 0 while it stands. `detail` is what is known of the cause, in the machine's own words."""

    kind: OwnKind
    since_ms: int
    detail: str = ""
    ended_ms: int = 0
    acknowledged: bool = False

    @property
    def stands(self) -> bool:
        """True while it is so."""
        return self.ended_ms == 0


class OwnAlarms:
    """One row of each kind at most."""

    def __init__(self) -> None:
        self._rows: dict[OwnKind, OwnAlarm] = {}

    def set(self, kind: OwnKind, stands: bool, *, now_ms: int, detail: str = "") -> bool:
        """Say whether something is lost now; return True when that is a new loss."""
        row = self._rows.get(kind)
        if stands and (row is None or not row.stands):
            self._rows[kind] = OwnAlarm(kind, now_ms, detail)
            return True
        if not stands and row is not None and row.stands:
            if row.acknowledged:
                del self._rows[kind]
            else:
                self._rows[kind] = replace(row, ended_ms=now_ms)
        return False

    def acknowledge(self, kind: OwnKind) -> bool:
        """A person knows of it; return False when there is nothing to know."""
        row = self._rows.get(kind)
        if row is None or row.acknowledged:
            return False
        if row.stands:
            self._rows[kind] = replace(row, acknowledged=True)
        else:
            del self._rows[kind]
        return True

    @property
    def rows(self) -> tuple[OwnAlarm, ...]:
        """Return all rows, unacknowledged first, newest first."""
        return tuple(sorted(self._rows.values(), key=_order))

    def sounds(self, kind: OwnKind) -> bool:
        """Return True while one stands that nobody acknowledged."""
        row = self._rows.get(kind)
        return row is not None and row.stands and not row.acknowledged


def _order(row: OwnAlarm) -> tuple[bool, bool, int, str]:
    return (row.acknowledged, not row.stands, -row.since_ms, row.kind)
