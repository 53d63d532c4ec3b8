"""Roles and what they may do. Until accounts exist, commands run on demo stores alone and nobody can be second signer
(commands.md decision 8)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from app.model.records import Reason, RequestKind

__all__ = ["Permission", "Role", "may", "permission_for", "request_refusals", "two_person_possible"]


class Role(StrEnum):
    """Who somebody is, from least to most."""

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
    SUBSTITUTE = "substitute"
    """Enter a manual value for a failed sensor; acknowledge a late execution."""
    ENGINEER = "engineer"
    """Apply sites, prove changed addresses, accept certificates."""
    ADMINISTER = "administer"


_OF: Final[dict[Role, frozenset[Permission]]] = {
    Role.VIEWER: frozenset({Permission.VIEW}),
    Role.OPERATOR: frozenset({Permission.VIEW, Permission.COMMAND}),
    Role.SUPERVISOR: frozenset({Permission.VIEW, Permission.COMMAND, Permission.SUBSTITUTE}),
    Role.ENGINEER: frozenset({Permission.VIEW, Permission.COMMAND, Permission.SUBSTITUTE, Permission.ENGINEER}),
    Role.ADMINISTRATOR: frozenset({Permission.VIEW, Permission.ADMINISTER}),
}

_NEEDED: Final[dict[RequestKind, Permission]] = {
    RequestKind.SELECT: Permission.COMMAND,
    RequestKind.CANCEL: Permission.COMMAND,
    RequestKind.OPERATE: Permission.COMMAND,
    RequestKind.HOLD: Permission.COMMAND,
    RequestKind.UNHOLD: Permission.COMMAND,
    RequestKind.SUBSTITUTE: Permission.SUBSTITUTE,
    RequestKind.UNSUBSTITUTE: Permission.SUBSTITUTE,
    RequestKind.ACCEPT_LATE: Permission.SUBSTITUTE,
    RequestKind.APPLY_SITE: Permission.ENGINEER,
    RequestKind.ROLL_BACK_SITE: Permission.ENGINEER,
    RequestKind.PROVE: Permission.ENGINEER,
    RequestKind.PIN_CERTIFICATE: Permission.ENGINEER,
}


def may(role: str, permission: Permission) -> bool:
    """Return whether a role has a permission; a role that this program does not know has none."""
    return role in _OF and permission in _OF[Role(role)]


def permission_for(kind: RequestKind) -> Permission:
    """Return what a kind of request needs."""
    return _NEEDED[kind]


def two_person_possible() -> bool:
    """Return False: a second signer needs credentials of his own, and there are no accounts yet."""
    return False


def request_refusals(kind: RequestKind, role: str | None, *, demo: bool) -> tuple[Reason, ...]:
    """Return why a person may not ask this: `role` None means that no session is open."""
    if role is None:
        return (Reason("no_session"),)
    found = []
    if not demo:
        found.append(Reason("demo_only"))
    if not may(role, permission_for(kind)):
        found.append(Reason("right", {"role": role}))
    return tuple(found)
