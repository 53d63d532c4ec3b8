"""Opens what the historian works with."""

from __future__ import annotations

from contextlib import ExitStack

from app.engine.historian.thread import HistorianParts
from app.storage.history_reading import open_history_reader
from app.storage.opening import open_history_store, open_room_store

__all__ = ["open_parts"]


def open_parts(address: str) -> HistorianParts:
    """Open history to write it, `live` to read its frames, and a reader for rollups. Raises StoreUnavailable and
    StoreTooOld, with nothing left open."""
    with ExitStack() as opened:
        store = open_history_store(address)
        opened.callback(store.close)
        live = open_room_store(address, wait_s=0.0)
        opened.callback(live.close)
        reader = open_history_reader(address, newest=False)
        opened.callback(reader.close)
        return HistorianParts(store, live.every_frame_after, reader, opened.pop_all().close)
