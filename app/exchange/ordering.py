"""Samples in the order of history: by tag, then by time, each once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from app.exchange.rows import Rows

__all__ = ["Deduced", "ordered", "runs", "same_value", "without_repeats"]


@dataclass(frozen=True, slots=True)
class Deduced:
    """Samples that count; how many were said before, word for word; those that say another value."""

    rows: Rows
    repeated: int
    other: Rows


def ordered(rows: Rows) -> Rows:
    """Return samples by tag and time; those of one tag and time stay as they came."""
    if not len(rows):
        return rows
    if int(rows.tag.max()) < 1 << 16:
        # Numpy sorts 16-bit numbers by counting: a file in the order of time is done with that.
        order = np.argsort(rows.tag.astype(np.uint16), kind="stable")
        tag, ms = rows.tag[order], rows.ms[order]
        if ((ms[1:] >= ms[:-1]) | (tag[1:] != tag[:-1])).all():
            return Rows(tag, ms, rows.value[order], rows.quality[order], rows.line[order])
    return rows.at(np.lexsort((rows.ms, rows.tag)))


def runs(rows: Rows) -> Iterator[tuple[int, Rows]]:
    """Yield each tag's place and samples, of ordered ones."""
    if len(rows):
        cuts = [0, *(np.flatnonzero(np.diff(rows.tag)) + 1).tolist(), len(rows)]
        for start, end in pairwise(cuts):
            yield int(rows.tag[start]), rows.at(slice(start, end))


def without_repeats(rows: Rows) -> Deduced:
    """Take out of ordered samples what came before with the same tag, time and quality: the first counts. A sample of
    another quality at the same time stands for itself: a value that was read once more and marked."""
    same = (rows.tag[1:] == rows.tag[:-1]) & (rows.ms[1:] == rows.ms[:-1])
    nobody = Rows(rows.tag[:0], rows.ms[:0], rows.value[:0], rows.quality[:0], rows.line[:0])
    if not same.any():
        return Deduced(rows, 0, nobody)
    first = _firsts(rows, same)
    places = np.arange(len(rows))
    again = first != places
    other = again & ~same_value(rows.value, rows.value[first])
    return Deduced(rows.at(~again), int((again & ~other).sum()), rows.at(other))


def _firsts(rows: Rows, same: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return for each sample the place of the first with its tag, time and quality."""
    first = np.arange(len(rows))
    group = np.concatenate([[0], np.cumsum(~same)])
    doubtful = np.flatnonzero(np.concatenate([[False], same]) | np.concatenate([same, [False]]))
    order = doubtful[np.lexsort((doubtful, rows.quality[doubtful], group[doubtful]))]
    new = np.ones(len(order), np.bool_)
    new[1:] = (group[order[1:]] != group[order[:-1]]) | (rows.quality[order[1:]] != rows.quality[order[:-1]])
    first[order] = order[np.flatnonzero(new)][np.cumsum(new) - 1]
    return first


def same_value(left: NDArray[np.float64], right: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return which values are the same; no value is the same as no value."""
    same: NDArray[np.bool_] = (left == right) | (np.isnan(left) & np.isnan(right))
    return same
