"""Sewer hydraulics by EPA SWMM 5.2 through pyswmm.

SWMM keeps one simulation per process and its calls block, so it lives in a thread of its own; every call of the model
is made there.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pyswmm import Links, Nodes, RainGages, Simulation
from pyswmm.errors import MultiSimulationError

from app.errors import ConfigurationFault, InternalFault
from app.plant.plan import StationPlan
from app.plant.water import Orders, Water

__all__ = ["SwmmHydraulics", "element_name"]

SPAN: Final = dt.timedelta(days=600)
G: Final = 9.81
M3S_TO_M3H: Final = 3600.0


def element_name(path: str) -> str:
    """Return the model's name of an equipment: `ps01/pump1` is `ps01_pump1`."""
    return path.replace("/", "_")


@dataclass(slots=True)
class _Bound:
    """Elements of one station in the open model."""

    well: Any
    pumps: dict[str, Any] = field(default_factory=dict)
    gates: dict[str, Any] = field(default_factory=dict)
    rivers: dict[str, Any] = field(default_factory=dict)
    spill: Any = None


class SwmmHydraulics:
    """Runs a SWMM model, one simulated second at a time, with live pump speeds, gates, river levels and rain.

    The model's clock starts at `begin` (local time of the site), so that its daily patterns follow the day.
    """

    def __init__(self, model: Path, plans: Sequence[StationPlan], *, begin: dt.datetime) -> None:
        self._model, self._plans, self._begin = model, [p for p in plans if p.well is not None], begin
        self._thread: ThreadPoolExecutor | None = None
        self._folder: Path | None = None
        self._simulation: Any = None
        self._gage: Any = None
        self._bound: dict[str, _Bound] = {}

    async def open(self) -> Mapping[str, Water]:
        """Load and start the model. Raises ConfigurationFault when the model lacks something that the site has."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="swmm")
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, self._open)
        except BaseException:
            await self.close()
            raise

    async def advance(self, orders: Orders) -> Mapping[str, Water]:
        """Move on by one simulated second."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._advance, orders)

    async def close(self) -> None:
        """End the model, its thread and its temporary files."""
        if self._thread is not None:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
            self._thread.shutdown(wait=True)
            self._thread = None

    def _open(self) -> Mapping[str, Water]:
        self._folder = Path(tempfile.mkdtemp(prefix="qianliyan-plant-"))
        report, output = self._folder / "plant.rpt", self._folder / "plant.out"
        try:
            self._simulation = Simulation(str(self._model), str(report), str(output))
            self._start()
        except MultiSimulationError as e:
            raise InternalFault("SWMM runs one simulation per process and another one is open") from e
        except (ConfigurationFault, InternalFault):
            raise
        except Exception as e:  # the toolkit raises bare Exception for a fault in the model
            raise ConfigurationFault(f"the hydraulic model {self._model} cannot be run: {str(e).strip()}") from e
        self._order(Orders(gates={g: 1.0 for b in self._bound.values() for g in b.gates}))
        return self._read()

    def _start(self) -> None:
        self._simulation.__enter__()
        self._simulation.start_time = self._begin
        self._simulation.end_time = self._begin + SPAN
        self._bind()
        self._simulation.start()

    def _close(self) -> None:
        if self._simulation is not None:
            self._simulation.__exit__()
            self._simulation = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _bind(self) -> None:
        """Find every element that the stations need."""
        nodes, links = Nodes(self._simulation), Links(self._simulation)
        self._gage = _find(RainGages(self._simulation), "zone_rain", self._model)
        for plan in self._plans:
            assert plan.well is not None
            self._bound[plan.id] = _Bound(
                well=_find(nodes, element_name(plan.well.path), self._model),
                pumps={p.path: _find(links, element_name(p.path), self._model) for p in plan.of("pump")},
                gates={g.path: _find(links, element_name(g.path), self._model) for g in plan.of("gate")},
                rivers={r.path: _find(nodes, element_name(r.path), self._model) for r in plan.of("river_level")},
                spill=_find(links, f"{plan.id}_spill", self._model),
            )
        self._heads = {p: nodes[link.outlet_node] for b in self._bound.values() for p, link in b.pumps.items()}

    def _advance(self, orders: Orders) -> Mapping[str, Water]:
        self._order(orders)
        try:
            next(self._simulation)
        except StopIteration:
            # A StopIteration cannot pass through a future; and it means the plant has run for SPAN.
            raise InternalFault(f"the hydraulic model has reached its end after {SPAN.days} days") from None
        return self._read()

    def _order(self, orders: Orders) -> None:
        self._gage.total_precip = orders.rain_mm_h
        for bound in self._bound.values():
            for path, link in bound.pumps.items():
                link.target_setting = orders.pumps.get(path, 0.0)
            for path, link in bound.gates.items():
                link.target_setting = orders.gates.get(path, 0.0)
            for path, node in bound.rivers.items():
                if path in orders.rivers:
                    node.outfall_stage(orders.rivers[path])

    def _read(self) -> dict[str, Water]:
        return {station: self._water(bound) for station, bound in self._bound.items()}

    def _water(self, bound: _Bound) -> Water:
        well = bound.well
        head, floor = well.head, well.invert_elevation
        quality = well.pollut_quality
        heads = {p: self._heads[p].head for p in bound.pumps}
        return Water(
            level_m=well.depth,
            inflow_m3h=max(0.0, well.total_inflow) * M3S_TO_M3H,
            flows={p: max(0.0, link.flow) * M3S_TO_M3H for p, link in bound.pumps.items()},
            lifts={p: max(0.0, h - head) for p, h in heads.items()},
            pressure_kpa=G * max(0.0, max(heads.values(), default=floor) - floor),
            spill_m3h=(max(0.0, bound.spill.flow) + max(0.0, well.flooding)) * M3S_TO_M3H,
            cod=max(0.0, quality["COD"]),
            nh3=max(0.0, quality["NH3"]),
        )


def _find(elements: Any, name: str, model: Path) -> Any:
    if name not in elements:
        raise ConfigurationFault(f"the hydraulic model {model.name} has no element {name!r} that the site asks for")
    return elements[name]
