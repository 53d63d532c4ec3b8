"""The writer: order, durability, spooling, the lease's local deadline, and what ends an engine."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from app.engine.writer import LEASE_TTL_S, MERGED_TICKS, SILENT_S, TICK_BYTES, Writer
from app.errors import InternalFault, LeaseHeld, LeaseLost, StoreUnavailable
from app.model.records import Lease
from app.storage.contract import DELTA, FrameRow, Tick
from tests.helpers.clock import FakeClock
from tests.helpers.memory_store import MemoryStore

pytestmark = pytest.mark.logs(r"app\.engine\.writer")


class Desk:
    """A writer on a store in memory."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.store = MemoryStore(self.clock)
        self.fatal: list[BaseException] = []
        self.gaps = 0
        self.writer = self.make()

    def make(self, spool_bytes: int = 1_000_000) -> Writer:
        return Writer(
            lambda: self.store,  # type: ignore[arg-type,return-value]
            holder="me",
            clock=self.clock,
            on_fatal=self.fatal.append,
            on_gap=self._gap,
            spool_bytes=spool_bytes,
            retry_s=0.005,
            lease_wait_s=0.0,
        )

    def _gap(self) -> None:
        self.gaps += 1

    def put(self, *numbers: int, payload: bytes = b"x" * 10) -> None:
        for number in numbers:
            self.writer.put(Tick(frames=(FrameRow(number, DELTA, payload),)))

    @property
    def written(self) -> list[int]:
        return [f.t for tick in self.store.ticks for f in tick.frames]


async def until(condition: Callable[[], bool]) -> None:
    """Wait for the writer's thread, at most some seconds."""
    for _ in range(10_000):
        if condition():
            return
        await asyncio.sleep(0.002)
    raise AssertionError("the condition did not come about")


@asynccontextmanager
async def desk(spool_bytes: int = 1_000_000) -> AsyncIterator[Desk]:
    d = Desk()
    d.writer = d.make(spool_bytes)
    await d.writer.start()
    try:
        yield d
    finally:
        d.store.gate.set()
        await d.writer.stop()
        assert d.store.closed


def tick(number: int, claim: str = "") -> Tick:
    return Tick(frames=(FrameRow(number, DELTA, b"x"),), claims=(claim,) if claim else ())


async def test_ticks_are_written_in_order_and_calls_between_them() -> None:
    """put, put, run, put: the call sees exactly the two before it."""
    async with desk() as d:
        d.put(1, 2)
        seen = asyncio.ensure_future(d.writer.run(lambda store: list(d.written)))
        await asyncio.sleep(0)
        d.put(3)
        assert await seen == [1, 2]
        await until(lambda: d.written == [1, 2, 3])


async def test_a_hanging_disk_never_holds_the_loop_and_shows_as_not_ok() -> None:
    """The disk hangs: puts return at once, ticks queue, the store counts as unable to commit, then all are written."""
    async with desk() as d:
        d.store.gate.clear()
        d.put(*range(50))
        d.clock.advance(SILENT_S)
        assert d.writer.queued >= 49 and not d.writer.ok
        d.store.gate.set()
        await until(lambda: d.written == list(range(50)))
        assert d.writer.ok and len(d.store.ticks) < 50


async def test_a_commit_that_is_waited_for_returns_when_it_is_durable() -> None:
    """The receipt comes after the tick is in the store, with all that was put before it."""
    async with desk() as d:
        d.put(1)
        receipt = await d.writer.commit(tick(2))
        assert d.written == [1, 2] and receipt.last_seq == 2


async def test_an_outage_is_spooled_and_written_in_order_when_it_ends() -> None:
    """away → values queue, waiting commits are told, commands see it → back: everything is written, nothing twice."""
    async with desk() as d:
        d.put(1)
        await until(lambda: d.written == [1])
        d.store.away = True
        with pytest.raises(StoreUnavailable):
            await d.writer.commit(tick(2))
        assert d.writer.status.away and not d.writer.ok
        with pytest.raises(StoreUnavailable):
            await d.writer.run(lambda store: None)
        d.put(3, 4)
        d.store.away = False
        await until(lambda: d.written == [1, 2, 3, 4])
        await until(lambda: d.writer.ok)
        assert d.gaps == 0 and d.fatal == []


async def test_a_commit_whose_answer_was_lost_is_not_written_twice() -> None:
    """The connection breaks after the commit: the newest frame's number tells that it is there."""
    async with desk() as d:
        d.put(1)
        await until(lambda: d.written == [1])
        d.store.swallow = True
        d.put(2)
        # Not "until it is away": the writer tries again within milliseconds, and a busy loop would miss it.
        await until(lambda: not d.store.swallow)
        d.put(3)
        await until(lambda: 3 in d.written)
        assert d.written == [1, 2, 3]


async def test_a_commit_that_the_server_ends_late_is_not_written_twice() -> None:
    """The connection breaks in mid-commit and the server ends it only when we try again: once, also with a claim, and
    what comes after it is all there."""
    async with desk() as d:
        d.put(1)
        await until(lambda: d.written == [1])
        d.store.slow = True
        with pytest.raises(StoreUnavailable):
            await d.writer.commit(tick(2, "r2"))
        d.put(3, 4)
        await until(lambda: 4 in d.written)
        assert d.written == [1, 2, 3, 4] and d.fatal == [] and d.writer.ok


async def test_the_spool_is_bounded_and_loses_the_oldest_frames_but_no_record() -> None:
    """Beyond the bound the oldest frames go, counted; claims stay; a key frame is asked for when it is over."""
    async with desk(spool_bytes=50 * (TICK_BYTES + 10)) as d:
        d.store.away = True
        d.put(0)
        await until(lambda: d.writer.status.away)
        d.put(*range(1, 30))
        d.writer.put(Tick(frames=(FrameRow(30, DELTA, b"x" * 10),), claims=("r1",)))
        d.put(*range(31, 90))
        assert d.writer.status.dropped_frames == 41 and d.writer.queued == 50
        d.store.away = False
        await until(lambda: d.writer.queued == 0)
        await until(lambda: d.gaps == 1)
        assert d.written[-1] == 89 and "r1" in d.store.claims
        assert len(d.written) + d.writer.status.dropped_frames == 90


async def test_heartbeats_of_a_long_outage_do_not_pile_up() -> None:
    """Nothing changes while the store is away for days: what waits is bounded, and every record is among it."""
    async with desk(spool_bytes=50 * TICK_BYTES) as d:
        d.store.away = True
        d.put(0)
        await until(lambda: d.writer.status.away)
        for number in range(1, 2_000):
            records = {"claims": (f"r{number}",)} if number % 500 == 0 else {}
            d.writer.put(Tick(frames=(FrameRow(number, DELTA, b""),), prune_before_ms=number, **records))
        assert d.writer.queued <= 50
        d.store.away = False
        await until(lambda: d.writer.queued == 0)
        assert d.store.claims == {"r500", "r1000", "r1500"}
        assert d.written[:MERGED_TICKS] == list(range(MERGED_TICKS)) and d.written[-1] == 1_999


async def test_a_lost_lease_ends_the_engine_and_nothing_is_written_after_it() -> None:
    """Another engine rules: fatal with LeaseLost, the fence is shut, later ticks are dropped and waits told."""
    async with desk() as d:
        await d.writer.commit(tick(1))
        d.writer.fence()
        d.store.lease_lost, d.store.held_by = True, "another"
        d.put(2)
        await until(lambda: bool(d.fatal))
        assert isinstance(d.fatal[0], LeaseLost) and d.written == [1]
        with pytest.raises(LeaseLost):
            d.writer.fence()
        with pytest.raises(StoreUnavailable):
            await d.writer.commit(tick(3))
        assert not d.store.released


async def test_a_lease_that_ran_out_by_itself_is_taken_again() -> None:
    """A commit took longer than the lease lives, or the store's clock was set forward: a new epoch, nothing lost; the
    fence is shut from the loss to the next renewal."""
    async with desk() as d:
        await d.writer.commit(tick(1))
        retake, shut = d.store.retake_lease, []

        def look() -> Lease:
            with pytest.raises(LeaseLost):
                d.writer.fence()
            shut.append(True)
            return retake()

        d.store.retake_lease = look  # type: ignore[method-assign]
        d.store.lease_lost = True
        d.put(2)
        await until(lambda: d.written == [1, 2])
        await until(lambda: d.writer.ok)
        d.writer.fence()
        assert shut == [True]
        assert d.writer.status.lease is not None and d.writer.status.lease.epoch == 2 and d.fatal == []


async def test_the_local_deadline_counts_suspend() -> None:
    """A machine that slept for longer than the lease writes to no device, before any commit tells it so."""
    async with desk() as d:
        await d.writer.commit(tick(1))
        d.clock.suspend(LEASE_TTL_S - 0.6)
        d.writer.fence()
        d.clock.suspend(0.2)
        with pytest.raises(LeaseLost):
            d.writer.fence()
        await d.writer.commit(tick(2))
        d.writer.fence()


async def test_after_an_outage_the_lease_is_taken_again_unless_somebody_else_had_it() -> None:
    """PostgreSQL away for longer than the lease: nobody else came, so a new epoch goes on; somebody came: the end."""
    async with desk() as d:
        d.put(1)
        await until(lambda: d.written == [1])
        d.store.away = True
        d.put(2)
        await until(lambda: d.writer.status.away)
        d.store.lease_lost, d.store.away = True, False
        await until(lambda: d.written == [1, 2])
        assert d.writer.status.lease is not None and d.writer.status.lease.epoch == 2 and d.fatal == []
        d.store.away = True
        d.put(3)
        await until(lambda: d.writer.status.away)
        d.store.lease_lost, d.store.held_by, d.store.away = True, "another", False
        d.put(4)
        await until(lambda: bool(d.fatal))
        assert isinstance(d.fatal[0], LeaseLost) and d.written == [1, 2]


async def test_an_outage_while_the_lease_is_taken_again_is_spooled_like_any_other() -> None:
    """lease ran out → the store goes in that very moment → back: everything is written."""
    async with desk() as d:
        await d.writer.commit(tick(1))
        retake, tries = d.store.retake_lease, []

        def fail_once() -> Lease:
            tries.append(1)
            if len(tries) == 1:
                raise StoreUnavailable("away")
            return retake()

        d.store.retake_lease = fail_once  # type: ignore[method-assign]
        d.store.lease_lost = True
        d.put(2)
        await until(lambda: d.written == [1, 2])
        assert d.fatal == [] and len(tries) == 2


async def test_an_engine_that_stood_still_does_not_take_its_lease_again() -> None:
    """The store is away and the process is stopped for longer than its lease: it ends."""
    async with desk() as d:
        d.put(1)
        await until(lambda: d.written == [1])
        d.store.away = True
        d.put(2)
        await until(lambda: d.writer.status.away)
        d.clock.suspend(LEASE_TTL_S + 1.0)
        d.put(3)
        d.store.lease_lost, d.store.away = True, False
        await until(lambda: bool(d.fatal))
        assert isinstance(d.fatal[0], LeaseLost) and d.written == [1]


async def test_an_engine_that_stood_still_ends_though_nobody_else_came() -> None:
    """The process is stopped for longer than its lease while the store is there: it writes no frame after it."""
    async with desk() as d:
        await d.writer.commit(tick(1))
        d.clock.suspend(LEASE_TTL_S + 1.0)
        d.store.lease_lost = True
        d.put(2)
        await until(lambda: bool(d.fatal))
        assert isinstance(d.fatal[0], LeaseLost) and d.written == [1]


async def test_a_second_claim_fails_its_own_tick_only() -> None:
    """The asker is told, the writer goes on, a key frame is asked for since a frame was lost."""
    async with desk() as d:
        await d.writer.commit(tick(1, "r1"))
        with pytest.raises(InternalFault):
            await d.writer.commit(tick(2, "r1"))
        await d.writer.commit(tick(3))
        assert d.written == [1, 3] and d.gaps == 1 and d.fatal == []


async def test_a_held_lease_is_told_with_its_holder() -> None:
    """A second engine ends before it does anything."""
    d = Desk()
    d.store.held_by = "another"
    with pytest.raises(LeaseHeld, match="another"):
        await d.writer.start()
    assert d.store.closed


async def test_an_orderly_stop_writes_what_is_queued_and_gives_the_lease_back() -> None:
    """stop: queued ticks are in the store, the lease is released."""
    d = Desk()
    await d.writer.start()
    d.put(1, 2, 3)
    await d.writer.stop()
    assert d.written == [1, 2, 3] and d.store.released and d.store.closed
