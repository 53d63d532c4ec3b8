"""Between the truth and what a PLC reads: small noise, and sensors that stick, scatter or fail."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

__all__ = ["NOISE_OF_ROLE", "SensorFault", "Sensors"]

NOISE_OF_ROLE: Final[Mapping[str, tuple[float, float]]] = {
    # role: (absolute, relative) standard deviation, in the role's unit and of the value
    "level": (0.003, 0.0),
    "level_difference": (0.003, 0.0),
    "inflow": (1.0, 0.006),
    "flow": (0.0, 0.006),
    "pressure": (0.5, 0.004),
    "current": (0.0, 0.008),
    "power": (0.0, 0.006),
    "winding_temp": (0.12, 0.0),
    "speed": (0.0, 0.0006),
    "voltage": (0.7, 0.0),
    "h2s": (0.08, 0.01),
    "ch4": (0.05, 0.01),
    "cod": (0.4, 0.012),
    "nh3": (0.03, 0.012),
    "ph": (0.012, 0.0),
}


@dataclass(frozen=True, slots=True)
class SensorFault:
    """How a sensor fails: `stuck` at its last value, `noisy` with `sigma`, or showing `value` (NaN when None)."""

    kind: str
    sigma: float = 0.0
    value: float | None = None


class Sensors:
    """The sensors of one station. Seeded, so that a run can be repeated; noise changes once per second."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)
        self._second = -1
        self._deviation: dict[str, float] = {}
        self._held: dict[str, float] = {}
        self.faults: dict[str, SensorFault] = {}

    def measure(self, path: str, role: str, true: float, now_s: float) -> float:
        """Return what the sensor of the tag `path` shows for `true` at the program's time `now_s`."""
        if int(now_s) != self._second:
            self._second = int(now_s)
            self._deviation.clear()
        fault = self.faults.get(path)
        if fault is not None and fault.kind == "stuck":
            return self._held.get(path, true)
        if fault is not None and fault.kind == "failed":
            return math.nan if fault.value is None else fault.value
        shown = true + self._noise(path, role, true, fault)
        self._held[path] = shown
        return shown

    def _noise(self, path: str, role: str, true: float, fault: SensorFault | None) -> float:
        absolute, relative = NOISE_OF_ROLE.get(role, (0.0, 0.0))
        sigma = fault.sigma if fault is not None and fault.kind == "noisy" else absolute + relative * abs(true)
        if sigma == 0.0:
            return 0.0
        unit = self._deviation.get(path)
        if unit is None:
            unit = self._deviation[path] = max(-3.0, min(3.0, self._random.gauss(0.0, 1.0)))
        return unit * sigma
