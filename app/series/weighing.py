"""How long samples hold, and what that makes of equal parts of a time: the one definition behind rollups and curves.

A value holds from its source time until the tag's next sample, never across a gap and never beyond `until_ms` (now).
A sample inside a gap (delivered late, from a logger's memory) holds until the next one inside the same gap; the last
of them is a point. Where nothing is known from a row on, the row says so (NOTHING). A sample counts as *usable* if its
quality is below BAD and its value is a finite number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.model.quality import BAD
from app.series.samples import NOTHING, Gap, Samples

__all__ = ["Buckets", "ends_of", "held", "usable", "weigh"]

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


def held(samples: Samples, gaps: Sequence[Gap], until_ms: int) -> tuple[Samples, NDArray[np.int64]]:
    """Return the samples that say something, and until when each holds."""
    ends = ends_of(samples.source_ms, gaps, until_ms)
    says = samples.quality != NOTHING
    return samples.at(says), ends if says.all() else ends[says]


def weigh(
    samples: Samples, gaps: Sequence[Gap], start_ms: int, width_ms: int, n: int, until_ms: int
) -> Buckets:  # fmt: skip
    """Return n buckets of `width_ms` from `start_ms` on. Samples ascend by source time; of those earlier than the
    start the last one holds there."""
    out = Buckets.empty(n)
    samples, ends = held(samples, gaps, until_ms)
    times, values, quality = samples.source_ms, samples.values, samples.quality
    if not len(times) or n < 1:
        return out
    edges = start_ms + width_ms * np.arange(n + 1, dtype=np.int64)
    places = np.searchsorted(times, edges)
    out.count[:] = np.diff(places)
    own = slice(places[0], places[-1])
    share = (np.minimum(ends[own], np.repeat(edges[1:], out.count)) - times[own]) / width_ms
    full = np.flatnonzero(out.count)
    sums = _Sums(n)
    if len(full):
        sums.take(full, places[full] - places[0], values[own], quality[own], share)
    # At the start of a bucket one sample at most holds: the last before it.
    before = places[:-1] - 1
    holds = np.flatnonzero((before >= 0) & (ends[before] > edges[:-1]))
    before = before[holds]
    share = (np.minimum(ends[before], edges[1:][holds]) - edges[:-1][holds]) / width_ms
    sums.take(holds, np.arange(len(holds)), values[before], quality[before], share)
    out.known[full] = out.known[holds] = True
    sums.fill(out)
    again = np.searchsorted(edges, times[own][~samples.came[own]], side="right") - 1
    out.count[:] -= np.bincount(again, minlength=n)
    return out


class _Sums:
    """What is summed up of buckets: first of the samples that came in them, then of what held at their start."""

    def __init__(self, n: int) -> None:
        self._low = np.full(n, np.inf)
        self._high = np.full(n, -np.inf)
        self._weight = np.zeros(n)
        self._total = np.zeros(n)
        self._quality = np.zeros(n, dtype=np.uint16)

    def take(
        self,
        buckets: NDArray[np.intp],
        starts: NDArray[np.intp],
        values: NDArray[np.float64],
        quality: NDArray[np.uint16],
        share: NDArray[np.float64],
    ) -> None:
        """Add, to each of these buckets, the pieces from its start to that of the next."""
        if not len(buckets):
            return
        good = usable(values, quality)
        if good.all():
            weight, low, high = share, values, values
            worth = values * share
        else:
            weight = np.where(good, share, 0.0)
            low, high = np.where(good, values, np.inf), np.where(good, values, -np.inf)
            worth = np.where(good, values, 0.0) * weight
        self._low[buckets] = np.minimum(self._low[buckets], np.minimum.reduceat(low, starts))
        self._high[buckets] = np.maximum(self._high[buckets], np.maximum.reduceat(high, starts))
        self._weight[buckets] += np.add.reduceat(weight, starts)
        self._total[buckets] += np.add.reduceat(worth, starts)
        self._quality[buckets] = np.maximum(self._quality[buckets], np.maximum.reduceat(quality, starts))

    def fill(self, out: Buckets) -> None:
        """Fill in low, high, mean, share and quality."""
        some = np.flatnonzero(self._low <= self._high)
        low, high, weight = self._low[some], self._high[some], self._weight[some]
        # The rounding of a sum must not take a mean beyond what there was.
        mean = np.divide(self._total[some], weight, out=low / 2 + high / 2, where=weight > 0)
        out.low[some], out.high[some], out.mean[some] = low, high, np.clip(mean, low, high)
        out.covered[:] = np.minimum(self._weight, 1.0)
        out.quality[:] = self._quality
