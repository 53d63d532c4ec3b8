"""Rain scenarios: intensity over the zone by time since the scenario began."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

__all__ = ["Scenario", "Sky"]


class Scenario(StrEnum):
    """Weathers that the plant knows."""

    DRY = "dry"
    STORM = "storm"


STORM: Final = ((0.0, 0.0), (8.0, 120.0), (20.0, 150.0), (200.0, 130.0), (420.0, 60.0), (1200.0, 8.0), (2700.0, 0.0))
"""Seconds and mm/h. A cloudburst: the wells reach HH within about two minutes, and drain again after ten."""


@dataclass(slots=True)
class Sky:
    """The weather now. `since_s` is simulated time since the scenario began."""

    scenario: Scenario = Scenario.DRY
    since_s: float = 0.0

    def begin(self, scenario: Scenario) -> None:
        """Start a scenario from its beginning."""
        self.scenario, self.since_s = scenario, 0.0

    def step(self, dt_s: float) -> None:
        """Move on by simulated seconds."""
        self.since_s += dt_s

    @property
    def rain_mm_h(self) -> float:
        """Return the intensity now in mm/h."""
        return _along(STORM, self.since_s) if self.scenario is Scenario.STORM else 0.0


def _along(profile: tuple[tuple[float, float], ...], at_s: float) -> float:
    """Return the value of a piecewise linear profile; its last value beyond its end."""
    for (t0, v0), (t1, v1) in itertools.pairwise(profile):
        if t0 <= at_s < t1:
            return v0 + (v1 - v0) * (at_s - t0) / (t1 - t0)
    return profile[-1][1]
