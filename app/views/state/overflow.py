"""Time until a wet well spills if its level goes on rising as it does now, and whether that is a trouble: the one rule
that the abnormal list, the cards and the map share."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.model.spec import TagSpec

__all__ = [
    "NEAR_S",
    "SOON_S",
    "WINDOW_S",
    "Outlook",
    "Rise",
    "ahead_text",
    "has_reserve",
    "outlook",
    "rise_of",
    "time_to_overflow",
]

WINDOW_S: Final = 180.0
"""How far back the calm slope looks: long enough to bridge waves in the well."""
RECENT_S: Final = 20.0
"""How far back the quick slope looks: a pump that starts turns it within about half of this."""
LONGEST_S: Final = 24 * 3600.0
"""A time beyond this says nothing and is not shown."""
SOON_S: Final = 30 * 60.0
NEAR_S: Final = 10 * 60.0
_STEP_S: Final = 5.0
_RECENT_STEP_S: Final = 1.0
_MIN_SPAN_S: Final = 45.0
_MIN_RECENT_S: Final = 12.0


@dataclass(frozen=True, slots=True)
class Rise:
    """How a level moves: `per_min` in its unit per minute; `rising` only when the rise stands out of the noise."""

    per_min: float
    rising: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is to be expected of a rising well: seconds until it spills, and whether pumps are still in reserve."""

    seconds: float
    reserve: bool = False

    @property
    def priority(self) -> int:
        """Return 1 (near or reached), 2 (soon), or 0: late, or the level control still has pumps to give."""
        if self.seconds <= 0:
            return 1
        if self.reserve or self.seconds > SOON_S:
            return 0
        return 1 if self.seconds <= NEAR_S else 2


def rise_of(
    times_ms: NDArray[np.int64], values: NDArray[np.float64], *, now_ms: int, least: float = 0.01
) -> Rise | None:
    """Return the slope of recent samples, or None when there are too few good ones.

    Samples come only when the value changed, so the line is held between them; a slope is the median of all pairwise
    slopes (Theil and Sen), which a spike cannot bend. NaN samples are gaps; after a gap only what follows counts. The
    slope of three minutes is told while that of the last 20 s agrees with it; when the two differ by more than `least`
    (in the level's unit, over those 20 s) something has turned, and only the last 20 s count. `least` over the window
    is also what counts as rising.
    """
    recent = _slope(times_ms, values, now_ms, RECENT_S, _RECENT_STEP_S, _MIN_RECENT_S)
    calm = _slope(times_ms, values, now_ms, WINDOW_S, _STEP_S, _MIN_SPAN_S)
    if recent is None:
        return None
    if calm is None or abs(recent - calm) * RECENT_S > least:
        return Rise(per_min=recent * 60.0, rising=recent * RECENT_S >= least)
    return Rise(per_min=calm * 60.0, rising=calm * WINDOW_S >= least)


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


def has_reserve(level: float, spec: TagSpec, *, spare: int) -> bool:
    """Return True while the level control has not used all it has: a well that fills between two starts is no trouble.

    That is so below the last start level among the tag's marks, if `spare` pumps stand ready to be started. Without
    start levels, or with every pump running, tripped or away, a rise always counts.
    """
    starts = [value for name, value in spec.marks if name.startswith("start")]
    return spare > 0 and bool(starts) and level < max(starts)


def outlook(
    rise: Rise | None, level: float, spec: TagSpec, *, overflow_level: float | None, spare: int
) -> Outlook | None:
    """Return what is to be expected of a well; None when it does not rise towards its edge, or nobody knows."""
    seconds = time_to_overflow(rise, level, overflow_level)
    return None if seconds is None else Outlook(seconds, has_reserve(level, spec, spare=spare))


def _slope(
    times_ms: NDArray[np.int64],
    values: NDArray[np.float64],
    now_ms: int,
    window_s: float,
    step_s: float,
    min_span_s: float,
) -> float | None:
    grid, held = _held(times_ms, values, now_ms, window_s, step_s)
    if len(grid) < 2 or grid[-1] - grid[0] < min_span_s:
        return None
    i, j = np.triu_indices(len(grid), k=1)
    return float(np.median((held[j] - held[i]) / (grid[j] - grid[i])))


def _held(
    times_ms: NDArray[np.int64], values: NDArray[np.float64], now_ms: int, window_s: float, step_s: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sample the held line on a grid (seconds before now) from the last gap on."""
    empty = np.empty(0)
    if len(times_ms) == 0 or math.isnan(values[-1]):
        return empty, empty
    gaps = np.flatnonzero(np.isnan(values))
    first = int(gaps[-1]) + 1 if len(gaps) else 0
    seconds = (times_ms[first:] - now_ms) / 1000.0
    start = max(-window_s, float(seconds[0]))
    grid = np.arange(0.0, start - 1e-9, -step_s)[::-1]
    at = np.clip(np.searchsorted(seconds, grid, side="right") - 1, 0, None)
    return grid, values[first:][at]


def ahead_text(seconds: float) -> tuple[str, str]:
    """Return the time until a well spills as (figure, unit): minutes below an hour, then hours and minutes."""
    minutes = int(seconds // 60)
    if 0 < seconds < 60:
        return "< 1", "min"
    return (str(minutes), "min") if minutes < 60 else (f"{minutes // 60}:{minutes % 60:02d}", "h:min")
