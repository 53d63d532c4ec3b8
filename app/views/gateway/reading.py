"""Opens stores for the threads that read and ask. SQLAlchemy is imported there, on first use: it takes as long to load
as half of Qt, and the window must not wait for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.storage.contract import DeskStore, RoomStore
from app.storage.history_contract import HistoryReader
from app.storage.signing import Keys

__all__ = ["desk_store_opener", "history_opener", "room_store_opener"]


def room_store_opener(address: str) -> Callable[[], RoomStore]:
    """Return a function that opens `address`; it waits a short while for a store that is being created."""
    return partial(_open_room, address)


def desk_store_opener(address: str) -> Callable[[], DeskStore]:
    """Return a function that opens the desk of `address`; it waits as above. The keys of sessions that were opened
    there stay when it is opened again."""
    return partial(_open_desk, address, Keys())


def history_opener(address: str) -> Callable[[], HistoryReader]:
    """Return a function that opens the past of `address` for one thread."""
    return partial(_open_history, address)


def _open_history(address: str) -> HistoryReader:
    from app.storage.history_reading import open_history_reader

    return open_history_reader(address, wait_s=2.0)


def _open_room(address: str) -> RoomStore:
    from app.storage.opening import open_room_store

    return open_room_store(address, wait_s=2.0)


def _open_desk(address: str, keys: Keys) -> DeskStore:
    from app.storage.opening import open_desk_store

    return open_desk_store(address, wait_s=2.0, keys=keys)
