"""Rollups: what a tag did in each minute, hour and day, small enough to keep for ever.

Of each bucket: the lowest and the highest usable value, their mean weighted by time as a 1/65535 fraction of the way
from the lowest to the highest, the share of the bucket with a usable value in 1/65535 (at least 1 if there was any),
how many samples came, and the worst quality that held. What holds and what is usable is said in `weighing`.

Packed: numbers (width, count, packed length), start, until, and per column a packed one; where nothing is usable the
value before is repeated, which costs nothing and is taken out again.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.errors import BadBlock, InternalFault
from app.series.columns import pack_column, unpack_column
from app.series.packing import ROLLUP, seal, unseal
from app.series.samples import NOTHING, Gap, Samples
from app.series.weighing import Buckets, weigh

__all__ = ["Rollup", "coarsen", "pack_rollup", "place", "roll", "unpack_rollup"]

_FULL: Final = 65_535
_MOST: Final = 1 << 24
_HEAD: Final = struct.Struct("<qqqII")
_COLUMNS: Final = (np.float64, np.float64, np.uint16, np.uint16, np.uint32, np.uint16)


@dataclass(frozen=True, slots=True)
class Rollup:
    """n buckets of `width_ms` from `start_ms`, complete until `until_ms` (UTC ms): later ones say nothing yet.

    `low`, `high` float64 (NaN where `covered` is 0) · `fraction` uint16 · `covered` uint16 · `count` uint32 ·
    `quality` uint16, NOTHING where nothing is known.
    """

    start_ms: int
    width_ms: int
    until_ms: int
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    fraction: NDArray[np.uint16]
    covered: NDArray[np.uint16]
    count: NDArray[np.uint32]
    quality: NDArray[np.uint16]

    def __len__(self) -> int:
        return len(self.low)

    @property
    def end_ms(self) -> int:
        """Return where the last bucket ends."""
        return self.start_ms + len(self) * self.width_ms

    @property
    def mean(self) -> NDArray[np.float64]:
        """Return the means, NaN where nothing is usable."""
        part = self.fraction / _FULL
        return self.low * (1 - part) + self.high * part

    def columns(self) -> tuple[NDArray[Any], ...]:
        """Return the columns in the order in which they are packed."""
        return self.low, self.high, self.fraction, self.covered, self.count, self.quality


def roll(
    samples: Samples,
    held: tuple[float, int] | None,
    gaps: Sequence[Gap],
    start_ms: int,
    width_ms: int,
    n: int,
    until_ms: int,
) -> Rollup:
    """Return n buckets of samples (ascending by source time). What held at the start is the last sample before it, or
    `held` (value, quality) where there is none among them; None also if a gap had ended what held."""
    if held is not None and (not len(samples) or samples.source_ms[0] >= start_ms):
        samples = _after(held, samples, start_ms)
    return _of_buckets(weigh(samples, gaps, start_ms, width_ms, n, until_ms), start_ms, width_ms, until_ms)


def coarsen(rollup: Rollup, factor: int) -> Rollup:
    """Return buckets that are `factor` times as wide, from the same start. What is missing of the last is NOTHING."""
    if factor < 1:
        raise InternalFault(f"rollups cannot be coarsened by {factor}")
    n = -(-len(rollup) // factor)
    whole = rollup if n * factor == len(rollup) else place([rollup], rollup.start_ms, rollup.width_ms, n * factor)
    low, high, mean, covered, count, quality = (
        c.reshape(n, factor)
        for c in (whole.low, whole.high, whole.mean, whole.covered, whole.count, whole.quality)
    )  # fmt: skip
    weight = covered / _FULL
    total = weight.sum(axis=1)
    some = total > 0
    lowest = np.where(covered > 0, low, np.inf).min(axis=1)
    highest = np.where(covered > 0, high, -np.inf).max(axis=1)
    summed = np.where(covered > 0, mean, 0.0) * weight
    known = quality != NOTHING
    out = Buckets.empty(n)
    out.known[:] = known.any(axis=1)
    out.quality[:] = np.where(known, quality, 0).max(axis=1)
    out.count[:] = count.sum(axis=1, dtype=np.int64)
    out.covered[:] = total / factor
    out.low[some], out.high[some] = lowest[some], highest[some]
    out.mean[some] = np.clip(summed.sum(axis=1)[some] / total[some], lowest[some], highest[some])
    return _of_buckets(out, rollup.start_ms, rollup.width_ms * factor, rollup.until_ms)


def place(parts: Iterable[Rollup], start_ms: int, width_ms: int, n: int) -> Rollup:
    """Return one row of n buckets with parts of the same width in their places, later parts over earlier ones; what
    lies beyond the row is left out. It is complete until the latest part is."""
    out = _empty(start_ms, width_ms, n)
    until = start_ms
    for part in parts:
        offset, rest = divmod(part.start_ms - start_ms, width_ms)
        if part.width_ms != width_ms or rest:
            raise InternalFault("rollups of other widths or edges cannot be put together")
        a, b = max(offset, 0), min(offset + len(part), n)
        if a < b:
            for column, new in zip(out.columns(), part.columns(), strict=True):
                column[a:b] = new[a - offset : b - offset]
        until = max(until, part.until_ms)
    return Rollup(start_ms, width_ms, until, *out.columns())


def pack_rollup(rollup: Rollup) -> bytes:
    """Return a rollup as bytes."""
    known = np.flatnonzero(rollup.quality != NOTHING)
    kept = int(known[-1]) + 1 if len(known) else 0
    low, high, *rest = (c[:kept] for c in rollup.columns())
    low, high = _filled(low, rollup.covered[:kept]), _filled(high, rollup.covered[:kept])
    same = low.tobytes() == high.tobytes()
    columns = [pack_column(low), b"" if same else pack_column(high), *(pack_column(c) for c in rest)]
    head = _HEAD.pack(rollup.start_ms, rollup.width_ms, rollup.until_ms, len(rollup), kept)
    return seal(ROLLUP, 0, [head, *columns])


def unpack_rollup(packed: bytes) -> Rollup:
    """Return the rollup. Raises BadBlock."""
    head, *parts = unseal(ROLLUP, 0, packed, 7)
    if len(head) != _HEAD.size:
        raise BadBlock("a rollup has no head")
    start, width, until, n, kept = _HEAD.unpack(head)
    if not kept <= n <= _MOST or width <= 0:
        raise BadBlock(f"a rollup speaks of {n} buckets of {width} ms")
    parts[1] = parts[1] or parts[0]
    columns = [unpack_column(part) for part in parts]
    if any(c.dtype != kind or len(c) != kept for c, kind in zip(columns, _COLUMNS, strict=True)):
        raise BadBlock("the columns of a rollup are of other types or lengths than they must be")
    for column in columns[:2]:
        column[columns[3] == 0] = np.nan
    part = Rollup(start, width, until, *columns)
    return part if kept == n else place([part], start, width, n)


def _after(held: tuple[float, int], samples: Samples, start_ms: int) -> Samples:
    """Put what held before samples, one millisecond before the start."""
    return Samples(
        np.concatenate([np.array([start_ms - 1], dtype=np.int64), samples.source_ms]),
        np.concatenate([np.array([held[0]], dtype=np.float64), samples.values]),
        np.concatenate([np.array([held[1]], dtype=np.uint16), samples.quality]),
        np.concatenate([np.zeros(1, dtype=np.int64), samples.seq]),
    )


def _empty(start_ms: int, width_ms: int, n: int) -> Rollup:
    """Return n buckets of which nothing is known."""
    none = np.full((2, n), np.nan)
    small = np.zeros((2, n), dtype=np.uint16)
    codes = np.full(n, NOTHING, dtype=np.uint16)
    return Rollup(start_ms, width_ms, start_ms, none[0], none[1], small[0], small[1], np.zeros(n, np.uint32), codes)


def _of_buckets(buckets: Buckets, start_ms: int, width_ms: int, until_ms: int) -> Rollup:
    """Store the mean and the share as fractions."""
    some = ~np.isnan(buckets.low)
    covered = np.where(some, np.maximum(np.rint(buckets.covered * _FULL), 1), 0)
    # Halves: the way from the lowest to the highest may itself be no number.
    reach = np.where(some, buckets.high / 2 - buckets.low / 2, 0.0)
    gone = np.where(some, buckets.mean / 2 - buckets.low / 2, 0.0)
    fraction = np.divide(gone, reach, out=np.zeros(len(reach)), where=reach > 0)
    return Rollup(
        start_ms,
        width_ms,
        until_ms,
        buckets.low,
        buckets.high,
        np.rint(np.clip(fraction, 0, 1) * _FULL).astype(np.uint16),
        covered.astype(np.uint16),
        np.minimum(buckets.count, 2**32 - 1).astype(np.uint32),
        np.where(buckets.known, buckets.quality, NOTHING).astype(np.uint16),
    )


def _filled(column: NDArray[np.float64], covered: NDArray[np.uint16]) -> NDArray[np.float64]:
    """Repeat the value before where there is none; 0 at the start."""
    at = np.maximum.accumulate(np.where(covered > 0, np.arange(len(column)), -1))
    return np.where(at < 0, 0.0, column[at]) if len(column) else column
