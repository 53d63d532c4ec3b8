"""Signing in and out, locking, and signing second."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from app.errors import AccessRefused, ConfigurationFault
from app.model.access import Role
from app.model.records import Person
from app.storage import tables_desk as desk
from app.storage.account_rules import checked_name, checked_password, lock_accounts
from app.storage.canonical import clean
from app.storage.demo_people import DEMO_NAME, add_demo_people
from app.storage.desk_acts import person_act, write_act
from app.storage.desk_contract import SESSIONS_EACH
from app.storage.desk_link import DeskLink
from app.storage.desk_sessions import asker, end_sessions, is_open, open_person, start_session
from app.storage.passwords import hash_password
from app.storage.proving import proven

__all__ = ["Signing"]


class Signing:
    """The part of PeopleStore that opens, keeps and ends sessions."""

    def __init__(self, link: DeskLink) -> None:
        self._link: Final = link

    def founded(self) -> bool:
        with self._link.reading() as connection:
            return connection.execute(sa.select(desk.person.c.name).limit(1)).scalar() is not None

    def found(self, name: str, full_name: str, password: str, workstation: str) -> Person:
        name = checked_name(name)
        kept = hash_password(checked_password(name, password))
        with self._link.writing() as connection:
            lock_accounts(connection)
            if connection.execute(sa.select(desk.person.c.name).limit(1)).scalar() is not None:
                raise AccessRefused(("account", {"why": "founded"}))
            row = {"name": name, "full_name": clean(full_name), "role": Role.ADMINISTRATOR.value, "password": kept}
            connection.execute(sa.insert(desk.person).values(**row, created_ms=self._link.backend.now_ms))
            person = start_session(self._link, connection, name, workstation)
            person_act(self._link, connection, person, "founded", name, {"role": row["role"]})
        return person

    def sign_in(self, name: str, password: str, workstation: str, *, new_password: str = "") -> Person:
        workstation = clean(workstation)
        renewed = _Renewal(name, password, new_password)

        def then(connection: sa.Connection, account: sa.Row[Any]) -> Person:
            renewed.check(account)
            self._refuse_one_more(connection, account.name)
            renewed.write(connection)
            person = start_session(self._link, connection, account.name, workstation)
            person_act(self._link, connection, person, "signed_in", detail=renewed.told)
            return person

        return proven(self._link, name, password, workstation, then)

    def sign_second(self, name: str, password: str, workstation: str, first: Person) -> Person:
        workstation = clean(workstation)

        def then(connection: sa.Connection, account: sa.Row[Any]) -> Person:
            asking = asker(self._link, connection, first)
            if account.name == asking.name:
                raise AccessRefused(("two_person", {"why": "same"}))
            if account.must_change:
                raise AccessRefused(("sign_in", {"why": "must_change"}))
            second = start_session(self._link, connection, account.name, workstation, second_to=asking.session)
            person_act(self._link, connection, second, "signed_second", detail={"first": asking.name})
            return second

        return proven(self._link, name, password, workstation, then)

    def sign_in_demo(self, workstation: str) -> Person:
        with self._link.writing() as connection:
            if not self._link.demo(connection):
                raise ConfigurationFault("this is a live store: the demo user exists only on demo stores")
            there = sa.select(desk.person.c.name).where(desk.person.c.name == DEMO_NAME)
            if connection.execute(there).scalar() is None:
                add_demo_people(self._link.backend, connection)
            person = start_session(self._link, connection, DEMO_NAME, workstation)
            person_act(self._link, connection, person, "signed_in")
        return person

    def touch(self, session: str) -> Person | None:
        mine = sa.update(desk.session).where(desk.session.c.id == clean(session), is_open(self._link))
        with self._link.writing(ring=False) as connection:
            connection.execute(mine.values(seen_ms=self._link.backend.now_ms))
            return open_person(self._link, connection, session)

    def lock(self, person: Person) -> None:
        with self._link.writing() as connection:
            holder = open_person(self._link, connection, person.session)
            if holder is None:
                raise AccessRefused(("no_session", {}))
            if not holder.locked:
                _set_locked(connection, holder.session, True)
                person_act(self._link, connection, holder, "locked")

    def unlock(self, person: Person, password: str) -> Person:
        def then(connection: sa.Connection, account: sa.Row[Any]) -> Person:
            holder = open_person(self._link, connection, person.session)
            if holder is None or holder.name != account.name:
                raise AccessRefused(("no_session", {}))
            _set_locked(connection, holder.session, False)
            person_act(self._link, connection, holder, "unlocked")
            now = open_person(self._link, connection, holder.session)
            assert now is not None, "a session ended in the transaction that unlocked it"
            return now

        with self._link.reading() as connection:
            demo = self._link.demo(connection) and person.name == DEMO_NAME
        return proven(self._link, person.name, password, person.workstation, then, nothing_to_know=demo)

    def end_session(self, session: str) -> None:
        """End a session and what may co-sign for it. Idempotent."""
        row = desk.session.c
        query = sa.select(row.person, row.workstation).where(row.id == clean(session), row.ended_ms.is_(None))
        with self._link.writing() as connection:
            holder = connection.execute(query).one_or_none()
            end_sessions(self._link, connection, (row.id == clean(session)) | (row.second_to == clean(session)))
            if holder is not None:
                write_act(self._link, connection, "signed_out", who=holder.person, where=holder.workstation)
        self._link.keys.forget(session)

    def _refuse_one_more(self, connection: sa.Connection, name: str) -> None:
        mine = sa.select(desk.session.c.workstation).where(desk.session.c.person == name, is_open(self._link))
        places = list(connection.execute(mine.order_by(desk.session.c.opened_ms)).scalars())
        if len(places) >= SESSIONS_EACH:
            raise AccessRefused(("sign_in", {"why": "sessions", "where": ", ".join(places), "limit": SESSIONS_EACH}))


class _Renewal:
    """A new password given at sign-in: the slow part is done before the transaction."""

    def __init__(self, name: str, old: str, new: str) -> None:
        self._name = name.strip()
        if new and new == old:
            raise AccessRefused(("password", {"why": "same"}))
        self._kept = hash_password(checked_password(self._name, new)) if new else ""
        self.told: dict[str, object] = {"password": "changed"} if new else {}

    def check(self, account: sa.Row[Any]) -> None:
        """Raise AccessRefused if the password must be changed and is not."""
        if account.must_change and not self._kept:
            raise AccessRefused(("sign_in", {"why": "must_change"}))

    def write(self, connection: sa.Connection) -> None:
        """Write the new password, if one was given."""
        if self._kept:
            mine = sa.update(desk.person).where(desk.person.c.name == clean(self._name))
            connection.execute(mine.values(password=self._kept, must_change=False))


def _set_locked(connection: sa.Connection, session: str, locked: bool) -> None:
    connection.execute(sa.update(desk.session).where(desk.session.c.id == session).values(locked=locked))
