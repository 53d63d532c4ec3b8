"""Starts the engine beside a room on one workstation, detached: closing or killing the room never stops acquisition."""

from __future__ import annotations

import logging
from pathlib import Path

from app.clock import Clock
from app.launcher import start_detached

__all__ = ["ensure_engine"]

_log = logging.getLogger(__name__)


def ensure_engine(store: str, *, private: Path, clock: Clock) -> bool:
    """Start an engine on a folder store whose lease is free; return whether one was started.

    A second engine that comes in between ends by itself, naming the holder. Raises StoreUnavailable when there is no
    store, EnvironmentFault when the process cannot be started.
    """
    if "://" in store:
        return False  # a server's store has engines of its own, on the workstations or as services
    from app.storage.opening import open_room_store  # on a worker, on first use: see gateway.reading

    reader = open_room_store(store, wait_s=0.0)
    try:
        lease = reader.lease()
    finally:
        reader.close()
    if lease is not None and lease.until_ms > clock.now_ms():
        _log.info("the engine runs already: %s", lease.holder)
        return False
    log = private / "engine.log"
    private.mkdir(parents=True, exist_ok=True)
    start_detached("engine", "--store", store, "--private", str(private), log=log)
    _log.info("the engine was started; it writes to %s", log)
    return True
