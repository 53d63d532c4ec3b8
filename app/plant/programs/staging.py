"""Level control of a station: how many pumps, and which.

Steps up at each start level, down at the next lower one (hysteresis). First started stops first, longest rested starts
next, a pump that cannot run is skipped, and two pumps never start together.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.plant.programs.codes import Levels

__all__ = ["Floats", "PumpView", "Staging", "step_staging"]

START_DELAY_S: Final = 5.0
"""Between two starts of a station, so that inrush currents do not add."""


@dataclass(frozen=True, slots=True)
class PumpView:
    """One pump as the level control sees it.

    `offered`: in Auto, Remote and not tripped. `loaned`: runs, but not by our call (Hand or Local): it counts as
    pumping. `startable`: minimum off time and starts per hour allow a start. `stoppable`: minimum on time has passed.
    """

    path: str
    offered: bool
    loaned: bool
    startable: bool
    stoppable: bool
    steady_s: float


@dataclass(frozen=True, slots=True)
class Floats:
    """Float switches, independent of the level sensor: they take over when it fails."""

    low: bool = False
    """At or below the stop level."""
    high: bool = False
    overflow: bool = False


@dataclass(frozen=True, slots=True)
class Staging:
    """`step`: how many pumps the level asks for. `wanted`: pumps called, first started first."""

    step: int = 0
    wanted: tuple[str, ...] = ()
    since_start_s: float = 3600.0


def step_staging(
    state: Staging, pumps: Sequence[PumpView], *, level_m: float, floats: Floats, levels: Levels, dt_s: float
) -> Staging:
    """Return the level control after `dt_s` seconds. `level_m` is NaN when the sensor has failed."""
    by_path = {p.path: p for p in pumps}
    wanted = tuple(p for p in state.wanted if p in by_path and by_path[p].offered)
    step = _step(state.step, level_m, floats, levels, len(pumps))
    state = replace(state, step=step, wanted=wanted, since_start_s=state.since_start_s + dt_s)
    if step == 0:
        return replace(state, wanted=())
    need = step - sum(1 for p in pumps if p.loaned)
    if len(wanted) < need:
        return _start_one(state, pumps)
    if len(wanted) > max(need, 0):
        return _stop_one(state, by_path)
    return state


def _step(step: int, level_m: float, floats: Floats, levels: Levels, count: int) -> int:
    """Return the number of pumps that the level asks for."""
    if math.isnan(level_m):
        return _step_by_floats(step, floats, count)
    while step < count and level_m >= levels.starts_m[min(step, len(levels.starts_m) - 1)]:
        step += 1
    while step > 0 and level_m <= levels.stop_of(min(step, len(levels.starts_m))):
        step -= 1
    return step


def _step_by_floats(step: int, floats: Floats, count: int) -> int:
    """Return the number of pumps without a level: one at the high float, all at overflow, none at the low float."""
    if floats.low:
        return 0
    if floats.overflow:
        return count
    return max(step, 1) if floats.high else step


def _start_one(state: Staging, pumps: Sequence[PumpView]) -> Staging:
    """Call the longest rested pump that may start, if the last start is long enough ago."""
    free = [p for p in pumps if p.offered and p.startable and not p.loaned and p.path not in state.wanted]
    if not free or state.since_start_s < START_DELAY_S:
        return state
    chosen = max(free, key=lambda p: p.steady_s)
    return replace(state, wanted=(*state.wanted, chosen.path), since_start_s=0.0)


def _stop_one(state: Staging, by_path: dict[str, PumpView]) -> Staging:
    """Let go the pump that was started first, of those whose minimum on time has passed."""
    ripe = next((p for p in state.wanted if by_path[p].stoppable), None)
    return replace(state, wanted=tuple(p for p in state.wanted if p != ripe))
