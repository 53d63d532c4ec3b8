"""What a PLC does on each verb, and why it refuses. Pure: state in, state and reason out."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from app.model.commands.block import EchoReason
from app.model.commands.verbs import Verb
from app.plant.programs.codes import Mode, PumpLimits, Trip
from app.plant.programs.gate import GateState, Travel, reset_gate, stop_gate
from app.plant.programs.pump import (
    WINDING_RESET_C,
    PumpState,
    reset_trip,
    start_wait_s,
    starts_in_hour,
)

__all__ = ["Around", "command_gate", "command_pump"]


@dataclass(frozen=True, slots=True)
class Around:
    """What a pump's command depends on besides the pump.

    `clear`: no interlock stands against running. `delay_s`: rest of the station's delay between starts.
    `held`: motor or contactor does not answer (a failure to start would repeat). `now_s`: the program's time.
    """

    clear: bool
    dry: bool
    held: bool
    delay_s: float
    now_s: float


def command_pump(
    state: PumpState, verb: str, value: float, *, limits: PumpLimits, around: Around
) -> tuple[PumpState, EchoReason]:
    """Return the pump after the command and NONE, or the pump unchanged and why the command is refused."""
    if not state.remote:
        return state, EchoReason.LOCAL
    match verb:
        case Verb.START:
            reason = _against_start(state, limits, around)
            return (state, reason) if reason else (replace(state, mode=Mode.HAND, hand=True), reason)
        case Verb.STOP:
            return replace(state, mode=Mode.OFF, hand=False), EchoReason.NONE
        case Verb.AUTO:
            return replace(state, mode=Mode.AUTO), EchoReason.NONE
        case Verb.MODE:
            return _mode(state, value)
        case Verb.SPEED:
            return _speed(state, value, limits)
        case Verb.RESET:
            reason = _against_reset(state, around)
            return (state, reason) if reason else (reset_trip(state), reason)
        case _:
            return state, EchoReason.UNKNOWN_VERB


def command_gate(state: GateState, verb: str, *, pumping: bool, jammed: bool) -> tuple[GateState, EchoReason]:
    """Return the gate after the command and NONE, or unchanged and why not. It may not close on a running pump."""
    if not state.remote:
        return state, EchoReason.LOCAL
    match verb:
        case Verb.OPEN | Verb.CLOSE if state.trip:
            return state, EchoReason.TRIPPED
        case Verb.CLOSE if pumping:
            return state, EchoReason.INTERLOCK
        case Verb.OPEN:
            return replace(state, travel=Travel.OPENING), EchoReason.NONE
        case Verb.CLOSE:
            return replace(state, travel=Travel.CLOSING), EchoReason.NONE
        case Verb.STOP:
            return stop_gate(state), EchoReason.NONE
        case Verb.RESET:
            if not state.trip:
                return state, EchoReason.NOT_TRIPPED
            return (state, EchoReason.INTERLOCK) if jammed else (reset_gate(state), EchoReason.NONE)
        case _:
            return state, EchoReason.UNKNOWN_VERB


def _against_start(state: PumpState, limits: PumpLimits, around: Around) -> EchoReason:
    """Return why the pump may not start, or NONE. A pump that runs already obeys at once."""
    if state.trip:
        return EchoReason.TRIPPED
    if state.running or state.called:
        return EchoReason.NONE
    if not around.clear:
        return EchoReason.INTERLOCK
    if starts_in_hour(state, around.now_s) >= limits.max_starts_per_hour:
        return EchoReason.STARTS
    if max(start_wait_s(state, limits, around.now_s), around.delay_s) > 0:
        return EchoReason.MIN_TIME
    return EchoReason.NONE


def _against_reset(state: PumpState, around: Around) -> EchoReason:
    """Return why the trip stays: there is none, or its cause is still there."""
    if not state.trip:
        return EchoReason.NOT_TRIPPED
    still = {
        Trip.WINDING: state.winding_c > WINDING_RESET_C,
        Trip.DRY_RUN: around.dry,
        Trip.FAILED_TO_START: around.held,
    }
    return EchoReason.INTERLOCK if still.get(state.trip, False) else EchoReason.NONE


def _mode(state: PumpState, value: float) -> tuple[PumpState, EchoReason]:
    """Change the mode without moving the pump: Hand keeps what the contactor does now. Off drops it."""
    if value not in (0.0, 1.0, 2.0):
        return state, EchoReason.RANGE
    mode = Mode(int(value))
    hand = state.hand if state.mode is Mode.HAND else state.called
    return replace(state, mode=mode, hand=hand if mode is Mode.HAND else False), EchoReason.NONE


def _speed(state: PumpState, value: float, limits: PumpLimits) -> tuple[PumpState, EchoReason]:
    if not limits.vfd:
        return state, EchoReason.UNKNOWN_VERB
    if math.isnan(value) or not limits.min_hz <= value <= limits.max_hz:
        return state, EchoReason.RANGE
    return replace(state, speed_sp_hz=value), EchoReason.NONE
