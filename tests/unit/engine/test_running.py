"""One life of an engine, seen from inside: what it does before its first tick."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from app.clock import SystemClock
from app.config import Config
from app.engine import running
from app.engine.assembly import StoredState, load_state
from app.engine.running import _Run
from app.storage.contract import EngineStore
from app.storage.opening import create_store, open_room_store

WAIT_S = 20.0


def _ends_of_the_lease(store: str, count: int) -> list[int]:
    """Wait until the lease was renewed often enough; return the different ends that it had."""
    reader, seen, until = open_room_store(store), set[int](), time.monotonic() + WAIT_S
    try:
        while len(seen) < count and time.monotonic() < until:
            lease = reader.lease()
            if lease is not None:
                seen.add(lease.until_ms)
            time.sleep(0.01)
    finally:
        reader.close()
    return sorted(seen)


async def test_the_lease_is_renewed_while_the_state_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading takes as long as anybody likes: the lease goes on being renewed, and the start ends well."""
    store, ends = str(tmp_path / "store"), list[int]()
    create_store(store, demo=True)

    def slowly(opened: EngineStore) -> StoredState:
        ends.extend(_ends_of_the_lease(store, 4))
        return load_state(opened)

    monkeypatch.setattr(running, "load_state", slowly)
    run = _Run(Config(store, tmp_path / "private"), SystemClock())
    life = asyncio.create_task(run.main())
    while run._engine is None and not life.done():  # noqa: ASYNC110 - nothing tells when it is made
        await asyncio.sleep(0.01)
    assert len(ends) == 4, ends
    run._stop.set()
    assert await life == 0


async def test_an_engine_that_is_stopped_while_it_reads_does_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told to stop before it has read what it needs: no part of it is made, and the lease is given back."""
    store = str(tmp_path / "store")
    create_store(store, demo=True)
    run = _Run(Config(store, tmp_path / "private"), SystemClock())

    def stopped_meanwhile(opened: EngineStore) -> StoredState:
        run._stop.set()
        return load_state(opened)

    monkeypatch.setattr(running, "load_state", stopped_meanwhile)
    assert await run.main() == 0
    assert run._engine is None
    reader = open_room_store(store)
    lease = reader.lease()
    reader.close()
    assert lease is not None and lease.until_ms == 0
