"""How long samples hold, and what that makes of equal parts of a time: the one definition behind rollups and curves.

A value holds from its source time until the tag's next sample, never across a gap and never beyond `until_ms` (now).
A sample inside a gap (delivered late, from a logger's memory) holds until the next one inside the same gap; the last
of them is a point. A sample counts as *usable* if its quality is below BAD and its value is a finite number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.model.quality import BAD
from app.series.samples import Gap, Samples

__all__ = ["Buckets", "ends_of", "usable", "weigh"]

_FAR = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Buckets:
    """Equal parts of a time, n of each column. `low`, `high`, `mean` (weighted by time; the middle of both where no
    time was) are over what is usable, NaN without any. `covered`: the share of the bucket with a usable value, 0–1 ·
    `quality`: the worst code that held · `count`: samples whose time is in it · `known`: False where nothing held
    and nothing came, and the other columns say nothing."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    mean: NDArray[np.float64]
    covered: NDArray[np.float64]
    quality: NDArray[np.uint16]
    count: NDArray[np.int64]
    known: NDArray[np.bool_]

    @classmethod
    def empty(cls, n: int) -> Buckets:
        """Return n buckets of which nothing is known."""
        none = np.full((3, n), np.nan)
        zeros, codes, counts = np.zeros(n), np.zeros(n, np.uint16), np.zeros(n, np.int64)
        return cls(none[0], none[1], none[2], zeros, codes, counts, np.zeros(n, np.bool_))


def usable(values: NDArray[np.float64], quality: NDArray[np.uint16]) -> NDArray[np.bool_]:
    """Return which samples have a value to reckon with."""
    return np.isfinite(values) & (quality < BAD)


def ends_of(source_ms: NDArray[np.int64], gaps: Sequence[Gap], until_ms: int) -> NDArray[np.int64]:
    """Return until when each sample holds (end excluded; its own time: not at all). Times ascend; gaps too."""
    if not len(source_ms):
        return source_ms
    ends = np.append(source_ms[1:], np.int64(_FAR))
    if gaps:
        first = np.array([g.start_ms for g in gaps], dtype=np.int64)
        last = np.array([g.end_ms for g in gaps], dtype=np.int64)
        at = np.searchsorted(last, source_ms, side="right")
        near = np.minimum(at, len(gaps) - 1)
        inside = (at < len(gaps)) & (first[near] <= source_ms)
        edge = np.where(at < len(gaps), first[near], _FAR)
        ends = np.where(inside, np.where(ends < last[near], ends, source_ms), np.minimum(ends, edge))
    return np.maximum(np.minimum(ends, until_ms), source_ms)


def weigh(
    samples: Samples, gaps: Sequence[Gap], start_ms: int, width_ms: int, n: int, until_ms: int
) -> Buckets:  # fmt: skip
    """Return n buckets of `width_ms` from `start_ms` on. Samples ascend by source time; of those earlier than the
    start the last one holds there."""
    stop = start_ms + n * width_ms
    times, ends = samples.source_ms, ends_of(samples.source_ms, gaps, until_ms)
    a = int(np.searchsorted(times, start_ms))
    b = int(np.searchsorted(times, stop))
    if a and ends[a - 1] > start_ms:
        a -= 1
    if a >= b:
        return Buckets.empty(n)
    return _weigh(samples.values[a:b], samples.quality[a:b], times[a:b], ends[a:b], start_ms, width_ms, n)


def _weigh(
    values: NDArray[np.float64],
    quality: NDArray[np.uint16],
    times: NDArray[np.int64],
    ends: NDArray[np.int64],
    start_ms: int,
    width_ms: int,
    n: int,
) -> Buckets:
    """Cut what holds at the edges of buckets, and sum up the pieces of each."""
    begin = np.maximum(times, start_ms) - start_ms
    end = np.minimum(ends, start_ms + n * width_ms) - start_ms
    first = begin // width_ms
    pieces = np.maximum(end - 1, begin) // width_ms - first + 1
    at = np.repeat(np.arange(len(begin)), pieces)
    head = np.cumsum(pieces) - pieces
    nth = np.arange(len(at)) - head[at]
    bucket = first[at] + nth
    edge = bucket * width_ms
    share = (np.minimum(end[at], edge + width_ms) - np.maximum(begin[at], edge)) / width_ms
    came = (nth == 0) & (times[at] >= start_ms)
    starts = np.flatnonzero(np.concatenate([[True], bucket[1:] != bucket[:-1]]))
    there = bucket[starts]
    out = Buckets.empty(n)
    out.known[there] = True
    out.quality[there] = np.maximum.reduceat(quality[at], starts)
    out.count[there] = np.add.reduceat(came.astype(np.int64), starts)
    _sum_values(out, values[at], usable(values, quality)[at], share, starts, there)
    return out


def _sum_values(
    out: Buckets,
    values: NDArray[np.float64],
    good: NDArray[np.bool_],
    share: NDArray[np.float64],
    starts: NDArray[np.intp],
    there: NDArray[np.int64],
) -> None:
    """Fill low, high, mean and covered from the pieces with a usable value."""
    weight = np.where(good, share, 0.0)
    low = np.minimum.reduceat(np.where(good, values, np.inf), starts)
    high = np.maximum.reduceat(np.where(good, values, -np.inf), starts)
    covered = np.add.reduceat(weight, starts)
    some = low <= high
    total = np.add.reduceat(np.where(good, values, 0.0) * weight, starts)
    low[~some] = high[~some] = np.nan
    # The rounding of a sum must not take a mean beyond what there was.
    mean = np.clip(np.divide(total, covered, out=low / 2 + high / 2, where=covered > 0), low, high)
    for column, found in ((out.low, low), (out.high, high), (out.mean, mean)):
        column[there[some]] = found[some]
    out.covered[there] = np.minimum(covered, 1.0)
