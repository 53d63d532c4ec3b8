"""How far imported samples hold, against the plain way."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.series.curves import bucket_curve, exact_curve
from app.series.samples import NOTHING, SAID_AGAIN, Samples
from app.series.spans import Span, between_changes, ended, joined

JAN, FEB, MAR = Span(0, 310, 10), Span(320, 590, 10), Span(600, 900, 5)
NONE = Samples(np.empty(0, np.int64), np.empty(0), np.empty(0, np.uint16), np.empty(0, np.int64))

spans = st.lists(
    st.builds(lambda start, long, pause: Span(start, start + long, pause), *[st.integers(0, n) for n in (60, 25, 6)]),
    max_size=4,
)


def _samples(*rows: tuple[int, float, int]) -> Samples:
    """Return samples (time, value, number of the frame or 0)."""
    ms, values, seq = (np.array([row[i] for row in rows]) for i in range(3))
    return Samples(ms.astype(np.int64), values.astype(np.float64), np.zeros(len(rows), np.uint16), seq.astype(np.int64))


def test_files_that_follow_each_other_are_one() -> None:
    """No time is missing between January and February whose rows come each ten; March, ten later again, has rows more
    often, but February would have been as silent. What lies within another changes nothing, also its pauses."""
    assert joined([FEB, JAN]) == [Span(0, 590, 10)]
    assert joined([JAN, FEB, MAR]) == [Span(0, 900, 5)]
    assert joined([JAN, MAR]) == [JAN, MAR]
    assert joined([JAN, Span(100, 200, 500), MAR]) == [JAN, MAR]


@given(spans, spans)
def test_what_changes_is_what_only_one_of_both_tells(before: list[Span], after: list[Span]) -> None:
    """Every instant between two milliseconds of which one tells and the other does not is named, and no other."""

    def told(its: list[Span], ms: float) -> bool:
        return any(span.start_ms <= ms <= span.end_ms for span in joined(its))

    changes = between_changes(before, after)
    for ms in range(90):
        named = any(start <= ms + 0.5 <= end for start, end in changes)
        assert named == (told(before, ms + 0.5) != told(after, ms + 0.5))
    lone = [s.start_ms for s in joined(after) if s.start_ms == s.end_ms and not told(before, s.start_ms)]
    assert all(any(start <= ms <= end for start, end in changes) for ms in lone)


@given(st.lists(st.tuples(st.integers(0, 80), st.booleans()), max_size=10), spans)
def test_nothing_imported_holds_beyond_what_is_told(found: list[tuple[int, bool]], its: list[Span]) -> None:
    """At each instant that what holds which came last; but once its files end what was imported is followed by what
    frames said last, or by nothing. Counts are of samples alone, in buckets and in exact curves."""
    rows = [(t, float(i), i + 1 if frame else 0) for i, (t, frame) in enumerate(sorted(found))]
    by_frames = [row for row in rows if row[2]]

    def frames(at_ms: int) -> Samples:
        return _samples(*[row for row in by_frames if row[0] <= at_ms][-1:]) if by_frames else NONE

    def held(ms: int) -> float:
        last = next((row for row in reversed(rows) if row[0] <= ms), None)
        if last is None:
            return math.nan
        if last[2] or not any(last[0] <= s.end_ms <= ms for s in joined(its)):
            return last[1]
        known = frames(ms)
        return float(known.values[0]) if len(known) else math.nan

    whole = ended(_samples(*rows) if rows else NONE, its, frames, 100)
    buckets, exact = bucket_curve(1, whole, (), 0, 1, 90, 90), exact_curve(1, whole, (), 0, 90, 90)
    assert buckets.count.sum() == exact.count.sum() == len(rows)
    assert (whole.seq != SAID_AGAIN).sum() == len(rows) and NOTHING not in exact.quality
    for ms in range(90):
        for curve in (buckets, exact):
            at = np.flatnonzero((curve.start_ms <= ms) & (ms < curve.end_ms) & (curve.covered > 0))
            want = held(ms)
            assert len(at) == (not math.isnan(want))
            if len(at):
                assert curve.high[at[0]] >= want >= curve.low[at[0]]


def test_a_row_that_says_nothing_has_no_quality() -> None:
    """The bucket where an import ends is as good as what it brought; the next ones are not known."""
    whole = ended(_samples((0, 1.5, 0), (12, 2.5, 0)), [Span(0, 12, 12)], lambda _: NONE, 100)
    curve = bucket_curve(1, whole, (), 0, 10, 5, 50)
    assert (curve.start_ms.tolist(), curve.quality.tolist(), curve.count.tolist()) == ([0, 10], [0, 0], [1, 1])
    assert curve.covered.tolist() == pytest.approx([1.0, 0.2])
