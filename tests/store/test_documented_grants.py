"""The grants in docs/operating.md are enough for each role, and no more."""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa

from app.cli.directly import owned
from app.clock import SystemClock
from app.errors import LeaseHeld, StoreForbidden
from app.model.alarms.status import AlarmStatus
from app.model.records import Journal, JournalEntry, RequestKind
from app.model.spec import Label, Site
from app.storage.contract import JournalQuery, Tick
from app.storage.history_reading import open_history_reader
from app.storage.opening import (
    create_store,
    open_desk_store,
    open_engine_store,
    open_history_store,
    open_room_store,
)
from tests.helpers.history_windows import FEB, JAN, a_window
from tests.helpers.postgres import fresh_database, running_postgres, wants_no_postgres
from tests.helpers.sources import ROOT

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(wants_no_postgres(), reason="this machine has no PostgreSQL, by its owner's word"),
    pytest.mark.xdist_group("postgres-roles"),
]

ROLES = ("qianliyan_owner", "qianliyan_engine", "qianliyan_room")


def _sql_blocks() -> tuple[str, str]:
    """Return the administrator's and the owner's statements as documented; the database itself is the fixture's."""
    blocks = re.findall(r"```sql\n(.*?)```", (ROOT / "docs/operating.md").read_text(encoding="utf-8"), re.DOTALL)
    administrator, owner = blocks
    return re.sub(r"CREATE DATABASE .*", "", administrator), owner


@pytest.fixture
def server() -> Iterator[str]:
    """A server on which the documented roles do not exist yet, and do not afterwards."""
    with running_postgres() as server, fresh_database(server) as database:
        yield database


def _as(database: str, role: str) -> str:
    """Return the same database's URL for another role."""
    url = sa.make_url(database).update_query_dict({"user": role})
    return url.render_as_string(hide_password=False)


@pytest.fixture
def granted(server: str) -> Iterator[str]:
    """A demo store made and granted as documented."""
    administrator, owner = _sql_blocks()
    with psycopg.connect(server, autocommit=True) as admin:
        for statement in (s.strip() for s in administrator.split(";") if s.strip()):
            admin.execute(statement.encode())
        admin.execute(f"GRANT CREATE ON DATABASE {sa.make_url(server).database} TO qianliyan_owner".encode())
        try:
            create_store(_as(server, "qianliyan_owner"), demo=True)
            with psycopg.connect(_as(server, "qianliyan_owner"), autocommit=True) as maker:
                maker.execute(owner.encode())
            yield server
        finally:
            for role in ROLES:
                admin.execute(f"DROP OWNED BY {role} CASCADE".encode())
                admin.execute(f"DROP ROLE {role}".encode())


def test_each_role_can_do_its_part(granted: str) -> None:
    """The engine leads, applies a site and commits; a room signs in, submits and reads; the engine sees it."""
    engine = open_engine_store(_as(granted, "qianliyan_engine"), clock=SystemClock())
    desk = open_desk_store(_as(granted, "qianliyan_room"))
    room = open_room_store(_as(granted, "qianliyan_room"))
    engine_desk = open_desk_store(_as(granted, "qianliyan_engine"))
    try:
        engine.take_lease("test")
        engine.apply_site(Site(id="s", label=Label("场", "site"), timezone="UTC", demo=True), "test", "first")
        engine.commit(Tick(prune_before_ms=1))
        person = desk.sign_in_demo("here")
        request = desk.submit(RequestKind.SELECT, person, {"equipment": "ps01/pump1"})
        (heard,) = engine_desk.recent(60.0)
        assert heard.id == request
        assert engine_desk.vouch(heard).person == person
        assert engine_desk.session(person.session) is not None
        assert desk.people.touch(person.session) == person
        desk.log_book.set_duty(person, "2026-11-26", "night", ["demo"])
        assert {a.kind for a in engine_desk.acts(0)} == {"signed_in", "duty_set"}
        engine.commit(Tick(alarms=(AlarmStatus("a"),), journal=(JournalEntry(Journal.ALARMS, "raised", 1),)))
        assert len(room.alarms_after(-1)) == len(room.journal_query(JournalQuery(journals=(Journal.ALARMS,)))) == 1
        assert room.applied_site() is not None and room.lease() is not None
        engine.release_lease()
    finally:
        for store in (engine, desk, room, engine_desk):
            store.close()


@pytest.mark.logs("cannot be read and is left out")
def test_the_engine_makes_and_drops_months_and_a_room_reads_them(granted: str) -> None:
    """Partitions belong to the owner; the engine makes and drops them by functions, which a room may not call."""
    history = open_history_store(_as(granted, "qianliyan_engine"))
    reader = open_history_reader(_as(granted, "qianliyan_room"))
    engine = open_engine_store(_as(granted, "qianliyan_engine"), clock=SystemClock())
    room = open_room_store(_as(granted, "qianliyan_room"))
    try:
        history.lead(1)
        history.write(a_window(0, JAN))
        history.write(a_window(1, FEB))
        assert history.months() == (JAN, FEB)
        extent = reader.extent()
        assert extent is not None
        assert extent.last_seq == 200
        for store in (engine, room):
            assert store.facts().history_bytes > 0
        history.expire(JAN)
        assert history.months() == (FEB,)
    finally:
        for opened in (history, reader, engine, room):
            opened.close()
    with psycopg.connect(_as(granted, "qianliyan_room"), autocommit=True) as room:
        for statement in (
            "SELECT history.drop_part('block', '2026_02')", "SELECT history.add_month(0, 1, 'x')",
            "DELETE FROM history.block", "UPDATE history.fence SET epoch = 9",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                room.execute(statement.encode())


def test_a_terminal_of_a_room_asks_the_engine_that_runs(granted: str) -> None:
    """It may not write for the engine: while one runs that is asked, else the terminal says whose account may."""
    engine = open_engine_store(_as(granted, "qianliyan_engine"), clock=SystemClock())
    engine.take_lease("the engine")
    try:
        with pytest.raises(LeaseHeld, match="the engine"), owned(_as(granted, "qianliyan_room"), language="en"):
            pass
        engine.release_lease()
        with (
            pytest.raises(StoreForbidden, match="no engine runs"),
            owned(_as(granted, "qianliyan_room"), language="en"),
        ):
            pass
    finally:
        engine.close()


def test_a_room_cannot_write_what_the_engine_owns(granted: str) -> None:
    """The room's role may read `live` and not change it."""
    with psycopg.connect(_as(granted, "qianliyan_room"), autocommit=True) as room:
        room.execute("SELECT count(*) FROM live.frame")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            room.execute("DELETE FROM live.frame")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            room.execute("UPDATE live.lease SET epoch = epoch + 1")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            room.execute("DELETE FROM live.journal")


def test_the_engine_cannot_write_what_people_own(granted: str) -> None:
    """The engine's role reads the desk and changes nothing there: no account, no session, no act."""
    with psycopg.connect(_as(granted, "qianliyan_engine"), autocommit=True) as engine:
        engine.execute("SELECT count(*) FROM desk.act")
        for statement in ("UPDATE desk.person SET role = 'viewer'", "DELETE FROM desk.session", "DELETE FROM desk.act"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                engine.execute(statement.encode())
