"""`desk`: people, sessions, requests and the log book, written by rooms and terminals."""

from __future__ import annotations

import logging
import re
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa

from app.errors import AccessRefused
from app.model.people import Act
from app.model.records import Person, Request, RequestKind
from app.storage import tables_desk as desk
from app.storage.backend import Backend
from app.storage.canonical import clean, to_text
from app.storage.columns import DESK_OWNER
from app.storage.desk_acts import ActReader, person_act
from app.storage.desk_contract import Vouched
from app.storage.desk_link import DeskLink
from app.storage.desk_sessions import may_only_second, open_person
from app.storage.inserting import inserting_once
from app.storage.log_book import SqlLogBook
from app.storage.people_store import SqlPeopleStore
from app.storage.row_checks import UNREADABLE, checked_object, checked_types
from app.storage.signing import Keys, signed_text
from app.storage.vouching import vouched

__all__ = ["SqlDeskStore"]

_UNREADABLE_KEPT: Final = 1_000
_READ_AT_ONCE: Final = 200
_ID: Final = re.compile(r"[\w .\-]{1,100}")
"""What an id may be: the engine claims other things than requests under names that are none."""
_TEXTS: Final = ("id", "kind", "person", "role", "session", "workstation", "second")
_LONGEST_TEXT: Final = 1_000
_LONGEST_PAYLOAD: Final = 64 * 1024 * 1024
"""A request to apply a site carries the whole of it."""

_log: Final = logging.getLogger(__name__)


class SqlDeskStore:
    """DeskStore over either backend. Usable by several threads, one at a time each."""

    def __init__(self, backend: Backend, keys: Keys) -> None:
        self._backend = backend
        self._link = DeskLink(backend, keys)
        self._bell = backend.bell(DESK_OWNER)
        self._people = SqlPeopleStore(self._link)
        self._log_book = SqlLogBook(self._link)
        self._acts = ActReader(self._link)
        self._unreadable: deque[str] = deque(maxlen=_UNREADABLE_KEPT)

    @property
    def people(self) -> SqlPeopleStore:
        """Return accounts and sessions."""
        return self._people

    @property
    def log_book(self) -> SqlLogBook:
        """Return notes, duties and handovers."""
        return self._log_book

    def sign_in_demo(self, workstation: str) -> Person:
        return self._people.sign_in_demo(workstation)

    def session(self, session: str) -> Person | None:
        with self._link.reading() as connection:
            return open_person(self._link, connection, session)

    def end_session(self, session: str) -> None:
        self._people.end_session(session)

    def submit(
        self,
        kind: RequestKind,
        person: Person,
        payload: Mapping[str, object],
        *,
        request_id: str = "",
        second: Person | None = None,
    ) -> str:
        request_id = request_id or uuid4().hex
        other = "" if second is None else second.session
        text = signed_text(request_id, kind.value, person.session, other, payload)
        row = {
            "id": request_id,
            "kind": kind.value,
            "person": clean(person.name),
            "role": person.role,
            "session": person.session,
            "workstation": clean(person.workstation),
            "payload": to_text(payload),
            "second": other,
            "signature": self._link.keys.sign(person.session, text),
            "second_signature": self._link.keys.sign(other, text),
        }
        with self._link.writing() as connection:
            # An asker who does not know whether a commit arrived asks again.
            insert = inserting_once(connection, desk.request)
            connection.execute(insert.values(**row, at_ms=self._backend.now_ms))
            spent = may_only_second(connection, other)
        if spent:
            # A second person's password is given for one thing: this process cannot sign another with it.
            self._link.keys.forget(other)
        return request_id

    def vouch(self, request: Request) -> Vouched:
        with self._link.reading() as connection:
            return vouched(self._link, connection, request)

    def recent(self, within_s: float, known: Sequence[str] = ()) -> tuple[Request, ...]:
        since = self._backend.now_ms - int(within_s * 1000)
        newer = desk.request.c.at_ms >= since
        leave_out = {*known, *self._unreadable}
        with self._link.reading() as connection:
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
            checked_types(row, texts=_TEXTS, whole=("at_ms",), longest=_LONGEST_TEXT)
            if not _ID.fullmatch(row.id):
                raise ValueError("its id is none")
            payload = checked_object(row.payload, longest=_LONGEST_PAYLOAD)
            person = Person(row.person, row.role, row.session, row.workstation)
            return Request(row.id, RequestKind(row.kind), row.at_ms, person, payload, row.second)
        except UNREADABLE as fault:
            self._unreadable.append(row.id)
            _log.error("request %s of %s cannot be read and is left alone: %s", row.id, row.workstation, fault)
            return None

    def age_s(self, request: Request) -> float:
        return (self.now_ms() - request.at_ms) / 1000.0

    def act(self, person: Person, kind: str, what: str = "", detail: Mapping[str, Any] | None = None) -> None:
        with self._link.writing() as connection:
            holder = open_person(self._link, connection, person.session)
            if holder is None or holder.name != person.name:
                raise AccessRefused(("no_session", {}))
            person_act(self._link, connection, holder, kind, what, detail)

    def acts(self, since_ms: int, known: Sequence[str] = (), limit: int = 500) -> tuple[Act, ...]:
        return self._acts.since(since_ms, known, limit)

    def now_ms(self) -> int:
        with self._link.reading() as connection:
            return self._link.now(connection)

    def wait_bell(self, timeout_s: float) -> bool:
        return self._bell.wait(timeout_s)

    def close(self) -> None:
        self._bell.close()
        self._link.close()
