"""How fast history answers: warm, and cold, beside rows in SQLite and DuckDB that are asked the same.

`python -m benchmarks.history_reads [--days 365]`. The store holds a year of eight tags (a sample each ten seconds, by
the second on the last day) and two hours of 2,000 tags (benchmarks/history_year.py), with the historian's rollups.

Warm is the median of many questions of one reader in a process of its own, after a first one; beside it our CPU time,
since a busy machine makes every question wait. Cold: a process that has asked for another tag waits while every file of
the store is taken from the page cache, and then asks once; the pages that came in by it are dropped again and read
plainly. The median of some such processes must be within twice the warm limit plus the plain read.

The rows are what is feasible: the same year of one tag and 30 days of the others, in the order of their key.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from app.clock import SystemClock
from app.engine.historian.opening import open_parts
from app.engine.historian.plan import HistorianPlan
from app.engine.historian.work import Historian, HistorianStatus
from app.model.records import AppliedSite
from app.model.spec import Site
from app.storage.history_contract import HistoryReader
from app.storage.history_reading import open_history_reader
from app.storage.opening import create_store, open_engine_store
from benchmarks.cold import drop, read_plainly, resident
from benchmarks.figures import Figure, show
from benchmarks.history_engine import mix_site
from benchmarks.history_references import Rows
from benchmarks.history_year import DAY_MS, SLOW_TAGS, Year
from tests.helpers.sources import ROOT

__all__ = ["build", "run"]

POINTS: Final = 2_000
COLD_TIMES: Final = 5
LIMITS_MS: Final = {"day": 5.0, "year": 20.0, "month of eight": 100.0}
NAMES: Final = {
    "day": "1 tag × 1 day, every sample",
    "year": f"1 tag × 1 year at {POINTS:,} points",
    "month of eight": f"8 tags × 30 days at {POINTS:,} points",
    "instant": "one instant of 2,008 tags",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """How long a question took, on the wall and of our CPU, ms, and how much came."""

    ms: float
    cpu_ms: float
    entries: int


def question(name: str, end_ms: int, days: int) -> Callable[[HistoryReader, int], int]:
    """Return what is asked, the n-th time: another tag, another place."""
    year = days * DAY_MS

    def day(reader: HistoryReader, n: int) -> int:
        return len(reader.raw(SLOW_TAGS[n % 8], end_ms - DAY_MS, end_ms))

    def of_year(reader: HistoryReader, n: int) -> int:
        return len(reader.curves([SLOW_TAGS[n % 8]], end_ms - year, end_ms, POINTS).curves[0])

    def month(reader: HistoryReader, n: int) -> int:
        until = end_ms - (n % 5) * DAY_MS
        return sum(map(len, reader.curves(SLOW_TAGS, until - 30 * DAY_MS, until, POINTS).curves))

    def instant(reader: HistoryReader, n: int) -> int:
        moment = reader.moment(reader.seq_at(end_ms - 300_000 - 17_000 * (n % 300)))
        return 0 if moment is None else len(moment.state.tags)

    return {"day": day, "year": of_year, "month of eight": month, "instant": instant}[name]


def run(days: int = 365, place: Path | None = None) -> list[Figure]:
    """Build and measure."""
    place = place or ROOT / "var"
    place.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        store = Path(folder) / "store"
        began = time.perf_counter()
        year = Year(days)
        build(store, year, mix_site())
        figures = [Figure(f"history to read, {year.samples / 1e6:.0f} million samples: made in",
                          time.perf_counter() - began, "s")]  # fmt: skip
        rows = Rows(Path(folder))
        rows.fill(_rows_of(year))
        for name in NAMES:
            figures += _figures(name, store, year, rows)
        return figures


def build(store: Path, year: Year, site: Site) -> AppliedSite:
    """Make the store: samples, and what the historian makes of them."""
    create_store(str(store), demo=True)
    engine = open_engine_store(str(store), clock=SystemClock())
    epoch = engine.take_lease("benchmark").epoch
    applied = engine.apply_site(site, "benchmark", "benchmark")
    parts = open_parts(str(store))
    parts.store.lead(epoch)

    def roll_up() -> None:
        historian = Historian(
            parts.store, parts.frames_after, parts.reader, clock=SystemClock(), plan=HistorianPlan(),
            status=HistorianStatus(), site=lambda: applied.site, tell=_complain,
        )  # fmt: skip
        while not historian.step():
            pass

    year.write_to(parts.store, roll_up)
    parts.close()
    engine.close()
    return applied


def _complain(kind: str, **detail: object) -> None:
    raise RuntimeError(f"the historian tells: {kind} {detail}")


def _rows_of(year: Year) -> Iterable[tuple[int, Any, Any]]:
    """One tag's year, 30 days of the others."""
    times = np.concatenate([t for t, _ in year.kept])
    for i, tag in enumerate(SLOW_TAGS):
        values = np.concatenate([v[:, i] for _, v in year.kept])
        kept = times >= (year.end_ms - 35 * DAY_MS if i else 0)
        yield tag, times[kept], values[kept]


def _figures(name: str, store: Path, year: Year, rows: Rows) -> list[Figure]:
    ask = [str(store), name, str(year.end_ms), str(year.days)]
    warm = _child([*ask, "--times", "200" if name != "instant" else "20"])[1:]
    cold, plain = zip(*[_cold(store, ask) for _ in range(COLD_TIMES)], strict=True)
    cold_ms, plain_ms = float(np.median(cold)), float(np.median(plain))
    ms = float(np.median([a.ms for a in warm]))
    limit = LIMITS_MS.get(name)
    what = f"history, {NAMES[name]} ({warm[0].entries:,} entries)"
    return [
        Figure(f"{what}: warm", ms, "ms", limit=limit),
        Figure(f"{what}: warm, CPU", float(np.median([a.cpu_ms for a in warm])), "ms"),
        *(Figure(f"{what}: {where}, against it", ref / ms, "×", reference=None) for where, ref in
          _beside(name, year, rows).items()),
        Figure(f"{what}: cold", cold_ms, "ms", limit=None if limit is None else 2 * limit + plain_ms,
               reference=plain_ms, reference_name="for the same pages plainly"),
    ]  # fmt: skip


def _cold(store: Path, ask: list[str]) -> tuple[float, float]:
    """Return how long one question to files that are not in memory took, and the same pages plainly, ms."""
    files = [f for f in store.iterdir() if f.is_file() and not f.name.endswith("-shm")]
    drop(files)
    (asked,) = _child([*ask, "--times", "1"], before=lambda: drop(files))
    spans = resident(files)
    drop(files)
    return asked.ms, 1e3 * read_plainly(spans)


def _child(arguments: list[str], before: Callable[[], None] | None = None) -> list[Asked]:
    """Ask in a process of its own; `before` runs when it is ready."""
    child = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.history_reads", "--ask", *arguments],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdin is not None and child.stdout is not None
    child.stdout.readline()
    if before is not None:
        before()
    output, _ = child.communicate("go\n")
    if child.returncode:
        raise RuntimeError(f"a process of the benchmark ended with {child.returncode}")
    return [Asked(*one) for one in json.loads(output)]


def ask(store: str, name: str, end_ms: int, days: int, times: int) -> None:
    """Be such a process: open, ask for the last tag, say so, wait for a line, then ask and say how long it took."""
    reader = open_history_reader(store)
    asking = question(name, end_ms, days)
    asking(reader, 7)
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    taken = []
    for n in range(times):
        began, cpu = time.perf_counter(), time.process_time()
        entries = asking(reader, n)
        taken.append((1e3 * (time.perf_counter() - began), 1e3 * (time.process_time() - cpu), entries))
    json.dump(taken, sys.stdout)
    reader.close()


def _beside(name: str, year: Year, rows: Rows) -> dict[str, float]:
    """Ask the rows the same; ms."""
    end = year.end_ms
    match name:
        case "day":
            args = (SLOW_TAGS[0], end - DAY_MS, end)
            asked = {"SQLite": rows.raw_of_sqlite(*args), "DuckDB": rows.raw_of_duck(*args)}
        case "year":
            of = ([SLOW_TAGS[0]], end - year.days * DAY_MS, end, POINTS)
            asked = {"SQLite": rows.curves_of_sqlite(*of), "DuckDB": rows.curves_of_duck(*of)}
        case "month of eight":
            of = (list(SLOW_TAGS), end - 30 * DAY_MS, end, POINTS)
            asked = {"SQLite": rows.curves_of_sqlite(*of), "DuckDB": rows.curves_of_duck(*of)}
        case _:
            return {}
    return {where: _median_ms(once) for where, once in asked.items()}


def _median_ms(once: Callable[[], int], times: int = 5) -> float:
    once()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        once()
        taken.append(1e3 * (time.perf_counter() - began))
    return float(np.median(taken))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--ask", nargs=4, metavar=("STORE", "WHAT", "END", "DAYS"), help=argparse.SUPPRESS)
    parser.add_argument("--times", type=int, default=1, help=argparse.SUPPRESS)
    asked_for = parser.parse_args()
    if asked_for.ask:
        where, what, end, of = asked_for.ask
        ask(where, what, int(end), int(of), asked_for.times)
        sys.exit(0)
    sys.exit(0 if show(run(asked_for.days)) else 1)
