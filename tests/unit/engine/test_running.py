"""One life of an engine, seen from inside: what it does before its first tick."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.clock import SystemClock
from app.config import Config
from app.engine import running
from app.engine.assembly import StoredState, load_state
from app.engine.running import _Run
from app.errors import StoreUnavailable
from app.model.records import Journal, JournalEntry
from app.storage.contract import DeskStore, EngineStore
from app.storage.engine_life import Replacement, leave_note, note_of
from app.storage.lock_file import ENGINE_LOCK, LockFile
from app.storage.opening import create_store, open_room_store

WAIT_S = 20.0


async def _until(condition: Callable[[], bool]) -> bool:
    """Ask again and again; return False when it takes too long."""
    until = time.monotonic() + WAIT_S
    while not condition():
        if time.monotonic() > until:
            return False
        await asyncio.sleep(0.02)
    return True


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
    assert await _until(lambda: run._engine is not None) and len(ends) == 4, ends
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


def _events(store: str, kind: str) -> list[JournalEntry]:
    reader = open_room_store(store)
    try:
        return [e for e in reader.journal_newest(Journal.EVENTS) if e.kind == kind]
    finally:
        reader.close()


async def test_an_engine_that_was_replaced_is_told_of_once(tmp_path: Path) -> None:
    """A note lies in the store: the journal says who stood still, for how long and who ended it; the next life of an
    engine does not say it again."""
    store = str(tmp_path / "store")
    create_store(store, demo=True)
    leave_note(store, Replacement("the old engine", "a room", 12.3, 100.0, 60.0))

    def marked() -> bool:
        note = note_of(store)
        return note is not None and note.told

    for lives in (1, 2):
        run = _Run(Config(store, tmp_path / "private"), SystemClock())
        life = asyncio.create_task(run.main())
        assert await _until(lambda n=lives: marked() and len(_events(store, "engine-started")) == n)
        run._stop.set()
        assert await life == 0
    (told,) = _events(store, "engine-replaced")
    assert told.detail == {"holder": "the old engine", "by": "a room", "silent_s": 12.3}


@pytest.mark.logs("store is away", "store commits again", "taken again")
async def test_an_engine_whose_store_takes_nothing_shows_that_it_lives(tmp_path: Path) -> None:
    """Somebody keeps the database locked: no frame comes, but the lock file is touched again and again. The store is
    free again: it is left alone."""
    store = str(tmp_path / "store")
    create_store(store, demo=True)
    run, lock = _Run(Config(store, tmp_path / "private"), SystemClock()), LockFile(Path(store) / ENGINE_LOCK)
    life = asyncio.create_task(run.main())
    assert await _until(lambda: run._engine is not None and run._writer.ok)
    touched = {lock.touched_ns()}
    with closing(sqlite3.connect(Path(store) / "live.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert await _until(lambda: touched.add(lock.touched_ns()) or len(touched) >= 4)
        other.execute("ROLLBACK")
    assert await _until(lambda: run._writer.ok)
    run._stop.set()
    assert await life == 0


@pytest.mark.logs("requests cannot be read now: the desk is away")
async def test_an_engine_without_a_desk_stops_as_soon_as_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever follows requests waits for no desk: stopping would take longer than the lease lives, and end as if the
    machine had stood still."""
    store, waits = str(tmp_path / "store"), list[float]()
    create_store(store, demo=True)

    def away(address: str, *, wait_s: float = 10.0) -> DeskStore:
        waits.append(wait_s)
        raise StoreUnavailable("the desk is away")

    monkeypatch.setattr(running, "open_desk_store", away)
    run = _Run(Config(store, tmp_path / "private"), SystemClock())
    life = asyncio.create_task(run.main())
    assert await _until(lambda: bool(waits))
    run._stop.set()
    assert await life == 0 and set(waits) == {0.0}
