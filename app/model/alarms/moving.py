"""Conditions that live in time: how fast a value moves, and whether it has stopped moving.

`was` is the truth before; `now` monotonic seconds. Both begin anew after bad quality, but never let an alarm clear for
that reason: one that stands is held until enough of the new time is known.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Final, Protocol

from app.model.alarms.timing import NEVER

__all__ = ["Mover", "Rate", "Stuck"]

_SLOTS: Final = 60
"""A window is kept in at most so many slots: a minute's window is exact to a second."""


class Mover(Protocol):
    """A condition with a memory."""

    def sample(self, value: float, source_ms: int, now: float, was: bool, limit: float, deadband: float) -> bool:
        """Take a sample and return whether the condition holds."""

    def look(self, now: float, was: bool, limit: float, deadband: float) -> bool:
        """Return whether the condition holds now that the last value has stood until `now`."""

    def due(self, was: bool) -> float:
        """Return when `look` may say something new."""

    def forget(self, standing: bool) -> None:
        """The value went bad: what was before is not known to go on. `standing` says whether the alarm stands."""


class Rate:
    """More than `limit` per window, upwards for side +1, downwards for -1, either way for 0.

    The movement is that of the value against its lowest (highest) value within the window; a value holds until the
    next one comes. Time is the source's between samples: a repeat adds none, and a clock that goes back adds none
    either, so that history is neither lost nor aged by it. After the last sample the engine's own time goes on.
    """

    __slots__ = ("_due", "_hold", "_last_ms", "_now", "_side", "_slots", "_time", "_value", "_window")

    def __init__(self, window_s: float, side: int, standing: bool) -> None:
        self._window = window_s
        self._side = side
        self.forget(standing)

    def forget(self, standing: bool) -> None:
        self._hold = standing
        self._slots: deque[tuple[float, float, float, float]] = deque()
        self._time = 0.0
        self._last_ms: int | None = None
        self._now = 0.0
        self._value = 0.0
        self._due = NEVER

    def sample(self, value: float, source_ms: int, now: float, was: bool, limit: float, deadband: float) -> bool:
        if self._last_ms is not None:
            self._time += max(0, source_ms - self._last_ms) / 1000.0
        self._last_ms, self._now, self._value = source_ms, now, value
        self._due = now + self._window * (1 + 1 / _SLOTS)
        self._keep(value)
        return self._holds(self._time, was, limit, deadband)

    def look(self, now: float, was: bool, limit: float, deadband: float) -> bool:
        self._due = NEVER
        if self._last_ms is None:
            return was
        return self._holds(self._time + max(0.0, now - self._now), was, limit, deadband)

    def due(self, was: bool) -> float:
        return self._due if was else NEVER

    def _keep(self, value: float) -> None:
        """Add a value to the newest slot, or begin one: (begin, lowest, highest, last value)."""
        if self._slots and self._time < self._slots[-1][0] + self._window / _SLOTS:
            start, low, high, _ = self._slots.pop()
            self._slots.append((start, min(low, value), max(high, value), value))
            return
        self._slots.append((self._time, value, value, value))
        while len(self._slots) > 1 and self._slots[1][0] <= self._time - self._window:
            self._slots.popleft()

    def _holds(self, time: float, was: bool, limit: float, deadband: float) -> bool:
        begin, low, high = time - self._window, math.inf, -math.inf
        for start, lowest, highest, last in self._slots:
            if start <= begin:
                low = high = last  # what the value was when the window began
            else:
                low, high = min(low, lowest), max(high, highest)
        up, down = self._value - low, high - self._value
        moved = up if self._side > 0 else down if self._side < 0 else max(up, down)
        # One that stood when the past was lost clears only when a whole window is known.
        return moved > (limit - deadband if was else limit) or (self._hold and was and time < self._window)


class Stuck:
    """Not moved by more than `limit` for a window, counted from the sample at which it last had."""

    __slots__ = ("_high", "_low", "_seen", "_since", "_window")

    def __init__(self, window_s: float) -> None:
        self._window = window_s
        self._low = self._high = 0.0
        self._since: float | None = None
        self._seen = False

    def forget(self, standing: bool) -> None:
        self._since = None

    def sample(self, value: float, source_ms: int, now: float, was: bool, limit: float, deadband: float) -> bool:
        if self._since is None:
            self._since = now
            if not (was and self._seen):  # one that stands is compared with what it stood at before the gap
                self._low = self._high = value
                self._seen = True
                return was
        self._low, self._high = min(self._low, value), max(self._high, value)
        if self._high - self._low > limit:
            self._low = self._high = value
            self._since = now
            return False
        return was or now >= self._since + self._window

    def look(self, now: float, was: bool, limit: float, deadband: float) -> bool:
        return was or (self._since is not None and now >= self._since + self._window)

    def due(self, was: bool) -> float:
        return NEVER if was or self._since is None else self._since + self._window
