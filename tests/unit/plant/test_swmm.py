"""The zone's sewers in EPA SWMM under the PLC programs. One simulation per process at a time."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.errors import ConfigurationFault, InternalFault
from app.plant.plan import plans_of
from app.plant.rain import Scenario
from app.plant.running import MODEL
from app.plant.scene import Scene
from app.plant.swmm import SwmmHydraulics
from app.plant.water import Orders
from tests.helpers.clock import FakeClock
from tests.helpers.plants import demo_site

NOON = dt.datetime(2026, 3, 2, 12)  # noqa: DTZ001 - SWMM's clock is the site's local time without a zone


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    plans = plans_of(demo_site())
    made = Scene(plans, SwmmHydraulics(MODEL, plans, begin=NOON), clock=FakeClock(), seed=1)
    await made.open()
    yield made
    await made.close()


async def run(scene: Scene, seconds: int, look: Callable[[], None] = lambda: None) -> None:
    for _ in range(2 * seconds):
        await scene.advance(0.5)
        look()


async def test_on_a_dry_day_wells_cycle_pumps_take_turns_and_nothing_spills(scene: Scene) -> None:
    """In 20 dry minutes every station starts and stops pumps, nobody spills, nothing trips."""
    spilt: list[float] = []
    await run(scene, 1200, lambda: spilt.append(sum(s.water.spill_m3h for s in scene.stations.values())))

    for name in ("ps01", "ps02", "ps03", "ps04", "ps05"):
        pumps = scene.stations[name].pumps.values()
        assert sum(len(p.start_log) for p in pumps) >= 2, name
        assert not any(p.trip for p in pumps), name
    assert max(spilt) == 0.0


async def test_a_pump_changes_state_somewhere_in_the_zone_every_minute(scene: Scene) -> None:
    """A demo of 90 s sees pumps start and stop: over 10 minutes at least one change in each minute."""
    changes: list[int] = []
    before: dict[str, bool] = {}
    count = 0

    def look() -> None:
        nonlocal count
        for station in scene.stations.values():
            for path, pump in station.pumps.items():
                count += before.get(path, pump.running) != pump.running
                before[path] = pump.running

    for _ in range(10):
        await run(scene, 60, look)
        changes.append(count)
        count = 0
    assert min(changes) >= 1


async def test_a_storm_takes_wells_to_the_high_level_within_four_minutes_and_drains_again(scene: Scene) -> None:
    """The rain station passes HH (3.2 m) with all pumps running, and is back below the first start in half an hour."""
    scene.sky.begin(Scenario.STORM)
    highest: dict[str, float] = {}

    def look() -> None:
        for name, station in scene.stations.items():
            highest[name] = max(highest.get(name, 0.0), station.water.level_m)

    await run(scene, 240, look)
    assert highest["ps03"] > 3.2
    assert all(p.running for p in scene.stations["ps03"].pumps.values())
    assert scene.stations["ps03"].water.cod > 20
    assert scene.stations["ps03"].rain.sum_mm(60) > 5
    await run(scene, 1800)
    assert scene.stations["ps03"].water.level_m < 2.4


async def test_a_closed_gate_holds_the_flow_back(scene: Scene) -> None:
    """With the outlet gate of ps03 closed its pumps push against it: the flow falls to a tenth."""
    hydraulics = scene._hydraulics
    pumping = Orders(pumps={"ps03/pump1": 1.0}, gates={"ps03/gate1": 1.0})
    for _ in range(30):
        water = await hydraulics.advance(pumping)
    assert water["ps03"].flows["ps03/pump1"] > 1500
    for _ in range(500):
        water = await hydraulics.advance(replace(pumping, gates={"ps03/gate1": 0.0}))
    assert water["ps03"].flows["ps03/pump1"] < 180


async def test_a_slower_drive_pumps_less(scene: Scene) -> None:
    """Three quarters of the speed of a driven pump give less than 80 % of its flow, and still some."""
    hydraulics = scene._hydraulics
    for _ in range(20):
        full = await hydraulics.advance(Orders(pumps={"ps02/pump1": 1.0}))
    for _ in range(20):
        slow = await hydraulics.advance(Orders(pumps={"ps02/pump1": 0.75}))
    assert 0 < slow["ps02"].flows["ps02/pump1"] < 0.8 * full["ps02"].flows["ps02/pump1"]


async def test_a_model_that_lacks_an_element_of_the_site_is_named(tmp_path: Path) -> None:
    """Without pump3 of ps01 the plant says which element is missing, and leaves no thread or open model behind."""
    model = tmp_path / "short.inp"
    lines = MODEL.read_text(encoding="utf-8").splitlines()
    model.write_text("\n".join(line for line in lines if not line.startswith("ps01_pump3")), encoding="utf-8")
    hydraulics = SwmmHydraulics(model, plans_of(demo_site()), begin=NOON)

    with pytest.raises(ConfigurationFault, match="ps01_pump3"):
        await hydraulics.open()
    assert not any(t.name.startswith("swmm") for t in threading.enumerate())


async def test_a_model_that_swmm_refuses_is_a_fault_of_configuration(tmp_path: Path) -> None:
    """A file that is no model ends with one sentence and no traceback."""
    model = tmp_path / "none.inp"
    model.write_text("[JUNCTIONS]\nrubbish\n", encoding="utf-8")

    with pytest.raises(ConfigurationFault, match=r"none\.inp"):
        await SwmmHydraulics(model, plans_of(demo_site()), begin=NOON).open()


async def test_a_second_simulation_in_one_process_is_refused(scene: Scene) -> None:
    """SWMM keeps one; a second says so, and the first goes on."""
    plans = plans_of(demo_site())
    with pytest.raises(InternalFault, match="one simulation per process"):
        await SwmmHydraulics(MODEL, plans, begin=NOON).open()
    await run(scene, 5)
