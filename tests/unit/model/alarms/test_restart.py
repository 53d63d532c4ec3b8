"""Stories of restarts: what was acknowledged stays so, first reads make no new alarms, shelves keep their end."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from app.model.alarms.alarm import Alarm
from app.model.alarms.spec import EscalationStep
from app.model.alarms.status import AlarmChange as C
from app.model.alarms.status import AlarmState as S
from app.model.alarms.status import Shelf
from app.model.alarms.suppression import remaining_s
from app.model.quality import Quality
from tests.helpers.alarm_bench import T0, AlarmBench

STANDING = [{}, {"acked": True}]


@pytest.mark.parametrize("way", STANDING, ids=["unack", "acked"])
@pytest.mark.parametrize("delay_s", [0.0, 30.0])
def test_first_reads_make_no_new_occurrence(way: dict[str, bool], delay_s: float) -> None:
    """UNACK or ACKED → restart → not read yet → still true: exactly as before."""
    bench = AlarmBench()
    bench.bring_to(**way)
    bench.spec = replace(bench.spec, on_delay_s=delay_s)
    before = bench.status
    bench.did(bench.restart())
    assert [c.change for c in bench.value(math.nan, Quality.NOT_YET)] == [C.FROZEN]
    assert [c.change for c in bench.value(5.5)] == [C.THAWED]
    assert bench.status == replace(before, source_ms=bench.now_ms)
    assert bench.tick(3600.0) == ()


def test_the_first_good_sample_decides() -> None:
    """UNACK → restart → false: RTN_UNACK; ACKED → restart → false: NORM, silently."""
    bench = AlarmBench()
    bench.bring_to()
    bench.restart()
    assert [(c.change, c.annunciated) for c in bench.value(3.0)] == [(C.RETURNED, False)]
    assert bench.status.state is S.RTN_UNACK
    bench = AlarmBench()
    bench.bring_to(acked=True)
    bench.restart()
    assert [(c.change, c.annunciated) for c in bench.value(3.0)] == [(C.RETURNED, False)]
    assert bench.status.state is S.NORM


def test_a_frozen_alarm_is_told_once() -> None:
    """ACKED → bad → restart → still bad: nothing is told again → good: thawed, acknowledged."""
    bench = AlarmBench()
    bench.bring_to(acked=True)
    bench.value(math.nan)
    assert bench.restart() == () and bench.value(math.nan) == ()
    assert [c.change for c in bench.value(5.5)] == [C.THAWED] and bench.status.state is S.ACKED


def test_after_a_long_gap_an_acknowledgement_does_not_count() -> None:
    """ACKED → gap → bad: nothing yet → true: UNACK "after gap", annunciated, the same occurrence."""
    bench = AlarmBench()
    bench.bring_to(acked=True)
    occurrence = bench.status.occurrence
    bench.did(bench.restart(away_s=3600.0))
    bench.alarm.after_gap(bench.now, bench.now_ms)
    assert [c.change for c in bench.value(5.5, Quality.NOT_YET)] == [C.FROZEN]
    assert bench.tick(60.0) == () and bench.status.state is S.ACKED
    told = bench.value(5.5)
    assert [(c.change, c.annunciated) for c in told] == [(C.THAWED, False), (C.AFTER_GAP, True)]
    assert (bench.status.state, bench.status.occurrence, bench.status.count) == (S.UNACK, occurrence, 2)
    assert (bench.status.ack_by, bench.status.unacked_ms) == ("", bench.now_ms)
    bench.ack()
    assert bench.value(5.5) == () and bench.status.state is S.ACKED


def test_after_a_long_gap_what_has_returned_is_silent() -> None:
    """ACKED → gap → false: NORM; UNACK → gap → true: as it was; nothing sounds."""
    bench = AlarmBench()
    bench.bring_to(acked=True)
    bench.restart()
    bench.alarm.after_gap(bench.now, bench.now_ms)
    assert [(c.change, c.annunciated) for c in bench.value(3.0)] == [(C.RETURNED, False)]
    bench = AlarmBench()
    bench.bring_to()
    bench.restart()
    bench.alarm.after_gap(bench.now, bench.now_ms)
    assert bench.value(5.5) == () and bench.status.count == 1


def test_a_gap_counts_once() -> None:
    """ACKED → gap → false: NORM → true → ack: that acknowledgement is from after the gap and stays."""
    bench = AlarmBench()
    bench.bring_to(acked=True)
    bench.restart(away_s=3600.0)
    bench.alarm.after_gap(bench.now, bench.now_ms)
    bench.value(3.0)
    bench.value(5.5)
    bench.ack()
    assert bench.value(5.5) == () and bench.tick(60.0) == () and bench.status.state is S.ACKED


def test_an_occurrence_from_before_the_restart_is_never_made_again() -> None:
    """ACKED → restart, the clock set back to when it was raised → false → true: another id."""
    bench = AlarmBench()
    bench.bring_to(acked=True)
    occurrence, raised_ms = bench.status.occurrence, bench.status.raised_ms
    bench.restart(away_s=0.0)
    bench.value(3.0)
    bench.set_wall((raised_ms - bench.now_ms) / 1000.0)
    bench.value(5.5, after=0.0)
    assert bench.now_ms == raised_ms and bench.status.occurrence not in ("", occurrence)


def test_an_acknowledgement_from_after_the_gap_counts() -> None:
    """ACKED → re-alarm → gap → ack before the first value → true: stays ACKED."""
    bench = AlarmBench(re_alarm_s=60.0)
    bench.bring_to(acked=True)
    bench.restart(away_s=3600.0)
    assert bench.status.state is S.UNACK  # its time ran out meanwhile
    bench.alarm.after_gap(bench.now, bench.now_ms)
    bench.ack()
    assert bench.value(5.5) == () and bench.status.state is S.ACKED


def test_a_gap_of_a_live_engine_waits_for_a_good_sample_too() -> None:
    """ACKED → the engine slept, no restart → tick: nothing → bad: frozen → true: after gap."""
    bench = AlarmBench()
    bench.bring_to(acked=True)
    bench.alarm.after_gap(bench.now, bench.now_ms)
    assert all(math.isnan(end) for end in bench.alarm.quiet)
    assert bench.tick(60.0) == ()
    assert [c.change for c in bench.value(5.5, Quality.STALE)] == [C.FROZEN]
    assert [c.change for c in bench.value(5.5)] == [C.THAWED, C.AFTER_GAP]


def test_timers_go_on_over_a_restart() -> None:
    """UNACK → 200 s → restart of 50 s → 50 s: the step of 300 s; ACKED likewise for re-alarm."""
    steps = (EscalationStep(2, 300.0, "supervisor"),)
    bench = AlarmBench(steps=steps, re_alarm_s=600.0)
    bench.bring_to()
    bench.tick(200.0)
    bench.restart(away_s=50.0)
    assert bench.tick(49.0) == ()
    assert [c.change for c in bench.tick(1.0)] == [C.ESCALATED]
    bench.restart(away_s=10.0)
    assert bench.tick(300.0) == ()  # taken before
    bench.ack()
    bench.restart(away_s=500.0)
    assert bench.tick(99.0) == ()
    assert [c.change for c in bench.tick(1.0)] == [C.REALARMED]


def test_escalation_after_a_restart_counts_from_the_first_annunciation() -> None:
    """UNACK → false → 200 s → true → restart → 100 s after the second, 300 s after the first: escalated."""
    bench = AlarmBench(steps=(EscalationStep(2, 300.0, "supervisor"),))
    bench.bring_to(returned=True)
    bench.value(5.5, after=199.0)
    bench.restart(away_s=50.0)
    assert bench.tick(49.0) == ()
    assert [c.change for c in bench.tick(1.0)] == [C.ESCALATED]


def test_a_clock_set_back_makes_no_time_negative() -> None:
    """UNACK, ACKED → restart with the clock a day behind: the timers begin at the newest frame."""
    bench = AlarmBench(steps=(EscalationStep(2, 300.0, "supervisor"),), re_alarm_s=600.0)
    bench.bring_to()
    bench.tick(200.0)
    bench.restart(away_s=-86_400.0, last_frame_ms=bench.now_ms)
    assert [c.change for c in bench.tick(100.0)] == [C.ESCALATED]
    bench.ack()
    acked_ms = bench.now_ms
    bench.restart(away_s=-86_400.0, last_frame_ms=acked_ms)
    assert bench.alarm.due == bench.now + 600.0


def test_without_resume_the_first_call_anchors_by_the_wall_clock() -> None:
    """A restored alarm that nobody resumed: its first sample ends what ended and judges after it."""
    bench = AlarmBench()
    bench.bring_to(acked=True)
    bench.shelve(900.0)
    bench.alarm = Alarm(bench.spec, bench.status)
    assert bench.alarm.due == -math.inf
    told = bench.value(5.5, after=1000.0)
    assert [c.change for c in told] == [C.SHELF_ENDED, C.REALARMED]


@pytest.mark.parametrize("machine", [False, True])
def test_a_shelf_keeps_its_end(machine: bool) -> None:
    """shelved for 900 s → 300 s → restart of 100 s (of the engine or the machine): 500 s are left."""
    bench = AlarmBench()
    bench.value(3.0)
    bench.shelve(900.0)
    bench.wait(300.0)
    bench._seen = bench.status
    before = bench.status.shelf
    assert before is not None
    told = bench.restart(away_s=100.0, machine=machine)
    shelf = replace(before, until_boot=bench.boot + 500.0, boot_id=bench.boot_id)
    bench.did(told, shelf=shelf)
    assert bench.alarm.due == pytest.approx(bench.now + 500.0)
    assert bench.tick(499.9) == ()
    assert [c.change for c in bench.tick(0.2)] == [C.SHELF_ENDED]


def test_a_shelf_that_ended_meanwhile_ends_before_the_first_sample() -> None:
    """ACKED → shelved → away for longer: at the start it ends and the alarm sounds, known from before."""
    bench = AlarmBench()
    bench.bring_to(acked=True)
    bench.shelve(900.0)
    told = bench.restart(away_s=1000.0)
    assert [(c.change, c.annunciated) for c in told] == [(C.SHELF_ENDED, False), (C.REALARMED, True)]


@pytest.mark.parametrize("machine", [False, True])
def test_a_clock_set_back_lengthens_no_shelf(machine: bool) -> None:
    """shelved for 900 s → 600 s of frames → down, the clock set back by a day → restart: not longer than was left."""
    bench = AlarmBench()
    bench.shelve(900.0)
    bench.wait(600.0)
    last_frame_ms = bench.now_ms
    bench.set_wall(-86_400.0)
    bench.restart(away_s=50.0, machine=machine, last_frame_ms=last_frame_ms)
    left = 300.0 if machine else 250.0  # another boot knows only that the newest frame was 300 s before its end
    assert bench.alarm.due == pytest.approx(bench.now + left)


def test_a_shelf_is_bound_to_the_boot_that_goes_on_with_it() -> None:
    """shelved for 900 s → 600 s → the machine starts again with its clock a day behind → 100 s of frames at that time →
    the engine starts again, and again: 200 s are left, then 150 s."""
    bench = AlarmBench()
    bench.shelve(900.0)
    bench.wait(600.0)
    last_frame_ms = bench.now_ms
    bench.set_wall(-86_400.0)
    bench.restart(away_s=0.0, machine=True, last_frame_ms=last_frame_ms)
    bench.wait(100.0)
    bench.restart(away_s=0.0)
    assert bench.alarm.due == pytest.approx(bench.now + 200.0)
    bench.wait(25.0)
    bench.restart(away_s=25.0)
    assert bench.alarm.due == pytest.approx(bench.now + 150.0)
    shelf = bench.status.shelf
    assert shelf is not None and (shelf.boot_id, shelf.until_ms - shelf.since_ms) == (bench.boot_id, 900_000)


def test_how_long_a_shelf_still_lasts() -> None:
    """By the boot clock of the same boot alone; else by the greatest of wall clock, newest frame and shelving."""
    shelf = Shelf("li", "x", T0, T0 + 900_000, until_boot=1900.0, boot_id="a")

    def left(now_ms: int, boot: float, boot_id: str, last_frame_ms: int = 0) -> float:
        return remaining_s(shelf, now_ms=now_ms, boot=boot, boot_id=boot_id, last_frame_ms=last_frame_ms)

    assert left(T0 + 86_400_000, 1000.0, "a") == 900.0
    assert left(T0 - 86_400_000, 1950.0, "a") == -50.0
    assert left(T0 + 600_000, 5.0, "b") == 300.0
    assert left(T0 + 600_000, 5.0, "b", T0 + 700_000) == 200.0
    assert left(T0 - 1, 5.0, "b", T0 - 5) == 900.0
    assert remaining_s(replace(shelf, boot_id=""), now_ms=T0, boot=1.0, boot_id="", last_frame_ms=0) == 900.0


def test_a_site_that_raises_the_priority_asks_again() -> None:
    """ACKED with priority 2 → a site in which it is 1: UNACK; one in which it is 3 leaves the acknowledgement."""
    bench = AlarmBench()
    bench.bring_to(acked=True)
    bench.spec = replace(bench.spec, priority=3)
    assert bench.restart() == () and (bench.status.state, bench.status.priority) == (S.ACKED, 3)
    bench.spec = replace(bench.spec, priority=1)
    told = bench.restart()
    assert [(c.change, c.detail["cause"]) for c in told] == [(C.REALARMED, "priority")]
    assert bench.status.priority == 1
