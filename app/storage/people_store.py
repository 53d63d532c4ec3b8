"""Accounts: who there is, what each may do and where. Signing in: `people_signing`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa

from app.errors import AccessRefused
from app.model.access import EVERYWHERE, Permission, Role
from app.model.people import Account, Grant, OpenSession
from app.model.records import Person
from app.storage import tables_desk as desk
from app.storage.account_rules import (
    checked_account,
    checked_name,
    checked_password,
    lock_accounts,
    refuse_more,
    refuse_without_administrator,
)
from app.storage.canonical import clean
from app.storage.desk_acts import person_act
from app.storage.desk_sessions import asker, end_sessions, is_open, need
from app.storage.inserting import replacing
from app.storage.passwords import hash_password
from app.storage.people_signing import Signing
from app.storage.proving import proven

__all__ = ["SqlPeopleStore"]

_LONGEST_COVER_MS: Final = 16 * 3600 * 1000
_COVER_ROLES: Final = (Role.VIEWER, Role.OPERATOR)


class SqlPeopleStore(Signing):
    """PeopleStore over either backend."""

    def accounts(self) -> tuple[Account, ...]:
        with self._link.reading() as connection:
            return self._accounts(connection)

    def sessions(self) -> tuple[OpenSession, ...]:
        query = (
            sa.select(desk.session)
            .join(desk.person, desk.session.c.person == desk.person.c.name)
            .where(is_open(self._link), ~desk.person.c.disabled)
            .order_by(desk.session.c.person, desk.session.c.opened_ms)
        )
        with self._link.reading() as connection:
            rows = connection.execute(query).all()
        return tuple(OpenSession(r.id, r.person, r.workstation, r.opened_ms, r.seen_ms, bool(r.locked)) for r in rows)

    def add_account(self, by: Person, account: Account, password: str) -> None:
        name = checked_name(account.name)
        account = checked_account(account)
        kept = hash_password(checked_password(name, password))
        with self._administering(by) as (connection, asking):
            there = connection.execute(sa.select(desk.person.c.name)).scalars()
            if name.casefold() in {n.casefold() for n in there}:
                raise AccessRefused(("account", {"why": "exists", "name": name}))
            row = {"name": name, "full_name": clean(account.full_name), "role": account.role, "password": kept}
            made = sa.insert(desk.person).values(**row, must_change=True, disabled=account.disabled)
            connection.execute(made.values(created_ms=self._link.backend.now_ms))
            self._write_grants(connection, name, account.grants, asking.name)
            person_act(self._link, connection, asking, "account_added", name, _told(account))

    def change_account(self, by: Person, account: Account) -> None:
        account = checked_account(account)
        with self._administering(by) as (connection, asking):
            before = self._account(connection, account.name)
            if before.name == asking.name:
                refuse_more(before, account)
            row = {"full_name": clean(account.full_name), "role": account.role, "disabled": account.disabled}
            connection.execute(sa.update(desk.person).where(desk.person.c.name == before.name).values(**row))
            self._write_grants(connection, before.name, account.grants, asking.name)
            refuse_without_administrator(connection)
            if account.disabled:
                end_sessions(self._link, connection, desk.session.c.person == before.name)
            told = {"from": _told(before), "to": _told(account)}
            person_act(self._link, connection, asking, "account_changed", before.name, told)

    def set_password(self, by: Person, name: str, password: str, *, old: str = "") -> None:
        kept = hash_password(checked_password(name, password))
        if by.name == name:
            self._set_own(by, password, kept, old)
            return
        with self._administering(by) as (connection, asking):
            self._account(connection, name)
            values = {"password": kept, "must_change": True, "wrong": 0, "locked_until_ms": 0}
            connection.execute(sa.update(desk.person).where(desk.person.c.name == name).values(**values))
            end_sessions(self._link, connection, desk.session.c.person == name)
            person_act(self._link, connection, asking, "password_set", name)

    def unlock_account(self, by: Person, name: str) -> None:
        with self._administering(by) as (connection, asking):
            self._account(connection, name)
            values = {"wrong": 0, "locked_until_ms": 0}
            connection.execute(sa.update(desk.person).where(desk.person.c.name == name).values(**values))
            person_act(self._link, connection, asking, "account_unlocked", name)

    def cover(self, by: Person, name: str, grant: Grant) -> None:
        with self._link.writing() as connection:
            lock_accounts(connection)
            asking = asker(self._link, connection, by)
            need(asking, Permission.ASSIGN, (grant.area,))
            account = self._account(connection, name)
            now = self._link.now(connection)
            _refuse_cover(asking, account, grant, now)
            same = [g for g in account.grants if (g.area, g.role) == (grant.area, grant.role)]
            if not any(_outlasts(g, grant, asking.name) for g in same):
                row = {"person": name, "area": clean(grant.area), "role": grant.role, "until_ms": grant.until_ms}
                connection.execute(replacing(connection, desk.area_role), {**row, "given_by": asking.name})
            told = {"area": grant.area, "role": grant.role, "until_ms": grant.until_ms}
            person_act(self._link, connection, asking, "cover_given", name, told)

    def end_sessions_of(self, by: Person, name: str) -> None:
        with self._link.writing() as connection:
            asking = asker(self._link, connection, by)
            if asking.name != name:
                need(asking, Permission.ADMINISTER)
            ended = end_sessions(self._link, connection, desk.session.c.person == clean(name))
            person_act(self._link, connection, asking, "sessions_ended", name, {"count": ended})

    def _set_own(self, by: Person, password: str, kept: str, old: str) -> None:
        if password == old:
            raise AccessRefused(("password", {"why": "same"}))

        def then(connection: sa.Connection, account: sa.Row[Any]) -> None:
            asking = asker(self._link, connection, by)
            values = {"password": kept, "must_change": False}
            connection.execute(sa.update(desk.person).where(desk.person.c.name == account.name).values(**values))
            person_act(self._link, connection, asking, "password_changed", account.name)

        proven(self._link, by.name, old, by.workstation, then)

    @contextmanager
    def _administering(self, by: Person) -> Iterator[tuple[sa.Connection, Person]]:
        """Open a transaction in which an administrator changes accounts, one at a time."""
        with self._link.writing() as connection:
            lock_accounts(connection)
            asking = asker(self._link, connection, by)
            need(asking, Permission.ADMINISTER)
            yield connection, asking

    def _write_grants(self, connection: sa.Connection, name: str, grants: tuple[Grant, ...], by: str) -> None:
        connection.execute(sa.delete(desk.area_role).where(desk.area_role.c.person == name))
        rows = {
            (g.area, g.role): {
                "person": name, "area": clean(g.area), "role": g.role, "until_ms": g.until_ms, "given_by": g.by or by,
            }
            for g in grants
        }  # fmt: skip
        if rows:
            connection.execute(sa.insert(desk.area_role), list(rows.values()))

    def _account(self, connection: sa.Connection, name: str) -> Account:
        found = self._accounts(connection, desk.person.c.name == clean(name))
        if not found:
            raise AccessRefused(("account", {"why": "unknown", "name": name}))
        return found[0]

    def _accounts(self, connection: sa.Connection, *which: sa.ColumnElement[bool]) -> tuple[Account, ...]:
        now = self._link.now(connection)
        grants: dict[str, list[Grant]] = defaultdict(list)
        given = desk.area_role.c
        alive = given.until_ms.is_(None) | (given.until_ms > now)
        in_order = sa.select(desk.area_role).where(alive).order_by(given.person, given.area, given.role)
        for row in connection.execute(in_order):
            grants[row.person].append(Grant(row.area, row.role, row.until_ms, row.given_by))
        rows = connection.execute(sa.select(desk.person).where(*which).order_by(desk.person.c.name))
        return tuple(_account_of(row, tuple(grants[row.name]), now) for row in rows)


def _account_of(row: sa.Row[Any], grants: tuple[Grant, ...], now: int) -> Account:
    return Account(
        name=row.name,
        full_name=row.full_name,
        role=row.role,
        grants=grants,
        disabled=bool(row.disabled),
        locked_until_ms=row.locked_until_ms if row.locked_until_ms > now else 0,
        must_change=bool(row.must_change),
        created_ms=row.created_ms,
        last_seen_ms=row.last_seen_ms,
    )


def _outlasts(held: Grant, cover: Grant, by: str) -> bool:
    """Return whether a grant is held for good, or longer than a cover and from another: a cover takes nothing away."""
    if held.until_ms is None or cover.until_ms is None:
        return held.until_ms is None
    return held.by != by and held.until_ms >= cover.until_ms


def _refuse_cover(by: Person, account: Account, grant: Grant, now: int) -> None:
    """Raise AccessRefused for a cover that is more than one for a night."""
    if by.name == account.name:
        raise AccessRefused(("account", {"why": "more"}))
    if account.disabled:
        raise AccessRefused(("sign_in", {"why": "disabled"}))
    if grant.role not in _COVER_ROLES:
        raise AccessRefused(("cover", {"why": "role"}))
    if not grant.area.strip() or grant.area == EVERYWHERE:
        raise AccessRefused(("cover", {"why": "area"}))
    if grant.until_ms is None or not now < grant.until_ms <= now + _LONGEST_COVER_MS:
        raise AccessRefused(("cover", {"why": "until", "hours": _LONGEST_COVER_MS // 3_600_000}))


def _told(account: Account) -> dict[str, Any]:
    """Return what the audit journal keeps of an account."""
    grants = [{"area": g.area, "role": g.role, "until_ms": g.until_ms} for g in account.grants]
    return {"role": account.role, "full_name": account.full_name, "disabled": account.disabled, "grants": grants}
