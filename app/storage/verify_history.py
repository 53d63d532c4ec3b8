"""Checks history: every window, state, group, block and rollup unpacked, and nothing missing or there twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sqlalchemy as sa

from app.errors import BadBlock
from app.series.blocks import unpack_block
from app.series.rollups import unpack_rollup
from app.series.times import unpack_frames, unpack_state, unpack_times
from app.series.windows import TagColumn, Times
from app.storage.backend import Backend
from app.storage.history_blocks import group_ids, read_group
from app.storage.history_contract import GroupKind, Mark, StoredBlock, StoredGroup
from app.storage.history_link import MonthPlace
from app.storage.history_rows import LARGEST, FrameTimes, minutes_between, state_until, states_between, windows_of
from app.storage.history_visits import lasting_of, mark_of, months_of
from app.storage.months import month_name, next_month
from app.storage.sqlite import SqliteBackend
from app.storage.tables_history import imported, rollup

__all__ = ["HistoryFound", "MonthFound", "check_history"]


@dataclass(slots=True)
class MonthFound:
    """What a month holds."""

    month_ms: int
    windows: int = 0
    groups: int = 0
    blocks: int = 0
    samples: int = 0

    @property
    def name(self) -> str:
        """Return the month as `2026-11`."""
        return month_name(self.month_ms)


@dataclass(slots=True)
class HistoryFound:
    """What history holds. `mark` is the last frame whose samples are in it."""

    months: list[MonthFound] = field(default_factory=list)
    mark: Mark | None = None
    faults: list[str] = field(default_factory=list)


def check_history(backend: Backend, store_id: str, *, progress: Callable[[], None]) -> HistoryFound:
    """Check all months, and what lives for ever. `progress` is called after each group."""
    found = HistoryFound(mark=mark_of(backend))
    before: tuple[int, FrameTimes] | None = None
    for place in months_of(backend):
        month = MonthFound(place.month_ms)
        found.months.append(month)
        check = _MonthCheck(place, month, found.faults)
        if isinstance(backend, SqliteBackend):
            check.file(backend, store_id)
        windows = check.windows()
        if windows:
            if before is not None and before[0] == place.month_ms:
                found.faults += _hole(before[1], windows[0])
            before = (next_month(place.month_ms), windows[-1])
        for _ in check.groups(found.mark):
            progress()
        check.minutes()
    found.faults += _lasting_faults(backend)
    return found


class _MonthCheck:
    """Checks one month. While a historian works, groups that it merges meanwhile are passed over."""

    def __init__(self, place: MonthPlace, month: MonthFound, faults: list[str]) -> None:
        self._place = place
        self._month = month
        self._faults = faults
        self._spans: dict[int, list[tuple[int, int, int]]] = {}

    def file(self, backend: SqliteBackend, store_id: str) -> None:
        """Check the file itself, and whose it is."""
        for said in backend.integrity(self._place.connection):
            self._say(said)
        count = self._place.tables.month_count
        if self._place.connection.execute(sa.select(count.c.store_id)).scalar() != store_id:
            self._say("this file comes from another store")

    def windows(self) -> list[FrameTimes]:
        """Check frame times and states; return the windows without them."""
        seen: list[FrameTimes] = []
        for window in windows_of(self._place):
            self._month.windows += 1
            if seen:
                self._faults += _hole(seen[-1], window)
            self._check(f"window of frames {window.first_seq} to {window.last_seq}", _check_window, window)
            seen.append(FrameTimes(window.first_seq, window.last_seq, window.start_ms, window.end_ms, b"", ()))
        for mark in states_between(self._place, 0, LARGEST):
            state = state_until(self._place, mark.seq)
            if state is not None:
                self._check(f"state after frame {mark.seq}", unpack_state, state[1])
        return seen

    def groups(self, mark: Mark | None) -> Iterator[None]:
        """Check groups one by one; those late ones that an unfinished window left count for nothing."""
        last = 0 if mark is None else mark.seq
        for kind in GroupKind:
            for number in group_ids(self._place, -LARGEST, LARGEST, kind, last):
                group = read_group(self._place, number)
                if group is not None:
                    self._group(group)
                    yield
        for tag, spans in self._spans.items():
            self._doubles(tag, spans)

    def minutes(self) -> None:
        """Check rollups of minutes."""
        table = self._place.tables.minute_rollup
        tags = sa.select(table.c.tag).where(*self._place.mine(table)).distinct()
        for tag in self._place.connection.execute(tags).scalars().all():
            for _, start_ms, payload in minutes_between(self._place, (tag,), 0, LARGEST):
                self._check(f"minutes of tag {tag} from {start_ms}", unpack_rollup, payload)

    def _group(self, group: StoredGroup) -> None:
        self._month.groups += 1
        times = self._check(f"times of group {group.id}", unpack_times, group.times)
        if times is None:
            return
        self._check(f"group {group.id}", _check_times, group, times)
        for block in group.blocks:
            self._month.blocks += 1
            self._month.samples += block.count
            seqs = self._check(f"block of tag {block.tag} in group {group.id}", _check_block, block, times)
            if seqs is not None and group.kind is GroupKind.SEEN:
                self._spans.setdefault(block.tag, []).append((*seqs, group.id))

    def _doubles(self, tag: int, spans: list[tuple[int, int, int]]) -> None:
        """Blocks of a tag may reach over each other's frames, where it came in changing company; but what rooms saw
        once stands in one of them."""
        open_: list[tuple[int, int, int]] = []
        for span in sorted(spans):
            open_ = [other for other in open_ if other[1] >= span[0]]
            for other in open_:
                if both := self._rows(tag, other[2]) & self._rows(tag, span[2]):
                    first, last = min(both)[0], max(both)[0]
                    self._say(f"samples of tag {tag} at frames {first} to {last} are there twice")
            open_.append(span)

    def _rows(self, tag: int, number: int) -> set[tuple[int, int, int, str, int]]:
        """Return what a group has of a tag; nothing if it is gone by now."""
        group = read_group(self._place, number, [tag])
        if group is None or not group.blocks:
            return set()
        times, column = unpack_times(group.times), unpack_block(tag, group.blocks[0].payload)
        at = np.arange(len(times)) if column.events is None else column.events
        columns = (times.seq[at], times.source_ms[at], times.receipt_ms[at], column.values, column.quality)
        return {
            (seq, source, receipt, value.hex(), quality)
            for seq, source, receipt, value, quality in zip(*(c.tolist() for c in columns), strict=True)
        }

    def _check(self, what: str, check: Callable[..., Any], *args: Any) -> Any:
        """Return what a check returns; None, with a fault, for what is damaged."""
        try:
            return check(*args)
        except BadBlock as error:
            self._say(f"{what}: {error}")
            return None

    def _say(self, what: str) -> None:
        self._faults.append(f"history of {self._month.name}: {what}")


def _hole(before: FrameTimes, window: FrameTimes) -> Iterator[str]:
    if window.first_seq > before.last_seq + 1:
        yield f"history: frames {before.last_seq + 1} to {window.first_seq - 1} are missing"
    elif window.first_seq <= before.last_seq:
        yield f"history: frames {window.first_seq} to {before.last_seq} are there twice"


def _check_window(window: FrameTimes) -> None:
    times = unpack_frames(window.frames)
    if len(times) != window.last_seq - window.first_seq + 1:
        raise BadBlock(f"it has the times of {len(times)} frames")
    if (np.diff(times) < 0).any() or (times[0], times[-1]) != (window.start_ms, window.end_ms):
        raise BadBlock("its times are not those of its frames")


def _check_times(group: StoredGroup, times: Times) -> None:
    if len(times) != group.events:
        raise BadBlock(f"it has {len(times)} events and says {group.events}")
    if len(times) and not group.first_seq <= times.seq.min() <= times.seq.max() <= group.last_seq:
        raise BadBlock("it has events of other frames than it says")


def _check_block(block: StoredBlock, times: Times) -> tuple[int, int] | None:
    """Return the first and the last frame that brought a sample; None for a block without one."""
    column: TagColumn = unpack_block(block.tag, block.payload)
    if len(column) != block.count:
        raise BadBlock(f"it has {len(column)} samples and says {block.count}")
    if not len(column):
        return None
    at = np.arange(len(times)) if column.events is None else column.events
    if len(at) != len(column) or at[-1] >= len(times):
        raise BadBlock("its samples are at other events than its group has")
    source = times.source_ms[at]
    if (int(source.min()), int(source.max())) != (block.lo_ms, block.hi_ms):
        raise BadBlock("its source times are not those that it says")
    return int(times.seq[at[0]]), int(times.seq[at[-1]])


def _lasting_faults(backend: Backend) -> Iterator[str]:
    with lasting_of(backend) as connection:
        for tag in connection.execute(sa.select(rollup.c.tag).distinct()).scalars().all():
            for row in connection.execute(sa.select(rollup).where(rollup.c.tag == tag)):
                try:
                    unpack_rollup(bytes(row.payload))
                except BadBlock as error:
                    yield f"history: rollups of tag {tag}, {row.level_ms} ms, from {row.start_ms}: {error}"
        wrong = sa.or_(imported.c.end_ms < imported.c.start_ms, imported.c.pause_ms < 0)
        for row in connection.execute(sa.select(imported).where(wrong).order_by(imported.c.tag)):
            yield f"history: what import {row.revision} tells of tag {row.tag} ends before it begins"
