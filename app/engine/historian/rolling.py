"""Rolls samples up into minutes, hours and days, and does so again for days that other samples came to.

Minutes of a day grow as the day goes on; hours and days are made of them once it is over. What is rolled up is what
the reader answers as known now, so late, imported and corrected samples count wherever they come from.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from app.engine.historian.plan import DAY_MS, HOUR_MS, MINUTE_MS, HistorianPlan
from app.engine.historian.spans import Spans
from app.errors import BadBlock
from app.series.rollups import Rollup, coarsen, pack_rollup, place, roll, unpack_rollup
from app.series.samples import NOTHING, Gap, Samples
from app.series.times import unpack_state
from app.storage.history_contract import HistoryReader, HistoryStore, StoredRollup
from app.storage.months import month_of, span_end

__all__ = ["Roller"]

_NAME: Final = "rolled"
_TAGS_AT_ONCE: Final = 50
"""Tags whose rows are written in one transaction."""
_DIRTY_AT_ONCE: Final = 200
_LONGEST_DAYS: Final = 31
"""How far a value that came later is followed through days without a sample."""
_ALL: Final = 1 << 62
_DAY_MINUTES: Final = DAY_MS // MINUTE_MS
_log: Final = logging.getLogger(__name__)


class Roller:
    """Makes rollups of what is in history. `seen`: tags of windows, also of those that a site no longer has ·
    `kept(tag, day)`: whether samples of that day are still kept."""

    def __init__(
        self,
        store: HistoryStore,
        reader: HistoryReader,
        plan: HistorianPlan,
        spans: Spans,
        kept: Callable[[int, int], bool],
    ) -> None:
        self._store = store
        self._kept = kept
        self._reader = reader
        self._plan = plan
        self._spans = spans
        self._pending: dict[tuple[int, int, int], Rollup] = {}
        self._samples: dict[int, Samples] = {}
        self._rows: dict[tuple[int, int, int], StoredRollup | None] = {}
        """What was read ahead."""
        self._gaps: tuple[tuple[int, int], tuple[Gap, ...]] | None = None
        self._to = 0
        self.seen: set[int] = set()
        self.more = False
        """There may be more days to work out anew."""
        self.days = 0
        """Days of tags that were worked out again since the start."""

    def rolled(self) -> int:
        """Return until when everything is rolled up, 0 before the first time."""
        return self._store.progress(_NAME)

    def reached(self) -> int:
        """Return until when samples may have been read to roll them up, `rolled` or what is under way: of those that
        come now for a time before, the day must be worked out anew."""
        return max(self._to, self.rolled())

    def run(self) -> Iterator[None]:
        """Roll up what is complete; yields between small steps."""
        self._begin()
        until = self._until()
        start = self._spans.since(_NAME, DAY_MS)
        while start is not None and start < until:
            if start % DAY_MS == 0:
                first = self._spans.next_window(start, until)
                if first is None:
                    return
                start = max(start, _day(first))  # whole days without a frame are left out
            end = min(until, _day(start) + DAY_MS)
            if end - start < self._plan.roll_ms and end % DAY_MS:
                return
            self._to = end
            yield from self._roll(start, end)
            self._store.note_progress(_NAME, end)
            start = end
            yield

    def mend(self) -> Iterator[None]:
        """Work out some days anew whose samples changed, as far as they were worked out before, and note whether there
        are `more`: an import of years must not keep today's minutes waiting."""
        self._begin()
        done = self.rolled()
        dirty = {(tag, day) for tag, day in self._store.dirty(_DIRTY_AT_ONCE) if day < done}
        self.more = bool(dirty)
        for tag, day in sorted(dirty):
            yield from self._mend(tag, day, done, dirty)
        if dirty:
            self._write(clean=sorted(dirty))

    # ---- inside

    def _begin(self) -> None:
        """Forget what a defect left half done."""
        for held in (self._pending, self._samples, self._rows):
            held.clear()

    def _until(self) -> int:
        mark = self._store.mark()
        return 0 if mark is None else (mark.t_ms - self._plan.settle_ms) // MINUTE_MS * MINUTE_MS

    def _tags(self) -> list[int]:
        found = self._store.newest_state()
        if found is not None:
            try:
                self.seen |= set(unpack_state(found[1]).tags.tolist())
            except BadBlock:
                pass  # told by whoever goes on from it
        return sorted(self.seen)

    def _roll(self, start: int, end: int) -> Iterator[None]:
        tags = self._tags()
        for at in range(0, len(tags), _TAGS_AT_ONCE):
            some = tags[at : at + _TAGS_AT_ONCE]
            yield from self._read(some, start, end)
            for tag in some:
                self._make(tag, start, end)
                yield
            self._write()

    def _read(self, tags: Sequence[int], start: int, end: int) -> Iterator[None]:
        """Read at once what the tags of one transaction need: one by one the asking costs more than the work."""
        self._samples = dict(self._reader.raw_each(tags, start, end) or {})
        yield
        day = _day(start)
        rows = [(MINUTE_MS, day)]
        if end == day + DAY_MS:
            rows += [(HOUR_MS, month_of(day)), (DAY_MS, _year(day))]
        for level, first in rows:
            self._rows.update({(tag, level, first): None for tag in tags})
            for row in self._store.rollups_of(tags, level, first, first + 1):
                self._rows[row.tag, level, row.start_ms] = row
            yield

    def _mend(self, tag: int, day: int, done: int, dirty: set[tuple[int, int]]) -> Iterator[None]:
        """Make a day of a tag anew, and those after it until a sample of their own comes: until there what came
        holds on. Samples that are no longer kept leave their hours and days as they are."""
        for at in range(day, min(done, day + _LONGEST_DAYS * DAY_MS), DAY_MS):
            if (at > day and (tag, at) in dirty) or not self._kept(tag, at):
                return
            came = self._make(tag, at, min(at + DAY_MS, done))
            self.days += 1
            yield
            if at > day and came:
                return

    def _make(self, tag: int, start: int, end: int) -> bool:
        """Make the minutes of a tag for a time within one day, and what follows from them if it is the day's end.
        Returns whether any sample came in that time."""
        day = _day(start)
        gaps = self._gaps_of(start, end)
        new = roll(self._held(tag, start, end), None, gaps, start, MINUTE_MS, (end - start) // MINUTE_MS, end)
        known = bool((new.quality != NOTHING).any())
        if not known and self._stored(tag, MINUTE_MS, day) is None:
            return False
        minutes = self._put(tag, new, day, _DAY_MINUTES)
        if end == day + DAY_MS:
            hours = coarsen(minutes, HOUR_MS // MINUTE_MS)
            for part, first in ((hours, month_of(day)), (coarsen(hours, DAY_MS // HOUR_MS), _year(day))):
                count = (span_end(part.width_ms, first) - first) // part.width_ms
                self._put(tag, part, first, count)
        return bool(new.count.any())

    def _held(self, tag: int, start: int, end: int) -> Samples:
        """Return what a tag said in a time, with what held before it and what holds where an import ends."""
        samples = self._samples.pop(tag, None)
        if samples is None:
            samples = (self._reader.raw_each([tag], start, end, limit=_ALL) or {})[tag]
        return samples

    def _put(self, tag: int, part: Rollup, start: int, count: int) -> Rollup:
        """Place a part into its row, which is written with the others."""
        old = self._stored(tag, part.width_ms, start)
        row = place([part] if old is None else [old, part], start, part.width_ms, count)
        self._pending[tag, part.width_ms, start] = row
        return row

    def _write(self, clean: Sequence[tuple[int, int]] = ()) -> None:
        rows = [StoredRollup(tag, level, start, pack_rollup(r)) for (tag, level, start), r in self._pending.items()]
        self._store.write_rollups(rows, clean=clean)
        self._pending.clear()
        self._rows.clear()

    def _gaps_of(self, start: int, end: int) -> tuple[Gap, ...]:
        if self._gaps is None or self._gaps[0] != (start, end):
            self._gaps = (start, end), self._reader.gaps(start, end)
        return self._gaps[1]

    def _stored(self, tag: int, level: int, start: int) -> Rollup | None:
        """Return a row as it will be once everything pending is written."""
        if (pending := self._pending.get((tag, level, start))) is not None:
            return pending
        row = self._row(tag, level, start)
        if row is None:
            return None
        try:
            return unpack_rollup(row.payload)
        except BadBlock as error:
            _log.error("a rollup of tag %d is damaged and is made anew: %s", tag, error)
            return self._remade(tag, level, start)

    def _remade(self, tag: int, level: int, start: int) -> Rollup | None:
        """Return a row made anew as far as it went: minutes of samples, hours of minutes, days of hours."""
        end = min(span_end(level, start), self.rolled())
        if end <= start:
            return None
        if level == MINUTE_MS:
            count = (end - start) // level
            return roll(self._held(tag, start, end), None, self._reader.gaps(start, end), start, level, count, end)
        finer = MINUTE_MS if level == HOUR_MS else HOUR_MS
        parts = [self._stored(tag, finer, first) for first in _spans_between(finer, start, end)]
        found = [coarsen(part, level // finer) for part in parts if part is not None]
        return place(found, start, level, (span_end(level, start) - start) // level) if found else None

    def _row(self, tag: int, level: int, start: int) -> StoredRollup | None:
        if (tag, level, start) in self._rows:
            return self._rows[tag, level, start]
        found = self._store.rollups(tag, level, start, start + 1)
        return next((row for row in found if row.start_ms == start), None)


def _spans_between(level: int, start: int, end: int) -> Iterator[int]:
    """Yield the starts of the rows of a level whose spans lie in a time."""
    while start < end:
        yield start
        start = span_end(level, start)


def _day(at_ms: int) -> int:
    return at_ms - at_ms % DAY_MS


def _year(at_ms: int) -> int:
    return int(datetime(datetime.fromtimestamp(at_ms / 1000.0, UTC).year, 1, 1, tzinfo=UTC).timestamp()) * 1000
