"""How everything of the desk reaches its tables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa

from app.storage import tables_desk as desk
from app.storage.backend import Backend
from app.storage.columns import DESK_OWNER
from app.storage.foreign import mapped_errors
from app.storage.signing import Keys

__all__ = ["DeskLink"]


class DeskLink:
    """One connection that writes, some that read, and the keys of this process's sessions."""

    def __init__(self, backend: Backend, keys: Keys) -> None:
        self.backend: Final = backend
        self.keys: Final = keys
        self._writer = backend.writer(DESK_OWNER)
        self._reader = backend.reader(DESK_OWNER)

    @contextmanager
    def writing(self, *, ring: bool = True) -> Iterator[sa.Connection]:
        """Open a transaction; the desk's bell rings when it commits."""
        with mapped_errors(), self._writer.begin() as connection:
            yield connection
            if ring:
                self.backend.ring(connection, DESK_OWNER)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Give a connection that only reads, each statement for itself."""
        with mapped_errors(), self._reader.connect() as connection:
            yield connection

    def now(self, connection: sa.Connection) -> int:
        """Read the store's clock."""
        return int(connection.execute(sa.select(self.backend.now_ms)).scalar_one())

    def demo(self, connection: sa.Connection) -> bool:
        """Return whether this is a demo store."""
        return bool(connection.execute(sa.select(desk.meta.c.demo)).scalar_one())

    def close(self) -> None:
        """Close all connections. Idempotent."""
        self._writer.dispose()
        self._reader.dispose()
