"""What an axis is made for: a failed sensor presses nothing flat, and a real excursion is still shown."""

from __future__ import annotations

import math

import pytest

from app.model.quality import Quality
from app.model.spec import Label, TagKind, TagSpec
from app.views.state.trend_extremes import extremes_of
from app.views.state.trend_line import Entries, TrendLine
from tests.helpers.fake_history import FakeHistory, samples

LEVEL = TagSpec("a", Label("a", "a"), TagKind.ANALOG, unit="m", low=0.0, high=5.0)
ANY = TagSpec("b", Label("b", "b"), TagKind.ANALOG)
FAR = int(Quality.OUT_OF_RANGE)


def entries(values: list[float], quality: list[int], *, points: int = 100) -> Entries:
    """Return what a pen knows of one value a second; few `points` make buckets."""
    times = [1000 * (i + 1) for i in range(len(values))]
    end = times[-1] + 1000
    found = FakeHistory({1: samples(times, values, quality)}, end).curves((1,), 0, end, points)
    line = TrendLine("a", 1)
    line.take(found.curves[0])
    return line.entries


@pytest.mark.parametrize(
    ("spec", "values", "quality", "expected"),
    [
        (LEVEL, [1.0, 65535.0, 1.2], [0, FAR, 0], (1.0, 1.2)),
        (LEVEL, [1.0, -0.2, 1.2], [0, FAR, 0], (1.0, 1.2)),
        (LEVEL, [1.0, 65535.0, 1.2], [0, 0, 0], (1.0, 1.2)),
        (LEVEL, [1.0, 5.4, 1.2], [0, 0, 0], (1.0, 5.4)),
        (LEVEL, [1.0, 3.0, 1.2], [0, int(Quality.CLOCK_OFF), 0], (1.0, 3.0)),
        (LEVEL, [7.0, 65535.0], [FAR, FAR], (7.0, 65535.0)),
        (ANY, [1.0, 65535.0, 1.2], [0, FAR, 0], (1.0, 1.2)),
        (ANY, [1.0, 65535.0], [0, 0], (1.0, 65535.0)),
        (ANY, [8.0, 9.0], [FAR, FAR], (8.0, 9.0)),
    ],
)
def test_an_axis_is_made_for_measurements(
    spec: TagSpec, values: list[float], quality: list[int], expected: tuple[float, float]
) -> None:
    """Uncertain values outside of the range and good ones far outside count only while there is nothing else."""
    assert extremes_of(entries(values, quality), spec, 0, 10_000) == expected


def test_a_bucket_that_saw_an_absurd_value_does_not_count_with_it() -> None:
    """A year in a thousand points: each bucket holds many values, and one of them is no measurement."""
    values = [1.0 + 0.01 * (i % 20) for i in range(2000)]
    values[700] = 65535.0
    found = entries(values, [0] * 2000, points=40)
    assert not found.exact and float(found.high.max()) == 65535.0
    low, high = extremes_of(found, LEVEL, 0, 3_000_000)
    assert low == 1.0 and high == pytest.approx(1.19)


def test_nothing_known_has_no_extremes() -> None:
    """Neither has a time in which everything was bad."""
    assert all(map(math.isnan, extremes_of(entries([1.0], [int(Quality.SENSOR_FAULT)]), LEVEL, 0, 10_000)))
