"""The composition root of the plant: water, programs, servers and the control port."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from app.clock import Clock, SystemClock
from app.errors import ConfigurationFault
from app.model.spec import DeviceSpec, Protocol, Site
from app.plant.control import ControlServer
from app.plant.faces.face import Face
from app.plant.faces.modbus_face import ModbusFace
from app.plant.faces.opcua_face import OpcUaFace
from app.plant.plan import StationPlan, plans_of
from app.plant.plant import Plant
from app.plant.scene import Scene
from app.plant.swmm import SwmmHydraulics
from app.plant.water import Hydraulics

__all__ = ["MODEL", "PlantOptions", "open_plant", "run_plant"]

MODEL: Final = Path(__file__).resolve().parents[2] / "resources" / "plant" / "xiasha.inp"
MODBUS: Final = (Protocol.MODBUS_TCP, Protocol.MODBUS_RTU_TCP)


@dataclass(frozen=True, slots=True)
class PlantOptions:
    """How to run the plant. `private` keeps the certificates of its OPC UA servers; `passwords` go by device id."""

    private: Path
    model: Path = MODEL
    control: tuple[str, int] = ("127.0.0.1", 0)
    speed: float = 1.0
    scenario: str = "dry"
    seed: int = 1
    passwords: Mapping[str, str] = field(default_factory=dict)


@asynccontextmanager
async def open_plant(
    site: Site, options: PlantOptions, *, clock: Clock | None = None, hydraulics: Hydraulics | None = None
) -> AsyncIterator[Plant]:
    """Run a plant while the context is open; every server listens from its first moment on.

    `hydraulics` replaces SWMM in tests. Raises ConfigurationFault for a site that the plant cannot play and
    EnvironmentFault for a port that is taken. Ends servers, threads and temporary files on leaving, whatever happened.
    """
    clock = clock or SystemClock()
    plans = plans_of(site)
    scene = Scene(plans, hydraulics or _swmm(site, plans, options), clock=clock, seed=options.seed)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(scene.close)
        await scene.open()
        plant = Plant(scene, _faces(site, scene, options), speed=options.speed)
        plant.begin(options.scenario)
        for face in plant.faces.values():
            stack.push_async_callback(face.close)
            await face.open()
        await plant.publish()
        control = ControlServer(plant, *options.control)
        stack.push_async_callback(control.close)
        plant.control = await control.open()
        stack.push_async_callback(_end, plant.start())
        yield plant


async def run_plant(
    site: Site,
    options: PlantOptions,
    *,
    ready: Callable[[Mapping[str, Any]], None],
    stop: asyncio.Event,
    hydraulics: Hydraulics | None = None,
) -> None:
    """Run the plant until `stop` is set or a part of it fails, and then with its error. `ready` is told the addresses
    once all listen."""
    async with open_plant(site, options, hydraulics=hydraulics) as plant:
        ready(plant.addresses())
        ending = asyncio.create_task(stop.wait())
        await asyncio.wait({ending, plant.start()}, return_when=asyncio.FIRST_COMPLETED)
        await _end(ending)


async def _end(task: asyncio.Task[Any]) -> None:
    """Cancel a task and wait for it; an error of its own goes on."""
    task.cancel()
    await asyncio.wait({task})
    if not task.cancelled():
        task.result()


def _swmm(site: Site, plans: Sequence[StationPlan], options: PlantOptions) -> Hydraulics:
    begin = dt.datetime.now(ZoneInfo(site.timezone)).replace(tzinfo=None, microsecond=0)
    return SwmmHydraulics(options.model, plans, begin=begin)


def _faces(site: Site, scene: Scene, options: PlantOptions) -> list[Face]:
    return [_face(site, device, scene, options) for device in site.devices]


def _face(site: Site, device: DeviceSpec, scene: Scene, options: PlantOptions) -> Face:
    tags = [t for t in site.tags if t.device == device.id and t.point is not None]
    stations = list(scene.stations.values())
    if device.protocol in MODBUS:
        return ModbusFace(device, tags, stations)
    if device.protocol is Protocol.OPCUA:
        password = options.passwords.get(device.id)
        return OpcUaFace(device, tags, stations, private=options.private, password=password)
    raise ConfigurationFault(f"{device.id}: the plant does not serve {device.protocol}")
