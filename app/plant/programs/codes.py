"""Numbers that a PLC shows: trips, modes, limits of pumps and levels (docs/equipment-types.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum

__all__ = ["Levels", "Mode", "PumpLimits", "Trip"]


class Trip(IntEnum):
    """First-out reason of a latched trip."""

    NONE = 0
    OVERLOAD = 1
    WINDING = 2
    SEAL = 3
    DRY_RUN = 4
    FAILED_TO_START = 5


class Mode(IntEnum):
    """Position of Off/Hand/Auto."""

    OFF = 0
    HAND = 1
    AUTO = 2


@dataclass(frozen=True, slots=True)
class PumpLimits:
    """What protects one pump. Shorter than a maker would ask (sewage pumps: 2–3 min on, 5 min off), so that a demo
    shows them at work."""

    min_on_s: float = 20.0
    min_off_s: float = 45.0
    max_starts_per_hour: int = 10
    feedback_s: float = 5.0
    """Contactor closed and no run feedback for longer is a failure to start."""
    vfd: bool = False
    min_hz: float = 25.0
    max_hz: float = 50.0


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels of the level control in m above the well's floor: stop all, start of each pump, protection."""

    stop_m: float = 1.0
    starts_m: tuple[float, ...] = (2.0, 2.4, 2.8, 3.1)
    dry_m: float = 0.6
    """Low-low float: a pump that runs below it is tripped."""
    high_m: float = 3.4
    overflow_m: float = 3.8

    def with_start(self, start_m: float) -> Levels:
        """Return the levels with the first start moved to `start_m` and the others by the same distance."""
        shift = start_m - self.starts_m[0]
        return replace(self, starts_m=tuple(s + shift for s in self.starts_m))

    def stop_of(self, step: int) -> float:
        """Return the level at which the `step`-th pump (from 1) stops: the next lower step."""
        return self.stop_m if step <= 1 else self.starts_m[step - 2]
