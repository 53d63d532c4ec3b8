"""The lease: one engine acts, and the store's clock judges which.

One row. Taking it raises the epoch; every commit renews it first, in its own transaction, `WHERE epoch = mine` and
only while it has not run out. An engine that slept past its lease therefore cannot write, even if nobody else came.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import sqlalchemy as sa

from app.errors import LeaseHeld, LeaseLost
from app.model.records import Lease
from app.storage.tables_live import lease

__all__ = ["TTL_MS", "end_lease", "read_lease", "refuse_while_held", "renew_lease", "retake_lease", "take_lease"]

TTL_MS: Final = 2_500


def read_lease(connection: sa.Connection) -> Lease | None:
    """Return the lease as it stands, or None if no engine ever took it."""
    row = connection.execute(sa.select(lease)).one()
    return Lease(row.holder, row.epoch, row.until_ms) if row.epoch else None


def take_lease(connection: sa.Connection, now_ms: sa.ColumnElement[int], *, holder: str, force: bool) -> Lease:
    """Take the lease, or raise LeaseHeld while another's has not run out.

    `force` takes it in any case: for a backend whose lock proves that its holder is gone.
    The epoch is max(last + 1, Unix seconds): it grows also over a restored backup and over a fresh store.
    """
    statement = sa.update(lease).values(holder=holder, epoch=_next_epoch(now_ms), until_ms=now_ms + TTL_MS)
    if not force:
        statement = statement.where(lease.c.until_ms < now_ms)
    row = connection.execute(statement.returning(lease.c.epoch, lease.c.until_ms)).one_or_none()
    if row is None:
        standing = read_lease(connection)
        raise LeaseHeld(standing.holder if standing else "an engine that did not say its name")
    return Lease(holder, row.epoch, row.until_ms)


def renew_lease(connection: sa.Connection, now_ms: sa.ColumnElement[int], mine: Lease) -> Lease:
    """Renew our lease inside a transaction, or raise LeaseLost: the caller's transaction must then roll back."""
    until = connection.execute(_renewal(now_ms), {"mine": mine.epoch, "ttl": TTL_MS}).scalar_one_or_none()
    if until is None:
        standing = read_lease(connection)
        who = f"{standing.holder} with epoch {standing.epoch}" if standing else "nobody"
        raise LeaseLost(f"our lease of epoch {mine.epoch} has ended; the row now names {who}")
    return Lease(mine.holder, mine.epoch, until)


@lru_cache(maxsize=2)
def _renewal(now_ms: sa.ColumnElement[int]) -> sa.Executable:
    """Build the statement once for each backend's clock: every commit begins with it."""
    return (
        sa.update(lease)
        .where(lease.c.epoch == sa.bindparam("mine"), lease.c.until_ms >= now_ms)
        .values(until_ms=now_ms + sa.bindparam("ttl"))
        .returning(lease.c.until_ms)
    )


def retake_lease(connection: sa.Connection, now_ms: sa.ColumnElement[int], mine: Lease) -> Lease:
    """Take a lease of ours that ran out, under a new epoch, or raise LeaseLost: somebody took it in between."""
    statement = (
        sa.update(lease)
        .where(lease.c.epoch == mine.epoch, lease.c.holder == mine.holder)
        .values(epoch=_next_epoch(now_ms), until_ms=now_ms + TTL_MS)
        .returning(lease.c.epoch, lease.c.until_ms)
    )
    row = connection.execute(statement).one_or_none()
    if row is None:
        standing = read_lease(connection)
        raise LeaseLost(f"{standing.holder if standing else 'another engine'} took the lease after ours had run out")
    return Lease(mine.holder, row.epoch, row.until_ms)


def _next_epoch(now_ms: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    seconds = now_ms // 1000
    return sa.case((lease.c.epoch >= seconds, lease.c.epoch + 1), else_=seconds)


def end_lease(connection: sa.Connection, mine: Lease) -> None:
    """Let our lease run out now."""
    connection.execute(sa.update(lease).where(lease.c.epoch == mine.epoch).values(until_ms=0))


def refuse_while_held(connection: sa.Connection, now_ms: sa.ColumnElement[int]) -> None:
    """Raise LeaseHeld while somebody's lease has not run out."""
    holder = connection.execute(sa.select(lease.c.holder).where(lease.c.until_ms >= now_ms)).scalar_one_or_none()
    if holder is not None:
        raise LeaseHeld(holder)
