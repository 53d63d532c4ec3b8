"""What accounts may be: names, passwords, roles, who stays administrator, and that nobody gives himself more."""

from __future__ import annotations

import math
import re
from typing import Final

import sqlalchemy as sa

from app.errors import AccessRefused
from app.model.access import EVERYWHERE, Permission, Role, may
from app.model.people import Account, Grant
from app.model.records import Person
from app.storage import tables_desk as desk
from app.storage.canonical import clean
from app.storage.desk_contract import PASSWORD_LENGTH
from app.storage.passwords import password_fault

__all__ = [
    "checked_account",
    "checked_name",
    "checked_password",
    "lock_accounts",
    "refuse_more",
    "refuse_without_administrator",
]

_NAME: Final = re.compile(r"[\w][\w.\-]{0,39}")


def checked_name(name: str) -> str:
    """Return a name that an account can have: letters of any script, digits, `_`, `.`, `-`; at most 40."""
    name = clean(name.strip())
    if not _NAME.fullmatch(name):
        raise AccessRefused(("account", {"why": "name", "name": name[:40]}))
    return name


def checked_password(name: str, password: str) -> str:
    """Return a password that an account can have, or raise AccessRefused."""
    fault = password_fault(name, password)
    if fault:
        raise AccessRefused(("password", {"why": fault, "length": PASSWORD_LENGTH}))
    return password


def checked_account(account: Account) -> Account:
    """Return an account whose roles this program knows, or raise AccessRefused."""
    for role in (account.role, *(grant.role for grant in account.grants)):
        if role not in set(Role):
            raise AccessRefused(("account", {"why": "role", "role": role}))
    if any(not grant.area.strip() for grant in account.grants):
        raise AccessRefused(("account", {"why": "area"}))
    return account


def lock_accounts(connection: sa.Connection) -> None:
    """Keep others from changing accounts until this transaction ends: rules about all of them at once hold."""
    connection.execute(sa.select(desk.meta.c.id).with_for_update())


def refuse_without_administrator(connection: sa.Connection) -> None:
    """Raise AccessRefused when no administrator is left who can sign in."""
    person, grant = desk.person.c, desk.area_role.c
    everywhere = sa.exists().where(
        grant.person == person.name,
        grant.area == EVERYWHERE,
        grant.role == Role.ADMINISTRATOR.value,
        grant.until_ms.is_(None),
    )
    can = sa.select(sa.func.count()).select_from(desk.person)
    can = can.where(~person.disabled, person.password != "", (person.role == Role.ADMINISTRATOR.value) | everywhere)
    if connection.execute(can).scalar_one() == 0:
        raise AccessRefused(("account", {"why": "last_administrator"}))


def refuse_more(before: Account, after: Account) -> None:
    """Raise AccessRefused if `after` has a permission anywhere, or for longer, that `before` has not."""
    for area in {EVERYWHERE, *(grant.area for grant in after.grants)}:
        for permission in Permission:
            if _until(after, area, permission) > _until(before, area, permission):
                raise AccessRefused(("account", {"why": "more"}))


def _until(account: Account, area: str, permission: Permission) -> float:
    """Return until when an account has a permission in an area: 0 never, infinity for good."""
    if _has(account.role, permission):
        return math.inf
    ends = (_end(g) for g in account.grants if g.area in (EVERYWHERE, area) and _has(g.role, permission))
    return max(ends, default=0.0)


def _end(grant: Grant) -> float:
    return math.inf if grant.until_ms is None else float(grant.until_ms)


def _has(role: str, permission: Permission) -> bool:
    return may(Person("", role, "", ""), permission)
