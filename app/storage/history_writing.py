"""Writes windows, groups and states into one month, inside the transaction that holds it open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from app.errors import InternalFault
from app.storage.canonical import to_text
from app.storage.history_contract import GroupKind, StoredBlock, StoredGroup, StoredWindow
from app.storage.history_link import MonthPlace
from app.storage.tables_history import BLOCKS_EACH_BITS, group_of

__all__ = [
    "add_groups",
    "blocks_of_revision",
    "count_change",
    "drop_groups",
    "drop_late_after",
    "drop_revision",
    "drop_tags",
    "empty_month",
    "groups_there",
    "without_known",
    "write_window",
]

_BLOCKS_EACH = 1 << BLOCKS_EACH_BITS
_AT_ONCE = 500
"""Values in one list of a statement."""


def write_window(place: MonthPlace, window: StoredWindow, groups: Sequence[StoredGroup]) -> None:
    """Write a window with those of its groups that belong to this month: the mark is now at its end."""
    tables = place.tables
    revisions = to_text(window.revisions)
    row = (window.last_seq, window.first_seq, window.start_ms, window.end_ms, revisions, window.frames)
    place.insert(tables.frame_times, [row])
    place.insert(tables.state, [(window.last_seq, window.end_ms, window.state)])
    add_groups(place, groups)


def add_groups(place: MonthPlace, groups: Sequence[StoredGroup]) -> None:
    """Give groups their numbers, and write them with their blocks."""
    groups = [g for g in groups if g.blocks]
    first = _numbered(place, groups)
    place.insert(place.tables.sample_group, [_group_row(n, g) for n, g in enumerate(groups, first)])
    blocks = [_block_row(n, i, b) for n, g in enumerate(groups, first) for i, b in enumerate(g.blocks)]
    place.insert(place.tables.block, blocks)


def drop_groups(place: MonthPlace, ids: Iterable[int]) -> None:
    """Drop groups and their blocks."""
    group, block = place.tables.sample_group, place.tables.block
    rows = [{"first": n << BLOCKS_EACH_BITS, "last": (n << BLOCKS_EACH_BITS) + _BLOCKS_EACH - 1, "n": n} for n in ids]
    if rows:
        its = block.c.id.between(sa.bindparam("first"), sa.bindparam("last"))
        place.connection.execute(sa.delete(block).where(*place.mine(block), its), rows)
        place.connection.execute(sa.delete(group).where(*place.mine(group), group.c.id == sa.bindparam("n")), rows)


def groups_there(place: MonthPlace, ids: Sequence[int]) -> list[int]:
    """Return those of some groups that are there."""
    group = place.tables.sample_group
    found: list[int] = []
    for first in range(0, len(ids), _AT_ONCE):
        mine = group.c.id.in_(ids[first : first + _AT_ONCE])
        found += place.connection.execute(sa.select(group.c.id).where(*place.mine(group), mine)).scalars()
    return found


def drop_late_after(place: MonthPlace, seq: int) -> None:
    """Drop late groups of frames beyond the mark: a window that was never completed left them."""
    group = place.tables.sample_group
    late = (group.c.kind == GroupKind.LATE.value, group.c.last_seq > seq)
    query = sa.select(group.c.id).where(*place.mine(group), *late)
    drop_groups(place, list(place.connection.execute(query).scalars()))


def blocks_of_revision(place: MonthPlace, revision: int) -> list[StoredBlock]:
    """Return all blocks of an import or a correction, without their payloads."""
    block = place.tables.block
    query = sa.select(block.c.tag, block.c.count, block.c.lo_ms, block.c.hi_ms)
    query = query.select_from(block).join(place.tables.sample_group, _its_group(place))
    query = query.where(*place.mine(block), *_of(place, revision))
    return [StoredBlock(*row, b"") for row in place.connection.execute(query)]


def drop_revision(place: MonthPlace, revision: int) -> int:
    """Drop all groups of an import or a correction; return how many samples they held."""
    samples = sum(block.count for block in blocks_of_revision(place, revision))
    group = place.tables.sample_group
    ids = place.connection.execute(sa.select(group.c.id).where(*place.mine(group), *_of(place, revision)))
    drop_groups(place, list(ids.scalars()))
    count_change(place)
    return samples


def _of(place: MonthPlace, revision: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions for groups of an import or a correction: frames have revision 0."""
    group = place.tables.sample_group
    return (group.c.revision == revision, group.c.kind.in_([GroupKind.IMPORTED.value, GroupKind.CORRECTED.value]))


def _its_group(place: MonthPlace) -> sa.ColumnElement[bool]:
    block, group = place.tables.block, place.tables.sample_group
    return sa.and_(group.c.id == group_of(block), *place.mine(group))


def drop_tags(place: MonthPlace, tags: Sequence[int]) -> None:
    """Drop blocks and minute rollups of some tags, and groups that have no block left."""
    tables, connection = place.tables, place.connection
    block, group = tables.block, tables.sample_group
    number = group_of(block)
    mine = (*place.mine(block), block.c.tag.in_(list(tags)))
    touched = set(connection.execute(sa.select(number).where(*mine).distinct()).scalars())
    connection.execute(sa.delete(block).where(*mine))
    minutes = tables.minute_rollup
    connection.execute(sa.delete(minutes).where(*place.mine(minutes), minutes.c.tag.in_(list(tags))))
    for one in touched:
        first = one << BLOCKS_EACH_BITS
        left = sa.select(block.c.id).where(*place.mine(block), block.c.id.between(first, first + _BLOCKS_EACH - 1))
        if connection.execute(left.limit(1)).one_or_none() is None:
            connection.execute(sa.delete(group).where(*place.mine(group), group.c.id == one))
    count_change(place)


def empty_month(place: MonthPlace, seq: int) -> None:
    """Drop everything of a month but the window that ends with a frame: the mark, and the state after it."""
    tables = place.tables
    for table in (tables.block, tables.sample_group, tables.minute_rollup):
        place.connection.execute(sa.delete(table).where(*place.mine(table)))
    for table, number in ((tables.frame_times, "last_seq"), (tables.state, "seq")):
        place.connection.execute(sa.delete(table).where(*place.mine(table), table.c[number] != seq))
    count_change(place)


def without_known(place: MonthPlace, groups: Sequence[StoredGroup]) -> list[StoredGroup]:
    """Leave out blocks that are there already, by kind, revision, start and tag: an earlier try brought them."""
    known: dict[tuple[int, int, int], set[int]] = {}
    block, group = place.tables.block, place.tables.sample_group
    starts = group.c.start_ms.between(min(g.start_ms for g in groups), max(g.start_ms for g in groups))
    for kind, revision in {(g.kind.value, g.revision) for g in groups}:
        query = sa.select(group.c.start_ms, block.c.tag).select_from(block).join(group, _its_group(place))
        mine = (*place.mine(block), group.c.kind == kind, group.c.revision == revision, starts)
        for start_ms, tag in place.connection.execute(query.where(*mine)):
            known.setdefault((kind, revision, start_ms), set()).add(tag)
    fresh = []
    for one in groups:
        there = known.setdefault((one.kind.value, one.revision, one.start_ms), set())
        fresh.append(replace(one, blocks=tuple(b for b in one.blocks if b.tag not in there)))
        there.update(b.tag for b in one.blocks)
    return fresh


def count_change(place: MonthPlace, **values: Any) -> None:
    """Count a commit of this month, and write what else changed about it."""
    count = place.tables.month_count
    values["changes"] = count.c.changes + 1
    place.connection.execute(sa.update(count).where(count.c.month_ms == place.month_ms).values(**values))


def _numbered(place: MonthPlace, groups: Sequence[StoredGroup]) -> int:
    """Count new groups and return the number of the first of them. Numbers are never used again, so that a reader may
    keep what it read under one."""
    count = place.tables.month_count
    row = place.connection.execute(sa.select(count).where(count.c.month_ms == place.month_ms)).one()
    longest = max((row.longest, *(g.last_seq - g.first_seq for g in groups)))
    count_change(place, longest=longest, last_group=row.last_group + len(groups))
    return int(row.last_group) + 1


def _group_row(number: int, group: StoredGroup) -> tuple[Any, ...]:
    if len(group.blocks) > _BLOCKS_EACH:
        raise InternalFault(f"a group of {len(group.blocks)} blocks is too large for the store")
    return (
        number, group.kind.value, group.revision, group.first_seq, group.last_seq, group.start_ms, group.end_ms,
        group.events, group.times,
    )  # fmt: skip


def _block_row(group: int, place: int, block: StoredBlock) -> tuple[Any, ...]:
    number = (group << BLOCKS_EACH_BITS) + place
    return (number, block.tag, block.count, block.lo_ms, block.hi_ms, block.payload)
