"""Reads requests for the engine. Rows are anybody's words: those that cannot be read are left alone, and whoever writes
many takes turns with the others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa

from app.model.records import Person, Request, RequestKind
from app.storage import tables_desk as desk
from app.storage.desk_link import DeskLink
from app.storage.desk_sessions import is_open
from app.storage.left_alone import LONGEST_ID, LeftAlone
from app.storage.row_checks import UNREADABLE, checked_object, checked_types

__all__ = ["RequestReader"]

_READ_AT_ONCE: Final = 200
_ID: Final = re.compile(rf"[\w .\-]{{1,{LONGEST_ID}}}")
"""What an id may be: the engine claims other things than requests under names that are none."""
_TEXTS: Final = ("id", "kind", "person", "role", "session", "workstation", "second")
_LONGEST_TEXT: Final = 1_000
_LONGEST_PAYLOAD: Final = 1024 * 1024
_LONGEST_SITE: Final = 64 * 1024 * 1024
"""A request to apply a site carries the whole of it; one of these is read at a time."""


class RequestReader:
    """Finds requests that are new to whoever asks."""

    def __init__(self, link: DeskLink) -> None:
        self._link = link
        self._left_alone = LeftAlone("request")

    def recent(self, within_s: float, known: Sequence[str]) -> tuple[Request, ...]:
        """Return requests of the last seconds without the known ids, oldest first; of many those whose turn it is."""
        leave_out = set(known)
        with self._link.reading() as connection:
            fresh = self._fresh(connection, self._link.backend.now_ms - int(within_s * 1000), leave_out)
            found: tuple[Request, ...] = ()
            while fresh and not found:
                portion, fresh = fresh[:_READ_AT_ONCE], fresh[_READ_AT_ONCE:]
                found = self._read_all(connection, portion)
        return found

    def _fresh(self, connection: sa.Connection, since: sa.ColumnElement[int], leave_out: set[str]) -> list[str]:
        """Return ids in the order in which they are to be heard."""
        row = desk.request.c
        held = sa.exists().where(desk.session.c.id == row.session, is_open(self._link))
        # No payload yet: it may be a whole site, and this is asked several times a second.
        query = sa.select(row.id, sa.func.substr(row.session, 1, LONGEST_ID), held)
        query = query.where(row.at_ms >= since, sa.func.length(row.id) <= LONGEST_ID).order_by(row.at_ms, row.id)
        rows = connection.execute(query)
        return _in_turn(r for r in rows if r[0] not in leave_out and r[0] not in self._left_alone)

    def _read_all(self, connection: sa.Connection, ids: list[str]) -> tuple[Request, ...]:
        """Read what fits into memory at once; the rest stays fresh."""
        row = desk.request.c
        sizes = sa.select(row.id, row.kind, sa.func.length(row.payload)).where(row.id.in_(ids))
        chosen: list[str] = []
        left = _LONGEST_SITE
        for row_id, kind, size in connection.execute(sizes.order_by(row.at_ms, row.id)).all():
            if size > (_LONGEST_SITE if kind == RequestKind.APPLY_SITE.value else _LONGEST_PAYLOAD):
                self._left_alone.add(row_id, "somebody", "it is too long")
            elif not chosen or size <= left:
                chosen.append(row_id)
                left -= size
        rows = connection.execute(sa.select(desk.request).where(row.id.in_(chosen)).order_by(row.at_ms, row.id)).all()
        for lost in {*chosen} - {r.id for r in rows}:
            self._left_alone.add(lost, "somebody", "its id is no text")
        return tuple(request for r in rows if (request := self._read(r)) is not None)

    def _read(self, row: sa.Row[Any]) -> Request | None:
        """Return a row as a request; None, said once, for one that this program cannot read: of a kind that a newer
        room knows, or with a payload that is no object. It must not keep the others from being heard."""
        try:
            checked_types(row, texts=_TEXTS, whole=("at_ms",), longest=_LONGEST_TEXT)
            if not _ID.fullmatch(row.id):
                raise ValueError("its id is none")
            payload = checked_object(row.payload, longest=_LONGEST_SITE)
            person = Person(row.person, row.role, row.session, row.workstation)
            return Request(row.id, RequestKind(row.kind), row.at_ms, person, payload, row.second)
        except UNREADABLE as fault:
            self._left_alone.add(row.id, row.workstation, fault)
            return None


def _in_turn(rows: Iterable[Sequence[Any]]) -> list[str]:
    """Return ids: one of each session after the other, those of sessions that are open first; each session's own in
    its order. So a flood by one, or by nobody, keeps no command waiting until it has expired."""
    turns: Counter[str] = Counter()
    ranked = []
    for place, (row_id, session, held) in enumerate(rows):
        turns[session] += 1
        ranked.append((not held, turns[session], place, row_id))
    return [row_id for *_, row_id in sorted(ranked)]
