"""Import of a long CSV file into a store on SQLite: rows a second, memory, how soon it ends when somebody asks.

`python -m benchmarks.import_history --full` takes the 50 million rows of the acceptance (a file of 2 GB and some
minutes); without it, and in `make bench`, a tenth. One row in a thousand is broken. Beside it, in the same run: the
same file merely read by `pyarrow.csv`, and rows put into a table by `csv` and `sqlite3`, as anybody would begin.
"""

from __future__ import annotations

import argparse
import csv
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.csv as pacsv

from app.clock import SystemClock
from app.errors import Cancelled
from app.exchange.headings import TagList
from app.exchange.holding import HeldHistory
from app.exchange.importing import Import, ImportFile
from app.exchange.refusals import RefusalReport
from app.exchange.samples_of import HowToRead
from app.exchange.sources import open_source
from app.exchange.standing import Standing
from app.exchange.time_cells import iso_cells
from app.exchange.time_text import TimeFormat
from app.storage.history_contract import never
from app.storage.history_reading import open_history_reader
from app.storage.opening import create_store, open_engine_store, open_history_store
from benchmarks.figures import Figure, console_for_figures, show

__all__ = ["run"]

ROWS, FULL = 5_000_000, 50_000_000
TAGS: Final = 2_000
ZONE: Final = ZoneInfo("Asia/Shanghai")
START_MS: Final = 1_735_689_600_000
EVERY_MS: Final = 10_000
BROKEN: Final = 1_000
"""One row in so many is broken."""
ROUND: Final = 100
PLAIN_ROWS: Final = 1_000_000
CANCEL_AFTER_ROWS: Final = 2_000_000
MOST_MS: Final = 1 << 42


def run(rows: int = ROWS) -> list[Figure]:
    """Measure."""
    with tempfile.TemporaryDirectory(prefix="qianliyan-import-") as name:
        folder = Path(name)
        file = folder / "history.csv"
        broken = write_file(file, rows)
        size = file.stat().st_size / 1e6
        first = _imported(file, folder / "store", folder / "refused.csv")
        if (first.added, first.refused) != (rows - broken, broken):
            raise AssertionError(
                f"{first.added} samples imported and {first.refused} refused of {rows}, {broken} broken"
            )
        few = min(rows, ROWS)
        again = _imported(_beginning(file, folder / "again.csv", few), folder / "store", None)
        if again.added or again.repeated != few - few // BROKEN:
            raise AssertionError(f"the second import added {again.added} and knew {again.repeated}")
        stored = sum(p.stat().st_size for p in (folder / "store").rglob("*") if p.is_file())
        cancel_s = _cancelled(file, folder / "ended")
        read = rows / _timed(lambda: _plain_read(file))
        plain = min(rows, PLAIN_ROWS)
        inserted = plain / _timed(lambda: _plain_insert(file, folder / "plain.db", plain))
        what = f"{rows / 1e6:g} million rows, {size:,.0f} MB"
        return [
            Figure(f"import of {what}", first.rate, "rows/s", 100_000, True, read, "pyarrow.csv only reads it"),
            Figure(
                "the same, beside rows in SQLite", first.rate, "rows/s", None, True, inserted, "csv and executemany"
            ),
            Figure("growth of memory meanwhile", first.grown_mb, "MB", 300),
            Figure(f"import of its first {few / 1e6:g} million once more: nothing added", again.rate, "rows/s"),
            Figure("growth of memory meanwhile, once more", again.grown_mb, "MB", 300),
            Figure("from Ctrl-C to the end of an import", cancel_s, "s", 2.0),
            Figure("store after it", stored / max(1, first.added), "bytes/sample"),
        ]


def write_file(file: Path, rows: int) -> int:
    """Write a long file in the order of time: polls of 2,000 tags every 10 s. Returns how many rows are broken."""
    rng = np.random.default_rng(4)
    paths = pa.array([f"ps{i // 20:03d}/t{i % 20:02d}" for i in range(TAGS)])
    level = rng.uniform(0, 100, TAGS)
    garbage = pa.array(["", "n/a", '"1,5"', "--"])
    broken = done = 0
    with file.open("wb") as out:
        out.write(b"time,tag,value\n")
        while done < rows:
            polls = min(ROUND, -(-(rows - done) // TAGS))
            count = min(polls * TAGS, rows - done)
            ms = START_MS + (done // TAGS + np.arange(polls)) * EVERY_MS
            walk = level + np.cumsum(rng.normal(0, 0.1, (polls, TAGS)), axis=0)
            level = walk[-1]
            texts = pa.array(np.round(walk.ravel()[:count], 2)).cast(pa.string())
            wrong = np.arange(done, done + count) % BROKEN == BROKEN - 1
            texts = pa.compute.if_else(pa.array(wrong), garbage.take(pa.array(np.arange(count) % 4)), texts)
            broken += int(wrong.sum())
            times = iso_cells(ms, ZONE).take(pa.array(np.repeat(np.arange(polls), TAGS)[:count]))
            tags = paths.take(pa.array(np.tile(np.arange(TAGS), polls)[:count]))
            batch = pa.record_batch([times, tags, texts], names=["time", "tag", "value"])
            pacsv.write_csv(pa.table([*batch.columns], names=batch.schema.names), out, _HOW)
            done += count
    return broken


def _beginning(file: Path, target: Path, rows: int) -> Path:
    """Copy the headings and so many rows."""
    with file.open("rb") as whole, target.open("wb") as part:
        part.writelines(islice(whole, rows + 1))
    return target


_HOW: Final = pacsv.WriteOptions(include_header=False, quoting_style="none")


@dataclass(frozen=True, slots=True)
class _Measured:
    rate: float
    grown_mb: float
    added: int
    repeated: int
    refused: int


def _imported(file: Path, store: Path, report: Path | None) -> _Measured:
    with _import(file, store, report) as task, _memory() as grown:
        taken = _timed(lambda: task.run(never))
        task.report.finish()
    now = task.progress
    return _Measured(now.rows / taken, grown(), now.added, now.repeated, now.refused)


def _cancelled(file: Path, store: Path) -> float:
    """Return how long an import runs on after it was asked to end, at worst of some places in it."""
    worst = 0.0
    for part in (0.3, 0.62, 0.75, 1.0):
        with _import(file, store / f"{part}", None) as task:
            asked: list[float] = []
            wanted = min(CANCEL_AFTER_ROWS * part, task.files[0].source.size / 60)

            def stop(task: Import = task, asked: list[float] = asked, wanted: float = wanted) -> bool:
                return bool(asked)

            watcher = threading.Thread(target=_ask, args=(task, asked, wanted))
            watcher.start()
            try:
                task.run(stop)
            except Cancelled:
                worst = max(worst, time.monotonic() - asked[0])
            watcher.join()
    return worst


def _ask(task: Import, asked: list[float], wanted: float) -> None:
    """Ask once so many rows have been read: from another thread, so that it comes in the middle of anything."""
    while task.progress.rows < wanted:
        time.sleep(0.001)
    asked.append(time.monotonic())


@contextmanager
def _import(file: Path, store: Path, report: Path | None) -> Iterator[Import]:
    """Give an import into a store, held as the terminal holds it."""
    create_store(str(store), demo=True)
    paths = tuple(f"ps{i // 20:03d}/t{i % 20:02d}" for i in range(TAGS))
    tags = TagList(paths, tuple(range(1, TAGS + 1)), {}, {path: i for i, path in enumerate(paths)})
    how = HowToRead(TimeFormat("iso", ZONE), ".", 0, MOST_MS)
    clock = SystemClock()
    owner = open_engine_store(str(store), clock=clock)
    with (
        closing(owner),
        closing(open_history_store(str(store))) as history,
        closing(open_history_reader(str(store))) as reader,
    ):
        owner.take_lease("import")
        held = HeldHistory(owner, history, clock)
        task = Import(
            [ImportFile.of(open_source(file), how, tags)], tags, RefusalReport(report), held.next_revision(),
            clock.now_ms(), held, Standing(reader, tags.numbers, never).without_known,
        )  # fmt: skip
        yield task
        owner.release_lease()


@contextmanager
def _memory() -> Iterator[Callable[[], float]]:
    """Give the growth of this process's memory in MB at its highest, looked at every 10 ms."""
    process = psutil.Process()
    before = highest = process.memory_info().rss
    over = threading.Event()

    def watch() -> None:
        nonlocal highest
        while not over.wait(0.01):
            highest = max(highest, process.memory_info().rss)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield lambda: (highest - before) / 1e6
    finally:
        over.set()
        watcher.join()


def _plain_read(file: Path) -> None:
    strings = pacsv.ConvertOptions(column_types={n: pa.string() for n in ("time", "tag", "value")})
    with pacsv.open_csv(file, convert_options=strings) as reader:
        for _ in reader:
            pass


def _plain_insert(file: Path, target: Path, rows: int) -> None:
    with closing(sqlite3.connect(target)) as database, file.open(encoding="utf-8", newline="") as text:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE sample (time TEXT, tag TEXT, value TEXT)")
        lines = csv.reader(text)
        next(lines)
        batch = (line for _, line in zip(range(rows), lines, strict=False))
        database.executemany("INSERT INTO sample VALUES (?, ?, ?)", batch)
        database.commit()


def _timed(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="50 million rows")
    parser.add_argument("--rows", type=int, default=ROWS)
    options = parser.parse_args()
    raise SystemExit(0 if show(run(FULL if options.full else options.rows), console_for_figures()) else 1)
