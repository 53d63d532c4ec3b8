"""A long run at 2,000 tags: an independent Modbus server → engine process → store → the real room and a follower.

`python -m benchmarks.soak --minutes 30`. Ten PLCs of 200 tags are read each second. Measured: the engine's CPU, the age
of values by the server's own stamp (it writes its UTC milliseconds into registers 0–3 at each read), and the memory of
engine and room minute by minute: flat means that the mean of the last tenth is at most 2 % above that of the first.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import mean

import numpy as np
import psutil

from app.cli.demo.observer import Observer
from app.model.points import ModbusPoint, Table, WordType
from app.model.spec import Label, Site, TagKind, TagSpec
from benchmarks.acquisition import TAGS, server
from benchmarks.figures import Figure, show
from benchmarks.pipeline import engine_on, plain_site
from tests.helpers.sources import ROOT

__all__ = ["run"]

PLCS, PERIOD_MS = 10, 1000
GROWTH_PERCENT = 2.0
WARM_UP_SHARE = 1 / 6


@dataclass(slots=True)
class Course:
    """What was seen, minute by minute."""

    engine_mb: list[float] = field(default_factory=list)
    room_mb: list[float] = field(default_factory=list)
    ages_ms: list[float] = field(default_factory=list)


def stamped_site(ports: list[int]) -> Site:
    """Return the pipeline's site with the server's stamp as one more tag of each device."""
    site = plain_site(ports, PERIOD_MS)
    stamps = [
        TagSpec(f"s1/{d.id}/stamp", Label("", ""), TagKind.COUNTER, device=d.id, group="fast",
                point=ModbusPoint(1, Table.HOLDING, 0, WordType.U64))
        for d in site.devices
    ]  # fmt: skip
    return replace(site, tags=(*site.tags, *stamps))


@contextmanager
def _room(store: str, folder: Path) -> Iterator[psutil.Process]:
    """Run the product's room on the store, offscreen."""
    command = [sys.executable, "-m", "app", "room", "--store", store, "--no-engine"]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    with (folder / "room.log").open("wb") as log:
        room = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        yield psutil.Process(room.pid)
    finally:
        room.terminate()
        room.wait(20)


def _minute(observer: Observer, stamps: list[str], course: Course) -> None:
    """Follow for a minute and note how old each stamp is when it gets here."""
    seen = dict.fromkeys(stamps, 0.0)
    deadline = time.monotonic() + 60.0
    while time.monotonic() < deadline:
        observer.step(0.2)
        now_ms = time.time_ns() / 1e6
        for path in stamps:
            value = observer.value(path)
            if np.isfinite(value) and value != seen[path]:
                if seen[path]:
                    course.ages_ms.append(now_ms - value)
                seen[path] = value
    observer.ages_ms.clear()


def run(minutes: int = 30) -> list[Figure]:
    """Run for `minutes` after a warm-up of a sixth of that, at least one minute."""
    warm_up = max(1, round(minutes * WARM_UP_SHARE))
    (ROOT / "var").mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=ROOT / "var") as folder,
        server(PLCS) as ports,
        engine_on(stamped_site(ports), Path(folder)) as (engine, observer),
        _room(str(Path(folder) / "store"), Path(folder)) as room,
    ):
        stamps = [f"s1/plc{i}/stamp" for i in range(PLCS)]
        if not observer.until(lambda: bool(np.isfinite(observer.value(stamps[-1]))), timeout_s=30):
            raise RuntimeError(f"no values: {engine.last_words()}")
        for _ in range(warm_up):
            _minute(observer, stamps, Course())
        process, course = psutil.Process(engine.pid), Course()
        cpu, wall = _cpu(process), time.monotonic()
        room_cpu = _cpu(room)
        for minute in range(minutes):
            _minute(observer, stamps, course)
            course.engine_mb.append(process.memory_info().rss / 1e6)
            course.room_mb.append(room.memory_info().rss / 1e6)
            sys.stderr.write(
                f"minute {minute + 1}: engine {course.engine_mb[-1]:.1f}, room {course.room_mb[-1]:.1f} MB\n"
            )
        wall = time.monotonic() - wall
        shares = {"engine": 100 * (_cpu(process) - cpu) / wall, "room": 100 * (_cpu(room) - room_cpu) / wall}
    return _figures(course, shares)


def _figures(course: Course, shares: dict[str, float]) -> list[Figure]:
    name = f"{PLCS * TAGS:,} tags at 1 Hz:"
    p50, p95, p99 = np.percentile(course.ages_ms, (50, 95, 99))
    return [
        Figure(f"{name} CPU of the engine", shares["engine"], "% of a core", limit=15.0),
        Figure(f"{name} CPU of the room on its overview", shares["room"], "% of a core"),
        Figure(f"{name} age by the server's stamp, p50", float(p50), "ms"),
        Figure(f"{name} age by the server's stamp, p95", float(p95), "ms", limit=400.0),
        Figure(f"{name} age by the server's stamp, p99", float(p99), "ms"),
        Figure(f"{name} memory of the engine", max(course.engine_mb), "MB", limit=150.0),
        Figure(f"{name} memory of the room", max(course.room_mb), "MB", limit=350.0),
        Figure(f"{name} growth of the engine", _growth(course.engine_mb), "%", limit=GROWTH_PERCENT),
        Figure(f"{name} growth of the room", _growth(course.room_mb), "%", limit=GROWTH_PERCENT),
    ]


def _growth(sizes: list[float]) -> float:
    """Return how much larger the last tenth is than the first, in per cent."""
    part = max(1, len(sizes) // 10)
    return 100 * (mean(sizes[-part:]) / mean(sizes[:part]) - 1)


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=30)
    sys.exit(0 if show(run(parser.parse_args().minutes)) else 1)
