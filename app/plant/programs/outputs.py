"""What a PLC shows: the value of each tag by its role (docs/equipment-types.md), as its sensors see it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from app.model.spec import Equipment, TagSpec
from app.plant.programs.motor import current_a
from app.plant.programs.pump import starts_in_hour
from app.plant.programs.station import StationProgram

__all__ = ["values_of"]

SEALED: Final = frozenset({"hours", "total", "energy", "clock", "heartbeat"})
"""Roles that are counted by the PLC itself and have no sensor to fail."""


def values_of(station: StationProgram) -> dict[str, float]:
    """Return the value of every tag of the station by path, in the tag's unit."""
    shown: dict[str, float] = {}
    for equipment in station.plan.equipment:
        roles = _roles(station, equipment)
        for role, path in equipment.tags:
            tag = station.plan.tags.get(path)
            if tag is not None:
                true = roles.get(role)
                shown[path] = _shown(station, tag, role, _steady(tag) if true is None else true)
    return shown


def _shown(station: StationProgram, tag: TagSpec, role: str, true: float) -> float:
    if role in SEALED:
        return true
    return station.sensors.measure(tag.path, role, true, station.now_s)


def _steady(tag: TagSpec) -> float:
    """Return a value for a role that the plant does not play: amid the normal band, else amid the range."""
    low = tag.normal_low if tag.normal_low is not None else tag.low
    high = tag.normal_high if tag.normal_high is not None else tag.high
    return 0.0 if low is None or high is None else (low + high) / 2.0


def _roles(station: StationProgram, equipment: Equipment) -> Mapping[str, float]:
    match equipment.symbol:
        case "pump":
            return _pump(station, equipment.path)
        case "wet_well":
            return _well(station)
        case "gate":
            return _gate(station, equipment.path)
        case "rack":
            return _rack(station, equipment.path)
        case "controller":
            return _controller(station)
        case _:
            return _gauges(station, equipment)


def _pump(station: StationProgram, path: str) -> Mapping[str, float]:
    pump, power = station.pumps[path], station.pump_kw(path)
    ready = pump.remote and not pump.trip and station.clear()
    return {
        "run": pump.running,
        "trip": bool(pump.trip),
        "trip_code": pump.trip,
        "remote": pump.remote,
        "mode": pump.mode,
        "ready": ready,
        "current": current_a(power),
        "power": power,
        "hours": pump.hours,
        "starts": pump.starts,
        "starts_hour": starts_in_hour(pump, station.now_s),
        "start_wait": math.ceil(station.start_wait_s(path)),
        "winding_temp": pump.winding_c,
        "seal_leak": pump.seal_leak,
        "speed": pump.speed_hz,
        "speed_sp": pump.speed_sp_hz,
    }


def _well(station: StationProgram) -> Mapping[str, float]:
    water, levels = station.water, station.levels
    return {
        "level": water.level_m,
        "high_float": water.level_m >= levels.high_m,
        "overflow_float": water.level_m >= levels.overflow_m,
        "inflow": water.inflow_m3h,
        "start_level": levels.starts_m[0],
    }


def _gate(station: StationProgram, path: str) -> Mapping[str, float]:
    gate = station.gates[path]
    return {
        "position": gate.position,
        "opened": gate.opened,
        "closed": gate.closed,
        "moving": bool(gate.travel),
        "remote": gate.remote,
        "trip": gate.trip,
        "torque": gate.torque,
    }


def _rack(station: StationProgram, path: str) -> Mapping[str, float]:
    rack = station.racks[path]
    return {
        "run": rack.running,
        "trip": rack.trip,
        "level_difference": rack.difference_m(station.water.inflow_m3h),
    }


def _controller(station: StationProgram) -> Mapping[str, float]:
    return {
        "heartbeat": station.heartbeat,
        "clock": station.clock_s(),
        "program": station.switches.program,
        "door": station.switches.door_open,
    }


def _gauges(station: StationProgram, equipment: Equipment) -> Mapping[str, float]:
    water, rain, meters = station.water, station.rain, station.meters
    mains = station.switches.power
    if equipment.symbol == "river_level":
        return {"level": station.river_m()}
    return {
        "flow": sum(water.flows.values()),
        "total": meters.volume_m3,
        "pressure": water.pressure_kpa,
        "intensity": rain.intensity_mm_h,
        "rain_1h": rain.sum_mm(60),
        "rain_24h": rain.sum_mm(1440),
        # Sewer gas is set free by falling and moving water.
        "h2s": 1.4 + 0.0022 * water.inflow_m3h,
        "ch4": 0.8 + 0.0008 * water.inflow_m3h,
        "mains": mains,
        "voltage": 386.0 - 0.06 * station.power_kw() if mains else 0.0,
        "energy": meters.energy_kwh,
        "cod": water.cod,
        "nh3": water.nh3,
        "ph": 7.25,
    }
