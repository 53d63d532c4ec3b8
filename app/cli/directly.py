"""Writing a store from the terminal while no engine runs: by the operating system's account that owns it."""

from __future__ import annotations

import getpass
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.cli.words import words
from app.model.records import Person

if TYPE_CHECKING:
    from app.storage.contract import EngineStore

__all__ = ["os_person", "owned"]


def os_person() -> Person:
    """Return who sits at this terminal by the operating system: until there are accounts nobody else vouches."""
    host = socket.gethostname()
    return Person(f"{getpass.getuser()}@{host}", "", "", f"{host} terminal {os.getpid()}")


@contextmanager
def owned(store: str, *, language: str) -> Iterator[EngineStore]:
    """Give the store with its lease held. Raises LeaseHeld while an engine runs that can be asked; one of a live store
    without accounts cannot: says to stop it, and ends with 3. Raises ConfigurationFault for another's store."""
    from app.cli.asking import EXIT_REFUSED, can_be_asked, shown
    from app.clock import SystemClock
    from app.errors import LeaseHeld
    from app.storage.opening import open_engine_store

    _refuse_what_is_not_ours(store)
    owner = open_engine_store(store, clock=SystemClock())
    try:
        _take_lease(owner, store)
        with _given_back(owner):
            yield owner
    except LeaseHeld as held:
        if can_be_asked(store):
            raise
        typer.echo(words("stop_the_engine", language, store=shown(store), holder=held.holder), err=True)
        raise typer.Exit(EXIT_REFUSED) from None
    finally:
        owner.close()


@contextmanager
def _given_back(owner: EngineStore) -> Iterator[None]:
    """Give the lease back at the end, whatever that is: whoever comes next need not wait until it has run out."""
    from app.errors import QianliyanError

    try:
        yield
    except BaseException:
        try:
            owner.release_lease()
        except QianliyanError:
            pass  # what failed first is what a person must hear; the lease runs out by itself
        raise
    owner.release_lease()


def _take_lease(owner: EngineStore, store: str) -> None:
    """Take the lease. Raises LeaseHeld for an engine that runs, also where our database account may not take it."""
    from app.errors import LeaseHeld, StoreForbidden

    try:
        owner.take_lease(os_person().workstation)
    except StoreForbidden as error:
        if (holder := _running(store)) is not None:
            raise LeaseHeld(holder) from None
        raise StoreForbidden(f"no engine runs that could be asked, and {error}; the engine's account may") from error


def _running(store: str) -> str | None:
    """Return the name of the engine whose lease stands by the store's own clock."""
    from app.storage.opening import open_desk_store, open_room_store

    reader, desk = open_room_store(store), open_desk_store(store)
    try:
        lease = reader.lease()
        return lease.holder if lease is not None and lease.until_ms >= desk.now_ms() else None
    finally:
        reader.close()
        desk.close()


def _refuse_what_is_not_ours(store: str) -> None:
    """Refuse a folder of another account, also as root: files that are made in it would then be ours, and its engine
    could not write them."""
    from app.errors import ConfigurationFault

    folder = Path(store)
    if sys.platform == "win32" or "://" in store or not folder.exists():
        return
    uid = folder.stat().st_uid
    if uid != os.geteuid():
        raise ConfigurationFault(f"the store {store} belongs to the account {_name_of(uid)}: do this as that account")


def _name_of(uid: int) -> str:
    import pwd

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
