"""Rollups against the plain way: one look at each millisecond."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadBlock, InternalFault
from app.series.rollups import Rollup, coarsen, pack_rollup, place, roll, unpack_rollup
from app.series.samples import NOTHING, Gap
from tests.unit.series.holding import SPAN, Row, histories, plain_bucket, samples_of

MINUTE = 60_000


def assert_like_plain(rollup: Rollup, rows: list[Row], gaps: list[Gap], until: int) -> None:
    """Compare every bucket with what looking at each millisecond gives."""
    for i in range(len(rollup)):
        start = rollup.start_ms + i * rollup.width_ms
        want = plain_bucket(rows, gaps, until, start, start + rollup.width_ms)
        if want is None:
            assert (rollup.quality[i], rollup.covered[i], rollup.count[i]) == (NOTHING, 0, 0)
            continue
        assert (rollup.quality[i], rollup.count[i]) == (want.quality, want.count)
        if want.low is None or want.high is None or want.mean is None:
            assert np.isnan([rollup.low[i], rollup.high[i], rollup.mean[i]]).all()
            assert rollup.covered[i] == 0
            continue
        assert (rollup.low[i], rollup.high[i]) == (want.low, want.high)
        # Half a step lies between two numbers, and which of them is nearer hangs on how it was worked out.
        assert rollup.covered[i] >= 1
        assert rollup.covered[i] == pytest.approx(want.covered * 65_535, abs=1.0 if rollup.covered[i] == 1 else 0.501)
        room = (want.high / 65_535 - want.low / 65_535) * 0.51 + 1e-9 * max(abs(want.low), abs(want.high))
        assert abs(rollup.mean[i] - want.mean) <= room


@given(histories(), st.sampled_from([1, 3, 7, 20]))
def test_rollups_are_what_held(history: tuple[list[Row], list[Gap], int], width: int) -> None:
    """Low, high, mean by time, share, worst quality and count of each bucket; gaps, bad quality and the end of time."""
    rows, gaps, until = history
    rollup = roll(samples_of(rows), None, gaps, 0, width, SPAN // width, until)
    assert_like_plain(rollup, rows, gaps, until)


@given(histories(), st.sampled_from([2, 4]))
def test_coarser_rollups_are_much_the_same(history: tuple[list[Row], list[Gap], int], factor: int) -> None:
    """Four buckets made one have the exact extremes, counts and codes; mean and share within the rounding."""
    rows, gaps, until = history
    rows = [(t, v if abs(v) < 1e9 or v != v else 5.0, q) for t, v, q in rows]
    fine = roll(samples_of(rows), None, gaps, 0, 5, SPAN // 5, until)
    got, want = coarsen(fine, factor), roll(samples_of(rows), None, gaps, 0, 5 * factor, SPAN // 5 // factor, until)
    for name in ("low", "high", "count", "quality"):
        assert np.array_equal(getattr(got, name), getattr(want, name), equal_nan=True)
    assert np.abs(got.covered.astype(int) - want.covered.astype(int)).max() <= factor
    if (fine.covered[fine.covered > 0] > 1).all():  # buckets of points alone have no time, and are given a little
        assert np.nanmax(np.abs(got.mean - want.mean), initial=0) < 1e-3


def test_what_held_before_holds_at_the_start() -> None:
    """Without a sample of its own a bucket has the value that held; a sample in the rows goes before `held`."""
    none = samples_of([])
    rollup = roll(none, (4.5, 64), [], 1_000, 100, 3, 1_150)
    assert rollup.low.tolist()[:2] == [4.5, 4.5]
    assert np.isnan(rollup.low[2])
    assert rollup.covered.tolist() == [65_535, 32_768, 0]
    assert rollup.quality.tolist() == [64, 64, NOTHING]
    assert roll(samples_of([(0, 1.0, 0)]), (4.5, 64), [], 1_000, 100, 1, 9_999).low.tolist() == [1.0]


@given(histories())
def test_a_rollup_comes_out(history: tuple[list[Row], list[Gap], int]) -> None:
    """Packed and unpacked it is the same, NaN where there was none."""
    rows, gaps, until = history
    want = roll(samples_of(rows), None, gaps, 0, 5, SPAN // 5, until)
    assert_same(unpack_rollup(pack_rollup(want)), want)


def assert_same(got: Rollup, want: Rollup) -> None:
    assert (got.start_ms, got.width_ms, got.until_ms) == (want.start_ms, want.width_ms, want.until_ms)
    for a, b in zip(got.columns(), want.columns(), strict=True):
        assert a.dtype == b.dtype
        assert np.array_equal(a, b, equal_nan=a.dtype == np.float64)


@given(st.data())
def test_a_damaged_rollup_is_a_bad_block(data: st.DataObject) -> None:
    """Any changed byte and any cut."""
    packed = pack_rollup(day(np.random.default_rng(1)))
    hurt = bytearray(packed)
    hurt[data.draw(st.integers(0, len(hurt) - 1))] ^= data.draw(st.integers(1, 255))
    for bad in (bytes(hurt), packed[: data.draw(st.integers(0, len(packed) - 1))], b""):
        with pytest.raises(BadBlock):
            unpack_rollup(bad)


def day(rng: np.random.Generator) -> Rollup:
    """Make a day of minutes of a value with two decimals."""
    t = np.arange(0, 86_400_000, 10_000)
    rows: list[Any] = [(int(a), float(v), 0) for a, v in zip(t, np.round(rng.normal(5, 1, len(t)), 2), strict=True)]
    return roll(samples_of(rows), None, [], 0, MINUTE, 1_440, 86_400_000)


def test_a_day_of_minutes_is_small() -> None:
    """About six bytes a minute for noise, next to nothing for what stands still or is not there yet."""
    noisy = day(np.random.default_rng(1))
    assert len(pack_rollup(noisy)) < 1_440 * 7
    assert len(pack_rollup(roll(samples_of([(0, 1.0, 0)]), None, [], 0, MINUTE, 1_440, 86_400_000))) < 100
    assert len(pack_rollup(roll(samples_of([(0, 1.0, 0)]), None, [], 0, MINUTE, 1_440, 600_000))) < 100


def test_rows_take_parts_into_their_places() -> None:
    """Days of a year from months of hours: later parts go over earlier ones, what lies beyond is left out."""
    part = roll(samples_of([(0, 1.0, 0)]), None, [], 0, 10, 4, 40)
    newer = roll(samples_of([(20, 2.0, 0)]), None, [], 20, 10, 4, 60)
    row = place([part, newer], -10, 10, 6)
    assert row.low.tolist()[1:] == [1.0, 1.0, 2.0, 2.0, 2.0]
    assert row.quality.tolist() == [NOTHING, 0, 0, 0, 0, 0]
    assert row.until_ms == 60
    for wrong in (roll(samples_of([]), None, [], 5, 10, 1, 20), roll(samples_of([]), None, [], 0, 5, 1, 20)):
        with pytest.raises(InternalFault):
            place([wrong], -10, 10, 6)
    with pytest.raises(InternalFault):
        coarsen(part, 0)
