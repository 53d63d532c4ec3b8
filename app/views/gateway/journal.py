"""Reads for the journal page: the newest lines of a question, those behind them, and those that came since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from app.model.records import Journal, JournalEntry
from app.storage.canonical import clean, to_text
from app.storage.contract import JournalQuery, RoomStore
from app.storage.journal_walk import after

__all__ = ["PAGE", "JournalPage", "JournalQuery", "journal_first", "journal_newer", "journal_older", "matches"]

PAGE: Final = 500
_NEWER: Final = 2_000
"""Lines of one journal that one look for new ones takes at most; the next look goes on."""


@dataclass(frozen=True, slots=True)
class JournalPage:
    """Lines, newest first. `seen` is the number of the newest line of each journal that was looked at, whether it was
    wanted or not; `whole` says that there are no older ones."""

    entries: tuple[JournalEntry, ...]
    seen: Mapping[Journal, int] = field(default_factory=dict)
    whole: bool = False


def journal_first(query: JournalQuery) -> Callable[[RoomStore], JournalPage]:
    """Read the newest lines of a question."""

    def work(store: RoomStore) -> JournalPage:
        # Heads first: what comes in between is found again by the next look, and known by its number.
        seen = {head.journal: head.seq for head in store.journal_heads()}
        entries = store.journal_query(replace(query, limit=PAGE))
        return JournalPage(entries, seen, len(entries) < PAGE)

    return work


def journal_older(query: JournalQuery, last: JournalEntry) -> Callable[[RoomStore], JournalPage]:
    """Read the lines behind a line."""

    def work(store: RoomStore) -> JournalPage:
        entries = store.journal_query(after(replace(query, limit=PAGE), last))
        return JournalPage(entries, whole=len(entries) < PAGE)

    return work


def journal_newer(query: JournalQuery, seen: Mapping[Journal, int]) -> Callable[[RoomStore], JournalPage]:
    """Read what was appended behind `seen`, and return those lines that meet the question. By number, not by time:
    what a person did while the engine was away is appended later with its own time."""

    def work(store: RoomStore) -> JournalPage:
        now = dict(seen)
        found: list[JournalEntry] = []
        for journal in query.journals:
            lines = store.journal_after(journal, seen.get(journal, 0), _NEWER)
            if lines:
                now[journal] = lines[-1].seq
                found += [line for line in lines if matches(query, line)]
        found.sort(key=_place, reverse=True)
        return JournalPage(tuple(found), now)

    return work


def matches(query: JournalQuery, entry: JournalEntry) -> bool:
    """Return whether a line meets a question, as the store judges it."""
    wanted: tuple[tuple[object, tuple[object, ...]], ...] = (
        (entry.journal, query.journals), (entry.area, query.areas), (entry.kind, query.kinds),
        (entry.priority, query.priorities),
    )  # fmt: skip
    if not query.start_ms <= entry.at_ms < query.end_ms or (query.who and entry.who != query.who):
        return False
    if any(allowed and value not in allowed for value, allowed in wanted):
        return False
    if query.places and not any(_under(entry.what, place) for place in query.places):
        return False
    return not query.text or _says(entry, query.text)


def _under(path: str, place: str) -> bool:
    return path == place or path.startswith((f"{place}/", f"{place}:"))


def _says(entry: JournalEntry, text: str) -> bool:
    plain, written = _folded(clean(text)), _folded(to_text(text)[1:-1])
    texts = (entry.kind, entry.what, entry.who)
    return any(plain in _folded(t) for t in texts) or written in _folded(to_text(entry.detail))


def _folded(text: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in text)


def _place(entry: JournalEntry) -> tuple[int, str, int]:
    return entry.at_ms, entry.journal, entry.seq
