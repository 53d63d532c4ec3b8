"""Looks into history from outside, for a moment: how far it is, and all of its months one after the other."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager

import sqlalchemy as sa

from app.storage.backend import Backend
from app.storage.columns import HISTORY_OWNER
from app.storage.foreign import mapped_errors
from app.storage.history_contract import Mark
from app.storage.history_files import MonthFiles, month_files
from app.storage.history_link import MonthPlace
from app.storage.history_rows import last_window
from app.storage.sqlite import SqliteBackend
from app.storage.tables_history import FILE_MONTH, SERVER_MONTH

__all__ = ["lasting_of", "mark_of", "months_of"]


@contextmanager
def lasting_of(backend: Backend) -> Iterator[sa.Connection]:
    """Give a connection to what lives for ever, to read it."""
    engine = backend.reader(HISTORY_OWNER)
    try:
        with mapped_errors(), engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def months_of(backend: Backend, *, newest_first: bool = False) -> Generator[MonthPlace]:
    """Yield each month that there is, open to be read until the next is asked for."""
    if isinstance(backend, SqliteBackend):
        yield from _file_months(backend, newest_first)
    else:
        yield from _server_months(backend, newest_first)


def mark_of(backend: Backend) -> Mark | None:
    """Return the last frame that history has."""
    with closing(months_of(backend, newest_first=True)) as months:
        for place in months:
            window = last_window(place)
            if window is not None:
                return Mark(window.last_seq, window.end_ms)
    return None


def _file_months(backend: SqliteBackend, newest_first: bool) -> Iterator[MonthPlace]:
    files = MonthFiles(backend.folder, mode="ro", kept_open=1)
    try:
        for month in sorted(month_files(backend.folder), reverse=newest_first):
            with mapped_errors():
                engine = files.engine(month)
                if engine is not None:
                    with engine.connect() as connection:
                        yield MonthPlace(connection, FILE_MONTH, month)
    finally:
        files.close()


def _server_months(backend: Backend, newest_first: bool) -> Iterator[MonthPlace]:
    month = SERVER_MONTH.month_count.c.month_ms
    with lasting_of(backend) as connection:
        months = connection.execute(sa.select(month).order_by(month)).scalars().all()
        for month_ms in reversed(months) if newest_first else months:
            yield MonthPlace(connection, SERVER_MONTH, month_ms)
