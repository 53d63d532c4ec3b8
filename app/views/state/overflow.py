"""Time until a wet well spills if its level goes on rising as it does now."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.model.spec import TagSpec

__all__ = ["Rise", "has_reserve", "rise_of", "time_to_overflow"]

WINDOW_S: Final = 180.0
"""How far back the slope looks: long enough to bridge waves in the well, short enough to follow a started pump."""
STEP_S: Final = 5.0
MIN_SPAN_S: Final = 45.0
LONGEST_S: Final = 24 * 3600.0
"""A time beyond this says nothing and is not shown."""


@dataclass(frozen=True, slots=True)
class Rise:
    """How a level moves: `per_min` in its unit per minute; `rising` only when the rise stands out of the noise."""

    per_min: float
    rising: bool


def rise_of(
    times_ms: NDArray[np.int64], values: NDArray[np.float64], *, now_ms: int, min_rise: float = 0.01
) -> Rise | None:
    """Return the slope of recent samples, or None when there are too few good ones.

    Samples come only when the value changed, so the line is held between them; the slope is the median of all pairwise
    slopes (Theil and Sen), which a spike or a stuck minute cannot bend. NaN samples are gaps; after a gap only what
    follows counts. `min_rise` (in the level's unit, over the window) is what counts as rising.
    """
    grid, held = _held(times_ms, values, now_ms)
    if len(grid) < 2 or grid[-1] - grid[0] < MIN_SPAN_S:
        return None
    slope = _theil_sen(grid, held)
    return Rise(per_min=slope * 60.0, rising=slope * WINDOW_S >= min_rise)


def time_to_overflow(rise: Rise | None, level: float, overflow_level: float | None) -> float | None:
    """Return seconds until `overflow_level`; 0 when it is reached; None when the level is not known, is not rising, or
    would take longer than a day."""
    if overflow_level is None or math.isnan(level):
        return None
    if level >= overflow_level:
        return 0.0
    if rise is None or not rise.rising:
        return None
    seconds = (overflow_level - level) / (rise.per_min / 60.0)
    return seconds if seconds <= LONGEST_S else None


def has_reserve(level: float, spec: TagSpec) -> bool:
    """Return True while the level control has not used all it has: a well that fills between two starts is no
    trouble. The last start level among the tag's marks tells when; without start levels a rise always counts."""
    starts = [value for name, value in spec.marks if name.startswith("start")]
    return bool(starts) and level < max(starts)


def _held(
    times_ms: NDArray[np.int64], values: NDArray[np.float64], now_ms: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sample the held line on a grid (seconds before now) from the last gap on."""
    empty = np.empty(0)
    if len(times_ms) == 0 or math.isnan(values[-1]):
        return empty, empty
    gaps = np.flatnonzero(np.isnan(values))
    first = int(gaps[-1]) + 1 if len(gaps) else 0
    seconds = (times_ms[first:] - now_ms) / 1000.0
    start = max(-WINDOW_S, float(seconds[0]))
    grid = np.arange(0.0, start - 1e-9, -STEP_S)[::-1]
    at = np.clip(np.searchsorted(seconds, grid, side="right") - 1, 0, None)
    return grid, values[first:][at]


def _theil_sen(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    i, j = np.triu_indices(len(x), k=1)
    return float(np.median((y[j] - y[i]) / (x[j] - x[i])))
