"""What history has already: an import takes no sample for which there is one, so a file that comes twice changes
nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.exchange.ordering import Deduced, same_value
from app.exchange.rows import Rows
from app.series.samples import Samples
from app.storage.history_contract import HistoryReader, Stop

__all__ = ["Standing"]

_TAGS: Final = 250
_MOST: Final = 1_000_000
"""Samples of history that are held at once, about."""

Flags = NDArray[np.bool_]


class Standing:
    """Looks samples up in history. `numbers` are those of the tags by place."""

    def __init__(self, reader: HistoryReader, numbers: Sequence[int], stop: Stop) -> None:
        self._reader = reader
        self._numbers = numbers
        self._stop = stop

    def without_known(self, rows: Rows) -> Deduced:
        """Take out of ordered samples those whose tag has one at their time: the same (value and quality), or another.
        Raises Cancelled, StoreUnavailable."""
        same, there = np.zeros(len(rows), np.bool_), np.zeros(len(rows), np.bool_)
        cuts = [0, *(np.flatnonzero(np.diff(rows.tag)) + 1).tolist(), len(rows)]
        for first in range(0, len(cuts) - 1, _TAGS):
            some = cuts[first : first + _TAGS + 1]
            if some[0] < some[-1]:
                ms = rows.ms[some[0] : some[-1]]
                self._look(rows, some, int(ms.min()), int(ms.max()) + 1, same, there)
        if not there.any():
            return Deduced(rows, 0, rows.at(slice(0, 0)))
        return Deduced(rows.at(~there), int(same.sum()), rows.at(there & ~same))

    def _look(self, rows: Rows, cuts: list[int], start_ms: int, end_ms: int, same: Flags, there: Flags) -> None:
        """Mark the samples of some tags, which lie between the cuts, from one time to another. What is too much to be
        held is halved, first by tags, then by time."""
        numbers = [self._numbers[int(rows.tag[cut])] for cut in cuts[:-1]]
        limit = _MOST if end_ms - start_ms > 1 else 1 << 62
        found = self._reader.between(numbers, start_ms, end_ms, limit=limit, stop=self._stop)
        if found is None and len(cuts) > 2:
            half = len(cuts) // 2
            self._look(rows, cuts[: half + 1], start_ms, end_ms, same, there)
            self._look(rows, cuts[half:], start_ms, end_ms, same, there)
        elif found is None:
            middle = (start_ms + end_ms) // 2
            self._look(rows, cuts, start_ms, middle, same, there)
            self._look(rows, cuts, middle, end_ms, same, there)
        else:
            for number, first, last in zip(numbers, cuts[:-1], cuts[1:], strict=True):
                if number in found:
                    low, high = (first + np.searchsorted(rows.ms[first:last], (start_ms, end_ms))).tolist()
                    at = slice(low, high)
                    same[at], there[at] = _compare(rows.at(at), found[number])


def _compare(run: Rows, found: Samples) -> tuple[Flags, Flags]:
    """Return which samples are among those found, and which have some at their time."""
    same = np.zeros(len(run), np.bool_)
    first = np.searchsorted(found.source_ms, run.ms, "left")
    count = np.searchsorted(found.source_ms, run.ms, "right") - first
    for nth in range(int(count.max(initial=0))):
        at = np.flatnonzero(count > nth)
        place = first[at] + nth
        same[at] |= same_value(run.value[at], found.values[place]) & (run.quality[at] == found.quality[place])
    return same, count > 0
