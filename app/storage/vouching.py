"""Who really stands behind a request: sessions as they are now, signatures by the keys of these sessions."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from app.model.access import SECOND_SIGNER_S
from app.model.records import Person, Request
from app.storage import tables_desk as desk
from app.storage.canonical import clean
from app.storage.desk_contract import Vouched
from app.storage.desk_link import DeskLink
from app.storage.desk_sessions import is_open, person_of, session_row
from app.storage.signing import fits, signed_text

__all__ = ["second_counts", "vouched"]

_SECOND_MS: Final = int(SECOND_SIGNER_S * 1000)


def vouched(link: DeskLink, connection: sa.Connection, request: Request) -> Vouched:
    """Return who asks and who signed second. What is checked is the request as it is given, which will be executed,
    not what its row has become since."""
    row = session_row(connection, request.person.session, is_open(link))
    if row is None:
        return Vouched(None)
    person = person_of(link, connection, row)
    signatures = _signatures(connection, request.id)
    session, kind = request.person.session, request.kind.value
    text = signed_text(request.id, kind, session, request.second, request.payload, request.at_ms)
    if person.name != request.person.name or not fits(row.key, signatures[0], text):
        return Vouched(None, forged=True)
    if not request.second:
        return Vouched(person)
    return Vouched(person, _second(link, connection, request, person, signature=signatures[1], text=text))


def second_counts(row: sa.Row[Any], first_session: str, at_ms: int) -> bool:
    """Return whether a session may sign second at a moment for another one: it was opened within the minute before,
    had not ended, and is not bound to a third session. One that was opened only to sign has no end but that minute."""
    ended = row.ended_ms is not None and row.ended_ms < at_ms
    fresh = row.opened_ms <= at_ms <= row.opened_ms + _SECOND_MS
    return fresh and not ended and not row.locked and row.second_to in ("", first_session)


def _second(
    link: DeskLink, connection: sa.Connection, request: Request, first: Person, *, signature: str, text: str
) -> Person | None:
    row = session_row(connection, request.second)
    if row is None or row.person == first.name or not second_counts(row, first.session, request.at_ms):
        return None
    if row.second_to and _signed_before(connection, request, row.opened_ms):
        return None
    return person_of(link, connection, row) if fits(row.key, signature, text) else None


def _signed_before(connection: sa.Connection, request: Request, since_ms: int) -> bool:
    """Return whether a session that may sign once has signed an older request. Whoever holds its key should have
    thrown it away by then; that is not left to him."""
    row = desk.request.c
    older = sa.tuple_(row.at_ms, row.id) < sa.tuple_(request.at_ms, request.id)
    signed = sa.select(row.id).where(row.at_ms >= since_ms, older, row.second == request.second)
    return connection.execute(signed.where(row.second_signature != "").limit(1)).scalar() is not None


def _signatures(connection: sa.Connection, request_id: str) -> tuple[str, str]:
    row = desk.request.c
    found = connection.execute(
        sa.select(row.signature, row.second_signature).where(row.id == clean(request_id))
    ).one_or_none()
    return ("", "") if found is None else (found.signature, found.second_signature)
