"""What happens to a command (events) and what the machine asks the desk to do (effects). See `machine`."""

from __future__ import annotations

from dataclasses import dataclass

from app.model.records import CommandState, Reason

__all__ = [
    "Abort",
    "Accepted",
    "Cancel",
    "Clock",
    "CommitIntent",
    "Dropped",
    "Durable",
    "Effect",
    "Event",
    "FeedbackMet",
    "Flight",
    "LinkLost",
    "Operate",
    "PollEcho",
    "Record",
    "Rejected",
    "Resolved",
    "Restarted",
    "Select",
    "SessionEnded",
    "WatchFeedback",
    "Write",
    "Written",
]


@dataclass(frozen=True, slots=True)
class Flight:
    """A command on its way. `echo` is False for a PLC without a command block; `sent` is 0 before the write."""

    request_id: str
    verb: str
    value: float | None
    sequence: int
    feedback_s: float
    echo: bool = True
    sent: float = 0.0


# ---- events


@dataclass(frozen=True, slots=True)
class Select:
    """Somebody wants the equipment."""

    request_id: str
    person: str
    session: str


@dataclass(frozen=True, slots=True)
class Cancel:
    """The holder gives it back."""

    session: str


@dataclass(frozen=True, slots=True)
class SessionEnded:
    """A session is over; its selections go."""

    session: str


@dataclass(frozen=True, slots=True)
class Operate:
    """The holder confirmed and every check passed."""

    session: str
    flight: Flight


@dataclass(frozen=True, slots=True)
class Durable:
    """The intent is committed."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """It was given up before a byte was sent."""

    reason: Reason
    expired: bool = False
    also: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """The write's own reply came: the bytes arrived, nothing more."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The PLC echoes our sequence and accepts."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The device says no."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class FeedbackMet:
    """The conditions that prove it done hold."""


@dataclass(frozen=True, slots=True)
class LinkLost:
    """The connection ended, or a reply did not come or did not match."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Resolved:
    """What became of an unknown command, read from the PLC and the feedback."""

    state: CommandState
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Restarted:
    """An engine found the command open from an earlier epoch."""

    flight: Flight


@dataclass(frozen=True, slots=True)
class Clock:
    """Time passed."""


Event = (
    Select
    | Cancel
    | SessionEnded
    | Operate
    | Durable
    | Dropped
    | Written
    | Accepted
    | Rejected
    | FeedbackMet
    | LinkLost
    | Resolved
    | Restarted
    | Clock
)


# ---- effects


@dataclass(frozen=True, slots=True)
class Record:
    """Append a result to the request."""

    request_id: str
    state: CommandState
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class CommitIntent:
    """Make claim, intent and audit durable in one commit, and wait for it."""


@dataclass(frozen=True, slots=True)
class Write:
    """Send the block: once."""


@dataclass(frozen=True, slots=True)
class PollEcho:
    """Ask the PLC what it made of the block."""


@dataclass(frozen=True, slots=True)
class WatchFeedback:
    """Look at the feedback conditions until the deadline."""


@dataclass(frozen=True, slots=True)
class Abort:
    """Drop the command connection, so that no byte is delivered late."""


Effect = Record | CommitIntent | Write | PollEcho | WatchFeedback | Abort
