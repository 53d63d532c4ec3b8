"""The historian's thread: when it begins, what it tells, and what ends it or does not."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from app.clock import SystemClock
from app.engine.historian.plan import HistorianPlan
from app.engine.historian.thread import HistorianParts, HistorianThread
from app.errors import ConfigurationFault, LeaseLost, StoreUnavailable
from app.storage.history_contract import Mark

PLAN = HistorianPlan(read_s=0.01, rest=0.0, retry_s=0.01, mend_s=0.01)


class Store:
    """A HistoryStore without history whose failures a test commands; only what an idle historian calls."""

    def __init__(self, faults: list[BaseException | None]) -> None:
        self.faults = faults
        self.epochs: list[int] = []
        self.closed = 0
        self.asked = threading.Event()

    def lead(self, epoch: int) -> None:
        if self.faults and (fault := self.faults.pop(0)) is not None:
            raise fault
        self.epochs.append(epoch)

    def mark(self) -> Mark | None:
        return None

    def newest_state(self) -> None:
        return None

    def months(self) -> tuple[int, ...]:
        return ()

    def progress(self, name: str) -> int:
        return 0

    def dirty(self, limit: int = 1_000) -> tuple[tuple[int, int], ...]:
        return ()

    def close(self) -> None:
        self.closed += 1


class House:
    """A thread on a fake store. `frames` is called for the newest frames."""

    def __init__(self, *faults: BaseException | None) -> None:
        self.store = Store(list(faults))
        self.lost: list[BaseException] = []
        self.told: list[str] = []
        self.epoch = 5
        self.frames: Callable[[], Any] = tuple
        self.thread = HistorianThread(
            self._open,
            clock=SystemClock(),
            epoch=lambda: self.epoch,
            site=lambda: None,
            on_lost=self.lost.append,
            tell=lambda kind, **_: self.told.append(kind),
            plan=PLAN,
        )

    def _open(self) -> HistorianParts:
        reader: Any = None
        store: Any = self.store
        return HistorianParts(store, self._after, reader, self.store.close)

    def _after(self, seq: int, limit: int) -> Any:
        self.store.asked.set()
        return self.frames()

    async def until(self, done: Callable[[], bool]) -> None:
        """Wait for a condition."""
        async with asyncio.timeout(20.0):
            while not done():  # noqa: ASYNC110 - a thread changes it
                await asyncio.sleep(0.005)


async def test_it_leads_before_start_returns_and_ends_in_order() -> None:
    """Once `start` has returned the fence stands at our epoch; `stop` closes what was opened, twice is as good as
    once."""
    house = House()
    await house.thread.start()
    assert house.store.epochs == [5]
    await house.until(house.store.asked.is_set)
    await house.thread.stop()
    await house.thread.stop()
    assert house.store.closed == 1 and house.told == [] and house.lost == []


async def test_a_newer_leader_of_history_ends_the_start() -> None:
    """The fence stands higher than our epoch: nothing may act."""
    house = House(LeaseLost("a newer engine"))
    with pytest.raises(LeaseLost):
        await house.thread.start()
    await house.thread.stop()
    assert house.lost == []


async def test_a_store_of_another_revision_ends_the_start() -> None:
    """What a person must mend is said at the start, not retried."""
    house = House(ConfigurationFault("no such store"))
    with pytest.raises(ConfigurationFault):
        await house.thread.start()
    await house.thread.stop()


@pytest.mark.logs("history cannot be written|history is written again")
async def test_a_store_that_is_away_is_told_once_and_tried_again() -> None:
    """The engine does not wait for it; when it is back the fence is raised before anything else."""
    house = House(StoreUnavailable("away"), StoreUnavailable("away"))
    await house.thread.start()
    await house.until(lambda: house.store.epochs == [5])
    await house.until(lambda: not house.thread.status.away)
    await house.thread.stop()
    assert house.store.closed == 3 and house.told == []


@pytest.mark.logs("history cannot be written|history is written again")
async def test_frames_that_cannot_be_read_for_a_while_cost_nothing() -> None:
    """The store goes while it works: everything is opened anew, and it goes on from the mark."""
    house = House()
    gone = [StoreUnavailable("away")]

    def frames() -> tuple[()]:
        if gone:
            raise gone.pop()
        return ()

    house.frames = frames
    await house.thread.start()
    await house.until(lambda: house.store.epochs == [5, 5] and not house.thread.status.away)
    await house.thread.stop()


async def test_a_newer_leader_ends_the_engine_once() -> None:
    """The fence was raised by another while we worked: told on the loop, and the thread has ended."""
    house = House()

    def frames() -> Any:
        raise LeaseLost("a newer engine writes history")

    house.frames = frames
    await house.thread.start()
    await house.until(lambda: bool(house.lost))
    await house.thread.stop()
    assert [type(e) for e in house.lost] == [LeaseLost]


@pytest.mark.logs("the historian ended by a defect")
async def test_a_defect_is_told_once_and_the_engine_goes_on() -> None:
    """However often it fails, the journal has one line until it works again; nothing ends the engine."""
    house = House()
    tries = []

    def frames() -> Any:
        tries.append(1)
        raise ZeroDivisionError("a defect")

    house.frames = frames
    await house.thread.start()
    await house.until(lambda: len(tries) > 3)
    assert house.thread.status.failed.startswith("ZeroDivisionError")
    await house.thread.stop()
    assert house.told == ["history-failed"] and house.lost == []


async def test_a_lease_that_was_taken_again_raises_the_fence_too() -> None:
    """Our lease ran out in an outage and we took it again, under another epoch."""
    house = House()
    await house.thread.start()
    house.epoch = 9
    await house.until(lambda: house.store.epochs == [5, 9])
    await house.thread.stop()
