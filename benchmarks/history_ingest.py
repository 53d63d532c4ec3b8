"""What history costs: how many samples a second go through it on one core, and whether a tick waits for it.

`python -m benchmarks.history_ingest [--hours 2] [--seconds 40]`. Three measurements, each beside a reference of the
same run:

* sustained: frames are encoded, committed and pruned, packed, merged and rolled up, one after the other in one thread,
  as fast as they go; beside it the same samples as rows in SQLite;
* at the 2,000 samples a second of the mix, one commit each 200 ms: our CPU for a second of that, beside the same
  commits with empty frames, which an engine makes anyway;
* an engine process that finds two hours of frames which history does not have yet, so that packing, merges, rollups
  and pruning all run at once while it ticks: how late its ticks begin, beside the same engine without a historian.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.clock import SystemClock
from app.series.frames import encode
from app.storage.contract import DELTA, FrameRow, Tick
from app.storage.opening import create_store, open_engine_store, open_history_store
from benchmarks.figures import Figure, show
from benchmarks.history_house import House
from benchmarks.history_mix import Mix
from benchmarks.history_references import sqlite_rows
from tests.helpers.house import until
from tests.helpers.sources import ROOT

__all__ = ["run"]

SUSTAINED, CPU_PERCENT, LATE_MS = 500_000.0, 1.0, 50.0
ROWS_S = 60
BACKLOG_S = 7_800
"""Two hours and ten minutes: at least one whole hour is to be merged, whenever that begins."""
WARM_UP_S = 3.0


def run(hours: float = 2.0, seconds: float = 40.0, place: Path | None = None) -> list[Figure]:
    """Measure everything."""
    place = place or ROOT / "var"
    place.mkdir(exist_ok=True)
    figures = []
    for measure in (lambda f: _sustained(f, hours), _at_two_thousand, lambda f: _ticks(f, seconds)):
        with tempfile.TemporaryDirectory(dir=place) as folder:
            figures += measure(Path(folder))
    return figures


def _sustained(folder: Path, hours: float) -> list[Figure]:
    house, wall = House(str(folder / "store")), 0.0
    for part in Mix().slices(round(hours * 3_600)):
        began = time.perf_counter()
        house.feed(part)
        house.work()
        wall += time.perf_counter() - began
    began = time.perf_counter()
    house.settle()
    wall += time.perf_counter() - began
    house.close()
    rows = sqlite_rows(folder / "rows", Mix().slices(ROWS_S), sync=True)
    cpu = house.cpu_s.total()
    return [
        Figure("history: samples a second of one core, sustained", house.samples / cpu, "1/s", limit=SUSTAINED,
               at_least=True, reference=rows.samples / rows.cpu_s, reference_name="rows in SQLite"),
        Figure("history: the same by the clock on the wall", house.samples / wall, "1/s",
               reference=rows.samples / rows.wall_s, reference_name="rows in SQLite"),
        *(Figure(f"history: CPU for a sample, {part}", 1e6 * s / house.samples, "µs")
          for part, s in house.cpu_s.most_common()),
        Figure("history: longest step of the historian", 1e3 * house.longest_step_s, "ms"),
    ]  # fmt: skip


def _at_two_thousand(folder: Path, seconds: int = 3_600) -> list[Figure]:
    """An hour in which nothing is saved by committing many ticks together."""
    house = House(str(folder / "store"), together=1)
    for part in Mix().slices(seconds):
        house.feed(part)
        house.work()
    house.settle()
    house.close()
    percent = 100 * house.cpu_s.total() / seconds
    empty = 100 * _empty_commits(folder / "empty", seconds // 6) / (seconds // 6)
    parts = (Figure(f"history at 2,000 samples/s: CPU, {part}", 100 * s / seconds, "% of a core")
             for part, s in house.cpu_s.most_common())  # fmt: skip
    return [
        Figure("history at 2,000 samples/s: CPU with every commit", percent, "% of a core", limit=CPU_PERCENT,
               reference=empty, reference_name="the same commits with empty frames"),
        Figure("history at 2,000 samples/s: CPU beyond that", percent - empty, "% of a core"),
        *parts,
    ]  # fmt: skip


def _empty_commits(folder: Path, seconds: int) -> float:
    """Return the CPU seconds of the commits that an engine makes when nothing changes."""
    create_store(str(folder), demo=True)
    store = open_engine_store(str(folder), clock=SystemClock())
    store.take_lease("benchmark")
    began = time.process_time()
    for tick in range(5 * seconds):
        t = 1_800_000_000_000 + 200 * tick
        store.commit(Tick(frames=(FrameRow(t, DELTA, encode((), t=t, revision=1)),), prune_before_ms=t - 60_000))
    taken = time.process_time() - began
    store.release_lease()
    store.close()
    return taken


@dataclass(frozen=True, slots=True)
class _Ticks:
    """What an engine noted: how late each tick began, how long it took, how long commits took; ms."""

    late: np.ndarray[tuple[int], np.dtype[np.float64]]
    took: np.ndarray[tuple[int], np.dtype[np.float64]]
    commit: np.ndarray[tuple[int], np.dtype[np.float64]]
    idle_ms: float
    """How late a process that only sleeps woke at worst, at the same time on the same machine."""


def _ticks(folder: Path, seconds: float) -> list[Figure]:
    """The engine without a historian runs first; the other then finds the same frames, and a little more."""
    address = str(folder / "store")
    start_ms = _make_backlog(address)
    without = _run_engine(address, seconds / 2, "--without-historian")
    with_it = _run_engine(address, seconds)
    taken = _taken_ms(address) - start_ms
    beside = {"reference": float(without.late.max()), "reference_name": "the same engine without a historian"}
    commits = {"reference": float(without.commit.max()), "reference_name": "the same engine without a historian"}
    return [
        Figure("engine while history catches up: minutes of frames taken", taken / 60_000, "min",
               limit=BACKLOG_S // 600 * 10 - 10, at_least=True),
        Figure("engine while history catches up: a tick begins late, longest", float(with_it.late.max()), "ms",
               limit=LATE_MS, **beside),
        Figure("engine while history catches up: a process that only sleeps, at the same time, wakes late, longest",
               with_it.idle_ms, "ms", reference=without.idle_ms, reference_name="without a historian"),
        Figure("engine while history catches up: a tick begins late, p99", float(np.percentile(with_it.late, 99)), "ms",
               reference=float(np.percentile(without.late, 99)), reference_name="without a historian"),
        Figure("engine while history catches up: a tick's own work, longest", float(with_it.took.max()), "ms",
               reference=float(without.took.max()), reference_name="without a historian"),
        Figure("engine while history catches up: a commit, longest", float(with_it.commit.max()), "ms", **commits),
    ]  # fmt: skip


def _sleep_ms(seconds: float) -> float:
    """Sleep in steps of 5 ms; return how late the latest was, ms."""
    latest, end = 0.0, time.monotonic() + seconds
    while (began := time.monotonic()) < end:
        time.sleep(0.005)
        latest = max(latest, time.monotonic() - began - 0.005)
    return 1e3 * latest


def _taken_ms(address: str) -> int:
    """Return until when history has frames."""
    store = open_history_store(address)
    mark = store.mark()
    store.close()
    return 0 if mark is None else mark.t_ms


def _make_backlog(address: str) -> int:
    """Leave frames of the last two hours in a new store, as an engine whose historian did not run would. Returns when
    they begin."""
    start = (time.time_ns() // 1_000_000 - BACKLOG_S * 1000) // 60_000 * 60_000
    house = House(address, start_ms=start)
    for part in Mix(start_ms=start).slices(BACKLOG_S):
        house.feed(part, prune=False)
    house.close()
    return start


def _run_engine(address: str, seconds: float, *words: str) -> _Ticks:
    with _engine(address, *words) as engine:
        time.sleep(WARM_UP_S)
        idle = _sleep_ms(seconds)
        engine.send_signal(signal.SIGTERM)
        said = engine.communicate(timeout=60)[0]
    ticks = np.array(json.loads(said), dtype=np.float64)
    ticks = ticks[ticks[:, 0] > ticks[0, 0] + WARM_UP_S]
    return _Ticks(ticks[:, 1], ticks[:, 2], ticks[:, 3], idle)


@contextmanager
def _engine(address: str, *words: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "benchmarks.history_engine", address, *words]
    engine = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        if not until(lambda: engine.poll() is not None, timeout_s=0.5) and engine.poll() is None:
            yield engine
        else:
            raise RuntimeError(f"the engine ended with {engine.returncode}")
    finally:
        engine.kill()
        engine.communicate()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--seconds", type=float, default=40.0)
    asked = parser.parse_args()
    sys.exit(0 if show(run(asked.hours, asked.seconds)) else 1)
