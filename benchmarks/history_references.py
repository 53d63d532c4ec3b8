"""The same samples kept plainly: rows in SQLite, DuckDB and PostgreSQL, for the history benchmarks to stand beside.

A row is tag, source time, value and quality: less than history keeps (no receipt time, no frame number), which
flatters the references. SQLite takes them second by second as they come, into one table whose key is (tag, time);
DuckDB takes them whole and sorted, its best case.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

import duckdb
import numpy as np
import psycopg
import pyarrow as pa
from numpy.typing import NDArray

from app.storage.sqlite import connect
from benchmarks.history_mix import Slice

__all__ = ["Kept", "Rows", "duck_rows", "postgres_rows", "sqlite_rows"]

_TABLE = "CREATE TABLE sample (tag INTEGER, t BIGINT, v DOUBLE PRECISION, q SMALLINT"


@dataclass(frozen=True, slots=True)
class Kept:
    """What a reference holds. `cpu_s` is ours (of PostgreSQL the client's alone)."""

    samples: int
    bytes: int
    wall_s: float
    cpu_s: float

    @property
    def per_sample(self) -> float:
        """Return bytes a sample on disk."""
        return self.bytes / self.samples


class _Watch:
    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> tuple[float, float]:
        return time.perf_counter() - self._wall, time.process_time() - self._cpu


def sqlite_rows(file: Path, slices: Iterable[Slice], *, sync: bool = False) -> Kept:
    """Fill a new file, a transaction for each second; `sync` waits for the disk each time."""
    connection = connect(file, mode="rwc", busy_s=1.0)
    connection.execute("PRAGMA journal_mode=WAL")
    if not sync:
        connection.execute("PRAGMA synchronous=OFF")
    connection.execute(f"{_TABLE}, PRIMARY KEY (tag, t)) WITHOUT ROWID")
    watch, samples = _Watch(), 0
    for part in slices:
        for second in range(part.seconds):
            tags, times, values = part.rows(slice(second, second + 1))
            rows = zip(tags.tolist(), times.tolist(), values.tolist(), part.quality[second].tolist(), strict=True)
            connection.execute("BEGIN")
            connection.executemany("INSERT INTO sample VALUES (?, ?, ?, ?)", rows)
            connection.execute("COMMIT")
        samples += part.samples
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    wall, cpu = watch.read()
    connection.close()
    return Kept(samples, file.stat().st_size, wall, cpu)


def duck_rows(file: Path, slices: Iterable[Slice]) -> Kept:
    """Fill a new file with everything sorted by tag and time."""
    parts = [(*part.rows(), part.quality.ravel()) for part in slices]
    tags, times, values, quality = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = np.lexsort((times, tags))
    names = ("tag", "t", "v", "q")
    table = pa.table({n: c[order] for n, c in zip(names, (tags, times, values, quality), strict=True)})
    watch = _Watch()
    with duckdb.connect(str(file)) as connection:
        connection.execute("SET threads = 1")
        connection.register("everything", table)
        connection.execute("CREATE TABLE sample AS SELECT * FROM everything")
        connection.execute("CHECKPOINT")
    wall, cpu = watch.read()
    return Kept(len(tags), file.stat().st_size, wall, cpu)


def postgres_rows(url: str, slices: Iterable[Slice]) -> Kept:
    """Fill a new table with a B-tree over (tag, time), by COPY."""
    watch, samples = _Watch(), 0
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"{_TABLE}, PRIMARY KEY (tag, t))".encode())
        for part in slices:
            tags, times, values = part.rows()
            rows = zip(tags.tolist(), times.tolist(), values.tolist(), part.quality.ravel().tolist(), strict=True)
            with connection.cursor().copy("COPY sample FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types(["int4", "int8", "float8", "int2"])
                for row in rows:
                    copy.write_row(row)
            samples += part.samples
        connection.execute("VACUUM ANALYZE sample")
        found = connection.execute("SELECT pg_total_relation_size('sample')").fetchone()
    assert found is not None
    return Kept(samples, int(found[0]), *watch.read())


class Rows:
    """Tables of rows to ask the questions of. Both are filled in the order of their key, their best case."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "rows.sqlite"
        self.duck = folder / "rows.duckdb"

    def fill(self, columns: Iterable[tuple[int, NDArray[np.int64], NDArray[np.float64]]]) -> None:
        """Take tags with their times and values, tag by tag and in order of time."""
        connection = connect(self.file, mode="rwc", busy_s=1.0)
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute(f"{_TABLE}, PRIMARY KEY (tag, t)) WITHOUT ROWID")
        with duckdb.connect(str(self.duck)) as duck:
            duck.execute(f"{_TABLE})")
            for tag, times, values in columns:
                connection.execute("BEGIN")
                rows = zip(repeat(tag), times.tolist(), values.tolist(), repeat(0), strict=False)
                connection.executemany("INSERT INTO sample VALUES (?, ?, ?, ?)", rows)
                connection.execute("COMMIT")
                n = len(times)
                table = {"tag": np.full(n, tag, np.int32), "t": times, "v": values, "q": np.zeros(n, np.int16)}
                duck.register("part", pa.table(table))
                duck.execute("INSERT INTO sample SELECT * FROM part")
            duck.execute("CHECKPOINT")
        connection.close()

    def raw_of_sqlite(self, tag: int, start_ms: int, end_ms: int) -> Callable[[], int]:
        """Return a question for one tag's samples as arrays."""
        connection = connect(self.file, mode="ro", busy_s=1.0)
        query = "SELECT t, v, q FROM sample WHERE tag = ? AND t >= ? AND t < ? ORDER BY t"
        return lambda: len(np.array(connection.execute(query, (tag, start_ms, end_ms)).fetchall()))

    def raw_of_duck(self, tag: int, start_ms: int, end_ms: int) -> Callable[[], int]:
        """Return a question for one tag's samples as arrays."""
        connection = duckdb.connect(str(self.duck), read_only=True)
        query = "SELECT t, v, q FROM sample WHERE tag = ? AND t >= ? AND t < ? ORDER BY t"
        return lambda: len(connection.execute(query, (tag, start_ms, end_ms)).fetchnumpy()["t"])

    def curves_of_sqlite(self, tags: Sequence[int], start_ms: int, end_ms: int, points: int) -> Callable[[], int]:
        """Return a question for least, greatest and mean value of so many buckets."""
        connection = connect(self.file, mode="ro", busy_s=1.0)
        query = _buckets(tags, start_ms, end_ms, points)
        return lambda: len(np.array(connection.execute(query).fetchall()))

    def curves_of_duck(self, tags: Sequence[int], start_ms: int, end_ms: int, points: int) -> Callable[[], int]:
        """Return a question for least, greatest and mean value of so many buckets."""
        connection = duckdb.connect(str(self.duck), read_only=True)
        query = _buckets(tags, start_ms, end_ms, points, divide="//")
        return lambda: len(connection.execute(query).fetchnumpy()["tag"])


def _buckets(tags: Sequence[int], start_ms: int, end_ms: int, points: int, *, divide: str = "/") -> str:
    width = max(1, (end_ms - start_ms) // points)
    places = ", ".join(str(int(tag)) for tag in tags)
    return (
        f"SELECT tag, (t - {start_ms}) {divide} {width} AS bucket, min(v), max(v), avg(v), max(q), count(*) "
        f"FROM sample WHERE tag IN ({places}) AND t >= {start_ms} AND t < {end_ms} GROUP BY 1, 2 ORDER BY 1, 2"
    )
