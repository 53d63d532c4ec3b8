"""Questions to the journals of what people did, and their export."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from app.errors import EnvironmentFault
from app.model.records import Journal, JournalEntry
from app.storage.contract import JournalQuery, RoomStore

__all__ = ["EXPORT_LIMIT", "PAGE", "AuditFilter", "AuditLines", "Exported", "audit_page", "export_audit"]

PAGE: Final = 200
"""Lines of one page."""
EXPORT_LIMIT: Final = 100_000
"""Lines of one export at most; more are for a narrower question."""
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at a cell's beginning."""
_WHO: Final = (Journal.AUDIT, Journal.COMMANDS)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which lines. Times UTC ms, end excluded; "" asks nothing. `place` is a path, and everything under it."""

    start_ms: int = 0
    end_ms: int = 1 << 62
    who: str = ""
    kind: str = ""
    place: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class AuditLines:
    """Lines of one page, newest first. `whole`: there are no older ones."""

    entries: tuple[JournalEntry, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Exported:
    """`whole` is False when there were more than EXPORT_LIMIT lines."""

    file: str
    rows: int
    whole: bool


def audit_page(asked: AuditFilter, after: JournalEntry | None = None) -> Callable[[RoomStore], AuditLines]:
    """Read a page; `after` is the last line of the page before."""

    def work(store: RoomStore) -> AuditLines:
        before = (after.at_ms, str(after.journal), after.seq) if after is not None else None
        entries = store.journal_query(replace(_query(asked), before=before))
        return AuditLines(entries, len(entries) < PAGE)

    return work


def export_audit(
    asked: AuditFilter, file: Path, heads: Sequence[str], cells: Callable[[JournalEntry], Sequence[str]]
) -> Callable[[RoomStore, Callable[[], bool]], Exported]:
    """Write lines into a CSV file, newest first, that spreadsheets open in any language. `cells` writes one line; it
    runs on the worker. Raises EnvironmentFault when the file cannot be written, or the room closes meanwhile; a
    half-written one is never left."""

    def work(store: RoomStore, ended: Callable[[], bool]) -> Exported:
        new = file.with_name(file.name + ".new")
        rows = 0
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with new.open("w", encoding="utf-8-sig", newline="") as out:
                writer = csv.writer(out)
                writer.writerow(heads)
                for entry in _all(store, asked):
                    writer.writerow([_harmless(cell) for cell in cells(entry)])
                    rows += 1
                    if ended():
                        raise OSError("the room closes")
                out.flush()
                os.fsync(out.fileno())
            new.replace(file)
        except OSError as error:
            with suppress(OSError):
                new.unlink()
            raise EnvironmentFault(f"{file}: {error.strerror or error}") from error
        return Exported(str(file), rows, rows < EXPORT_LIMIT)

    return work


def _query(asked: AuditFilter) -> JournalQuery:
    return JournalQuery(
        journals=_WHO,
        start_ms=asked.start_ms,
        end_ms=asked.end_ms,
        places=(asked.place,) if asked.place else (),
        kinds=(asked.kind,) if asked.kind else (),
        who=asked.who,
        text=asked.text,
        limit=PAGE,
    )


def _all(store: RoomStore, asked: AuditFilter) -> Iterator[JournalEntry]:
    last: JournalEntry | None = None
    for _ in range(EXPORT_LIMIT // PAGE):
        page = audit_page(asked, last)(store)
        yield from page.entries
        if page.whole:
            return
        last = page.entries[-1]


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_RISKY) else cell
