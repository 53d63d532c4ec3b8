"""Functions without a window: sums that are kept, over restarts too, and how long something has been true."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from app.engine.formulas.restoring import Last
from app.engine.formulas.states import Held, Moment, Reading
from app.model.formulas.spec import OverTime
from app.model.quality import BAD, UNCERTAIN

__all__ = ["Day", "Since", "Sum"]

_NAN: Final = math.nan
_DAWN_S: Final = 60.0
"""So long after midnight nothing is said about how much of the day is known."""


class Day:
    """From when to when today lasts, in UTC ms, by the site's time zone: a day of 23 or 25 hours too."""

    __slots__ = ("_zone", "end_ms", "start_ms")

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self.start_ms = self.end_ms = 0

    def turned(self, now_ms: int) -> bool:
        """Go on to the day of `now_ms`; return whether another day began. A clock that is set back a day ends none."""
        if self.start_ms <= now_ms < self.end_ms:
            return False
        later = now_ms >= self.end_ms
        today = datetime.fromtimestamp(now_ms / 1000.0, self._zone).date()
        self.start_ms = self._midnight_ms(today)
        self.end_ms = self._midnight_ms(today + timedelta(days=1))
        return later

    def _midnight_ms(self, day: date) -> int:
        return int(datetime.combine(day, time(), self._zone).timestamp() * 1000)


class Sum(Held):
    """A sum in the unit of its tag: value × time, steps up, or starts. With a `day` it begins anew each midnight, and
    is uncertain while too much of the day is not known."""

    __slots__ = ("_before", "_day", "_function", "_good", "_moment", "_scale", "_sum")

    def __init__(self, function: OverTime, scale: float, day: Day | None, moment: Moment) -> None:
        super().__init__(moment.now)
        self._function = function
        self._scale = scale
        self._day = day
        self._moment = moment
        self._sum = 0.0
        self._good = 0.0
        self._before = _NAN
        self.full = day is None
        if day is not None:
            day.turned(moment.now_ms)

    def go_on(self, last: Last, before: float) -> None:
        """Go on from a last value; `before` is what the argument was then (NaN: not known). Whether today was known
        until then is told by its quality."""
        self._before = before
        if self._day is not None:
            if not self._day.start_ms <= last.source_ms < self._day.end_ms:
                return
            if last.quality < UNCERTAIN:
                self._good = (last.source_ms - self._day.start_ms) / 1000.0
        self._sum = last.value

    def take(self, at: float, value: float, quality: int) -> None:
        self._turn(self._moment)
        super().take(at, value, quality)

    def holds(self, seconds: float) -> None:
        if self.quality < UNCERTAIN:
            self._good += seconds
        if self._function is OverTime.TOTAL:
            self._sum += self.value * seconds * self._scale

    def changes(self, value: float, quality: int) -> None:
        if quality < BAD:
            if value > self._before and self._function is not OverTime.TOTAL:
                self._sum += 1.0 if self._function is OverTime.STARTS else (value - self._before) * self._scale
            self._before = value

    def read(self, moment: Moment) -> Reading:
        self._turn(moment)
        self.advance(moment.now)
        if self.quality >= BAD:
            return _NAN, self.quality
        quality = self.quality
        if self._day is not None:
            quality = self.graded(self._good, (moment.now_ms - self._day.start_ms) / 1000.0 - _DAWN_S)
        return self._sum, quality

    def _turn(self, moment: Moment) -> None:
        """At midnight begin at nothing."""
        if self._day is not None and self._day.turned(moment.now_ms):
            self.advance(moment.now - (moment.now_ms - self._day.start_ms) / 1000.0)
            self._sum = self._good = 0.0


class Since(Held):
    """Seconds for which a truth has been true. After a start, and after a time when it was not known, it may have been
    so for longer: uncertain until it was false once."""

    __slots__ = ("_from",)

    def __init__(self, now: float) -> None:
        super().__init__(now)
        self._from = now

    def changes(self, value: float, quality: int) -> None:
        if quality >= BAD:
            self.full = False
        elif not value:
            self.full = True
        elif self.quality >= BAD or not self.value:
            self._from = self.at

    def read(self, moment: Moment) -> Reading:
        self.advance(moment.now)
        if self.quality >= BAD:
            return _NAN, self.quality
        quality = self.quality if self.full or self.quality >= UNCERTAIN else UNCERTAIN
        return (self.at - self._from if self.value else 0.0), quality
