"""Words of the mimic in the room's language; the mimic translates them once per switch of language."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["MimicWords"]


@dataclass(frozen=True, slots=True)
class MimicWords:
    """Every text that is not a value or a name from the site. Braces are filled when painted."""

    language: str
    inflow: str = ""
    destination: str = ""
    relief: str = ""
    """Where the relief line leads."""
    local: str = ""
    hold: str = ""
    """One letter inside the hold tag."""
    start_wait: str = ""
    starts_hour: str = ""
    overflow: str = ""
    high_float: str = ""
    overflow_float: str = ""
    rise: str = ""
    command: str = ""
    selected: str = ""
