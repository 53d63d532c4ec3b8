"""The frame bus: how long a change takes from the engine's writer to a room, and what it costs.

`python -m benchmarks.frame_bus --seconds 10`. One process writes as the engine does: each 200 ms it packs the changes
of that tick into a frame and commits it, durably, with the lease renewed. Another follows as a room does: bell, read,
decode, apply to columns. The changes are spread evenly over the tick before their commit, so waiting for the tick alone
gives p50 100 and p99 198 ms: that is the floor. The disk's own fsync, measured beside, says whether the disk is real.

The store lies on the disk that holds `--folder` (default: ./var), since a folder in memory would flatter.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.clock import SystemClock
from app.series.batch import SampleBatch
from app.series.frames import decode, encode
from app.storage.contract import DELTA, KEY, FrameRow, Tick
from app.storage.opening import create_store, open_engine_store, open_room_store
from benchmarks.figures import Figure, show
from tests.helpers.postgres import fresh_database, running_postgres

RATES = (500, 2_000, 10_000, 50_000)
TICK_S = 0.2
WARM_UP_S = 2.0
TAGS = 10_000
BATCHES = 10
"""Replies per tick: each brings its part of the changes with a receipt time of its own."""
LIMIT_RATE = 10_000
P99_LIMIT_MS = 260.0
CPU_LIMIT_PERCENT = 5.0
FLOOR_P99_MS = 198.0


@dataclass(frozen=True, slots=True)
class Round:
    """What one rate on one backend gave. CPU in percent of one core; times in ms."""

    backend: str
    rate: int
    p50_ms: float
    p99_ms: float
    delivered: float
    engine_percent: float
    follower_percent: float
    commit_p50_ms: float
    commit_p99_ms: float


def run(seconds: float = 10.0, folder: Path | None = None) -> list[Figure]:
    """Measure all rates on both backends."""
    place = (folder or Path("var")).absolute()
    place.mkdir(parents=True, exist_ok=True)
    fsync_p50, fsync_p99 = fsync_ms(place)
    figures = [
        Figure("fsync of the disk, p50", fsync_p50, "ms"),
        Figure("fsync of the disk, p99", fsync_p99, "ms"),
    ]
    for backend in ("SQLite", "PostgreSQL"):
        with store_on(backend, place) as address:
            for rate in RATES:
                figures += as_figures(measure(backend, address, rate=rate, seconds=seconds), fsync_p99)
    return figures


def as_figures(r: Round, fsync_p99_ms: float) -> list[Figure]:
    """Say one round as figures; the limits hold at 10,000 changes/s."""
    name = f"{r.backend}, {r.rate:,} changes/s:"
    judged = r.rate == LIMIT_RATE
    return [
        Figure(f"{name} latency p50", r.p50_ms, "ms", reference=100.0, reference_name="floor of the tick"),
        Figure(
            f"{name} latency p99",
            r.p99_ms,
            "ms",
            limit=P99_LIMIT_MS if judged else None,
            reference=FLOOR_P99_MS,
            reference_name="floor of the tick",
        ),
        Figure(f"{name} changes that arrived", 100.0 * r.delivered, "%", limit=100.0, at_least=True),
        Figure(f"{name} engine", r.engine_percent, "% of a core", limit=CPU_LIMIT_PERCENT if judged else None),
        Figure(f"{name} follower", r.follower_percent, "% of a core"),
        Figure(f"{name} commit p50", r.commit_p50_ms, "ms"),
        Figure(
            f"{name} commit p99", r.commit_p99_ms, "ms", reference=fsync_p99_ms, reference_name="p99 of a bare fsync"
        ),
    ]


def fsync_ms(folder: Path, times: int = 300) -> tuple[float, float]:
    """Write 4 kB and fsync, as often as `times`; return p50 and p99 in ms."""
    taken = []
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        for _ in range(times):
            file.write(os.urandom(4096))
            file.flush()
            started = time.perf_counter()
            os.fsync(file.fileno())
            taken.append((time.perf_counter() - started) * 1000)
    return float(np.percentile(taken, 50)), float(np.percentile(taken, 99))


@contextmanager
def store_on(backend: str, place: Path) -> Iterator[str]:
    """Give the address of a new store on the disk of `place`."""
    if backend == "SQLite":
        with tempfile.TemporaryDirectory(dir=place) as folder:
            create_store(folder, demo=True)
            yield folder
        return
    with running_postgres(durable=True, parent=place) as server, fresh_database(server) as url:
        create_store(url, demo=True)
        yield url


def measure(backend: str, address: str, *, rate: int, seconds: float) -> Round:
    """Run a writer and a follower as processes of their own and join what they found."""
    follower = _role("follow", address, rate, seconds)
    assert follower.stdout is not None
    follower.stdout.readline()  # it has opened the store and listens
    writer = _role("write", address, rate, seconds)
    wrote, followed = _answer(writer), _answer(follower)
    return Round(
        backend=backend,
        rate=rate,
        p50_ms=followed["p50"],
        p99_ms=followed["p99"],
        delivered=followed["samples"] / wrote["samples"],
        engine_percent=wrote["cpu"],
        follower_percent=followed["cpu"],
        commit_p50_ms=wrote["p50"],
        commit_p99_ms=wrote["p99"],
    )


def _role(role: str, address: str, rate: int, seconds: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.frame_bus", "--role", role, "--address", address]
    command += ["--rate", str(rate), "--seconds", str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _answer(process: subprocess.Popen[str]) -> dict[str, float]:
    output, _ = process.communicate()
    if process.returncode:
        raise RuntimeError(f"a process of the benchmark ended with {process.returncode}")
    answer: dict[str, float] = json.loads(output.splitlines()[-1])
    return answer


def write(address: str, rate: int, seconds: float) -> dict[str, float]:
    """Play the engine's writer. Counts and costs are of the time after the warm-up."""
    store = open_engine_store(address, clock=SystemClock())
    store.take_lease("frame bus")
    count = int(rate * TICK_S)
    chance = np.random.default_rng(1)
    tags = [np.sort(chance.choice(TAGS, count, replace=False)).astype(np.int32) for _ in range(10)]
    values = chance.random((10, count))
    durations: list[float] = []
    samples = 0
    start = time.monotonic()
    cpu = time.process_time()
    for tick in range(1, int((seconds + WARM_UP_S) / TICK_S) + 1):
        due = start + tick * TICK_S
        time.sleep(max(0.0, due - time.monotonic()))
        if tick == int(WARM_UP_S / TICK_S):
            cpu, samples, durations = time.process_time(), 0, []
            began = time.monotonic()
        # Stamped from the tick's own time: a writer that is late delivers late, and that must show.
        t = time.time_ns() // 1_000_000 - int((time.monotonic() - due) * 1000)
        batches = _batches(tags[tick % 10], values[tick % 10], t)
        payload = encode(batches, t=t, revision=1)
        receipt = store.commit(
            Tick(frames=(FrameRow(t, KEY if tick == 1 else DELTA, payload),), prune_before_ms=t - 60_000)
        )
        durations.append(receipt.duration_s * 1000)
        samples += count
    percent = 100.0 * (time.process_time() - cpu) / (time.monotonic() - began)
    # The end is told by a frame, so that the follower counts everything that came before it.
    t = time.time_ns() // 1_000_000
    store.commit(Tick(frames=(FrameRow(t, DELTA, encode([], t=t, revision=END)),)))
    store.release_lease()
    store.close()
    p50, p99 = np.percentile(durations, (50, 99))
    return {"samples": samples, "cpu": percent, "p50": float(p50), "p99": float(p99)}


END = 2**32 - 1


def _batches(tags: np.ndarray[Any, Any], values: np.ndarray[Any, Any], t: int) -> list[SampleBatch]:
    """Spread the changes evenly over the tick that ends at `t`."""
    n = len(tags)
    source = t - (TICK_S * 1000 * np.arange(n, 0, -1) / n).astype(np.int64)
    cuts = [slice(n * i // BATCHES, n * (i + 1) // BATCHES) for i in range(BATCHES)]
    good = np.zeros(n, dtype=np.uint16)
    return [SampleBatch(tags[c], values[c], good[c], source[c], int(source[c][-1])) for c in cuts if source[c].size]


def follow(address: str, seconds: float) -> dict[str, float]:
    """Play a room: bell, read, decode, apply. Latency is of every change, from its own time to its place in the
    columns; counted are the changes after the warm-up, up to the writer's end."""
    store = open_room_store(address)
    columns = np.full(TAGS, np.nan)
    store.wait_bell(0.0)
    newest = store.newest_keyframe()
    seen = max((r.seq for r in store.frames_after(newest.seq - 1, limit=1_000_000)), default=0) if newest else 0
    print("ready", flush=True)
    latencies: list[np.ndarray[Any, Any]] = []
    frames = 0
    cpu = began = 0.0
    give_up = time.monotonic() + seconds + WARM_UP_S + 60
    while time.monotonic() < give_up:
        store.wait_bell(1.0)
        for row in store.frames_after(seen):
            seen = row.seq
            frame = decode(row.payload, t=row.t)
            if frame.revision == END:
                percent = 100.0 * (time.process_time() - cpu) / (time.monotonic() - began)
                store.close()
                return _summary(latencies, percent)
            frames += 1
            if frames == int(WARM_UP_S / TICK_S):
                cpu, began, latencies = time.process_time(), time.monotonic(), []
            for batch in frame.batches:
                columns[batch.tags] = batch.values
                latencies.append(time.time_ns() / 1e6 - batch.source_ms)
    raise RuntimeError("the writer's end never arrived")


def _summary(latencies: Sequence[np.ndarray[Any, Any]], percent: float) -> dict[str, float]:
    every = np.concatenate(latencies)
    p50, p99 = np.percentile(every, (50, 99))
    return {"samples": len(every), "cpu": percent, "p50": float(p50), "p99": float(p99)}


def main() -> int:
    """Measure and print; with --role be one of the two processes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0, help="per rate and backend, after a warm-up of 2 s")
    parser.add_argument("--folder", type=Path, help="where the stores lie (default ./var)")
    parser.add_argument("--role", choices=("write", "follow"), help=argparse.SUPPRESS)
    parser.add_argument("--address", help=argparse.SUPPRESS)
    parser.add_argument("--rate", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.role == "write":
        print(json.dumps(write(given.address, given.rate, given.seconds)))
        return 0
    if given.role == "follow":
        print(json.dumps(follow(given.address, given.seconds)))
        return 0
    return 0 if show(run(given.seconds, given.folder)) else 1


if __name__ == "__main__":
    raise SystemExit(main())
