"""The plain way to say what a tag was at each millisecond, for tests to compare with."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st

from app.series.samples import Gap, Samples

Row = tuple[int, float, int]
SPAN = 60


@dataclass(frozen=True)
class Plain:
    """What a bucket must be; low None where nothing is usable."""

    low: float | None
    high: float | None
    mean: float | None
    covered: float
    quality: int
    count: int


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Row], list[Gap], int]:
    """Draw samples, gaps and the instant that is now, all within SPAN milliseconds around 0."""
    times = sorted(draw(st.lists(st.integers(-20, SPAN), max_size=14)))
    value = st.sampled_from([0.0, 1.0, -3.5, 7.25, math.nan, math.inf, 1e308, -1e308])
    rows = [(t, draw(value), draw(st.sampled_from([0, 0, 64, 129]))) for t in times]
    edges = sorted(draw(st.lists(st.integers(-20, SPAN), max_size=3, unique=True)))
    gaps = [Gap(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    return rows, gaps, draw(st.integers(0, SPAN + 10))


def samples_of(rows: Sequence[Row]) -> Samples:
    return Samples(
        np.array([t for t, _, _ in rows], dtype=np.int64),
        np.array([v for _, v, _ in rows], dtype=np.float64),
        np.array([q for _, _, q in rows], dtype=np.uint16),
        np.arange(len(rows), dtype=np.int64),
    )


def held_at(rows: Sequence[Row], gaps: Sequence[Gap], until: int, ms: int) -> Row | None:
    """Return the sample that held at an instant."""
    before = [row for row in rows if row[0] <= ms]
    if not before or ms >= until:
        return None
    row, after = before[-1], [r for r in rows if r[0] > ms]
    for gap in gaps:
        if gap.start_ms <= row[0] < gap.end_ms:
            return row if after and after[0][0] < gap.end_ms else None
        if row[0] < gap.start_ms <= ms:
            return None
    return row


def plain_bucket(rows: Sequence[Row], gaps: Sequence[Gap], until: int, start: int, end: int) -> Plain | None:
    """Return what a bucket must be, None where nothing is known."""
    held = [held_at(rows, gaps, until, ms) for ms in range(start, end)]
    own = [row for row in rows if start <= row[0] < end]
    there = [row for row in held if row is not None]
    if not there and not own:
        return None
    values = [v for _, v, q in there if q < 128 and math.isfinite(v)]
    both = values + [v for _, v, q in own if q < 128 and math.isfinite(v)]
    worst = max(q for _, _, q in there + own)
    if not both:
        return Plain(None, None, None, 0.0, worst, len(own))
    low, high = min(both), max(both)
    mean = sum(v / len(values) for v in values) if values else low / 2 + high / 2
    return Plain(low, high, mean, len(values) / (end - start), worst, len(own))
