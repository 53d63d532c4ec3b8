"""The one thread that owns the engine's write connection. The loop hands it ticks and never waits on disk.

Its queue is also the spool: a tick leaves it when it is committed. While the store is away ticks stay, in order, up to
a bound in bytes; beyond it the frames of the oldest go (counted, and a key frame follows) with the lines of the
communication log, and a tick of which nothing else is left goes whole: an outage may last for weeks. Records never go.
The writer keeps the local lease deadline that `fence` reads before each device write.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Final, TypeVar

from app.clock import Clock
from app.errors import LeaseHeld, LeaseLost, QianliyanError, StoreUnavailable
from app.model.records import Lease
from app.storage.contract import EngineStore, Receipt, Tick

__all__ = ["LEASE_TTL_S", "SPOOL_BYTES", "Writer"]

LEASE_TTL_S: Final = 2.5
LEASE_MARGIN_S: Final = 0.5
"""Device writes stop this long before the lease can pass on."""
SPOOL_BYTES: Final = 64 * 1024 * 1024
TICK_BYTES: Final = 500
"""What a tick that waits takes besides its frames, about: of heartbeats alone there would be millions else."""
MERGED_TICKS: Final = 20
"""Ticks put into one transaction at most when the writer lags."""
RETRY_S: Final = 0.5
LEASE_WAIT_S: Final = 3.0
"""A killed engine's lease stands for up to its time to live: so long a new one asks again before it gives up."""
SILENT_S: Final = 1.5
"""A commit that takes longer counts as a store that cannot commit now."""

_log: Final = logging.getLogger(__name__)
_T = TypeVar("_T")


@dataclass(slots=True)
class _Item:
    """A tick to commit, or a call to make with the store, in the writer's thread."""

    tick: Tick | None = None
    call: Callable[[EngineStore], Any] | None = None
    waiter: asyncio.Future[Any] | None = None
    size: int = 0


@dataclass(slots=True)
class WriterStatus:
    """Running figures; written by the writer's thread, read by the loop."""

    lease: Lease | None = None
    last_seq: int = 0
    commit_ms: float = 0.0
    away: bool = False
    dropped_frames: int = 0
    error: str = ""
    committed_at: float = field(default=float("-inf"))
    """Monotonic time of the last commit."""


class Writer:
    """Owns an EngineStore in a thread of its own. `on_fatal` is called on the loop, once, with the error that ends the
    engine (LeaseLost, LeaseHeld or a defect); `on_gap` is called on the loop when frames were dropped or lost."""

    def __init__(
        self,
        open_store: Callable[[], EngineStore],
        *,
        holder: str,
        clock: Clock,
        on_fatal: Callable[[BaseException], None],
        on_gap: Callable[[], None],
        spool_bytes: int = SPOOL_BYTES,
        retry_s: float = RETRY_S,
        lease_wait_s: float = LEASE_WAIT_S,
    ) -> None:
        self.status: Final = WriterStatus()
        self._open_store = open_store
        self._holder = holder
        self._clock = clock
        self._on_fatal = on_fatal
        self._on_gap = on_gap
        self._spool_bytes = spool_bytes
        self._retry_s = retry_s
        self._lease_wait_s = lease_wait_s
        self._items: deque[_Item] = deque()
        self._bytes = 0
        self._bare = 0
        """Ticks behind the first ones that have nothing left to give: not looked at again while nothing is written."""
        self._wake = threading.Condition()
        self._stopping = False
        self._deadline_boot = float("-inf")
        self._put_boot = clock.boot()
        self._paused = False
        self._gap = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    # ---- used on the loop

    async def start(self) -> Lease:
        """Open the store and take the lease. Raises LeaseHeld, StoreUnavailable or StoreTooOld."""
        self._loop = asyncio.get_running_loop()
        started: asyncio.Future[Lease] = self._loop.create_future()
        self._thread = threading.Thread(target=self._run, args=(started,), name="engine-writer")
        self._thread.start()
        try:
            return await started
        except BaseException:
            await self._loop.run_in_executor(None, self._thread.join)
            raise

    def put(self, tick: Tick) -> None:
        """Queue a tick, several times a second. Never waits; beyond the spool's bound the oldest frames are dropped."""
        self._note_pause()
        self._add(_Item(tick=tick, size=_size(tick)))

    async def commit(self, tick: Tick) -> Receipt:
        """Queue a tick and wait until it is durable. Raises StoreUnavailable when it is not known to be; the tick then
        stays queued like any other, so that its claim is never lost."""
        receipt: Receipt = await self._wait_for(_Item(tick=tick, size=_size(tick)))
        return receipt

    async def run(self, call: Callable[[EngineStore], _T]) -> _T:
        """Call something with the store in the writer's thread, in order with the ticks."""
        answer: _T = await self._wait_for(_Item(call=call))
        return answer

    def fence(self) -> None:
        """Raise LeaseLost unless our lease surely still stands. Reads a clock that counts suspend."""
        if self._clock.boot() > self._deadline_boot:
            raise LeaseLost("the lease could not be renewed in time: nothing is sent")

    @property
    def ok(self) -> bool:
        """True while the store commits: commands are possible."""
        return not self.status.away and self._clock.monotonic() - self.status.committed_at < SILENT_S

    @property
    def queued(self) -> int:
        """Ticks that wait."""
        return len(self._items)

    async def stop(self) -> None:
        """Write what is queued if the store is there, release the lease, close, and end the thread."""
        thread = self._thread
        if thread is None:
            return
        with self._wake:
            self._stopping = True
            self._wake.notify()
        await asyncio.get_running_loop().run_in_executor(None, thread.join)
        self._thread = None

    async def _wait_for(self, item: _Item) -> Any:
        item.waiter = asyncio.get_running_loop().create_future()
        self._add(item)
        return await item.waiter

    def _add(self, item: _Item) -> None:
        with self._wake:
            dead = self._thread is None or self._stopping or not self._thread.is_alive()
            away = self.status.away
            # A call makes no sense later; a tick is kept, for its claims and records.
            if not dead and not (away and item.tick is None):
                self._items.append(item)
                self._bytes += item.size
                self._drop_oldest()
                self._wake.notify()
        if (dead or away) and item.waiter is not None:
            item.waiter.set_exception(StoreUnavailable("the writer has ended" if dead else self.status.error))

    def _drop_oldest(self) -> None:
        """Take the frames out of the oldest ticks until the queue fits; their records stay."""
        # The first ones may be on their way to the disk in this moment.
        at = MERGED_TICKS + self._bare
        while self._bytes > self._spool_bytes and at < len(self._items) - 1:
            item = self._items[at]
            if item.tick is not None and item.tick.frames:
                self._gap = True
                self.status.dropped_frames += len(item.tick.frames)
                item.tick = replace(item.tick, frames=(), comm=(), raw=())
                self._bytes -= item.size - _size(item.tick)
                item.size = _size(item.tick)
            if item.waiter is None and item.tick is not None and _says_nothing(item.tick):
                self._bytes -= item.size
                del self._items[at]
            else:
                at, self._bare = at + 1, self._bare + 1

    def _note_pause(self) -> None:
        """Remember when the whole process stood still for longer than a lease lives."""
        now = self._clock.boot()
        if now - self._put_boot > LEASE_TTL_S:
            self._paused = True
        self._put_boot = now

    # ---- the thread

    def _run(self, started: asyncio.Future[Lease]) -> None:
        try:
            store = self._open_store()
            try:
                self.status.lease = self._take(store)
                self.status.last_seq = store.last_seq()
            except BaseException:
                store.close()
                raise
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits for the start
            self._tell(_set_error, started, error)
            return
        self.status.committed_at = self._clock.monotonic()
        self._tell(_set_result, started, self.status.lease)
        try:
            self._serve(store)
            self._end(store)
        except BaseException as error:  # noqa: BLE001 - handed to the engine, which ends by it
            self._deadline_boot = float("-inf")
            self._tell(self._on_fatal, error)
        finally:
            self._deadline_boot = float("-inf")
            store.close()
            self._fail_rest()

    def _take(self, store: EngineStore) -> Lease:
        until = self._clock.monotonic() + self._lease_wait_s
        while True:
            try:
                return store.take_lease(self._holder)
            except LeaseHeld:
                if self._clock.monotonic() >= until:
                    raise
                with self._wake:
                    self._wake.wait(LEASE_WAIT_S / 10)

    def _serve(self, store: EngineStore) -> None:
        while (batch := self._next()) is not None:
            if batch[0].call is not None:
                self._call(store, batch[0])
                continue
            # The same batch again until it is written: only then does the newest frame's number tell whether it was.
            while not self._commit(store, batch):
                if self._stopping:
                    return
            self._done(batch)

    def _next(self) -> list[_Item] | None:
        """Wait for items; return those of one transaction, or None at the end. They stay queued until `_done`."""
        with self._wake:
            while not self._items:
                if self._stopping:
                    return None
                self._wake.wait()
            return _together(list(self._items)[:MERGED_TICKS])

    def _commit(self, store: EngineStore, batch: list[_Item]) -> bool:
        """Commit; return False when the batch must be tried again. It is never written twice: `after` tells the store
        what we know of."""
        try:
            receipt = store.commit(_merged(batch), after=self.status.last_seq)
        except StoreUnavailable as error:
            self._gone(error)
            return False
        except LeaseLost as lost:
            self._take_again(store, lost)
            return False
        except QianliyanError as error:
            if batch[0].waiter is None:
                raise
            # A claim that was taken before: the asker must know, and its frame is lost.
            self._tell(_set_error, batch[0].waiter, error)
            self._tell(self._on_gap)
            return True
        self._note(receipt)
        for item in batch:
            if item.waiter is not None:
                self._tell(_set_result, item.waiter, receipt)
        return True

    def _gone(self, error: StoreUnavailable) -> None:
        if not self.status.away:
            _log.error("the store is away, values are spooled: %s", error)
        with self._wake:
            self.status.away, self.status.error = True, str(error)
            for item in self._items:
                if item.waiter is not None:
                    self._tell(_set_error, item.waiter, StoreUnavailable(str(error)))
            self._items = deque(item for item in self._items if item.call is None)
            self._wake.wait_for(lambda: self._stopping, self._retry_s)

    def _take_again(self, store: EngineStore, lost: LeaseLost) -> None:
        """Take our lease anew: it ran out in an outage, in a commit that took long, or since the store's clock was set
        forward. Raises LeaseLost when another engine took it, or when this process stood still: then the other end of
        every line may have gone on without us. The fence is shut until the next commit has renewed it."""
        self._deadline_boot = float("-inf")
        if self._paused or self._clock.boot() - self._put_boot > LEASE_TTL_S:
            raise LeaseLost(f"this process stood still for longer than its lease ({lost})")
        try:
            lease = store.retake_lease()
        except StoreUnavailable as error:
            self._gone(error)
            return
        _log.warning("the lease had run out and was taken again, epoch %d", lease.epoch)
        self.status.lease = lease

    def _note(self, receipt: Receipt) -> None:
        if self.status.away:
            _log.warning("the store commits again")
        if self._clock.boot() - receipt.renewed_boot < LEASE_TTL_S:
            # Else we stood still after this very commit, and it says nothing of now.
            self._paused = False
        if self._gap:
            self._gap = False
            self._tell(self._on_gap)
        status = self.status
        status.away, status.error = False, ""
        status.lease, status.last_seq = receipt.lease, receipt.last_seq
        status.commit_ms = receipt.duration_s * 1000.0
        status.committed_at = self._clock.monotonic()
        self._deadline_boot = receipt.renewed_boot + LEASE_TTL_S - LEASE_MARGIN_S

    def _done(self, batch: list[_Item]) -> None:
        with self._wake:
            self._bare = 0
            for item in batch:
                self._items.popleft()
                self._bytes -= item.size

    def _call(self, store: EngineStore, item: _Item) -> None:
        assert item.call is not None and item.waiter is not None
        try:
            answer = item.call(store)
        except LeaseLost as error:
            self._deadline_boot = float("-inf")
            # The next tick finds out whether it can be taken again; a call makes no sense later.
            self._tell(_set_error, item.waiter, StoreUnavailable(str(error)))
        except QianliyanError as error:
            self._tell(_set_error, item.waiter, error)
        else:
            self._tell(_set_result, item.waiter, answer)
        self._done([item])

    def _end(self, store: EngineStore) -> None:
        if self.status.away:
            _log.error("%d ticks could not be written before the end: the store is away", len(self._items))
            return
        try:
            store.release_lease()
        except (LeaseLost, StoreUnavailable) as error:
            _log.warning("the lease could not be given back: %s", error)

    def _fail_rest(self) -> None:
        with self._wake:
            rest, self._stopping = list(self._items), True
            self._items.clear()
        for item in rest:
            if item.waiter is not None:
                self._tell(_set_error, item.waiter, StoreUnavailable("the writer has ended"))

    def _tell(self, call: Callable[..., None], *args: Any) -> None:
        assert self._loop is not None
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call, *args)


def _together(items: list[_Item]) -> list[_Item]:
    """Return the items of one transaction: a tick that somebody waits for goes alone, others may share one."""
    together: list[_Item] = []
    for item in items:
        alone = item.waiter is not None or item.tick is None
        if alone and together:
            break
        together.append(item)
        if alone:
            break
    return together


def _merged(batch: list[_Item]) -> Tick:
    """Return one tick with the content of several, in order."""
    ticks = [item.tick for item in batch if item.tick is not None]
    if len(ticks) == 1:
        return ticks[0]
    substitutes = [t.substitutes for t in ticks if t.substitutes is not None]
    prunes = [t.prune_before_ms for t in ticks if t.prune_before_ms is not None]
    return Tick(
        frames=tuple(f for t in ticks for f in t.frames),
        claims=tuple(c for t in ticks for c in t.claims),
        results=tuple(r for t in ticks for r in t.results),
        journal=tuple(j for t in ticks for j in t.journal),
        equipment=tuple({e.path: e for t in ticks for e in t.equipment}.values()),
        alarms=tuple({a.path: a for t in ticks for a in t.alarms}.values()),
        substitutes=substitutes[-1] if substitutes else None,
        comm=tuple(c for t in ticks for c in t.comm),
        raw=tuple(r for t in ticks for r in t.raw),
        texts=tuple(x for t in ticks for x in t.texts),
        prune_before_ms=prunes[-1] if prunes else None,
    )


def _size(tick: Tick) -> int:
    return TICK_BYTES + sum(len(f.payload) for f in tick.frames) + sum(len(message.raw) for message in tick.raw)


def _says_nothing(tick: Tick) -> bool:
    return replace(tick, prune_before_ms=None) == Tick()


def _set_result(future: asyncio.Future[Any], value: Any) -> None:
    if not future.done():
        future.set_result(value)


def _set_error(future: asyncio.Future[Any], error: BaseException) -> None:
    if not future.done():
        future.set_exception(error)
