"""Stories of delays, re-alarm and escalation: monotonic time alone counts."""

from __future__ import annotations

import math

import pytest

from app.model.alarms.spec import EscalationStep
from app.model.alarms.status import AlarmChange as C
from app.model.alarms.status import AlarmState as S
from app.model.quality import Quality
from tests.helpers.alarm_bench import T0, AlarmBench

STEPS = (
    EscalationStep(2, 600.0, "engineer"),
    EscalationStep(2, 300.0, "supervisor"),
    EscalationStep(1, 60.0, "supervisor"),
)


def test_on_delay() -> None:
    """true → 4.9 s: nothing → 5 s: raised by the tick, with the sample that made it; no sample is needed."""
    bench = AlarmBench(on_delay_s=5.0)
    bench.did(bench.value(5.5))
    source_ms = bench.now_ms
    assert bench.alarm.due == bench.now + 5.0
    bench.did(bench.value(5.6, after=4.9))
    told = bench.tick(0.1)
    assert [c.change for c in told] == [C.RAISED] and bench.alarm.due == math.inf
    assert (bench.status.value, bench.status.source_ms) == (5.6, source_ms + 4900)
    assert bench.status.raised_ms == source_ms + 5000


def test_an_on_delay_ends_when_the_value_returns() -> None:
    """true → false within the delay → true: the delay begins anew; inside the deadband it goes on."""
    bench = AlarmBench(on_delay_s=5.0)
    bench.value(5.5)
    bench.did(bench.value(4.7, after=3.0))
    bench.did(bench.value(5.5))
    bench.did(bench.value(4.9, after=3.0))
    bench.did(bench.tick(1.9))
    assert [c.change for c in bench.tick(0.1)] == [C.RAISED]


def test_a_short_alarm_is_not_lost_between_two_ticks() -> None:
    """true → false 10 s later without a tick between: it was true for its delay, so it is raised and has returned."""
    bench = AlarmBench(on_delay_s=5.0)
    bench.value(5.5)
    assert [c.change for c in bench.value(3.0, after=10.0)] == [C.RAISED, C.RETURNED]
    assert bench.status.state is S.RTN_UNACK


def test_an_on_delay_begins_anew_after_bad_quality() -> None:
    """true → bad within the delay: nothing → true: the whole delay again."""
    bench = AlarmBench(on_delay_s=5.0)
    bench.value(5.5)
    bench.did(bench.value(5.5, Quality.COMM_LOST, after=4.0))
    assert bench.alarm.due == math.inf
    bench.did(bench.tick(10.0))
    bench.did(bench.value(5.5))
    bench.did(bench.tick(4.9))
    assert [c.change for c in bench.tick(0.1)] == [C.RAISED]


def test_off_delay() -> None:
    """UNACK → false → 9.9 s: stands → 10 s: returned; true meanwhile: it never left."""
    bench = AlarmBench(off_delay_s=10.0)
    bench.bring_to()
    bench.did(bench.value(4.0))
    bench.did(bench.value(5.5, after=9.0))
    bench.did(bench.value(4.0))
    bench.did(bench.tick(9.9))
    assert [c.change for c in bench.tick(0.1)] == [C.RETURNED]


def test_an_off_delay_begins_anew_after_bad_quality() -> None:
    """ACKED → false → bad: frozen, not returned, however long → false: the whole off-delay again."""
    bench = AlarmBench(off_delay_s=10.0)
    bench.bring_to(acked=True)
    bench.value(4.0)
    assert [c.change for c in bench.value(4.0, Quality.STALE)] == [C.FROZEN]
    assert bench.tick(3600.0) == ()
    assert [c.change for c in bench.value(4.0)] == [C.THAWED]
    assert bench.tick(9.9) == ()
    assert [c.change for c in bench.tick(0.1)] == [C.RETURNED]


@pytest.mark.parametrize("seconds", [-86_400.0, 86_400.0])
def test_the_wall_clock_moves_no_delay(seconds: float) -> None:
    """true → the wall clock is set by a day: the delay is over after its five seconds."""
    bench = AlarmBench(on_delay_s=5.0)
    bench.value(5.5)
    bench.set_wall(seconds)
    assert bench.tick(4.9) == ()
    assert [c.change for c in bench.tick(0.1)] == [C.RAISED]
    assert bench.status.raised_ms == T0 + 6000 + round(seconds * 1000)


def test_escalation() -> None:
    """UNACK → 300 s: to the supervisor → 600 s: to the engineer → ack: to nobody."""
    bench = AlarmBench(steps=STEPS)
    bench.bring_to()
    bench.did(bench.tick(299.9))
    told = bench.tick(0.1)
    bench.did(told, C.ESCALATED, escalated=1, escalated_to="supervisor")
    assert (told[0].detail["role"], told[0].detail["level"]) == ("supervisor", 1)
    bench.did(bench.tick(300.0), C.ESCALATED, escalated=2, escalated_to="engineer")
    bench.did(bench.tick(3600.0))
    bench.ack()
    assert (bench.status.escalated, bench.status.escalated_to) == (0, "") and bench.alarm.due == math.inf


def test_steps_that_were_slept_through_are_taken_at_once() -> None:
    """UNACK → 700 s without a tick: one line, to the last role."""
    bench = AlarmBench(steps=STEPS)
    bench.bring_to()
    bench.did(bench.tick(700.0), C.ESCALATED, escalated=2, escalated_to="engineer")


def test_clearing_does_not_stop_escalation() -> None:
    """UNACK → false → true → 300 s after the first annunciation: escalated; bad quality does not stop it either."""
    bench = AlarmBench(steps=STEPS)
    bench.bring_to()
    bench.value(3.0, after=100.0)
    bench.value(5.5, after=100.0)
    bench.value(3.0, after=50.0)
    bench.value(3.0, Quality.COMM_LOST, after=40.0)
    assert [c.change for c in bench.tick(10.0)] == [C.ESCALATED]
    assert bench.status.state is S.RTN_UNACK


def test_clearing_stops_it_where_nobody_need_acknowledge() -> None:
    """Ack not required: UNACK → false: NORM, and no step is due."""
    bench = AlarmBench(steps=STEPS, ack_required=False)
    bench.bring_to()
    bench.value(3.0)
    assert bench.alarm.due == math.inf and bench.tick(3600.0) == ()


def test_escalation_begins_anew_with_a_re_alarm() -> None:
    """UNACK → escalated → ack → re-alarm: 300 s from there."""
    bench = AlarmBench(steps=STEPS, re_alarm_s=1000.0)
    bench.bring_to()
    bench.tick(300.0)
    bench.ack()
    assert [c.change for c in bench.tick(1000.0)] == [C.REALARMED]
    assert bench.tick(299.9) == ()
    assert [c.change for c in bench.tick(0.1)] == [C.ESCALATED]
