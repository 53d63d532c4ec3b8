"""Windows as the store keeps them: what is where, and in which month; and which samples are too old."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from app.engine.historian import packing
from app.engine.historian.keeping import age_of, doomed, months_between
from app.engine.historian.packing import pack_window
from app.engine.historian.plan import HistorianPlan
from app.errors import ConfigurationFault
from app.model.retention import RetentionClass
from app.model.spec import Label, Site, TagKind, TagSpec
from app.series.batch import SampleBatch
from app.series.blocks import unpack_block
from app.series.frames import DELTA, LATE, DecodedFrame
from app.series.gathering import Gatherer
from app.series.times import unpack_frames, unpack_state, unpack_times
from app.series.windows import Window
from app.storage.history_contract import GroupKind, StoredGroup, StoredWindow
from app.storage.months import month_of

T = 1_767_225_600_000
"""The first instant of January 2026, UTC."""
DAY = 86_400_000


def _batch(tags: list[int], source: list[int], receipt: int = T) -> SampleBatch:
    values = np.array(tags, dtype=np.float64) * 10 + np.arange(len(tags))
    quality = np.zeros(len(tags), dtype=np.uint16)
    return SampleBatch(np.array(tags, np.int32), values, quality, np.array(source, np.int64), receipt)


def _window(*frames: tuple[int, int, list[SampleBatch]]) -> Window:
    """Return a window of frames (t, kind, batches)."""
    gatherer = Gatherer()
    for seq, (t, kind, batches) in enumerate(frames, 5):
        gatherer.take(seq, t, kind, DecodedFrame(3, tuple(batches)))
    return gatherer.window()


def _packed(window: Window) -> StoredWindow:
    steps = pack_window(window)
    while True:
        try:
            next(steps)
        except StopIteration as ended:
            assert isinstance(ended.value, StoredWindow)
            return ended.value


def _samples(group: StoredGroup) -> list[tuple[int, int, int, float]]:
    """Return (frame, source time, tag, value) of a group."""
    times, found = unpack_times(group.times), []
    for block in group.blocks:
        column = unpack_block(block.tag, block.payload)
        events = range(len(times)) if column.events is None else column.events.tolist()
        pairs = zip(events, column.values.tolist(), strict=True)
        rows = [(int(times.seq[e]), int(times.source_ms[e]), block.tag, v) for e, v in pairs]
        assert (block.count, block.lo_ms, block.hi_ms) == (len(rows), min(r[1] for r in rows), max(r[1] for r in rows))
        found += rows
    return found


def test_a_window_says_its_frames_its_state_and_what_each_group_spans() -> None:
    """Two frames of one poll, a heartbeat after them: times t of all three, the state after the last, and the group
    from the first to the second frame by frame time."""
    stored = _packed(
        _window(
            (T, DELTA, [_batch([1, 2], [T - 5, T - 5])]),
            (T + 200, DELTA, [_batch([2], [T + 190])]),
            (T + 400, DELTA, []),
        )
    )
    assert (stored.first_seq, stored.last_seq, stored.start_ms, stored.end_ms) == (5, 7, T, T + 400)
    assert unpack_frames(stored.frames).tolist() == [T, T + 200, T + 400]
    assert unpack_state(stored.state).tags.tolist() == [1, 2]
    assert stored.revisions == ((5, 3),) and stored.dirty == ()
    rows = sorted(row for group in stored.groups for row in _samples(group))
    assert rows == [(5, T - 5, 1, 10.0), (5, T - 5, 2, 21.0), (6, T + 190, 2, 20.0)]
    assert {(g.kind, g.start_ms, g.end_ms) for g in stored.groups} <= {
        (GroupKind.SEEN, T, T), (GroupKind.SEEN, T, T + 200), (GroupKind.SEEN, T + 200, T + 200),
    }  # fmt: skip


def test_late_samples_go_into_the_months_that_they_belong_to() -> None:
    """A logger's memory over the turn of the year, and a time that no clock that was set could say, both ways: two
    months, and what makes no sense stays with the window. No sample is lost."""
    source = [T - DAY, T - 1, T, T + 100, 0, T + 40 * DAY]
    late = [_batch([tag], [at]) for tag, at in enumerate(source, 1)]
    stored = _packed(_window((T + 200, DELTA, []), (T + 300, LATE, late)))
    assert {g.kind for g in stored.groups} == {GroupKind.LATE}
    found: dict[int, set[int]] = {}
    for group in stored.groups:
        found.setdefault(month_of(group.start_ms), set()).update(row[1] for row in _samples(group))
        assert month_of(group.start_ms) == month_of(group.end_ms)
    assert found == {month_of(T - 1): {T - DAY, T - 1}, T: {T, T + 100, 0, T + 40 * DAY}}


def test_a_group_of_more_tags_than_the_store_takes_is_kept_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three tags of one poll where a group may have two: two groups with the same times."""
    monkeypatch.setattr(packing, "MOST_BLOCKS", 2)
    stored = _packed(_window((T, DELTA, [_batch([1, 2, 3], [T, T, T])])))
    assert [[b.tag for b in g.blocks] for g in stored.groups] == [[1, 2], [3]]
    assert len({g.times for g in stored.groups}) == 1


def test_a_plan_must_fit_a_day() -> None:
    """A window that does not end with the month could belong to two."""
    with pytest.raises(ConfigurationFault):
        HistorianPlan(window_ms=7 * 60_000)


def _site(*keep: str) -> Site:
    label = Label("", "")
    tags = tuple(TagSpec(f"a/b/{n}", label, TagKind.ANALOG, number=n, keep=k) for n, k in enumerate(keep, 1) if k)
    classes = (
        RetentionClass("standard", label, 3),
        RetentionClass("short", label, 1),
        RetentionClass("ever", label, 0),
    )
    return Site("s", label, "UTC", demo=True, tags=tags, retention=classes)


def test_what_is_doomed_depends_on_age_and_class() -> None:
    """One month is kept for one whole month more, another for three; a number that the site has no more goes like
    those that name no class; with one tag for ever a month never goes as a whole."""
    site = _site("standard", "short", "", "ever")
    assert [doomed(site, age) for age in (0, 1, 2, 3, 4)] == [(), (), (2,), (2,), (1, 2, 3)]
    mortal = _site("standard", "short")
    assert [doomed(mortal, age) for age in (1, 2, 4)] == [(), (2,), None]
    assert doomed(replace(mortal, tags=()), 50) == ()


def test_months_are_counted_by_the_calendar() -> None:
    """The last instant of January and the first of February are one month apart, two of one month none."""
    first, last = (int(datetime(2026, m, d, tzinfo=UTC).timestamp()) * 1000 for m, d in ((1, 31), (2, 1)))
    assert (months_between(first, last), months_between(T, first), months_between(T, T + 366 * DAY)) == (1, 0, 12)


def test_a_clock_that_jumps_ahead_makes_nothing_old_at_once() -> None:
    """Three months of history, and a mark that says 2040: the oldest month is three months old, as many as follow it;
    where a time without an engine lies between, the calendar would say more and does not count."""
    months = [T + n * 31 * DAY for n in range(4)]
    far = T + 14 * 366 * DAY
    assert [age_of(month, far, months) for month in months] == [3, 2, 1, 0]
    assert [age_of(month, months[-1], months) for month in months] == [months_between(m, months[-1]) for m in months]
