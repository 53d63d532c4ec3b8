"""Figures of one tag over a time, from its curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.series.samples import Curve

__all__ = ["Statistics", "statistics"]

_HOUR_MS: Final = 3_600_000.0


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures over the part of a time with a usable value. `low`, `high`, `mean` (weighted by time) and `integral` are
    NaN without any.

    `integral`: value × hours (m³/h give m³, kW give kWh) · `beyond_ms`: time above the upper or below the lower limit,
    exact for exact curves; a bucket of which only a part lies beyond counts with the part that a steady change from
    its lowest to its highest value spends there, an estimate · `covered_ms`: time with a usable value · `count`:
    samples.
    """

    low: float
    high: float
    mean: float
    integral: float
    beyond_ms: float
    covered_ms: float
    count: int

    def share(self, start_ms: int, end_ms: int) -> float:
        """Return which part of a time, 0–1, had a usable value."""
        return min(self.covered_ms / (end_ms - start_ms), 1.0) if end_ms > start_ms else 0.0


def statistics(
    curve: Curve,
    start_ms: int,
    end_ms: int,
    *,
    above: float | None = None,
    below: float | None = None,
) -> Statistics:
    """Return the figures of a curve between two instants. Entries that lie across an end count with the part inside,
    though their lowest and highest value may have been outside. `above`, `below`: the limits, None for none."""
    begin, end = np.maximum(curve.start_ms, start_ms), np.minimum(curve.end_ms, end_ms)
    inside = (begin < end) | ((curve.start_ms == curve.end_ms) & (begin == end) & (begin < end_ms))
    good = inside & ~np.isnan(curve.low)
    count = int(curve.count[inside].sum())
    if not good.any():
        return Statistics(np.nan, np.nan, np.nan, np.nan, 0.0, 0.0, count)
    weight = (end - begin)[good] * curve.covered[good].astype(np.float64)
    low, high, mean = curve.low[good], curve.high[good], curve.mean[good]
    covered = float(weight.sum())
    total = float((mean * weight).sum())
    share = np.zeros(len(low))
    if above is not None:
        share += _part_beyond(high - above, high - low)
    if below is not None:
        share += _part_beyond(below - low, high - low)
    return Statistics(
        low=float(low.min()),
        high=float(high.max()),
        mean=total / covered if covered else float(mean.mean()),
        integral=total / _HOUR_MS,
        beyond_ms=float((np.minimum(share, 1.0) * weight).sum()),
        covered_ms=covered,
        count=count,
    )


def _part_beyond(beyond: NDArray[np.float64], reach: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return which part of the way between lowest and highest lies beyond a limit, 0 or 1 where they are one."""
    part = np.divide(beyond, reach, out=(beyond > 0).astype(np.float64), where=reach > 0)
    return np.clip(part, 0.0, 1.0)
