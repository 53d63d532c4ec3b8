"""How the alarms stood at a frame number, what they did between two, and how many came when: all from the journal.

Lines of the alarm journal carry the number of the newest frame committed with them, which never falls from one line to
the next. So a frame number is a place in the journal, found by halving.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from app.model.alarms.spec import PRIORITIES
from app.model.alarms.status import AlarmChange, AlarmState, AlarmStatus
from app.model.alarms.told import status_of
from app.model.records import Journal
from app.storage import tables_live as live
from app.storage.journals import entry_of

__all__ = ["alarm_density", "alarms_at", "alarms_between", "next_alarm"]

_ALARMS: Final = Journal.ALARMS.value
_SOUNDING: Final = tuple(c.value for c in (AlarmChange.RAISED, AlarmChange.REALARMED, AlarmChange.AFTER_GAP))
_AT_ONCE: Final = 500
_TOLD: Final = '"annunciated":true'
"""How canonical JSON says that an alarm sounded: it was not put aside."""


def alarms_at(connection: sa.Connection, seq: int) -> tuple[AlarmStatus, ...]:
    """Return every alarm that was not normal, stood aside or was changed at run time once frame `seq` had come: what
    the newest line of each up to then says."""
    numbers = [n for n in connection.execute(_NEWEST, {"frame": seq}).scalars() if n is not None]
    entry, found = live.journal.c, []
    for i in range(0, len(numbers), _AT_ONCE):
        part = numbers[i : i + _AT_ONCE]
        rows = connection.execute(sa.select(live.journal).where(entry.journal == _ALARMS, entry.seq.in_(part)))
        found += [status_of(entry_of(row)) for row in rows if not _calm(row.detail)]
    return tuple(s for s in found if s.state is not AlarmState.NORM or s.aside or s.override is not None)


def alarms_between(connection: sa.Connection, after: int, until: int) -> tuple[tuple[int, AlarmStatus], ...]:
    """Return what alarms became after one frame and up to another, with the frame of each, in order."""
    entry = live.journal.c
    first, last = _place(connection, after), _place(connection, until)
    query = sa.select(live.journal).where(entry.journal == _ALARMS, entry.seq > first, entry.seq <= last)
    rows = connection.execute(query.order_by(entry.seq))
    return tuple((row.frame, status_of(entry_of(row))) for row in rows)


def next_alarm(connection: sa.Connection, seq: int, *, back: bool = False) -> tuple[int, str] | None:
    """Return frame and path of the first alarm that was annunciated after a frame, or (`back`) of the last before."""
    entry = live.journal.c
    query = sa.select(entry.frame, entry.what).where(entry.journal == _ALARMS, *_annunciated(connection))
    if back:
        query = query.where(entry.seq <= _place(connection, seq - 1), entry.frame > 0).order_by(entry.seq.desc())
    else:
        query = query.where(entry.seq > _place(connection, seq)).order_by(entry.seq)
    row = connection.execute(query.limit(1)).one_or_none()
    return None if row is None else (row.frame, row.what)


def alarm_density(connection: sa.Connection, start_ms: int, end_ms: int, points: int) -> tuple[tuple[int, ...], ...]:
    """Return for each of `points` equal parts of a time how many alarms were annunciated, by priority 1 to 4."""
    entry, wide = live.journal.c, max(1, end_ms - start_ms)
    part = ((entry.at_ms - start_ms) * points // wide).label("part")
    when = (entry.journal == _ALARMS, entry.at_ms >= start_ms, entry.at_ms < end_ms)
    query = sa.select(part, entry.priority, sa.func.count().label("alarms"))
    rows = connection.execute(query.where(*when, *_annunciated(connection)).group_by("part", entry.priority))
    counts = [[0] * len(PRIORITIES) for _ in range(points)]
    for row in rows:
        priority = min(max(row.priority, PRIORITIES[0]), PRIORITIES[-1])
        counts[min(int(row.part), points - 1)][priority - PRIORITIES[0]] += row.alarms
    return tuple(map(tuple, counts))


def _place(connection: sa.Connection, frame: int) -> int:
    """Return the number of the newest line of the alarm journal with that frame or an older one, 0 for none."""
    seq = live.journal.c.seq
    of = sa.select(live.journal.c.frame).where(live.journal.c.journal == _ALARMS, seq == sa.bindparam("number"))
    low, high = (
        0,
        connection.execute(sa.select(sa.func.max(seq)).where(live.journal.c.journal == _ALARMS)).scalar() or 0,
    )
    while low < high:
        middle = (low + high + 1) // 2
        if connection.execute(of, {"number": middle}).scalar_one() <= frame:
            low = middle
        else:
            high = middle - 1
    return low


def _calm(detail: str) -> bool:
    """Return True for a line after which there is nothing to say of its alarm, by its canonical text: most alarms are
    normal at most times, and to read such a line takes longer than to find it."""
    once = detail.count('"state":') == 1
    return once and '"state":"norm"' in detail and '"flags":[]' in detail and '"override":{' not in detail


def _annunciated(connection: sa.Connection) -> tuple[sa.ColumnElement[bool], ...]:
    detail = live.journal.c.detail
    found: sa.ColumnElement[Any] = (
        sa.func.strpos(detail, _TOLD) if connection.dialect.name == "postgresql" else sa.func.instr(detail, _TOLD)
    )
    return live.journal.c.kind.in_(_SOUNDING), found > 0


def _newest() -> sa.Select[Any]:
    """For each alarm that ever had a row, the number of its newest line up to a frame: one look into the index of
    alarms' lines, for which both planners want the journal as a literal."""
    line = live.journal.alias("line")
    newest = (
        sa.select(line.c.seq)
        .where(
            line.c.journal == sa.literal_column(f"'{_ALARMS}'"),
            line.c.what == live.alarm.c.path,
            line.c.frame <= sa.bindparam("frame"),
        )
        .order_by(line.c.frame.desc(), line.c.seq.desc())
        .limit(1)
        .correlate(live.alarm)
        .scalar_subquery()
    )
    return sa.select(newest.label("seq")).select_from(live.alarm)


_NEWEST: Final = _newest()
