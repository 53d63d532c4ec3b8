"""The engine's composition root: `run_engine(config)` runs until it is told to stop, and returns the exit code."""

from __future__ import annotations

import asyncio
import gc
import importlib
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from app.clock import Clock, SystemClock
from app.config import Config
from app.devices.base import CommandLink, Device
from app.devices.making import make_command_link, make_device
from app.devices.pinning import accept
from app.engine.assembly import Engine, StoredState, load_state
from app.engine.devices import MakeDevice
from app.engine.historian.opening import open_parts
from app.engine.historian.plan import HistorianPlan
from app.engine.historian.thread import HistorianThread
from app.engine.outbox import Asked
from app.engine.requests import RequestFollower
from app.engine.supervised import Supervised
from app.engine.writer import Writer
from app.errors import ConfigurationFault, LeaseHeld, LeaseLost, StoreTooOld, StoreUnavailable
from app.model.spec import DeviceSpec, Protocol, Site, TagSpec
from app.storage.contract import Tick
from app.storage.engine_life import note_of, show_life, told
from app.storage.opening import backend_of, open_desk_store, open_engine_store

__all__ = [
    "EXIT_CONFIGURATION",
    "EXIT_DEFECT",
    "EXIT_LEASE_HELD",
    "EXIT_LEASE_LOST",
    "EXIT_STORE",
    "TICK_S",
    "run_engine",
]

TICK_S: Final = 0.2
TURN_S: Final = 0.001
"""How long a thread that computes may keep the loop waiting for its turn: history is packed beside the ticks."""
STORE_WAIT_S: Final = 10.0
"""How long a store that is still being created is waited for."""

ACTS_MARGIN_MS: Final = 600_000
"""Acts are looked for from so long before the newest frame: the engine's clock may differ from the store's."""

EXIT_CONFIGURATION: Final = 2
EXIT_LEASE_HELD: Final = 3
EXIT_LEASE_LOST: Final = 4
EXIT_STORE: Final = 5
EXIT_DEFECT: Final = 70

_log: Final = logging.getLogger(__name__)


def run_engine(config: Config, *, clock: Clock | None = None, history: HistorianPlan | None = None) -> int:
    """Run an engine until SIGTERM or SIGINT. Returns 0 after an orderly stop, else one of the codes above. `history`:
    when the historian does what, if not as usual."""
    factory = None
    if sys.platform != "win32":
        import uvloop

        factory = uvloop.new_event_loop
    sys.setswitchinterval(TURN_S)
    with asyncio.Runner(loop_factory=factory) as runner:
        return runner.run(_Run(config, clock or SystemClock(), history).main())


class _Run:
    """One life of an engine."""

    def __init__(self, config: Config, clock: Clock, history: HistorianPlan | None = None) -> None:
        self._config = config
        self._clock = clock
        self._stop = asyncio.Event()
        self._fatal: BaseException | None = None
        self._engine: Engine | None = None
        self._untold: list[tuple[str, dict[str, Any]]] = []
        self._historian = HistorianThread(
            lambda: open_parts(config.store),
            clock=clock,
            epoch=self._epoch,
            site=self._site,
            on_lost=self._on_fatal,
            tell=self._tell_of_history,
            plan=history,
        )
        self._began = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self._showing: asyncio.Future[None] | None = None
        self._supervised = Supervised()
        self._turn = asyncio.Lock()

    async def main(self) -> int:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_on_loop_error)
        self._listen_to_signals(loop)
        holder = f"{socket.gethostname()} process {os.getpid()}"
        self._writer = Writer(
            lambda: open_engine_store(self._config.store, clock=self._clock, wait_s=STORE_WAIT_S),
            holder=holder,
            clock=self._clock,
            on_fatal=self._on_fatal,
            on_gap=self._on_gap,
        )
        try:
            lease = await self._writer.start()
            self._began = self._clock.monotonic()
            store = backend_of(self._config.store).address  # without the password
            _log.info("%s holds the lease of %s, epoch %d", holder, store, lease.epoch)
            await self._work()
        except (LeaseHeld, LeaseLost, StoreUnavailable, StoreTooOld, ConfigurationFault) as error:
            self._fatal = self._fatal or error
        finally:
            self._supervised.close()
            await self._historian.stop()
            await self._writer.stop()
        return _exit_code(self._fatal)

    async def _work(self) -> None:
        state = await self._load()
        if self._stop.is_set():
            return
        engine = self._engine = Engine(
            state,
            writer=self._writer,
            clock=self._clock,
            make_device=self._device_maker,
            make_link=self._make_link,
            accept=self._accept,
            history=self._historian.status,
        )
        engine.outbox.event("engine-started", "engine", epoch=self._epoch(), store=state.facts.address)
        for kind, detail in self._untold:
            engine.outbox.event(kind, "history", **detail)
        follower = RequestFollower(
            # The follower comes again by itself; whoever waits in here cannot be told to stop.
            lambda: open_desk_store(self._config.store, wait_s=0.0),
            clock=self._clock,
            on_asked=self._on_asked,
            on_acts=engine.note_acts,
            on_ended=engine.commands.end_session,
            held=engine.commands.selected_sessions,
            acts_since_ms=state.last_frame_ms - ACTS_MARGIN_MS,
        )
        ticking = asyncio.create_task(self._tick_on(engine), name="ticks")
        try:
            # Ticks renew the lease from now on; importing a protocol may take longer than a lease lives.
            if state.applied is not None:
                await asyncio.to_thread(_warm, state.applied.site)
            await engine.start_devices()
            # What was made until now lives as long as the engine: no collection need look at it again.
            gc.freeze()
            follower.start()
            await self._tell_replacement(engine)
            await ticking
        finally:
            self._stop.set()
            self._historian.ask_to_stop()
            await follower.stop()
            for task in self._tasks:
                task.cancel()
            await engine.stop()
            await ticking
            if self._fatal is None:
                engine.outbox.event("engine-stopped", "engine", epoch=self._epoch())
                self._writer.put(engine.compose())

    async def _load(self) -> StoredState:
        """Read what a start needs, in a thread of its own, and let the historian raise the fence of history before our
        first frame: meanwhile the writer renews our lease, which would run out over a big store on a busy machine."""
        reading = asyncio.create_task(asyncio.to_thread(self._read_state), name="load the state")
        leading = asyncio.create_task(self._historian.start(), name="lead history")
        while not (reading.done() and leading.done()):
            self._writer.put(Tick())
            self._show_life()
            self._supervised.tell()
            await asyncio.wait({task for task in (reading, leading) if not task.done()}, timeout=TICK_S)
        await leading
        return reading.result()

    def _read_state(self) -> StoredState:
        store = open_engine_store(self._config.store, clock=self._clock)
        try:
            return load_state(store)
        finally:
            store.close()

    async def _tick_on(self, engine: Engine) -> None:
        """Tick on an absolute grid; a tick that comes too late starts the grid anew."""
        due = self._clock.monotonic()
        while not self._stop.is_set():
            now = self._clock.monotonic()
            engine.tick(loop_lag_ms=max(0.0, now - due) * 1000.0)
            self._show_life()
            self._supervised.tell()
            due = due + TICK_S if now - due < TICK_S else now + TICK_S
            try:
                await asyncio.wait_for(self._stop.wait(), max(0.0, due - self._clock.monotonic()))
            except TimeoutError:
                pass  # the time for the next tick

    def _show_life(self) -> None:
        """While the store takes nothing, let the lock file say that we live: who keeps us must not kill us for that."""
        if not self._writer.ok and (self._showing is None or self._showing.done()):
            # A disk that is away may hold it up: that is a thread's business.
            self._showing = asyncio.get_running_loop().run_in_executor(None, _show_life, self._config.store)

    async def _tell_replacement(self, engine: Engine) -> None:
        """Tell the journal, once, of an engine that stood still and was killed for us to come."""
        store = self._config.store
        note = await asyncio.to_thread(note_of, store)
        if note is None or note.told:
            return
        engine.outbox.event("engine-replaced", "engine", holder=note.holder, by=note.by, silent_s=note.silent_s)
        try:
            await self._writer.commit(engine.compose())
            await asyncio.to_thread(told, store, note)
        except StoreUnavailable as error:
            _log.warning("the journal may tell twice of an engine that was replaced: %s", error)

    # ---- what happens to us

    def _on_fatal(self, error: BaseException) -> None:
        """The writer ended: nothing may act any more."""
        self._fatal = error
        if isinstance(error, LeaseLost | LeaseHeld):
            _log.error("%s: this engine stops acting", error)
        else:
            _log.error("the writer ended by a defect", exc_info=error)
        if self._engine is not None:
            self._engine.devices.drop_links()
        self._stop.set()

    def _tell_of_history(self, kind: str, **detail: Any) -> None:
        if self._engine is None:
            self._untold.append((kind, detail))
        else:
            self._engine.outbox.event(kind, "history", **detail)

    def _site(self) -> Site | None:
        """Return the site in force, for another thread: it is replaced as a whole."""
        return None if self._engine is None else self._engine.pipeline.columns.site

    def _on_gap(self) -> None:
        if self._engine is not None:
            self._engine.pipeline.retell()

    def _on_asked(self, asked: tuple[Asked, ...]) -> None:
        if self._engine is None or self._stop.is_set():
            return
        task = asyncio.get_running_loop().create_task(self._take_unclaimed(self._engine, asked), name="take requests")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _surely_new(self, one: Asked) -> bool:
        """Return whether no engine before us can have taken a request: it was made since we hold the lease. A clock
        that was set back shows old ones anew, from the future."""
        return 0.0 <= one.age_s < one.at - self._began

    async def _take_unclaimed(self, engine: Engine, asked: tuple[Asked, ...]) -> None:
        """Do the requests that nobody has taken yet, in the order in which they were heard. Ids are anybody's words:
        one that looks new may have been claimed long ago, and to claim it again would be the end of its whole commit.
        """
        async with self._turn:
            ids = [one.request.id for one in asked]
            try:
                claimed = await self._writer.run(lambda store: store.claimed(ids))
            except StoreUnavailable as error:
                claimed = frozenset(one.request.id for one in asked if not self._surely_new(one))
                if claimed:
                    _log.warning(
                        "%d requests are left alone: whether they were taken is unknown: %s", len(claimed), error
                    )
            engine.take(tuple(one for one in asked if one.request.id not in claimed))

    def _listen_to_signals(self, loop: asyncio.AbstractEventLoop) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            if sys.platform == "win32":
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(self._stop.set))
            else:
                loop.add_signal_handler(number, self._stop.set)

    # ---- ports

    def _device_maker(self, intern: Callable[[str], float]) -> MakeDevice:
        def make(spec: DeviceSpec, tags: Sequence[TagSpec]) -> Device:
            return make_device(spec, tags, clock=self._clock, private=self._private, intern=intern)

        return make

    def _make_link(self, spec: DeviceSpec, device: Device) -> CommandLink:
        return make_command_link(spec, private=self._private, device=device)

    def _accept(self, device: str, fingerprint: str) -> None:
        accept(device, fingerprint, private=self._private)

    @property
    def _private(self) -> Path:
        return self._config.private

    def _epoch(self) -> int:
        lease = self._writer.status.lease
        return 0 if lease is None else lease.epoch


def _warm(site: Site) -> None:
    """Import what the site's protocols need, off the loop."""
    protocols = {d.protocol for d in site.devices}
    if Protocol.OPCUA in protocols:
        importlib.import_module("app.devices.opcua.device")
        importlib.import_module("app.devices.opcua.command")
    if protocols - {Protocol.OPCUA}:
        importlib.import_module("app.devices.modbus.device")
        importlib.import_module("app.devices.modbus.command")


def _show_life(store: str) -> None:
    try:
        show_life(store)
    except OSError as error:
        _log.debug("no sign of life can be given: %s", error)  # the writer says once that the store is away


def _exit_code(error: BaseException | None) -> int:
    """Return the exit code for what ended the engine, and say it in one line."""
    match error:
        case None:
            return 0
        case LeaseHeld():
            _log.error("%s", error)
            return EXIT_LEASE_HELD
        case LeaseLost():
            return EXIT_LEASE_LOST
        case StoreUnavailable() | StoreTooOld():
            _log.error("%s", error)
            return EXIT_STORE
        case ConfigurationFault():
            _log.error("%s", error)
            return EXIT_CONFIGURATION
    return EXIT_DEFECT


def _on_loop_error(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what nobody caught; the loop goes on."""
    _log.error("on the loop: %s", context.get("message"), exc_info=context.get("exception"))
