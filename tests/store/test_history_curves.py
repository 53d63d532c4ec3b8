"""Curves of the past, on both backends: exact or in buckets, from rollups, samples and the newest frames as one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from app.series.curves import bucket_curve, exact_curve
from app.series.rollups import Rollup, coarsen, roll
from app.series.samples import Curve, Gap, Samples
from app.storage.history_contract import GroupKind, HistoryReader
from app.storage.months import DAY_MS, HOUR_MS, MINUTE_MS, month_of
from tests.helpers.past_world import PastWorld, T, batch

DAY = T - T % DAY_MS


@pytest.fixture
def world(address: str) -> Iterator[PastWorld]:
    """Give a store with an engine and a historian that do what the test says."""
    world = PastWorld(address)
    yield world
    world.close()


def fill(world: PastWorld, start_ms: int, seconds: int, step_s: int = 4) -> None:
    """Commit a frame each `step_s` with a saw-tooth in tag 1 and a switch in tag 2."""
    rows = []
    for i in range(0, seconds, step_s):
        t = start_ms + i * 1_000
        samples = {1: (float(i % 97), 129 if i % 1_000 == 0 else 0, t)}
        if i % 600 == 0:
            samples[2] = (float(i // 600 % 2), 0, t)
        rows.append((t, 2, [batch(samples, t)]))
    world.add(rows)


def samples_of(reader: HistoryReader, tag: int) -> Samples:
    return reader.raw(tag, 0, 1 << 60)


def assert_same(got: Curve, want: Curve, *, exactly: bool = True) -> None:
    """Compare two curves; with rollups in between mean and share are rounded."""
    assert got.exact == want.exact
    for name in ("start_ms", "end_ms", "quality", "count"):
        assert getattr(got, name).tolist() == getattr(want, name).tolist(), name
    for name in ("low", "high", "mean", "covered"):
        room = 1e-9 if exactly or name in ("low", "high") else 2e-3
        np.testing.assert_allclose(getattr(got, name), getattr(want, name), atol=room, err_msg=name)


@pytest.mark.parametrize("moved", [0, 500, 900])
def test_few_samples_are_exact_and_many_are_buckets(world: PastWorld, moved: int) -> None:
    """From history, from the newest frames and from both: the same curve."""
    fill(world, T, 3_600)
    if moved:
        world.move(moved, size=150)
    reader = world.reader()
    now = T + 3_596_000
    for tag, start, end in ((1, T + 2_000, T + 40_000), (2, T + 2_000, T + 4_000_000)):
        got = reader.curves([tag], start, end, 50).curves[0]
        assert_same(got, exact_curve(tag, samples_of(reader, tag), (), start, end, now))
    got = reader.curves([1], T + 1_000, T + 1_801_000, 100).curves[0]
    first = T + 1_000 - (T + 1_000) % 18_000
    assert_same(got, bucket_curve(1, samples_of(reader, 1), (), first, 18_000, 101, now))
    assert got.level_ms == 0


def test_nothing_is_drawn_across_a_gap_or_beyond_now(world: PastWorld) -> None:
    """Between the two stretches nothing is known, whatever was good before; nor after the newest frame."""
    fill(world, T, 600)
    fill(world, T + 1_200_000, 600)
    reader = world.reader()
    for _ in range(2):
        answer = reader.curves([1, 2], T, T + 3_600_000, 30)
        assert answer.gaps == (Gap(T + 596_000, T + 1_200_000),)
        for curve in answer.curves:
            assert not ((curve.start_ms >= T + 600_000) & (curve.end_ms <= T + 1_200_000)).any()
            assert curve.start_ms.max() <= T + 1_796_000
        exact = reader.curves([2], T, T + 3_600_000, 30).curves[0]
        assert (exact.start_ms.tolist(), exact.end_ms.tolist()) == (
            [T, T + 1_200_000], [T + 596_000, T + 1_796_000],
        )  # fmt: skip
        world.move(size=100)


def rolled(reader: HistoryReader, start_ms: int, until_ms: int, n: int = 1_440) -> Rollup:
    """Return minutes as the historian makes them."""
    return roll(samples_of(reader, 1), None, reader.gaps(0, 1 << 60), start_ms, MINUTE_MS, n, until_ms)


@pytest.mark.parametrize("until_min", [0, 95, 150, 240])
def test_minutes_reach_as_far_as_they_do(world: PastWorld, until_min: int) -> None:
    """Whatever part of a day is rolled up, samples and newest frames make the rest: the curve of all samples."""
    fill(world, T, 4 * 3_600)
    world.move(3_000, size=600)
    reader = world.reader()
    if until_min:
        world.roll_up(1, rolled(reader, DAY, min(T + until_min * MINUTE_MS, T + 4 * HOUR_MS - 4_000)))
    got = reader.curves([1], T, T + 4 * HOUR_MS, 60).curves[0]
    assert got.level_ms == MINUTE_MS
    want = bucket_curve(1, samples_of(reader, 1), (), T, 4 * MINUTE_MS, 60, T + 4 * HOUR_MS - 4_000)
    assert_same(got, want, exactly=False)


def bring(world: PastWorld, start_ms: int, days: int) -> None:
    """Import a saw-tooth of a sample a minute in tag 1, and commit a frame at its end."""
    rows = [(start_ms + i * MINUTE_MS, float(i % 97), 0) for i in range(days * 1_440)]
    world.bring(GroupKind.IMPORTED, 1, rows)
    world.frame(start_ms + days * DAY_MS, batch({9: (1.0, 0, start_ms + days * DAY_MS)}, start_ms))
    world.move()


def hours_until(reader: HistoryReader, until_ms: int) -> Rollup:
    """Return a month of hours that is complete until then."""
    month = month_of(DAY)
    return coarsen(roll(samples_of(reader, 1), None, (), month, MINUTE_MS, 31 * 1_440, until_ms), 60)


def test_hours_are_filled_from_what_is_finer(world: PastWorld) -> None:
    """Hours that lack their last day, whose minutes lack their last two hours: samples make the rest."""
    bring(world, DAY, 3)
    reader = world.reader()
    end = DAY + 3 * DAY_MS
    world.roll_up(1, rolled(reader, end - DAY_MS, end - 2 * HOUR_MS))
    world.roll_up(1, hours_until(reader, end - DAY_MS))
    got = reader.curves([1], DAY, end, 70).curves[0]
    assert got.level_ms == HOUR_MS
    assert_same(got, bucket_curve(1, samples_of(reader, 1), (), DAY, HOUR_MS, 72, end), exactly=False)
    days = reader.curves([1], DAY - DAY_MS, end + 9 * DAY_MS, 10).curves[0]
    assert days.level_ms == DAY_MS
    assert days.start_ms.tolist() == [DAY, DAY + DAY_MS, DAY + 2 * DAY_MS]
    assert days.count.tolist() == [1_440] * 3


def test_hours_stand_in_for_a_month_that_was_dropped(world: PastWorld) -> None:
    """Samples and minutes are gone with their month; hours are for ever, for wide and for narrow ranges."""
    bring(world, DAY, 2)
    following = DAY + 40 * DAY_MS
    fill(world, following, 600)
    world.move()
    reader = world.reader()
    hours = hours_until(reader, DAY + 2 * DAY_MS)
    world.roll_up(1, hours)
    world.history.expire(month_of(DAY))
    first = (DAY - month_of(DAY)) // HOUR_MS
    for points in (40, 1_500, 5_000):
        got = reader.curves([1], DAY, DAY + 2 * DAY_MS, points).curves[0]
        assert got.level_ms == HOUR_MS
        assert got.low.tolist() == hours.low[first : first + 48].tolist()
    (within,) = reader.curves([1], DAY + 90 * MINUTE_MS, DAY + 100 * MINUTE_MS, 500).curves
    assert (within.start_ms.tolist(), within.end_ms.tolist()) == ([DAY + HOUR_MS], [DAY + 2 * HOUR_MS])
    assert reader.curves([1], following, following + 600_000, 500).curves[0].exact


def test_a_quiet_quarter_of_an_hour_is_not_taken_for_a_dropped_one(world: PastWorld) -> None:
    """Its hour says that samples came, but they are there, before it and after it."""
    world.bring(GroupKind.IMPORTED, 1, [(DAY, 1.0, 0), (DAY + 50 * MINUTE_MS, 2.0, 0)])
    world.frame(DAY + DAY_MS, batch({9: (1.0, 0, DAY + DAY_MS)}, DAY))
    world.move()
    reader = world.reader()
    world.roll_up(1, hours_until(reader, DAY + DAY_MS))
    (curve,) = reader.curves([1], DAY + 20 * MINUTE_MS, DAY + 35 * MINUTE_MS, 500).curves
    assert (curve.exact, curve.low.tolist(), curve.count.tolist()) == (True, [1.0], [0])


def test_curves_come_in_the_order_asked(world: PastWorld) -> None:
    """One for each tag, also for those that have nothing."""
    fill(world, T, 600)
    reader = world.reader()
    asked = [2, 99, 1, 1, *range(200, 220)]
    for end in (T + 600_000, T + 40 * DAY_MS):
        answer = reader.curves(asked, T, end, 1_000)
        assert [c.tag for c in answer.curves] == asked
        assert len(answer.curves[1]) == 0


def test_more_samples_than_can_be_held_are_read_in_slices(world: PastWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a narrow range, and of a wide one without rollups: the same curve, and never too many at once."""
    bring(world, DAY, 3)
    reader = world.reader()
    wide, narrow = (DAY, DAY + 3 * DAY_MS), (DAY, DAY + DAY_MS)
    want = [reader.curves([1], *span, 100).curves[0] for span in (wide, narrow)]
    narrow_want = reader.curves([1], *narrow, 1_430).curves[0]
    most: list[int] = []
    known = reader._sampling.known  # type: ignore[attr-defined]

    def counted(*args: object) -> dict[int, Samples]:
        found: dict[int, Samples] = known(*args)
        most.append(max(map(len, found.values())))
        return found

    monkeypatch.setattr("app.storage.history_reading.sampling._MANY", 700)
    monkeypatch.setattr(reader._sampling, "known", counted)  # type: ignore[attr-defined]
    for span, curve in zip((wide, narrow), want, strict=True):
        assert_same(reader.curves([1], *span, 100).curves[0], curve)
    assert_same(reader.curves([1], *narrow, 1_430).curves[0], narrow_want)
    assert len(reader.raw(1, *narrow)) == 1_440
    assert max(most) <= 1_441
    assert len(most) > 10
