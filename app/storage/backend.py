"""What differs between SQLite and PostgreSQL, as one contract; everything else in `storage` is the same for both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import sqlalchemy as sa

__all__ = ["Backend", "Bell", "EngineLock"]


class Bell(Protocol):
    """Rings when another connection committed to one owner. Used by one thread."""

    def wait(self, timeout_s: float) -> bool:
        """Wait for a ring; see `RoomStore.wait_bell`."""

    def close(self) -> None:
        """Close its connection. Idempotent."""


class EngineLock(Protocol):
    """What keeps a second engine of the same machine out, besides the lease."""

    def take(self, holder: str) -> None:
        """Take it, or raise LeaseHeld naming who has it. Taking again what one has already is fine."""

    def release(self) -> None:
        """Give it back. Idempotent."""


class Backend(Protocol):
    """One store's address and how to speak to it."""

    name: str
    address: str
    """As a person may see it: without a password."""
    now_ms: sa.ColumnElement[int]
    """The store's clock, UTC ms, read anew in each statement."""
    lock_proves_absence: bool
    """True when holding the engine lock proves that no other engine lives: then the lease row need not run out."""

    def exists(self, owner: str) -> bool:
        """Return True when the owner's tables are there, complete."""

    def create(self, owner: str, fill: Callable[[sa.Connection], None]) -> None:
        """Make an owner unless it exists: `fill` makes its tables in a transaction, and others see all or nothing of
        it. Safe against another process that does the same."""

    def writer(self, owner: str) -> sa.Engine:
        """Return an engine with one durable connection; `begin()` opens a transaction that may write at once."""

    def reader(self, owner: str) -> sa.Engine:
        """Return an engine for short autocommit reads that can never write."""

    def bell(self, owner: str) -> Bell:
        """Return a bell that has not connected yet."""

    def take_time(self, connection: sa.Connection) -> None:
        """Let the current transaction pause for up to 30 s between its statements: it works something large out."""

    def ring(self, connection: sa.Connection, owner: str) -> None:
        """Ring the owner's bell when the current transaction commits."""

    def engine_lock(self) -> EngineLock:
        """Return the lock, not taken yet."""

    def size(self, connection: sa.Connection) -> tuple[int, float]:
        """Return the store's bytes and the used fraction of its disk (0 when the server does not say)."""

    def history_size(self, connection: sa.Connection) -> int:
        """Return the bytes that history takes."""

    def integrity(self, connection: sa.Connection) -> list[str]:
        """Return what the database itself finds wrong with its file; empty when sound or not known."""
