"""When the room sounds: repeated while a loss stands, until a person silences it; every new loss sounds again. Pure."""

from __future__ import annotations

from typing import Final

__all__ = ["REPEAT_S", "Horn"]

REPEAT_S: Final = 3.0
"""Seconds between two soundings."""


class Horn:
    """One horn for all windows. A cause is a word such as "engine"; silencing covers the causes that stand then."""

    def __init__(self) -> None:
        self._standing: set[str] = set()
        self._silenced: set[str] = set()
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

    @property
    def sounding(self) -> bool:
        """True while something stands that nobody silenced."""
        return bool(self._standing - self._silenced)

    @property
    def silenced(self) -> bool:
        """True while something stands and a person silenced all of it."""
        return bool(self._standing) and not self.sounding

    def due(self, now_s: float) -> bool:
        """Return True when a sounding is due at monotonic `now_s`, and count it as done."""
        if not self.sounding or now_s < self._next_s:
            return False
        self._next_s = now_s + REPEAT_S
        return True
