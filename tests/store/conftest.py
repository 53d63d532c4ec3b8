"""Every test of the store runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.clock import SystemClock
from app.storage.contract import DeskStore, EngineStore, RoomStore
from app.storage.opening import create_store, open_desk_store, open_engine_store, open_room_store
from tests.helpers.postgres import fresh_database, running_postgres, wants_no_postgres

BACKENDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Run one server per test process. Fails, and does not skip, where the server is not installed."""
    if wants_no_postgres():
        pytest.skip("QIANLIYAN_TEST_NO_POSTGRES is set")
    with running_postgres() as server:
        yield server


@pytest.fixture(params=BACKENDS)
def empty_address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give an address at which no store is."""
    if request.param == "sqlite":
        yield str(tmp_path / "store")
        return
    with fresh_database(request.getfixturevalue("postgres_server")) as url:
        yield url


@pytest.fixture
def address(empty_address: str) -> str:
    """Give the address of a new demo store."""
    create_store(empty_address, demo=True)
    return empty_address


@pytest.fixture
def open_engine(address: str) -> Iterator[Callable[[], EngineStore]]:
    """Open engine stores on the store; all are closed afterwards."""
    opened: list[EngineStore] = []

    def open_one() -> EngineStore:
        opened.append(open_engine_store(address, clock=SystemClock()))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def engine(open_engine: Callable[[], EngineStore]) -> EngineStore:
    """Give an engine store that holds the lease."""
    store = open_engine()
    store.take_lease("engine under test")
    return store


@pytest.fixture
def room(address: str) -> Iterator[RoomStore]:
    """Give a room's view of the store."""
    store = open_room_store(address)
    yield store
    store.close()


@pytest.fixture
def desk(address: str) -> Iterator[DeskStore]:
    """Give the desk of the store."""
    store = open_desk_store(address)
    yield store
    store.close()
