"""A real engine in a thread, on the real clock, with a fake wire: what a terminal meets when it asks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from app.clock import SystemClock
from app.engine.assembly import Engine, load_state
from app.engine.devices import MakeDevice
from app.engine.requests import RequestFollower
from app.engine.writer import Writer
from app.model.commands.block import BlockOut
from app.model.spec import DeviceSpec, Site, TagSpec
from app.storage.opening import open_desk_store, open_engine_store
from tests.helpers.station import GOOD_START
from tests.helpers.wire import FakeDevice, FakeLink

__all__ = ["LiveEngine", "live_engine"]

BEAT_S = 0.05


class LiveEngine:
    """Runs until `stop`. `values` is what the PLC says; a test changes it."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.values = dict(GOOD_START)
        self.sent: list[BlockOut] = []
        self.ready = threading.Event()
        self._stopping = threading.Event()
        self._faults: list[BaseException] = []
        self._devices: list[FakeDevice] = []
        self._thread = threading.Thread(target=self._run, name="live-engine")

    def start(self) -> None:
        """Begin, and wait until requests are heard."""
        self._thread.start()
        assert self.ready.wait(20.0), self._faults

    def stop(self) -> None:
        """End in order; what ended it before is raised."""
        self._stopping.set()
        self._thread.join()
        assert self._faults == []

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as fault:  # noqa: BLE001 - told by `stop`
            self._faults.append(fault)

    async def _serve(self) -> None:
        clock = SystemClock()
        writer = Writer(
            lambda: open_engine_store(self.address, clock=clock),
            holder="live",
            clock=clock,
            on_fatal=self._faults.append,
            on_gap=lambda: None,
        )
        await writer.start()
        link = FakeLink(self.sent)
        engine = Engine(
            await writer.run(load_state),
            writer=writer,
            clock=clock,
            make_device=self._maker,
            make_link=lambda spec, device: link,
            accept=lambda device, fingerprint: None,
        )
        follower = RequestFollower(
            lambda: open_desk_store(self.address),
            clock=clock,
            on_asked=engine.take,
            on_acts=engine.note_acts,
            on_ended=engine.commands.end_session,
            held=engine.commands.selected_sessions,
        )
        await engine.start_devices()
        follower.start()
        try:
            while not self._stopping.is_set() and not self._faults:
                await asyncio.sleep(BEAT_S)
                self._beat()
                engine.tick()
                self.ready.set()
        finally:
            await follower.stop()
            await engine.stop()
            writer.put(engine.compose())
            await writer.stop()

    def _beat(self) -> None:
        self.values["ps01/plc/heartbeat"] += 1.0
        self.values["ps01/plc/clock"] = SystemClock().now_ms() / 1000.0
        for device in self._devices:
            device.hear(self.values)

    def _maker(self, intern: Callable[[str], float]) -> MakeDevice:
        def make(spec: DeviceSpec, tags: Sequence[TagSpec]) -> FakeDevice:
            device = FakeDevice(spec, tags, SystemClock())
            self._devices.append(device)
            return device

        return make


@contextmanager
def live_engine(address: str, site: Site) -> Iterator[LiveEngine]:
    """Put a site in force on the store at `address` and run an engine on it."""
    store = open_engine_store(address, clock=SystemClock())
    store.take_lease("test")
    store.apply_site(site, "test", "test")
    store.release_lease()
    store.close()
    engine = LiveEngine(address)
    engine.start()
    try:
        yield engine
    finally:
        engine.stop()
