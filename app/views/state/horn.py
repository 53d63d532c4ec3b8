"""When the room sounds, and with which sound: repeated until a person silences it; all that is new sounds again. Pure.

The highest wins: first what the room itself lost, then the priorities of alarms. One sound at a time.
"""

from __future__ import annotations

from typing import Final

from app.model.alarms.spec import PRIORITIES
from app.views.state.alarm_horn import AlarmHorn

__all__ = ["LOSS", "REPEAT_S", "SOUNDS", "Horn", "sound_rank"]

LOSS: Final = "engine-lost"
"""Sound of what the room itself lost."""
REPEAT_S: Final = 3.0
"""Seconds between two soundings of a loss."""
_EVERY_S: Final = {LOSS: REPEAT_S, "priority-1": 3.0, "priority-2": 6.0, "priority-3": 12.0, "priority-4": 30.0}
SOUNDS: Final = tuple(_EVERY_S)
"""All sounds, the highest first."""
_RANK: Final = {name: rank for rank, name in enumerate(_EVERY_S)}


def sound_rank(name: str) -> int:
    """Return how a sound stands among the others: a lower one breaks in on a higher."""
    return _RANK.get(name, len(_RANK))


class Horn:
    """One horn for all windows. A cause is a word such as "engine"; silencing covers the causes that stand then, and
    the alarms annunciated until then."""

    def __init__(self) -> None:
        self.alarms = AlarmHorn()
        self._standing: set[str] = set()
        self._silenced: set[str] = set()
        self._last = ""
        self._next_s = 0.0

    def set(self, cause: str, stands: bool) -> None:
        """Say whether a cause stands now. One that went away and comes back is new, silenced before or not."""
        if stands and cause not in self._standing:
            self._standing.add(cause)
            self._next_s = 0.0
        elif not stands:
            self._standing.discard(cause)
            self._silenced.discard(cause)

    def silence(self) -> None:
        """Stop sounding for everything that stands now."""
        self._silenced |= self._standing
        self.alarms.silence()

    @property
    def sound(self) -> str:
        """Return the sound that is to be heard now, "" for none."""
        if self._standing - self._silenced:
            return LOSS
        return next((f"priority-{p}" for p in PRIORITIES if self.alarms.sounds(p)), "")

    @property
    def sounding(self) -> bool:
        """True while something stands that nobody silenced."""
        return bool(self.sound)

    @property
    def silenced(self) -> bool:
        """True while something stands and a person silenced all of it."""
        return not self.sounding and (bool(self._standing) or self.alarms.stands)

    def due(self, now_s: float) -> str:
        """Return the sound that is due at monotonic `now_s` and count it as done; "" for none. A higher one than the
        last is due at once, and so is the first."""
        name = self.sound
        if not name:
            self._last = ""
            return ""
        higher = not self._last or sound_rank(name) < sound_rank(self._last)
        if now_s < self._next_s and not higher:
            return ""
        self._last, self._next_s = name, now_s + _EVERY_S[name]
        return name
