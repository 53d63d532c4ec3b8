"""Electric power and current of a pump from the work it does."""

from __future__ import annotations

import math
from typing import Final

__all__ = ["current_a", "power_kw"]

EFFICIENCY: Final = 0.64
"""Pump and motor together, near the duty point of a submersible sewage pump."""
LOSSES_KW: Final = 1.6
"""Of bearings, fan and iron at full speed."""
POWER_FACTOR: Final = 0.84
VOLTAGE_V: Final = 380.0


def power_kw(flow_m3h: float, lift_m: float, speed: float) -> float:
    """Return electric power in kW: hydraulic power over efficiency, and losses that grow with speed (0–1) cubed."""
    hydraulic = 9.81 * max(flow_m3h, 0.0) / 3600.0 * max(lift_m, 0.0)
    return hydraulic / EFFICIENCY + LOSSES_KW * speed**3


def current_a(power: float) -> float:
    """Return the current per phase in A of a three-phase motor that takes `power` kW."""
    return power * 1000.0 / (math.sqrt(3.0) * VOLTAGE_V * POWER_FACTOR)
