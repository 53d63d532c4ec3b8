"""Whether alarms come faster than a person can answer them, judged live from when they were annunciated. Pure.

Rule (ISA-18.2 as quoted in docs/alarms.md): a flood begins with more than ten annunciations in ten minutes and ends
with fewer than five.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass
from typing import Final

__all__ = ["BEGINS_ABOVE", "ENDS_BELOW", "WINDOW_MS", "AnnunciationWindow", "Flood"]

WINDOW_MS: Final = 600_000
BEGINS_ABOVE: Final = 10
ENDS_BELOW: Final = 5
_KEPT: Final = 20_000
"""Annunciations remembered: more than this in ten minutes is a flood whatever the number."""


@dataclass(frozen=True, slots=True)
class Flood:
    """One that runs: since when (UTC ms), and how many were annunciated in the last ten minutes."""

    since_ms: int
    count: int


class AnnunciationWindow:
    """Times of annunciations of the last ten minutes."""

    def __init__(self) -> None:
        self._times: list[int] = []
        self._since_ms = 0

    def add(self, at_ms: int) -> None:
        """Note an annunciation; they may come out of order."""
        insort(self._times, at_ms)
        if len(self._times) > _KEPT:
            del self._times[: len(self._times) - _KEPT]
        recent = len(self._times) - bisect_left(self._times, self._times[-1] - WINDOW_MS)
        if not self._since_ms and recent > BEGINS_ABOVE:
            self._since_ms = self._times[-recent + BEGINS_ABOVE]

    def flood(self, now_ms: int) -> Flood | None:
        """Return the flood that runs at `now_ms`, None without one."""
        del self._times[: bisect_left(self._times, now_ms - WINDOW_MS)]
        if len(self._times) < ENDS_BELOW:
            self._since_ms = 0
        return Flood(self._since_ms, len(self._times)) if self._since_ms else None
