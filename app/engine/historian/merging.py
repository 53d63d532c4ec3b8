"""Merges the groups of an hour, then of a day, into few large ones, and thins out states."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator, Sequence
from typing import Final

from app.engine.historian.packing import BLOCKS_AT_ONCE, MOST_BLOCKS, pack_blocks
from app.engine.historian.plan import HistorianPlan
from app.engine.historian.spans import Spans
from app.errors import BadBlock
from app.series.blocks import unpack_block
from app.series.merging import Outline, chains, join
from app.series.times import pack_times, unpack_times
from app.series.windows import Group, Times
from app.storage.history_contract import GroupKind, HistoryStore, StoredBlock, StoredGroup
from app.storage.months import month_of

__all__ = ["Merger"]

_log: Final = logging.getLogger(__name__)


class Merger:
    """Each merged group is written in one transaction in place of those that it was made of; what a kill leaves is
    merged when its span is looked through again."""

    def __init__(self, store: HistoryStore, plan: HistorianPlan, spans: Spans) -> None:
        self._store = store
        self._plan = plan
        self._spans = spans
        self.merged = self.spans = 0
        """Groups that were put into others since the start, and of the longest spans how many were looked through."""

    def run(self) -> Iterator[None]:
        """Merge every span that is over; yields between small steps."""
        for width in self._plan.merges_ms:
            for start in self._spans.over(f"merged {width}", width):
                yield from self._span(start, start + width, GroupKind.SEEN)
                if width == self._plan.merges_ms[0]:
                    self._thin(start, start + width)
                if width == self._plan.merges_ms[-1]:
                    self.spans += 1
                    # By source time: most of what is late comes within a day.
                    for late in (start - width, start):
                        yield from self._span(late, late + width, GroupKind.LATE)
                self._store.note_progress(f"merged {width}", start + width)
                yield

    def _thin(self, start: int, end: int) -> None:
        ends = self._store.windows(start, end)
        if len(ends) > 1:
            self._store.thin(start, end, [ends[-1].seq])

    def _span(self, start: int, end: int, kind: GroupKind) -> Iterator[None]:
        """Look through a span, as much at once as memory should hold."""
        held: list[StoredGroup] = []
        size = 0
        for group in self._store.groups(month_of(start), start, end, kind):
            held.append(group)
            size += sum(len(b.payload) for b in group.blocks)
            if size >= self._plan.merge_bytes:
                yield from self._merge(held)
                held, size = [], 0
            yield
        yield from self._merge(held)

    def _merge(self, groups: Sequence[StoredGroup]) -> Iterator[None]:
        outlines = [
            Outline(g.first_seq, g.last_seq, g.events, frozenset(b.tag for b in g.blocks)) for g in groups
        ]  # fmt: skip
        for chain in chains(outlines, self._plan.most_events):
            old = [groups[place] for place in chain]
            if len(old) < 2 or len({b.tag for g in old for b in g.blocks}) > MOST_BLOCKS:
                continue
            try:
                new = yield from _joined(old)
            except BadBlock as error:
                _log.error("groups from frame %d on stay as they are: %s", old[0].first_seq, error)
                continue
            self._store.replace(old, [new])
            self.merged += len(old)
            yield


def _joined(old: Sequence[StoredGroup]) -> Generator[None, None, StoredGroup]:
    """Return groups as one, a few tags at a time: a day of a large poll group would fill the memory."""
    times = [unpack_times(group.times) for group in old]
    of_tag: dict[int, list[tuple[int, StoredBlock]]] = {}
    for place, group in enumerate(old):
        for block in group.blocks:
            of_tag.setdefault(block.tag, []).append((place, block))
    tags = sorted(of_tag)
    blocks: list[StoredBlock] = []
    whole = join([Group(t, ()) for t in times]).times
    yield
    for first in range(0, len(tags), BLOCKS_AT_ONCE):
        some = tags[first : first + BLOCKS_AT_ONCE]
        blocks += yield from pack_blocks(join(_only(times, of_tag, some)))
        yield
    return StoredGroup(
        kind=old[0].kind,
        first_seq=old[0].first_seq,
        last_seq=old[-1].last_seq,
        start_ms=old[0].start_ms,
        end_ms=max(group.end_ms for group in old),
        events=len(whole),
        times=pack_times(whole),
        blocks=tuple(blocks),
    )


def _only(times: list[Times], of_tag: dict[int, list[tuple[int, StoredBlock]]], tags: list[int]) -> list[Group]:
    """Return the groups with the columns of some tags alone."""
    columns: list[list[StoredBlock]] = [[] for _ in times]
    for tag in tags:
        for place, block in of_tag[tag]:
            columns[place].append(block)
    return [
        Group(its, tuple(unpack_block(b.tag, b.payload) for b in found))
        for its, found in zip(times, columns, strict=True)
    ]
