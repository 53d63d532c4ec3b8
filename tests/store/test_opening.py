"""Creating, opening, migrating: a store is whole or absent, demo or live, of a revision we know or refused."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from app.clock import SystemClock
from app.errors import ConfigurationFault, LeaseHeld, StoreTooOld, StoreUnavailable
from app.storage import migrating, tables_desk, tables_history, tables_live
from app.storage.columns import OWNERS
from app.storage.contract import EngineStore
from app.storage.migrating import REVISION, migrate_store, revision_of
from app.storage.opening import (
    backend_of,
    create_store,
    existing_backend,
    open_desk_store,
    open_engine_store,
    open_history_store,
    open_room_store,
)
from app.storage.verify import verify_store

METADATA = {
    "live": [tables_live.METADATA],
    "desk": [tables_desk.METADATA],
    "history": [tables_history.METADATA, tables_history.SERVER_MONTH.block.metadata],
}
OPENING = {"live": open_room_store, "desk": open_desk_store, "history": open_history_store}


def change(address: str, owner: str, statement: str) -> None:
    """Run a statement behind everybody's back; `{}` stands for the schema."""
    backend = backend_of(address)
    engine = backend.writer(owner)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement.format(f"{owner}." if backend.name == "postgresql" else ""))
    engine.dispose()


def test_a_missing_store_is_named_with_the_way_to_make_it(empty_address: str) -> None:
    """Opening nothing says in one sentence what to do, and makes nothing."""
    for opening in (
        lambda: open_engine_store(empty_address, clock=SystemClock()),
        lambda: open_room_store(empty_address, wait_s=0),
        lambda: open_desk_store(empty_address, wait_s=0),
        lambda: verify_store(empty_address),
    ):
        with pytest.raises(StoreUnavailable, match="store init"):
            opening()
    assert not any(backend_of(empty_address).exists(owner) for owner in OWNERS)


def test_a_reader_waits_for_a_store_that_is_being_made(empty_address: str) -> None:
    """A room that starts before the store exists opens it as soon as it does."""
    opened: list[bool] = []

    def open_it() -> None:
        room = open_room_store(empty_address, wait_s=30)
        opened.append(room.facts().demo)
        room.close()

    thread = threading.Thread(target=open_it)
    thread.start()
    create_store(empty_address, demo=True)
    thread.join(40)
    assert opened == [True]


def test_many_creators_make_one_store(empty_address: str) -> None:
    """Four that create at the same moment end with one sound store."""
    failed: list[BaseException] = []

    def create() -> None:
        try:
            create_store(empty_address, demo=True)
        except BaseException as error:  # noqa: BLE001 - handed to the test's own thread
            failed.append(error)

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == []
    assert verify_store(empty_address).faults == []


@pytest.mark.parametrize("demo", [True, False])
def test_a_store_keeps_its_kind_for_ever(empty_address: str, demo: bool) -> None:
    """Creating an existing store again changes nothing; as the other kind it is refused."""
    create_store(empty_address, demo=demo)
    create_store(empty_address, demo=demo)
    with pytest.raises(ConfigurationFault, match="for ever"):
        create_store(empty_address, demo=not demo)
    room = open_room_store(empty_address)
    assert room.facts().demo is demo
    room.close()


def test_addresses_that_are_none_are_refused() -> None:
    """Another scheme and an unreadable URL are what a person wrote wrongly."""
    for wrong in ("mysql://host/db", "postgresql://host:port/db"):
        with pytest.raises(ConfigurationFault):
            backend_of(wrong)


def test_a_password_is_never_shown() -> None:
    """The address for people hides the password."""
    address = backend_of("postgresql://operator:secret@db.example/site").address
    assert address == "postgresql://operator:***@db.example/site"


@pytest.mark.parametrize("owner", OWNERS)
def test_migrations_make_what_the_tables_say(address: str, owner: str) -> None:
    """A migrated store has exactly the tables, columns and indexes that the program declares, and its revision."""
    backend = backend_of(address)
    engine = backend.writer(owner)
    with engine.connect() as connection:
        assert revision_of(backend, connection, owner) == REVISION[owner]
        inspector = sa.inspect(connection)
        schema = owner if backend.name == "postgresql" else None
        # On a folder the tables of months stand in files of their own.
        kinds = METADATA[owner] if backend.name == "postgresql" else METADATA[owner][:1]
        tables = [table for metadata in kinds for table in metadata.tables.values()]
        for table in tables:
            columns = {c["name"]: c["nullable"] for c in inspector.get_columns(table.name, schema=schema)}
            assert columns == {c.name: c.nullable for c in table.columns}
            indexes = {i["name"] for i in inspector.get_indexes(table.name, schema=schema) if not i.get("unique")}
            assert indexes == {i.name for i in table.indexes}
        assert set(inspector.get_table_names(schema=schema)) == {
            *(t.name for t in tables),
            "alembic_version",
        }
    engine.dispose()


@pytest.mark.parametrize("owner", OWNERS)
def test_types_of_columns_agree_on_postgresql(owner: str, request: pytest.FixtureRequest, address: str) -> None:
    """Alembic's own comparison finds no difference between the migrated schema and the declared one."""
    backend = backend_of(address)
    engine = backend.writer(owner)
    with engine.connect() as connection:
        if backend.name == "postgresql":
            options = {"include_schemas": True, "version_table_schema": owner, "compare_type": True}
            context = MigrationContext.configure(connection, opts={**options, "include_name": _only(owner)})
            assert compare_metadata(context, METADATA[owner]) == []
        else:
            # SQLite keeps a row by its own number only if the column is declared INTEGER, letter by letter.
            declared = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'frame'").scalar()
            assert owner != "live" or "seq INTEGER NOT NULL" in str(declared)
    engine.dispose()


def _only(owner: str) -> Callable[[str | None, str, object], bool]:
    def include(name: str | None, kind: str, parents: object) -> bool:
        return kind != "schema" or name == owner

    return include


@pytest.mark.parametrize("owner", OWNERS)
def test_an_older_store_is_refused_in_one_sentence(address: str, owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store of an earlier revision names both revisions and the command that helps."""
    monkeypatch.setitem(migrating.REVISION, owner, REVISION[owner] + 1)
    has, wants = REVISION[owner] - 1, REVISION[owner]
    sentence = f"{owner} revision {has} and this program needs {wants}: run `qianliyan store migrate`"
    with pytest.raises(StoreTooOld, match=sentence):
        OPENING[owner](address)


def test_a_newer_store_opens_only_if_it_admits_us(address: str) -> None:
    """A newer revision that still admits this program opens; one that does not is refused and asks for a newer one."""
    change(address, "live", "UPDATE {}alembic_version SET version_num = 'live_0004'")
    open_room_store(address).close()
    change(address, "live", "UPDATE {}meta SET admits = 4")
    with pytest.raises(StoreTooOld, match="install a newer one"):
        open_room_store(address)


def test_an_unknown_revision_is_refused(address: str) -> None:
    """A store whose revision has no meaning to us is not touched."""
    change(address, "live", "UPDATE {}alembic_version SET version_num = 'elsewhere'")
    with pytest.raises(StoreTooOld, match="elsewhere"):
        open_engine_store(address, clock=SystemClock())


def test_migrating_the_newest_does_nothing(address: str) -> None:
    """`store migrate` on a current store changes nothing and says so."""
    assert migrate_store(existing_backend(address)) == {owner: (n, n) for owner, n in REVISION.items()}
    assert verify_store(address).faults == []


def test_migrating_waits_for_no_engine(address: str, engine: EngineStore) -> None:
    """While an engine holds the lease, migrating is refused and names it."""
    with pytest.raises(LeaseHeld, match="engine under test"):
        migrate_store(existing_backend(address))
    engine.release_lease()
    migrate_store(existing_backend(address))
