"""Brings what comes live to the lines of a trend: one look at all tags per tick, no subscription."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.views.room import Room
from app.views.state.live import LiveValues
from app.views.state.trend_line import TrendLine

__all__ = ["Follower"]


class Follower:
    """Knows what it has seen; lines that are compared with another time do not follow."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._lines: tuple[TrendLine, ...] = ()
        self._numbers: NDArray[np.int32] = np.empty(0, np.int32)
        self._live: LiveValues | None = None
        self._seen = 0

    def set_lines(self, lines: Sequence[TrendLine]) -> None:
        """Follow these."""
        self._lines = tuple(line for line in lines if line.shift_ms == 0)
        self._numbers = np.array([line.number for line in self._lines], np.int32)

    def skip(self) -> None:
        """What came while nobody looked is history's."""
        if self._room.live is not None:
            self._live, self._seen = self._room.live, self._room.live.clock

    def tick(self, now_ms: int) -> bool:
        """Take what came; return True when any line has a new value."""
        live = self._room.live
        if live is not self._live:
            self.skip()
        if live is None or self._room.engine_silent or not len(self._numbers):
            return False
        fresh = np.flatnonzero(live.stamp[self._numbers] > self._seen)
        self._seen = live.clock
        for i in fresh:
            line = self._lines[i]
            value = live.get(line.tag)
            line.follow(value.source_ms, value.value, value.quality)
        for line in self._lines:
            line.hold(now_ms)
        return bool(len(fresh))
