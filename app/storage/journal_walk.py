"""Walks through all lines that a question to the journals finds, page by page, however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final, Protocol

from app.model.records import JournalEntry
from app.storage.contract import JournalQuery

__all__ = ["PAGE", "after", "pages_of"]

PAGE: Final = 1_000


class _Asked(Protocol):
    def journal_query(self, query: JournalQuery) -> tuple[JournalEntry, ...]: ...


def after(query: JournalQuery, last: JournalEntry) -> JournalQuery:
    """Return the question for the page behind a line."""
    return replace(query, before=(last.at_ms, last.journal.value, last.seq))


def pages_of(store: _Asked, query: JournalQuery, *, size: int = PAGE) -> Iterator[tuple[JournalEntry, ...]]:
    """Yield pages of `size` lines, newest first; `query.limit` is not looked at. Lines that are written meanwhile are
    newer than the first page and do not move the others."""
    query = replace(query, limit=size)
    while page := store.journal_query(query):
        yield page
        if len(page) < size:
            return
        query = after(query, page[-1])
