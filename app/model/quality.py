"""Quality of a value: OPC UA's three severities with our own sub-status.

The code is one unsigned 16-bit number, so that it travels as a column: 0–63 good, 64–127 uncertain, 128 and above bad.
The severities follow OPC 10000-8 (Good, Uncertain, Bad); the sub-status says what a person must know.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

__all__ = ["BAD", "UNCERTAIN", "Quality", "Severity", "severity"]

UNCERTAIN: Final = 64
BAD: Final = 128


class Severity(IntEnum):
    """How far a value may be trusted."""

    GOOD = 0
    UNCERTAIN = 1
    BAD = 2


class Quality(IntEnum):
    """Quality codes as stored. Numbers are for ever: never reuse one."""

    GOOD = 0
    MANUAL = 1
    """A person entered this value in place of a failed sensor (shown "M")."""
    SIMULATED = 2
    """The device itself says that it simulates or forces this value (shown "S")."""

    UNCERTAIN = 64
    OUT_OF_RANGE = 65
    """Measured, but outside the engineering range of the tag."""
    CALIBRATING = 66
    MAINTENANCE = 67
    CLOCK_OFF = 68
    """The source's clock is not to be trusted; the value is."""

    BAD = 128
    COMM_LOST = 129
    """The device does not answer."""
    STALE = 130
    """No good reply within the tag's maximum age."""
    SENSOR_FAULT = 131
    """The device says that its sensor failed, or the raw value is not a number."""
    NOT_YET = 132
    """Nothing was read since the engine started."""
    REFUSED = 133
    """The device refuses this one point (illegal address, bad node)."""
    BAD_REPLY = 134
    """The device's answer did not match the question."""
    ENGINE_LOST = 135
    """Set by the room alone: the engine is silent."""


def severity(code: int) -> Severity:
    """Return the severity of any code, also of one that a newer program wrote."""
    if code >= BAD:
        return Severity.BAD
    return Severity.UNCERTAIN if code >= UNCERTAIN else Severity.GOOD
