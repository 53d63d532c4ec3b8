"""Rate of change and stuck values: what counts is the source's time, and nothing clears because the past was lost."""

from __future__ import annotations

import math
from typing import Any

import pytest

from app.model.alarms.spec import AlarmKind
from app.model.alarms.status import AlarmChange as C
from app.model.alarms.status import AlarmState as S
from tests.helpers.alarm_bench import AlarmBench

NAN = math.nan


def _rate(**fields: Any) -> AlarmBench:
    """More than 1 per 60 s."""
    return AlarmBench(kind=AlarmKind.RATE, **({"limit": 1.0, "window_s": 60.0, "deadband": 0.0, "side": 0} | fields))


def _stuck(**fields: Any) -> AlarmBench:
    """Not moved by more than 0.1 for 60 s."""
    return AlarmBench(kind=AlarmKind.STUCK, **({"limit": 0.1, "window_s": 60.0, "side": 0} | fields))


@pytest.mark.parametrize(
    ("side", "up", "down"), [(1, True, False), (-1, False, True), (0, True, True)], ids=["up", "down", "both"]
)
def test_moving_too_fast(side: int, up: bool, down: bool) -> None:
    """1.2 within 40 s holds on the side that counts; 0.9 within 60 s does not."""
    for sign, holds in ((1.0, up), (-1.0, down)):
        bench = _rate(side=side)
        for _ in range(10):
            assert bench.value(0.0, after=10.0) == ()
        for i in range(1, 10):
            assert bench.value(sign * 0.15 * i, after=10.0) == ()
        for i in range(5):
            bench.value(sign * (1.35 + 0.4 * i), after=10.0)
        assert bench.status.state.active == holds


def test_a_slow_rise_is_none_however_long() -> None:
    """0.1 every 10 s for an hour: never more than 1 per 60 s."""
    bench = _rate()
    assert [bench.value(0.1 * i, after=10.0) for i in range(360)] == [()] * 360


def test_a_rate_clears_when_the_movement_has_left_the_window() -> None:
    """A jump of 2, then constant: it stands for the window and clears after it; with a deadband only below that."""
    bench = _rate()
    bench.value(0.0)
    assert [c.change for c in bench.value(2.0, after=10.0)] == [C.RAISED]
    for _ in range(5):
        assert bench.value(2.0, after=10.0) == ()
    assert [c.change for c in (*bench.value(2.0, after=10.0), *bench.value(2.0, after=2.0))] == [C.RETURNED]
    bench = _rate(deadband=0.5)
    bench.value(0.0)
    for i in range(1, 20):
        bench.value(1.2 * i, after=60.0)
    for i in range(1, 20):
        bench.value(24.0 + 0.6 * i, after=60.0)
    assert bench.status.state.active
    assert [c.change for c in bench.value(24.0 + 0.6 * 19, after=62.0)] == [C.RETURNED]


def test_a_value_holds_until_the_next_one_comes() -> None:
    """A device that tells changes only: 0, after ten minutes 5 in one sample: that is a jump."""
    bench = _rate()
    bench.value(0.0)
    assert [c.change for c in bench.value(5.0, after=600.0)] == [C.RAISED]
    assert bench.tick(55.0) == ()
    assert [c.change for c in bench.tick(10.0)] == [C.RETURNED]
    assert bench.alarm.due == math.inf


def test_repeats_add_no_time() -> None:
    """The same source time again and again, with other values too: no division by nothing, the jump counts once."""
    bench = _rate()
    bench.value(0.0)
    at = bench.now_ms
    assert [bench.value(0.0, source_ms=at) for _ in range(100)] == [()] * 100
    assert [c.change for c in bench.value(1.5, source_ms=at)] == [C.RAISED]
    bench.value(0.2, source_ms=at)
    assert bench.status.state is S.UNACK  # 1.5 down to 0.2 is too fast as well


def test_a_source_clock_that_goes_back_loses_no_history() -> None:
    """Rising 0.5 in 20 s, the clock goes back by an hour, rising 0.6 in 20 s: more than 1 per 60 s."""
    bench = _rate()
    back = 3_600_000
    bench.value(0.0)
    bench.value(0.5, after=20.0)
    bench.value(0.5, source_ms=bench.now_ms - back)
    assert [c.change for c in bench.value(1.1, after=20.0, source_ms=bench.now_ms - back + 20_000)] == [C.RAISED]
    source_ms = bench.now_ms - 2 * back
    told = [[c.change for c in bench.value(1.1, after=10.0, source_ms=source_ms + 10_000 * i)] for i in range(8)]
    assert told.count([C.RETURNED]) == 1 and told.count([]) == 7 and told[:4] == [[]] * 4  # history goes on to age


def test_a_rate_is_not_judged_across_a_gap() -> None:
    """0 → bad for ten minutes → 5: nobody knows how fast; nothing is raised."""
    bench = _rate()
    bench.value(0.0)
    bench.value(NAN)
    assert bench.value(5.0, after=600.0) == ()
    assert bench.value(5.0, after=60.0) == ()


def test_a_rate_alarm_does_not_clear_because_of_a_gap() -> None:
    """ACKED → bad → good: held, acknowledged, until a whole window is known → then it has returned."""
    bench = _rate()
    bench.value(0.0)
    bench.value(2.0)
    bench.ack()
    bench.value(NAN)
    assert [c.change for c in bench.value(3.0)] == [C.THAWED]
    for _ in range(5):
        assert bench.value(3.0, after=10.0) == ()
    assert bench.status.state is S.ACKED
    assert [c.change for c in bench.value(3.0, after=10.0)] == [C.RETURNED]
    assert bench.status.state is S.NORM


def test_a_short_jump_is_not_held_where_nothing_stands() -> None:
    """With an on-delay: up and down again within the delay raises nothing, though no whole window is known."""
    bench = _rate(side=1, on_delay_s=5.0)
    bench.value(0.0)
    bench.value(2.0)
    bench.value(0.0)
    assert bench.tick(50.0) == ()


def test_many_samples_are_kept_in_few_slots() -> None:
    """An hour's window at ten samples a second: the memory does not grow with the samples."""
    bench = _rate(window_s=3600.0, limit=1e9)
    for i in range(20_000):
        bench.value(float(i % 7), after=1.0)
    mover = bench.alarm._mover
    assert mover is not None and len(mover._slots) <= 62  # type: ignore[attr-defined]


def test_a_stuck_value() -> None:
    """Within 0.1 for 60 s: raised by the tick, no sample is needed → moved by 0.11: returned."""
    bench = _stuck()
    bench.value(5.0)
    for i in range(5):
        assert bench.value(5.0 + 0.02 * i, after=10.0) == ()
    assert bench.tick(9.9) == ()
    assert [c.change for c in bench.tick(0.1)] == [C.RAISED]
    assert bench.value(5.05, after=100.0) == ()
    assert [c.change for c in bench.value(5.11)] == [C.RETURNED]
    assert [c.change for c in bench.tick(60.0)] == [C.REALARMED]


def test_a_value_that_moves_to_and_fro_is_not_stuck() -> None:
    """0.06 either way: more than 0.1 between its ends."""
    bench = _stuck()
    assert [bench.value(5.0 + 0.06 * (-1) ** i, after=35.0) for i in range(50)] == [()] * 50


def test_the_time_of_a_stuck_value_begins_anew_after_bad_quality() -> None:
    """Constant for 50 s → bad → constant: 60 s again; never raised while it is bad."""
    bench = _stuck()
    bench.value(5.0)
    bench.tick(50.0)
    bench.value(NAN, after=0.0)
    assert bench.tick(600.0) == ()
    bench.value(5.0, after=0.0)
    assert bench.tick(59.9) == ()
    assert [c.change for c in bench.tick(0.1)] == [C.RAISED]


def test_a_stuck_alarm_goes_on_after_a_gap_unless_the_value_moved() -> None:
    """ACKED → bad → the same value: goes on, acknowledged → bad → another value: returned."""
    bench = _stuck()
    bench.value(5.0)
    bench.tick(60.0)
    bench.ack()
    bench.value(NAN)
    assert [c.change for c in bench.value(5.05)] == [C.THAWED] and bench.status.state is S.ACKED
    bench.value(NAN)
    assert [c.change for c in bench.value(5.3)] == [C.THAWED, C.RETURNED]


def test_a_restored_stuck_alarm_goes_on_until_the_value_moves() -> None:
    """ACKED → restart → any first value: goes on → moved by more than 0.1: returned."""
    bench = _stuck()
    bench.value(5.0)
    bench.tick(60.0)
    bench.ack()
    bench.restart()
    assert bench.value(5.3) == () and bench.status.state is S.ACKED
    assert [c.change for c in bench.value(5.5)] == [C.RETURNED]


def test_stuck_without_a_limit_means_not_moved_at_all() -> None:
    """No limit given: any movement frees it."""
    bench = _stuck(limit=None)
    bench.value(5.0)
    bench.value(5.0001, after=59.0)
    assert bench.tick(59.0) == ()
    assert [c.change for c in bench.tick(1.0)] == [C.RAISED]
