"""A whole station on a bucket: level control, protection, commands, clock. Time is stepped."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator

import pytest

from app.model.commands.block import BlockOut, EchoReason, EchoResult
from app.plant.plan import plans_of
from app.plant.programs.codes import Mode, Trip
from app.plant.programs.sensors import SensorFault
from app.plant.programs.station import StationProgram
from app.plant.scene import Scene
from tests.helpers.clock import FakeClock
from tests.helpers.plants import demo_site
from tests.helpers.wells import Bucket, BucketHydraulics

PUMPS = ("ps01/pump1", "ps01/pump2", "ps01/pump3")


class Bench:
    """Station ps01 of the demo site, moved by hand in steps of a tenth of a second."""

    def __init__(self, scene: Scene, wells: BucketHydraulics, clock: FakeClock) -> None:
        self.scene, self.clock = scene, clock
        self.station: StationProgram = scene.stations["ps01"]
        self.well: Bucket = wells.wells["ps01"]
        self.sequence = 0

    async def run(self, seconds: float) -> None:
        for _ in range(round(seconds * 10)):
            self.clock.advance(0.1)
            await self.scene.advance(0.1)

    async def until_running(self, count: int, within_s: float) -> None:
        """Run until `count` pumps run. Fails when they do not within simulated `within_s`."""
        for _ in range(round(within_s * 10)):
            if len(self.running()) == count:
                return
            await self.run(0.1)
        pytest.fail(f"{len(self.running())} pumps run, not {count}, at {self.well.level_m:.2f} m")

    def running(self) -> set[str]:
        return {p for p, s in self.station.pumps.items() if s.running}

    def say(self, index: int, code: int, value: float = 0.0) -> EchoReason:
        """Send one block as a control room would; returns the reason, NONE when it was accepted."""
        self.sequence += 1
        echo = self.station.command(BlockOut(1, self.station.heartbeat, index, code, value, self.sequence))
        assert (echo.result == EchoResult.ACCEPTED) == (echo.reason == EchoReason.NONE)
        return EchoReason(echo.reason)

    def shown(self, path: str) -> float:
        return self.scene.values()[path]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    plans = plans_of(demo_site())
    wells, clock = BucketHydraulics(plans), FakeClock()
    scene = Scene(plans, wells, clock=clock, seed=1)
    await scene.open()
    yield Bench(scene, wells, clock)
    await scene.close()


async def test_the_well_cycles_between_the_sites_levels_and_pumps_take_turns(bench: Bench) -> None:
    """In a fault-free hour the level stays between stop and second start, each pump has run, none was refused."""
    low, high = 9.0, 0.0
    for _ in range(7200):
        await bench.scene.advance(0.5)
        low, high = min(low, bench.well.level_m), max(high, bench.well.level_m)
    starts = [len(s.start_log) for s in bench.station.pumps.values()]
    assert 0.9 < low < 1.05
    assert 1.95 < high < 2.4
    assert max(starts) - min(starts) <= 1
    assert 3 <= min(starts) <= max(starts) <= 10
    assert all(s.trip is Trip.NONE for s in bench.station.pumps.values())


async def test_more_inflow_calls_more_pumps_and_the_gauges_follow(bench: Bench) -> None:
    """With 1,500 m³/h all three run; flow, current and energy are those of three pumps."""
    bench.well.inflow_m3h = 1500.0
    await bench.until_running(3, within_s=300)
    before = bench.station.meters.energy_kwh
    await bench.run(10)
    assert bench.shown("ps01/outflow/flow") > 1700
    assert all(bench.shown(f"{p}/current") > 20 for p in PUMPS)
    assert bench.station.meters.energy_kwh > before


async def test_a_start_by_command_runs_in_hand_until_it_is_handed_back(bench: Bench) -> None:
    """Start, running in Hand at a level where Auto would rest; return to Auto, and the level control lets it stop."""
    bench.well.inflow_m3h = 0.0
    await bench.run(10)
    assert bench.say(11, 1) is EchoReason.NONE
    await bench.run(2)
    assert bench.running() == {"ps01/pump1"}
    assert bench.station.pumps["ps01/pump1"].mode is Mode.HAND
    assert bench.say(11, 3) is EchoReason.NONE
    await bench.run(1)
    assert bench.running() == set()


async def test_the_delay_between_starts_and_the_minimum_off_time_are_shown_and_enforced(bench: Bench) -> None:
    """After a start the others wait five seconds; after its stop a pump waits 45, and says so."""
    bench.well.inflow_m3h = 0.0
    await bench.run(10)
    assert bench.say(11, 1) is EchoReason.NONE
    await bench.run(1)
    assert bench.say(12, 1) is EchoReason.MIN_TIME
    assert bench.shown("ps01/pump2/start_wait") == 4.0
    await bench.run(5)
    assert bench.say(11, 2) is EchoReason.NONE
    await bench.run(3)
    assert bench.shown("ps01/pump1/start_wait") == 43.0
    assert bench.say(11, 1) is EchoReason.MIN_TIME
    await bench.run(43)
    assert bench.say(11, 1) is EchoReason.NONE


async def test_unknown_equipment_verbs_and_values_are_refused_by_name(bench: Bench) -> None:
    """Index 99, verb 77, a speed for a pump without a drive, a level set-point out of range."""
    assert bench.say(99, 1) is EchoReason.UNKNOWN_EQUIPMENT
    assert bench.say(11, 77) is EchoReason.UNKNOWN_VERB
    assert bench.say(11, 6, 40.0) is EchoReason.UNKNOWN_VERB
    assert bench.say(1, 7, 9.0) is EchoReason.RANGE
    assert bench.station.desk.echo.writes == 4
    assert bench.station.desk.accepted == 0


async def test_a_new_start_level_moves_the_start(bench: Bench) -> None:
    """With the first start at 1.7 m a pump runs at 1.7 m, and the set-point is shown."""
    bench.well.level_m = 1.6
    await bench.run(1)
    assert bench.say(1, 7, 1.7) is EchoReason.NONE
    assert bench.shown("ps01/well/start_level") == 1.7
    await bench.until_running(1, within_s=60)
    assert 1.69 < bench.well.level_m < 1.75


async def test_a_refusing_plc_says_refused_and_moves_nothing(bench: Bench) -> None:
    """REFUSED for one equipment or the whole station, until it is told otherwise."""
    await bench.run(10)
    bench.station.switches.refusing.add("ps01/pump1")
    assert bench.say(11, 1) is EchoReason.REFUSED
    assert bench.say(12, 1) is EchoReason.NONE
    bench.station.switches.refusing.add("ps01")
    assert bench.say(13, 2) is EchoReason.REFUSED


async def test_local_keeps_a_running_pump_running_and_refuses_commands(bench: Bench) -> None:
    """The switch is bumpless; in Local the level control lets the pump alone and every command is refused."""
    bench.well.level_m, bench.well.inflow_m3h = 2.1, 0.0
    await bench.until_running(1, within_s=10)
    (runs,) = bench.running()
    bench.station.set_local(runs, True)
    await bench.run(5)
    bench.well.level_m = 0.95
    await bench.run(5)
    assert bench.running() == {runs}
    assert bench.say(11 + PUMPS.index(runs), 2) is EchoReason.LOCAL
    bench.station.set_local(runs, False)
    await bench.run(1)
    assert bench.running() == set()


async def test_a_stuck_level_sensor_runs_the_well_dry_and_the_float_trips_the_pump(bench: Bench) -> None:
    """The sensor sticks at 2.1 m, the pump goes on, and the low-low float, which is no part of it, trips it."""
    bench.well.level_m, bench.well.inflow_m3h = 2.1, 0.0
    await bench.until_running(1, within_s=10)
    (runs,) = bench.running()
    bench.station.sensors.faults["ps01/well/level"] = SensorFault("stuck")
    for _ in range(60):
        await bench.run(1)
    assert bench.shown("ps01/well/level") > 2.0
    assert bench.well.level_m < 0.8
    assert bench.station.pumps[runs].trip is Trip.DRY_RUN
    assert bench.say(11 + PUMPS.index(runs), 5) is EchoReason.INTERLOCK
    bench.well.level_m = 1.2
    await bench.run(1)
    assert bench.say(11 + PUMPS.index(runs), 5) is EchoReason.NONE


async def test_a_failed_level_sensor_hands_over_to_the_floats(bench: Bench) -> None:
    """Without a level one pump runs from the high float down to the low one."""
    bench.station.sensors.faults["ps01/well/level"] = SensorFault("failed")
    bench.well.level_m, bench.well.inflow_m3h = 3.2, 400.0
    await bench.run(10)
    assert bench.running() == set()
    bench.well.level_m = 3.45
    await bench.until_running(1, within_s=10)
    assert math.isnan(bench.shown("ps01/well/level"))
    assert bench.shown("ps01/well/high_float") == 1.0
    bench.well.level_m = 0.99
    await bench.run(2)
    assert bench.running() == set()


async def test_lost_mains_stop_everything_and_the_level_control_comes_back_by_itself(bench: Bench) -> None:
    """Pumps and voltage are gone at once, the PLC lives on; with the mains back pumps start one after the other."""
    bench.well.level_m, bench.well.inflow_m3h = 2.5, 800.0
    await bench.until_running(2, within_s=20)
    beat = bench.station.heartbeat
    bench.station.switches.power = False
    await bench.run(3)
    assert bench.running() == set()
    assert (bench.shown("ps01/supply/mains"), bench.shown("ps01/supply/voltage") < 5) == (0.0, True)
    assert bench.station.heartbeat == beat + 3
    assert bench.say(13, 1) is EchoReason.INTERLOCK
    bench.station.switches.power = True
    await bench.until_running(1, within_s=10)
    await bench.until_running(2, within_s=60)


async def test_a_pump_that_will_not_start_trips_and_another_takes_over(bench: Bench) -> None:
    """The called pump has no feedback for five seconds: FAILED_TO_START, and the next pump runs."""
    bench.well.level_m = 2.05
    bench.station.switches.held.add("ps01/pump1")
    await bench.until_running(1, within_s=20)
    assert bench.station.pumps["ps01/pump1"].trip is Trip.FAILED_TO_START
    assert bench.running() == {"ps01/pump2"}
    assert bench.say(11, 5) is EchoReason.INTERLOCK
    bench.station.switches.held.clear()
    assert bench.say(11, 5) is EchoReason.NONE


async def test_a_closed_gate_stands_against_pumps_and_a_running_pump_against_closing(bench: Bench) -> None:
    """At ps03: close is refused while a pump runs; with the gate closed a start is refused and Auto does not start."""
    bench.station, bench.well = bench.scene.stations["ps03"], bench.scene._hydraulics.wells["ps03"]  # type: ignore[attr-defined]
    bench.well.level_m, bench.well.inflow_m3h, bench.well.pump_m3h = 1.7, 0.0, 100.0
    await bench.until_running(1, within_s=10)
    assert bench.say(21, 9) is EchoReason.INTERLOCK
    for index in (11, 12, 13):
        assert bench.say(index, 2) is EchoReason.NONE
    await bench.run(1)
    assert bench.say(21, 9) is EchoReason.NONE
    await bench.run(26)
    assert (bench.shown("ps03/gate1/closed"), bench.shown("ps03/pump1/ready")) == (1.0, 0.0)
    assert bench.say(12, 1) is EchoReason.INTERLOCK
    assert bench.say(11, 3) is EchoReason.NONE
    await bench.run(60)
    assert bench.running() == set()


async def test_heartbeat_counts_by_the_clock_and_wraps(bench: Bench) -> None:
    """One count a second whatever the scan does, 65,535 then 0; a PLC in STOP holds its count and refuses commands."""
    await bench.run(2)
    beat = bench.station.heartbeat
    bench.clock.advance(65_536 - beat - 1)
    assert bench.station.heartbeat == 65_535
    bench.clock.advance(1)
    assert bench.station.heartbeat == 0
    bench.station.switches.program = False
    bench.clock.advance(30)
    assert (bench.station.heartbeat, bench.shown("ps01/plc/program")) == (0, 0.0)
    assert bench.say(11, 1) is EchoReason.REFUSED


async def test_a_command_held_up_in_a_stalled_plc_is_old_when_it_wakes(bench: Bench) -> None:
    """The scan stands still for ten seconds; the block that waited is rejected by its heartbeat, nothing moves."""
    bench.well.inflow_m3h = 0.0
    await bench.run(10)
    waiting = BlockOut(1, bench.station.heartbeat, 11, 1, 0.0, 1)
    bench.clock.advance(10)

    assert bench.station.command(waiting).reason == EchoReason.OLD_HEARTBEAT
    await bench.run(3)
    assert bench.running() == set()


async def test_the_clock_can_be_off_by_minutes(bench: Bench) -> None:
    """The shown clock is UTC, or off by what was set; the heartbeat does not care."""
    true = bench.clock.now_ms() / 1000
    assert bench.shown("ps01/plc/clock") == true
    bench.station.switches.clock_off_s = -300.0
    assert bench.shown("ps01/plc/clock") == true - 300.0


async def test_every_tag_of_the_site_is_played(bench: Bench) -> None:
    """Each tag that has a point gets a number, and in a calm state every one lies inside its normal band."""
    await bench.run(120)
    shown = bench.scene.values()
    site = demo_site(("plc-ps01", "plc-ps02", "gw-rain", "plc-ps05"))
    for tag in site.tags:
        if tag.point is not None:
            assert math.isfinite(shown[tag.path]), tag.path
            if tag.normal_high is not None and not tag.path.startswith("ps04/analyser"):
                low = tag.normal_low if tag.normal_low is not None else -math.inf
                assert low <= shown[tag.path] <= tag.normal_high, tag.path
