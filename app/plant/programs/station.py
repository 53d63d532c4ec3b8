"""The program of one station's PLC: level control, pumps, gates, rack, meters and the command block."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

from app.clock import Clock
from app.model.commands.block import BlockOut, Echo, EchoReason
from app.model.commands.verbs import Verb
from app.model.spec import CommandSpec, Equipment
from app.plant.plan import StationPlan
from app.plant.programs.codes import Levels, Mode, PumpLimits
from app.plant.programs.desk import CommandDesk
from app.plant.programs.gate import GateState, step_gate
from app.plant.programs.instruments import Meters, RackState, RainGauge, step_rack
from app.plant.programs.motor import power_kw
from app.plant.programs.pump import PumpInputs, PumpState, start_wait_s, step_pump
from app.plant.programs.sensors import Sensors
from app.plant.programs.staging import START_DELAY_S, Floats, PumpView, Staging, step_staging
from app.plant.programs.switches import Switches
from app.plant.programs.verbs import Around, command_gate, command_pump
from app.plant.water import Water

__all__ = ["StationProgram"]

TIDE_S: Final = 900.0
"""Far shorter than the bore's half day, so that a demo sees the river move."""
GATE_SHUT: Final = 5.0
"""Below this opening in % a running pump is stopped."""


class StationProgram:
    """State of one PLC. `step` is its scan; `command` takes a block at the moment it arrives.

    The level control lives by the program's own time (`now_s`), which may run faster than the wall's; heartbeat and
    clock live by the wall's, because that is what a control room compares them with.
    """

    def __init__(self, plan: StationPlan, *, clock: Clock, seed: int) -> None:
        self.plan = plan
        self.levels: Levels = plan.levels()
        self.switches = Switches()
        self.sensors = Sensors(f"{seed}/{plan.id}")
        self.desk = CommandDesk()
        self.limits: dict[str, PumpLimits] = {p.path: plan.limits(p) for p in plan.of("pump")}
        self.pumps: dict[str, PumpState] = {
            p.path: PumpState(hours=1200.0 + 310.0 * i, starts=4200 + 700 * i) for i, p in enumerate(plan.of("pump"))
        }
        self.gates: dict[str, GateState] = {g.path: GateState() for g in plan.of("gate")}
        self.racks: dict[str, RackState] = {r.path: RackState() for r in plan.of("rack")}
        self.staging = Staging()
        self.meters = Meters(volume_m3=184_000.0, energy_kwh=52_300.0)
        self.rain = RainGauge()
        self.water = Water()
        self.now_s = 0.0
        self._clock = clock
        self._born = clock.monotonic()
        self._heartbeat = 0
        self._level_tag = plan.well.tag("level") if plan.well is not None else None

    @property
    def heartbeat(self) -> int:
        """Return the 1 Hz counter, 0–65,535. Counted by the clock and not by scans: a PLC that was held up must not
        take an old command for a fresh one."""
        if self.switches.program:
            self._heartbeat = int(self._clock.monotonic() - self._born) & 0xFFFF
        return self._heartbeat

    def clock_s(self) -> float:
        """Return the PLC's own idea of UTC in seconds."""
        return self._clock.now_ms() / 1000.0 + self.switches.clock_off_s

    def step(self, water: Water, rain_mm_h: float, dt_s: float) -> None:
        """Do one scan of `dt_s` seconds."""
        self.water = water
        self.rain.step(rain_mm_h, dt_s)
        if not self.switches.program:
            return
        self.now_s += dt_s
        self._step_drives(dt_s)
        self.staging = step_staging(
            self.staging,
            [self._view(p) for p in self.pumps],
            level_m=self._level(),
            floats=self._floats(),
            levels=self.levels,
            dt_s=dt_s,
        )
        for path in self.pumps:
            self._step_pump(path, dt_s)
        self.meters.step(sum(water.flows.values()), self.power_kw() + 1.2, dt_s)

    def command(self, out: BlockOut) -> Echo:
        """Judge and carry out one block of the command desk."""
        return self.desk.receive(out, self.heartbeat, self._act)

    def command_direct(self, equipment: Equipment, spec: CommandSpec, value: float) -> EchoReason:
        """Carry out a command that came by its own register (`echo: none`): no sequence, no heartbeat."""
        return self._obey(equipment, spec, value)

    def speed(self, path: str) -> float:
        """Return the speed of a pump, 0–1 of rated."""
        pump, limits = self.pumps[path], self.limits[path]
        return pump.speed_hz / limits.max_hz if pump.running else 0.0

    def pump_kw(self, path: str) -> float:
        """Return the electric power of a pump in kW."""
        if not self.pumps[path].running:
            return 0.0
        return power_kw(self.water.flows.get(path, 0.0), self.water.lifts.get(path, 0.0), self.speed(path))

    def power_kw(self) -> float:
        """Return the electric power of all pumps in kW."""
        return sum(self.pump_kw(p) for p in self.pumps)

    def start_wait_s(self, path: str) -> float:
        """Return seconds until a start of this pump is allowed, the station's delay between starts included."""
        pump = self.pumps[path]
        if pump.running or pump.called:
            return 0.0
        return max(start_wait_s(pump, self.limits[path], self.now_s), self._delay_s())

    def river_m(self) -> float:
        """Return the river's level in m: a short tide, and a rise with the rain of the last hour."""
        return 5.2 + 0.2 * math.sin(2.0 * math.pi * self.now_s / TIDE_S) + min(0.9, 0.03 * self.rain.sum_mm(60))

    def dry(self) -> bool:
        """Return True while the low-low float hangs down."""
        return self._level_tag is not None and self.water.level_m <= self.levels.dry_m

    def clear(self) -> bool:
        """Return True while no interlock stands against starting a pump: gate open, water, supply."""
        return self.switches.power and not self.dry() and all(g.opened for g in self.gates.values())

    def set_local(self, path: str, local: bool) -> None:
        """Turn an equipment's switch. The panel takes over what the pump does now, without a bump."""
        if path in self.pumps:
            pump = self.pumps[path]
            self.pumps[path] = replace(pump, remote=not local, hand=pump.called if local else pump.hand)
        if path in self.gates:
            self.gates[path] = replace(self.gates[path], remote=not local)

    def _level(self) -> float:
        """Return the measured level in m, NaN when the sensor says nothing credible."""
        if self._level_tag is None:
            return 0.0
        shown = self.sensors.measure(self._level_tag, "level", self.water.level_m, self.now_s)
        return shown if -0.2 <= shown <= self.levels.overflow_m + 2.0 else math.nan

    def _floats(self) -> Floats:
        true, levels = self.water.level_m, self.levels
        return Floats(true <= levels.stop_m, true >= levels.high_m, true >= levels.overflow_m)

    def _step_drives(self, dt_s: float) -> None:
        s = self.switches
        for path, gate in self.gates.items():
            self.gates[path] = step_gate(gate, powered=s.power, jammed=path in s.jammed, dt_s=dt_s)
        inflow = self.water.inflow_m3h
        for path, rack in self.racks.items():
            blocked = path in s.blocked
            self.racks[path] = step_rack(rack, inflow_m3h=inflow, powered=s.power, blocked=blocked, dt_s=dt_s)

    def _view(self, path: str) -> PumpView:
        pump, limits = self.pumps[path], self.limits[path]
        automatic = pump.mode is Mode.AUTO and pump.remote and not pump.trip
        return PumpView(
            path=path,
            offered=automatic and self._permitted() and (pump.called or self.clear()),
            loaned=pump.called and not automatic,
            startable=start_wait_s(pump, limits, self.now_s) <= 0,
            stoppable=not pump.running or pump.steady_s >= limits.min_on_s,
            steady_s=pump.steady_s,
        )

    def _permitted(self) -> bool:
        """Return True while a pump may go on running."""
        return self.switches.power and all(g.position > GATE_SHUT for g in self.gates.values())

    def _step_pump(self, path: str, dt_s: float) -> None:
        inputs = PumpInputs(
            wanted=path in self.staging.wanted,
            permitted=self._permitted(),
            powered=self.switches.power,
            dry=self.dry(),
            held=path in self.switches.held,
            auto_hz=self._auto_hz(),
        )
        self.pumps[path] = step_pump(self.pumps[path], inputs, self.limits[path], now_s=self.now_s, dt_s=dt_s)

    def _auto_hz(self) -> float:
        """Return the speed for the level: 43 Hz near the stop level to 50 Hz at the first start, for an even flow."""
        level = self._level()
        if math.isnan(level):
            return 50.0
        span = max(0.1, self.levels.starts_m[0] - self.levels.stop_m)
        return min(50.0, 43.0 + 7.0 * max(0.0, level - self.levels.stop_m) / span)

    def _delay_s(self) -> float:
        return max(0.0, START_DELAY_S - self.staging.since_start_s)

    def _act(self, out: BlockOut) -> EchoReason:
        """Carry out an accepted block, or say why not."""
        equipment = next((e for e in self.plan.equipment if e.index == out.equipment), None)
        if equipment is None:
            return EchoReason.UNKNOWN_EQUIPMENT
        spec = next((c for c in equipment.commands if c.code == out.verb), None)
        return self._obey(equipment, spec, out.value) if spec is not None else EchoReason.UNKNOWN_VERB

    def _obey(self, equipment: Equipment, spec: CommandSpec, value: float) -> EchoReason:
        path, refusing = equipment.path, self.switches.refusing
        if not self.switches.program or refusing & {path, self.plan.id}:
            return EchoReason.REFUSED
        if path in self.pumps:
            return self._obey_pump(path, spec.verb, value)
        if path in self.gates:
            return self._obey_gate(path, spec.verb)
        if spec.verb == Verb.LEVEL:
            return self._obey_level(spec, value)
        return EchoReason.UNKNOWN_VERB

    def _obey_pump(self, path: str, verb: str, value: float) -> EchoReason:
        around = Around(
            clear=self.clear(),
            dry=self.dry(),
            held=path in self.switches.held,
            delay_s=self._delay_s(),
            now_s=self.now_s,
        )
        before = self.pumps[path]
        after, reason = command_pump(before, verb, value, limits=self.limits[path], around=around)
        self.pumps[path] = after
        if after.hand and not before.hand and not before.called:
            self.staging = replace(self.staging, since_start_s=0.0)
        return reason

    def _obey_gate(self, path: str, verb: str) -> EchoReason:
        pumping = any(p.running for p in self.pumps.values())
        jammed = path in self.switches.jammed
        self.gates[path], reason = command_gate(self.gates[path], verb, pumping=pumping, jammed=jammed)
        return reason

    def _obey_level(self, spec: CommandSpec, value: float) -> EchoReason:
        low, high = spec.low or self.levels.stop_m + 0.3, spec.high or self.levels.high_m
        if math.isnan(value) or not low <= value <= high:
            return EchoReason.RANGE
        self.levels = self.levels.with_start(value)
        return EchoReason.NONE
