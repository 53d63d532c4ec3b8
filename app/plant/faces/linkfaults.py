"""How a server may misbehave on its line. The servers read these at each request."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ["LinkFaults", "Mismatch"]


class Mismatch(StrEnum):
    """What is wrong about a reply that is otherwise in good order."""

    FUNCTION = "function"
    COUNT = "count"
    TRANSACTION = "transaction"
    UNIT = "unit"


@dataclass(slots=True)
class LinkFaults:
    """All off by default.

    `frozen`: connections are accepted and nothing is read; what was sent meanwhile is read after thawing, as from a
    stopped process. `half_open`: everything is swallowed, nothing is answered and nothing ever acted upon.
    `dropped`: links are cut and the port is closed. `silent_units`: units behind a gateway that do not answer.
    """

    delay_s: float = 0.0
    frozen: bool = False
    half_open: bool = False
    dropped: bool = False
    garbage: bool = False
    mismatch: Mismatch | None = None
    silent_units: set[int] = field(default_factory=set)

    @property
    def active(self) -> bool:
        """Return True while anything is wrong."""
        return self != LinkFaults()
