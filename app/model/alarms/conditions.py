"""Whether the condition of an alarm holds for a sample: true, false, or not known. Deadband on the clearing side.

Each judge gets the last truth `was`, so that the deadband holds between limit and clearing value. Conditions that live
in time (rate, stuck) are in `moving`. A judge never sees bad quality: the gate stands before it (`alarm`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.model.alarms.moving import Mover, Rate, Stuck
from app.model.alarms.spec import AlarmKind, AlarmSpec

__all__ = ["EVERY", "Bounds", "known", "mover_of", "quiet", "truth"]

EVERY: Final = (math.nan, math.nan)
"""The quiet range of an alarm that must see every sample."""

_DEVICE_UP: Final = 1
"""What `dev/<id>/state` says of a device that answers."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limit and deadband in force. A limit that is not given is NaN: nothing is ever beyond it."""

    limit: float
    deadband: float

    def threshold(self, was: bool) -> float:
        """Return the distance above which the condition holds: less by the deadband once it does."""
        return self.limit - self.deadband if was else self.limit


def known(value: float) -> bool:
    """Return whether a value can be judged at all."""
    return math.isfinite(value)


def truth(spec: AlarmSpec, bounds: Bounds, was: bool, value: float, setpoint: float | None) -> bool | None:
    """Return whether the condition holds for one value by itself; None when that cannot be known."""
    judge = _PLAIN.get(spec.kind)
    return judge(spec, bounds, was, value, setpoint) if judge else None


def quiet(spec: AlarmSpec, bounds: Bounds, was: bool, value: float) -> tuple[float, float]:
    """Return the open range around `value` in which every value has the truth that `value` has."""
    ranges = _QUIET.get(spec.kind)
    return ranges(spec, bounds, was, value) if ranges else EVERY


def mover_of(spec: AlarmSpec, standing: bool) -> Mover | None:
    """Return the judge of a condition that lives in time, None for a condition of single values."""
    if spec.kind is AlarmKind.RATE:
        return Rate(spec.window_s, spec.side, standing)
    return Stuck(spec.window_s) if spec.kind is AlarmKind.STUCK else None


def _beyond(side: int, distance: float, threshold: float) -> bool:
    """Return whether a signed distance is beyond the threshold on a side; 0 is both sides."""
    if side > 0:
        return distance > threshold
    return distance < -threshold if side < 0 else abs(distance) > threshold


def _edge(spec: AlarmSpec, bounds: Bounds, was: bool) -> float:
    """Return the value beyond which the condition of a LIMIT holds."""
    if not was:
        return bounds.limit
    return bounds.limit + bounds.deadband if spec.side < 0 else bounds.limit - bounds.deadband


def _limit(spec: AlarmSpec, bounds: Bounds, was: bool, value: float, setpoint: float | None) -> bool:
    edge = _edge(spec, bounds, was)
    return value < edge if spec.side < 0 else value > edge


def _limit_quiet(spec: AlarmSpec, bounds: Bounds, was: bool, value: float) -> tuple[float, float]:
    edge = _edge(spec, bounds, was)
    return (-math.inf, edge) if was == (spec.side < 0) else (edge, math.inf)


def _deviation(spec: AlarmSpec, bounds: Bounds, was: bool, value: float, setpoint: float | None) -> bool | None:
    if setpoint is None or not known(setpoint):
        return None
    return _beyond(spec.side, value - setpoint, bounds.threshold(was))


def _clock(spec: AlarmSpec, bounds: Bounds, was: bool, value: float, setpoint: float | None) -> bool:
    return _beyond(0, value, bounds.threshold(was))


def _clock_quiet(spec: AlarmSpec, bounds: Bounds, was: bool, value: float) -> tuple[float, float]:
    edge = bounds.threshold(was)
    if not was:
        return (-edge, edge)
    return (edge, math.inf) if value > 0 else (-math.inf, -edge)


def _state(spec: AlarmSpec, bounds: Bounds, was: bool, value: float, setpoint: float | None) -> bool:
    return round(value) in spec.values


def _comm(spec: AlarmSpec, bounds: Bounds, was: bool, value: float, setpoint: float | None) -> bool:
    return round(value) != _DEVICE_UP


def _state_quiet(spec: AlarmSpec, bounds: Bounds, was: bool, value: float) -> tuple[float, float]:
    return _between(spec.values, was, value)


def _comm_quiet(spec: AlarmSpec, bounds: Bounds, was: bool, value: float) -> tuple[float, float]:
    return _between((_DEVICE_UP,), not was, value)


def _between(values: tuple[int, ...], inside: bool, value: float) -> tuple[float, float]:
    """Return the range of values that are, like `value`, one of `values` (or none of them). Half a step either way
    rounds to the same value."""
    now = round(value)
    if inside:
        return (now - 0.5, now + 0.5)
    low = max((v + 0.5 for v in values if v < now), default=-math.inf)
    return (low, min((v - 0.5 for v in values if v > now), default=math.inf))


_Judge = Callable[[AlarmSpec, Bounds, bool, float, "float | None"], "bool | None"]
_Ranges = Callable[[AlarmSpec, Bounds, bool, float], tuple[float, float]]

# MISMATCH and UNCOMMANDED are judged by the engine, which tells the truth; RATE and STUCK by a mover.
_PLAIN: Final[dict[AlarmKind, _Judge]] = {
    AlarmKind.LIMIT: _limit,
    AlarmKind.DEVIATION: _deviation,
    AlarmKind.STATE: _state,
    AlarmKind.COMM: _comm,
    AlarmKind.CLOCK: _clock,
}

# DEVIATION has none: its range moves with the set-point.
_QUIET: Final[dict[AlarmKind, _Ranges]] = {
    AlarmKind.LIMIT: _limit_quiet,
    AlarmKind.STATE: _state_quiet,
    AlarmKind.COMM: _comm_quiet,
    AlarmKind.CLOCK: _clock_quiet,
}
