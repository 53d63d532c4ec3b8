"""What a pen's values lie between, as its axis is to show them: a failed sensor must press nothing flat. Pure."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.model.spec import TagSpec
from app.views.state.trend_line import FINE, Entries

__all__ = ["extremes_of"]

_BEYOND: Final = 0.1
"""A good value may lie so much of the tag's range outside of it and still be a measurement."""
Floats = NDArray[np.float64]


def extremes_of(entries: Entries, spec: TagSpec, start_ms: float, end_ms: float) -> tuple[float, float]:
    """Return the least and the greatest value of a time, NaN without any. What cannot be a measurement of the tag
    counts only while there is nothing else: an uncertain value outside of the tag's range, or any value far outside.
    A bucket that also saw such values counts with its mean."""
    part = entries.between(start_ms, end_ms)
    low, high, mean = entries.low[part], entries.high[part], entries.mean[part]
    known = ~np.isnan(low)
    if not known.any():
        return math.nan, math.nan
    least, most = _bounds(spec, entries.grade[part] == FINE)
    low, high = np.where(low < least, mean, low), np.where(high > most, mean, high)
    likely = known & (low >= least) & (high <= most)
    if not likely.any():
        low, high, likely = entries.low[part], entries.high[part], known
    return float(low[likely].min()), float(high[likely].max())


def _bounds(spec: TagSpec, fine: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return for each entry what a measurement lies between; where the site says no range, only good ones count."""
    if spec.low is None or spec.high is None:
        return np.where(fine, -np.inf, np.inf), np.where(fine, np.inf, -np.inf)
    beyond = np.where(fine, _BEYOND * (spec.high - spec.low), 0.0)
    return spec.low - beyond, spec.high + beyond
