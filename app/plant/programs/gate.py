"""A motor-driven gate with limit switches: pure step functions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Final

__all__ = ["STROKE_S", "GateState", "Travel", "reset_gate", "step_gate", "stop_gate"]

STROKE_S: Final = 25.0
"""From closed to open. Real ones take minutes."""


class Travel(IntEnum):
    """Where the drive moves."""

    CLOSING = -1
    STILL = 0
    OPENING = 1


@dataclass(frozen=True, slots=True)
class GateState:
    """`position` 0 closed to 100 open. `torque` is the over-torque switch, `trip` what it latches."""

    position: float = 100.0
    travel: Travel = Travel.STILL
    remote: bool = True
    trip: bool = False
    torque: bool = False

    @property
    def opened(self) -> bool:
        """True at the upper limit switch."""
        return self.position >= 99.5

    @property
    def closed(self) -> bool:
        """True at the lower limit switch."""
        return self.position <= 0.5


def step_gate(state: GateState, *, powered: bool, jammed: bool, dt_s: float) -> GateState:
    """Return the gate after `dt_s` seconds: it stops at its limits, without supply, and trips when it is jammed."""
    if state.travel is Travel.STILL or state.trip or not powered:
        return replace(state, travel=Travel.STILL)
    if jammed:
        return replace(state, travel=Travel.STILL, torque=True, trip=True)
    position = min(100.0, max(0.0, state.position + state.travel * 100.0 * dt_s / STROKE_S))
    arrived = position in (0.0, 100.0)
    return replace(state, position=position, travel=Travel.STILL if arrived else state.travel)


def stop_gate(state: GateState) -> GateState:
    """Return the gate standing where it is."""
    return replace(state, travel=Travel.STILL)


def reset_gate(state: GateState) -> GateState:
    """Return the gate with its trip and torque switch cleared; it does not move."""
    return replace(state, trip=False, torque=False, travel=Travel.STILL)
