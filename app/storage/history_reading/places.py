"""Where history is read: what lives for ever, and one month at a time, never to write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final, Protocol

import sqlalchemy as sa

from app.storage.backend import Backend
from app.storage.columns import HISTORY_OWNER
from app.storage.foreign import mapped_errors
from app.storage.history_files import MonthFiles
from app.storage.history_link import MonthPlace
from app.storage.history_rows import MonthExtent, month_extents
from app.storage.sqlite import SqliteBackend
from app.storage.tables_history import FILE_MONTH, SERVER_MONTH

__all__ = ["MonthOpener", "Places"]

_OPEN: Final = 14
"""Files of months that a reader keeps open: a year and a little."""


class MonthOpener(Protocol):
    """Opens months, on either backend."""

    def month(self, month_ms: int) -> AbstractContextManager[MonthPlace | None]:
        """Give a month to read; None if there is none (any more)."""

    def close(self) -> None:
        """Close all connections. Idempotent."""


class Places:
    """Connections of one thread that reads history. `months` are those of the last `look`."""

    def __init__(self, backend: Backend) -> None:
        self._lasting = backend.reader(HISTORY_OWNER)
        self._months: MonthOpener = (
            _Files(backend) if isinstance(backend, SqliteBackend) else _Partitions(self._lasting)
        )
        self.months: tuple[MonthExtent, ...] = ()

    def look(self) -> None:
        """Learn which months there are."""
        with self.lasting() as connection:
            self.months = month_extents(connection)

    def with_frames(self, until: int | None = None) -> list[int]:
        """Return the months that have windows, newest first: those that begin with a frame up to one."""
        return [
            m.month_ms for m in reversed(self.months) if m.first_seq and (until is None or m.first_seq <= until)
        ]  # fmt: skip

    @contextmanager
    def lasting(self) -> Iterator[sa.Connection]:
        """Give a connection to what lives for ever."""
        with mapped_errors(), self._lasting.connect() as connection:
            yield connection

    def month(self, month_ms: int) -> AbstractContextManager[MonthPlace | None]:
        """Give a month to read; None if there is none (any more)."""
        return self._months.month(month_ms)

    def close(self) -> None:
        """Close all connections. Idempotent."""
        self._months.close()
        self._lasting.dispose()


class _Files:
    """A file for each month."""

    def __init__(self, backend: SqliteBackend) -> None:
        self._files = MonthFiles(backend.folder, mode="ro", kept_open=_OPEN)

    @contextmanager
    def month(self, month_ms: int) -> Iterator[MonthPlace | None]:
        with mapped_errors():
            engine = self._files.engine(month_ms)
            if engine is None:
                yield None
                return
            with engine.connect() as connection:
                yield MonthPlace(connection, FILE_MONTH, month_ms)

    def close(self) -> None:
        self._files.close()


class _Partitions:
    """A partition for each month. One that was dropped meanwhile has no rows: that is all a reader need know."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    @contextmanager
    def month(self, month_ms: int) -> Iterator[MonthPlace | None]:
        with mapped_errors(), self._engine.connect() as connection:
            yield MonthPlace(connection, SERVER_MONTH, month_ms)

    def close(self) -> None:
        """Leave the connections to their owner."""
