"""Brings one owner's tables to the newest revision, and tells which revision a store has."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from app.errors import StoreTooOld
from app.storage import tables_desk, tables_history, tables_live
from app.storage.backend import Backend
from app.storage.columns import DESK_OWNER, HISTORY_OWNER, LIVE_OWNER, OWNERS
from app.storage.demo_people import add_demo_people
from app.storage.foreign import mapped_errors
from app.storage.lease import refuse_while_held

__all__ = [
    "ADMITS",
    "REVISION",
    "check_revision",
    "create_owner",
    "meta_of",
    "migrate_owner",
    "migrate_store",
    "revision_of",
]

REVISION: Final = {DESK_OWNER: 3, LIVE_OWNER: 3, HISTORY_OWNER: 2}
"""The newest revision of each owner: what this program reads and writes. A test compares it with the files."""
ADMITS: Final = {DESK_OWNER: 2, LIVE_OWNER: 3, HISTORY_OWNER: 1}
"""The oldest program, by its own revision, that may open a store which this program made or migrated. Programs of
revision 1 do not know the journal of alarms, and would take sessions as open that have ended; engines of revision 2
drop frames that nobody has put into history."""

_META: Final = {DESK_OWNER: tables_desk.meta, LIVE_OWNER: tables_live.meta, HISTORY_OWNER: tables_history.meta}


def meta_of(owner: str) -> sa.Table:
    """Return the owner's `meta` table."""
    return _META[owner]


def create_owner(backend: Backend, connection: sa.Connection, owner: str, *, demo: bool, store_id: str) -> None:
    """Make an owner's tables and its `meta` row inside the connection's transaction."""
    migrate_owner(backend, connection, owner)
    row = {"id": 1, "store_id": store_id, "demo": demo, "admits": ADMITS[owner]}
    connection.execute(sa.insert(meta_of(owner)).values(**row, created_ms=backend.now_ms))
    _add_people(backend, connection, owner)


def migrate_owner(backend: Backend, connection: sa.Connection, owner: str, *, to: str = "head") -> None:
    """Run the owner's missing revisions up to `to` inside the connection's transaction."""
    from alembic import command  # a slow import that only creation and migration need
    from alembic.config import Config

    here = Path(__file__).parent / "migrations"
    config = Config()
    config.set_main_option("script_location", _escaped(here))
    config.set_main_option("version_locations", _escaped(here / owner))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    config.attributes["version_schema"] = owner if backend.name == "postgresql" else None
    command.upgrade(config, to)


def revision_of(backend: Backend, connection: sa.Connection, owner: str) -> int:
    """Return the revision number that an existing owner is at."""
    table = f"{owner}.alembic_version" if backend.name == "postgresql" else "alembic_version"
    named = str(connection.exec_driver_sql(f"SELECT version_num FROM {table}").scalar())
    number = re.fullmatch(rf"{owner}_(\d{{4}})", named)
    if number is None:
        raise StoreTooOld(f"the store {backend.address} is at a revision {named!r} that this program has never known")
    return int(number[1])


def check_revision(backend: Backend, connection: sa.Connection, owner: str) -> None:
    """Raise StoreTooOld, in one sentence that says what to do, unless this program may open the owner."""
    has, wants = revision_of(backend, connection, owner), REVISION[owner]
    if has < wants:
        raise StoreTooOld(
            f"the store {backend.address} is at {owner} revision {has} and this program needs {wants}: "
            "run `qianliyan store migrate` while no engine runs"
        )
    if has > wants:
        admits = connection.execute(sa.select(meta_of(owner).c.admits)).scalar_one()
        if admits > wants:
            raise StoreTooOld(
                f"the store {backend.address} is at {owner} revision {has}, which admits programs from revision "
                f"{admits} on, and this program is at {wants}: install a newer one"
            )


def migrate_store(backend: Backend) -> dict[str, tuple[int, int]]:
    """Bring every owner to the newest revision; return from which to which. Raises LeaseHeld while an engine runs."""
    lock = backend.engine_lock()
    lock.take("store migrate")
    try:
        return {owner: _migrate(backend, owner) for owner in OWNERS}
    finally:
        lock.release()


def _migrate(backend: Backend, owner: str) -> tuple[int, int]:
    if owner == HISTORY_OWNER and not backend.exists(owner):
        _add_history(backend)
        return 0, REVISION[owner]
    engine = backend.writer(owner)
    try:
        with mapped_errors(), engine.begin() as connection:
            before = revision_of(backend, connection, owner)
            if owner == LIVE_OWNER and not backend.lock_proves_absence:
                refuse_while_held(connection, backend.now_ms)
            if before < REVISION[owner]:
                migrate_owner(backend, connection, owner)
                _stamp_admits(connection, owner)
                _add_people(backend, connection, owner)
            return before, revision_of(backend, connection, owner)
    finally:
        engine.dispose()


def _add_history(backend: Backend) -> None:
    """Give a store its history that was made before there was any."""
    engine = backend.reader(DESK_OWNER)
    try:
        with mapped_errors(), engine.connect() as connection:
            row = connection.execute(sa.select(tables_desk.meta.c.store_id, tables_desk.meta.c.demo)).one()
    finally:
        engine.dispose()

    def fill(connection: sa.Connection) -> None:
        create_owner(backend, connection, HISTORY_OWNER, demo=bool(row.demo), store_id=row.store_id)

    backend.create(HISTORY_OWNER, fill)


def _stamp_admits(connection: sa.Connection, owner: str) -> None:
    """Say in `meta` which programs may open the owner from now on."""
    connection.execute(sa.update(meta_of(owner)).values(admits=ADMITS[owner]))


def _add_people(backend: Backend, connection: sa.Connection, owner: str) -> None:
    """Give a demo store its people, also one that was made before it had any but one."""
    if owner == DESK_OWNER and connection.execute(sa.select(tables_desk.meta.c.demo)).scalar_one():
        add_demo_people(backend, connection)


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")
