"""What the historian notes down for itself, and what lives for ever: gaps, days to work out anew, how far it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import sqlalchemy as sa

from app.series.samples import Gap
from app.storage.history_contract import ImportedSpan, StoredGroup
from app.storage.history_imported import drop_spans, tags_of_revision, write_spans
from app.storage.history_link import HistoryLink
from app.storage.history_numbers import next_revision
from app.storage.inserting import inserting_once, replacing
from app.storage.months import DAY_MS, days_of, month_of, next_month
from app.storage.tables_history import dirty, gap, month, progress

__all__ = ["HistoryNotes", "dirty_days", "forget_dirty", "gaps_between"]

_DAYS_AT_ONCE: Final = 4_000
_SPANS_AT_ONCE: Final = 100
"""Of so many tags at once the days are noted: an import may tell of many years."""
_FAR_MS: Final = 31 * DAY_MS


def dirty_days(groups: Iterable[StoredGroup]) -> set[tuple[int, int]]:
    """Return (tag, day) that samples out of their order touch. Days far out of a group's month are left out: they come
    from clocks that were never set, and nobody looks for rollups there."""
    found: set[tuple[int, int]] = set()
    for group in groups:
        month_ms = month_of(group.start_ms)
        first, last = month_ms - _FAR_MS, next_month(month_ms) + _FAR_MS
        for block in group.blocks:
            found.update((block.tag, day) for day in days_of(max(block.lo_ms, first), min(block.hi_ms, last)))
    return found


def forget_dirty(connection: sa.Connection, days: Sequence[tuple[int, int]]) -> None:
    """Forget (tag, day) that have been worked out."""
    if days:
        mine = sa.delete(dirty).where(dirty.c.tag == sa.bindparam("t"), dirty.c.day_ms == sa.bindparam("d"))
        connection.execute(mine, [{"t": tag, "d": day} for tag, day in days])


def gaps_between(connection: sa.Connection, start_ms: int, end_ms: int) -> tuple[Gap, ...]:
    """Return the gaps that touch a time, ascending. They never overlap, so the first that ends later is the first."""
    query = sa.select(gap).where(gap.c.end_ms > start_ms, gap.c.start_ms < end_ms).order_by(gap.c.start_ms)
    return tuple(Gap(row.start_ms, row.end_ms) for row in connection.execute(query))


class HistoryNotes:
    """The small tables of what lives for ever."""

    def __init__(self, link: HistoryLink) -> None:
        self._link = link
        self._reaches: dict[int, tuple[int, int, int]] = {}
        self._asked: frozenset[tuple[int, int]] = frozenset()
        self._again: set[tuple[int, int]] = set()
        """Of the dirty days that were asked for last, those that became dirty again since."""

    def note(self, days: Iterable[tuple[int, int]], gaps: Sequence[Gap] = ()) -> None:
        """Note days as dirty, and gaps; again is as good as once."""
        days = set(days)
        if not days and not gaps:
            return
        with self._link.lasting() as connection:
            self._note_days(connection, days)
            if gaps:
                its = [{"start_ms": g.start_ms, "end_ms": g.end_ms} for g in gaps]
                connection.execute(replacing(connection, gap), its)

    def note_imported(self, spans: Sequence[ImportedSpan]) -> None:
        """See HistoryStore."""
        for first in range(0, len(spans), _SPANS_AT_ONCE):
            with self._link.lasting() as connection:
                self._note_days(connection, write_spans(connection, spans[first : first + _SPANS_AT_ONCE]))

    def forget_imported(self, revision: int) -> None:
        """Forget the spans of an import, and note the days for which that changes anything as dirty."""
        with self._link.reading() as connection:
            tags = tags_of_revision(connection, revision)
        for first in range(0, len(tags), _SPANS_AT_ONCE):
            with self._link.lasting() as connection:
                days = drop_spans(connection, revision, tags[first : first + _SPANS_AT_ONCE])
                self._note_days(connection, days)

    def _note_days(self, connection: sa.Connection, days: set[tuple[int, int]]) -> None:
        self._again |= self._asked & days
        all_ = sorted(days)
        for first in range(0, len(all_), _DAYS_AT_ONCE):
            rows = [{"day_ms": day, "tag": tag} for tag, day in all_[first : first + _DAYS_AT_ONCE]]
            connection.execute(inserting_once(connection, dirty), rows)

    def reach(self, month_ms: int, groups: Sequence[StoredGroup], first_seq: int = 0) -> None:
        """Say where readers find a month, before groups, or a window from `first_seq` on, are written to it."""
        known = self._reaches.get(month_ms) or self._reach_of(month_ms)
        blocks = [b for g in groups for b in g.blocks]
        lo = min((b.lo_ms for b in blocks), default=month_ms)
        hi = max((b.hi_ms for b in blocks), default=month_ms)
        # A day more on both sides to begin with: what is said once need not be said with every window.
        start, end = known[:2] if known else (month_ms - DAY_MS, next_month(month_ms) + DAY_MS)
        wanted = (min(lo, start), max(hi, end), known[2] if known and known[2] else first_seq)
        if wanted != known:
            row = dict(zip(("lo_ms", "hi_ms", "first_seq"), wanted, strict=True))
            with self._link.lasting() as connection:
                connection.execute(replacing(connection, month), {"month_ms": month_ms, **row})
        self._reaches[month_ms] = wanted

    def forget_reach(self) -> None:
        """Look again at what the store says about months: somebody else may have led."""
        self._reaches.clear()

    def _reach_of(self, month_ms: int) -> tuple[int, int, int] | None:
        query = sa.select(month.c.lo_ms, month.c.hi_ms, month.c.first_seq).where(month.c.month_ms == month_ms)
        with self._link.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else (row.lo_ms, row.hi_ms, row.first_seq)

    def dirty(self, limit: int) -> tuple[tuple[int, int], ...]:
        """See HistoryStore."""
        query = sa.select(dirty.c.tag, dirty.c.day_ms).order_by(dirty.c.day_ms, dirty.c.tag).limit(limit)
        with self._link.reading() as connection:
            found = tuple((tag, day) for tag, day in connection.execute(query))
        self._asked, self._again = frozenset(found), set()
        return found

    def settled(self, days: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        """Return those of some days that are clean once they were worked out: more may have come meanwhile."""
        return [day for day in days if day not in self._again]

    def progress(self, name: str) -> int:
        """See HistoryStore."""
        with self._link.reading() as connection:
            return connection.execute(sa.select(progress.c.value).where(progress.c.name == name)).scalar() or 0

    def note_progress(self, name: str, value: int) -> None:
        """See HistoryStore."""
        with self._link.lasting() as connection:
            connection.execute(replacing(connection, progress), {"name": name, "value": value})

    def next_revision(self) -> int:
        """See HistoryStore. A number whose answer is lost is never used: only that none comes twice matters."""
        with self._link.lasting() as connection:
            return next_revision(connection)
