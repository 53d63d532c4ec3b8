"""People: accounts, rights in areas, what they did, what they wrote, and how a shift was handed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Account", "Act", "Duty", "Grant", "Handover", "Note", "OpenSession", "Signature"]


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in one area, besides the account's own role in the whole site. `until_ms` None: for good; else it ends
    by itself (night cover of another area for one shift)."""

    area: str
    role: str
    until_ms: int | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """Who may sign in. `role` holds in the whole site (viewer for people who only work in some areas). The password is
    never here. `locked_until_ms` is 0 unless wrong passwords locked it; `disabled` stops it for good."""

    name: str
    full_name: str
    role: str
    grants: tuple[Grant, ...] = ()
    disabled: bool = False
    locked_until_ms: int = 0
    must_change: bool = False
    """True when somebody else set the password: it must be changed at the next sign-in."""
    created_ms: int = 0
    last_seen_ms: int = 0


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as an administrator sees it."""

    session: str
    person: str
    workstation: str
    opened_ms: int
    seen_ms: int
    locked: bool


@dataclass(frozen=True, slots=True)
class Act:
    """Something a person did that is no request to the engine: signed in, failed to, locked, silenced, exported, gave
    a right, signed a handover. Written by the desk in the same commit as the thing itself; the engine copies each,
    once, into the chained audit journal."""

    id: str
    at_ms: int
    kind: str
    who: str
    where: str
    what: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """An entry of the log book; never changed, only answered by newer ones. `links` are paths of tags, alarms,
    equipment or facilities. Pinned notes stand on top until a person unpins them."""

    id: str
    at_ms: int
    person: str
    workstation: str
    text: str
    links: tuple[str, ...] = ()
    pinned: bool = False
    unpinned_by: str = ""
    unpinned_ms: int = 0


@dataclass(frozen=True, slots=True)
class Duty:
    """Who is on a shift: `day` is the local date (YYYY-MM-DD) on which it starts."""

    day: str
    shift: str
    person: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature under a handover."""

    person: str
    workstation: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Handover:
    """A signed handover. `sheet` is the generated sheet (plain data) as both read it, `sha256` over its canonical
    JSON; `heads` are the journals' chain heads of that moment: journal → [seq, hash]. `read` says who opened which
    item of the highest priority: item key → persons."""

    id: str
    at_ms: int
    shift: str
    day: str
    outgoing: Signature
    incoming: Signature
    sheet: Mapping[str, Any]
    sha256: str
    heads: Mapping[str, Any]
    read: Mapping[str, Any] = field(default_factory=dict)
