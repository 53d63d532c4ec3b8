"""The whole plant without its servers: weather, water and PLC programs, moved on by simulated time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.clock import Clock
from app.plant.plan import StationPlan
from app.plant.programs.outputs import values_of
from app.plant.programs.station import StationProgram
from app.plant.rain import Sky
from app.plant.water import Hydraulics, Orders, Water

__all__ = ["Scene"]


class Scene:
    """Stations on their water. Deterministic for a seed and a sequence of steps."""

    def __init__(self, plans: Sequence[StationPlan], hydraulics: Hydraulics, *, clock: Clock, seed: int) -> None:
        self.sky = Sky()
        self.stations: dict[str, StationProgram] = {p.id: StationProgram(p, clock=clock, seed=seed) for p in plans}
        self._hydraulics = hydraulics
        self._water: Mapping[str, Water] = {}
        self._owed_s = 0.0

    async def open(self) -> None:
        """Start the water."""
        self._water = await self._hydraulics.open()
        for station in self.stations.values():
            station.water = self._water.get(station.plan.id, station.water)

    async def close(self) -> None:
        """Stop the water. Idempotent."""
        await self._hydraulics.close()

    async def advance(self, dt_s: float) -> None:
        """Move on by `dt_s` simulated seconds (at most 1): one scan of each PLC, and water for each full second."""
        self.sky.step(dt_s)
        rain = self.sky.rain_mm_h
        for station in self.stations.values():
            station.step(self._water.get(station.plan.id, station.water), rain, dt_s)
        self._owed_s += dt_s
        while self._owed_s >= 0.999:
            self._owed_s -= 1.0
            self._water = await self._hydraulics.advance(self.orders())

    def orders(self) -> Orders:
        """Return what moves water now: pump speeds, gates, river levels, rain."""
        stations = self.stations.values()
        return Orders(
            pumps={p: s.speed(p) for s in stations for p in s.pumps},
            gates={p: g.position / 100.0 for s in stations for p, g in s.gates.items()},
            rivers={r.path: s.river_m() for s in stations for r in s.plan.of("river_level")},
            rain_mm_h=self.sky.rain_mm_h,
        )

    def values(self) -> dict[str, float]:
        """Return the value of every tag as its PLC shows it now."""
        shown: dict[str, float] = {}
        for station in self.stations.values():
            shown |= values_of(station)
        return shown
