"""SQLite: a folder with one file per owner, for one machine and its local disk."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import quote

import psutil
import sqlalchemy as sa

from app.errors import LeaseHeld, StoreUnavailable
from app.storage.backend import EngineLock
from app.storage.columns import DESK_OWNER, HISTORY_OWNER, OWNERS
from app.storage.foreign import mapped_errors
from app.storage.lock_file import ENGINE_LOCK, LockFile

__all__ = ["UNFINISHED", "SqliteBackend", "SqliteBell", "connect", "engine_of", "make_file", "sync_folder"]

_BUSY_S: Final = {"live": 1.0, "desk": 5.0, "history": 5.0}
"""How long a writer waits for another: `live` has one writer, so only a backup or checkpoint can be in its way;
`desk` has all rooms and terminals; at `history` an engine that was replaced may be in the middle of something."""
_BELL_PERIOD_S: Final = 0.02
UNFINISHED: Final = "unfinished"
"""Stands in a folder while files of a store are copied into it. What a copy that was ended left is neither a store nor
a backup: it may lack all of history, and nothing else would show that."""
_WAL_LIMIT_BYTES: Final = 16 * 1024 * 1024


class SqliteBackend:
    """The store in `folder`."""

    name = "sqlite"
    lock_proves_absence = True
    # julianday counts days from 4714 BC; 2440587.5 is 1970. unixepoch('subsec') needs SQLite 3.42.
    now_ms: sa.ColumnElement[int] = sa.literal_column(
        "CAST(ROUND((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER)", sa.BigInteger()
    )

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = str(folder)

    def file(self, owner: str) -> Path:
        """Return the owner's database file."""
        return self.folder / f"{owner}.sqlite"

    def exists(self, owner: str) -> bool:
        # Files are made under another name and renamed when complete.
        if (self.folder / UNFINISHED).exists():
            raise StoreUnavailable(
                f"a store is being copied to {self.folder}, or that was not finished: then begin anew"
            )
        return self.file(owner).exists()

    def create(self, owner: str, fill: Callable[[sa.Connection], None]) -> None:
        with mapped_errors():
            self.folder.mkdir(parents=True, exist_ok=True)
            with self.alone("creation.lock"):
                if not self.exists(owner):
                    make_file(self.file(owner), fill, shrinks=owner == HISTORY_OWNER)

    @contextmanager
    def alone(self, name: str, wait_s: float = 10.0) -> Iterator[None]:
        """Hold a lock file of the folder. Raises LeaseHeld after waiting in vain."""
        lock = LockFile(self.folder / name)
        deadline = time.monotonic() + wait_s
        while True:
            try:
                lock.take("creation of the store")
                break
            except LeaseHeld:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        try:
            yield
        finally:
            lock.release()

    def writer(self, owner: str) -> sa.Engine:
        return engine_of(self.file(owner), mode="rw", busy_s=_BUSY_S[owner], wipes=owner == DESK_OWNER)

    def reader(self, owner: str) -> sa.Engine:
        return engine_of(self.file(owner), mode="ro", busy_s=1.0)

    def bell(self, owner: str) -> SqliteBell:
        return SqliteBell(self.file(owner))

    def take_time(self, connection: sa.Connection) -> None:
        """Do nothing: a transaction may last."""

    def ring(self, connection: sa.Connection, owner: str) -> None:
        """Do nothing: SQLite counts commits in the file itself."""

    def engine_lock(self) -> EngineLock:
        return LockFile(self.folder / ENGINE_LOCK)

    def integrity(self, connection: sa.Connection) -> list[str]:
        with mapped_errors():
            said = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        return [] if list(said) == ["ok"] else [str(line) for line in said]

    def size(self, connection: sa.Connection) -> tuple[int, float]:
        with mapped_errors():
            used = sum(self._bytes_of(owner) for owner in OWNERS)
            return used, psutil.disk_usage(str(self.folder)).percent / 100.0

    def history_size(self, connection: sa.Connection) -> int:
        with mapped_errors():
            return self._bytes_of(HISTORY_OWNER)

    def _bytes_of(self, owner: str) -> int:
        return sum(_bytes_of(file) for file in self.folder.glob(f"{owner}*.sqlite*"))


class SqliteBell:
    """Looks at `PRAGMA data_version` each 20 ms on a connection of its own: it changes with each commit of others."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._connection: sqlite3.Connection | None = None
        self._seen = -1

    def wait(self, timeout_s: float) -> bool:
        deadline = time.monotonic() + timeout_s
        while True:
            version = self._version()
            if version != self._seen:
                self._seen = version
                return True
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(_BELL_PERIOD_S, left))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _version(self) -> int:
        try:
            if self._connection is None:
                self._connection = connect(self._file, mode="ro", busy_s=1.0)
                self._seen = -1
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])
        except sqlite3.Error as error:
            self.close()
            time.sleep(0.2)  # the caller's loop must not spin while the store is away
            raise StoreUnavailable(f"the store does not answer: {error}") from error


def connect(file: Path, *, mode: str, busy_s: float, wipes: bool = True) -> sqlite3.Connection:
    """Open a file in `mode` ro, rw or rwc. Durable: every commit waits for the disk. Transactions are begun by hand.
    Without `wipes` what is deleted is not overwritten where it stood: that doubles what pruning and merging write."""
    uri = f"file:{quote(str(file))}?mode={mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=busy_s, isolation_level=None, check_same_thread=False)
    try:
        if mode != "ro":
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute(f"PRAGMA secure_delete={'ON' if wipes else 'OFF'}")  # some systems build it in as ON
            connection.execute("PRAGMA fullfsync=ON")  # macOS: fsync alone leaves data in the drive
            connection.execute("PRAGMA checkpoint_fullfsync=ON")
            connection.execute(f"PRAGMA journal_size_limit={_WAL_LIMIT_BYTES}")
    except sqlite3.Error:
        connection.close()
        raise
    # A column of text keeps any bytes: one row that is none must not keep all others from being read.
    connection.text_factory = _text_of
    return connection


def _text_of(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` survive a power cut, where the system lets one do that."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def make_file(file: Path, fill: Callable[[sa.Connection], None], *, shrinks: bool) -> None:
    """Make a database under another name and rename it: a reader finds a whole file or none. `shrinks`: free pages
    can be given back to the disk a few at a time."""
    new = file.with_suffix(".new")
    for leftover in file.parent.glob(new.name + "*"):
        leftover.unlink()
    engine = engine_of(new, mode="rwc", busy_s=1.0)
    try:
        if shrinks:
            with engine.raw_connection() as raw:
                raw.cursor().execute("PRAGMA auto_vacuum=INCREMENTAL")  # counts only before the first table
        with engine.begin() as connection:
            fill(connection)
    finally:
        engine.dispose()
    made = connect(new, mode="rw", busy_s=1.0)
    made.execute("PRAGMA journal_mode=WAL")  # stays with the file; no transaction may hold it
    made.close()
    new.rename(file)
    sync_folder(file.parent)


def _bytes_of(file: Path) -> int:
    """Return a file's size, 0 for one that has just gone: logs of readers come and go, and months expire."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0


def engine_of(file: Path, *, mode: str, busy_s: float, wipes: bool = True) -> sa.Engine:
    """Return an engine on one file, opened in `mode`: one connection that writes, or a few that read."""
    engine = sa.create_engine(
        "sqlite://",
        creator=lambda: connect(file, mode=mode, busy_s=busy_s, wipes=wipes),
        poolclass=sa.QueuePool,
        pool_size=1,
        max_overflow=3 if mode == "ro" else 0,
        execution_options={"schema_translate_map": dict.fromkeys(OWNERS)},
    )
    if mode != "ro":
        # A deferred transaction that reads first may fail at its first write; IMMEDIATE waits for its turn instead.
        sa.event.listen(engine, "begin", _begin_immediate)
    return engine


def _begin_immediate(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
