"""Writes all that a question to the journals finds into a file, page by page, on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from app.model.journal_rows import COLUMNS, Cell, Column, cells_of
from app.model.records import JournalEntry
from app.model.terms import Label
from app.storage.contract import JournalQuery, RoomStore
from app.storage.journal_walk import pages_of
from app.views.gateway.table_files import TableFile, open_file, trouble_of

__all__ = ["ENDED", "Exported", "Progress", "Tables", "export_journal", "export_tables"]

ENDED: Final = "ended"
"""The trouble of an export that a person ended, or the room."""
_WORDS: Final = (
    Column("place", Label("地点", "Place"), width=30),
    Column("text", Label("内容", "What happened"), width=60),
)

Describe = Callable[[JournalEntry], tuple[str, str]]
"""Returns place and sentence of an entry; called on the worker."""
Tables = Sequence[tuple[str, Sequence[Column], Sequence[Sequence[Cell]]]]
"""Title, columns and rows of each table."""


@dataclass(slots=True)
class Progress:
    """What both threads see of an export: whole numbers and a flag, each written by one side alone."""

    rows: int = 0
    at_ms: int = 0
    """Time of the last line written; lines go back in time."""
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Exported:
    """What became of it. `trouble` is "" when the file is in its place, ENDED, or a code of `table_files.trouble_of`;
    `words` are the system's."""

    file: Path
    rows: int
    trouble: str = ""
    words: str = ""
    heads: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    """Journal → number and hash of its newest line when the export began."""


def export_journal(
    query: JournalQuery,
    file: Path,
    *,
    zone: str,
    language: str,
    title: str,
    describe: Describe,
    facts: tuple[str, Mapping[str, str]],
    progress: Progress,
) -> Callable[[RoomStore, Callable[[], bool]], Exported]:
    """Return the work. `facts` are the title and lines of the sheet that says what was asked."""

    def work(store: RoomStore, ended: Callable[[], bool]) -> Exported:
        heads = {h.journal.value: (h.seq, h.hash) for h in store.journal_heads()}

        def fill(out: TableFile) -> bool:
            out.sheet(title, _with_words(COLUMNS))
            for page in pages_of(store, query):
                for entry in page:
                    out.row(_row(entry, describe))
                progress.rows += len(page)
                progress.at_ms = page[-1].at_ms
                if progress.cancelled or ended():
                    return False
            chained = {f"SHA-256 {name}": f"{seq}  {hash_}" for name, (seq, hash_) in heads.items()}
            out.facts(facts[0], {**facts[1], "rows": str(progress.rows), **chained})
            return True

        return _written(file, zone, language, fill, progress, heads)

    return work


def export_tables(
    tables: Tables,
    file: Path,
    *,
    zone: str,
    language: str,
    facts: tuple[str, Mapping[str, str]],
    progress: Progress,
) -> Callable[[RoomStore, Callable[[], bool]], Exported]:
    """Return the work that writes finished tables, one sheet each. A CSV file has one table: give it one."""

    def work(_store: RoomStore, ended: Callable[[], bool]) -> Exported:
        def fill(out: TableFile) -> bool:
            for title, columns, rows in tables:
                out.sheet(title, columns)
                for row in rows:
                    out.row(row)
                progress.rows += len(rows)
            out.facts(*facts)
            return not (progress.cancelled or ended())

        return _written(file, zone, language, fill, progress, {})

    return work


def _written(
    file: Path,
    zone: str,
    language: str,
    fill: Callable[[TableFile], bool],
    progress: Progress,
    heads: Mapping[str, tuple[int, str]],
) -> Exported:
    """Fill a file and put it in its place. Whatever happens, no half of one stays."""
    try:
        out = open_file(file, ZoneInfo(zone), language)
    except OSError as error:
        return Exported(file, 0, *trouble_of(error))
    try:
        if not fill(out):
            out.abandon()
            return Exported(file, progress.rows, ENDED)
        out.finish()
    except OSError as error:
        out.abandon()
        return Exported(file, progress.rows, *trouble_of(error))
    except BaseException:
        out.abandon()
        raise
    return Exported(file, progress.rows, heads=heads)


def _with_words(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Return the columns with place and sentence behind the path."""
    at = 1 + next(i for i, c in enumerate(columns) if c.id == "what")
    return (*columns[:at], *_WORDS, *columns[at:])


def _row(entry: JournalEntry, describe: Describe) -> list[Cell]:
    row: list[Cell] = []
    for name, cell in cells_of(entry).items():
        row.append(cell)
        if name == "what":
            row.extend(describe(entry))
    return row
