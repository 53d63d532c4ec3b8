"""Figures of one pen over the visible time, by the rules of `series.statistics`."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from app.model.spec import TagSpec
from app.series.samples import Curve
from app.series.statistics import Statistics, statistics
from app.views.state.trend_line import Entries

__all__ = ["figures_of", "limits_of_tag"]


def limits_of_tag(spec: TagSpec, in_force: Mapping[str, float]) -> tuple[float | None, float | None]:
    """Return the innermost low and high limit of a tag, None where it has none: beyond them it is abnormal. Those
    `in_force`, by name, count before its marks: a person may have changed them."""
    marks = {**dict(spec.marks), **in_force}
    low = max((marks[n] for n in ("L", "LL") if n in marks), default=None)
    return low, min((marks[n] for n in ("H", "HH") if n in marks), default=None)


def figures_of(
    entries: Entries, start_ms: int, end_ms: int, limits: tuple[float | None, float | None]
) -> Statistics | None:
    """Return the figures between two instants; None without any usable value. Time beyond limits is NaN for a tag that
    has none."""
    part = entries.between(start_ms, end_ms)
    curve = Curve(
        0,
        False,
        entries.start[part].astype(np.int64),
        entries.end[part].astype(np.int64),
        entries.low[part],
        entries.high[part],
        entries.mean[part],
        entries.covered[part].astype(np.float32),
        entries.quality[part],
        np.ones(part.stop - part.start, np.int32),
    )
    below, above = limits
    found = statistics(curve, start_ms, end_ms, above=above, below=below)
    if math.isnan(found.low):
        return None
    if below is None and above is None:
        return Statistics(found.low, found.high, found.mean, found.integral, math.nan, found.covered_ms, found.count)
    return found
