"""What a PLC does on each verb, and each reason it may refuse for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.model.commands.block import EchoReason
from app.plant.programs.codes import Mode, PumpLimits, Trip
from app.plant.programs.gate import GateState, Travel, step_gate
from app.plant.programs.pump import PumpState, force_trip
from app.plant.programs.verbs import Around, command_gate, command_pump

LIMITS = PumpLimits(vfd=True)
FREE = Around(clear=True, dry=False, held=False, delay_s=0.0, now_s=10_000.0)
RESTED = PumpState()
RUNNING = PumpState(called=True, running=True)
FULL_HOUR = tuple(9_000.0 + 10 * i for i in range(10))


@pytest.mark.parametrize(
    ("pump", "around", "reason"),
    [
        (RESTED, FREE, EchoReason.NONE),
        (RUNNING, FREE, EchoReason.NONE),
        (replace(RESTED, remote=False), FREE, EchoReason.LOCAL),
        (replace(RESTED, trip=Trip.SEAL), FREE, EchoReason.TRIPPED),
        (RESTED, replace(FREE, clear=False), EchoReason.INTERLOCK),
        (replace(RESTED, steady_s=10.0), FREE, EchoReason.MIN_TIME),
        (RESTED, replace(FREE, delay_s=2.0), EchoReason.MIN_TIME),
        (replace(RESTED, start_log=FULL_HOUR), FREE, EchoReason.STARTS),
    ],
)
def test_start_is_refused_for_each_reason(pump: PumpState, around: Around, reason: EchoReason) -> None:
    """A refused start leaves the pump exactly as it was; an accepted one asks in Hand."""
    after, got = command_pump(pump, "start", 0.0, limits=LIMITS, around=around)

    assert got is reason
    assert after == (pump if reason else replace(pump, mode=Mode.HAND, hand=True))


def test_stop_is_obeyed_whatever_stands_against_a_start() -> None:
    """Stop sets Off with a trip, without clearance and before the minimum on time; only Local refuses it."""
    hard = replace(FREE, clear=False, dry=True, delay_s=9.0)

    after, reason = command_pump(replace(RUNNING, steady_s=1.0), "stop", 0.0, limits=LIMITS, around=hard)
    assert (after.mode, after.hand, reason) == (Mode.OFF, False, EchoReason.NONE)
    assert command_pump(replace(RUNNING, remote=False), "stop", 0.0, limits=LIMITS, around=hard)[1] is EchoReason.LOCAL


def test_a_change_to_hand_moves_nothing_and_off_drops() -> None:
    """Hand keeps what the contactor does now, running or not; Off takes the request away; 3 is no mode."""
    running, _ = command_pump(RUNNING, "mode", 1.0, limits=LIMITS, around=FREE)
    assert (running.mode, running.hand) == (Mode.HAND, True)
    resting, _ = command_pump(RESTED, "mode", 1.0, limits=LIMITS, around=FREE)
    assert (resting.mode, resting.hand) == (Mode.HAND, False)
    off, _ = command_pump(running, "mode", 0.0, limits=LIMITS, around=FREE)
    assert (off.mode, off.hand) == (Mode.OFF, False)
    assert command_pump(RESTED, "mode", 3.0, limits=LIMITS, around=FREE) == (RESTED, EchoReason.RANGE)


def test_auto_hands_back_to_the_level_control() -> None:
    """Return to Auto is obeyed with a latched trip too."""
    after, reason = command_pump(replace(RESTED, mode=Mode.OFF, trip=Trip.SEAL), "auto", 0, limits=LIMITS, around=FREE)
    assert (after.mode, after.trip, reason) == (Mode.AUTO, Trip.SEAL, EchoReason.NONE)


@pytest.mark.parametrize(
    ("pump", "around", "reason"),
    [
        (force_trip(RUNNING, Trip.OVERLOAD), FREE, EchoReason.NONE),
        (RESTED, FREE, EchoReason.NOT_TRIPPED),
        (force_trip(RUNNING, Trip.WINDING), FREE, EchoReason.INTERLOCK),
        (force_trip(RUNNING, Trip.DRY_RUN), replace(FREE, dry=True), EchoReason.INTERLOCK),
        (force_trip(RUNNING, Trip.FAILED_TO_START), replace(FREE, held=True), EchoReason.INTERLOCK),
        (replace(force_trip(RUNNING, Trip.OVERLOAD), remote=False), FREE, EchoReason.LOCAL),
    ],
)
def test_reset_needs_a_trip_whose_cause_is_gone(pump: PumpState, around: Around, reason: EchoReason) -> None:
    """A reset clears the trip and asks for nothing; with the cause still there the trip stays."""
    after, got = command_pump(pump, "reset", 0.0, limits=LIMITS, around=around)

    assert got is reason
    assert after.trip == (pump.trip if reason else Trip.NONE)
    assert not after.called or reason


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (25.0, EchoReason.NONE),
        (50.0, EchoReason.NONE),
        (24.9, EchoReason.RANGE),
        (50.1, EchoReason.RANGE),
        (float("nan"), EchoReason.RANGE),
    ],
)
def test_speed_is_taken_within_its_limits(value: float, reason: EchoReason) -> None:
    """A set-point outside its range is refused and the old one stays."""
    after, got = command_pump(RESTED, "speed", value, limits=LIMITS, around=FREE)
    assert (got, after.speed_sp_hz) == (reason, 50.0 if reason else value)


def test_a_pump_without_a_drive_and_an_unknown_verb_are_refused() -> None:
    """Speed on a fixed-speed pump, or a verb that no pump knows, is UNKNOWN_VERB."""
    assert command_pump(RESTED, "speed", 40.0, limits=PumpLimits(), around=FREE)[1] is EchoReason.UNKNOWN_VERB
    assert command_pump(RESTED, "open", 0.0, limits=LIMITS, around=FREE)[1] is EchoReason.UNKNOWN_VERB


def run_gate(gate: GateState, seconds: float, *, powered: bool = True, jammed: bool = False) -> GateState:
    for _ in range(round(seconds * 10)):
        gate = step_gate(gate, powered=powered, jammed=jammed, dt_s=0.1)
    return gate


def test_a_gate_closes_in_its_stroke_time_and_stops_between_when_told() -> None:
    """Open, close for 10 s, stop between; close on to the lower limit, where it stands still."""
    gate, reason = command_gate(GateState(), "close", pumping=False, jammed=False)
    assert reason is EchoReason.NONE
    gate = run_gate(gate, 10)
    assert (gate.opened, gate.closed, gate.travel) == (False, False, Travel.CLOSING)
    gate, _ = command_gate(gate, "stop", pumping=False, jammed=False)
    assert run_gate(gate, 5).position == gate.position
    gate, _ = command_gate(gate, "close", pumping=False, jammed=False)
    gate = run_gate(gate, 16)
    assert (gate.closed, gate.travel, gate.position) == (True, Travel.STILL, 0.0)


def test_a_gate_does_not_close_on_a_running_pump() -> None:
    """Close is refused as INTERLOCK while a pump runs; open is not."""
    assert command_gate(GateState(), "close", pumping=True, jammed=False)[1] is EchoReason.INTERLOCK
    assert command_gate(GateState(position=0.0), "open", pumping=True, jammed=False)[1] is EchoReason.NONE


def test_a_jammed_gate_trips_on_torque_and_is_reset_when_free() -> None:
    """It trips as soon as it moves, refuses to move, and is reset only when nothing jams it any more."""
    gate, _ = command_gate(GateState(), "close", pumping=False, jammed=False)
    gate = run_gate(gate, 1, jammed=True)
    assert (gate.trip, gate.torque, gate.travel) == (True, True, Travel.STILL)
    assert command_gate(gate, "open", pumping=False, jammed=True)[1] is EchoReason.TRIPPED
    assert command_gate(gate, "reset", pumping=False, jammed=True)[1] is EchoReason.INTERLOCK
    gate, reason = command_gate(gate, "reset", pumping=False, jammed=False)
    assert (gate.trip, gate.torque, reason) == (False, False, EchoReason.NONE)
    assert command_gate(gate, "reset", pumping=False, jammed=False)[1] is EchoReason.NOT_TRIPPED


def test_a_gate_in_local_refuses_everything_and_stands_without_supply() -> None:
    """Local refuses each verb; a moving gate stops where the supply leaves it."""
    local = GateState(remote=False)
    assert {command_gate(local, v, pumping=False, jammed=False)[1] for v in ("open", "close", "stop", "reset")} == {
        EchoReason.LOCAL
    }
    moving = replace(GateState(position=50.0), travel=Travel.OPENING)
    assert run_gate(moving, 5, powered=False).position == 50.0
