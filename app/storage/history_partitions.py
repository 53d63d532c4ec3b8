"""History on PostgreSQL: one schema, whose large tables have a partition for each month."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa

from app.storage.backend import Backend
from app.storage.columns import HISTORY_OWNER
from app.storage.foreign import mapped_errors
from app.storage.history_link import MonthPlace, check_fence, raise_fence
from app.storage.history_numbers import count_drop, first_group
from app.storage.months import month_name, next_month
from app.storage.tables_history import SERVER_MONTH, meta, month

__all__ = ["ServerHistoryLink"]

_count: Final = SERVER_MONTH.month_count
_A_PART: Final = "_2026_11"
_PARTITIONS: Final = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = 'history' AND c.relispartition AND c.relkind = 'r' ORDER BY c.relname"
)


class ServerHistoryLink:
    """HistoryLink on a server."""

    def __init__(self, backend: Backend) -> None:
        self._writer = backend.writer(HISTORY_OWNER)
        self._reader = backend.reader(HISTORY_OWNER)
        self._epoch: int | None = None

    def lead(self, epoch: int) -> None:
        with mapped_errors(), self._writer.begin() as connection:
            raise_fence(connection, epoch)
        self._epoch = epoch
        self._sweep()

    @contextmanager
    def lasting(self) -> Iterator[sa.Connection]:
        with mapped_errors(), self._writer.begin() as connection:
            check_fence(connection, self._epoch)
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        with mapped_errors(), self._reader.connect() as connection:
            yield connection

    def months(self) -> tuple[int, ...]:
        with self.reading() as connection:
            return tuple(connection.execute(sa.select(_count.c.month_ms).order_by(_count.c.month_ms)).scalars())

    @contextmanager
    def writing(self, month_ms: int) -> Iterator[MonthPlace]:
        with self.lasting() as connection:
            if not _is_there(connection, month_ms):
                _make(connection, month_ms)
            yield MonthPlace(connection, SERVER_MONTH, month_ms)

    @contextmanager
    def reading_month(self, month_ms: int) -> Iterator[MonthPlace | None]:
        with self.reading() as connection:
            yield MonthPlace(connection, SERVER_MONTH, month_ms) if _is_there(connection, month_ms) else None

    def drop(self, month_ms: int) -> None:
        with self.lasting() as connection:
            count_drop(connection)
            for table in (month, _count):
                connection.execute(sa.delete(table).where(table.c.month_ms == month_ms))
        self._sweep()

    def _sweep(self) -> None:
        """Drop partitions of months that there are no longer, one at a time: readers lock several in any order, and
        whoever held one and waited for another could wait for them for ever. The next leader drops what is left."""
        kept = {_part(month_ms) for month_ms in self.months()}
        with self.reading() as connection:
            names = connection.exec_driver_sql(_PARTITIONS).scalars().all()
        for name in names:
            base, part = name[: -len(_A_PART)], name[-len(_A_PART) + 1 :]
            if part not in kept:
                with self.lasting() as connection:
                    connection.execute(sa.select(sa.func.history.drop_part(base, part)))

    def tidy(self, pages: int) -> bool:
        return False  # the server's own vacuum does it

    def close(self) -> None:
        self._epoch = None
        self._writer.dispose()
        self._reader.dispose()


def _is_there(connection: sa.Connection, month_ms: int) -> bool:
    return (
        connection.execute(sa.select(_count.c.month_ms).where(_count.c.month_ms == month_ms)).one_or_none() is not None
    )


def _make(connection: sa.Connection, month_ms: int) -> None:
    for table in SERVER_MONTH.partitioned():
        # What was left of a month that was dropped; mostly nothing.
        connection.execute(sa.select(sa.func.history.drop_part(table.name, _part(month_ms))))
    add = sa.func.history.add_month(month_ms, next_month(month_ms), _part(month_ms))
    connection.execute(sa.select(add))
    store_id = sa.select(meta.c.store_id).scalar_subquery()
    first = first_group(connection)
    row = {"longest": 0, "last_group": first, "changes": first}
    connection.execute(sa.insert(_count).values(month_ms=month_ms, store_id=store_id, **row))


def _part(month_ms: int) -> str:
    """Return what a month's partitions end with: `2026_11`."""
    return month_name(month_ms).replace("-", "_")
