"""Every sample of some tags, in slices of time small enough to be held."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.errors import Cancelled
from app.series.samples import Samples
from app.storage.history_contract import HistoryReader, Stop

__all__ = ["Slice", "slices_of"]

_WANTED: Final = 500_000
"""Samples of one slice, about."""
_MOST: Final = 2_000_000
"""Samples that are unpacked for one slice at most; one that would need more is made smaller."""
_NONE: Final = Samples(np.empty(0, np.int64), np.empty(0), np.empty(0, np.uint16), np.empty(0, np.int64))
_FIRST_MS: Final = 3_600_000
_LONGEST_MS: Final = 31 * 86_400_000


@dataclass(frozen=True, slots=True)
class Slice:
    """Samples of each tag in the order asked, from `start_ms` to `end_ms` (excluded), and of each the instants from
    which on nothing is known, because no frames came or an import ends."""

    start_ms: int
    end_ms: int
    tags: tuple[Samples, ...]
    silences: tuple[NDArray[np.int64], ...]


def slices_of(reader: HistoryReader, tags: Sequence[int], start_ms: int, end_ms: int, stop: Stop) -> Iterator[Slice]:
    """Yield slices one after the other; their width follows how many samples there are. Raises Cancelled."""
    width = _FIRST_MS
    while start_ms < end_ms:
        until = min(start_ms + width, end_ms)
        found = _read(reader, tags, start_ms, until, stop)
        if found is None:
            width = max(1, width // 4)
            continue
        yield Slice(start_ms, until, found, _silences(reader, tags, start_ms, until, stop))
        start_ms = until
        count = sum(len(s) for s in found)
        wider = width * 4 if count * 4 < _WANTED else width * _WANTED // count
        width = max(1_000, min(wider, width * 4, _LONGEST_MS))


def _read(
    reader: HistoryReader, tags: Sequence[int], start_ms: int, until: int, stop: Stop
) -> tuple[Samples, ...] | None:
    """Return the samples of a slice, None if they are too many for one that can still be made smaller."""
    if stop():
        raise Cancelled("the export was ended")
    limit = _MOST if until - start_ms > 1 else 1 << 62
    found = reader.between(tags, start_ms, until, limit=limit, stop=stop)
    return None if found is None else tuple(found.get(tag, _NONE) for tag in tags)


def _silences(
    reader: HistoryReader, tags: Sequence[int], start_ms: int, until: int, stop: Stop
) -> tuple[NDArray[np.int64], ...]:
    gaps = [g.start_ms for g in reader.gaps(start_ms, until) if start_ms <= g.start_ms < until]
    of_all, ends = np.array(gaps, np.int64), reader.import_ends(tags, start_ms, until, stop=stop)
    return tuple(np.union1d(of_all, ends[tag]) if tag in ends else of_all for tag in tags)
