"""The verbs a control room may say, and which checks each verb needs."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

__all__ = ["CHECKS_OF", "Check", "Verb"]


class Verb(StrEnum):
    """What is asked of an equipment. Every verb is an idempotent set-value: saying it twice changes nothing more."""

    START = "start"
    STOP = "stop"
    AUTO = "auto"
    """Return to the PLC's own automatic control."""
    MODE = "mode"
    """Hand, Off or Auto. The change alone must not move the equipment."""
    SPEED = "speed"
    LEVEL = "level"
    """Set-point of a level control."""
    RESET = "reset"
    """Reset a latched trip; never starts anything."""
    OPEN = "open"
    CLOSE = "close"


class Check(StrEnum):
    """One thing that must be true before a command is sent. Reasons on screen carry these codes."""

    RIGHT = "right"
    TARGET = "target"
    """The verb exists here and its value lies within its range."""
    TWO_PERSON = "two_person"
    STORE = "store"
    """Intent can be made durable now: the store commits, the disk is not full."""
    EXPIRED = "expired"
    SELECTION = "selection"
    BUSY = "busy"
    """No other command of this station is in flight."""
    HOLD = "hold"
    UNPROVEN = "unproven"
    """The command's address changed and nobody has proven it yet."""
    LATE_EXECUTION = "late_execution"
    """After a time-out on a PLC that cannot reject old commands, a person must first look and acknowledge."""
    COMMISSIONING = "commissioning"
    LINK = "link"
    HEARTBEAT = "heartbeat"
    REMOTE = "remote"
    EXPECT = "expect"
    """The equipment is in the state that the person said it is in."""
    QUALITY = "quality"
    """Every value used is good and no older than two scans."""
    NO_TRIP = "no_trip"
    TRIPPED = "tripped"
    """Trip reset requires a trip."""
    PERMISSIVE = "permissive"
    INTERLOCK = "interlock"
    MIN_TIME = "min_time"
    STARTS = "starts"


_ALWAYS: Final = (
    Check.RIGHT, Check.TARGET, Check.TWO_PERSON, Check.STORE, Check.EXPIRED, Check.SELECTION, Check.BUSY,
    Check.HOLD, Check.UNPROVEN, Check.LATE_EXECUTION, Check.COMMISSIONING, Check.LINK, Check.REMOTE,
)  # fmt: skip
_EVERYTHING: Final = (
    *_ALWAYS, Check.HEARTBEAT, Check.EXPECT, Check.QUALITY, Check.NO_TRIP, Check.PERMISSIVE, Check.INTERLOCK,
)  # fmt: skip

CHECKS_OF: Final[dict[Verb, tuple[Check, ...]]] = {
    Verb.START: (*_EVERYTHING, Check.MIN_TIME, Check.STARTS),
    Verb.OPEN: _EVERYTHING,
    Verb.SPEED: _EVERYTHING,
    Verb.LEVEL: _EVERYTHING,
    Verb.MODE: _EVERYTHING,
    # Stopping, closing and handing back to the PLC must stay possible when values are bad or old:
    # those warn and do not block. A hold tag still blocks: somebody's hands may be in the machine.
    Verb.STOP: (*_ALWAYS, Check.EXPECT),
    Verb.CLOSE: (*_ALWAYS, Check.EXPECT),
    Verb.AUTO: (*_ALWAYS, Check.EXPECT),
    Verb.RESET: (*_ALWAYS, Check.HEARTBEAT, Check.EXPECT, Check.TRIPPED),
}
