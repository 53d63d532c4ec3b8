"""Acquisition against an independent Modbus server: are scans on time, and what does one request cost?

`python -m benchmarks.acquisition --minutes 10` for the long run. The server is benchmarks/modbus_server.c on Debian's
libmodbus, compiled here. The path measured is the product's own from end to end: schedule, request, strict check,
decode, quality, and the engine's pipeline with its deadband. Its reference is a bare asyncio Protocol client (send,
wait, next; no check, no time-out, no decoding) that reads the same registers by the same requests, on the same loop
against the same server in alternate rounds.

The cost is judged at one schedule for both, ten scans a second: the same requests then go out at the same times, and
each pays for waking the server and being woken. It is also shown at full speed, where the one that does less asks so
much more often that the server never sleeps and answers in bunches, which makes each of its requests cheaper still.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from app.clock import SystemClock
from app.devices.base import Device, GroupStatus
from app.devices.making import make_device
from app.devices.modbus.pdu import read_request
from app.engine.pipeline import Pipeline
from app.model.points import ModbusPoint, Table, WordType
from app.model.records import AppliedSite
from app.model.spec import DeviceSpec, Label, Protocol, ScanGroup, Site, TagKind, TagSpec
from app.series.batch import SampleBatch
from benchmarks.figures import Figure, show

PLCS = 10
TAGS = 200
ROUNDS = 5
ROUND_S = 2.0
PERIOD_MS = 100
FIRST = 4
"""Address of the first tag; before it stands the server's clock."""
GROUPS = 5
"""Scan groups per PLC at full speed, each due every millisecond: more than the machine can do (10,000 tags in all)."""
FULL_SPEED = 0.8
"""The largest part of the scans due that may have been done at full speed: above it drivers sometimes had to wait."""


@contextlib.contextmanager
def server(plcs: int) -> Iterator[list[int]]:
    """Compile and start the server; yield its ports."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        raise RuntimeError("no C compiler: run `apt-get install gcc libmodbus-dev`")
    with tempfile.TemporaryDirectory() as folder:
        program = Path(folder) / "modbus_server"
        source = Path(__file__).with_name("modbus_server.c")
        command = [compiler, "-O2", "-I/usr/include/modbus", "-o", str(program), str(source), "-lmodbus"]
        built = subprocess.run(command, capture_output=True, text=True, check=False)
        if built.returncode:
            raise RuntimeError(f"the server does not compile; `apt-get install libmodbus-dev`?\n{built.stderr}")
        process = subprocess.Popen([program, str(plcs)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            yield [int(port) for port in process.stdout.readline().split()]
        finally:
            process.communicate()


class EngineSink:
    """What the engine does with samples: its own pipeline. Failures are noted, as there must be none."""

    def __init__(self, tags: Iterable[TagSpec]) -> None:
        site = Site("bench", Label("", ""), "UTC", demo=True, tags=tuple(tags))
        self.pipeline = Pipeline(AppliedSite(1, "", 0, "", "", site), clock=SystemClock())
        self.frames_s = 0.0
        """CPU time that frames took: they come after the path that is measured here."""
        self.faults: list[str] = []

    def samples(self, device: str, batch: SampleBatch) -> None:
        """Hand the samples on, as engine/devices.py does."""
        self.pipeline.samples(batch)

    def lost(self, device: str, group: str, tags: tuple[int, ...], quality: int) -> None:
        """Note a failure: there must be none."""
        self.faults.append(f"{device}: lost {len(tags)} tags of {group} ({quality})")

    def event(self, device: str, kind: str, text: str) -> None:
        """Note an event: there must be none."""
        self.faults.append(f"{device}: {kind}: {text}")

    def raw(self, device: str, reason: str, data: bytes) -> None:
        """Note unreadable bytes: there must be none."""
        self.faults.append(f"{device}: {reason}")

    async def make_frames(self, period_s: float) -> None:
        """Take what is pending, as the engine does each tick."""
        while True:
            await asyncio.sleep(period_s)
            began = time.thread_time()
            self.pipeline.frames()
            self.frames_s += time.thread_time() - began

    def check(self) -> None:
        """Raise RuntimeError unless samples changed and nothing else happened."""
        if self.faults or not self.pipeline.changes:
            raise RuntimeError(f"the run was disturbed: {self.faults[:3]}")


@dataclass(frozen=True, slots=True)
class Plant:
    """Drivers, and the sink that knows their tags."""

    devices: tuple[Device, ...]
    sink: EngineSink

    @property
    def requests(self) -> int:
        """Return how many requests all drivers have sent."""
        return sum(device.status.requests for device in self.devices)

    @property
    def groups(self) -> list[GroupStatus]:
        """Return the figures of every scan group."""
        return [group for device in self.devices for group in device.status.groups.values()]


def plant(ports: list[int], period_ms: int, groups: int = 1) -> Plant:
    """Make a driver for each port, with 200 f32 tags of the same registers in each scan group."""
    label = Label("", "")
    numbers = itertools.count(1)
    every: list[TagSpec] = []
    made = []
    names = [f"g{i}" for i in range(groups)]
    for i, port in enumerate(ports):
        plc = f"plc{i}"
        tags = [
            TagSpec(f"s/{plc}/{group}/t{k}", label, TagKind.ANALOG, number=next(numbers), device=plc, group=group,
                    point=ModbusPoint(1, Table.HOLDING, FIRST + 2 * k, WordType.F32), low=-1000, high=1000,
                    deadband=0.05)
            for group in names for k in range(TAGS)
        ]  # fmt: skip
        scan_groups = tuple(ScanGroup(group, period_ms) for group in names)
        spec = DeviceSpec(plc, label, Protocol.MODBUS_TCP, f"127.0.0.1:{port}", groups=scan_groups)
        made.append(make_device(spec, tags, clock=SystemClock(), private=Path()))
        every += tags
    return Plant(tuple(made), EngineSink(every))


@contextlib.asynccontextmanager
async def running(plant: Plant, tick_s: float = 0.2) -> AsyncIterator[None]:
    """Run drivers and make frames until the block ends."""
    tasks = [asyncio.create_task(device.run(plant.sink)) for device in plant.devices]
    tasks.append(asyncio.create_task(plant.sink.make_frames(tick_s)))
    try:
        await asyncio.sleep(0.5)
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def scheduled(ports: list[int], minutes: float) -> list[Figure]:
    """Scan each PLC once a second and judge the schedule."""
    made = plant(ports, 1000)
    async with running(made):
        cpu, wall = time.process_time(), time.monotonic()
        await asyncio.sleep(minutes * 60)
        cpu, wall = time.process_time() - cpu, time.monotonic() - wall
        groups = made.groups
        scans, late = sum(g.scans for g in groups), sum(g.late for g in groups)
        overruns = sum(g.overruns for g in groups)
    made.sink.check()
    expected = len(groups) * (wall + 0.5)
    return [
        Figure("scans started within 10 % of schedule", 100 * (1 - late / scans), "%", limit=99.0, at_least=True),
        Figure("scans done of those due", 100 * scans / expected, "%", limit=99.0, at_least=True),
        Figure("periods skipped", overruns, "", limit=0),
        Figure(f"CPU of acquisition, {PLCS} PLCs × {TAGS} tags/s", 100 * cpu / wall, "% of a core", limit=15.0),
        Figure("changes past the deadband", made.sink.pipeline.changes / (wall + 0.5), "1/s"),
    ]


class Bare(asyncio.Protocol):
    """The least that reads registers: one request, its reply by length, the next request."""

    def __init__(self) -> None:
        self.reply: asyncio.Future[bytes] | None = None
        self.rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's does not say that it is one

    def data_received(self, data: bytes) -> None:
        self.rest += data
        if len(self.rest) >= 6 and len(self.rest) >= 6 + int.from_bytes(self.rest[4:6]) and self.reply is not None:
            reply, self.reply = self.reply, None
            reply.set_result(self.rest)
            self.rest = b""

    async def ask(self, request: bytes) -> bytes:
        """Send and wait."""
        self.reply = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.reply


def bare_requests() -> list[bytes]:
    """Return the requests that read the registers of one PLC, in blocks as large as the product's."""
    end, block = FIRST + 2 * TAGS, DeviceSpec("", Label("", ""), Protocol.MODBUS_TCP, "").max_block
    pdus = [read_request(Table.HOLDING, at, min(block, end - at)) for at in range(FIRST, end, block)]
    return [struct.pack(">HHHB", 1, 0, len(pdu) + 1, 1) + pdu for pdu in pdus]  # transaction 1, unit 1


async def bare_round(ports: list[int], period_ms: int) -> float:
    """Return CPU µs per request of the bare client, one connection per PLC; period 0 is as fast as they can."""
    loop = asyncio.get_running_loop()
    clients = [(await loop.create_connection(Bare, "127.0.0.1", port))[1] for port in ports]
    requests = bare_requests()
    done = 0
    until = time.monotonic() + ROUND_S

    async def read(client: Bare) -> None:
        nonlocal done
        due = time.monotonic()
        while due < until and time.monotonic() < until:
            for request in requests:
                await client.ask(request)
            done += len(requests)
            due += period_ms / 1000
            if period_ms:
                await asyncio.sleep(max(0.0, due - time.monotonic()))

    cpu = time.process_time()
    await asyncio.gather(*(read(client) for client in clients))
    cpu = time.process_time() - cpu
    for client in clients:
        client.transport.close()
    return 1e6 * cpu / done


async def path_round(ports: list[int], period_ms: int) -> float:
    """Return CPU µs per request of the whole path, one driver per PLC; period 0 is as fast as they can."""
    made = plant(ports, period_ms) if period_ms else plant(ports, 1, GROUPS)
    # At full speed more ticks than the engine's: this makes more samples than one tick is allowed to keep.
    async with running(made, 0.2 if period_ms else 0.02):
        asked, scans, wall = made.requests, sum(group.scans for group in made.groups), time.monotonic()
        cpu, frames = time.process_time(), made.sink.frames_s
        await asyncio.sleep(ROUND_S)
        cpu, frames = time.process_time() - cpu, made.sink.frames_s - frames
        asked, scans = made.requests - asked, sum(group.scans for group in made.groups) - scans
        due = 1000 * (time.monotonic() - wall) * len(made.groups)
    made.sink.check()
    if not period_ms and scans > FULL_SPEED * due:
        raise RuntimeError("the drivers waited for their schedule: this machine needs more scan groups to be busy")
    return 1e6 * (cpu - frames) / asked


async def cost(ports: list[int]) -> list[Figure]:
    """Compare the cost of a request, in alternate rounds."""
    loop = type(asyncio.get_running_loop()).__module__.split(".")[0]
    figures = []
    for period_ms, how, limit in ((PERIOD_MS, f"each {PERIOD_MS} ms", 2.5), (0, "full speed", None)):
        bare, path = [], []
        for _ in range(ROUNDS):
            bare.append(await bare_round(ports, period_ms))
            path.append(await path_round(ports, period_ms))
        ratios = sorted(p / b for p, b in zip(path, bare, strict=True))
        spread = f"rounds {ratios[0]:.2f}–{ratios[-1]:.2f} ×"
        figures += [
            Figure(f"CPU per request, whole path, {how} ({loop})", statistics.median(path), "µs",
                   reference=statistics.median(bare), reference_name="bare asyncio Protocol"),
            Figure(f"CPU per request against the bare client, {how} ({loop}); {spread}",
                   statistics.median(ratios), "×", limit=limit),
        ]  # fmt: skip
    return figures


async def with_uvloop(ports: list[int], minutes: float) -> list[Figure]:
    """What the engine runs on."""
    return [*await scheduled(ports, minutes), *await cost(ports)]


def run(minutes: float = 0.5) -> list[Figure]:
    """Measure; the schedule on the engine's loop, the cost on that one and on asyncio's own."""
    with server(PLCS) as ports:
        if sys.platform == "win32":
            return asyncio.run(with_uvloop(ports, minutes))
        import uvloop

        figures: list[Figure] = uvloop.run(with_uvloop(ports, minutes))
        return [*figures, *asyncio.run(cost(ports))]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=0.5)
    raise SystemExit(0 if show(run(parser.parse_args().minutes)) else 1)
