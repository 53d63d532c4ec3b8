"""Copies of a store, and stores from copies."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from app.errors import ConfigurationFault, EnvironmentFault
from app.storage.backup_history import copy_history, history_files_in
from app.storage.columns import DESK_OWNER, LIVE_OWNER, OWNERS
from app.storage.foreign import mapped_errors
from app.storage.opening import backend_of, existing_backend
from app.storage.sqlite import UNFINISHED, SqliteBackend, connect, sync_folder
from app.storage.verify import StoreReport, verify_store

__all__ = ["backup_store", "restore_store"]

_DUMP: Final = "store.dump"


def backup_store(address: str, target: Path, *, since: Path | None = None) -> tuple[Path, ...]:
    """Copy the store to the new or empty folder `target`, also while it is in use, and return the files made.

    SQLite: each file in one step (one snapshot of it), desk before live, so that the copy holds every request whose
    result it holds, and live before history, so that it holds every frame in one or the other. Months that have not
    changed since the backup in the folder `since` are taken from there. PostgreSQL: one snapshot by pg_dump. Raises
    ConfigurationFault for a folder that is not empty or a `since` that is no backup, EnvironmentFault when pg_dump is
    not installed or fails.
    """
    backend = existing_backend(address)
    if since is not None and isinstance(backend, SqliteBackend):
        _check_is_backup(since, backend)
    with mapped_errors():
        target.mkdir(parents=True, exist_ok=True)
        if any(target.iterdir()):
            raise ConfigurationFault(f"{target} is not empty: a backup goes to a folder of its own")
    if isinstance(backend, SqliteBackend):
        sources = [backend.file(owner) for owner in (DESK_OWNER, LIVE_OWNER)]
        with _filling(target):
            copied = [_copy(source, target / source.name, journal_mode="DELETE") for source in sources]
            return (*copied, *copy_history(backend, target, _to_plain_file, since))
    dump = target / _DUMP
    schemas = [f"--schema={owner}" for owner in OWNERS]
    _run_tool("pg_dump", ["--format=custom", *schemas, f"--file={dump}"], backend.address, address)
    return (dump,)


def restore_store(source: Path, address: str) -> StoreReport:
    """Make the store at `address` from the backup in the folder `source`, and verify it.

    Never replaces a store: raises ConfigurationFault where one exists or where `source` is no backup.
    """
    backend = backend_of(address)
    if any(backend.exists(owner) for owner in OWNERS):
        raise ConfigurationFault(f"there is a store at {backend.address} already: move it away first")
    if isinstance(backend, SqliteBackend):
        _restore_files(source, backend)
    else:
        dump = source / _DUMP
        if not dump.is_file():
            raise ConfigurationFault(f"{dump} does not exist: {source} is not a backup of a PostgreSQL store")
        _run_tool("pg_restore", ["--single-transaction", "--no-owner", str(dump)], backend.address, address)
    return verify_store(address)


def _restore_files(source: Path, backend: SqliteBackend) -> None:
    if (source / UNFINISHED).exists():
        raise ConfigurationFault(f"the backup in {source} was not finished: it does not hold all of the store")
    files = [*_check_is_backup(source, backend), *history_files_in(source)]
    with mapped_errors():
        backend.folder.mkdir(parents=True, exist_ok=True)
    with backend.alone("creation.lock"), _filling(backend.folder):
        for file in files:
            _copy(file, backend.folder / file.name, journal_mode="WAL")


def _check_is_backup(source: Path, backend: SqliteBackend) -> list[Path]:
    """Return the files that every backup has. Raises ConfigurationFault for a folder that lacks any."""
    files = [source / backend.file(owner).name for owner in (DESK_OWNER, LIVE_OWNER)]
    if missing := [f.name for f in files if not f.is_file()]:
        raise ConfigurationFault(f"{source} is not a backup of a SQLite store: it has no {' and no '.join(missing)}")
    return files


@contextmanager
def _filling(folder: Path) -> Iterator[None]:
    """Mark a folder as unfinished until all is in it, and for ever if that fails."""
    with mapped_errors():
        (folder / UNFINISHED).touch()
        sync_folder(folder)
    yield
    with mapped_errors():
        (folder / UNFINISHED).unlink()
        sync_folder(folder)


def _copy(source: Path, target: Path, *, journal_mode: str) -> Path:
    """Copy a database in one step and rename it when it is whole and on the disk."""
    with mapped_errors(), closing(connect(source, mode="ro", busy_s=5.0)) as old:
        return _copy_open(old, target, journal_mode)


def _to_plain_file(old: sqlite3.Connection, target: Path) -> Path:
    """Copy to a file by itself, which can also be read from a medium that cannot be written."""
    return _copy_open(old, target, "DELETE")


def _copy_open(old: sqlite3.Connection, target: Path, journal_mode: str) -> Path:
    new = target.with_suffix(".new")
    with mapped_errors():
        new.unlink(missing_ok=True)
        with closing(connect(new, mode="rwc", busy_s=5.0)) as copy:
            old.backup(copy)
            copy.execute(f"PRAGMA journal_mode={journal_mode}")
        new.rename(target)
        sync_folder(target.parent)
    return target


def _run_tool(tool: str, options: list[str], shown: str, address: str) -> None:
    """Run one of PostgreSQL's own programs on the store's database."""
    from app.storage.postgres import without_password

    found = shutil.which(tool)
    if found is None:
        raise EnvironmentFault(f"{tool} is not installed here: run it where PostgreSQL is, on {shown}")
    dsn, password = without_password(address)
    secret = {"PGPASSWORD": password} if password else {}  # a command line is for everyone to read
    command = [found, f"--dbname={dsn}", *options]
    ended = subprocess.run(command, env={**os.environ, **secret}, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise EnvironmentFault(f"{tool} failed: {ended.stderr.strip() or ended.returncode}")
