"""Makes curves: of samples as they are, of samples in buckets, of rollups, and of pieces put together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from app.series.rollups import Rollup
from app.series.samples import NOTHING, Curve, Gap, Samples
from app.series.weighing import ends_of, held, usable, weigh

__all__ = ["bucket_curve", "empty_curve", "exact_curve", "join_curves", "rollup_curve", "still_held"]

_FULL: Final = 65_535
_COLUMNS: Final = ("start_ms", "end_ms", "low", "high", "mean", "covered", "quality", "count")


def empty_curve(tag: int, *, exact: bool = True, level_ms: int = 0) -> Curve:
    """Return a curve of nothing."""
    ms, value = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float64)
    share, code, count = np.empty(0, np.float32), np.empty(0, np.uint16), np.empty(0, np.int32)
    return Curve(tag, exact, ms, ms, value, value, value, share, code, count, level_ms)


def exact_curve(
    tag: int, samples: Samples, gaps: Sequence[Gap], start_ms: int, end_ms: int, until_ms: int
) -> Curve:  # fmt: skip
    """Return the curve in which each sample of a time is an entry, and the last one before it if it still held."""
    samples, ends = held(samples, gaps, until_ms)
    times = samples.source_ms
    a, b = int(np.searchsorted(times, start_ms)), int(np.searchsorted(times, end_ms))
    if a and ends[a - 1] > start_ms:
        a -= 1
    begin, end = np.maximum(times[a:b], start_ms), np.minimum(ends[a:b], end_ms)
    good = usable(samples.values[a:b], samples.quality[a:b])
    value = np.where(good, samples.values[a:b], np.nan)
    count = ((times[a:b] >= start_ms) & samples.came[a:b]).astype(np.int32)
    return Curve(
        tag, True, begin, end, value, value, value, good.astype(np.float32), samples.quality[a:b], count
    )  # fmt: skip


def still_held(samples: Samples, gaps: Sequence[Gap], start_ms: int) -> bool:
    """Return whether the first sample, which is earlier than a time, says something, and no gap had ended it before
    that time."""
    if samples.quality[0] == NOTHING:
        return False
    times = np.sort(samples.source_ms[:2])
    end = int(ends_of(times, gaps, 1 << 62)[0])
    return end >= start_ms or (len(times) > 1 and end == times[1])


def bucket_curve(
    tag: int, samples: Samples, gaps: Sequence[Gap], start_ms: int, width_ms: int, n: int, until_ms: int
) -> Curve:
    """Return the curve of n buckets; those of which nothing is known are left out."""
    b = weigh(samples, gaps, start_ms, width_ms, n, until_ms)
    at = np.flatnonzero(b.known)
    start = start_ms + at * width_ms
    return Curve(
        tag,
        False,
        start,
        start + width_ms,
        b.low[at],
        b.high[at],
        b.mean[at],
        b.covered[at].astype(np.float32),
        b.quality[at],
        np.minimum(b.count[at], 2**31 - 1).astype(np.int32),
    )


def rollup_curve(tag: int, rollup: Rollup, start_ms: int, end_ms: int, level_ms: int) -> Curve:
    """Return the curve of a rollup's buckets that touch a time, whole ones; those of which nothing is known are left
    out. `level_ms`: the width of the stored rollup it came from."""
    at = np.flatnonzero(rollup.quality != NOTHING)
    start = rollup.start_ms + at * rollup.width_ms
    inside = (start < end_ms) & (start + rollup.width_ms > start_ms)
    at, start = at[inside], start[inside]
    return Curve(
        tag,
        False,
        start,
        start + rollup.width_ms,
        rollup.low[at],
        rollup.high[at],
        rollup.mean[at],
        (rollup.covered[at] / _FULL).astype(np.float32),
        rollup.quality[at],
        np.minimum(rollup.count[at], 2**31 - 1).astype(np.int32),
        level_ms,
    )


def join_curves(pieces: Sequence[Curve]) -> Curve:
    """Return pieces of one tag that follow each other as one curve: exact if all are, of the greatest level."""
    if len(pieces) == 1:
        return pieces[0]
    exact = all(p.exact for p in pieces)
    whole = {name: np.concatenate([getattr(p, name) for p in pieces]) for name in _COLUMNS}
    return Curve(pieces[0].tag, exact, **whole, level_ms=max(p.level_ms for p in pieces))
