"""Which samples an alarm need not see: for every tag the band in which none of its alarms can change.

One comparison of a whole batch; only what is outside its band, or of another quality than before, goes on to Python.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.series.batch import SampleBatch

__all__ = ["EVERY", "NOTHING", "Band", "Bands", "tightest"]

Band = tuple[float, float]
"""Values between these two, without them, change nothing."""

NOTHING: Final[Band] = (-np.inf, np.inf)
"""No value matters."""
EVERY: Final[Band] = (np.nan, np.nan)
"""Every value matters: nothing lies within."""

At = slice | NDArray[np.intp] | NDArray[np.int32]


class Bands:
    """Arrays indexed by tag number. Tags that no alarm looks at let everything pass unseen."""

    def __init__(self, size: int) -> None:
        self._low = np.full(size, -np.inf)
        self._high = np.full(size, np.inf)
        self._quality = np.zeros(size, dtype=np.uint16)
        self._watched = np.zeros(size, dtype=bool)

    def watch(self, number: int) -> None:
        """Let an alarm look at a tag; its first sample matters, whatever it is."""
        self._watched[number] = True
        self.set(number, EVERY)

    def set(self, number: int, band: Band) -> None:
        """Say which values of a tag change nothing."""
        self._low[number], self._high[number] = band

    def loud(self, batch: SampleBatch, at: At) -> NDArray[np.intp]:
        """Return the rows of a batch, whose tags stand at `at`, that an alarm must look at."""
        values, quality = batch.values, batch.quality
        quiet = (values > self._low[at]) & (values < self._high[at]) & (quality == self._quality[at])
        if quiet.all():
            return _NONE
        self._quality[at] = quality
        return np.flatnonzero(~quiet & self._watched[at])


def tightest(bands: Iterable[Band]) -> Band:
    """Return the values that lie within all bands."""
    low, high = NOTHING
    for one_low, one_high in bands:
        if one_low != one_low or one_high != one_high:
            return EVERY
        low, high = max(low, one_low), min(high, one_high)
    return low, high


_NONE: Final = np.empty(0, dtype=np.intp)
