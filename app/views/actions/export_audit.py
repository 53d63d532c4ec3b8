"""Write what the audit page asks for into a CSV file; that it was done is noted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from app.model.records import JournalEntry
from app.views.gateway.audit import AuditFilter, Exported, export_audit
from app.views.models.audit import audit_cells
from app.views.room import Room
from app.views.state.sentences import JOURNAL_NAMES, Names

__all__ = ["HEADS", "export"]

HEADS = ("time", "who", "workstation", "place", "what", "reason", "journal", "seq", "kind", "path", "utc_ms", "hash")


def export(
    room: Room, asked: AuditFilter, file: Path, done: Callable[[Exported], None], failed: Callable[[str], None]
) -> None:
    """Read and write on a worker."""
    site = room.applied.site if room.applied is not None else None
    cells = partial(_cells, Names(site, room.language), site.timezone if site is not None else "UTC")
    room.read_long(export_audit(asked, file, HEADS, cells), partial(_exported, room, done), failed)


def _exported(room: Room, done: Callable[[Exported], None], exported: Exported) -> None:
    room.note_act("exported", "audit", {"file": exported.file, "rows": exported.rows, "whole": exported.whole})
    done(exported)


def _cells(names: Names, zone: str, entry: JournalEntry) -> tuple[str, ...]:
    journal = JOURNAL_NAMES[entry.journal].get(names.language)
    reason = str(entry.detail.get("reason") or "")
    tail = (reason, journal, str(entry.seq), entry.kind, entry.what, str(entry.at_ms), entry.hash)
    return (*audit_cells(entry, names, zone), *tail)
