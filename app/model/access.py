"""Roles, what they may do, and where: a role of the whole site, and roles in single areas besides.

Roles are permissions, not a ladder: an administrator keeps the accounts and commands nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from app.model.records import Person, Reason, RequestKind

__all__ = [
    "EVERYWHERE",
    "LONGEST_SHELF_S",
    "SECOND_SIGNER_S",
    "Permission",
    "Role",
    "best_role",
    "may",
    "may_anywhere",
    "permission_for",
    "request_refusals",
    "second_refusals",
]

EVERYWHERE: Final = "*"
"""The area of a grant that holds in the whole site."""

SECOND_SIGNER_S: Final = 60.0
"""A second signature must come within this (commands.md rule 12)."""

LONGEST_SHELF_S: Final = {True: 7 * 24 * 3600.0, False: 8 * 3600.0}
"""How long a shelf may last, by whether the person has SHELVE_LONG."""


class Role(StrEnum):
    """Who somebody is."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    ENGINEER = "engineer"
    ADMINISTRATOR = "administrator"


class Permission(StrEnum):
    """What somebody may do."""

    VIEW = "view"
    COMMAND = "command"
    """Select, operate, place and remove hold tags."""
    ACKNOWLEDGE = "acknowledge"
    """Acknowledge and reset alarms; shelve them for up to 8 h; write the log book; hand over a shift."""
    SHELVE_LONG = "shelve_long"
    SUBSTITUTE = "substitute"
    """Enter a manual value for a failed sensor; acknowledge a late execution."""
    ASSIGN = "assign"
    """Give a person another area for one shift; keep the calendar of shifts; unpin other people's notes."""
    ENGINEER = "engineer"
    """Apply sites, prove changed addresses, accept certificates, take alarms out of service, change their limits."""
    ADMINISTER = "administer"
    """Keep the accounts."""


_P: Final = Permission
_OPERATOR: Final = frozenset({_P.VIEW, _P.COMMAND, _P.ACKNOWLEDGE})
_SUPERVISOR: Final = _OPERATOR | {_P.SHELVE_LONG, _P.SUBSTITUTE, _P.ASSIGN}
_OF: Final[dict[Role, frozenset[Permission]]] = {
    Role.VIEWER: frozenset({_P.VIEW}),
    Role.OPERATOR: _OPERATOR,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ENGINEER: _OPERATOR | {_P.SHELVE_LONG, _P.SUBSTITUTE, _P.ENGINEER},
    Role.ADMINISTRATOR: frozenset({_P.VIEW, _P.ADMINISTER}),
}

_NEEDED: Final[dict[RequestKind, Permission]] = {
    RequestKind.SELECT: _P.COMMAND,
    RequestKind.CANCEL: _P.COMMAND,
    RequestKind.OPERATE: _P.COMMAND,
    RequestKind.HOLD: _P.COMMAND,
    RequestKind.UNHOLD: _P.COMMAND,
    RequestKind.SUBSTITUTE: _P.SUBSTITUTE,
    RequestKind.UNSUBSTITUTE: _P.SUBSTITUTE,
    RequestKind.ACCEPT_LATE: _P.SUBSTITUTE,
    RequestKind.APPLY_SITE: _P.ENGINEER,
    RequestKind.ROLL_BACK_SITE: _P.ENGINEER,
    RequestKind.PROVE: _P.ENGINEER,
    RequestKind.PIN_CERTIFICATE: _P.ENGINEER,
    RequestKind.ACKNOWLEDGE: _P.ACKNOWLEDGE,
    RequestKind.RESET_ALARM: _P.ACKNOWLEDGE,
    RequestKind.SHELVE: _P.ACKNOWLEDGE,
    RequestKind.UNSHELVE: _P.ACKNOWLEDGE,
    RequestKind.OUT_OF_SERVICE: _P.ENGINEER,
    RequestKind.IN_SERVICE: _P.ENGINEER,
    RequestKind.CHANGE_ALARM: _P.ENGINEER,
}


def may(person: Person, permission: Permission, areas: Iterable[str] = ()) -> bool:
    """Return whether a person has a permission: by the role of the whole site, or by one in any of `areas` (those that
    the thing belongs to). A role that this program does not know has none."""
    there = {EVERYWHERE, *areas}
    roles = [person.role, *(role for area, role in person.grants if area in there)]
    return any(_has(role, permission) for role in roles)


def may_anywhere(person: Person, permission: Permission) -> bool:
    """Return whether a person has a permission in the site or in any area: whether a room offers the action at all."""
    return any(_has(role, permission) for role in (person.role, *(role for _, role in person.grants)))


def best_role(person: Person) -> str:
    """Return the role that says most of a person, for showing: the highest of those held anywhere."""
    order = list(Role)
    held = [Role(r) for r in (person.role, *(role for _, role in person.grants)) if r in _OF]
    return max(held, key=order.index) if held else person.role


def permission_for(kind: RequestKind) -> Permission:
    """Return what a kind of request needs."""
    return _NEEDED[kind]


def request_refusals(kind: RequestKind, person: Person | None, areas: Iterable[str] = ()) -> tuple[Reason, ...]:
    """Return why a person may not ask this of a thing in `areas`: None means that no session is open."""
    if person is None:
        return (Reason("no_session"),)
    found = []
    if person.locked:
        found.append(Reason("session_locked"))
    if not may(person, permission_for(kind), areas):
        found.append(Reason("right", {"role": best_role(person)}))
    return tuple(found)


def second_refusals(
    kind: RequestKind, person: Person | None, second: Person | None, areas: Iterable[str] = ()
) -> tuple[Reason, ...]:
    """Return why a second signature does not count for an action that needs one: there is none, it is the first
    person's own, or the second person lacks the right there. Its age is judged by the store (`DeskStore.vouch`)."""
    if second is None:
        return (Reason("two_person"),)
    if person is not None and second.name == person.name:
        return (Reason("two_person", {"why": "same"}),)
    if not may(second, permission_for(kind), areas):
        return (Reason("two_person", {"why": "right", "who": second.name, "role": best_role(second)}),)
    return ()


def _has(role: str, permission: Permission) -> bool:
    return role in _OF and permission in _OF[Role(role)]
