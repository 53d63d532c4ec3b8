"""What people did, as they did it: rows that the engine copies into the audit journal."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa

from app.model.people import Act
from app.model.records import Person
from app.storage import tables_desk as desk
from app.storage.canonical import clean, to_text
from app.storage.desk_link import DeskLink
from app.storage.row_checks import UNREADABLE, checked_object, checked_types

__all__ = ["ActReader", "person_act", "write_act"]

_UNREADABLE_KEPT: Final = 1_000
_NAME_LENGTH: Final = 100
_LONGEST_TEXT: Final = 1_000
_LONGEST_DETAIL: Final = 100_000

_log: Final = logging.getLogger(__name__)


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
    """Write an act in the transaction of what it tells."""
    row = {
        "id": uuid4().hex,
        "kind": clean(kind[:_NAME_LENGTH]),
        "who": clean(who[:_NAME_LENGTH]),
        "place": clean(where[:_LONGEST_TEXT]),
        "what": clean(what[:_LONGEST_TEXT]),
        "detail": to_text(detail or {}),
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
        self._unreadable: deque[str] = deque(maxlen=_UNREADABLE_KEPT)

    def since(self, since_ms: int, known: Sequence[str], limit: int) -> tuple[Act, ...]:
        """Return acts committed since a time, oldest first, without the known ids."""
        leave_out = {*known, *self._unreadable}
        in_order = (desk.act.c.at_ms, desk.act.c.id)
        with self._link.reading() as connection:
            ids = connection.execute(sa.select(desk.act.c.id).where(desk.act.c.at_ms >= since_ms).order_by(*in_order))
            if not (fresh := [i for i in ids.scalars() if i not in leave_out][: max(0, limit)]):
                return ()
            query = sa.select(desk.act).where(desk.act.c.id.in_(fresh)).order_by(*in_order)
            rows = connection.execute(query).all()
        return tuple(act for row in rows if (act := self._read(row)) is not None)

    def _read(self, row: sa.Row[Any]) -> Act | None:
        try:
            checked_types(row, texts=("kind", "who", "place", "what"), whole=("at_ms",), longest=_LONGEST_TEXT)
            detail = checked_object(row.detail, longest=_LONGEST_DETAIL)
        except UNREADABLE as fault:
            self._unreadable.append(row.id)
            _log.error("act %s of %s cannot be read and is left alone: %s", row.id, row.place, fault)
            return None
        return Act(row.id, row.at_ms, row.kind, row.who, row.place, row.what, detail)
