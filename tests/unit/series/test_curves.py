"""Curves of samples, buckets and rollups, and the figures made of them, against the plain way."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from pytest import approx

from app.series.curves import bucket_curve, empty_curve, exact_curve, join_curves, rollup_curve
from app.series.rollups import roll
from app.series.samples import Gap
from app.series.statistics import statistics
from tests.unit.series.holding import SPAN, Row, held_at, histories, plain_bucket, samples_of

History = tuple[list[Row], list[Gap], int]


@given(histories(), st.integers(0, 20), st.integers(30, SPAN))
def test_an_exact_curve_says_each_millisecond(history: History, start: int, end: int) -> None:
    """At every instant the entry that covers it is the sample that held, and none covers what nobody knows."""
    rows, gaps, until = history
    curve = exact_curve(3, samples_of(rows), gaps, start, end, until)
    assert (curve.end_ms >= curve.start_ms).all()
    assert (curve.start_ms[1:] >= curve.end_ms[:-1]).all()
    for ms in range(start, end):
        at = np.flatnonzero((curve.start_ms <= ms) & (ms < curve.end_ms))
        want = held_at(rows, gaps, until, ms)
        assert len(at) == (want is not None)
        if want is not None:
            good = want[2] < 128 and math.isfinite(want[1])
            assert curve.low[at[0]] == approx(want[1] if good else math.nan, nan_ok=True)
            assert (curve.quality[at[0]], curve.covered[at[0]]) == (want[2], good)
    assert curve.count.sum() == sum(start <= t < end for t, _, _ in rows)


@given(histories(), st.sampled_from([1, 3, 7]))
def test_buckets_are_what_held(history: History, width: int) -> None:
    """As rollups, but not rounded, and without buckets of which nothing is known."""
    rows, gaps, until = history
    curve = bucket_curve(3, samples_of(rows), gaps, 0, width, SPAN // width, until)
    for i in range(SPAN // width):
        want = plain_bucket(rows, gaps, until, i * width, (i + 1) * width)
        at = np.flatnonzero(curve.start_ms == i * width)
        assert len(at) == (want is not None)
        if want is not None:
            j = at[0]
            assert (curve.end_ms[j], curve.quality[j], curve.count[j]) == ((i + 1) * width, want.quality, want.count)
            assert curve.covered[j] == approx(want.covered)
            figures = [curve.low[j], curve.high[j], curve.mean[j]]
            assert figures == approx(
                [math.nan if f is None else f for f in (want.low, want.high, want.mean)], nan_ok=True
            )


def test_a_rollup_gives_the_same_curve() -> None:
    """Whole buckets that touch the time, with the level they came from; the unknown ones are left out."""
    rows = [(0, 1.0, 0), (12, 4.0, 0), (25, 2.0, 129)]
    gaps = [Gap(40, 50)]
    rollup = roll(samples_of(rows), None, gaps, 0, 10, 6, 60)
    curve = rollup_curve(3, rollup, 5, 35, 10)
    same = bucket_curve(3, samples_of(rows), gaps, 0, 10, 4, 60)
    assert curve.start_ms.tolist() == same.start_ms.tolist() == [0, 10, 20, 30]
    assert curve.level_ms == 10
    for name in ("low", "high", "mean", "covered"):
        assert getattr(curve, name) == approx(getattr(same, name), nan_ok=True, abs=1e-4)
    assert len(rollup_curve(3, rollup, 40, 99, 10)) == 0


def test_pieces_become_one_curve() -> None:
    """Exact if all are."""
    rows = [(0, 1.0, 0), (12, 4.0, 129)]
    left = exact_curve(3, samples_of(rows), [], 0, 20, 90)
    right = bucket_curve(3, samples_of([(20, 2.0, 0)]), [], 20, 10, 2, 90)
    both = join_curves([left, right])
    assert not both.exact
    assert both.start_ms.tolist() == [0, 12, 20, 30]
    assert both.low == approx([1.0, math.nan, 2.0, 2.0], nan_ok=True)
    assert join_curves([left, empty_curve(3)]).exact
    assert join_curves([left]) is left


@given(histories(), st.integers(0, 20), st.integers(30, SPAN))
def test_figures_are_those_of_each_millisecond(history: History, start: int, end: int) -> None:
    """Extremes, mean, integral, time beyond limits and covered time of an exact curve."""
    rows = [(t, v if abs(v) < 1e9 or v != v else 5.0, q) for t, v, q in history[0]]
    gaps, until = history[1:]
    curve = exact_curve(3, samples_of(rows), gaps, start, end, until)
    got = statistics(curve, start, end, above=5.0, below=0.0)
    held = [held_at(rows, gaps, until, ms) for ms in range(start, end)]
    values = [row[1] for row in held if row is not None and row[2] < 128 and math.isfinite(row[1])]
    assert got.covered_ms == len(values)
    assert got.share(start, end) == approx(len(values) / (end - start))
    assert got.count == sum(start <= t < end for t, _, _ in rows)
    if values:
        assert got.mean == approx(sum(values) / len(values))
        assert got.integral == approx(sum(values) / 3_600_000)
        assert got.beyond_ms == sum(v > 5.0 or v < 0.0 for v in values)
        assert got.low <= min(values)
        assert got.high >= max(values)


def test_figures_of_buckets() -> None:
    """Mean and integral by covered time; a bucket partly beyond a limit counts in part; nothing gives NaN."""
    rows = [(0, 1.0, 0), (10, 3.0, 0), (15, 7.0, 0), (20, 9.0, 129)]
    curve = bucket_curve(3, samples_of(rows), [], 0, 10, 4, 40)
    got = statistics(curve, 0, 40, above=5.0)
    assert (got.low, got.high, got.covered_ms, got.count) == (1.0, 7.0, 20.0, 4)
    assert got.mean == approx((10 * 1 + 5 * 3 + 5 * 7) / 20)
    assert got.beyond_ms == approx(5.0)
    assert statistics(curve, 10, 20).mean == approx(5.0)
    nothing = statistics(empty_curve(3), 0, 40)
    assert math.isnan(nothing.mean)
    assert nothing.share(0, 40) == 0.0
