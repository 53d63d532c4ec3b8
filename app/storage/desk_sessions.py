"""Sessions of the desk: who is behind one, by the rights of now."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa

from app.errors import AccessRefused
from app.model.access import Permission, best_role, may, may_anywhere
from app.model.records import Person
from app.storage import tables_desk as desk
from app.storage.canonical import clean
from app.storage.desk_contract import IDLE_END_S, SESSION_S
from app.storage.desk_link import DeskLink

__all__ = [
    "LONGEST_PLACE",
    "asker",
    "end_sessions",
    "is_open",
    "may_only_second",
    "need",
    "need_anywhere",
    "open_person",
    "person_of",
    "session_row",
    "start_session",
]

LONGEST_PLACE: Final = 200
"""Characters of a workstation's name; it stands in journals, and whoever reads rows bounds them."""


def is_open(link: DeskLink) -> sa.ColumnElement[bool]:
    """Return whether a session row is open by the store's clock, apart from its person's account."""
    now, row = link.backend.now_ms, desk.session.c
    untouched = now - row.seen_ms
    return sa.and_(row.ended_ms.is_(None), now < row.ends_ms, untouched < int(IDLE_END_S * 1000), row.second_to == "")


def session_row(connection: sa.Connection, session: str, *conditions: sa.ColumnElement[bool]) -> sa.Row[Any] | None:
    """Return a session with its person's role, None if there is none or its account is disabled."""
    query = (
        sa.select(desk.session, desk.person.c.role)
        .join(desk.person, desk.session.c.person == desk.person.c.name)
        .where(desk.session.c.id == clean(session), ~desk.person.c.disabled, *conditions)
    )
    return connection.execute(query).one_or_none()


def _grants_of(link: DeskLink, connection: sa.Connection, name: str) -> tuple[tuple[str, str], ...]:
    """Return (area, role) that a person has besides his own, now."""
    row = desk.area_role.c
    alive = row.until_ms.is_(None) | (row.until_ms > link.backend.now_ms)
    query = sa.select(row.area, row.role).where(row.person == name, alive).order_by(row.area, row.role)
    return tuple((area, role) for area, role in connection.execute(query))


def may_only_second(connection: sa.Connection, session: str) -> bool:
    """Return whether a session was opened only to sign second."""
    query = sa.select(desk.session.c.second_to).where(desk.session.c.id == clean(session))
    return bool(connection.execute(query).scalar())


def person_of(link: DeskLink, connection: sa.Connection, row: sa.Row[Any]) -> Person:
    """Return who is behind a row of `session_row`."""
    grants = _grants_of(link, connection, row.person)
    return Person(row.person, row.role, row.id, row.workstation, grants, bool(row.locked))


def open_person(link: DeskLink, connection: sa.Connection, session: str) -> Person | None:
    """Return who holds a session that is open now; None also for one that may only co-sign."""
    row = session_row(connection, session, is_open(link))
    return None if row is None else person_of(link, connection, row)


def asker(link: DeskLink, connection: sa.Connection, by: Person) -> Person:
    """Return who really asks. Raises AccessRefused without an open, unlocked session of that name."""
    person = open_person(link, connection, by.session)
    if person is None or person.name != by.name:
        raise AccessRefused(("no_session", {}))
    if person.locked:
        raise AccessRefused(("session_locked", {}))
    return person


def need(person: Person, permission: Permission, areas: Iterable[str] = ()) -> None:
    """Raise AccessRefused unless a person has a permission in one of the areas or in the site."""
    if not may(person, permission, areas):
        raise AccessRefused(("right", {"role": best_role(person)}))


def need_anywhere(person: Person, permission: Permission) -> None:
    """Raise AccessRefused unless a person has a permission at all."""
    if not may_anywhere(person, permission):
        raise AccessRefused(("right", {"role": best_role(person)}))


def start_session(
    link: DeskLink, connection: sa.Connection, name: str, workstation: str, *, second_to: str = ""
) -> Person:
    """Open a session with a key of its own."""
    session = uuid4().hex
    now = link.now(connection)
    row = {
        "id": session,
        "person": name,
        "workstation": clean(workstation[:LONGEST_PLACE]),
        "opened_ms": now,
        "ended_ms": None,
        "key": link.keys.make(session),
        "ends_ms": now + int(SESSION_S * 1000),
        "seen_ms": now,
        "locked": False,
        "second_to": second_to,
    }
    connection.execute(sa.insert(desk.session), row)
    connection.execute(sa.update(desk.person).where(desk.person.c.name == name).values(last_seen_ms=now))
    found = session_row(connection, session)
    assert found is not None, "an account that is disabled opened a session"
    return person_of(link, connection, found)


def end_sessions(link: DeskLink, connection: sa.Connection, *which: sa.ColumnElement[bool]) -> int:
    """End those sessions that have not ended; return how many."""
    ending = sa.update(desk.session).where(desk.session.c.ended_ms.is_(None), *which)
    return connection.execute(ending.values(ended_ms=link.backend.now_ms)).rowcount
