"""The chained journals: each entry's hash is SHA-256 over the previous hash and the entry's canonical JSON.

A changed, removed or inserted entry breaks the chain from there on; a cut tail shows against a recorded head.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

import sqlalchemy as sa

from app.model.records import Journal, JournalEntry, JournalHead
from app.model.spec_json import to_json_text
from app.storage.canonical import clean, from_text, to_text
from app.storage.row_checks import UNREADABLE
from app.storage.tables_live import journal

__all__ = ["FIRST", "append_entries", "entry_of", "read_heads", "row_hash"]

FIRST: Final = hashlib.sha256(b"qianliyan journal").hexdigest()
"""The hash before the first entry."""

_COVERED: Final = ("journal", "seq", "kind", "at_ms", "what", "who", "place", "detail")
_COVERED_IF_SET: Final = ("area", "priority", "frame")


def append_entries(
    connection: sa.Connection, entries: Iterable[JournalEntry], heads: dict[Journal, JournalHead], *, frame: int
) -> None:
    """Write entries behind the heads of their journals, in one statement, and move the heads on. `frame` is the number
    of the newest frame that is committed with them or before."""
    rows = []
    for entry in entries:
        head = heads[entry.journal]
        row = _row(entry, head, frame)
        heads[entry.journal] = JournalHead(entry.journal, row["seq"], row["hash"])
        rows.append(row)
    if rows:
        connection.execute(sa.insert(journal), rows)


def _row(entry: JournalEntry, head: JournalHead, frame: int) -> dict[str, Any]:
    row: dict[str, Any] = {
        "journal": entry.journal.value,
        "seq": head.seq + 1,
        "kind": clean(entry.kind),
        "at_ms": entry.at_ms,
        "what": clean(entry.what),
        "who": clean(entry.who),
        "place": clean(entry.where),
        "detail": to_text(entry.detail),
        "area": clean(entry.area),
        "priority": entry.priority,
        "frame": frame,
    }
    row["hash"] = row_hash(head.hash, row)
    return row


def row_hash(before: str, row: Mapping[str, Any]) -> str:
    """Return the hash of a row (without its own) behind the hash `before`. `detail` enters as the text that is
    stored, so that a check needs no agreement about numbers between programs. Area, priority and
    frame enter only where they are set: entries from before they existed keep their hashes."""
    names = (*_COVERED, *(name for name in _COVERED_IF_SET if row[name]))
    covered = to_json_text({name: row[name] for name in names})
    return hashlib.sha256(bytes.fromhex(before) + covered.encode()).hexdigest()


def entry_of(row: sa.Row[Any]) -> JournalEntry:
    """Return a stored row as a record. A detail that is no object of ours, because somebody changed it, stands there as
    the text that it is: it must not hide the other entries, nor itself."""
    return JournalEntry(
        journal=Journal(row.journal),
        kind=row.kind,
        at_ms=row.at_ms,
        what=row.what,
        who=row.who,
        where=row.place,
        detail=_detail_of(row),
        area=row.area,
        priority=row.priority,
        frame=row.frame,
        seq=row.seq,
        hash=row.hash,
    )


def _detail_of(row: sa.Row[Any]) -> dict[str, Any]:
    try:
        found = from_text(row.detail)
    except UNREADABLE:
        found = None
    return found if isinstance(found, dict) else {"damaged": str(row.detail)}


def read_heads(connection: sa.Connection) -> dict[Journal, JournalHead]:
    """Return the head of every journal; one without entries has number 0."""
    heads = {kind: JournalHead(kind, 0, FIRST) for kind in Journal}
    newest = sa.select(journal.c.journal, sa.func.max(journal.c.seq).label("seq")).group_by(journal.c.journal)
    last = newest.subquery()
    same = (journal.c.journal == last.c.journal) & (journal.c.seq == last.c.seq)
    for row in connection.execute(sa.select(journal.c.journal, journal.c.seq, journal.c.hash).join(last, same)):
        heads[Journal(row.journal)] = JournalHead(Journal(row.journal), row.seq, row.hash)
    return heads
