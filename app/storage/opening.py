"""Opens and creates stores by their address."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final
from uuid import uuid4

import sqlalchemy as sa

from app.clock import Clock
from app.errors import ConfigurationFault, StoreTooOld, StoreUnavailable
from app.storage.backend import Backend
from app.storage.columns import DESK_OWNER, HISTORY_OWNER, LIVE_OWNER, OWNERS
from app.storage.contract import DeskStore, EngineStore, RoomStore
from app.storage.desk_store import SqlDeskStore
from app.storage.engine_store import SqlEngineStore
from app.storage.foreign import mapped_errors
from app.storage.history_contract import HistoryStore
from app.storage.history_files import FileHistoryLink
from app.storage.history_store import SqlHistoryStore
from app.storage.migrating import check_revision, create_owner, meta_of
from app.storage.room_store import SqlRoomStore
from app.storage.signing import Keys
from app.storage.sqlite import SqliteBackend

__all__ = [
    "backend_of",
    "create_store",
    "existing_backend",
    "open_desk_store",
    "open_engine_store",
    "open_history_store",
    "open_room_store",
    "ready",
    "require_owner",
]

_SCHEMES: Final = ("postgresql", "postgres", "postgresql+psycopg")


def backend_of(address: str) -> Backend:
    """Return the backend that an address names. Raises ConfigurationFault for an address that is none."""
    scheme, separator, _ = address.partition("://")
    if not separator:
        return SqliteBackend(Path(address).absolute())
    if scheme not in _SCHEMES:
        raise ConfigurationFault(f"a store is a folder or a postgresql:// address, not {scheme}://…")
    from app.storage.postgres import PostgresBackend  # a folder does not pay for the server's driver

    try:
        return PostgresBackend(sa.make_url(address.replace("postgres://", "postgresql://", 1)))
    except (sa.exc.ArgumentError, ValueError) as error:
        raise ConfigurationFault(f"the address of the store cannot be read: {error}") from error


def existing_backend(address: str) -> Backend:
    """Return the backend of a store that is there, whatever its revision: an old one may have no history yet. Raises
    StoreUnavailable if it is not."""
    backend = backend_of(address)
    for owner in (DESK_OWNER, LIVE_OWNER):
        _there(backend, owner, last=True)
    return backend


def create_store(address: str, *, demo: bool) -> None:
    """Make the store at `address` unless it exists; a store is for ever demo or live.

    Raises ConfigurationFault when it exists as the other kind, StoreTooOld when it needs `store migrate`,
    StoreUnavailable when the place or the server cannot be written.
    """
    backend = backend_of(address)
    identity = uuid4().hex
    for owner in OWNERS:

        def fill(connection: sa.Connection, owner: str = owner, identity: str = identity) -> None:
            create_owner(backend, connection, owner, demo=demo, store_id=identity)

        backend.create(owner, fill)
        identity, is_demo = _identity(backend, owner)
        if is_demo != demo:
            kinds = ("demo", "live") if is_demo else ("live", "demo")
            raise ConfigurationFault(f"{backend.address} is a {kinds[0]} store for ever and cannot become {kinds[1]}")


def open_engine_store(address: str, *, clock: Clock, wait_s: float = 0.0) -> EngineStore:
    """Open the store as its owner; take the lease before committing. Raises StoreUnavailable, StoreTooOld."""
    return SqlEngineStore(ready(address, LIVE_OWNER, wait_s), clock)


def open_room_store(address: str, *, wait_s: float = 10.0) -> RoomStore:
    """Open the store to read it; waits up to `wait_s` for one that is being created. Raises as above."""
    return SqlRoomStore(ready(address, LIVE_OWNER, wait_s))


def open_desk_store(address: str, *, wait_s: float = 10.0, keys: Keys | None = None) -> DeskStore:
    """Open the desk; waits up to `wait_s` for one that is being created. Raises as above.

    Whoever opens the desk again, and wants to go on with the sessions that he has, hands over the same `keys`.
    """
    return SqlDeskStore(ready(address, DESK_OWNER, wait_s), keys or Keys())


def open_history_store(address: str, *, wait_s: float = 0.0) -> HistoryStore:
    """Open history as its owner; `lead` before writing. Raises as above."""
    backend = ready(address, HISTORY_OWNER, wait_s)
    if isinstance(backend, SqliteBackend):
        return SqlHistoryStore(FileHistoryLink(backend))
    from app.storage.history_partitions import ServerHistoryLink

    return SqlHistoryStore(ServerHistoryLink(backend))


def require_owner(backend: Backend, owner: str) -> None:
    """Raise unless an owner is there: StoreTooOld for a store that was made before history, else StoreUnavailable."""
    _there(backend, owner, last=True)


def ready(address: str, owner: str, wait_s: float) -> Backend:
    """Wait until the owner exists and is of a revision that we admit."""
    backend = backend_of(address)
    deadline = time.monotonic() + wait_s
    while not _there(backend, owner, last=time.monotonic() >= deadline):
        time.sleep(0.05)
    _identity(backend, owner)
    return backend


def _there(backend: Backend, owner: str, *, last: bool) -> bool:
    """Return whether the owner exists; at the last look raise instead of returning False."""
    try:
        if backend.exists(owner):
            return True
    except StoreUnavailable:
        if last:
            raise
    if last and owner == HISTORY_OWNER and backend.exists(LIVE_OWNER):
        raise StoreTooOld(
            f"the store {backend.address} has no history and this program needs 1: run `qianliyan store migrate` while "
            "no engine runs"
        )
    if last:
        raise StoreUnavailable(f"there is no store at {backend.address}: make one with `qianliyan store init`")
    return False


def _identity(backend: Backend, owner: str) -> tuple[str, bool]:
    """Check the revision and return the store's id and whether it is a demo."""
    engine = backend.reader(owner)
    try:
        with mapped_errors(), engine.connect() as connection:
            check_revision(backend, connection, owner)
            meta = meta_of(owner).c
            row = connection.execute(sa.select(meta.store_id, meta.demo)).one()
            return row.store_id, bool(row.demo)
    finally:
        engine.dispose()
