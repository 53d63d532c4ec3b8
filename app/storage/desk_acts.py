"""What people did, as they did it: rows that the engine copies into the audit journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa

from app.errors import AccessRefused
from app.model.people import Act
from app.model.records import Person
from app.storage import tables_desk as desk
from app.storage.canonical import clean, to_text
from app.storage.desk_link import DeskLink
from app.storage.left_alone import LONGEST_ID, LeftAlone
from app.storage.row_checks import UNREADABLE, checked_object, checked_types

__all__ = ["ActReader", "person_act", "write_act"]

_NAME_LENGTH: Final = 100
_LONGEST_TEXT: Final = 1_000
_LONGEST_DETAIL: Final = 100_000


def write_act(
    link: DeskLink,
    connection: sa.Connection,
    kind: str,
    *,
    who: str,
    where: str,
    what: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write an act in the transaction of what it tells. Raises AccessRefused for one that nobody could read: what
    cannot be told is not done either."""
    text = to_text(detail or {})
    try:
        checked_object(text, longest=_LONGEST_DETAIL)
    except UNREADABLE:
        raise AccessRefused(("act", {"kind": kind})) from None
    row = {
        "id": uuid4().hex,
        "kind": clean(kind[:_NAME_LENGTH]),
        "who": clean(who[:_NAME_LENGTH]),
        "place": clean(where[:_LONGEST_TEXT]),
        "what": clean(what[:_LONGEST_TEXT]),
        "detail": text,
    }
    connection.execute(sa.insert(desk.act).values(**row, at_ms=link.backend.now_ms))


def person_act(
    link: DeskLink,
    connection: sa.Connection,
    person: Person,
    kind: str,
    what: str = "",
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Write an act of a person who is signed in."""
    write_act(link, connection, kind, who=person.name, where=person.workstation, what=what, detail=detail)


class ActReader:
    """Reads acts; says once of each that cannot be read, and leaves it alone."""

    def __init__(self, link: DeskLink) -> None:
        self._link = link
        self._left_alone = LeftAlone("act")

    def since(self, since_ms: int, known: Sequence[str], limit: int) -> tuple[Act, ...]:
        """Return acts committed since a time, oldest first, without the known ids."""
        leave_out = set(known)
        row = desk.act.c
        query = sa.select(row.id).where(row.at_ms >= since_ms, sa.func.length(row.id) <= LONGEST_ID)
        with self._link.reading() as connection:
            ids = connection.execute(query.order_by(row.at_ms, row.id)).scalars()
            fresh = [i for i in ids if i not in leave_out and i not in self._left_alone]
            found: list[Act] = []
            while fresh and (wanted := max(0, limit) - len(found)):
                portion, fresh = fresh[:wanted], fresh[wanted:]
                found += self._read_all(connection, portion)
        return tuple(found)

    def _read_all(self, connection: sa.Connection, ids: list[str]) -> list[Act]:
        query = sa.select(desk.act).where(desk.act.c.id.in_(ids)).order_by(desk.act.c.at_ms, desk.act.c.id)
        rows = connection.execute(query).all()
        for lost in {*ids} - {row.id for row in rows}:
            self._left_alone.add(lost, "somebody", "its id is no text")
        return [act for row in rows if (act := self._read(row)) is not None]

    def _read(self, row: sa.Row[Any]) -> Act | None:
        try:
            checked_types(row, texts=("kind", "who", "place", "what"), whole=("at_ms",), longest=_LONGEST_TEXT)
            detail = checked_object(row.detail, longest=_LONGEST_DETAIL)
        except UNREADABLE as fault:
            self._left_alone.add(row.id, row.place, fault)
            return None
        return Act(row.id, row.at_ms, row.kind, row.who, row.place, row.what, detail)
