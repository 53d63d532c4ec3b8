"""Buckets of any width: least, greatest and mean by time, and how much of each is known."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange.buckets import Bucketed, buckets_of, edges_of
from app.series.samples import Gap
from app.storage.history_contract import never
from tests.helpers.fake_history import FakeHistory, samples

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
START = 1_714_521_600_000
"""2024-05-01 08:00 in Shanghai, midnight of UTC."""


def _bucketed(history: FakeHistory, edges: np.ndarray) -> Bucketed:
    parts = [tags[0] for _, tags in buckets_of(history, [1], edges, never)]
    return Bucketed(
        *(np.concatenate([getattr(p, n) for p in parts]) for n in ("low", "high", "mean", "covered", "quality"))
    )


def test_a_value_holds_until_the_next_came() -> None:
    """Mean by time, not by number of samples; a bucket without a sample has the value that held; none before the
    first."""
    history = FakeHistory({1: samples([START + 30_000, START + 45_000], [10.0, 30.0])}, START + DAY)
    found = _bucketed(history, edges_of(START, START + 3 * MINUTE, MINUTE, SHANGHAI))
    assert found.low.tolist() == [10.0, 30.0, 30.0]
    assert found.high.tolist() == [30.0, 30.0, 30.0]
    assert found.mean.tolist() == [20.0, 30.0, 30.0]
    assert found.covered.tolist() == [0.5, 1.0, 1.0]


def test_gaps_and_bad_quality_are_not_covered() -> None:
    """Nothing is known in a gap, nor while quality is bad; the worst code is told, and none where nothing is."""
    history = FakeHistory(
        {1: samples([START, START + 90_000], [5.0, 7.0], [0, 129])}, START + DAY, (Gap(START + 150_000, START + HOUR),)
    )
    found = _bucketed(history, edges_of(START, START + 4 * MINUTE, MINUTE, SHANGHAI))
    assert found.mean.tolist()[:2] == [5.0, 5.0] and np.isnan(found.mean[2:]).all()
    assert found.covered.tolist() == [1.0, 0.5, 0.0, 0.0]
    assert found.quality.tolist() == [0, 129, 129, -1]


@pytest.mark.parametrize(
    ("zone", "start", "hours"),
    [(SHANGHAI, "2024-05-01T05:00+08:00", [24, 24]), (BERLIN, "2024-03-30T12:00+01:00", [24, 23]),
     (BERLIN, "2024-10-26T12:00+02:00", [24, 25])],
)  # fmt: skip
def test_days_begin_at_midnight_of_the_zone(zone: ZoneInfo, start: str, hours: list[int]) -> None:
    """A day is from midnight to midnight, also one of 23 or 25 hours; the edges cover what was asked for."""
    begin = int(datetime.fromisoformat(start).timestamp() * 1000)
    edges = edges_of(begin, begin + DAY, DAY, zone)
    assert [datetime.fromtimestamp(e / 1000, UTC).astimezone(zone).hour for e in edges.tolist()] == [0] * len(edges)
    assert (np.diff(edges) // HOUR).tolist() == hours
    assert edges[0] <= begin < begin + DAY <= edges[-1]


@settings(max_examples=60)
@given(
    st.dictionaries(st.integers(0, 5_000), st.floats(-1e6, 1e6), max_size=20),
    st.sampled_from([1_000, 7_000, MINUTE, 7 * MINUTE]),
)
def test_buckets_say_what_a_plain_sum_says(series: dict[int, float], every: int) -> None:
    """Each figure is that of a loop over the milliseconds' worth of held values."""
    times = [START + s * 100 for s in sorted(series)]
    values = [series[s] for s in sorted(series)]
    history = FakeHistory({1: samples(times, values)}, START + DAY)
    edges = edges_of(START, START + 500_000, every, SHANGHAI)
    found = _bucketed(history, edges)
    for i, (left, right) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
        held = [
            (max(t, left), min(until, right), v)
            for t, until, v in zip(times, [*times[1:], START + DAY], values, strict=False)
            if max(t, left) < min(until, right)
        ]
        known = sum(b - a for a, b, _ in held)
        assert math.isclose(found.covered[i], known / (right - left), abs_tol=1e-6)
        if not held:
            assert math.isnan(found.low[i]) and math.isnan(found.mean[i])
            continue
        assert found.low[i] == min(v for _, _, v in held) and found.high[i] == max(v for _, _, v in held)
        mean = sum((b - a) * v for a, b, v in held) / known
        largest = max(abs(v) for _, _, v in held)  # the share that is covered is a float32
        assert math.isclose(found.mean[i], mean, abs_tol=1e-6 * largest + 1e-9)
