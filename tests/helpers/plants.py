"""The demo site on free ports, and plants that tests move by hand."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from app.model.spec import Site
from app.plant.plan import plans_of
from app.plant.plant import Plant
from app.plant.running import PlantOptions, open_plant
from app.site.loading import load_site
from tests.helpers.clock import FakeClock
from tests.helpers.wells import BucketHydraulics

__all__ = ["DEMO_SITE", "PASSWORD", "HandPlant", "demo_site", "free_port", "hand_plant"]

DEMO_SITE = Path(__file__).resolve().parents[2] / "resources" / "sites" / "xiasha"
PASSWORD = "only-for-tests"
MODBUS = ("plc-ps01", "plc-ps02", "gw-rain")


@cache
def _loaded() -> Site:
    return load_site(DEMO_SITE)


def free_port() -> int:
    """Return a port of this machine that nobody listens on now."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def demo_site(devices: Sequence[str] = MODBUS) -> Site:
    """Return the demo site with these devices alone, each on a free port."""
    site = _loaded()
    moved = []
    for device in site.devices:
        if device.id in devices:
            scheme = "opc.tcp://" if device.address.startswith("opc.tcp") else ""
            end = "/" if scheme else ""
            moved.append(replace(device, address=f"{scheme}127.0.0.1:{free_port()}{end}"))
    return replace(site, devices=tuple(moved))


@dataclass(slots=True)
class HandPlant:
    """A plant whose simulated time stands until a test moves it."""

    site: Site
    plant: Plant
    wells: BucketHydraulics
    clock: FakeClock

    async def run(self, seconds: float) -> None:
        """Let simulated and wall time pass together, and show the new values."""
        self.clock.advance(seconds)
        await self.plant.move(seconds)
        await self.plant.publish()

    def port(self, device: str) -> int:
        """Return the port of a Modbus device."""
        return int(self.plant.faces[device].address.rpartition(":")[2])


@asynccontextmanager
async def hand_plant(tmp_path: Path, devices: Sequence[str] = MODBUS) -> AsyncIterator[HandPlant]:
    """Open a plant on buckets and a fake clock. Its servers are real, its time is the test's."""
    site = demo_site(devices)
    wells, clock = BucketHydraulics(plans_of(site)), FakeClock()
    options = PlantOptions(private=tmp_path, speed=0.0, passwords={"plc-ps05": PASSWORD})
    async with open_plant(site, options, clock=clock, hydraulics=wells) as plant:
        yield HandPlant(site, plant, wells, clock)
