"""What history has already: an import takes no sample for which there is one, so a file that comes twice changes
nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.exchange.ordering import Deduced, runs, same_value
from app.exchange.rows import Rows, joined
from app.series.samples import Samples
from app.storage.history_contract import HistoryReader, Stop

__all__ = ["Standing"]

_PORTION: Final = 500_000
"""Samples that are read of one tag at once."""


class Standing:
    """Looks samples up in history. `numbers` are those of the tags by place."""

    def __init__(self, reader: HistoryReader, numbers: Sequence[int], stop: Stop) -> None:
        self._reader = reader
        self._numbers = numbers
        self._stop = stop

    def without_known(self, rows: Rows) -> Deduced:
        """Take out of ordered samples those whose tag has one at their time: the same (value and quality), or another.
        Raises Cancelled, StoreUnavailable."""
        fresh, other, repeated = [], [], 0
        if not len(rows):
            return Deduced(rows, 0, rows)
        mine = [self._numbers[tag] for tag in np.unique(rows.tag).tolist()]
        touched = self._reader.touched(mine, int(rows.ms.min()), int(rows.ms.max()) + 1)
        if not touched:  # as mostly: the file tells of a time before this history begins, or after what it told itself
            return Deduced(rows, 0, rows.at(slice(0, 0)))
        for tag, run in runs(rows):
            if self._numbers[tag] not in touched:
                fresh.append(run)
                continue
            same, differs = self._known(self._numbers[tag], run)
            if not (same.any() or differs.any()):
                fresh.append(run)
                continue
            repeated += int(same.sum())
            fresh.append(run.at(~(same | differs)))
            other.append(run.at(differs))
        return Deduced(joined(fresh), repeated, joined(other))

    def _known(self, number: int, run: Rows) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        same, there = np.zeros(len(run), np.bool_), np.zeros(len(run), np.bool_)
        start, end = int(run.ms[0]), int(run.ms[-1]) + 1
        while start < end:
            found = self._reader.raw(number, start, end, limit=_PORTION, stop=self._stop)
            until = end if len(found) < _PORTION else int(found.source_ms[-1])
            if until <= start:  # so many at one time: take them as they are
                until = start + 1
            at = slice(*np.searchsorted(run.ms, [start, until], "left").tolist())
            same[at], there[at] = _compare(run.at(at), found)
            start = until
        return same, there & ~same


def _compare(run: Rows, found: Samples) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return which samples are among those found, and which have some at their time."""
    same = np.zeros(len(run), np.bool_)
    first = np.searchsorted(found.source_ms, run.ms, "left")
    count = np.searchsorted(found.source_ms, run.ms, "right") - first
    for nth in range(int(count.max(initial=0))):
        at = np.flatnonzero(count > nth)
        place = first[at] + nth
        same[at] |= same_value(run.value[at], found.values[place]) & (run.quality[at] == found.quality[place])
    return same, count > 0
