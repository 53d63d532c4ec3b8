"""Where the bytes of a SQLite history lie: by what they say, and what the pages around them cost."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

from app.series.packing import BLOCK, unseal

__all__ = ["checkpoint", "history_files", "parts_of"]


def history_files(folder: Path) -> list[Path]:
    """Return every file of the store that is history's, its logs among them."""
    return sorted(folder.glob("history*"))


def checkpoint(file: Path) -> None:
    """Bring a database's log into it."""
    with closing(sqlite3.connect(file)) as connection:
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise RuntimeError(f"{file.name} is in use: its log stays")


def parts_of(files: list[Path]) -> Counter[str]:
    """Return bytes by part; together they are the files' size. `freelist` is free within a file, to be used again."""
    parts: Counter[str] = Counter()
    for file in files:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as connection:
            parts += _parts_of_one(connection)
    return parts


def _parts_of_one(connection: sqlite3.Connection) -> Counter[str]:
    parts: Counter[str] = Counter()
    (page,) = connection.execute("PRAGMA page_size").fetchone()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if "block" in tables:
        for tag, payload in connection.execute("SELECT tag, payload FROM block"):
            for name, part in zip(("events", "values", "quality"), unseal(BLOCK, tag, payload, 3), strict=True):
                parts[name] += len(part)
        for (times,) in connection.execute("SELECT times FROM sample_group"):
            parts["times: frame numbers, source, receipt"] += len(times)
    for table, column in (("frame_times", "times"), ("state", "payload"), ("rollup", "payload")):
        if table in tables:
            parts[table] += _length(connection, table, column)
    if "minute_rollup" in tables:
        parts["minute_rollup"] += _length(connection, "minute_rollup", "payload")
    parts["freelist"] = free * page
    parts["keys, indexes, rest of pages"] = pages * page - sum(parts.values())
    return parts


def _length(connection: sqlite3.Connection, table: str, column: str) -> int:
    return int(connection.execute(f"SELECT coalesce(sum(length({column})), 0) FROM {table}").fetchone()[0])
