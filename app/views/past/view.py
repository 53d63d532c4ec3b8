"""Which instant a room shows while it is put back into the past."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PastView"]


@dataclass(frozen=True, slots=True)
class PastView:
    """`at_ms` is the instant, UTC ms; `seq` the number of the newest frame that had come by then."""

    at_ms: int
    seq: int
