"""Finds, in rows as frames brought them, which tags share their times.

An *event* is one reply: a batch, or the part of it that has one source time. Tags with samples at the same events
share a column of times directly; which others should share one is decided in `sharing`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.series.batch import SampleBatch
from app.series.sharing import Member, Shared, share
from app.series.windows import Group, TagColumn, Times

__all__ = ["Rows", "group_rows"]

_TOGETHER: Final = 256
"""Batches that are put together at a stroke: thousands would hold up every other thread meanwhile."""
_SMALL: Final = 1 << 16
_REACH: Final = 1 << 31


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some batches as one: of each row tag, value, quality and source time; of each batch its length, the number of its
    frame and its receipt time."""

    tags: NDArray[np.int32]
    values: NDArray[np.float64]
    quality: NDArray[np.uint16]
    source_ms: NDArray[np.int64]
    sizes: NDArray[np.int64]
    seqs: NDArray[np.int64]
    receipts: NDArray[np.int64]


class _TagTwice(Exception):
    """A batch has a tag twice."""


class Rows:
    """Batches in the order in which rooms saw them, with the numbers of their frames. Empty ones are left out. Before
    they are too many to be put together at a stroke whoever adds them seals them."""

    def __init__(self) -> None:
        self.batches: list[SampleBatch] = []
        self.seqs: list[int] = []
        self.count = 0
        self._chunks: list[Chunk] = []

    def add(self, seq: int, batch: SampleBatch) -> None:
        """Add a batch of frame `seq`."""
        if len(batch):
            self.batches.append(batch)
            self.seqs.append(seq)
            self.count += len(batch)

    @property
    def full(self) -> bool:
        """Return whether it is time to seal."""
        return len(self.batches) >= _TOGETHER

    def seal(self) -> None:
        """Put the batches together into a chunk and let go of them."""
        if not self.batches:
            return
        these = self.batches
        self._chunks.append(
            Chunk(
                np.concatenate([b.tags for b in these]),
                np.concatenate([b.values for b in these]),
                np.concatenate([b.quality for b in these]),
                np.concatenate([b.source_ms for b in these]),
                np.array([len(b) for b in these], dtype=np.int64),
                np.array(self.seqs, dtype=np.int64),
                np.array([b.receipt_ms for b in these], dtype=np.int64),
            )
        )
        self.batches, self.seqs = [], []

    def whole(self) -> Chunk:
        """Return everything as one chunk, which it is from now on."""
        self.seal()
        if len(self._chunks) > 1:
            joined = (np.concatenate([getattr(c, f.name) for c in self._chunks]) for f in fields(Chunk))
            self._chunks = [Chunk(*joined)]
        return self._chunks[0]

    def add_all(self, seq: int, batches: Iterable[SampleBatch]) -> None:
        """Add all batches of frame `seq`."""
        for batch in batches:
            self.add(seq, batch)


def group_rows(rows: Rows) -> tuple[Group, ...]:
    """Return the rows as groups by first tag, every sample once."""
    if not rows.count:
        return ()
    chunk = rows.whole()
    try:
        return _grouped(chunk)
    except _TagTwice:
        # No driver may do that, but history must not stop because one does: the second sample is an event of its own.
        return _grouped(_parted(chunk))


def _grouped(chunk: Chunk) -> tuple[Group, ...]:
    events, of_row = _events(chunk)
    order = _by_tag(chunk.tags)
    tags, of_row = chunk.tags[order], of_row[order]
    values, quality = chunk.values[order], chunk.quality[order]
    starts = np.flatnonzero(np.concatenate([[True], tags[1:] != tags[:-1]]))
    _check_order(of_row, starts)
    bounds = [*starts.tolist(), len(tags)]
    spans = [slice(a, b) for a, b in pairwise(bounds)]
    groups = []
    for shared in share(_members(of_row, starts, spans, len(events)), len(events)):
        found = [(tags.item(spans[i].start), spans[i], at) for i, at in _columns(shared)]
        columns = tuple(TagColumn(tag, at, values[span], quality[span]) for tag, span, at in sorted(found, key=_tag))
        times = Times(events.seq[shared.events], events.source_ms[shared.events], events.receipt_ms[shared.events])
        groups.append(Group(times, columns))
    return tuple(sorted(groups, key=_first_tag))


def _columns(shared: Shared) -> Iterable[tuple[int, NDArray[np.int32] | None]]:
    """Yield each tag (its place) of a group with its events' places among the group's, None for all of them."""
    for member in shared.members:
        whole = len(member.events) == len(shared.events)
        at = None if whole else np.searchsorted(shared.events, member.events).astype(np.int32)
        for place in member.tags:
            yield place, at


def _tag(column: tuple[int, Any, Any]) -> int:
    return column[0]


def _first_tag(group: Group) -> int:
    return group.columns[0].tag


def _by_tag(tags: NDArray[np.int32]) -> NDArray[np.intp]:
    """Return the order of the rows by tag, equal ones as they came. Numbers of 16 bits are sorted much faster."""
    if int(tags.max()) < _SMALL:
        return np.argsort(tags.astype(np.uint16), kind="stable")
    distinct = np.unique(tags)
    if len(distinct) <= _SMALL:
        return np.argsort(np.searchsorted(distinct, tags).astype(np.uint16), kind="stable")
    return np.argsort(tags, kind="stable")


def _check_order(of_row: NDArray[np.int64], starts: NDArray[np.intp]) -> None:
    rising = of_row[1:] > of_row[:-1]
    rising[starts[1:] - 1] = True
    if not rising.all():
        raise _TagTwice


def _parted(chunk: Chunk) -> Chunk:
    """Return the rows in batches that have no tag twice."""
    batch = np.repeat(np.arange(len(chunk.sizes)), chunk.sizes)
    order = np.lexsort((chunk.tags, batch))
    starts = _starts(batch[order], chunk.tags[order])
    nth = np.empty(len(batch), dtype=np.int64)
    nth[order] = np.arange(len(batch)) - np.repeat(starts, np.diff(np.append(starts, len(batch))))
    rows = np.lexsort((nth, batch))
    starts = _starts(batch[rows], nth[rows])
    its = batch[rows][starts]
    return Chunk(
        chunk.tags[rows],
        chunk.values[rows],
        chunk.quality[rows],
        chunk.source_ms[rows],
        np.diff(np.append(starts, len(rows))),
        chunk.seqs[its],
        chunk.receipts[its],
    )


def _starts(first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.intp]:
    """Return where runs of equal pairs begin."""
    return np.flatnonzero(np.concatenate([[True], (first[1:] != first[:-1]) | (second[1:] != second[:-1])]))


def _events(chunk: Chunk) -> tuple[Times, NDArray[np.int64]]:
    """Return all events in order, and the number of each row's."""
    sizes, source, seqs, receipts = chunk.sizes, chunk.source_ms, chunk.seqs, chunk.receipts
    batch = np.repeat(np.arange(len(sizes)), sizes)
    first = source[np.cumsum(sizes) - sizes]
    if np.array_equal(first[batch], source):
        return Times(seqs, first, receipts), batch
    order = _by_batch_and_time(batch, source, first)
    batch, source = batch[order], source[order]
    new = np.concatenate([[True], (batch[1:] != batch[:-1]) | (source[1:] != source[:-1])])
    of_row = np.empty(len(order), dtype=np.int64)
    of_row[order] = np.cumsum(new) - 1
    return Times(seqs[batch[new]], source[new], receipts[batch[new]]), of_row


def _by_batch_and_time(
    batch: NDArray[np.int64], source: NDArray[np.int64], first: NDArray[np.int64]
) -> NDArray[np.intp]:
    """Return the order of the rows by batch, then source time: in one key where the times of a batch are near."""
    offset = source - first[batch] + _REACH
    if len(first) < _REACH and int(offset.min()) >= 0 and int(offset.max()) < 2 * _REACH:
        return np.argsort((batch << 32) | offset, kind="stable")
    return np.lexsort((source, batch))


def _members(
    of_row: NDArray[np.int64], starts: NDArray[np.intp], spans: list[slice], events: int
) -> list[Member]:  # fmt: skip
    """Return the distinct sequences of events, each with the places of the tags that have it."""
    marks = np.random.default_rng(0).integers(0, 2**63, events, dtype=np.int64).view(np.uint64)
    sums = np.add.reduceat(marks[of_row], starts).tolist()
    found: dict[tuple[int, int], list[Member]] = {}
    for place, (span, mark) in enumerate(zip(spans, sums, strict=True)):
        own = of_row[span]
        alike = found.setdefault((len(own), mark), [])
        for member in alike:
            if np.array_equal(member.events, own):
                member.tags.append(place)
                break
        else:
            alike.append(Member(own, [place]))
    return [member for alike in found.values() for member in alike]
