"""A store that is away, locked or cut says so as our own error, and goes on when it is back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from app.clock import SystemClock
from app.errors import StoreUnavailable
from app.model.records import Journal, JournalEntry, Person, Request, RequestKind
from app.storage.contract import EngineStore, Tick
from app.storage.opening import create_store, open_desk_store, open_engine_store, open_room_store
from app.storage.verify import verify_store
from tests.helpers.postgres import fresh_database
from tests.helpers.store_actor import frame_row

ENTRY = JournalEntry(Journal.EVENTS, "k", 1)


@pytest.fixture
def database(postgres_server: str) -> Iterator[str]:
    """Give a PostgreSQL store of its own, whose connections a test may cut."""
    with fresh_database(postgres_server) as url:
        create_store(url, demo=True)
        yield url


def cut_connections(database: str) -> None:
    """End every other connection to the database, as a restarted server does."""
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def assert_goes_on(store: EngineStore, address: str) -> None:
    """Give the tick that failed again: it arrives once, numbers and chain go on where they stood."""
    assert store.last_seq() == 1
    assert store.commit(Tick(frames=(frame_row(2),), journal=(ENTRY,))).last_seq == 2
    report = verify_store(address)
    assert (report.faults, report.frames, report.entries) == ([], 2, 2)


@pytest.mark.postgres
def test_a_cut_connection_is_store_unavailable_and_passes(database: str) -> None:
    """After a cut the next commit fails as StoreUnavailable, the one after it is whole; so does a reader's call."""
    store, room = open_engine_store(database, clock=SystemClock()), open_room_store(database)
    store.take_lease("engine")
    store.commit(Tick(frames=(frame_row(1),), journal=(ENTRY,)))
    assert store.last_seq() == room.facts().frames == 1
    cut_connections(database)
    with pytest.raises(StoreUnavailable):
        store.commit(Tick(frames=(frame_row(2),), journal=(ENTRY,)))
    for reading in (store.last_seq, room.facts):
        with pytest.raises(StoreUnavailable):
            reading()
    assert_goes_on(store, database)
    assert room.facts().frames == 2
    store.close()
    room.close()


@pytest.mark.postgres
def test_the_first_request_after_a_cut_goes_through(database: str) -> None:
    """The server was restarted over night: a person's first request must not be what finds it out."""
    desk = open_desk_store(database)
    person = desk.sign_in_demo("desk 1")
    cut_connections(database)
    desk.submit(RequestKind.HOLD, person, {"equipment": "x", "reason": "y"})
    assert [r.payload["equipment"] for r in open_and_read(database)] == ["x"]
    desk.close()


def open_and_read(database: str) -> tuple[Request, ...]:
    """Return the requests of the last minute."""
    desk = open_desk_store(database)
    try:
        return desk.recent(60.0)
    finally:
        desk.close()


@pytest.mark.postgres
def test_a_locked_lease_row_is_given_up_within_its_time(database: str) -> None:
    """A session that holds the lease's row makes a commit fail after a second instead of hanging."""
    store = open_engine_store(database, clock=SystemClock())
    store.take_lease("engine")
    store.commit(Tick(frames=(frame_row(1),), journal=(ENTRY,)))
    with psycopg.connect(database) as other:
        other.execute("SELECT * FROM live.lease FOR UPDATE")
        with pytest.raises(StoreUnavailable, match="lock timeout"):
            store.commit(Tick(frames=(frame_row(2),), journal=(ENTRY,)))
    assert_goes_on(store, database)
    store.close()


def test_a_locked_file_is_store_unavailable_and_passes(tmp_path: Path) -> None:
    """A foreign writer on the file makes a commit fail after its bounded wait; when it is gone all goes on."""
    folder = str(tmp_path / "store")
    create_store(folder, demo=True)
    store = open_engine_store(folder, clock=SystemClock())
    store.take_lease("engine")
    store.commit(Tick(frames=(frame_row(1),), journal=(ENTRY,)))
    with closing(sqlite3.connect(tmp_path / "store" / "live.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            store.commit(Tick(frames=(frame_row(2),), journal=(ENTRY,)))
        other.execute("ROLLBACK")
    assert_goes_on(store, folder)
    store.close()


def test_a_full_disk_is_store_unavailable_and_passes(tmp_path: Path) -> None:
    """When the file may not grow the tick fails whole; with room again the same tick goes through."""
    folder = str(tmp_path / "store")
    create_store(folder, demo=True)
    store = open_engine_store(folder, clock=SystemClock())
    store.take_lease("engine")
    store.commit(Tick(frames=(frame_row(1),), journal=(ENTRY,)))
    # A file that may not grow answers with the same error as a full disk.
    with store._writer.connect() as connection:  # type: ignore[attr-defined]
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreUnavailable, match="full"):
        store.commit(Tick(frames=(frame_row(2, samples=20_000),), journal=(ENTRY,)))
    with store._writer.connect() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")
    assert_goes_on(store, folder)
    store.close()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    """A damaged file ends in one sentence of ours at the door, not in a traceback of the driver's."""
    folder = tmp_path / "store"
    create_store(str(folder), demo=True)
    (folder / "live.sqlite").write_bytes(b"not a database at all" * 500)
    with pytest.raises(StoreUnavailable, match="damaged: file is not a database"):
        open_room_store(str(folder))


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Nobody at the address is StoreUnavailable for every way in, without the password."""
    address = f"postgresql://someone:secret@/db?host={tmp_path}"
    person = Person("demo", "engineer", "s", "w")
    for opening in (
        lambda: open_engine_store(address, clock=SystemClock()),
        lambda: open_room_store(address, wait_s=0),
        lambda: open_desk_store(address, wait_s=0).submit(RequestKind.SELECT, person, {}),
        lambda: create_store(address, demo=True),
    ):
        with pytest.raises(StoreUnavailable) as refused:
            opening()
        assert "secret" not in str(refused.value)
