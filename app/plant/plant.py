"""A plant that runs: its scene, its servers, and what may be done to it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.errors import ConfigurationFault
from app.plant.faces.face import Face
from app.plant.faults import FaultSet, Param
from app.plant.programs.station import StationProgram
from app.plant.rain import Scenario
from app.plant.scene import Scene

__all__ = ["Plant"]

TICK_S: Final = 0.1
"""Wall time between two scans of the PLCs."""
PUBLISH_TICKS: Final = 2
"""Servers are given new values every so many ticks."""
LONGEST_STEP_S: Final = 0.5
"""Simulated time of one scan when the plant runs faster than the wall."""
MOST_CAUGHT_UP_S: Final = 2.0
"""After the machine slept or stood, more than this is not made up for."""


class Plant:
    """The plant of one process. All methods belong to its event loop."""

    def __init__(self, scene: Scene, faces: Sequence[Face], *, speed: float) -> None:
        self.scene = scene
        self.faces: dict[str, Face] = {f.device: f for f in faces}
        self.speed = speed
        self.control: tuple[str, int] = ("", 0)
        self.faults = FaultSet(self)
        self._player: asyncio.Task[None] | None = None

    def start(self) -> asyncio.Task[None]:
        """Return the task that moves the plant on; it is started by the first call."""
        if self._player is None:
            self._player = asyncio.create_task(self._play(), name="plant")
        return self._player

    def begin(self, scenario: str) -> None:
        """Start a scenario. Raises ConfigurationFault for an unknown one."""
        if scenario not in tuple(Scenario):
            raise ConfigurationFault(f"unknown scenario {scenario!r}; known: {', '.join(Scenario)}")
        self.scene.sky.begin(Scenario(scenario))

    async def fault(self, kind: str, target: str, **params: Param) -> None:
        """Make a fault; it is in force when this returns. Raises ConfigurationFault."""
        await self.faults.set(kind, target, params)
        await self.publish()

    async def clear(self, kind: str = "", target: str = "") -> int:
        """Undo faults; without arguments all of them. Returns how many there were."""
        count = await self.faults.clear(kind, target)
        await self.publish()
        return count

    def state(self) -> dict[str, Any]:
        """Return what is true now, as plain data (docs/plant.md): tests judge "nothing was written" by it."""
        return {
            "scenario": self.scene.sky.scenario.value,
            "since_s": self.scene.sky.since_s,
            "rain_mm_h": self.scene.sky.rain_mm_h,
            "speed": self.speed,
            "faults": self.faults.describe(),
            "stations": {name: station_state(s) for name, s in self.scene.stations.items()},
            "devices": {name: face.describe() for name, face in self.faces.items()},
        }

    def addresses(self) -> dict[str, Any]:
        """Return where everything listens, and the SHA-256 of the servers' certificates."""
        host, port = self.control
        faces = self.faces.items()
        return {
            "control": f"{host}:{port}",
            "devices": {name: f.address for name, f in faces},
            "certificates": {name: f.fingerprint for name, f in faces if f.fingerprint is not None},
        }

    def station_of(self, target: str) -> StationProgram:
        """Return the station of a path. Raises ConfigurationFault."""
        station = self.scene.stations.get(target.split("/", 1)[0])
        if station is None:
            raise ConfigurationFault(f"no station for {target!r} in the plant")
        return station

    def face_of(self, device: str) -> Face:
        """Return the server of a device. Raises ConfigurationFault."""
        if device not in self.faces:
            raise ConfigurationFault(f"no device {device!r} in the plant; known: {', '.join(self.faces)}")
        return self.faces[device]

    async def move(self, simulated_s: float) -> None:
        """Move the scene on by simulated seconds, in steps that the programs can follow."""
        while simulated_s > 1e-9:
            step = min(simulated_s, LONGEST_STEP_S)
            await self.scene.advance(step)
            simulated_s -= step

    async def publish(self) -> None:
        """Give every server the present values."""
        values = self.scene.values()
        for face in self.faces.values():
            await face.publish(values)

    async def _play(self) -> None:
        """Move the plant on with the wall's time for ever."""
        loop = asyncio.get_running_loop()
        last, ticks = loop.time(), 0
        while True:
            await asyncio.sleep(TICK_S)
            now = loop.time()
            elapsed, last = min(now - last, MOST_CAUGHT_UP_S), now
            await self.move(elapsed * self.speed)
            ticks += 1
            if ticks % PUBLISH_TICKS == 0:
                await self.publish()


def station_state(station: StationProgram) -> dict[str, Any]:
    """Return one station's truth: water, outputs of the PLC, command counters."""
    water, echo = station.water, station.desk.echo
    return {
        "writes": echo.writes,
        "accepted": station.desk.accepted,
        "echo": {"sequence": echo.sequence, "result": int(echo.result), "reason": int(echo.reason)},
        "heartbeat": station.heartbeat,
        "true": _water_state(station),
        "pumps": {
            p: {"called": s.called, "running": s.running, "mode": int(s.mode), "trip": int(s.trip), "remote": s.remote,
                "starts": s.starts, "speed_sp": s.speed_sp_hz, "flow_m3h": water.flows.get(p, 0.0)}
            for p, s in station.pumps.items()
        },
        "gates": {
            g: {"position": s.position, "travel": int(s.travel), "trip": s.trip, "remote": s.remote}
            for g, s in station.gates.items()
        },
    }  # fmt: skip


def _water_state(station: StationProgram) -> Mapping[str, float]:
    water = station.water
    return {
        "level_m": water.level_m,
        "inflow_m3h": water.inflow_m3h,
        "outflow_m3h": sum(water.flows.values()),
        "spill_m3h": water.spill_m3h,
        "cod": water.cod,
        "start_level_m": station.levels.starts_m[0],
        "step": float(station.staging.step),
    }
