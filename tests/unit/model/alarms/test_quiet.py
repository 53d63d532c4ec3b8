"""The quiet range is exact: an engine that skips what lies in it sees the same alarms as one that does not."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.model.alarms.spec import AlarmKind
from app.model.quality import Quality
from tests.helpers.alarm_bench import AlarmBench

KINDS: dict[str, dict[str, Any]] = {
    "high": {"side": 1},
    "low": {"side": -1},
    "state": {"kind": AlarmKind.STATE, "values": (5, -5)},
    "comm": {"kind": AlarmKind.COMM},
    "clock": {"kind": AlarmKind.CLOCK},
    "clock, deadband beyond zero": {"kind": AlarmKind.CLOCK, "deadband": 6.0},
    "deviation": {"kind": AlarmKind.DEVIATION, "side": 0},
    "rate": {"kind": AlarmKind.RATE, "side": 0, "window_s": 10.0},
    "stuck": {"kind": AlarmKind.STUCK, "window_s": 10.0},
}
near = [x + d for x in (-5.0, -4.5, 0.0, 0.5, 1.0, 1.5, 4.8, 5.0, 5.2) for d in (-0.1, 0.0, 0.1)]
sample = st.tuples(
    st.just("value"), st.sampled_from(near), st.sampled_from([0, 0, 0, int(Quality.UNCERTAIN), int(Quality.STALE)])
)
step = st.one_of(
    sample,
    sample,
    st.tuples(st.just("wait"), st.sampled_from([0.5, 1.0, 5.0])),
    st.tuples(st.just("ack")),
    st.tuples(st.just("shelve")),
    st.tuples(st.just("gap")),
)


class Skipping:
    """An alarm whose engine skips what may be skipped."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.bench = AlarmBench(**fields)
        self.was_good = False
        self.skipped = 0

    def value(self, value: float, quality: int, skip: bool) -> list[Any]:
        """Hand in a sample at the same instant, or skip it."""
        low, high = self.bench.alarm.quiet
        good, before = quality < Quality.UNCERTAIN, self.was_good
        self.was_good = good
        if skip and good and before and low < value < high:
            self.skipped += 1
            return []
        return [*self.bench.value(value, quality, after=0.0, setpoint=0.0)]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=100)
@given(
    steps=st.lists(step, max_size=40),
    delays=st.sampled_from([(0.0, 0.0), (2.0, 0.0), (0.0, 2.0)]),
    latching=st.booleans(),
)
def test_skipping_is_the_same_as_judging(
    kind: str, steps: list[tuple[Any, ...]], delays: tuple[float, float], latching: bool
) -> None:
    """Two engines, one skips: every change of every step is the same, and so is the status."""
    fields = {**KINDS[kind], "on_delay_s": delays[0], "off_delay_s": delays[1], "latching": latching, "re_alarm_s": 7.0}
    both = Skipping(fields), Skipping(fields)
    for op in steps:
        told = [_do(alarm, op, skip) for alarm, skip in zip(both, (True, False), strict=True)]
        assert told[0] == told[1]
        assert both[0].bench.status == both[1].bench.status


def _do(alarm: Skipping, op: tuple[Any, ...], skip: bool) -> list[Any]:
    bench = alarm.bench
    if op[0] == "value":
        return alarm.value(op[1], op[2], skip)
    if op[0] == "wait":
        return [*bench.tick(op[1])]
    if op[0] == "ack":
        return [*bench.ack(after=0.0)]
    if op[0] == "gap":
        bench.alarm.after_gap(bench.now, bench.now_ms)
        return []
    if bench.status.shelf is None:
        return [*bench.shelve(3.0, after=0.0)]
    return []


@pytest.mark.parametrize(
    ("kind", "value", "low", "high"),
    [
        ("high", 1.0, -math.inf, 5.0), ("high", 6.0, 4.8, math.inf),
        ("low", 9.0, 5.0, math.inf), ("low", 1.0, -math.inf, 5.2),
        ("state", 0.0, -4.5, 4.5), ("state", 5.0, 4.5, 5.5), ("state", 9.0, 5.5, math.inf),
        ("state", -9.0, -math.inf, -5.5),
        ("comm", 1.0, 0.5, 1.5), ("comm", 2.0, 1.5, math.inf), ("comm", 0.0, -math.inf, 0.5),
        ("clock", 0.0, -5.0, 5.0), ("clock", 6.0, 4.8, math.inf), ("clock", -6.0, -math.inf, -4.8),
    ],
)  # fmt: skip
def test_the_range_is_as_wide_as_it_can_be(kind: str, value: float, low: float, high: float) -> None:
    """Most samples of a site lie inside: that is what makes skipping worth while."""
    bench = AlarmBench(**KINDS[kind])
    assert all(math.isnan(end) for end in bench.alarm.quiet)
    bench.value(value)
    assert bench.alarm.quiet == (low, high)


@pytest.mark.parametrize("kind", ["deviation", "rate", "stuck"])
def test_what_must_see_every_sample(kind: str) -> None:
    """A set-point that moves, and conditions that live in time, have no quiet range."""
    bench = AlarmBench(**KINDS[kind])
    bench.value(1.0, setpoint=0.0)
    assert all(math.isnan(end) for end in bench.alarm.quiet)


def test_a_delay_that_runs_must_see_every_sample() -> None:
    """While an on-delay or off-delay runs, and after bad quality, nothing is skipped."""
    bench = AlarmBench(on_delay_s=5.0)
    bench.value(6.0)
    assert all(math.isnan(end) for end in bench.alarm.quiet)
    bench.tick(5.0)
    assert bench.alarm.quiet == (4.8, math.inf)
    bench.value(6.0, Quality.STALE)
    assert all(math.isnan(end) for end in bench.alarm.quiet)
