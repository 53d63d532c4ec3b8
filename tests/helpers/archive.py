"""A store of the room in memory: journals, facts and lines as a test puts them in."""

from __future__ import annotations

from app.model.records import CommLine, Journal, JournalEntry, JournalHead, Lease, RawMessage
from app.storage.contract import FrameRow, JournalQuery, StoreFacts

__all__ = ["Archive"]


class Archive:
    """Has what pages read; everything is a plain list."""

    def __init__(self) -> None:
        self.entries: dict[Journal, list[JournalEntry]] = {j: [] for j in Journal}
        self.lines: list[CommLine] = []
        self.messages: list[RawMessage] = []
        self.asked_devices: list[str] = []

    def add(self, journal: Journal, kind: str, at_ms: int, what: str, who: str = "", **detail: object) -> None:
        """Append an entry; it gets the next number."""
        entries = self.entries[journal]
        number = len(entries) + 1
        entries.append(JournalEntry(journal, kind, at_ms, what, who, "ws", detail, seq=number, hash="00" * 32))

    def frames_between(self, start_ms: int, end_ms: int) -> tuple[FrameRow, ...]:
        return ()

    def journal_newest(self, journal: Journal, limit: int = 200) -> tuple[JournalEntry, ...]:
        return tuple(self.entries[journal][-limit:])

    def journal_after(self, journal: Journal, seq: int, limit: int = 500) -> tuple[JournalEntry, ...]:
        return tuple(e for e in self.entries[journal] if e.seq > seq)[:limit]

    def journal_query(self, query: JournalQuery) -> tuple[JournalEntry, ...]:
        """Newest first; of the conditions only journals, places and the limit are looked at."""
        found = [e for j in query.journals for e in self.entries[j] if not query.places or e.what in query.places]
        return tuple(sorted(found, key=_newest_first))[: query.limit]

    def journal_heads(self) -> tuple[JournalHead, ...]:
        return tuple(JournalHead(j, len(e), "00" * 32) for j, e in self.entries.items())

    def comm_newest(self, device: str = "", limit: int = 200) -> tuple[CommLine, ...]:
        self.asked_devices.append(device)
        return tuple(x for x in reversed(self.lines) if not device or x.device == device)[:limit]

    def raw_newest(self, device: str = "", limit: int = 50) -> tuple[RawMessage, ...]:
        return tuple(x for x in reversed(self.messages) if not device or x.device == device)[:limit]

    def lease(self) -> Lease:
        return Lease("ws process 1", 1_790_000_000, 0)

    def facts(self) -> StoreFacts:
        return StoreFacts("sqlite", "/somewhere/store", 12_000_000, 0.85, 4321, 1_789_999_000_000, True)


def _newest_first(entry: JournalEntry) -> tuple[int, int]:
    return (-entry.at_ms, -entry.seq)
