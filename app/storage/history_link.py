"""How everything of history reaches its tables: the fence, and one month at a time.

Two kinds of transaction, on both backends: one on what lives for ever, one on a month. None spans both; what follows
from a month in the other is ordered so that a kill between them leaves work to do again, never a loss.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa

from app.errors import LeaseLost
from app.storage.history_bulk import insert_rows
from app.storage.inserting import replacing
from app.storage.tables_history import FILE_MONTH, MonthTables, fence

__all__ = ["HistoryLink", "MonthPlace", "check_fence", "month_is", "raise_fence", "snapshot"]


@dataclass(frozen=True, slots=True)
class MonthPlace:
    """One month, open for one transaction or for reading."""

    connection: sa.Connection
    tables: MonthTables
    month_ms: int

    def mine(self, table: sa.Table) -> tuple[sa.ColumnElement[bool], ...]:
        """Return the conditions that keep a statement within this month: none in a file that is the month."""
        return (table.c.month_ms == self.month_ms,) if "month_ms" in table.c else ()

    def bound(self, **values: Any) -> dict[str, Any]:
        """Return values for a statement that was built once, with the month that `month_is` asks for."""
        return values if self.tables is FILE_MONTH else {"month": self.month_ms, **values}

    def insert(self, table: sa.Table, rows: Sequence[tuple[Any, ...]]) -> None:
        """Insert rows of columns in their order, without that of the month."""
        if "month_ms" in table.c:
            rows = [(*row, self.month_ms) for row in rows]
        insert_rows(self.connection, table, rows)

    def replace(self, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
        """Insert rows, or write over those of the same key."""
        if "month_ms" in table.c:
            rows = [{"month_ms": self.month_ms, **row} for row in rows]
        if rows:
            self.connection.execute(replacing(self.connection, table), list(rows))


def month_is(table: sa.Table) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions that keep a statement, built once for all months, within the one it is bound to."""
    return (table.c.month_ms == sa.bindparam("month"),) if "month_ms" in table.c else ()


class HistoryLink(Protocol):
    """Connections of one thread that writes history. SQLite: a file for each month; PostgreSQL: partitions."""

    def lead(self, epoch: int) -> None:
        """Raise the fence and write under it from now on; LeaseLost if a newer one stands."""

    def lasting(self) -> AbstractContextManager[sa.Connection]:
        """Open a transaction on what lives for ever. Raises LeaseLost unless our epoch stands there."""

    def reading(self) -> AbstractContextManager[sa.Connection]:
        """Give a connection to what lives for ever that only reads."""

    def months(self) -> tuple[int, ...]:
        """Return the months there are, ascending."""

    def writing(self, month_ms: int) -> AbstractContextManager[MonthPlace]:
        """Open a transaction on a month, which is made if there is none. Raises LeaseLost as `lasting`."""

    def reading_month(self, month_ms: int) -> AbstractContextManager[MonthPlace | None]:
        """Give a month to read; None if there is none, or none any more."""

    def drop(self, month_ms: int) -> None:
        """Forget a whole month. Raises LeaseLost as `lasting`."""

    def tidy(self, pages: int) -> bool:
        """Give free space back; see HistoryStore."""

    def close(self) -> None:
        """Close all connections. Idempotent."""


def check_fence(connection: sa.Connection, epoch: int | None) -> None:
    """Raise LeaseLost unless our epoch stands. Until the transaction ends no other can raise it."""
    standing = connection.execute(sa.select(fence.c.epoch).with_for_update()).scalar_one()
    if epoch is None or standing != epoch:
        raise LeaseLost(f"history is written under epoch {standing}, ours is {epoch or 'none'}")


def raise_fence(connection: sa.Connection, epoch: int) -> None:
    """Write our epoch unless a newer one stands."""
    standing = connection.execute(sa.select(fence.c.epoch).with_for_update()).scalar_one()
    if standing > epoch:
        raise LeaseLost(f"history is written under epoch {standing} by a newer engine, ours is {epoch}")
    if standing < epoch:
        connection.execute(sa.update(fence).values(epoch=epoch))


@contextmanager
def snapshot(connection: sa.Connection) -> Iterator[None]:
    """Let several statements of a connection that only reads see one state: the historian merges meanwhile."""
    sqlite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql("BEGIN" if sqlite else "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        yield
    finally:
        connection.exec_driver_sql("COMMIT")
