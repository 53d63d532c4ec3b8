"""Curves in buckets of a width that a person chose: least, greatest and mean value, and how much of each is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from app.errors import Cancelled
from app.exchange.zone_times import offsets_at, to_utc
from app.series.samples import Curve
from app.storage.history_contract import HistoryReader, Stop

__all__ = ["Bucketed", "buckets_of", "edges_of", "in_buckets"]

_DAY_MS: Final = 86_400_000
_LEVELS: Final = (3_600_000, 60_000)
"""Widths of stored buckets that ours may be made of; days of UTC are nobody's days here."""
_POINTS: Final = 100_000
_CELLS: Final = 250_000
_EXACT_MS: Final = 6 * 3_600_000
_PATIENCE_S: Final = 600.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bucketed:
    """One tag in buckets, NaN where nothing is known; `quality` is the worst code, -1 without any."""

    low: Floats
    high: Floats
    mean: Floats
    covered: Floats
    quality: NDArray[np.int32]


def edges_of(start_ms: int, end_ms: int, every_ms: int, zone: ZoneInfo) -> NDArray[np.int64]:
    """Return the edges of whole buckets that cover a time. Days begin at the zone's midnight, however long they are;
    shorter ones are counted from the midnight before the first."""
    ahead = int(offsets_at(np.array([start_ms]), zone)[0])
    midnight = (start_ms + ahead) // _DAY_MS * _DAY_MS
    if every_ms % _DAY_MS == 0:
        wall = np.arange(midnight, end_ms + 2 * _DAY_MS + every_ms, every_ms, dtype=np.int64)
        edges = to_utc(wall, zone)[0]
    else:
        first = midnight - ahead + (start_ms + ahead - midnight) // every_ms * every_ms
        edges = np.arange(first, end_ms + every_ms, every_ms, dtype=np.int64)
    return edges[: int(np.searchsorted(edges, end_ms, "left")) + 1]


def buckets_of(
    reader: HistoryReader, tags: Sequence[int], edges: NDArray[np.int64], stop: Stop
) -> Iterator[tuple[NDArray[np.int64], tuple[Bucketed, ...]]]:
    """Yield the edges of some buckets and each tag in them, in the order asked. Raises Cancelled."""
    level = next((w for w in _LEVELS if not (edges % w).any()), 0)
    narrow = int(np.diff(edges).min())
    if level:
        most = max(1, min(_POINTS * level // narrow, _CELLS // len(tags)))
    else:
        most = max(1, min(_EXACT_MS // narrow, _CELLS // len(tags)))
    for at in range(0, len(edges) - 1, most):
        part = edges[at : at + most + 1]
        span = int(part[-1] - part[0])
        points = span // level if level else 5_000_000
        yield part, tuple(in_buckets(_curve(reader, tag, part, points, stop), part) for tag in tags)


def _curve(reader: HistoryReader, tag: int, edges: NDArray[np.int64], points: int, stop: Stop) -> Curve:
    if stop():
        raise Cancelled("the export was ended")
    start, end = int(edges[0]), int(edges[-1])
    found = reader.curves([tag], start, end, max(1, points), limit_s=_PATIENCE_S, stop=stop)
    while found.late:  # a slow disk is no reason for a hole in a file
        found = reader.curves([tag], start, end, max(1, points), limit_s=_PATIENCE_S, stop=stop)
    return found.curves[0]


def in_buckets(curve: Curve, edges: NDArray[np.int64]) -> Bucketed:
    """Weigh a curve's entries by the time for which they stand in each bucket."""
    count = len(edges) - 1
    cuts = np.unique(np.concatenate([curve.start_ms, curve.end_ms, edges]))
    left, right = cuts[:-1], cuts[1:]
    entry = np.searchsorted(curve.start_ms, left, "right") - 1
    inside = (entry >= 0) & (left >= edges[0]) & (left < edges[-1])
    inside[inside] = left[inside] < curve.end_ms[entry[inside]]
    left, right, entry = left[inside], right[inside], entry[inside]
    bucket = np.searchsorted(edges, left, "right") - 1
    weight = (right - left) * curve.covered[entry].astype(np.float64)
    usable = ~np.isnan(curve.mean[entry])
    weight = np.where(usable, weight, 0.0)
    total = np.bincount(bucket, weight, count)
    whole = np.bincount(bucket, weight * np.where(usable, curve.mean[entry], 0.0), count)
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.fmin.at(low, bucket, curve.low[entry])
    np.fmax.at(high, bucket, curve.high[entry])
    quality = np.full(count, -1, np.int32)
    np.maximum.at(quality, bucket, curve.quality[entry].astype(np.int32))
    known = total > 0
    low, high = np.where(known, low, np.nan), np.where(known, high, np.nan)
    mean = np.divide(whole, total, out=np.full(count, np.nan), where=known)
    # The mean of equal values is that value, not one that rounding made of it.
    return Bucketed(low, high, np.clip(mean, low, high), np.minimum(total / np.diff(edges), 1.0), quality)
