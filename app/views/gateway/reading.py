"""Opens a reader of a store: what the feed's thread calls for itself."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.storage.contract import RoomStore
from app.storage.opening import open_room_store

__all__ = ["room_store_opener"]


def room_store_opener(address: str) -> Callable[[], RoomStore]:
    """Return a function that opens `address`; it waits a short while for a store that is being created."""
    return partial(open_room_store, address, wait_s=2.0)
