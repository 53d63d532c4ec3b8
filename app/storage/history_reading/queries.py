"""Questions about a month that only a reader asks."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from app.storage.history_contract import Mark
from app.storage.history_link import MonthPlace

__all__ = ["counts_between", "first_frame", "tags_before"]


def first_frame(place: MonthPlace) -> Mark | None:
    """Return the first frame of a month and its time."""
    times = place.tables.frame_times
    query = sa.select(times.c.first_seq, times.c.start_ms).where(*place.mine(times)).order_by(times.c.last_seq)
    row = place.connection.execute(query.limit(1)).one_or_none()
    return None if row is None else Mark(row.first_seq, row.start_ms)


def counts_between(place: MonthPlace, tags: Sequence[int], lo_ms: int, hi_ms: int) -> dict[int, int]:
    """Return how many samples the blocks of each tag have that touch a range of source times, both ends included."""
    block = place.tables.block
    within = (block.c.tag.in_(list(tags)), block.c.hi_ms >= lo_ms, block.c.lo_ms <= hi_ms)
    query = sa.select(block.c.tag, sa.func.sum(block.c.count)).where(*place.mine(block), *within)
    return {tag: int(count) for tag, count in place.connection.execute(query.group_by(block.c.tag))}


def tags_before(place: MonthPlace, tags: Sequence[int], before_ms: int) -> set[int]:
    """Return those of some tags that have blocks which ended before a time."""
    block = place.tables.block
    within = (block.c.tag.in_(list(tags)), block.c.hi_ms < before_ms)
    query = sa.select(block.c.tag).where(*place.mine(block), *within).distinct()
    return set(place.connection.execute(query).scalars())
