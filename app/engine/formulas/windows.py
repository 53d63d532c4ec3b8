"""Functions over the last so many seconds, in a fixed number of slots: memory does not grow with samples or length.

A slot says for how long something was known and good in it, and what the function needs. The oldest slot is partly out
of the window: sums over time count its part, everything else all of it.
"""

from __future__ import annotations

import math
from typing import Final

from app.engine.formulas.states import Held, Moment, Reading
from app.model.formulas.spec import OverTime
from app.model.quality import BAD, UNCERTAIN, Quality

__all__ = ["SLOTS", "Window", "window_of"]

SLOTS: Final = 240
_RING: Final = SLOTS + 1
_NAN: Final = math.nan


class Window(Held):
    """The common part: slots of known and good time. `sums` is what a slot adds up."""

    __slots__ = ("_good", "_known", "_seconds", "_slot", "_sums", "_width")

    def __init__(self, seconds: float, now: float) -> None:
        super().__init__(now)
        self._seconds = seconds
        self._width = seconds / SLOTS
        self._slot = math.floor(now / self._width)
        self._known = [0.0] * _RING
        self._good = [0.0] * _RING
        self._sums = [0.0] * _RING

    def advance(self, until: float) -> None:
        if until <= self.at:
            return
        last = math.floor(until / self._width)
        if last - self._slot > _RING:
            # Longer than the window: what was before is out of it.
            self._slot = last - _RING
            self.at = max(self.at, self._slot * self._width)
        while self._slot < last:
            super().advance((self._slot + 1) * self._width)
            self._slot += 1
            self.clear(self._slot % _RING)
        super().advance(until)

    def clear(self, place: int) -> None:
        """Begin a slot."""
        self._known[place] = self._good[place] = self._sums[place] = 0.0

    def holds(self, seconds: float) -> None:
        place = self._slot % _RING
        self._known[place] += seconds
        if self.quality < UNCERTAIN:
            self._good[place] += seconds

    def read(self, moment: Moment) -> Reading:
        self.advance(moment.now)
        if self.quality >= BAD:
            return _NAN, self.quality
        quality = self.graded(self._of(self._good), self._seconds)
        return self.result(), quality

    def result(self) -> float:
        """Return what the window says."""
        raise NotImplementedError

    def _of(self, column: list[float]) -> float:
        """Return the sum of a column over the window, of the oldest slot only its part."""
        gone = self.at / self._width - self._slot
        return sum(column) - gone * column[(self._slot + 1) % _RING]


class Total(Window):
    """Value × seconds."""

    __slots__ = ()

    def holds(self, seconds: float) -> None:
        super().holds(seconds)
        self._sums[self._slot % _RING] += self.value * seconds

    def result(self) -> float:
        return self._of(self._sums)


class Average(Total):
    """The mean by time of what is known."""

    __slots__ = ()

    def result(self) -> float:
        known = self._of(self._known)
        return self._of(self._sums) / known if known > 1e-9 else self.value


class Extreme(Window):
    """The least (side -1) or the greatest (+1) value."""

    __slots__ = ("_side",)

    def __init__(self, seconds: float, now: float, side: int) -> None:
        self._side = side
        super().__init__(seconds, now)
        self._sums = [-math.inf] * _RING

    def clear(self, place: int) -> None:
        super().clear(place)
        self._sums[place] = -math.inf

    def holds(self, seconds: float) -> None:
        super().holds(seconds)
        place = self._slot % _RING
        self._sums[place] = max(self._sums[place], self.value * self._side)

    def result(self) -> float:
        return max(*self._sums, self.value * self._side) * self._side


class Steps(Window):
    """Sum of steps up; with `count` the number of times that a truth became true. A gap hides no step: what a counter
    grew meanwhile is known after it."""

    __slots__ = ("_before", "_count")

    def __init__(self, seconds: float, now: float, *, count: bool) -> None:
        super().__init__(seconds, now)
        self._count = count
        self._before = _NAN

    def changes(self, value: float, quality: int) -> None:
        if quality < BAD:
            if value > self._before:
                self._sums[self._slot % _RING] += 1.0 if self._count else value - self._before
            self._before = value

    def result(self) -> float:
        return sum(self._sums)


class Past(Window):
    """What the value was at the beginning of the window; with `rate` how fast it moved since then, per second."""

    __slots__ = ("_qualities", "_rate")

    def __init__(self, seconds: float, now: float, *, rate: bool) -> None:
        super().__init__(seconds, now)
        self._rate = rate
        self._sums = [_NAN] * _RING
        self._qualities: list[int] = [Quality.NOT_YET] * _RING

    def clear(self, place: int) -> None:
        super().clear(place)
        self._sums[place] = self.value if self.quality < BAD else _NAN
        self._qualities[place] = self.quality

    def read(self, moment: Moment) -> Reading:
        self.advance(moment.now)
        gone = self.at / self._width - self._slot
        oldest = self._slot - SLOTS + (1 if gone >= 0.5 else 0)
        return self._rated(oldest) if self._rate else self._then(oldest % _RING)

    def _then(self, place: int) -> Reading:
        self.full = self._qualities[place] != Quality.NOT_YET
        return self._sums[place], self._qualities[place]

    def _rated(self, oldest: int) -> Reading:
        if self.quality >= BAD:
            return _NAN, self.quality
        for slot in range(oldest, self._slot + 1):
            then = self._sums[slot % _RING]
            passed = self.at - slot * self._width
            if then == then and passed > 0.0:
                self.full = slot == oldest
                quality = self.quality if self.full or self.quality >= UNCERTAIN else UNCERTAIN
                return (self.value - then) / passed, quality
        self.full = False
        return _NAN, Quality.NOT_YET


def window_of(function: OverTime, seconds: float, now: float) -> Window:
    """Return an empty window for a function."""
    match function:
        case OverTime.AVG:
            return Average(seconds, now)
        case OverTime.TOTAL:
            return Total(seconds, now)
        case OverTime.LOWEST | OverTime.HIGHEST:
            return Extreme(seconds, now, 1 if function is OverTime.HIGHEST else -1)
        case OverTime.INCREASE | OverTime.STARTS:
            return Steps(seconds, now, count=function is OverTime.STARTS)
        case OverTime.RATE | OverTime.DELAY:
            return Past(seconds, now, rate=function is OverTime.RATE)
        case OverTime.SINCE:
            raise AssertionError("since has no window")
