"""Which command a request was, as the journal of commands says."""

from __future__ import annotations

from app.model.records import Journal, JournalEntry
from app.storage.contract import JournalQuery, RoomStore

__all__ = ["intent_of"]


def intent_of(store: RoomStore, request: str) -> JournalEntry | None:
    """Return the line that was written before the command of `request` was sent: `what` is the equipment, `detail` has
    the `verb`, `who` asked for it. None for "" or when no line tells of it."""
    if not request:
        return None
    query = JournalQuery(journals=(Journal.COMMANDS,), kinds=("intent",), text=request)
    return next((e for e in store.journal_query(query) if e.detail.get("request") == request), None)
