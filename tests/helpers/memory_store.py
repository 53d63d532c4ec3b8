"""An EngineStore in memory whose failures a test commands. Only what the writer calls."""

from __future__ import annotations

import threading
from typing import Any

from app.clock import Clock
from app.errors import InternalFault, LeaseHeld, LeaseLost, StoreUnavailable
from app.model.records import Lease
from app.storage.contract import Receipt, Tick

__all__ = ["MemoryStore"]


class MemoryStore:
    """Keeps ticks. `away`: commits and reads fail; `swallow`: the commit happens, its answer does not arrive;
    `slow`: it happens only after its connection broke."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.ticks: list[Tick] = []
        self.epoch = 0
        self.away = False
        self.swallow = False
        self.lease_lost = False
        self.held_by = ""
        self.slow = False
        self.pending: Tick | None = None
        self.released = False
        self.closed = False
        self.gate = threading.Event()
        """Commits wait for it: a disk that hangs is a gate that is shut."""
        self.gate.set()
        self.claims: set[str] = set()
        self.attempts = 0

    def take_lease(self, holder: str) -> Lease:
        if self.held_by:
            raise LeaseHeld(self.held_by)
        self.epoch += 1
        self.lease_lost = False
        return Lease(holder, self.epoch, 0)

    def retake_lease(self) -> Lease:
        if self.away:
            raise StoreUnavailable("away")
        if self.held_by:
            raise LeaseLost(f"{self.held_by} took it")
        self.epoch += 1
        self.lease_lost = False
        return Lease("me", self.epoch, 0)

    def release_lease(self) -> None:
        self.released = True

    def commit(self, tick: Tick, *, after: int | None = None) -> Receipt:
        self.gate.wait(10.0)
        self.attempts += 1
        if self.away:
            raise StoreUnavailable("away")
        if self.lease_lost:
            raise LeaseLost("lost")
        boot = self.clock.boot()
        if self.pending is not None:
            # The server goes on with what it was doing when the connection broke; whoever comes next waits for it.
            self._write(self.pending)
            self.pending = None
        if after is not None and self.last_seq() > after:
            return Receipt(Lease("me", self.epoch, 0), boot, self.last_seq(), 0.001)
        if self.claims & set(tick.claims):
            raise InternalFault("claimed before")
        if self.slow:
            self.slow, self.pending = False, tick
            raise StoreUnavailable("the connection broke in the middle of the commit")
        self._write(tick)
        if self.swallow:
            self.swallow = False
            raise StoreUnavailable("the connection broke after the commit")
        return Receipt(Lease("me", self.epoch, 0), boot, self.last_seq(), 0.001)

    def _write(self, tick: Tick) -> None:
        self.claims |= set(tick.claims)
        self.ticks.append(tick)

    def last_seq(self) -> int:
        if self.away:
            raise StoreUnavailable("away")
        return sum(len(t.frames) for t in self.ticks)

    def close(self) -> None:
        self.closed = True

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"the writer has no business with {name}")
