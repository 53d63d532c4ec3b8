"""Reading the past: history and the frames that are not in it yet, as one."""

from __future__ import annotations

from app.clock import Clock, SystemClock
from app.storage.columns import HISTORY_OWNER
from app.storage.history_contract import HistoryReader
from app.storage.history_reading.reader import SqlHistoryReader
from app.storage.opening import ready

__all__ = ["open_history_reader"]


def open_history_reader(
    address: str, *, clock: Clock | None = None, wait_s: float = 10.0, newest: bool = True
) -> HistoryReader:
    """Open the past of a store for one thread; waits up to `wait_s` for one that is being created. `newest`: whether
    the frames that history does not have yet are read too. Raises StoreUnavailable, and StoreTooOld for a store that
    was made before history."""
    return SqlHistoryReader(ready(address, HISTORY_OWNER, wait_s), clock or SystemClock(), newest=newest)
