"""Stories of one pump: start, protection, minimum times. Time is stepped."""

from __future__ import annotations

from dataclasses import replace

from app.plant.programs.codes import Mode, PumpLimits, Trip
from app.plant.programs.pump import (
    PumpInputs,
    PumpState,
    force_trip,
    reset_trip,
    start_wait_s,
    starts_in_hour,
    step_pump,
)

LIMITS = PumpLimits(min_on_s=20, min_off_s=45, max_starts_per_hour=3, feedback_s=5)
WANTED = PumpInputs(wanted=True)
IDLE = PumpInputs()


class Bench:
    """A pump on a bench: steps of 0.1 s."""

    def __init__(self, limits: PumpLimits = LIMITS) -> None:
        self.pump, self.limits, self.now_s = PumpState(), limits, 0.0

    def run(self, seconds: float, inputs: PumpInputs) -> PumpState:
        for _ in range(round(seconds * 10)):
            self.now_s += 0.1
            self.pump = step_pump(self.pump, inputs, self.limits, now_s=self.now_s, dt_s=0.1)
        return self.pump


def test_a_called_pump_runs_after_its_feedback_and_counts_start_and_hours() -> None:
    """Called, the contactor closes at once, feedback follows within a second, and one start and the hours count."""
    bench = Bench()

    called = bench.run(0.2, WANTED)
    assert (called.called, called.running, called.starts) == (True, False, 0)
    running = bench.run(1.0, WANTED)
    assert (running.running, running.starts, running.speed_hz) == (True, 1, 50.0)
    after = bench.run(360, WANTED)
    assert abs(after.hours - 0.1) < 0.001
    stopped = bench.run(0.1, IDLE)
    assert (stopped.called, stopped.running, stopped.starts) == (False, False, 1)


def test_a_pump_whose_motor_does_not_answer_fails_to_start() -> None:
    """Without feedback for five seconds the trip is latched with its code, and stays when the motor answers again."""
    bench = Bench()

    waiting = bench.run(4.9, replace(WANTED, held=True))
    assert (waiting.called, waiting.trip) == (True, Trip.NONE)
    tripped = bench.run(0.4, replace(WANTED, held=True))
    assert (tripped.called, tripped.running, tripped.trip) == (False, False, Trip.FAILED_TO_START)
    later = bench.run(10, WANTED)
    assert (later.called, later.trip, later.starts) == (False, Trip.FAILED_TO_START, 0)


def test_a_pump_that_runs_dry_trips_and_a_standing_one_does_not() -> None:
    """The low-low float trips a running pump at once; a pump that stands keeps quiet."""
    bench = Bench()

    assert bench.run(2, replace(IDLE, dry=True)).trip is Trip.NONE
    bench.run(2, WANTED)
    tripped = bench.run(0.1, replace(WANTED, dry=True))
    assert (tripped.running, tripped.trip) == (False, Trip.DRY_RUN)


def test_the_first_trip_stays_shown_and_reset_never_starts_the_pump() -> None:
    """A second trip does not cover the first; after the reset in Hand the pump stands until it is asked again."""
    bench = Bench()
    bench.pump = replace(bench.pump, mode=Mode.HAND, hand=True)
    bench.run(2, IDLE)
    assert bench.pump.running

    bench.pump = force_trip(force_trip(bench.pump, Trip.OVERLOAD), Trip.SEAL)
    assert (bench.pump.trip, bench.pump.running, bench.pump.called) == (Trip.OVERLOAD, False, False)
    bench.pump = reset_trip(bench.pump)
    after = bench.run(60, IDLE)
    assert (after.trip, after.called, after.running, after.mode) == (Trip.NONE, False, False, Mode.HAND)


def test_a_hot_winding_cools_while_the_pump_stands() -> None:
    """The winding trip shows its temperature, which then falls."""
    bench = Bench()

    bench.pump = force_trip(bench.pump, Trip.WINDING)
    hot = bench.pump.winding_c
    assert hot > 130
    assert bench.run(30, IDLE).winding_c < hot - 20


def test_off_ignores_the_level_control_and_hand_ignores_it_too() -> None:
    """Only Auto follows the level control; Hand runs by its own request alone."""
    for mode, hand, expected in ((Mode.OFF, False, False), (Mode.HAND, False, False), (Mode.HAND, True, True)):
        bench = Bench()
        bench.pump = replace(bench.pump, mode=mode, hand=hand)
        assert bench.run(2, WANTED).running is expected


def test_local_follows_the_panel_and_not_the_level_control() -> None:
    """In Local the level control has no say, and what the panel asks goes on."""
    bench = Bench()
    bench.pump = replace(bench.pump, remote=False, hand=True)

    assert bench.run(2, IDLE).running
    bench.pump = replace(bench.pump, hand=False)
    assert not bench.run(2, WANTED).running


def test_lost_supply_stops_a_pump_and_hand_does_not_start_by_itself_after() -> None:
    """When the mains come back a pump in Hand stands: someone must ask again."""
    bench = Bench()
    bench.pump = replace(bench.pump, mode=Mode.HAND, hand=True)
    bench.run(2, IDLE)

    assert not bench.run(0.1, replace(IDLE, powered=False)).running
    assert not bench.run(60, IDLE).running


def test_a_start_is_allowed_again_after_the_minimum_off_time() -> None:
    """The wait counts down from 45 s at the stop to 0; it is 0 while the pump runs."""
    bench = Bench()

    bench.run(2, WANTED)
    assert start_wait_s(bench.pump, LIMITS, bench.now_s) == 0.0
    bench.run(0.1, IDLE)
    assert abs(start_wait_s(bench.pump, LIMITS, bench.now_s) - 45.0) < 0.2
    bench.run(30, IDLE)
    assert abs(start_wait_s(bench.pump, LIMITS, bench.now_s) - 15.0) < 0.3
    bench.run(16, IDLE)
    assert start_wait_s(bench.pump, LIMITS, bench.now_s) == 0.0


def test_the_fourth_start_of_an_hour_waits_until_the_first_is_an_hour_old() -> None:
    """Three starts fill the hour; the wait ends when the oldest leaves it."""
    bench = Bench()
    for _ in range(3):
        bench.run(2, WANTED)
        bench.run(50, IDLE)

    assert starts_in_hour(bench.pump, bench.now_s) == 3
    first = bench.pump.start_log[0]
    assert abs(start_wait_s(bench.pump, LIMITS, bench.now_s) - (first + 3600 - bench.now_s)) < 0.01
    bench.run(3600 - bench.now_s + first + 0.2, IDLE)
    assert starts_in_hour(bench.pump, bench.now_s) == 2
    assert start_wait_s(bench.pump, LIMITS, bench.now_s) == 0.0


def test_a_driven_pump_ramps_to_its_set_point_in_hand_and_below_it_in_auto() -> None:
    """Speed follows 10 Hz/s; Hand runs at the set-point, Auto at the level control's speed but never above it."""
    bench = Bench(PumpLimits(vfd=True))
    bench.pump = replace(bench.pump, mode=Mode.HAND, hand=True, speed_sp_hz=40.0)

    bench.run(1.6, IDLE)
    assert 5.0 < bench.pump.speed_hz < 15.0
    assert bench.run(10, IDLE).speed_hz == 40.0
    bench.pump = replace(bench.pump, mode=Mode.AUTO, hand=False)
    assert bench.run(10, replace(WANTED, auto_hz=35.0)).speed_hz == 35.0
    assert bench.run(10, replace(WANTED, auto_hz=48.0)).speed_hz == 40.0
