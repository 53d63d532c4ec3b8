"""Rack, meters and gauges of a station: plain state and step functions."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from typing import Final

__all__ = ["Meters", "RackState", "RainGauge", "step_rack"]

RACK_START_M: Final = 0.16
RACK_STOP_M: Final = 0.05
RACK_MIN_S: Final = 20.0
RACK_TRIP_S: Final = 90.0
"""A raker that has run this long against a blocked rack trips on overload."""
CLOG_M_PER_M3: Final = 0.0012
"""Rise of the level difference per cubic metre through a dirty rack, scaled to the small demo wells."""


@dataclass(frozen=True, slots=True)
class RackState:
    """`clog_m` is the head lost to debris."""

    clog_m: float = 0.02
    running: bool = False
    run_s: float = 0.0
    trip: bool = False

    def difference_m(self, inflow_m3h: float) -> float:
        """Return the level difference across the rack: debris and the flow through it."""
        return self.clog_m + 0.02 * min(1.0, inflow_m3h / 4000.0)


def step_rack(state: RackState, *, inflow_m3h: float, powered: bool, blocked: bool, dt_s: float) -> RackState:
    """Return the rack after `dt_s` seconds: it rakes by level difference, and trips when it cannot clear itself."""
    passed = inflow_m3h / 3600.0 * dt_s
    clog = state.clog_m + (0.02 * dt_s if blocked else CLOG_M_PER_M3 * passed)
    running = powered and not state.trip and _rakes(state, inflow_m3h)
    if running and not blocked:
        clog -= 0.008 * dt_s
    run_s = state.run_s + dt_s if running else 0.0
    trip = state.trip or (blocked and run_s > RACK_TRIP_S)
    return replace(state, clog_m=min(0.55, max(0.01, clog)), running=running and not trip, run_s=run_s, trip=trip)


def _rakes(state: RackState, inflow_m3h: float) -> bool:
    """Return True while the raker is to run: on at the upper difference, off at the lower one."""
    difference = state.difference_m(inflow_m3h)
    if state.running:
        return difference > RACK_STOP_M or state.run_s < RACK_MIN_S
    return difference > RACK_START_M


@dataclass(slots=True)
class RainGauge:
    """Sums of rain over the last hour and day, from one-minute buckets."""

    intensity_mm_h: float = 0.0
    _minutes: deque[float] = field(default_factory=lambda: deque([0.0], maxlen=1440))
    _in_minute_s: float = 0.0

    def step(self, intensity_mm_h: float, dt_s: float) -> None:
        """Take `dt_s` seconds of rain."""
        self.intensity_mm_h = intensity_mm_h
        self._minutes[-1] += intensity_mm_h * dt_s / 3600.0
        self._in_minute_s += dt_s
        if self._in_minute_s >= 60.0:
            self._in_minute_s -= 60.0
            self._minutes.append(0.0)

    def sum_mm(self, minutes: int) -> float:
        """Return mm of rain in the last `minutes`."""
        count = len(self._minutes)
        return sum(self._minutes[i] for i in range(max(0, count - minutes), count))


@dataclass(slots=True)
class Meters:
    """Totalisers that only count up."""

    volume_m3: float = 0.0
    energy_kwh: float = 0.0

    def step(self, flow_m3h: float, power: float, dt_s: float) -> None:
        """Take `dt_s` seconds of flow in m³/h and power in kW."""
        self.volume_m3 += max(0.0, flow_m3h) * dt_s / 3600.0
        self.energy_kwh += max(0.0, power) * dt_s / 3600.0
