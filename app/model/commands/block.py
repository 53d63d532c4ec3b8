"""The command block of a PLC: what is written in one write, and what comes back.

Out, nine registers, written by one request, the sequence last:
    0–1 epoch u32 · 2 heartbeat u16 · 3 equipment u16 · 4 verb code u16 · 5–6 value f32 · 7–8 sequence u32
Back, six registers:
    0–1 sequence u32 (echo) · 2 result u16 · 3 reason u16 · 4–5 write counter u32
32-bit values follow the word order of the block's point. Over OPC UA the same fields are nodes below the prefix
(`epoch`, `heartbeat`, `equipment`, `verb`, `value`, `sequence`; `sequence`, `result`, `reason`, `writes`), written by
one Write service call with the sequence last.

The PLC acts once when (epoch, sequence) is greater than the last pair it saw, and rejects everything else and every
block whose heartbeat is more than 5 s old (its own counter runs at 1 Hz). `writes` counts accepted and rejected
blocks alike: it is how a test proves that nothing was sent twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

__all__ = ["BlockOut", "Echo", "EchoReason", "EchoResult"]


class EchoResult(IntEnum):
    """What the PLC made of a block."""

    NONE = 0
    ACCEPTED = 1
    REJECTED = 2


class EchoReason(IntEnum):
    """Why a PLC rejected a block."""

    NONE = 0
    OLD_HEARTBEAT = 1
    OLD_SEQUENCE = 2
    UNKNOWN_EQUIPMENT = 3
    UNKNOWN_VERB = 4
    LOCAL = 5
    TRIPPED = 6
    INTERLOCK = 7
    MIN_TIME = 8
    STARTS = 9
    RANGE = 10
    NOT_TRIPPED = 11
    REFUSED = 12
    """The PLC refuses for a reason of its own."""


@dataclass(frozen=True, slots=True)
class BlockOut:
    """One command as the PLC sees it."""

    epoch: int
    heartbeat: int
    equipment: int
    verb: int
    value: float
    sequence: int

    @property
    def words(self) -> str:
        """Return the fields by name, for the communication log."""
        return ", ".join(f"{name} {getattr(self, name):.10g}" for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class Echo:
    """What the PLC says about the newest block it saw."""

    sequence: int
    result: int
    reason: int
    writes: int
