"""The historian on a real store: what frames brought is in history once, in order, wherever it was interrupted."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np
import pytest

from app.errors import LeaseLost
from app.model.retention import RETENTION
from app.model.spec import Site
from app.series.batch import SampleBatch, one_time
from app.series.frames import DELTA, KEY, LATE, encode
from app.series.samples import Gap
from app.series.times import unpack_state
from app.storage.contract import FrameRow
from app.storage.history_contract import GroupKind, Mark
from app.storage.opening import open_history_store
from tests.helpers.clock import FakeClock
from tests.helpers.historian import QUICK, HistorianHouse, samples_in
from tests.helpers.history_feed import Feed, feed_site
from tests.helpers.history_witness import Frame, bits, held_by

HOUR, DAY = 3_600_000, 86_400_000
START: Final = 1_767_571_200_000
"""A midnight, UTC."""
WHOLE: Final = replace(
    feed_site(), retention=RETENTION, tags=tuple(replace(t, keep="standard") for t in feed_site().tags)
)
"""The feed's plant, whose samples are kept for years."""
TOGETHER: Final = 20
"""Ticks in one commit: only what is in the frames matters here."""

MakeHouse = Callable[..., HistorianHouse]


@pytest.fixture
def make_house(empty_address: str) -> Iterator[MakeHouse]:
    """Make one house on a new store; it is closed afterwards."""
    made: list[HistorianHouse] = []

    def make(site: Site = WHOLE, **words: object) -> HistorianHouse:
        made.append(HistorianHouse(empty_address, site, clock=FakeClock(START), **words))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for house in made:
        house.close()


def run_feed(house: HistorianHouse, ticks: int, *, seed: int, feed: Feed | None = None) -> Feed:
    """Let the plant run for so many ticks."""
    feed = feed or Feed(house.applied, house.clock, seed=seed)
    for first in range(0, ticks, TOGETHER):
        house.commit([frame for _ in range(first, min(first + TOGETHER, ticks)) for frame in feed.tick()])
    return feed


def one_frame(house: HistorianHouse, *values: float, at_ms: int, kind: int = DELTA) -> None:
    """Commit a frame in which tags 1, 2, … have values."""
    t = at_ms
    tags = np.arange(1, len(values) + 1, dtype=np.int32)
    quality = np.zeros(len(values), dtype=np.uint16)
    batch = SampleBatch(tags, np.array(values), quality, one_time(t, len(values)), t)
    house.commit([FrameRow(t, kind, encode([batch], t=t, revision=house.applied.revision))])


def committed(house: HistorianHouse) -> list[Frame]:
    """Return the frames that were committed, as the store numbered them."""
    return [(number, f.t, f.kind, f.payload) for number, f in enumerate(house.frames, 1)]


def assert_whole(house: HistorianHouse) -> None:
    """Compare all that history holds with what the frames up to its mark brought."""
    mark = house.store.mark()
    assert mark is not None
    held = held_by(committed(house), until=mark.seq)
    assert samples_in(house.store) == {tag: rows for tag, rows in held.seen.items() if rows}
    late = samples_in(house.store, GroupKind.LATE)
    assert {t: sorted(rows) for t, rows in late.items()} == {t: sorted(rows) for t, rows in held.late.items() if rows}
    found = house.store.newest_state()
    assert found is not None and found[0] == mark
    state = unpack_state(found[1])
    rows = zip(state.tags.tolist(), state.values.tolist(), state.quality.tolist(), strict=True)
    assert {tag: (bits(value), quality) for tag, value, quality in rows} == held.state


def test_all_that_frames_brought_is_in_history_once_wherever_it_was_interrupted(make_house: MakeHouse) -> None:
    """An hour and a half of polls, reports, late samples and lost devices; the historian is ended after any number of
    small steps and begins anew: no sample lost, none doubled, and every state is what a room showed."""
    house, dice = make_house(), random.Random(5)
    feed = run_feed(house, 200, seed=1)
    for _ in range(12):
        run_feed(house, 150, seed=1, feed=feed)
        house.work(dice.randrange(1, 120))
        house.restart()
    run_feed(house, 400, seed=1, feed=feed)
    house.work()
    assert_whole(house)
    assert house.told == []
    assert house.status.mark_seq == house.store.mark().seq  # type: ignore[union-attr]


def test_a_window_ends_at_each_ten_minutes_of_the_frames_own_time(make_house: MakeHouse) -> None:
    """Frames at 00:00, 00:09:59.999 and 00:10: the first two are a window as soon as the third is there, not before."""
    house = make_house()
    one_frame(house, 1.0, at_ms=START)
    one_frame(house, 2.0, at_ms=START + 599_999)
    house.work()
    assert house.store.mark() is None and house.status.waits_ms == START
    one_frame(house, 3.0, at_ms=START + 600_000)
    house.work()
    assert house.status.waits_ms == START + 600_000
    assert house.store.mark() == Mark(2, START + 599_999)
    assert house.status.samples == 2 and house.status.windows == 1
    assert_whole(house)


def test_a_window_ends_early_when_it_is_full(make_house: MakeHouse) -> None:
    """Three rows are as many as a window may have here: every second frame of two rows ends one."""
    house = make_house(plan=replace(QUICK, window_rows=3))
    for n in range(5):
        one_frame(house, float(n), float(n), at_ms=START + n * 1000)
    house.work()
    assert house.store.mark() == Mark(4, START + 3000) and house.status.windows == 2
    assert_whole(house)


@pytest.mark.logs("frames 4 to 6 are gone before history had them")
def test_frames_that_are_gone_are_a_gap_and_history_goes_on(make_house: MakeHouse) -> None:
    """The historian was away for longer than frames are kept: what is gone is told and counts as time without frames;
    numbers and times of all frames are still known."""
    house = make_house(plan=replace(QUICK, window_rows=1))
    for n in range(3):
        one_frame(house, float(n), at_ms=START + n * 1000)
    house.work()
    for n in range(3, 9):
        one_frame(house, float(n), at_ms=START + HOUR + n * 1000)
    one_frame(house, 9.0, at_ms=START + HOUR + 9000, kind=KEY)
    house.commit([], prune_before_ms=START + HOUR + 6000)
    house.work()
    assert house.told == [("history-frames-missed", {"first": 4, "last": 6})]
    assert house.store.mark() == Mark(10, START + HOUR + 9000)
    assert [row[0] for row in samples_in(house.store)[1]] == [1, 2, 3, 7, 8, 9, 10]
    assert house.parts.reader.gaps(START, START + DAY) == (Gap(START + 2000, START + HOUR + 6000),)
    assert house.parts.reader.time_of(5) == START + 2000


@pytest.mark.logs("frame 2 is damaged")
def test_a_damaged_frame_costs_no_other(make_house: MakeHouse) -> None:
    """Bytes that are no frame: the journal names it, the frames around it are in history."""
    house = make_house(plan=replace(QUICK, window_rows=2))
    one_frame(house, 1.0, at_ms=START)
    house.commit([FrameRow(START + 1000, DELTA, b"rubbish")])
    one_frame(house, 2.0, at_ms=START + 2000)
    house.work()
    assert house.told == [("history-frame-damaged", {"frame": 2})]
    assert [row[0] for row in samples_in(house.store)[1]] == [1, 3]


def test_hours_are_merged_and_their_states_thinned(make_house: MakeHouse) -> None:
    """Two hours: far fewer groups with the same content, one state for each hour that is over, and nothing to do when
    looked at again."""
    house = make_house()
    run_feed(house, 3_500, seed=2)
    house.work()
    assert_whole(house)
    months = house.store.months()
    groups = [g for m in months for g in house.store.groups(m, START, START + 2 * HOUR)]
    hours = {(g.start_ms // HOUR, g.end_ms // HOUR) for g in groups}
    assert hours == {(START // HOUR, START // HOUR), (START // HOUR + 1, START // HOUR + 1)}
    merged = len([g for g in groups if g.start_ms < START + HOUR])
    ends = house.store.windows(START, START + 2 * HOUR)
    assert [e.t_ms // HOUR for e in ends] == [START // HOUR, START // HOUR + 1]
    assert house.store.progress(f"merged {HOUR}") == START + 2 * HOUR
    house.restart()
    house.work()
    again = [g for m in months for g in house.store.groups(m, START, START + HOUR)]
    assert len(again) == merged < 20


def test_a_day_is_merged_within_what_one_block_may_hold(make_house: MakeHouse) -> None:
    """With room for 4,000 events no group that was put together has more, yet windows are."""
    house = make_house(plan=replace(QUICK, most_events=4_000, merges_ms=(600_000, HOUR), merge_bytes=200_000))
    run_feed(house, 1_900, seed=3)
    house.work()
    groups = [g for m in house.store.months() for g in house.store.groups(m, START, START + HOUR)]
    merged = [g.events for g in groups if g.end_ms - g.start_ms > 600_000]
    assert merged and max(merged) <= 4_000 < sum(merged)
    assert_whole(house)


def test_what_came_late_is_merged_too(make_house: MakeHouse) -> None:
    """A logger delivers something late in every window: one group holds the whole hour of it, in the
    order in which it came."""
    house = make_house(plan=replace(QUICK, merges_ms=(600_000, HOUR)))
    for n in range(8):
        t = START + n * 600_000
        one_frame(house, float(n), at_ms=t)
        one_frame(house, float(n), float(n), at_ms=t + 60_000, kind=LATE)
    house.work()
    assert_whole(house)
    late = [g for m in house.store.months() for g in house.store.groups(m, START, START + 2 * HOUR, GroupKind.LATE)]
    assert [(g.first_seq, g.last_seq, g.start_ms, g.end_ms) for g in late] == [
        (2, 12, START + 60_000, START + 51 * 60_000),
        (14, 14, START + 61 * 60_000, START + 61 * 60_000),
    ]


def test_an_old_leader_writes_no_more(make_house: MakeHouse) -> None:
    """A newer engine has raised the fence: whatever the old one still has to write ends in LeaseLost."""
    house = make_house(plan=replace(QUICK, window_rows=1))
    one_frame(house, 1.0, at_ms=START)
    house.work()
    newer = open_history_store(house.address)
    newer.lead(house.lease.epoch + 1)
    one_frame(house, 2.0, at_ms=START + 1000)
    with pytest.raises(LeaseLost):
        house.work()
    assert newer.mark() == Mark(1, START)
    newer.close()
