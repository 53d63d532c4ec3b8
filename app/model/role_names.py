"""What roles are called."""

from __future__ import annotations

from typing import Final

from app.model.access import Role
from app.model.terms import Label

__all__ = ["ROLE_NAMES", "role_text"]

ROLE_NAMES: Final = {
    Role.VIEWER: Label("观察员", "Viewer"),
    Role.OPERATOR: Label("值班员", "Operator"),
    Role.SUPERVISOR: Label("值班长", "Supervisor"),
    Role.ENGINEER: Label("工程师", "Engineer"),
    Role.ADMINISTRATOR: Label("管理员", "Administrator"),
}


def role_text(role: str, language: str) -> str:
    """Return a role for people; one that this program does not know stays as it is."""
    return ROLE_NAMES[Role(role)].get(language) if role in ROLE_NAMES else role
