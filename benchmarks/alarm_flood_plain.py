"""The floor of the flood's journal: a plain `executemany` of the rows that the engine wrote, by the driver itself.

Same rows, same tables and indexes, same durability, as many of them in one transaction as the engine's ticks carried.
What the engine does besides (judging, chaining by SHA-256, canonical JSON, frames, lease) is not in it.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import sqlalchemy as sa

from app.model.records import Journal
from app.storage import tables_live as live
from app.storage.columns import LIVE_OWNER
from app.storage.opening import existing_backend
from app.storage.sqlite import connect
from benchmarks.frame_bus import store_on

__all__ = ["Plain", "plain_rows", "write_plainly"]

Rows = Sequence[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Plain:
    """What the rows cost: CPU of this process for one line and its alarm's row, and how long a transaction took."""

    cpu_us: float
    commit_p50_ms: float
    commit_p99_ms: float


def plain_rows(address: str, count: int) -> tuple[Rows, dict[str, tuple[Any, ...]]]:
    """Return the newest lines of the alarm journal, oldest first, and the rows of all alarms by path, as stored."""
    engine = existing_backend(address).reader(LIVE_OWNER)
    mine = live.journal.c.journal == Journal.ALARMS.value
    try:
        with engine.connect() as connection:
            query = sa.select(live.journal).where(mine).order_by(live.journal.c.seq.desc()).limit(count)
            lines = [tuple(row) for row in connection.execute(query)][::-1]
            alarms = {row.path: tuple(row) for row in connection.execute(sa.select(live.alarm))}
    finally:
        engine.dispose()
    return lines, alarms


def write_plainly(backend: str, place: Path, lines: Rows, alarms: dict[str, tuple[Any, ...]], per_tick: int) -> Plain:
    """Write the rows into a fresh store, `per_tick` lines in one transaction."""
    with store_on(backend, place) as address:
        if backend == "SQLite":
            with closing(connect(Path(address) / "live.sqlite", mode="rw", busy_s=1.0)) as file:
                return _timed(lines, alarms, per_tick, lambda some, rows: _sqlite(file, some, rows))
        with psycopg.connect(address) as server:
            return _timed(lines, alarms, per_tick, lambda some, rows: _postgres(server, some, rows))


def _timed(
    lines: Rows, alarms: dict[str, tuple[Any, ...]], per_tick: int, write: Callable[[Rows, Rows], None]
) -> Plain:
    what = [c.name for c in live.journal.columns].index("what")
    parts = [lines[i : i + per_tick] for i in range(0, len(lines), per_tick)]
    rows = [list({line[what]: alarms[line[what]] for line in part}.values()) for part in parts]
    taken, cpu = [], time.process_time()
    for part, changed in zip(parts, rows, strict=True):
        began = time.perf_counter()
        write(part, changed)
        taken.append(1e3 * (time.perf_counter() - began))
    cpu = time.process_time() - cpu
    p50, p99 = np.percentile(taken, (50, 99))
    return Plain(1e6 * cpu / len(lines), float(p50), float(p99))


def _sqlite(file: sqlite3.Connection, lines: Rows, rows: Rows) -> None:
    marks = ", ".join("?" * len(live.journal.columns))
    file.execute("BEGIN IMMEDIATE")
    file.executemany(f"INSERT INTO journal VALUES ({marks})", lines)
    file.executemany("INSERT OR REPLACE INTO alarm VALUES (?, ?, ?)", rows)
    file.execute("COMMIT")


def _postgres(server: psycopg.Connection[Any], lines: Rows, rows: Rows) -> None:
    marks = ", ".join(["%s"] * len(live.journal.columns))
    upsert = "ON CONFLICT (path) DO UPDATE SET revision = excluded.revision, body = excluded.body"
    with server.cursor() as cursor:
        cursor.executemany(f"INSERT INTO live.journal VALUES ({marks})".encode(), lines)
        cursor.executemany(f"INSERT INTO live.alarm VALUES (%s, %s, %s) {upsert}".encode(), rows)
    server.commit()
