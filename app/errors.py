"""The tree of errors, sorted by who is to blame.

    QianliyanError
    ├── EnvironmentFault      the machine: disk full, port taken, database away, display missing
    │   ├── StoreUnavailable  the store cannot be reached or cannot commit now
    │   ├── StoreTooOld       the store's schema is older (or newer) than this program admits
    │   ├── BadFrame          a stored frame is damaged
    │   ├── BadBlock          a stored block of history is damaged
    │   └── LeaseHeld         another engine holds the lease
    ├── LeaseLost             our own lease has passed to another epoch: stop acting at once
    ├── ConfigurationFault    what a person wrote: site file, option, address
    │   └── SiteFaults        every fault of a site, each with file and line
    ├── DeviceFault           the other end of the line
    │   ├── LinkDown          not connected, time-out, connection reset
    │   ├── BadReply          an answer that does not match its question; the raw bytes are kept
    │   └── Refused           an exception reply or a bad status code for one point
    ├── AccessRefused         a person may not: wrong password, no right, session over; carries reasons
    ├── Cancelled             whoever asked for a long read no longer wants it
    └── InternalFault         a defect of ours

Foreign errors are turned into these at the door of `devices` and `storage`; nothing above sees a pymodbus,
asyncua or SQLAlchemy exception.
"""

from __future__ import annotations

from typing import Any

__all__ = [
    "AccessRefused",
    "BadBlock",
    "BadFrame",
    "BadReply",
    "Cancelled",
    "ConfigurationFault",
    "DeviceFault",
    "EnvironmentFault",
    "InternalFault",
    "LeaseHeld",
    "LeaseLost",
    "LinkDown",
    "QianliyanError",
    "Refused",
    "StoreForbidden",
    "StoreTooOld",
    "StoreUnavailable",
]


class QianliyanError(Exception):
    """Root of everything this program raises on purpose."""


class EnvironmentFault(QianliyanError):
    """The machine or its services stand in the way."""


class StoreUnavailable(EnvironmentFault):
    """The store cannot be reached, or cannot commit now."""


class StoreForbidden(EnvironmentFault):
    """The database account that we use lacks a right."""


class StoreTooOld(EnvironmentFault):
    """The store's schema revision is not one this program admits."""


class BadFrame(EnvironmentFault):
    """A stored frame is damaged, or of a kind that this program does not know."""


class BadBlock(EnvironmentFault):
    """Stored bytes of history are damaged, or of a codec that this program does not know."""


class LeaseHeld(EnvironmentFault):
    """Another engine holds the lease; `holder` names it."""

    def __init__(self, holder: str) -> None:
        super().__init__(f"another engine holds the lease: {holder}")
        self.holder = holder


class LeaseLost(QianliyanError):
    """Our lease has ended or passed on: whoever catches this drops all links and writes nothing."""


class ConfigurationFault(QianliyanError):
    """Something a person wrote is wrong; the message says where and what is expected."""


class DeviceFault(QianliyanError):
    """The other end of the line, or the line."""


class LinkDown(DeviceFault):
    """No connection, a time-out or a reset."""


class BadReply(DeviceFault):
    """An answer that does not match its question. `raw` keeps what was received."""

    def __init__(self, message: str, raw: bytes = b"") -> None:
        super().__init__(message)
        self.raw = raw


class Refused(DeviceFault):
    """The device answered in good order that it will not: an exception code or a bad status code."""

    def __init__(self, message: str, code: int = 0) -> None:
        super().__init__(message)
        self.code = code


class Cancelled(QianliyanError):
    """A long read ended early because its asker wanted that: nothing is wrong."""


class AccessRefused(QianliyanError):
    """A person may not do what he asked. `reasons` are codes with parameters that `model.reasons` puts into words."""

    def __init__(self, *reasons: tuple[str, dict[str, Any]]) -> None:
        super().__init__(", ".join(code for code, _ in reasons))
        self.reasons = reasons


class InternalFault(QianliyanError):
    """A defect of ours, found by a check."""
