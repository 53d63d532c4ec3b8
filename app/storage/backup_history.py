"""Copies history in files, of one moment: while nobody can write, every file's state of now is held; then it is copied
at leisure, and the historian goes on."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Final

from app.storage.columns import HISTORY_OWNER
from app.storage.foreign import mapped_errors
from app.storage.history_files import month_files
from app.storage.sqlite import SqliteBackend, connect, sync_folder

__all__ = ["Copying", "copy_history", "history_files_in"]

_WAIT_S: Final = 10.0

Copying = Callable[[sqlite3.Connection, Path], Path]
"""Copies an open database to a file, whole or not at all."""


def history_files_in(folder: Path) -> list[Path]:
    """Return the files of history that a folder holds, the lasting one last: it was written before the months."""
    lasting = folder / f"{HISTORY_OWNER}.sqlite"
    return [*month_files(folder).values(), *([lasting] if lasting.is_file() else [])]


def copy_history(backend: SqliteBackend, target: Path, copying: Copying, since: Path | None) -> list[Path]:
    """Copy history to `target`. A month that has not changed since the backup in `since` is taken from there."""
    copied = []
    with ExitStack() as held:
        with mapped_errors(), _nobody_writes(backend):
            files = [(file, held.enter_context(_held(file))) for file in history_files_in(backend.folder)]
        for file, connection in files:
            former = None if since is None else since / file.name
            if former is not None and former.is_file() and _same(connection, former):
                copied.append(_taken(former, target / file.name))
            else:
                copied.append(copying(connection, target / file.name))
    return copied


@contextmanager
def _nobody_writes(backend: SqliteBackend) -> Iterator[None]:
    """Hold the lock without which no month is written. Whoever may only read this folder goes without: the others
    write one file after the other, and the lasting one is copied last."""
    file = backend.file(HISTORY_OWNER)
    if not os.access(file, os.W_OK):
        yield
        return
    with closing(connect(file, mode="rw", busy_s=_WAIT_S)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")


@contextmanager
def _held(file: Path) -> Iterator[sqlite3.Connection]:
    """Open a file and hold its state of now."""
    with mapped_errors(), closing(connect(file, mode="ro", busy_s=_WAIT_S)) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        yield connection


def _same(connection: sqlite3.Connection, former: Path) -> bool:
    """Return whether a month is as it was in a former backup, by its count of changes. What lives for ever has none."""
    with mapped_errors(), closing(connect(former, mode="ro", busy_s=_WAIT_S)) as copy:
        now, then = _changes(connection), _changes(copy)
    return now is not None and now == then


def _changes(connection: sqlite3.Connection) -> tuple[int, str, int] | None:
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'month_count'").fetchone():
        return None
    month_ms, store_id, changes = connection.execute("SELECT month_ms, store_id, changes FROM month_count").fetchone()
    return int(month_ms), str(store_id), int(changes)


def _taken(former: Path, target: Path) -> Path:
    """Put a former backup's file into this one: one file under two names where the system can, else a copy."""
    with mapped_errors():
        try:
            target.hardlink_to(former)
        except OSError:
            new = target.with_suffix(".new")
            shutil.copyfile(former, new)
            with new.open("rb+") as file:
                os.fsync(file.fileno())
            new.rename(target)
        sync_folder(target.parent)
    return target
