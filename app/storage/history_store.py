"""`history` for its owner, the engine's historian."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from app.errors import InternalFault
from app.storage.history_blocks import group_ids, read_group
from app.storage.history_contract import GroupKind, ImportedSpan, Mark, StoredGroup, StoredRollup, StoredWindow
from app.storage.history_link import HistoryLink
from app.storage.history_notes import HistoryNotes, dirty_days
from app.storage.history_rollups import RollupStore
from app.storage.history_rows import last_window, state_until, states_between
from app.storage.history_writing import (
    add_groups,
    blocks_of_revision,
    count_change,
    drop_groups,
    drop_late_after,
    drop_revision,
    drop_tags,
    empty_month,
    groups_there,
    without_known,
    write_window,
)
from app.storage.months import days_of, month_of, next_month

__all__ = ["SqlHistoryStore"]

_TAGS_AT_ONCE = 100
"""So many tags' samples are dropped in one transaction: retention must not hold anything up."""


class SqlHistoryStore:
    """HistoryStore over either backend, for one thread."""

    def __init__(self, link: HistoryLink) -> None:
        self._link = link
        self._notes = HistoryNotes(link)
        self._rollups = RollupStore(link)
        self._mark: Mark | None = None
        """As we last wrote it; None: look."""

    def lead(self, epoch: int) -> None:
        self._mark = None
        self._notes.forget_reach()
        self._link.lead(epoch)

    def mark(self) -> Mark | None:
        if self._mark is None:
            self._mark = self._newest()[0]
        return self._mark

    def newest_state(self) -> tuple[Mark, bytes] | None:
        mark, month = self._newest()
        if mark is None:
            return None
        with self._link.reading_month(month) as place:
            found = None if place is None else state_until(place)
        if found is None or found[0] != mark:
            raise InternalFault(f"history has no state after frame {mark.seq}, which is its mark")
        return found

    def write(self, window: StoredWindow) -> None:
        month = month_of(window.start_ms)
        here, elsewhere = _by_month(window, month)
        mark = self.mark()
        if mark is not None and self._is_written(window, mark):
            return
        seen = 0 if mark is None else mark.seq
        if mark is not None and window.first_seq != seen + 1:
            raise InternalFault(f"a window from frame {window.first_seq} on does not follow the mark {seen}")
        self._mark = None  # until it is known to be written
        # What must not be lost goes first: days that are noted in vain are only worked out again.
        late = dirty_days(g for g in window.groups if g.kind is GroupKind.LATE)
        self._notes.note({*late, *window.dirty}, window.gaps)
        for other, groups in elsewhere.items():
            self._notes.reach(other, groups)
            with self._link.writing(other) as place:
                drop_late_after(place, seen)
                add_groups(place, groups)
        self._notes.reach(month, here, window.first_seq)
        with self._link.writing(month) as place:
            drop_late_after(place, seen)
            write_window(place, window, here)
        self._mark = Mark(window.last_seq, window.end_ms)

    def add(self, groups: Sequence[StoredGroup]) -> None:
        if any(g.kind in (GroupKind.SEEN, GroupKind.LATE) for g in groups):
            raise InternalFault("what frames brought comes with its window")
        self._notes.note(dirty_days(groups))
        months: dict[int, list[StoredGroup]] = {}
        for group in groups:
            months.setdefault(month_of(group.start_ms), []).append(group)
        for month, its in sorted(months.items()):
            self._notes.reach(month, its)
            with self._link.writing(month) as place:
                add_groups(place, without_known(place, its))

    def note_imported(self, spans: Sequence[ImportedSpan]) -> None:
        self._notes.note_imported(spans)

    def next_revision(self) -> int:
        return self._notes.next_revision()

    def take_back(self, revision: int) -> int:
        samples = 0
        for month in self.months():
            with self._link.reading_month(month) as place:
                blocks = [] if place is None else blocks_of_revision(place, revision)
            if not blocks:
                continue
            self._notes.note({(b.tag, day) for b in blocks for day in days_of(b.lo_ms, b.hi_ms)})
            with self._link.writing(month) as place:
                samples += drop_revision(place, revision)
        self._notes.forget_imported(revision)
        return samples

    def months(self) -> tuple[int, ...]:
        return self._link.months()

    def windows(self, start_ms: int, end_ms: int) -> tuple[Mark, ...]:
        found: list[Mark] = []
        for month in self._between(start_ms, end_ms):
            with self._link.reading_month(month) as place:
                found += [] if place is None else states_between(place, start_ms, end_ms)
        return tuple(found)

    def groups(
        self, month_ms: int, start_ms: int, end_ms: int, kind: GroupKind = GroupKind.SEEN
    ) -> Iterator[StoredGroup]:
        mark = self.mark()
        with self._link.reading_month(month_ms) as place:
            last_seq = 0 if mark is None else mark.seq
            ids = [] if place is None else group_ids(place, start_ms, end_ms, kind, last_seq)
        for number in ids:
            # One at a time, and nothing is held in between: who merges them writes to the same month.
            with self._link.reading_month(month_ms) as place:
                group = None if place is None else read_group(place, number)
            if group is not None:
                yield group

    def replace(self, old: Sequence[StoredGroup], new: Sequence[StoredGroup]) -> None:
        months = {month_of(g.start_ms) for g in (*old, *new)}
        if len(months) != 1:
            raise InternalFault(f"groups of {len(months)} months cannot be merged")
        self._notes.reach(month := months.pop(), new)
        with self._link.writing(month) as place:
            there = groups_there(place, [g.id for g in old])
            if not there:
                return  # an earlier try whose answer was lost
            if len(there) != len(old):
                raise InternalFault("some of the groups to be merged are not there")
            drop_groups(place, there)
            add_groups(place, new)

    def thin(self, start_ms: int, end_ms: int, keep: Sequence[int]) -> None:
        mark = self.mark()
        kept = {*keep, 0 if mark is None else mark.seq}
        for month in self._between(start_ms, end_ms):
            with self._link.writing(month) as place:
                state = place.tables.state
                doomed = [m.seq for m in states_between(place, start_ms, end_ms) if m.seq not in kept]
                if doomed:
                    place.connection.execute(sa.delete(state).where(*place.mine(state), state.c.seq.in_(doomed)))
                    count_change(place)

    def write_rollups(self, rollups: Sequence[StoredRollup], *, clean: Sequence[tuple[int, int]] = ()) -> None:
        self._rollups.write(rollups, self._notes.settled(clean))

    def rollups(self, tag: int, level_ms: int, start_ms: int, end_ms: int) -> tuple[StoredRollup, ...]:
        return self._rollups.read((tag,), level_ms, start_ms, end_ms)

    def rollups_of(self, tags: Sequence[int], level_ms: int, start_ms: int, end_ms: int) -> tuple[StoredRollup, ...]:
        return self._rollups.read(tags, level_ms, start_ms, end_ms)

    def dirty(self, limit: int = 1_000) -> tuple[tuple[int, int], ...]:
        return self._notes.dirty(limit)

    def progress(self, name: str) -> int:
        return self._notes.progress(name)

    def note_progress(self, name: str, value: int) -> None:
        self._notes.note_progress(name, value)

    def expire(self, month_ms: int, tags: Sequence[int] | None = None) -> None:
        if month_ms not in self.months():
            return
        if tags is not None:
            for first in range(0, len(tags), _TAGS_AT_ONCE):
                with self._link.writing(month_ms) as place:
                    drop_tags(place, tags[first : first + _TAGS_AT_ONCE])
            return
        mark, newest = self._newest()
        if mark is not None and month_ms == newest:
            with self._link.writing(month_ms) as place:
                empty_month(place, mark.seq)  # the mark is for ever
        else:
            self._notes.forget_reach()
            self._link.drop(month_ms)

    def tidy(self, pages: int) -> bool:
        return self._link.tidy(pages)

    def close(self) -> None:
        self._mark = None
        self._link.close()

    def _newest(self) -> tuple[Mark | None, int]:
        """Look for the mark: the end of the newest window, and the month that has it. A month that is newer has none:
        it was made for the window that comes next, or for imported samples."""
        for month in reversed(self.months()):
            with self._link.reading_month(month) as place:
                window = None if place is None else last_window(place)
            if window is not None:
                return Mark(window.last_seq, window.end_ms), month
        return None, 0

    def _is_written(self, window: StoredWindow, mark: Mark) -> bool:
        """Return whether just this window was the last one written: the answer to an earlier try was lost."""
        if window.last_seq != mark.seq:
            return False
        with self._link.reading_month(month_of(window.start_ms)) as place:
            last = None if place is None else last_window(place)
        return last is not None and (last.first_seq, last.last_seq) == (window.first_seq, window.last_seq)

    def _between(self, start_ms: int, end_ms: int) -> tuple[int, ...]:
        return tuple(m for m in self.months() if m < end_ms and next_month(m) > start_ms)


def _by_month(window: StoredWindow, month: int) -> tuple[list[StoredGroup], dict[int, list[StoredGroup]]]:
    """Return a window's groups that belong to its month, and late ones that belong to others."""
    if month_of(window.end_ms) != month:
        raise InternalFault(f"the window to frame {window.last_seq} reaches into another month")
    here: list[StoredGroup] = []
    elsewhere: dict[int, list[StoredGroup]] = {}
    for group in window.groups:
        its = month_of(group.start_ms)
        if its == month:
            here.append(group)
        elif group.kind is GroupKind.LATE:
            elsewhere.setdefault(its, []).append(group)
        else:
            raise InternalFault(f"a group of frames {group.first_seq} to {group.last_seq} is not of its window's month")
    return here, elsewhere
