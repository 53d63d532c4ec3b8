"""Handovers: kept when both signed the same sheet, and nothing of the highest priority is unread."""

from __future__ import annotations

import dataclasses
import hashlib
import logging
from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

import sqlalchemy as sa

from app.errors import AccessRefused
from app.model.access import Permission
from app.model.people import Handover, Signature
from app.model.records import Person
from app.storage import tables_desk as desk
from app.storage.canonical import clean, to_text
from app.storage.desk_acts import person_act
from app.storage.desk_link import DeskLink
from app.storage.desk_sessions import asker, end_sessions, need_anywhere, person_of, session_row
from app.storage.row_checks import UNREADABLE, checked_object
from app.storage.vouching import second_counts

__all__ = ["handover_of", "keep_handover", "read_handovers", "sheet_hash"]

_LONGEST_BODY: Final = 16 * 1024 * 1024
_log: Final = logging.getLogger(__name__)


def sheet_hash(sheet: Mapping[str, Any]) -> str:
    """Return the SHA-256 over the canonical JSON of a sheet."""
    return hashlib.sha256(to_text(sheet).encode()).hexdigest()


def keep_handover(
    link: DeskLink, connection: sa.Connection, outgoing: Person, incoming: Person, handover: Handover
) -> Handover:
    """Check both signers and the sheet, and write the handover. Raises AccessRefused."""
    leaving = asker(link, connection, outgoing)
    coming = _incoming(link, connection, leaving, incoming)
    for person in (leaving, coming):
        need_anywhere(person, Permission.ACKNOWLEDGE)
    _refuse_sheet(handover, leaving.name, coming.name)
    now = link.now(connection)
    kept = dataclasses.replace(
        handover,
        id=handover.id or uuid4().hex,
        at_ms=now,
        outgoing=Signature(leaving.name, leaving.workstation, now),
        incoming=Signature(coming.name, coming.workstation, now),
    )
    body = to_text(dataclasses.asdict(kept))
    try:
        checked_object(body, longest=_LONGEST_BODY)
    except UNREADABLE:  # nobody could read later what was signed
        raise AccessRefused(("handover", {"why": "sheet"})) from None
    connection.execute(sa.insert(desk.handover), {"id": kept.id, "at_ms": now, "body": body})
    told = {"shift": kept.shift, "day": kept.day, "sha256": kept.sha256, "heads": kept.heads}
    person_act(link, connection, leaving, "shift_handed_over", kept.id, {**told, "to": coming.name})
    person_act(link, connection, coming, "shift_taken_over", kept.id, {**told, "from": leaving.name})
    end_sessions(link, connection, desk.session.c.id == coming.session, desk.session.c.second_to != "")
    return kept


def read_handovers(connection: sa.Connection, limit: int) -> tuple[Handover, ...]:
    """Return handovers, newest first; one that cannot be read is said and left out."""
    in_order = (desk.handover.c.at_ms.desc(), desk.handover.c.id)
    rows = connection.execute(sa.select(desk.handover).order_by(*in_order).limit(max(0, limit))).all()
    found = []
    for row in rows:
        try:
            found.append(handover_of(row))
        except UNREADABLE as fault:
            _log.error("handover %s cannot be read and is left out: %s", row.id, fault)
    return tuple(found)


def handover_of(row: sa.Row[Any]) -> Handover:
    """Return a row as a record. Raises ValueError, TypeError or KeyError for one that no program of ours wrote."""
    body = checked_object(row.body, longest=_LONGEST_BODY)
    known = {f.name for f in dataclasses.fields(Handover)}
    plain = {key: value for key, value in body.items() if key in known}
    plain |= {"id": row.id, "at_ms": row.at_ms}
    for side in ("outgoing", "incoming"):
        plain[side] = Signature(**plain[side])
    if not all(isinstance(plain[name], dict) for name in ("sheet", "heads", "read")):
        raise ValueError("sheet, heads or read is no object")
    return Handover(**plain)


def _incoming(link: DeskLink, connection: sa.Connection, leaving: Person, incoming: Person) -> Person:
    """Return who takes over: by a session of his own, or by one that he opened to co-sign for the first person's."""
    row = session_row(connection, incoming.session)
    if row is None or row.person != clean(incoming.name):
        raise AccessRefused(("two_person", {}))
    if row.second_to:
        if row.ended_ms is not None or not second_counts(row, leaving.session, link.now(connection)):
            raise AccessRefused(("two_person", {}))
        coming = person_of(link, connection, row)
    else:
        coming = asker(link, connection, incoming)
    if coming.name == leaving.name:
        raise AccessRefused(("two_person", {"why": "same"}))
    return coming


def _refuse_sheet(handover: Handover, *persons: str) -> None:
    if sheet_hash(handover.sheet) != handover.sha256:
        raise AccessRefused(("handover", {"why": "hash"}))
    keys = handover.sheet.get("unread")
    if not isinstance(keys, list | tuple):
        raise AccessRefused(("handover", {"why": "sheet"}))
    unread = [str(key) for key in keys if not _read_by_all(handover.read.get(str(key)), persons)]
    if unread:
        raise AccessRefused(("handover", {"why": "unread", "count": len(unread), "items": ", ".join(unread[:5])}))


def _read_by_all(readers: Any, persons: tuple[str, ...]) -> bool:
    return isinstance(readers, list | tuple) and set(persons) <= {str(reader) for reader in readers}
