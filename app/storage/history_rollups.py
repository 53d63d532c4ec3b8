"""Rollups: minutes with their month, hours and days for ever."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from app.storage.history_contract import StoredRollup
from app.storage.history_link import HistoryLink
from app.storage.history_notes import forget_dirty
from app.storage.history_rows import minutes_between
from app.storage.history_writing import count_change
from app.storage.inserting import replacing
from app.storage.months import LONGEST_SPAN_MS, MINUTE_MS, month_of, next_month, span_end
from app.storage.tables_history import rollup

__all__ = ["RollupStore", "lasting_rollups"]


def _lasting() -> sa.Select[Any]:
    row = rollup.c
    tags = row.tag.in_(sa.bindparam("tags", expanding=True))
    spans = (row.start_ms > sa.bindparam("first"), row.start_ms < sa.bindparam("end"))
    within = (row.level_ms == sa.bindparam("level"), *spans)
    return sa.select(rollup).where(tags, *within).order_by(row.tag, row.start_ms)


_TAGS_AT_ONCE: Final = 500
_LASTING: Final = _lasting()
"""Built once: putting it together costs more than running it."""


def lasting_rollups(
    connection: sa.Connection, tags: Sequence[int], level_ms: int, start_ms: int, end_ms: int
) -> list[StoredRollup]:
    """Return rows of hours or days whose span touches a time, by tag and start."""
    first = start_ms - LONGEST_SPAN_MS[level_ms]
    rows = connection.execute(_LASTING, {"tags": list(tags), "level": level_ms, "first": first, "end": end_ms})
    found = [StoredRollup(r.tag, r.level_ms, r.start_ms, bytes(r.payload)) for r in rows]
    return [one for one in found if span_end(level_ms, one.start_ms) > start_ms]


class RollupStore:
    """Writes and reads rows of all levels."""

    def __init__(self, link: HistoryLink) -> None:
        self._link = link

    def write(self, rollups: Sequence[StoredRollup], clean: Sequence[tuple[int, int]]) -> None:
        """See HistoryStore. What makes days clean is committed before they are."""
        minutes: dict[int, list[StoredRollup]] = {}
        lasting = []
        for one in rollups:
            span_end(one.level_ms, one.start_ms)  # refuses a level that is none
            if one.level_ms == MINUTE_MS:
                minutes.setdefault(month_of(one.start_ms), []).append(one)
            else:
                lasting.append(one)
        for month, its in sorted(minutes.items()):
            with self._link.writing(month) as place:
                rows = [{"tag": r.tag, "start_ms": r.start_ms, "payload": r.payload} for r in its]
                place.replace(place.tables.minute_rollup, rows)
                count_change(place)
        if lasting or clean:
            with self._link.lasting() as connection:
                rows = [
                    {"tag": r.tag, "level_ms": r.level_ms, "start_ms": r.start_ms, "payload": r.payload}
                    for r in lasting
                ]
                if rows:
                    connection.execute(replacing(connection, rollup), rows)
                forget_dirty(connection, clean)

    def read(self, tags: Sequence[int], level_ms: int, start_ms: int, end_ms: int) -> tuple[StoredRollup, ...]:
        """See HistoryStore."""
        span_end(level_ms, start_ms)  # refuses a level that is none
        found: list[StoredRollup] = []
        for first in range(0, len(tags), _TAGS_AT_ONCE):
            some = tags[first : first + _TAGS_AT_ONCE]
            if level_ms == MINUTE_MS:
                found += self._minutes(some, start_ms, end_ms)
            else:
                with self._link.reading() as connection:
                    found += lasting_rollups(connection, some, level_ms, start_ms, end_ms)
        return tuple(found)

    def _minutes(self, tags: Sequence[int], start_ms: int, end_ms: int) -> list[StoredRollup]:
        from_ms = start_ms - LONGEST_SPAN_MS[MINUTE_MS] + 1
        found: list[StoredRollup] = []
        for month_ms in self._link.months():
            if month_ms >= end_ms or next_month(month_ms) <= from_ms:
                continue
            with self._link.reading_month(month_ms) as place:
                rows = [] if place is None else minutes_between(place, tags, from_ms, end_ms)
            found += [StoredRollup(tag, MINUTE_MS, start, payload) for tag, start, payload in rows]
        found.sort(key=_by_tag)
        return found


def _by_tag(row: StoredRollup) -> tuple[int, int]:
    return row.tag, row.start_ms
