"""Faults on demand: what can go wrong, with which target, and how it is set and cleared."""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from app.errors import ConfigurationFault
from app.model.points import ModbusPoint, WordType
from app.model.spec import TagSpec
from app.plant.faces.face import Face
from app.plant.faces.linkfaults import Mismatch
from app.plant.programs.codes import Trip
from app.plant.programs.gate import reset_gate
from app.plant.programs.instruments import RackState
from app.plant.programs.pump import force_trip, reset_trip
from app.plant.programs.sensors import SensorFault
from app.plant.programs.station import StationProgram

if TYPE_CHECKING:
    from app.plant.plant import Plant

__all__ = ["FaultKind", "FaultSet", "Param"]

Param = str | float | int | bool
TRIPS: Final = {
    "overload": Trip.OVERLOAD,
    "winding": Trip.WINDING,
    "seal": Trip.SEAL,
    "dry-run": Trip.DRY_RUN,
    "failed": Trip.FAILED_TO_START,
}


class FaultKind(StrEnum):
    """Every fault, by the kind of its target."""

    TRIP = "trip"
    """Pump, gate or rack; `code`: overload, winding, seal, dry-run, failed, or 1–5. Cleared by reset too."""
    FAIL_TO_START = "fail-to-start"
    """Pump: the motor does not answer its contactor."""
    LOCAL = "local"
    """Pump, gate or station: the switch stands on Local."""
    REFUSE = "refuse"
    """Equipment or station: the PLC rejects commands with REFUSED."""
    BLOCKED = "blocked"
    """Rack."""
    JAM = "jam"
    """Gate: over-torque as soon as it moves."""
    POWER = "power"
    """Station: mains fail; the PLC lives on its battery."""
    PROGRAM = "program"
    """Station: the PLC is in STOP, its server answers on."""
    CLOCK = "clock"
    """Station: the PLC's clock is off by `minutes` (5)."""
    DOOR = "door"
    """Station: the door of the cabinet is open."""
    STUCK = "stuck"
    """Tag: the sensor holds its last value."""
    NOISY = "noisy"
    """Tag: the sensor scatters by `sigma` (a tenth of the range)."""
    SENSOR = "sensor"
    """Tag: the sensor fails; `shows`: nan, over, under (nan for floats and OPC UA, over for integers)."""
    SLOW = "slow"
    """Device: each answer comes `delay_s` (2) late."""
    FROZEN = "frozen"
    """Device: accepts and answers nothing; reads what was sent when it thaws."""
    HALF_OPEN = "half-open"
    """Device: swallows everything. With `unit`: one unit behind a gateway is silent."""
    DROP = "drop"
    """Device: links are cut and the port is closed until cleared. With `once`: cut only."""
    GARBAGE = "garbage"
    """Device: answers are random bytes."""
    MISMATCH = "mismatch"
    """Device: answers do not match; `how`: function, count, transaction, unit."""
    REFUSE_REGISTER = "refuse-register"
    """Tag: its register answers exception 2, its node a bad status."""


STATION_KINDS: Final = (
    FaultKind.TRIP, FaultKind.FAIL_TO_START, FaultKind.LOCAL, FaultKind.REFUSE, FaultKind.BLOCKED, FaultKind.JAM,
    FaultKind.POWER, FaultKind.PROGRAM, FaultKind.CLOCK, FaultKind.DOOR,
)  # fmt: skip
TAG_KINDS: Final = (FaultKind.STUCK, FaultKind.NOISY, FaultKind.SENSOR, FaultKind.REFUSE_REGISTER)


@dataclass(frozen=True, slots=True)
class _Fault:
    kind: FaultKind
    target: str
    params: Mapping[str, Param]


class FaultSet:
    """The faults that stand now."""

    def __init__(self, plant: Plant) -> None:
        self._plant = plant
        self._active: dict[tuple[FaultKind, str], _Fault] = {}

    async def set(self, kind: str, target: str, params: Mapping[str, Param]) -> None:
        """Make a fault. Raises ConfigurationFault for an unknown kind, target or parameter."""
        fault = _Fault(_kind(kind), target, params)
        await self._turn(fault, on=True)
        if not params.get("once", False):
            self._active[fault.kind, target] = fault

    async def clear(self, kind: str = "", target: str = "") -> int:
        """Undo faults, all of a kind or target when the other is empty. Returns how many there were."""
        wanted = _kind(kind) if kind else None
        found = [f for f in self._active.values() if wanted in (None, f.kind) and target in ("", f.target)]
        for fault in found:
            await self._turn(fault, on=False)
            del self._active[fault.kind, fault.target]
        return len(found)

    def describe(self) -> list[dict[str, object]]:
        """Return the standing faults as plain data."""
        return [{"kind": f.kind.value, "target": f.target, **f.params} for f in self._active.values()]

    async def _turn(self, fault: _Fault, *, on: bool) -> None:
        if fault.kind in STATION_KINDS:
            self._turn_station(fault, on)
        elif fault.kind in TAG_KINDS:
            self._turn_tag(fault, on)
        else:
            await self._turn_link(fault, on)

    def _turn_station(self, fault: _Fault, on: bool) -> None:
        station = self._plant.station_of(fault.target)
        _STATION_ACTS[fault.kind](station, fault, on)

    def _turn_tag(self, fault: _Fault, on: bool) -> None:
        station = self._plant.station_of(fault.target)
        tag = station.plan.tags.get(fault.target)
        if tag is None:
            raise ConfigurationFault(f"no tag {fault.target!r} in the plant")
        if fault.kind is FaultKind.REFUSE_REGISTER:
            self._plant.face_of(tag.device).refuse(tag.path, on)
        elif on:
            station.sensors.faults[tag.path] = _sensor_fault(fault, tag)
        else:
            station.sensors.faults.pop(tag.path, None)

    async def _turn_link(self, fault: _Fault, on: bool) -> None:
        face = self._plant.face_of(fault.target)
        if fault.kind is FaultKind.DROP and fault.params.get("once", False):
            face.cut()
            return
        _set_link(face, fault, on)
        await face.apply_faults()


def _kind(text: str) -> FaultKind:
    try:
        return FaultKind(text.replace("_", "-"))
    except ValueError:
        raise ConfigurationFault(f"unknown fault {text!r}; known: {', '.join(FaultKind)}") from None


def _number(fault: _Fault, name: str, default: float) -> float:
    try:
        return float(fault.params.get(name, default))
    except ValueError:
        raise ConfigurationFault(f"{fault.kind}: {name} must be a number, not {fault.params[name]!r}") from None


def _sensor_fault(fault: _Fault, tag: TagSpec) -> SensorFault:
    low, high = tag.low or 0.0, tag.high if tag.high is not None else 100.0
    if fault.kind is FaultKind.STUCK:
        return SensorFault("stuck")
    if fault.kind is FaultKind.NOISY:
        return SensorFault("noisy", sigma=_number(fault, "sigma", 0.1 * (high - low)))
    whole = isinstance(tag.point, ModbusPoint) and tag.point.type not in (WordType.F32, WordType.F64)
    values = {"nan": None, "over": high + 0.25 * (high - low), "under": low - 0.25 * (high - low)}
    shows = str(fault.params.get("shows", "over" if whole else "nan"))
    if shows not in values:
        raise ConfigurationFault(f"sensor: shows must be nan, over or under, not {shows!r}")
    return SensorFault("failed", value=values[shows])


def _set_link(face: Face, fault: _Fault, on: bool) -> None:
    faults = face.faults
    match fault.kind:
        case FaultKind.SLOW:
            faults.delay_s = _number(fault, "delay_s", 2.0) if on else 0.0
        case FaultKind.FROZEN:
            faults.frozen = on
        case FaultKind.HALF_OPEN if "unit" in fault.params:
            unit = int(_number(fault, "unit", 0))
            faults.silent_units.add(unit) if on else faults.silent_units.discard(unit)
        case FaultKind.HALF_OPEN:
            faults.half_open = on
        case FaultKind.DROP:
            faults.dropped = on
        case FaultKind.GARBAGE:
            faults.garbage = on
        case FaultKind.MISMATCH:
            faults.mismatch = _mismatch(face, fault) if on else None


def _mismatch(face: Face, fault: _Fault) -> Mismatch:
    how = str(fault.params.get("how", Mismatch.FUNCTION))
    if how not in face.mismatches:
        known = ", ".join(face.mismatches) or "none: its replies are signed"
        raise ConfigurationFault(f"mismatch {how!r} is not possible at {face.device}; possible: {known}")
    return Mismatch(how)


def _trip(station: StationProgram, fault: _Fault, on: bool) -> None:
    path = fault.target
    if path in station.pumps:
        code = fault.params.get("code", "overload")
        trip = TRIPS.get(str(code)) or next((t for t in Trip if t and str(int(t)) == str(code)), None)
        if trip is None:
            raise ConfigurationFault(f"trip: unknown code {code!r}; known: {', '.join(TRIPS)}")
        pump = station.pumps[path]
        station.pumps[path] = force_trip(pump, trip) if on else reset_trip(pump)
    elif path in station.gates:
        gate = station.gates[path]
        station.gates[path] = replace(gate, trip=True, torque=True) if on else reset_gate(gate)
    elif path in station.racks:
        station.racks[path] = replace(station.racks[path], trip=True) if on else RackState()
    else:
        raise _wrong(fault, "pump, gate or rack")


def _local(station: StationProgram, fault: _Fault, on: bool) -> None:
    known = [*station.pumps, *station.gates]
    paths = known if fault.target == station.plan.id else [p for p in known if p == fault.target]
    if not paths:
        raise _wrong(fault, "pump, gate or station")
    for path in paths:
        station.set_local(path, on)


def _refuse(station: StationProgram, fault: _Fault, on: bool) -> None:
    known = {station.plan.id, *(e.path for e in station.plan.equipment)}
    _toggle(station.switches.refusing, known, fault, on, "equipment or station")


def _fail_to_start(station: StationProgram, fault: _Fault, on: bool) -> None:
    _toggle(station.switches.held, station.pumps, fault, on, "pump")


def _blocked(station: StationProgram, fault: _Fault, on: bool) -> None:
    _toggle(station.switches.blocked, station.racks, fault, on, "rack")
    if not on:
        station.racks[fault.target] = RackState()


def _jam(station: StationProgram, fault: _Fault, on: bool) -> None:
    _toggle(station.switches.jammed, station.gates, fault, on, "gate")


def _power(station: StationProgram, fault: _Fault, on: bool) -> None:
    station.switches.power = not on


def _program(station: StationProgram, fault: _Fault, on: bool) -> None:
    station.switches.program = not on


def _clock(station: StationProgram, fault: _Fault, on: bool) -> None:
    minutes = _number(fault, "minutes", 5.0)
    if not math.isfinite(minutes):
        raise ConfigurationFault("clock: minutes must be a finite number")
    station.switches.clock_off_s = 60.0 * minutes if on else 0.0


def _door(station: StationProgram, fault: _Fault, on: bool) -> None:
    station.switches.door_open = on


_STATION_ACTS: Final[Mapping[FaultKind, Callable[[StationProgram, _Fault, bool], None]]] = {
    FaultKind.TRIP: _trip,
    FaultKind.FAIL_TO_START: _fail_to_start,
    FaultKind.LOCAL: _local,
    FaultKind.REFUSE: _refuse,
    FaultKind.BLOCKED: _blocked,
    FaultKind.JAM: _jam,
    FaultKind.POWER: _power,
    FaultKind.PROGRAM: _program,
    FaultKind.CLOCK: _clock,
    FaultKind.DOOR: _door,
}


def _toggle(held: set[str], known: Container[str], fault: _Fault, on: bool, expected: str) -> None:
    """Put the target into a set or take it out."""
    if fault.target not in known:
        raise _wrong(fault, expected)
    held.add(fault.target) if on else held.discard(fault.target)


def _wrong(fault: _Fault, expected: str) -> ConfigurationFault:
    return ConfigurationFault(f"{fault.kind}: {fault.target!r} is no {expected} of the plant")
