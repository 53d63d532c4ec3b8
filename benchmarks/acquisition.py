"""Acquisition against an independent Modbus server: are scans on time, and what does one request cost?

`python -m benchmarks.acquisition --minutes 10` for the long run. The server is benchmarks/modbus_server.c on Debian's
libmodbus, compiled here. The path measured is the product's own: schedule, request, strict check, decode, quality, and
a sink that applies a deadband to columns. Its reference is a bare asyncio Protocol client (send, wait, next; no check,
no time-out, no decoding) on the same loop against the same server in alternate rounds.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import cast

import numpy as np

from app.clock import SystemClock
from app.devices.base import Device
from app.devices.making import make_device
from app.model.points import ModbusPoint, Table, WordType
from app.model.quality import Quality
from app.model.spec import DeviceSpec, Label, Protocol, ScanGroup, TagKind, TagSpec
from app.series.batch import SampleBatch
from benchmarks.figures import Figure, show

PLCS = 10
TAGS = 200
ROUNDS = 5
ROUND_S = 2.0
REQUEST = bytes.fromhex("000100000006010300040078")  # transaction 1, unit 1, 120 holding registers from 4


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


class DeadbandSink:
    """Does with samples what the pipeline's first step does: keeps those that moved by more than their deadband."""

    def __init__(self, tags: int) -> None:
        self.values = np.zeros(tags + 1)
        self.quality = np.full(tags + 1, Quality.NOT_YET, np.uint16)
        self.deadband = np.full(tags + 1, 0.05)
        self.samples_taken = 0
        self.changes = 0
        self.faults: list[str] = []

    def samples(self, device: str, batch: SampleBatch) -> None:
        """Compare with the last values, column by column."""
        tags, values, quality = batch.tags, batch.values, batch.quality
        moved = np.abs(values - self.values[tags]) > self.deadband[tags]
        moved |= quality != self.quality[tags]
        at = moved.nonzero()[0]
        if len(at):
            changed = tags[at]
            self.values[changed] = values[at]
            self.quality[changed] = quality[at]
            self.changes += len(at)
        self.samples_taken += len(tags)

    def lost(self, device: str, group: str, tags: tuple[int, ...], quality: int) -> None:
        """Note a failure: there must be none."""
        self.faults.append(f"{device}: lost {len(tags)} tags of {group} ({quality})")

    def event(self, device: str, kind: str, text: str) -> None:
        """Note an event: there must be none."""
        self.faults.append(f"{device}: {kind}: {text}")

    def raw(self, device: str, reason: str, data: bytes) -> None:
        """Note unreadable bytes: there must be none."""
        self.faults.append(f"{device}: {reason}")


def devices(ports: list[int], period_ms: int) -> list[Device]:
    """Make a driver with 200 f32 tags for each port."""
    label = Label("", "")
    made = []
    for i, port in enumerate(ports):
        name = f"plc{i}"
        tags = [
            TagSpec(f"s/{name}/t{k}", label, TagKind.ANALOG, number=i * TAGS + k + 1, device=name, group="fast",
                    point=ModbusPoint(1, Table.HOLDING, 4 + 2 * k, WordType.F32), low=-1000, high=1000)
            for k in range(TAGS)
        ]  # fmt: skip
        spec = DeviceSpec(name, label, Protocol.MODBUS_TCP, f"127.0.0.1:{port}", groups=(ScanGroup("fast", period_ms),))
        made.append(make_device(spec, tags, clock=SystemClock(), private=Path()))
    return made


@contextlib.asynccontextmanager
async def running(made: list[Device], sink: DeadbandSink) -> AsyncIterator[None]:
    """Run drivers until the block ends."""
    tasks = [asyncio.create_task(device.run(sink)) for device in made]
    try:
        await asyncio.sleep(0.5)
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def scheduled(ports: list[int], minutes: float) -> list[Figure]:
    """Scan each PLC once a second and judge the schedule."""
    made, sink = devices(ports, 1000), DeadbandSink(PLCS * TAGS)
    async with running(made, sink):
        cpu, wall = time.process_time(), time.monotonic()
        await asyncio.sleep(minutes * 60)
        cpu, wall = time.process_time() - cpu, time.monotonic() - wall
        groups = [device.status.groups["fast"] for device in made]
        scans, late = sum(g.scans for g in groups), sum(g.late for g in groups)
        overruns = sum(g.overruns for g in groups)
    if sink.faults:
        raise RuntimeError(f"the run was disturbed: {sink.faults[:3]}")
    expected = len(made) * (wall + 0.5)
    return [
        Figure("scans started within 10 % of schedule", 100 * (1 - late / scans), "%", limit=99.0, at_least=True),
        Figure("scans done of those due", 100 * scans / expected, "%", limit=99.0, at_least=True),
        Figure("periods skipped", overruns, "", limit=0),
        Figure(f"CPU of acquisition, {PLCS} PLCs × {TAGS} tags/s", 100 * cpu / wall, "% of a core", limit=15.0),
        Figure("samples taken", sink.samples_taken / wall, "1/s"),
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


async def bare_round(ports: list[int]) -> float:
    """Return CPU µs per request of the bare client, one connection per PLC, all as fast as they can."""
    loop = asyncio.get_running_loop()
    clients = [(await loop.create_connection(Bare, "127.0.0.1", port))[1] for port in ports]
    done = 0
    until = time.monotonic() + ROUND_S

    async def read(client: Bare) -> None:
        nonlocal done
        while time.monotonic() < until:
            await client.ask(REQUEST)
            done += 1

    cpu = time.process_time()
    await asyncio.gather(*(read(client) for client in clients))
    cpu = time.process_time() - cpu
    for client in clients:
        client.transport.close()
    return 1e6 * cpu / done


async def path_round(ports: list[int]) -> float:
    """Return CPU µs per request of the whole path, one driver per PLC, all as fast as they can."""
    made, sink = devices(ports, 1), DeadbandSink(PLCS * TAGS)
    async with running(made, sink):
        before = sum(device.status.requests for device in made)
        cpu = time.process_time()
        await asyncio.sleep(ROUND_S)
        cpu = time.process_time() - cpu
        asked = sum(device.status.requests for device in made) - before
    if sink.faults or not sink.changes:
        raise RuntimeError(f"the run was disturbed: {sink.faults[:3]}")
    return 1e6 * cpu / asked


async def cost(ports: list[int]) -> list[Figure]:
    """Compare the cost of a request, in alternate rounds."""
    bare, path = [], []
    for _ in range(ROUNDS):
        bare.append(await bare_round(ports))
        path.append(await path_round(ports))
    ratio = statistics.median(p / b for p, b in zip(path, bare, strict=True))
    loop = type(asyncio.get_running_loop()).__module__.split(".")[0]
    return [
        Figure(f"CPU per request, whole path ({loop})", statistics.median(path), "µs",
               reference=statistics.median(bare), reference_name="bare asyncio Protocol"),
        Figure(f"CPU per request against the bare client ({loop})", ratio, "×", limit=2.5),
    ]  # fmt: skip


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
