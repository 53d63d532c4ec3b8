"""Windows, states and rollups of one month as records: what the historian's store, the reader and `verify` all read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from app.storage.canonical import from_text
from app.storage.history_contract import Mark
from app.storage.history_link import MonthPlace, month_is
from app.storage.tables_history import month

__all__ = [
    "LARGEST",
    "FrameTimes",
    "MonthExtent",
    "frame_times_at",
    "frame_times_of",
    "last_window",
    "minutes_between",
    "month_extents",
    "state_until",
    "states_between",
    "windows_of",
]

LARGEST = 1 << 62
"""Beyond every frame number and every time."""
_WINDOWS_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class MonthExtent:
    """A month there is, or was, or will be in a moment. Source times of its samples are within `lo_ms` to `hi_ms`:
    devices' clocks may carry samples far out of their month. Its windows begin with frame `first_seq`, 0: none does."""

    month_ms: int
    lo_ms: int
    hi_ms: int
    first_seq: int


@dataclass(frozen=True, slots=True)
class FrameTimes:
    """The packed times t of a window's frames."""

    first_seq: int
    last_seq: int
    start_ms: int
    end_ms: int
    frames: bytes
    revisions: tuple[tuple[int, int], ...]


def month_extents(connection: sa.Connection) -> tuple[MonthExtent, ...]:
    """Return the months, ascending, from what lives for ever: no month need be opened to find out that it has
    nothing. What a month has is within what is said here, since that is written first."""
    rows = connection.execute(sa.select(month).order_by(month.c.month_ms))
    return tuple(MonthExtent(r.month_ms, r.lo_ms, r.hi_ms, r.first_seq) for r in rows)


def last_window(place: MonthPlace) -> FrameTimes | None:
    """Return the newest window of a month, without its times: where the mark is if no later month has one."""
    times = place.tables.frame_times
    query: sa.Select[Any] = sa.select(*_but_times(times), sa.literal(b"").label("times")).where(*place.mine(times))
    row = place.connection.execute(query.order_by(times.c.last_seq.desc()).limit(1)).one_or_none()
    return None if row is None else _frame_times(row)


def windows_of(place: MonthPlace) -> Iterator[FrameTimes]:
    """Yield all windows of a month, by frame number, a few at a time."""
    times, last = place.tables.frame_times, 0
    while True:
        query = sa.select(times).where(*place.mine(times), times.c.last_seq > last).order_by(times.c.last_seq)
        rows = place.connection.execute(query.limit(_WINDOWS_AT_ONCE)).all()
        if not rows:
            return
        yield from map(_frame_times, rows)
        last = rows[-1].last_seq


def frame_times_of(place: MonthPlace, seq: int) -> FrameTimes | None:
    """Return the window that holds a frame, None if this month has it not."""
    times = place.tables.frame_times
    query = sa.select(times).where(*place.mine(times), times.c.last_seq >= seq).order_by(times.c.last_seq).limit(1)
    row = place.connection.execute(query).one_or_none()
    return None if row is None or row.first_seq > seq else _frame_times(row)


def frame_times_at(place: MonthPlace, t_ms: int) -> FrameTimes | None:
    """Return the newest window of a month that begins at a time or before it; it may have ended before that time."""
    times = place.tables.frame_times
    query = sa.select(times).where(*place.mine(times), times.c.end_ms >= t_ms).order_by(times.c.end_ms).limit(1)
    row = place.connection.execute(query).one_or_none()
    if row is None or row.start_ms > t_ms:
        query = sa.select(times).where(*place.mine(times), times.c.end_ms <= t_ms).order_by(times.c.end_ms.desc())
        row = place.connection.execute(query.limit(1)).one_or_none()
    return None if row is None else _frame_times(row)


def state_until(place: MonthPlace, seq: int = LARGEST) -> tuple[Mark, bytes] | None:
    """Return the newest state of a month after a frame number at most."""
    state = place.tables.state
    query = sa.select(state).where(*place.mine(state), state.c.seq <= seq).order_by(state.c.seq.desc()).limit(1)
    row = place.connection.execute(query).one_or_none()
    return None if row is None else (Mark(row.seq, row.t_ms), bytes(row.payload))


def states_between(place: MonthPlace, start_ms: int, end_ms: int) -> list[Mark]:
    """Return the windows that still have a state and ended in a time, by frame number."""
    state = place.tables.state
    query = sa.select(state.c.seq, state.c.t_ms).where(*place.mine(state), state.c.t_ms.between(start_ms, end_ms - 1))
    return [Mark(row.seq, row.t_ms) for row in place.connection.execute(query.order_by(state.c.seq))]


def minutes_between(place: MonthPlace, tags: Sequence[int], from_ms: int, end_ms: int) -> list[tuple[int, int, bytes]]:
    """Return (tag, start of the day, payload) of rows of minutes that start in a time, by tag and start."""
    bound = place.bound(tags=list(tags), first=from_ms, end=end_ms)
    rows = place.connection.execute(_minutes(place.tables.minute_rollup), bound)
    return [(r.tag, r.start_ms, bytes(r.payload)) for r in rows]


@cache
def _minutes(table: sa.Table) -> sa.Select[Any]:
    """Build the statement once: putting it together costs more than running it."""
    row = table.c
    tags = row.tag.in_(sa.bindparam("tags", expanding=True))
    within = (tags, row.start_ms >= sa.bindparam("first"), row.start_ms < sa.bindparam("end"))
    query = sa.select(row.tag, row.start_ms, row.payload).where(*month_is(table), *within)
    return query.order_by(row.tag, row.start_ms)


def _but_times(times: sa.Table) -> list[sa.Column[Any]]:
    return [column for column in times.c if column.name != "times"]


def _frame_times(row: sa.Row[Any]) -> FrameTimes:
    revisions = tuple((int(seq), int(revision)) for seq, revision in from_text(row.revisions))
    return FrameTimes(row.first_seq, row.last_seq, row.start_ms, row.end_ms, bytes(row.times), revisions)
