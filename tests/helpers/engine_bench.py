"""An engine on a real SQLite store with a fake wire and a fake clock, moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

from app.engine.assembly import Engine, load_state
from app.engine.devices import MakeDevice
from app.engine.historian.work import HistorianStatus
from app.engine.outbox import Asked
from app.engine.writer import Writer
from app.model.commands.block import BlockOut
from app.model.records import CommandState, Person, Request, RequestKind, Result
from app.model.spec import DeviceSpec, Site, TagSpec
from app.storage.opening import create_store, open_engine_store, open_room_store
from tests.helpers.clock import FakeClock
from tests.helpers.station import GOOD_START
from tests.helpers.wire import FakeDevice, FakeLink

__all__ = ["ENGINEER", "Bench", "bench"]

ENGINEER = Person("demo", "engineer", "s1", "desk 1")
SETTLE_STEPS = 400


class Bench:
    """One engine after the other on the same store and the same PLC."""

    def __init__(self, folder: Path | str, clock: FakeClock) -> None:
        """`folder` is where the store's folder stands, or the whole address of a store."""
        self.clock = clock
        self.address = folder if isinstance(folder, str) else str(folder / "store")
        self.sent: list[BlockOut] = []
        self.reader = open_room_store(self.address)
        self.fatal: list[BaseException] = []
        self.link = FakeLink(self.sent)
        self.values = dict(GOOD_START)
        self.device: FakeDevice
        self.writer: Writer
        self.engine: Engine
        self.accepted: list[tuple[str, str]] = []
        self.devices_made: list[str] = []
        self.history = HistorianStatus()
        """What a historian would say of itself; none runs."""
        self.device_state = "up"
        """In which state a device begins."""

    async def start(self) -> None:
        """Start an engine: the store decides what it remembers."""
        self.writer = Writer(
            lambda: open_engine_store(self.address, clock=self.clock),
            holder="bench",
            clock=self.clock,
            on_fatal=self.fatal.append,
            on_gap=lambda: None,
        )
        await self.writer.start()
        await self.new_engine()

    async def new_engine(self) -> None:
        """Let an engine begin anew under the same lease."""
        state = await self.writer.run(load_state)
        self.link = FakeLink(self.sent)
        self.engine = Engine(
            state,
            writer=self.writer,
            clock=self.clock,
            make_device=self._maker,
            make_link=lambda spec, device: self.link,
            accept=lambda device, fingerprint: self.accepted.append((device, fingerprint)),
            history=self.history,
        )
        await self.engine.start_devices()
        await asyncio.sleep(0)
        await self.warm()

    async def end(self) -> None:
        """Stop in order."""
        await self.engine.stop()
        await self.writer.stop()

    async def warm(self) -> None:
        """Let the PLC's heartbeat change twice, so that it counts as alive, and everything be read."""
        for _ in range(2):
            await self.step(0.2)

    async def step(self, seconds: float = 0.2, **changes: float) -> None:
        """Let time pass, the PLC answer with its values, and the engine tick."""
        self.clock.advance(seconds)
        self.values["ps01/plc/heartbeat"] += 1.0
        self.values.update({path.replace("__", "/"): value for path, value in changes.items()})
        if self.device.status.state == "up":
            self.device.hear(self.values)
        self.engine.tick()
        await self.settle()

    async def settle(self) -> None:
        """Let the loop and the writer finish what can be finished without time passing."""
        for _ in range(SETTLE_STEPS):
            await asyncio.sleep(0)
            if not self.writer.queued:
                break
            await asyncio.sleep(0.001)
        for _ in range(20):
            await asyncio.sleep(0)

    def ask(
        self,
        kind: RequestKind,
        payload: Mapping[str, Any],
        *,
        person: Person | None = ENGINEER,
        age_s: float = 0.1,
        request_id: str = "",
        second: Person | None = None,
        forged: bool = False,
    ) -> str:
        """Hand a request to the engine as the follower would; return its id."""
        request_id = request_id or uuid4().hex
        claimed = person or ENGINEER
        request = Request(request_id, kind, self.clock.now_ms(), claimed, dict(payload))
        at = self.clock.monotonic()
        self.engine.take((Asked(request, None if forged else person, age_s, at, second=second, forged=forged),))
        return request_id

    async def do(self, kind: RequestKind, payload: Mapping[str, Any], **options: Any) -> Result:
        """Ask, let it be done, and return its newest result."""
        request_id = self.ask(kind, payload, **options)
        await self.flush()
        for _ in range(200):
            if self.results(request_id):
                break
            await self.flush()  # a site is read and compared in threads
        return self.results(request_id)[-1]

    async def operate(
        self, equipment: str, verb: str, value: float | None = None, expect: str = "any", **options: Any
    ) -> Result:
        """Ask for a command (select it yourself) and return its newest result."""
        payload = {"equipment": equipment, "verb": verb, "value": value, "expect": expect, "reason": "test"}
        return await self.do(RequestKind.OPERATE, payload, **options)

    async def select(self, equipment: str, **options: Any) -> Result:
        """Select an equipment."""
        return await self.do(RequestKind.SELECT, {"equipment": equipment}, **options)

    async def flush(self) -> None:
        """Let everything that was collected be committed, without time passing."""
        for _ in range(2):
            await self.settle()
            self.writer.put(self.engine.compose())
        await self.settle()

    def results(self, request_id: str) -> Sequence[Result]:
        """Return what the store says of a request."""
        return self.reader.results_of(request_id)

    def states(self, request_id: str) -> list[CommandState]:
        """Return the states that a request went through."""
        return [r.state for r in self.results(request_id)]

    def _maker(self, intern: Callable[[str], float]) -> MakeDevice:
        def make(spec: DeviceSpec, tags: Sequence[TagSpec]) -> FakeDevice:
            self.devices_made.append(spec.id)
            self.device = FakeDevice(spec, tags, self.clock)
            self.device.status.state = self.device_state
            return self.device

        return make


@asynccontextmanager
async def bench(
    folder: Path | str, site: Site, *, demo: bool = True, make: type[Bench] | None = None
) -> AsyncIterator[Bench]:
    """Run an engine for `site` on a fresh store: in a folder, or at an address."""
    clock = FakeClock()
    address = folder if isinstance(folder, str) else str(folder / "store")
    create_store(address, demo=demo)
    store = open_engine_store(address, clock=clock)
    store.take_lease("test")
    store.apply_site(site, "test", "test")
    store.release_lease()
    store.close()
    made = (make or Bench)(folder, clock)
    await made.start()
    try:
        yield made
    finally:
        await made.end()
        made.reader.close()
