"""The composition root of the plant: it plays by itself, ends when told, and a failing part ends it loudly."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.errors import ConfigurationFault, InternalFault
from app.model.spec import Site
from app.plant.plan import plans_of
from app.plant.running import PlantOptions, open_plant, run_plant
from app.plant.water import Orders, Water
from tests.helpers.plants import demo_site, hand_plant
from tests.helpers.wells import BucketHydraulics


class Leaking(BucketHydraulics):
    """Water that fails after some seconds."""

    async def advance(self, orders: Orders) -> Mapping[str, Water]:
        self.orders = orders
        raise InternalFault("the model has come to its end")


class Watched(BucketHydraulics):
    """Water that says when a pump was first ordered to run."""

    def __init__(self, site: Site) -> None:
        super().__init__(plans_of(site))
        self.ordered = asyncio.Event()

    async def advance(self, orders: Orders) -> Mapping[str, Water]:
        if any(speed > 0.5 for speed in orders.pumps.values()):
            self.ordered.set()
        return await super().advance(orders)


async def test_water_and_values_move_with_the_walls_time(tmp_path: Path) -> None:
    """Fifty times as fast as the wall, orders reach the water and simulated time passes without anybody's doing."""
    site = demo_site(("plc-ps01",))
    wells = Watched(site)
    wells.wells["ps01"].level_m = 2.1

    async with open_plant(site, PlantOptions(private=tmp_path, speed=50.0), hydraulics=wells) as plant:
        assert wells.opened
        async with asyncio.timeout(20):
            await wells.ordered.wait()
        assert plant.scene.sky.since_s > 1.0
    assert not wells.opened


async def test_ready_is_said_when_all_listen_and_stop_ends_the_plant(tmp_path: Path) -> None:
    """`ready` gets addresses that answer at that moment; after `stop` the ports are free again."""
    site, stop, said = demo_site(), asyncio.Event(), []

    def ready(where: Mapping[str, Any]) -> None:
        for address in where["devices"].values():
            host, _, port = address.rpartition(":")
            socket.create_connection((host, int(port)), timeout=5).close()
        said.append(where)
        stop.set()

    site_wells = BucketHydraulics(plans_of(site))
    await run_plant(site, PlantOptions(private=tmp_path), ready=ready, stop=stop, hydraulics=site_wells)

    (where,) = said
    for address in where["devices"].values():
        host, _, port = address.rpartition(":")
        with pytest.raises(OSError):
            socket.create_connection((host, int(port)), timeout=5)


async def test_water_that_fails_ends_the_plant_with_its_error(tmp_path: Path) -> None:
    """The plant does not go on with standing water: the error comes out and everything is closed."""
    site = demo_site()
    wells = Leaking(plans_of(site))
    options = PlantOptions(private=tmp_path, speed=100.0)

    with pytest.raises(InternalFault, match="come to its end"):
        async with asyncio.timeout(20):
            await run_plant(site, options, ready=lambda _: None, stop=asyncio.Event(), hydraulics=wells)
    assert not wells.opened


async def test_an_unknown_scenario_ends_the_start_and_leaves_nothing_open(tmp_path: Path) -> None:
    """The name is refused with those that are known, and the water is closed again."""
    site = demo_site()
    wells = BucketHydraulics(plans_of(site))

    with pytest.raises(ConfigurationFault, match="known: dry, storm"):
        async with open_plant(site, PlantOptions(private=tmp_path, scenario="snow"), hydraulics=wells):
            pass
    assert not wells.opened


async def test_the_control_port_answers_each_line_and_survives_nonsense(tmp_path: Path) -> None:
    """Not JSON, not an object, an unknown verb: each gets one answer, and the next question is answered too."""
    async with hand_plant(tmp_path, ("plc-ps01",)) as hand:
        reader, writer = await asyncio.open_connection(*hand.plant.control)
        asked = (b"rubbish\n", b"[1, 2]\n", b'{"do": "dance"}\n', b'{"do": "fault"}\n', b'{"do": "state"}\n')
        answers = []
        for line in asked:
            writer.write(line)
            async with asyncio.timeout(10):
                answers.append((await reader.readline()).decode())
        writer.close()
        await writer.wait_closed()
    assert [a.startswith('{"ok": false') for a in answers] == [True, True, True, True, False]
    assert "known: fault, clear, scenario, state, addresses" in answers[2]
    assert '"ps01"' in answers[4]
