"""`desk`: people, sessions and requests, written by rooms and terminals."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa

from app.errors import ConfigurationFault
from app.model.records import Person, Request, RequestKind
from app.storage import tables_desk as desk
from app.storage.backend import Backend
from app.storage.canonical import clean, from_text, to_text
from app.storage.columns import DESK_OWNER
from app.storage.foreign import mapped_errors

__all__ = ["SqlDeskStore"]

_DEMO_NAME: Final = "demo"
_DEMO_ROLE: Final = "engineer"
_UNREADABLE_KEPT: Final = 1_000
_READ_AT_ONCE: Final = 200

_log: Final = logging.getLogger(__name__)


class SqlDeskStore:
    """DeskStore over either backend. Usable by several threads, one at a time each."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._writer = backend.writer(DESK_OWNER)
        self._reader = backend.reader(DESK_OWNER)
        self._bell = backend.bell(DESK_OWNER)
        self._unreadable: deque[str] = deque(maxlen=_UNREADABLE_KEPT)

    def sign_in_demo(self, workstation: str) -> Person:
        workstation = clean(workstation)
        with self._writing() as connection:
            if not connection.execute(sa.select(desk.meta.c.demo)).scalar_one():
                raise ConfigurationFault("this is a live store: the demo user exists only on demo stores")
            connection.execute(self._insert_once(desk.person, {"name": _DEMO_NAME, "role": _DEMO_ROLE}))
            role = connection.execute(
                sa.select(desk.person.c.role).where(desk.person.c.name == _DEMO_NAME)
            ).scalar_one()
            row = {"id": uuid4().hex, "person": _DEMO_NAME, "workstation": workstation, "ended_ms": None}
            connection.execute(sa.insert(desk.session).values(**row, opened_ms=self._backend.now_ms))
        return Person(_DEMO_NAME, role, str(row["id"]), workstation)

    def session(self, session: str) -> Person | None:
        query = (
            sa.select(desk.person.c.name, desk.person.c.role, desk.session.c.workstation)
            .join(desk.session, desk.session.c.person == desk.person.c.name)
            .where(desk.session.c.id == session, desk.session.c.ended_ms.is_(None))
        )
        with self._reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Person(row.name, row.role, session, row.workstation)

    def end_session(self, session: str) -> None:
        mine = (desk.session.c.id == session) & desk.session.c.ended_ms.is_(None)
        with self._writing() as connection:
            connection.execute(sa.update(desk.session).where(mine).values(ended_ms=self._backend.now_ms))

    def submit(self, kind: RequestKind, person: Person, payload: Mapping[str, object], *, request_id: str = "") -> str:
        request_id = request_id or uuid4().hex
        row = {
            "id": request_id,
            "kind": kind.value,
            "person": clean(person.name),
            "role": person.role,
            "session": person.session,
            "workstation": clean(person.workstation),
            "payload": to_text(payload),
        }
        with self._writing() as connection:
            connection.execute(self._insert_once(desk.request, {**row, "at_ms": self._backend.now_ms}))
        return request_id

    def recent(self, within_s: float, known: Sequence[str] = ()) -> tuple[Request, ...]:
        since = self._backend.now_ms - int(within_s * 1000)
        newer = desk.request.c.at_ms >= since
        leave_out = {*known, *self._unreadable}
        with self._reading() as connection:
            # The ids first: a payload may be a whole site, and this is asked several times a second.
            in_order = (desk.request.c.at_ms, desk.request.c.id)
            ids = connection.execute(sa.select(desk.request.c.id).where(newer).order_by(*in_order)).scalars()
            if not (fresh := [i for i in ids if i not in leave_out][:_READ_AT_ONCE]):
                return ()
            query = sa.select(desk.request).where(desk.request.c.id.in_(fresh))
            rows = connection.execute(query.order_by(*in_order)).all()
        return tuple(request for row in rows if (request := self._read(row)) is not None)

    def _read(self, row: sa.Row[Any]) -> Request | None:
        """Return a row as a request; None, said once, for one that this program cannot read: of a kind that a newer
        room knows, or with a payload that is no object. It must not keep the others from being heard."""
        try:
            payload = from_text(row.payload)
            if not isinstance(payload, dict):
                raise ValueError("the payload is no object")
            person = Person(row.person, row.role, row.session, row.workstation)
            return Request(row.id, RequestKind(row.kind), row.at_ms, person, payload)
        except (ValueError, RecursionError) as fault:
            self._unreadable.append(row.id)
            _log.error("request %s of %s cannot be read and is left alone: %s", row.id, row.workstation, fault)
            return None

    def age_s(self, request: Request) -> float:
        with self._reading() as connection:
            now = connection.execute(sa.select(self._backend.now_ms)).scalar_one()
        return (now - request.at_ms) / 1000.0

    def wait_bell(self, timeout_s: float) -> bool:
        return self._bell.wait(timeout_s)

    def close(self) -> None:
        self._bell.close()
        self._writer.dispose()
        self._reader.dispose()

    def _insert_once(self, table: sa.Table, row: dict[str, Any]) -> sa.Insert:
        """Insert a row unless its key is there: an asker who does not know whether a commit arrived asks again."""
        if self._backend.name == "postgresql":
            from sqlalchemy.dialects.postgresql import insert as insert_postgres

            return insert_postgres(table).values(row).on_conflict_do_nothing()
        from sqlalchemy.dialects.sqlite import insert as insert_sqlite

        return insert_sqlite(table).values(row).on_conflict_do_nothing()

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        with mapped_errors(), self._writer.begin() as connection:
            yield connection
            self._backend.ring(connection, DESK_OWNER)

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with mapped_errors(), self._reader.connect() as connection:
            yield connection
