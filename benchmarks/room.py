"""The room: start-up beside the bare import of its libraries, and 1,000 visible values at 2 Hz.

`python -m benchmarks.room --seconds 20`. The frames come from this process through the engine's own store, twice a
second with every visible value changed; the room is the product's own composition (benchmarks/room_probe.py) with one
window per monitor, each on another station.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from app.clock import SystemClock
from app.model.spec import Site, TagKind, TagSpec
from app.series.batch import SampleBatch
from app.series.frames import encode
from app.storage.contract import DELTA, KEY, EngineStore, FrameRow, Tick
from app.storage.opening import create_store, open_engine_store
from benchmarks.big_site import big_site
from benchmarks.figures import Figure, show
from tests.helpers.sources import ROOT

__all__ = ["run"]

STATIONS, WINDOWS, PUMPS = 9, 5, 12
TICKS, TICK_S = 5, 0.2
ROUNDS = 3
BARE = "import PySide6.QtCore, PySide6.QtGui, PySide6.QtWidgets, pyqtgraph, numpy"


class Feeder:
    """Writes frames as an engine does: a tick each 200 ms, all values anew twice a second."""

    def __init__(self, address: str, site: Site) -> None:
        create_store(address, demo=True)
        self._store: EngineStore = open_engine_store(address, clock=SystemClock())
        self._store.take_lease("bench")
        self.site = self._store.apply_site(site, "bench", "bench").site
        self._tags = [t for t in self.site.tags if t.point is not None]
        self._numbers = np.array([t.number for t in self._tags], np.int32)
        self._random = np.random.default_rng(1)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="feeder")
        self._failed: BaseException | None = None

    def __enter__(self) -> Feeder:
        self._commit(KEY)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._store.close()
        if self._failed is not None:
            raise self._failed

    def _run(self) -> None:
        due, tick = time.monotonic(), 0
        try:
            while not self._stop.is_set():
                due += TICK_S
                tick += 1
                # Two of five ticks carry everything: 2 Hz.
                self._commit(DELTA, full=tick % TICKS in (0, 2))
                self._stop.wait(max(0.0, due - time.monotonic()))
        except BaseException as fault:  # noqa: BLE001 - raised again on leaving, in the thread that asked
            self._failed = fault

    def _commit(self, kind: int, *, full: bool = True) -> None:
        now = time.time_ns() // 1_000_000
        batches = [self._batch(now)] if full else []
        self._store.commit(Tick(frames=(FrameRow(now, kind, encode(batches, t=now, revision=1)),)))

    def _batch(self, now: int) -> SampleBatch:
        values = np.array([_value(t, u) for t, u in zip(self._tags, self._random.random(len(self._tags)), strict=True)])
        count = len(self._numbers)
        return SampleBatch(self._numbers, values, np.zeros(count, np.uint16), np.full(count, now), now)


def _value(tag: TagSpec, u: float) -> float:
    """Return a plausible value: analogs move over a tenth of their range, states stay normal."""
    if tag.kind is TagKind.ANALOG:
        low, high = tag.low or 0.0, tag.high if tag.high is not None else 100.0
        return low + (0.45 + 0.1 * u) * (high - low)
    if tag.kind is TagKind.COUNTER:
        return 1000.0 + u
    calm = [s.value for s in tag.states if s.value not in tag.abnormal]
    return float(calm[-1]) if calm else 0.0


def _bare_import_s() -> float:
    """Return how long a process takes that only imports the room's libraries."""
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", BARE], check=True, env=_env())
    return time.monotonic() - began


def _env() -> dict[str, str]:
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PATH": "/usr/bin:/bin"}


@contextmanager
def _store() -> Iterator[tuple[str, Feeder]]:
    (ROOT / "var").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "var") as folder:
        address = str(Path(folder) / "store")
        with Feeder(address, big_site(stations=STATIONS, pumps=PUMPS)) as feeder:
            yield address, feeder


def _room(address: str, *, windows: int, seconds: float) -> dict[str, dict[str, Any]]:
    """Run a room and return what it told, by what was seen; `at` becomes seconds since it was started."""
    began = time.time()
    command = [sys.executable, "-m", "benchmarks.room_probe", address, str(windows), str(seconds)]
    done = subprocess.run(
        command, cwd=ROOT, env=_env(), capture_output=True, text=True, check=False, timeout=seconds + 120
    )
    if done.returncode != 0:
        raise RuntimeError(f"the room ended with {done.returncode}: {done.stderr[-800:]}")
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["seen"]: {**line, "at": line["at"] - began} for line in told}


def run(seconds: float = 20.0) -> list[Figure]:
    """Measure start-up in rounds, turn and turn about with the bare import, then the cost of a full room, in rounds of
    together `seconds`: a machine with other work has good and bad moments."""
    bare, windows, values = [], [], []
    with _store() as (address, feeder):
        for _ in range(ROUNDS):
            bare.append(_bare_import_s())
            told = _room(address, windows=1, seconds=0.1)
            windows.append(told["window"]["at"])
            values.append(told["values"]["at"] - told["window"]["at"])
        full = [_room(address, windows=WINDOWS, seconds=seconds / ROUNDS) for _ in range(ROUNDS)]
        tags = len(feeder.site.tags)
    reference = {"reference": median(bare), "reference_name": "bare import of PySide6, pyqtgraph, numpy"}
    return [
        Figure("room: start until its window stands", median(windows), "s", limit=2 * median(bare), **reference),
        Figure("room: then until all values of a station are there", median(values), "s", limit=1.0),
        *_cost_figures(full, tags),
    ]


def _cost_figures(rounds: list[dict[str, dict[str, Any]]], tags: int) -> list[Figure]:
    """Return what full rooms cost: medians of the rounds, for memory the most."""
    count = rounds[0]["values"]["count"]
    there = median(told["values"]["at"] - told["window"]["at"] for told in rounds)
    costs = [told["cost"] for told in rounds]
    cpu = sorted(cost["cpu_percent"] for cost in costs)
    changes = median(cost["changes_per_s"] for cost in costs)
    spread = f"{cpu[0]:.1f} to {cpu[-1]:.1f} in {len(cpu)} rounds"
    return [
        Figure(f"room: then until {count} values in {WINDOWS} windows are there", there, "s"),
        Figure("room: visible values", count, "", limit=1000, at_least=True),
        Figure("room: changes of visible values", changes, "1/s", limit=1.9 * count, at_least=True),
        Figure(f"room: CPU at {count} visible values, 2 Hz ({spread})", median(cpu), "% of a core", limit=15.0),
        Figure(f"room: memory at {tags} tags", max(cost["rss_mb"] for cost in costs), "MB", limit=350.0),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    sys.exit(0 if show(run(parser.parse_args().seconds)) else 1)
