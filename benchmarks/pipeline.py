"""The whole pipeline: an independent Modbus server → engine process → store → a follower.

`python -m benchmarks.pipeline --seconds 20`, at 2,000 and 10,000 changes/s. The engine is the product's own process on
a site made here; the server is benchmarks/modbus_server.c, which changes every value between two scans. The age of a
value is its receipt by the follower minus the receipt of the reply by the engine: it waits for the end of a 200 ms tick
and for the commit. Scans keep their phase to the tick during a run, so its median depends on chance; p99 does not.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from app.cli.demo.actors import Actor
from app.cli.demo.observer import Observer
from app.clock import SystemClock
from app.model.points import ModbusPoint, Table, WordType
from app.model.spec import (
    Area,
    DeviceSpec,
    Facility,
    FacilityKind,
    Label,
    Place,
    Protocol,
    ScanGroup,
    Site,
    TagKind,
    TagSpec,
)
from app.site.loading import load_site
from app.storage.opening import create_store, open_engine_store
from benchmarks.acquisition import TAGS, server
from benchmarks.figures import Figure, show
from tests.helpers.house import until
from tests.helpers.sources import ROOT

__all__ = ["Load", "engine_on", "plain_site", "run"]

WARM_UP_S = 5.0


@dataclass(frozen=True, slots=True)
class Load:
    """How many PLCs of 200 tags are read how often."""

    plcs: int
    period_ms: int

    @property
    def changes(self) -> int:
        """Return the changes per second that the server makes."""
        return round(self.plcs * TAGS * 1000 / self.period_ms)


LOADS = (Load(10, 1000), Load(10, 200))


def plain_site(ports: list[int], period_ms: int) -> Site:
    """Make a site of one facility whose devices are the server's ports, with the engine's own tags."""
    label = Label("", "")
    own = [t for t in load_site(ROOT / "resources/sites/xiasha").tags if t.path.startswith("engine/")]
    names = [f"plc{i}" for i in range(len(ports))]
    devices = tuple(
        DeviceSpec(n, label, Protocol.MODBUS_TCP, f"127.0.0.1:{p}", groups=(ScanGroup("fast", period_ms),))
        for n, p in zip(names, ports, strict=True)
    )
    tags = [
        TagSpec(f"s1/{n}/t{k}", label, TagKind.ANALOG, device=n, group="fast", low=-1000, high=1000, deadband=0.05,
                point=ModbusPoint(1, Table.HOLDING, 4 + 2 * k, WordType.F32))
        for n in names for k in range(TAGS)
    ]  # fmt: skip
    station = Facility("s1", FacilityKind.SEWAGE_STATION, label, "a", Place(500, 500), devices=tuple(names))
    return Site("bench", label, "UTC", True, (Area("a", label),), (station,), (), devices, (*own, *tags))


@contextmanager
def engine_on(site: Site, folder: Path) -> Iterator[tuple[Actor, Observer]]:
    """Run an engine process on a fresh store with the site, and follow it."""
    address = str(folder / "store")
    create_store(address, demo=True)
    store = open_engine_store(address, clock=SystemClock())
    store.take_lease("bench")
    store.apply_site(site, "bench", "bench")
    store.release_lease()
    store.close()
    (folder / "logs").mkdir()
    arguments = ["--store", address, "--private", str(folder / "private")]
    engine = Actor("engine", arguments, env=dict(os.environ), logs=folder / "logs")
    observer = Observer(address)
    try:
        yield engine, observer
    finally:
        observer.close()
        engine.close()


def measure(load: Load, seconds: float) -> list[Figure]:
    """Run one load and return its figures."""
    with (
        tempfile.TemporaryDirectory(dir=_disk()) as folder,
        server(load.plcs) as ports,
        engine_on(plain_site(ports, load.period_ms), Path(folder)) as (engine, observer),
    ):
        if not observer.until(lambda: _all_good(observer), timeout_s=60):
            raise RuntimeError(f"no values: {engine.last_words()}")
        _follow(observer, WARM_UP_S)
        return _figures(load, engine, observer, seconds)


def _all_good(observer: Observer) -> bool:
    counts = observer.good_by_device().values()
    return bool(counts) and all(good == of for good, of in counts)


def _figures(load: Load, engine: Actor, observer: Observer, seconds: float) -> list[Figure]:
    process = psutil.Process(engine.pid)
    observer.ages_ms.clear()
    changes, cpu, wall = observer.changes, _cpu(process), time.monotonic()
    _follow(observer, seconds)
    wall = time.monotonic() - wall
    name = f"pipeline, {load.changes:,} changes/s:"
    p50, p95, p99 = np.percentile(observer.ages_ms, (50, 95, 99))
    memory = process.memory_info().rss / 1e6
    return [
        Figure(
            f"{name} changes followed",
            (observer.changes - changes) / wall,
            "1/s",
            limit=0.9 * load.changes,
            at_least=True,
        ),
        Figure(
            f"{name} engine's receipt → follower, p50", float(p50), "ms", reference=100.0, reference_name="half a tick"
        ),
        Figure(f"{name} engine's receipt → follower, p95", float(p95), "ms", limit=400.0),
        Figure(f"{name} engine's receipt → follower, p99", float(p99), "ms", reference=198.0, reference_name="a tick"),
        Figure(f"{name} CPU of the engine", 100 * (_cpu(process) - cpu) / wall, "% of a core"),
        Figure(f"{name} memory of the engine", memory, "MB", limit=150.0 if load.plcs * TAGS <= 2000 else None),
    ]


def _follow(observer: Observer, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    until(lambda: observer.step(0.2) is None and time.monotonic() > deadline, timeout_s=seconds + 5, pause_s=0)


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _disk() -> Path:
    """Return a folder on the project's own disk: one in memory would flatter."""
    folder = ROOT / "var"
    folder.mkdir(exist_ok=True)
    return folder


def run(seconds: float = 20.0) -> list[Figure]:
    """Measure every load."""
    return [figure for load in LOADS for figure in measure(load, seconds)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    sys.exit(0 if show(run(parser.parse_args().seconds)) else 1)
