"""What the historian makes of windows: rollups, also of days that other samples came to, and what it lets go."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from random import Random
from typing import Final

import numpy as np
import pytest

from app.engine.historian.keeping import months_between
from app.model.quality import BAD, Quality
from app.model.retention import RetentionClass
from app.model.spec import Label, Site
from app.series.batch import SampleBatch
from app.series.frames import DELTA, LATE, encode
from app.series.rollups import Rollup, unpack_rollup
from app.storage.contract import FrameRow
from app.storage.history_contract import StoredRollup
from app.storage.months import DAY_MS, HOUR_MS, MINUTE_MS, month_of
from tests.helpers.clock import FakeClock
from tests.helpers.historian import QUICK, HistorianHouse
from tests.helpers.history_feed import feed_site

MIDNIGHT: Final = 1_767_657_600_000
"""2026-01-06, UTC."""
TAGS: Final = (1, 2, 3)
STEP_MS: Final = 4_000
MakeHouse = Callable[..., HistorianHouse]


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample of one tag."""

    tag: int
    source_ms: int
    value: float
    quality: int


@pytest.fixture
def make_house(empty_address: str) -> Iterator[MakeHouse]:
    """Make houses on a new store; they are closed afterwards."""
    made: list[HistorianHouse] = []

    def make(site: Site | None = None, *, start_ms: int = MIDNIGHT, **words: object) -> HistorianHouse:
        house = HistorianHouse(empty_address, site or feed_site(), clock=FakeClock(start_ms), **words)  # type: ignore[arg-type]
        made.append(house)
        return house

    yield make
    for house in made:
        house.close()


class Plant:
    """Three tags with values of their own; remembers all that it sent."""

    def __init__(self, house: HistorianHouse, seed: int = 1) -> None:
        self._house = house
        self._dice = Random(seed)
        self.sent: list[Sample] = []
        self.frame_ms: list[int] = []
        self._gaps: list[tuple[int, int]] = []
        self._rows: dict[int, list[Sample]] = {}

    def run(self, start_ms: int, end_ms: int) -> None:
        """Send a frame each few seconds; a third of the values change in each."""
        frames = []
        for t in range(start_ms, end_ms, STEP_MS):
            frames.append(self._frame(t, [self._sample(tag, t) for tag in TAGS if self._dice.random() < 0.3]))
        for first in range(0, len(frames), 100):
            self._house.commit(frames[first : first + 100])

    def late(self, t: int, *samples: Sample) -> None:
        """Send samples from before in a frame of their own."""
        self._house.commit([self._frame(t, list(samples), kind=LATE)])

    def _sample(self, tag: int, t: int) -> Sample:
        bad = self._dice.random() < 0.05
        value = float("nan") if bad else round(self._dice.uniform(0, 10), 3)
        return Sample(tag, t - self._dice.randrange(0, 300), value, Quality.SENSOR_FAULT if bad else 0)

    def _frame(self, t: int, samples: list[Sample], kind: int = DELTA) -> FrameRow:
        self.sent += samples
        self.frame_ms.append(t)
        batch = SampleBatch(
            np.array([s.tag for s in samples], dtype=np.int32),
            np.array([s.value for s in samples], dtype=np.float64),
            np.array([s.quality for s in samples], dtype=np.uint16),
            np.array([s.source_ms for s in samples], dtype=np.int64),
            t,
        )
        return FrameRow(t, kind, encode([batch] if samples else [], t=t, revision=1))

    def expected(self, tag: int, start_ms: int, width_ms: int, until_ms: int) -> tuple[float, float, float, float, int]:
        """Work out one bucket by plain loops: low, high, mean, covered share and count."""
        rows, end_ms = self._rows[tag], start_ms + width_ms
        held: list[tuple[int, float]] = []
        count = 0
        for row, after in zip(rows, [*rows[1:], None], strict=True):
            if row.source_ms >= end_ms or (after and after.source_ms < start_ms):
                continue
            count += start_ms <= row.source_ms < end_ms
            stops = min(after.source_ms if after else until_ms, until_ms, self._gap_after(row.source_ms), end_ms)
            begins = max(row.source_ms, start_ms)
            touched = stops > begins or start_ms <= row.source_ms < end_ms
            if touched and row.quality < BAD and math.isfinite(row.value):
                held.append((max(0, stops - begins), row.value))
        time = sum(ms for ms, _ in held)
        if not held:
            return math.nan, math.nan, math.nan, 0.0, count
        low, high = min(v for _, v in held), max(v for _, v in held)
        mean = sum(ms * v for ms, v in held) / time if time else (low + high) / 2
        return low, high, mean, time / width_ms, count

    def _gap_after(self, at_ms: int) -> int:
        """Return when the first gap after a time begins."""
        return next((max(a, at_ms) for a, b in self._gaps if b > at_ms), 1 << 62)

    def settle(self) -> None:
        """Sort what was sent, before it is asked for."""
        self._gaps = [(a, b) for a, b in pairwise(sorted(set(self.frame_ms))) if b - a > 5_000]
        self._rows = {t: sorted((s for s in self.sent if s.tag == t), key=lambda s: s.source_ms) for t in TAGS}


def stored(house: HistorianHouse, tag: int, level_ms: int, at_ms: int) -> Rollup:
    """Return the row of a tag that holds an instant."""
    (row,) = house.store.rollups(tag, level_ms, at_ms, at_ms + 1)
    return unpack_rollup(row.payload)


def assert_bucket(house: HistorianHouse, plant: Plant, tag: int, level_ms: int, at_ms: int, until_ms: int) -> None:
    """Compare one stored bucket with what plain loops say."""
    row = stored(house, tag, level_ms, at_ms)
    n = (at_ms - row.start_ms) // level_ms
    low, high, mean, covered, count = plant.expected(tag, row.start_ms + n * level_ms, level_ms, until_ms)
    found = (row.low[n], row.high[n], row.mean[n], row.covered[n] / 65_535, row.count[n])
    near = 1e-3 * max(1.0, (high - low) if covered else 0.0)
    assert found == pytest.approx((low, high, mean, covered, count), abs=near, nan_ok=True), (tag, level_ms, at_ms)


def test_minutes_hours_and_days_are_what_the_samples_say(make_house: MakeHouse) -> None:
    """Five hours with a gap of one around midnight: each minute, the hours and the days are what plain loops make of
    what was sent; hours and days come once their day is over."""
    start, end = MIDNIGHT - 3 * HOUR_MS, MIDNIGHT + 2 * HOUR_MS
    house = make_house(start_ms=start)
    plant = Plant(house)
    plant.run(start, MIDNIGHT - HOUR_MS)
    house.work()
    assert house.store.rollups(1, HOUR_MS, start, end) == ()
    plant.run(MIDNIGHT, end)
    house.work()
    until = house.store.progress("rolled")
    mark = house.store.mark()
    plant.settle()
    assert mark is not None and MIDNIGHT + HOUR_MS < until <= mark.t_ms
    for tag in TAGS:
        assert stored(house, tag, MINUTE_MS, MIDNIGHT).until_ms == until
        for minute in range(start, until, 7 * MINUTE_MS):
            assert_bucket(house, plant, tag, MINUTE_MS, minute, until)
        for hour in range(start, MIDNIGHT, HOUR_MS):
            assert_bucket(house, plant, tag, HOUR_MS, hour, MIDNIGHT)
        assert_bucket(house, plant, tag, DAY_MS, MIDNIGHT - DAY_MS, MIDNIGHT)
        assert stored(house, tag, DAY_MS, MIDNIGHT - DAY_MS).start_ms == 1_767_225_600_000


def test_a_late_sample_makes_its_day_anew_and_what_follows_from_it(make_house: MakeHouse) -> None:
    """A logger delivers two samples of yesterday evening: yesterday's minutes, hours and day count them, and nothing
    is left to do."""
    start, end = MIDNIGHT - 2 * HOUR_MS, MIDNIGHT + 2 * HOUR_MS
    house = make_house(start_ms=start)
    plant = Plant(house, seed=2)
    plant.run(start, end)
    house.work()
    before = stored(house, 2, DAY_MS, start).count[4]
    at = MIDNIGHT - 30 * MINUTE_MS + 1
    plant.late(end, Sample(2, at, 99.0, 0), Sample(2, at + 5_000, 98.0, 0))
    plant.run(end, end + 20 * MINUTE_MS)
    house.work()
    assert house.store.dirty() == ()
    plant.settle()
    assert stored(house, 2, DAY_MS, start).count[4] == before + 2
    for level, last in ((MINUTE_MS, MIDNIGHT + 10 * MINUTE_MS), (HOUR_MS, MIDNIGHT), (DAY_MS, MIDNIGHT)):
        for bucket in range(start - start % level, last, level):
            assert_bucket(house, plant, 2, level, bucket, last if level > MINUTE_MS else end)
    assert stored(house, 2, HOUR_MS, at).high[(at - month_of(at)) // HOUR_MS] == 99.0


def test_samples_that_live_frames_bring_out_of_time_count_in_their_day(make_house: MakeHouse) -> None:
    """A controller whose clock was set back speaks of yesterday, and rooms show it: yesterday is made anew."""
    start, end = MIDNIGHT - 2 * HOUR_MS, MIDNIGHT + 2 * HOUR_MS
    house = make_house(start_ms=start)
    plant = Plant(house, seed=3)
    plant.run(start, end)
    house.work()
    at = MIDNIGHT - 30 * MINUTE_MS + 1
    house.commit([plant._frame(end, [Sample(3, at, 77.0, 0)])])
    plant.run(end + STEP_MS, end + 20 * MINUTE_MS)
    house.work()
    assert stored(house, 3, HOUR_MS, at).high[(at - month_of(at)) // HOUR_MS] == 77.0
    assert house.store.dirty() == ()


def test_samples_that_come_for_a_time_while_it_is_rolled_up_count_in_it(make_house: MakeHouse) -> None:
    """A controller whose clock is behind: its samples arrive when those of their minutes have just been read."""
    start, end = MIDNIGHT, MIDNIGHT + HOUR_MS + 30 * MINUTE_MS
    house = make_house(start_ms=start)
    roller = house.historian._roller
    plant = Plant(house, seed=3)
    plant.run(start, end)
    while roller.reached() == roller.rolled():
        assert house.historian.step() == 0.0
    at = start + 40 * MINUTE_MS + 1
    house.commit([plant._frame(end, [Sample(3, at, 77.0, 0)])])
    plant.run(end + STEP_MS, end + 20 * MINUTE_MS)
    house.work()
    assert stored(house, 3, MINUTE_MS, at).high[40] == 77.0
    assert house.store.dirty() == ()


def test_a_sample_of_long_ago_hides_no_other_of_its_block(make_house: MakeHouse) -> None:
    """A controller says for one reply that it is the year 2000, and for the next that it is yesterday: yesterday is
    made anew all the same."""
    start, end = MIDNIGHT - 2 * HOUR_MS, MIDNIGHT + 2 * HOUR_MS
    house = make_house(start_ms=start)
    plant = Plant(house, seed=3)
    plant.run(start, end)
    house.work()
    at = MIDNIGHT - 30 * MINUTE_MS + 1
    house.commit([plant._frame(end, [Sample(3, 946_684_800_000, 5.0, 0)])])
    house.commit([plant._frame(end + 1, [Sample(3, at, 77.0, 0)])])
    plant.run(end + STEP_MS, end + 20 * MINUTE_MS)
    house.work()
    assert stored(house, 3, HOUR_MS, at).high[(at - month_of(at)) // HOUR_MS] == 77.0
    assert house.store.dirty() == ()


@pytest.mark.logs("a rollup of tag 2 is damaged and is made anew")
def test_a_damaged_rollup_is_made_anew_from_its_start(make_house: MakeHouse) -> None:
    """Rows of minutes and of hours are damaged in the middle of their spans: what comes later finds them whole."""
    start, end = MIDNIGHT - 5 * HOUR_MS, MIDNIGHT - 2 * HOUR_MS
    house = make_house(start_ms=start)
    plant = Plant(house, seed=8)
    plant.run(start, end)
    house.work()
    day = start - start % DAY_MS
    house.store.write_rollups([StoredRollup(2, MINUTE_MS, day, b"damaged")])
    plant.run(end, MIDNIGHT + 20 * MINUTE_MS)
    house.work()
    house.store.write_rollups([StoredRollup(2, HOUR_MS, month_of(day), b"damaged")])
    plant.run(MIDNIGHT + 20 * MINUTE_MS, MIDNIGHT + DAY_MS + 20 * MINUTE_MS)
    house.work()
    plant.settle()
    for minute in range(start, MIDNIGHT, MINUTE_MS):
        assert_bucket(house, plant, 2, MINUTE_MS, minute, MIDNIGHT)
    for hour in range(start, MIDNIGHT, HOUR_MS):
        assert_bucket(house, plant, 2, HOUR_MS, hour, MIDNIGHT)


def test_samples_are_kept_as_long_as_their_class_says(make_house: MakeHouse) -> None:
    """One tag is kept for a month, one for two, all others for ever: three months later exactly their samples of the
    old month are gone, and its hours stay. Once nothing is to be kept for ever, the whole month goes."""
    classes = (
        RetentionClass("standard", Label("", ""), 0),
        RetentionClass("one", Label("", ""), 1),
        RetentionClass("two", Label("", ""), 2),
    )
    plain = feed_site()
    keep = {1: "one", 2: "two"}
    tags = tuple(replace(t, keep=keep.get(n, "standard")) for n, t in enumerate(plain.tags, 1))
    house = make_house(replace(plain, tags=tags, retention=classes), start_ms=MIDNIGHT)
    plant = Plant(house, seed=4)
    plant.run(MIDNIGHT, MIDNIGHT + 30 * MINUTE_MS)
    house.work()
    january = month_of(MIDNIGHT)
    for later, gone in ((1, set()), (2, {1}), (3, {1, 2})):
        then = MIDNIGHT + later * 31 * DAY_MS
        assert months_between(january, then) == later
        plant.run(then, then + 30 * MINUTE_MS)
        house.work()
        assert _tags_of(house, january) == set(TAGS) - gone
    assert len(house.store.rollups(1, HOUR_MS, MIDNIGHT, MIDNIGHT + 1)) == 1
    house.site = replace(house.site, retention=tuple(replace(c, months=2) for c in classes))
    plant.run(then + HOUR_MS, then + 2 * HOUR_MS)
    house.work()
    assert january not in house.store.months()
    assert len(house.store.rollups(3, HOUR_MS, MIDNIGHT, MIDNIGHT + 1)) == 1


def _tags_of(house: HistorianHouse, month: int) -> set[int]:
    return {b.tag for g in house.store.groups(month, 0, 1 << 60) for b in g.blocks}


@pytest.mark.logs("the historian could not merge, roll up or clear away")
def test_a_defect_of_the_upkeep_is_told_once_and_windows_are_written_on(
    make_house: MakeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rolling up ends by a defect, again and again: the journal has one line, the status says it, history goes on; then
    it works again and makes up for all of it."""
    house = make_house(start_ms=MIDNIGHT, plan=replace(QUICK, mend_s=1.0))
    plant = Plant(house, seed=6)
    with monkeypatch.context() as broken:
        broken.setattr("app.engine.historian.rolling.roll", None)
        for hour in range(3):
            plant.run(MIDNIGHT + hour * HOUR_MS, MIDNIGHT + (hour + 1) * HOUR_MS)
            house.work()
    assert [kind for kind, _ in house.told] == ["history-upkeep-failed"] and house.status.upkeep_failed
    mark = house.store.mark()
    assert mark is not None and mark.t_ms > MIDNIGHT + 2 * HOUR_MS and house.store.progress("rolled") == 0
    house.work()
    assert not house.status.upkeep_failed and house.store.progress("rolled") > MIDNIGHT + 2 * HOUR_MS
