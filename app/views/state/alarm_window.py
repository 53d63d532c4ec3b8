"""Whether alarms come faster than a person can answer them, followed live from one annunciation to the next. Pure.

Same rules as `model.alarms.rates.floods`, which looks back over a journal; this one remembers ten minutes at most.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from app.model.alarms.rates import Flood, Rules

__all__ = ["AnnunciationWindow"]

_KEPT = 20_000
"""Annunciations remembered: so many in ten minutes are a flood whatever their number."""


class AnnunciationWindow:
    """Fed with annunciations in order of time; one that comes late counts as of the newest."""

    def __init__(self, rules: Rules | None = None) -> None:
        self._rules = rules or Rules()
        self._came: deque[tuple[int, str]] = deque(maxlen=_KEPT)
        self._flood: Flood | None = None

    def add(self, at_ms: int, path: str) -> None:
        """Note an annunciation."""
        at_ms = max(at_ms, self._came[-1][0]) if self._came else at_ms
        self._look(at_ms - 1)
        self._came.append((at_ms, path))
        while self._came[0][0] <= at_ms - self._rules.period_ms:
            self._came.popleft()
        if self._flood is not None:
            self._flood = replace(self._flood, count=self._flood.count + 1)
        elif len(self._came) > self._rules.flood_above:
            self._flood = Flood(at_ms, None, len(self._came), self._came[0][1])

    def flood(self, now_ms: int) -> Flood | None:
        """Return the flood that runs at `now_ms` (UTC ms), None without one."""
        self._look(now_ms)
        return self._flood

    def _look(self, now_ms: int) -> None:
        """End a flood whose window has fallen too low by then."""
        if self._flood is not None and self._falls_ms() <= now_ms:
            self._flood = None

    def _falls_ms(self) -> int:
        """Return when fewer than make a flood go on will be left, if no other comes."""
        below = self._rules.flood_below
        if len(self._came) < below:
            return self._came[-1][0]  # the others left in the very moment in which the newest came
        return self._came[-below][0] + self._rules.period_ms
