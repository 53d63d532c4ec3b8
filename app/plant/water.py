"""What the PLC programs and the hydraulics tell each other, once per simulated second."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

__all__ = ["Hydraulics", "Orders", "Water"]


@dataclass(frozen=True, slots=True)
class Orders:
    """What moves water in the coming second.

    `pumps`: speed by equipment path, 0 stopped to 1 rated speed. `gates`: opening by equipment path, 0–1.
    `rivers`: level in m by equipment path. `rain_mm_h` falls on the whole zone.
    """

    pumps: Mapping[str, float] = field(default_factory=dict)
    gates: Mapping[str, float] = field(default_factory=dict)
    rivers: Mapping[str, float] = field(default_factory=dict)
    rain_mm_h: float = 0.0


@dataclass(frozen=True, slots=True)
class Water:
    """True state of one station's water.

    `level_m` above the well's floor; flows in m³/h; `flows` and `lifts` (m of head) by pump path; `pressure_kpa` at
    the discharge header above the well's floor; `spill_m3h` leaves over the weir or floods; `cod` and `nh3` in mg/L.
    """

    level_m: float = 0.0
    inflow_m3h: float = 0.0
    flows: Mapping[str, float] = field(default_factory=dict)
    lifts: Mapping[str, float] = field(default_factory=dict)
    pressure_kpa: float = 0.0
    spill_m3h: float = 0.0
    cod: float = 0.0
    nh3: float = 0.0


class Hydraulics(Protocol):
    """Moves the water. The product runs EPA SWMM; tests may run something simpler."""

    async def open(self) -> Mapping[str, Water]:
        """Start from the initial state and return it by station id."""

    async def advance(self, orders: Orders) -> Mapping[str, Water]:
        """Move on by one simulated second and return the state by station id."""

    async def close(self) -> None:
        """Free everything. Safe to call twice, and after a failed `open`."""
