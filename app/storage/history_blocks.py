"""Groups and blocks of one month as records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import sqlalchemy as sa

from app.storage.history_contract import GroupKind, StoredBlock, StoredGroup
from app.storage.history_link import MonthPlace, snapshot
from app.storage.history_rows import LARGEST
from app.storage.tables_history import BLOCKS_EACH_BITS, group_of

__all__ = ["FoundBlock", "blocks_before", "blocks_between", "group_ids", "groups_of_frames", "read_group"]

_GROUP_COLUMNS: Final = (
    "kind", "first_seq", "last_seq", "start_ms", "end_ms", "events", "times", "revision", "id",
)  # fmt: skip
_BLOCK_COLUMNS: Final = ("tag", "count", "lo_ms", "hi_ms", "payload")


@dataclass(frozen=True, slots=True)
class FoundBlock:
    """One tag's block with the times that it shares. (`month_ms`, `group.id`) names those times for ever: nothing else
    will ever have that name. `group.blocks` is empty."""

    month_ms: int
    group: StoredGroup
    block: StoredBlock


def group_ids(place: MonthPlace, start_ms: int, end_ms: int, kind: GroupKind, last_seq: int = LARGEST) -> list[int]:
    """Return the numbers of groups that begin in a time, by start."""
    group = place.tables.sample_group
    within = (group.c.kind == kind.value, group.c.start_ms >= start_ms, group.c.start_ms < end_ms)
    query = sa.select(group.c.id).where(*place.mine(group), *within, group.c.last_seq <= last_seq)
    return list(place.connection.execute(query.order_by(group.c.start_ms, group.c.id)).scalars())


def read_group(place: MonthPlace, number: int) -> StoredGroup | None:
    """Return a group with its blocks, None if it was merged or dropped meanwhile."""
    group = place.tables.sample_group
    query = sa.select(*_columns(group, _GROUP_COLUMNS)).where(*place.mine(group), group.c.id == number)
    row = place.connection.execute(query).one_or_none()
    if row is None:
        return None
    return replace(_group(row), blocks=tuple(_blocks_of(place, number)))


def groups_of_frames(place: MonthPlace, after: int, until: int, tags: Sequence[int] | None = None) -> list[StoredGroup]:
    """Return the groups that rooms saw with frames after one number up to another, with their blocks (of some tags
    only), in the order in which they were written. For a connection that only reads."""
    group, block = place.tables.sample_group, place.tables.block
    first = group.c.id * (1 << BLOCKS_EACH_BITS)
    its = sa.and_(block.c.id >= first, block.c.id < first + (1 << BLOCKS_EACH_BITS), *place.mine(block))
    found: dict[int, tuple[StoredGroup, list[StoredBlock]]] = {}
    with snapshot(place.connection):
        touching = _touching(place, after, until)
        query = sa.select(*_columns(group, _GROUP_COLUMNS)).where(*touching).order_by(group.c.id)
        for row in place.connection.execute(query):
            found[row.id] = (_group(row), [])
        blocks = sa.select(group.c.id, *_columns(block, _BLOCK_COLUMNS)).select_from(group).join(block, its)
        if tags is not None:
            blocks = blocks.where(block.c.tag.in_(list(tags)))
        for row in place.connection.execute(blocks.where(*touching).order_by(block.c.id)):
            found[row[0]][1].append(_block(row[1:]))
    return [replace(one, blocks=tuple(blocks)) for one, blocks in found.values()]


def _touching(place: MonthPlace, after: int, until: int) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions for groups with frames in a range. How long groups are bounds the search in their index."""
    group, count = place.tables.sample_group, place.tables.month_count
    longest = place.connection.execute(sa.select(count.c.longest).where(count.c.month_ms == place.month_ms)).scalar()
    return (
        *place.mine(group),
        group.c.kind == GroupKind.SEEN.value,
        group.c.last_seq > after,
        group.c.last_seq <= until + (longest or 0),
        group.c.first_seq <= until,
    )


def blocks_between(
    place: MonthPlace, tags: Sequence[int], lo_ms: int, hi_ms: int, kinds: Iterable[GroupKind] = tuple(GroupKind)
) -> list[FoundBlock]:
    """Return the blocks of some tags with source times in a range, both ends included, by tag and end."""
    block = place.tables.block
    within = (block.c.tag.in_(list(tags)), block.c.hi_ms >= lo_ms, block.c.lo_ms <= hi_ms)
    query = _joined(place, kinds).where(*within)
    return _found(place, query.order_by(block.c.tag, block.c.hi_ms, block.c.lo_ms, block.c.id))


def blocks_before(
    place: MonthPlace, tag: int, before_ms: int, kinds: Iterable[GroupKind] = tuple(GroupKind), limit: int = 1
) -> list[FoundBlock]:
    """Return the blocks of a tag that end last before a time, newest first: those that touch it are found by
    `blocks_between`."""
    block = place.tables.block
    query = _joined(place, kinds).where(block.c.tag == tag, block.c.hi_ms < before_ms)
    return _found(place, query.order_by(block.c.hi_ms.desc(), block.c.lo_ms.desc()).limit(limit))


def _blocks_of(place: MonthPlace, group: int, tags: Sequence[int] | None = None) -> list[StoredBlock]:
    block = place.tables.block
    first = group << BLOCKS_EACH_BITS
    mine = block.c.id.between(first, first + (1 << BLOCKS_EACH_BITS) - 1)
    query = sa.select(*_columns(block, _BLOCK_COLUMNS)).where(*place.mine(block), mine)
    if tags is not None:
        query = query.where(block.c.tag.in_(list(tags)))
    rows = place.connection.execute(query.order_by(block.c.id))
    return [_block(row) for row in rows]


def _joined(place: MonthPlace, kinds: Iterable[GroupKind]) -> sa.Select[Any]:
    block, group = place.tables.block, place.tables.sample_group
    same = sa.and_(group.c.id == group_of(block), *place.mine(group))
    wanted = group.c.kind.in_([kind.value for kind in kinds])
    columns = (*_columns(group, _GROUP_COLUMNS), *_columns(block, _BLOCK_COLUMNS))
    return sa.select(*columns).select_from(block).join(group, same).where(*place.mine(block), wanted)


def _found(place: MonthPlace, query: sa.Select[Any]) -> list[FoundBlock]:
    rows = place.connection.execute(query)
    width = len(_GROUP_COLUMNS)
    return [FoundBlock(place.month_ms, _group(row[:width]), _block(row[width:])) for row in rows]


def _columns(table: sa.Table, names: Sequence[str]) -> list[sa.Column[Any]]:
    return [table.c[name] for name in names]


def _group(row: Sequence[Any]) -> StoredGroup:
    kind, first_seq, last_seq, start_ms, end_ms, events, times, revision, number = row
    return StoredGroup(
        GroupKind(kind), first_seq, last_seq, start_ms, end_ms, events, bytes(times), (), revision, number
    )


def _block(row: Sequence[Any]) -> StoredBlock:
    tag, count, lo_ms, hi_ms, payload = row
    return StoredBlock(tag, count, lo_ms, hi_ms, bytes(payload))
