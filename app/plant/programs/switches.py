"""Things that people and bad luck do to a station; faults set them, the program only reads them."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Switches"]


@dataclass(slots=True)
class Switches:
    """All in order by default. Sets hold equipment paths; `refusing` may also hold the station's id."""

    power: bool = True
    program: bool = True
    """False: the PLC is in STOP. Outputs stay as they are and the heartbeat stands still."""
    refusing: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    """Pumps whose motor does not answer."""
    blocked: set[str] = field(default_factory=set)
    jammed: set[str] = field(default_factory=set)
    door_open: bool = False
    clock_off_s: float = 0.0
