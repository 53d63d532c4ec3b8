"""One pump as its PLC sees it: contactor, run feedback, latched trips, minimum times and starts per hour.

Pure: each function takes a state and returns the next. Times are seconds of the program's own time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from app.plant.programs.codes import Mode, PumpLimits, Trip

__all__ = ["PumpInputs", "PumpState", "force_trip", "reset_trip", "start_wait_s", "starts_in_hour", "step_pump"]

FEEDBACK_S: Final = 0.6
"""A healthy contactor and motor answer within this time."""
RAMP_HZ_S: Final = 10.0
AMBIENT_C: Final = 24.0
RISE_C: Final = 48.0
WARMING_S: Final = 240.0
COOLING_S: Final = 60.0
WINDING_TRIP_C: Final = 130.0
WINDING_RESET_C: Final = 125.0


@dataclass(frozen=True, slots=True)
class PumpState:
    """What the program remembers of one pump.

    `called` is the contactor, `running` its feedback; `called_s` counts since the contactor closed, `rested_s` or
    running time since `running` last changed is `steady_s`. `start_log` holds the times of starts of the last hour.
    """

    mode: Mode = Mode.AUTO
    remote: bool = True
    hand: bool = False
    """What Hand, or the panel in Local, asks for."""
    trip: Trip = Trip.NONE
    called: bool = False
    running: bool = False
    called_s: float = 0.0
    steady_s: float = 3600.0
    hours: float = 0.0
    starts: int = 0
    start_log: tuple[float, ...] = ()
    speed_sp_hz: float = 50.0
    speed_hz: float = 0.0
    winding_c: float = AMBIENT_C
    seal_leak: bool = False


@dataclass(frozen=True, slots=True)
class PumpInputs:
    """What acts on a pump in one step.

    `wanted` by the level control; `permitted` while no interlock stops it; `dry` is the low-low float;
    `held` means that motor or contactor does not answer; `auto_hz` is the speed that the level control asks for.
    """

    wanted: bool = False
    permitted: bool = True
    powered: bool = True
    dry: bool = False
    held: bool = False
    auto_hz: float = 50.0


def step_pump(state: PumpState, inputs: PumpInputs, limits: PumpLimits, *, now_s: float, dt_s: float) -> PumpState:
    """Return the pump after `dt_s` seconds that end at `now_s`."""
    state = _call(state, inputs, dt_s)
    running = state.called and not inputs.held and (state.running or state.called_s >= FEEDBACK_S)
    if running != state.running:
        state = _started(state, now_s) if running else replace(state, running=False, steady_s=0.0)
    else:
        state = replace(state, steady_s=state.steady_s + dt_s)
    state = _wear(state, inputs, limits, dt_s)
    state = _prune(state, now_s)
    found = _protection(state, inputs, limits)
    return force_trip(state, found) if found and not state.trip else state


def start_wait_s(state: PumpState, limits: PumpLimits, now_s: float) -> float:
    """Return seconds until a start is allowed by minimum off time and starts per hour; 0 while running."""
    if state.running or state.called:
        return 0.0
    wait = limits.min_off_s - state.steady_s
    if starts_in_hour(state, now_s) >= limits.max_starts_per_hour:
        wait = max(wait, state.start_log[-limits.max_starts_per_hour] + 3600.0 - now_s)
    return max(0.0, wait)


def starts_in_hour(state: PumpState, now_s: float) -> int:
    """Return the number of starts in the last 60 minutes."""
    return sum(1 for t in state.start_log if now_s - t < 3600.0)


def force_trip(state: PumpState, trip: Trip) -> PumpState:
    """Return the pump with `trip` latched, unless an earlier one is: the first out stays shown. It stops at once."""
    steady = 0.0 if state.running else state.steady_s
    return replace(
        state,
        trip=state.trip or trip,
        hand=False,
        called=False,
        running=False,
        called_s=0.0,
        steady_s=steady,
        winding_c=max(state.winding_c, 138.0) if trip is Trip.WINDING else state.winding_c,
        seal_leak=state.seal_leak or trip is Trip.SEAL,
    )


def reset_trip(state: PumpState) -> PumpState:
    """Return the pump with its trip cleared. Hand asks for nothing afterwards: a reset never starts a pump."""
    return replace(state, trip=Trip.NONE, hand=False, seal_leak=False)


def _call(state: PumpState, inputs: PumpInputs, dt_s: float) -> PumpState:
    """Close or open the contactor. Hand forgets its call when an interlock or the supply takes it away."""
    hand = state.hand and inputs.permitted and inputs.powered and not state.trip
    asked = hand if state.mode is Mode.HAND or not state.remote else inputs.wanted and state.mode is Mode.AUTO
    called = asked and inputs.permitted and inputs.powered and not state.trip
    return replace(state, hand=hand, called=called, called_s=state.called_s + dt_s if called else 0.0)


def _started(state: PumpState, now_s: float) -> PumpState:
    return replace(state, running=True, steady_s=0.0, starts=state.starts + 1, start_log=(*state.start_log, now_s))


def _prune(state: PumpState, now_s: float) -> PumpState:
    """Forget starts that are more than an hour old."""
    if state.start_log and now_s - state.start_log[0] >= 3600.0:
        return replace(state, start_log=tuple(t for t in state.start_log if now_s - t < 3600.0))
    return state


def _wear(state: PumpState, inputs: PumpInputs, limits: PumpLimits, dt_s: float) -> PumpState:
    """Move speed, hours and winding temperature on."""
    target_hz = _target_hz(state, inputs, limits) if state.running else 0.0
    speed = _towards(state.speed_hz, target_hz, RAMP_HZ_S * dt_s if limits.vfd else 1000.0)
    aim, slowness = (AMBIENT_C + RISE_C, WARMING_S) if state.running else (AMBIENT_C, COOLING_S)
    return replace(
        state,
        speed_hz=speed,
        hours=state.hours + (dt_s / 3600.0 if state.running else 0.0),
        winding_c=state.winding_c + (aim - state.winding_c) * min(1.0, dt_s / slowness),
    )


def _target_hz(state: PumpState, inputs: PumpInputs, limits: PumpLimits) -> float:
    """Return the speed to run at. In Auto the operator's set-point caps the level control's speed."""
    if not limits.vfd:
        return limits.max_hz
    if state.mode is Mode.AUTO and state.remote:
        return max(limits.min_hz, min(inputs.auto_hz, state.speed_sp_hz))
    return state.speed_sp_hz


def _protection(state: PumpState, inputs: PumpInputs, limits: PumpLimits) -> Trip:
    """Return the trip that acts now, or NONE."""
    if state.running and inputs.dry:
        return Trip.DRY_RUN
    if state.running and state.winding_c > WINDING_TRIP_C:
        return Trip.WINDING
    if state.called and not state.running and state.called_s > limits.feedback_s:
        return Trip.FAILED_TO_START
    return Trip.NONE


def _towards(value: float, aim: float, step: float) -> float:
    return min(aim, value + step) if value < aim else max(aim, value - step)
