"""A device and a command link without a wire: tests say what the PLC does, and see every write that left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto

import numpy as np

from app.clock import Clock
from app.devices.base import DeviceStatus, Sink
from app.errors import LinkDown, Refused
from app.model.commands.block import BlockOut, Echo, EchoReason, EchoResult
from app.model.points import Point
from app.model.quality import Quality
from app.model.spec import CommandBlock, DeviceSpec, TagSpec
from app.series.batch import SampleBatch

__all__ = ["FakeDevice", "FakeLink", "Plc"]


class Plc(Enum):
    """What the PLC behind a fake link does with a block."""

    ACCEPTS = auto()
    REJECTS = auto()
    SILENT = auto()
    """The write is answered, the program does not look at it."""
    FROZEN = auto()
    """The write arrives and is never answered."""
    REFUSES = auto()
    """The write gets an exception reply."""


class FakeDevice:
    """A driver that reads nothing: the test hands in values with `hear`."""

    def __init__(self, spec: DeviceSpec, tags: Sequence[TagSpec], clock: Clock) -> None:
        self.spec = spec
        self.tags = tuple(tags)
        self.status = DeviceStatus(state="up")
        self.reconnects = 0
        self._clock = clock
        self._numbers = {t.path: t.number for t in tags}
        self._sink: Sink | None = None

    async def run(self, sink: Sink) -> None:
        self._sink = sink
        await asyncio.Event().wait()

    def reconnect_now(self) -> None:
        self.reconnects += 1

    def hear(self, values: Mapping[str, float], *, quality: int = Quality.GOOD) -> None:
        """Hand in one good reply with these values."""
        assert self._sink is not None, "the driver does not run yet"
        known = {self._numbers[path]: value for path, value in values.items() if path in self._numbers}
        now = self._clock.now_ms()
        n = len(known)
        self.status.last_good_ms = now
        self._sink.samples(
            self.spec.id,
            SampleBatch(
                np.array(list(known), dtype=np.int32),
                np.array(list(known.values()), dtype=np.float64),
                np.full(n, quality, dtype=np.uint16),
                np.full(n, now, dtype=np.int64),
                now,
            ),
        )

    def lose(self, quality: int = Quality.COMM_LOST) -> None:
        """Fail as a whole."""
        assert self._sink is not None
        self.status.state = "failed"
        self._sink.lost(self.spec.id, "fast", tuple(self._numbers.values()), quality)


class FakeLink:
    """A command link that remembers every block which passed the fence. The PLC outlives links: share `memory`."""

    def __init__(self, memory: list[BlockOut]) -> None:
        self.sent = memory
        self.direct: list[tuple[Point, float]] = []
        self.plc = Plc.ACCEPTS
        self.reachable = True
        self.aborts = 0
        self.reads = 0
        """How often the echo was asked for."""
        self._up = False
        self._echo = Echo(0, EchoResult.NONE, EchoReason.NONE, len(memory))
        self.before_send: Callable[[], None] | None = None
        """Runs just before the fence: time may pass here."""

    async def connect(self) -> None:
        if not self.reachable:
            raise LinkDown("nobody answers")
        self._up = True

    @property
    def connected(self) -> bool:
        return self._up

    async def send(self, block: CommandBlock, out: BlockOut, fence: Callable[[], None]) -> None:
        self._pass(fence)
        self.sent.append(out)
        await asyncio.sleep(0)
        self._obey(out.sequence)

    async def send_direct(self, point: Point, value: float, fence: Callable[[], None]) -> None:
        self._pass(fence)
        self.direct.append((point, value))
        await asyncio.sleep(0)
        self._obey(0)

    async def read_echo(self, block: CommandBlock) -> Echo:
        self.reads += 1
        await asyncio.sleep(0)
        if not self._up:
            raise LinkDown("not connected")
        return self._echo

    def abort(self) -> None:
        self.aborts += 1
        self._up = False

    def show(self, echo: Echo) -> None:
        """Make the PLC show this echo from now on."""
        self._echo = echo

    def _pass(self, fence: Callable[[], None]) -> None:
        if not self._up:
            raise LinkDown("not connected")
        if self.before_send is not None:
            self.before_send()
        fence()

    def _obey(self, sequence: int) -> None:
        writes = self._echo.writes + 1
        match self.plc:
            case Plc.ACCEPTS:
                self._echo = Echo(sequence, EchoResult.ACCEPTED, EchoReason.NONE, writes)
            case Plc.REJECTS:
                self._echo = Echo(sequence, EchoResult.REJECTED, EchoReason.LOCAL, writes)
            case Plc.FROZEN:
                self._up = False
                raise LinkDown("no reply in time")
            case Plc.REFUSES:
                raise Refused("illegal address", 2)
            case Plc.SILENT:
                pass
