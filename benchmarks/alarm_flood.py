"""A flood of alarms through the whole house: Modbus server → engine process → store → the real room.

`python -m benchmarks.alarm_flood --seconds 60`, on SQLite and on PostgreSQL. 10,000 alarms stand; then registers cross
their limits 500 times a second. Every crossing must be a line of the journal, by its very value; a crossing's age is
counted from the source's own stamp, so the wait for the scan (100 ms), the tick (200 ms), the commit and the room's
beat (100 ms) are all in it. Beside it, in the same run: an idle Qt loop at the same time on the same machine, the same
engine with the same site and no alarms, a plain executemany of the same rows, the disk's own fsync. Meanwhile somebody
at another workstation acknowledges four alarms a second: how old that is when this room shows it is measured too.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from app.cli.demo.actors import Actor
from app.cli.demo.observer import Observer
from app.model.alarms.status import AlarmChange, AlarmState
from app.model.records import Journal, JournalEntry
from app.storage.contract import RoomStore
from app.storage.opening import open_room_store
from app.storage.verify import verify_store
from benchmarks.alarm_flood_desk import Acknowledger
from benchmarks.alarm_flood_house import (
    MOVING,
    PLCS,
    STANDING,
    Source,
    change_of,
    engine_on,
    flood_site,
    place_of,
    source,
    without_alarms,
)
from benchmarks.alarm_flood_plain import Plain, plain_rows, write_plainly
from benchmarks.figures import Figure, show
from benchmarks.frame_bus import fsync_ms, store_on
from tests.helpers.house import until
from tests.helpers.sources import ROOT

__all__ = ["run"]

RATE, TICK_S = 500.0, 0.2
ROWS = PLCS * STANDING
WARM_UP_S = 5.0
LATENCY_MS, SILENCE_MS, SILENCES = 500.0, 100.0, 3.0
PRESSURE = Path("/proc/pressure/cpu")
MOVES = tuple(kind.value for kind in (AlarmChange.RAISED, AlarmChange.REALARMED, AlarmChange.RETURNED))


@dataclass(frozen=True, slots=True)
class Cpu:
    """Per cent of a core: the engine's loop, and its other threads (writer, desk)."""

    loop: float
    threads: float

    @property
    def total(self) -> float:
        return self.loop + self.threads


class Meter:
    """Counts the CPU time of an engine from its making on."""

    def __init__(self, engine: Actor) -> None:
        self._process = psutil.Process(engine.pid)
        self._began, self._before = time.monotonic(), self._times()

    def read(self) -> Cpu:
        """Return what was used since."""
        wall = time.monotonic() - self._began
        loop, threads = (100 * (now - before) / wall for now, before in zip(self._times(), self._before, strict=True))
        return Cpu(loop, threads)

    def _times(self) -> tuple[float, float]:
        each = {t.id: t.user_time + t.system_time for t in self._process.threads()}
        loop = each.pop(self._process.pid)
        return loop, sum(each.values())


def waited_s() -> float:
    """Return for how long, since the machine's start, something waited for a core; NaN where the system does not say.
    Linux counts it (/proc/pressure/cpu)."""
    try:
        some = PRESSURE.read_text().splitlines()[0]
    except OSError:
        return float("nan")
    return int(some.rpartition("total=")[2]) / 1e6


@dataclass(slots=True)
class Flood:
    """What one flood gave. `waited` is the share of the time in which something waited for a core, per cent."""

    room: dict[str, Any]
    idle: dict[str, Any]
    cpu: Cpu
    waited: float
    lines: list[JournalEntry]
    book_ms: list[float]
    banner_ms: list[float]
    acked_ms: list[float]
    expected: int
    listed_s: float
    plain: Plain
    faults: list[str]


class Child:
    """A process of the benchmark with a screen that nobody sees; a context that ends it. It speaks in lines of JSON."""

    def __init__(self, log: Path, *words: str) -> None:
        self._log = log
        self._said = log.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=ROOT,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
        )

    def tell(self, line: str) -> None:
        """Write a line to its standard input."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        """Wait for its next line. Raises RuntimeError with its last words when it has ended."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            code, words = self.process.wait(), self._log.read_text(errors="replace")[-800:]
            raise RuntimeError(f"{self.process.args} ended with {code}: {words}")
        said: dict[str, Any] = json.loads(line)
        return said

    def __enter__(self) -> Child:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()
        self._said.close()


def flood(backend: str, place: Path, seconds: float) -> Flood:
    """Let one flood run over a fresh store."""
    with (
        store_on(backend, place) as address,
        tempfile.TemporaryDirectory(dir=place) as folder,
        source(RATE) as plcs,
        engine_on(address, flood_site(plcs.ports), Path(folder) / "engine") as engine,
    ):
        seen = Path(folder) / "seen.json"
        began = time.monotonic()
        with Child(Path(folder) / "room.log", "benchmarks.alarm_flood_room", address, str(ROWS), str(seen)) as room:
            room.hear()
            listed_s = time.monotonic() - began
            plcs.go()
            time.sleep(WARM_UP_S)
            with Child(Path(folder) / "idle.log", "benchmarks.alarms_room", "idle", str(seconds)) as idle_loop:
                waited = waited_s()
                with Acknowledger(address) as west:
                    window, cpu, found = _measure(engine, room, seconds)
                waited = 100 * (waited_s() - waited) / seconds
                idle = idle_loop.hear()
            plcs.stop()
        reader = open_room_store(address)
        try:
            lines = _all_lines(reader, plcs.changes + ROWS + len(west.asked))
        finally:
            reader.close()
        engine.close()
        shown = json.loads(seen.read_text())
        ages = (*_ages(shown, plcs, window), _acked(shown, west.asked, window))
        plain = write_plainly(backend, place, *plain_rows(address, int(RATE * seconds)), int(RATE * TICK_S))
        faults = [*_faults(lines, plcs), *verify_store(address).faults]
    expected = int(RATE * (window[1] - window[0]) / 1e3)
    return Flood(found, idle, cpu, waited, lines, *ages, expected, listed_s, plain, faults)


def _measure(engine: Actor, room: Child, seconds: float) -> tuple[tuple[float, float], Cpu, dict[str, Any]]:
    """Measure room and engine; return the window of changes that must have been seen, UTC ms."""
    meter, start_ms = Meter(engine), time.time() * 1e3
    room.tell(str(seconds))
    found = room.hear()
    return (start_ms + 100.0, start_ms + seconds * 1e3 - 1e3), meter.read(), found


def _all_lines(reader: RoomStore, expected: int) -> list[JournalEntry]:
    """Return all lines of the alarm journal, as soon as it has as many as are expected."""

    def count() -> int:
        return next(h.seq for h in reader.journal_heads() if h.journal is Journal.ALARMS)

    until(lambda: count() >= expected, timeout_s=10.0)
    lines: list[JournalEntry] = []
    while more := reader.journal_after(Journal.ALARMS, lines[-1].seq if lines else 0, 5_000):
        lines += more
    return lines


def _faults(lines: list[JournalEntry], plcs: Source) -> list[str]:
    """Return what the journal says otherwise than the source: every change once, in order."""
    told: dict[str, list[int]] = defaultdict(list)
    for line in lines:
        if line.kind in MOVES and place_of(line.what) is not None:
            told[line.what].append(change_of(line.detail["value"]))
    faults = []
    for plc in range(PLCS):
        for register in range(MOVING):
            path = f"f{plc}/m{register}:H"
            if told[path] != list(range(plcs.changes_of(plc, register))):
                faults.append(f"{path}: {told[path]} of {plcs.changes_of(plc, register)}")
    return faults


def _ages(seen: list[list[Any]], plcs: Source, window: tuple[float, float]) -> tuple[list[float], list[float]]:
    """Return how old the changes of a window of time were in the book and on the banner, ms, each once."""
    known: set[tuple[str, int]] = set()
    book, banner = [], []
    for path, _, value, book_ms, banner_ms in seen:
        place = place_of(path)
        if place is None or value is None or (path, change_of(value)) in known:
            continue
        known.add((path, change_of(value)))
        at = plcs.at_ms(*place, change_of(value))
        if window[0] <= at <= window[1]:
            book.append(book_ms - at)
            banner.append(np.inf if banner_ms is None else banner_ms - at)
    return book, banner


def _acked(seen: list[list[Any]], asked: dict[str, float], window: tuple[float, float]) -> list[float]:
    """Return how old each acknowledgement of a window of time was when the banner was drawn with it, ms."""
    shown: dict[str, float] = {}
    for path, state, _, _, banner_ms in seen:
        if state == AlarmState.ACKED and path in asked and banner_ms is not None:
            shown.setdefault(path, banner_ms)
    return [shown.get(path, np.inf) - at for path, at in asked.items() if window[0] <= at <= window[1]]


def quiet_cpu(backend: str, place: Path, seconds: float) -> Cpu:
    """Measure the same engine on the same moving source, its site without alarms."""
    with (
        store_on(backend, place) as address,
        tempfile.TemporaryDirectory(dir=place) as folder,
        source(RATE) as plcs,
        engine_on(address, without_alarms(flood_site(plcs.ports)), Path(folder) / "engine") as engine,
    ):
        observer = Observer(address)
        try:
            if not observer.until(lambda: _all_good(observer), timeout_s=60):
                raise RuntimeError(f"no values: {engine.last_words()}")
        finally:
            observer.close()
        plcs.go()
        time.sleep(WARM_UP_S)
        meter = Meter(engine)
        time.sleep(seconds)
        return meter.read()


def _all_good(observer: Observer) -> bool:
    counts = observer.good_by_device().values()
    return bool(counts) and all(good == of for good, of in counts)


def _figures(name: str, f: Flood, quiet: Cpu) -> list[Figure]:
    """Say one flood as figures."""
    moves = sum(line.kind in MOVES and place_of(line.what) is not None for line in f.lines)
    per_line = 1e6 * (f.cpu.total - quiet.total) / 100 / RATE
    beside = {"reference": f.idle["max"], "reference_name": "an idle Qt loop at the same time"}
    plain = {"reference": f.plain.cpu_us, "reference_name": "plain executemany of the same rows"}
    return [
        Figure(f"{name}: alarms in the list", f.room["rows"], "", limit=ROWS, at_least=True),
        Figure(f"{name}: source's changes in the journal", moves, "lines"),
        Figure(f"{name}: changes that are not in it once and in order, broken chains", len(f.faults), "", limit=0),
        Figure(f"{name}: changes seen by the room", 100 * len(f.book_ms) / f.expected, "%", limit=99.9, at_least=True),
        *_latencies(f"{name}: source → alarm book", f.book_ms),
        *_latencies(f"{name}: source → banner painted", f.banner_ms),
        *_latencies(f"{name}: acknowledged elsewhere → banner painted", f.acked_ms),
        Figure(f"{name}: GUI-thread silence p99.9", f.room["p999"], "ms", limit=SILENCE_MS,
               reference=f.idle["p999"], reference_name="an idle Qt loop at the same time"),
        Figure(f"{name}: GUI-thread silence, longest", f.room["max"], "ms", limit=SILENCES * f.idle["max"], **beside),
        Figure(f"{name}: time in which something on this machine waited for a core", f.waited, "%"),
        Figure(f"{name}: CPU of the room", f.room["cpu"], "% of a core"),
        Figure(f"{name}: CPU of the engine", f.cpu.total, "% of a core", reference=quiet.total,
               reference_name="the same engine without alarms"),
        Figure(f"{name}: of it the loop", f.cpu.loop, "% of a core", reference=quiet.loop,
               reference_name="the same engine without alarms"),
        Figure(f"{name}: CPU of the engine for one change", per_line, "µs", **plain),
        Figure(f"{name}: that against the plain rows", per_line / f.plain.cpu_us, "×"),
        Figure(f"{name}: a plain transaction of a tick's rows, p99", f.plain.commit_p99_ms, "ms"),
        Figure(f"{name}: start of engine and room to {ROWS:,} listed", f.listed_s, "s"),
    ]  # fmt: skip


def _latencies(name: str, ages: list[float]) -> list[Figure]:
    p50, p99 = np.percentile(ages, (50, 99)) if ages else (np.inf, np.inf)
    return [
        Figure(f"{name}, p50", float(p50), "ms"),
        Figure(f"{name}, p99", float(p99), "ms", limit=LATENCY_MS),
    ]


def run(seconds: float = 15.0, backends: tuple[str, ...] = ("SQLite", "PostgreSQL")) -> list[Figure]:
    """Measure on both backends."""
    place = ROOT / "var"
    place.mkdir(exist_ok=True)
    figures = []
    for backend in backends:
        figures.append(Figure(f"{backend}: fsync of the disk, p99", fsync_ms(place)[1], "ms"))
        found = flood(backend, place, seconds)
        for fault in found.faults[:5]:
            sys.stderr.write(f"{backend}: {fault}\n")
        figures += _figures(f"flood, {backend}", found, quiet_cpu(backend, place, max(8.0, seconds / 4)))
    return figures


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--backend", action="append", choices=("SQLite", "PostgreSQL"))
    asked = parser.parse_args()
    chosen = tuple(asked.backend or ("SQLite", "PostgreSQL"))
    sys.exit(0 if show(run(asked.seconds, chosen)) else 1)
