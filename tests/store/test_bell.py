"""The bell: it rings for each commit of another, once, and after a lost connection."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import psycopg
import pytest

from app.errors import StoreUnavailable
from app.model.records import Person, RequestKind
from app.storage.contract import DeskStore, EngineStore, RoomStore, Tick
from app.storage.opening import create_store, open_room_store
from tests.helpers.postgres import fresh_database
from tests.helpers.store_actor import frame_row


def test_the_first_wait_rings(room: RoomStore) -> None:
    """A reader that begins is told to read everything."""
    assert room.wait_bell(0.0) is True
    assert room.wait_bell(0.05) is False


def test_each_commit_rings_once(engine: EngineStore, room: RoomStore) -> None:
    """Commits between two waits ring together; silence does not ring; reading does not ring."""
    room.wait_bell(0.0)
    engine.commit(Tick(frames=(frame_row(1),)))
    engine.commit(Tick(frames=(frame_row(2),)))
    assert room.wait_bell(5.0) is True
    while room.wait_bell(0.1):
        pass  # PostgreSQL may hand over the second notification in a packet of its own
    room.frames_after(0)
    room.applied_site()
    assert room.wait_bell(0.1) is False
    engine.commit(Tick())
    assert room.wait_bell(5.0) is True


def test_a_waiting_reader_is_woken(engine: EngineStore, room: RoomStore) -> None:
    """A commit ends a wait that began before it, long before its time is over, and the frame is there."""
    room.wait_bell(0.0)
    seen: list[tuple[bool, int]] = []

    def follow() -> None:
        rang = room.wait_bell(60.0)
        seen.append((rang, len(room.frames_after(0))))

    thread = threading.Thread(target=follow)
    thread.start()
    time.sleep(0.05)
    engine.commit(Tick(frames=(frame_row(1),)))
    thread.join(30)
    assert seen == [(True, 1)]


def test_the_desk_rings_for_requests(desk: DeskStore) -> None:
    """A submitted request rings the engine's bell on the desk."""
    desk.wait_bell(0.0)
    assert desk.wait_bell(0.05) is False
    desk.submit(RequestKind.SELECT, Person("demo", "engineer", "s", "w"), {"equipment": "a"})
    assert desk.wait_bell(5.0) is True


@pytest.fixture
def own_database(postgres_server: str) -> Iterator[str]:
    """Give a store whose connections may be cut."""
    with fresh_database(postgres_server) as url:
        create_store(url, demo=True)
        yield url


@pytest.mark.postgres
def test_a_lost_connection_rings_when_it_is_back(own_database: str) -> None:
    """A cut bell raises StoreUnavailable once, then listens again and rings, since something may have been missed."""
    room = open_room_store(own_database)
    room.wait_bell(0.0)
    assert room.facts().demo
    with psycopg.connect(own_database, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    with pytest.raises(StoreUnavailable):
        room.wait_bell(5.0)
    assert room.wait_bell(5.0) is True
    assert room.wait_bell(0.05) is False
    with pytest.raises(StoreUnavailable):
        room.facts()  # the reading connection was cut as well: that shows once
    assert room.facts().frames == 0
    room.close()
