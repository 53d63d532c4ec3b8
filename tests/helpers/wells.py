"""Wells as plain buckets, in place of SWMM: fast, deterministic, no thread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.plant.plan import StationPlan
from app.plant.water import Orders, Water

__all__ = ["Bucket", "BucketHydraulics"]


@dataclass(slots=True)
class Bucket:
    """One well: area in m², flows in m³/h. A test may change level and inflow at any time."""

    pumps: tuple[str, ...]
    level_m: float = 1.5
    inflow_m3h: float = 300.0
    pump_m3h: float = 600.0
    area_m2: float = 6.0
    flows: dict[str, float] = field(default_factory=dict)

    def pour(self, speeds: Mapping[str, float]) -> None:
        """Move on by one second."""
        self.flows = {p: self.pump_m3h * speeds.get(p, 0.0) for p in self.pumps}
        net = self.inflow_m3h - sum(self.flows.values())
        self.level_m = max(0.0, self.level_m + net / 3600.0 / self.area_m2)

    def water(self) -> Water:
        """Return the state as the programs see it."""
        return Water(
            self.level_m, self.inflow_m3h, dict(self.flows), dict.fromkeys(self.pumps, 7.0), 70.0, 0.0, 200, 20
        )


class BucketHydraulics:
    """`app.plant.water.Hydraulics` over buckets, one per station with a well. Keeps the last orders it was given."""

    def __init__(self, plans: Sequence[StationPlan]) -> None:
        self.wells = {p.id: Bucket(tuple(e.path for e in p.of("pump"))) for p in plans if p.well is not None}
        self.orders = Orders()
        self.opened = False

    async def open(self) -> Mapping[str, Water]:
        self.opened = True
        return self._read()

    async def advance(self, orders: Orders) -> Mapping[str, Water]:
        self.orders = orders
        for well in self.wells.values():
            well.pour(orders.pumps)
        return self._read()

    async def close(self) -> None:
        self.opened = False

    def _read(self) -> dict[str, Water]:
        return {name: well.water() for name, well in self.wells.items()}
