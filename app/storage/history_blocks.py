"""Groups and blocks of one month as records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import sqlalchemy as sa

from app.storage.history_contract import GroupKind, StoredBlock, StoredGroup
from app.storage.history_link import MonthPlace, month_is, snapshot
from app.storage.history_rows import LARGEST
from app.storage.tables_history import BLOCKS_EACH_BITS, MonthTables, group_of

__all__ = ["FoundBlock", "blocks_before", "blocks_between", "group_ids", "groups_of_frames", "read_group"]

_GROUP_COLUMNS: Final = (
    "kind", "first_seq", "last_seq", "start_ms", "end_ms", "events", "times", "revision", "id",
)  # fmt: skip
_BLOCK_COLUMNS: Final = ("tag", "count", "lo_ms", "hi_ms", "payload")
_FEW_RUNS: Final = 64
"""So many ranges of numbers are asked for one by one; for more, one join of blocks with groups costs less."""


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


def read_group(place: MonthPlace, number: int, tags: Sequence[int] | None = None) -> StoredGroup | None:
    """Return a group with its blocks (of some tags only), None if it was merged or dropped meanwhile."""
    asked = _asked(place.tables)
    row = place.connection.execute(asked.group, place.bound(number=number)).one_or_none()
    if row is None:
        return None
    first = number << BLOCKS_EACH_BITS
    bound = place.bound(first=first, last=first + (1 << BLOCKS_EACH_BITS) - 1)
    query = asked.blocks_of
    if tags is not None:
        query = query.where(place.tables.block.c.tag.in_(list(tags)))
    return replace(_group(row), blocks=tuple(_block(r[:-1]) for r in place.connection.execute(query, bound)))


def groups_of_frames(place: MonthPlace, after: int, until: int, tags: Sequence[int] | None = None) -> list[StoredGroup]:
    """Return the groups that rooms saw with frames after one number up to another, with their blocks (of some tags
    only), in the order in which they were written. For a connection that only reads."""
    asked = _asked(place.tables)
    found: dict[int, tuple[StoredGroup, list[StoredBlock]]] = {}
    with snapshot(place.connection):
        longest = place.connection.execute(asked.longest, {"count_of": place.month_ms}).scalar() or 0
        # How long groups are bounds the search in their index.
        bound = place.bound(after=after, until=until, latest=until + longest)
        for row in place.connection.execute(asked.groups_touching, bound):
            found[row.id] = (_group(row), [])
        runs = _runs(found)
        query = asked.blocks_of if len(runs) <= _FEW_RUNS else asked.blocks_touching
        if tags is not None:
            query = query.where(place.tables.block.c.tag.in_(list(tags)))
        for first, last in runs if len(runs) <= _FEW_RUNS else runs[:1]:
            ids = {"first": first << BLOCKS_EACH_BITS, "last": ((last + 1) << BLOCKS_EACH_BITS) - 1}
            for row in place.connection.execute(query, {**bound, **ids}):
                found[row.id >> BLOCKS_EACH_BITS][1].append(_block(row[:-1]))
    return [replace(one, blocks=tuple(blocks)) for one, blocks in found.values()]


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return the runs of numbers that follow each other, first and last of each: groups of one window are one run."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def blocks_between(
    place: MonthPlace, tags: Sequence[int], lo_ms: int, hi_ms: int, kinds: Iterable[GroupKind] = tuple(GroupKind)
) -> list[FoundBlock]:
    """Return the blocks of some tags with source times in a range, both ends included, by tag and end."""
    bound = place.bound(tags=list(tags), lo=lo_ms, hi=hi_ms, kinds=[kind.value for kind in kinds])
    return _found(place, _asked(place.tables).between, bound)


def blocks_before(
    place: MonthPlace, tag: int, before_ms: int, kinds: Iterable[GroupKind] = tuple(GroupKind), limit: int = 1
) -> list[FoundBlock]:
    """Return the blocks of a tag that end last before a time, newest first: those that touch it are found by
    `blocks_between`."""
    bound = place.bound(tag=tag, before=before_ms, most=limit, kinds=[kind.value for kind in kinds])
    return _found(place, _asked(place.tables).before, bound)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Statements built once: putting one together costs more than running it."""

    group: sa.Select[Any]
    blocks_of: sa.Select[Any]
    longest: sa.Select[Any]
    groups_touching: sa.Select[Any]
    blocks_touching: sa.Select[Any]
    between: sa.Select[Any]
    before: sa.Select[Any]


@cache
def _asked(tables: MonthTables) -> _Asked:
    group, block, count = tables.sample_group, tables.block, tables.month_count
    of_group, of_block = _columns(group, _GROUP_COLUMNS), _columns(block, _BLOCK_COLUMNS)
    touching = (
        *month_is(group),
        group.c.kind == GroupKind.SEEN.value,
        group.c.last_seq > _bound("after"),
        group.c.last_seq <= _bound("latest"),
        group.c.first_seq <= _bound("until"),
    )
    first = group.c.id * (1 << BLOCKS_EACH_BITS)
    its = sa.and_(block.c.id >= first, block.c.id < first + (1 << BLOCKS_EACH_BITS), *month_is(block))
    own = sa.and_(group.c.id == group_of(block), *month_is(group))
    kinds = group.c.kind.in_(sa.bindparam("kinds", expanding=True))
    joined = sa.select(*of_group, *of_block).select_from(block).join(group, own).where(*month_is(block), kinds)
    ranged = block.c.tag.in_(sa.bindparam("tags", expanding=True)), block.c.hi_ms >= _bound("lo")
    in_order = (block.c.tag, block.c.hi_ms, block.c.lo_ms, block.c.id)
    return _Asked(
        group=sa.select(*of_group).where(*month_is(group), group.c.id == _bound("number")),
        blocks_of=sa.select(*of_block, block.c.id)
        .where(*month_is(block), block.c.id.between(_bound("first"), _bound("last")))
        .order_by(block.c.id),
        longest=sa.select(count.c.longest).where(count.c.month_ms == _bound("count_of")),
        groups_touching=sa.select(*of_group).where(*touching).order_by(group.c.id),
        blocks_touching=sa.select(*of_block, block.c.id)
        .select_from(group)
        .join(block, its)
        .where(*touching)
        .order_by(block.c.id),
        between=joined.where(*ranged, block.c.lo_ms <= _bound("hi")).order_by(*in_order),
        before=joined.where(block.c.tag == _bound("tag"), block.c.hi_ms < _bound("before"))
        .order_by(block.c.hi_ms.desc(), block.c.lo_ms.desc())
        .limit(_bound("most")),
    )


def _bound(name: str) -> sa.BindParameter[int]:
    return sa.bindparam(name, type_=sa.BigInteger())


def _found(place: MonthPlace, query: sa.Select[Any], bound: dict[str, Any]) -> list[FoundBlock]:
    width = len(_GROUP_COLUMNS)
    rows = place.connection.execute(query, bound)
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
