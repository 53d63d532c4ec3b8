"""`desk`: people, sessions, requests, the log book and trends, written by rooms and terminals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

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
from app.storage.desk_requests import RequestReader
from app.storage.desk_sessions import may_only_second, open_person
from app.storage.inserting import inserting_once
from app.storage.log_book import SqlLogBook
from app.storage.people_store import SqlPeopleStore
from app.storage.signing import Keys, signed_text
from app.storage.trend_store import SqlTrendStore
from app.storage.vouching import vouched

__all__ = ["SqlDeskStore"]


class SqlDeskStore:
    """DeskStore over either backend. Usable by several threads, one at a time each."""

    def __init__(self, backend: Backend, keys: Keys) -> None:
        self._link = DeskLink(backend, keys)
        self._bell = backend.bell(DESK_OWNER)
        self._people = SqlPeopleStore(self._link)
        self._log_book = SqlLogBook(self._link)
        self._trends = SqlTrendStore(self._link)
        self._acts = ActReader(self._link)
        self._requests = RequestReader(self._link)

    @property
    def people(self) -> SqlPeopleStore:
        """Return accounts and sessions."""
        return self._people

    @property
    def log_book(self) -> SqlLogBook:
        """Return notes, duties and handovers."""
        return self._log_book

    @property
    def trends(self) -> SqlTrendStore:
        """Return saved groups of pens."""
        return self._trends

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
        row = {
            "id": request_id,
            "kind": kind.value,
            "person": clean(person.name),
            "role": person.role,
            "session": person.session,
            "workstation": clean(person.workstation),
            "payload": to_text(payload),
            "second": other,
        }
        with self._link.writing() as connection:
            at_ms = self._link.now(connection)
            text = signed_text(request_id, kind.value, person.session, other, payload, at_ms)
            signed = {
                "signature": self._link.keys.sign(person.session, text),
                "second_signature": self._link.keys.sign(other, text),
            }
            # An asker who does not know whether a commit arrived asks again.
            connection.execute(inserting_once(connection, desk.request).values(**row, **signed, at_ms=at_ms))
            spent = may_only_second(connection, other)
        if spent:
            # A second person's password is given for one thing: this process cannot sign another with it.
            self._link.keys.forget(other)
        return request_id

    def vouch(self, request: Request) -> Vouched:
        with self._link.reading() as connection:
            return vouched(self._link, connection, request)

    def recent(self, within_s: float, known: Sequence[str] = ()) -> tuple[Request, ...]:
        return self._requests.recent(within_s, known)

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
