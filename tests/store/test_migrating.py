"""A store of an earlier revision becomes one of now: nothing is lost, chains hold, and old sessions are over."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing

import pytest
import sqlalchemy as sa

from app.clock import SystemClock
from app.errors import StoreTooOld
from app.model.records import Journal, JournalEntry
from app.series.spans import Span
from app.storage.columns import DESK_OWNER, HISTORY_OWNER, LIVE_OWNER, OWNERS
from app.storage.contract import JournalQuery, Tick
from app.storage.demo_people import DEMO_SECOND_PASSWORD
from app.storage.history_contract import ImportedSpan
from app.storage.migrating import ADMITS, REVISION, create_owner, migrate_owner, migrate_store
from app.storage.opening import (
    backend_of,
    existing_backend,
    open_desk_store,
    open_engine_store,
    open_history_store,
    open_room_store,
)
from app.storage.verify import verify_store
from tests.helpers.store_actor import frame_row

KINDS = [(1, True), (1, False), (2, True)]


@pytest.fixture(params=KINDS, ids=["1-demo", "1-live", "2-demo"])
def old_address(empty_address: str, request: pytest.FixtureRequest) -> str:
    """Give a store that an earlier program made and used: none had history."""
    revision, is_demo = request.param
    backend = backend_of(empty_address)
    for owner in (DESK_OWNER, LIVE_OWNER):

        def fill(connection: sa.Connection, owner: str = owner) -> None:
            migrate_owner(backend, connection, owner, to=f"{owner}_{revision:04d}")
            prefix = f"{owner}." if backend.name == "postgresql" else ""
            demo = "true" if is_demo else "false"
            connection.exec_driver_sql(f"INSERT INTO {prefix}meta VALUES (1, 'store', {demo}, 5, 1)")
            if owner == "live":
                _journal(connection, prefix)
            else:
                _people(connection, prefix)

        backend.create(owner, fill)
    return empty_address


def _journal(connection: sa.Connection, prefix: str) -> None:
    """Write lines as the first program did, and hash them as it did."""
    before = hashlib.sha256(b"qianliyan journal").digest()
    for seq in range(1, 4):
        line = {"journal": "audit", "seq": seq, "kind": "k", "at_ms": seq, "what": "ps01", "who": "demo", "place": "w"}
        line["detail"] = '{"n":1.5}'
        text = json.dumps(line, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        before = hashlib.sha256(before + text.encode()).digest()
        names = ", ".join(line)
        values = ", ".join(f":{name}" for name in line)
        statement = sa.text(f"INSERT INTO {prefix}journal ({names}, hash) VALUES ({values}, :hash)")
        connection.execute(statement, {**line, "hash": before.hex()})


def _people(connection: sa.Connection, prefix: str) -> None:
    for statement in (
        "INSERT INTO {}person (name, role) VALUES ('demo', 'engineer')",
        "INSERT INTO {}session (id, person, workstation, opened_ms) VALUES ('old', 'demo', 'w', 5)",
        "INSERT INTO {}request (id, kind, at_ms, person, role, session, workstation, payload)"
        " VALUES ('r', 'select', 99999999999999, 'demo', 'engineer', 'old', 'w', '{{}}')",
    ):
        connection.exec_driver_sql(statement.format(prefix))


def test_an_old_store_says_what_helps(old_address: str) -> None:
    """Before it is migrated nobody opens it."""
    for opening in (open_room_store, open_desk_store, verify_store, open_history_store):
        with pytest.raises(StoreTooOld, match=r"and this program needs \d: run `qianliyan store migrate`"):
            opening(old_address)


def test_journals_go_on_where_they_were(old_address: str) -> None:
    """Old lines keep their hashes, are found by questions, and new ones are chained behind them."""
    steps = migrate_store(existing_backend(old_address))
    assert {owner: after for owner, (_, after) in steps.items()} == REVISION
    assert (steps["history"], steps["desk"][0], steps["live"][0]) in (((0, 2), 1, 1), ((0, 2), 2, 2))
    assert verify_store(old_address).faults == []
    engine, room = open_engine_store(old_address, clock=SystemClock()), open_room_store(old_address)
    try:
        engine.take_lease("test")
        engine.commit(Tick(journal=(JournalEntry(Journal.AUDIT, "k", 9, "ps01/a", "li", area="north", priority=1),)))
        engine.commit(Tick(frames=(frame_row(1),), journal=(JournalEntry(Journal.AUDIT, "k", 9),)))
        assert [(e.seq, e.area, e.priority) for e in room.journal_after(Journal.AUDIT, 0)] == [
            (1, "", 0), (2, "", 0), (3, "", 0), (4, "north", 1), (5, "", 0),
        ]  # fmt: skip
        assert [e.frame for e in room.journal_after(Journal.AUDIT, 0)] == [0, 0, 0, 0, 1]
        assert [e.seq for e in room.journal_query(JournalQuery(places=("ps01",), who="demo"))] == [3, 2, 1]
        assert engine.alarms() == ()
        engine.release_lease()
    finally:
        engine.close()
        room.close()
    assert verify_store(old_address).faults == []


def test_old_sessions_are_over_and_old_requests_are_nobodys(old_address: str) -> None:
    """Nobody goes on under a session without an end and a key; on a demo store its people are there afterwards."""
    migrate_store(existing_backend(old_address))
    desk = open_desk_store(old_address)
    try:
        assert desk.session("old") is None
        (request,) = desk.recent(60)
        assert desk.vouch(request).person is None
        if [a.name for a in desk.people.accounts()] == ["demo", "demo2"]:
            assert desk.sign_in_demo("w").grants == (("*", "supervisor"),)
            assert desk.people.sign_in("demo2", DEMO_SECOND_PASSWORD, "w").grants == (("*", "supervisor"),)
        else:
            assert [a.name for a in desk.people.accounts()] == ["demo"]
    finally:
        desk.close()


def test_after_migrating_only_programs_of_now_are_admitted(old_address: str) -> None:
    """The first program does not know the journal of alarms nor sessions that end: it is refused."""
    migrate_store(existing_backend(old_address))
    backend = existing_backend(old_address)
    for owner in OWNERS:
        engine = backend.reader(owner)
        prefix = f"{owner}." if backend.name == "postgresql" else ""
        with engine.connect() as connection:
            assert connection.exec_driver_sql(f"SELECT admits FROM {prefix}meta").scalar() == ADMITS[owner]
        engine.dispose()


def test_a_store_of_before_gets_an_empty_history(old_address: str) -> None:
    """History is made by migrating, of the same store, and can be written at once; migrating again changes nothing."""
    migrate_store(existing_backend(old_address))
    history = open_history_store(old_address)
    try:
        history.lead(7)
        assert (history.mark(), history.months(), history.next_revision()) == (None, (), 1)
    finally:
        history.close()
    assert migrate_store(existing_backend(old_address)) == {owner: (n, n) for owner, n in REVISION.items()}
    assert verify_store(old_address).faults == []


def test_a_history_of_before_learns_how_far_imports_tell(empty_address: str) -> None:
    """A store whose history is at its first revision says what helps, and then takes the spans of an import."""
    backend = backend_of(empty_address)
    for owner in OWNERS:

        def fill(connection: sa.Connection, owner: str = owner) -> None:
            if owner != HISTORY_OWNER:
                create_owner(backend, connection, owner, demo=False, store_id="store")
                return
            migrate_owner(backend, connection, owner, to="history_0001")
            prefix = "history." if backend.name == "postgresql" else ""
            connection.exec_driver_sql(f"INSERT INTO {prefix}meta VALUES (1, 'store', false, 5, 1)")

        backend.create(owner, fill)
    with pytest.raises(StoreTooOld, match=r"history revision 1 and this program needs 2"):
        open_history_store(empty_address)
    assert migrate_store(existing_backend(empty_address))["history"] == (1, 2)
    with closing(open_history_store(empty_address)) as history:
        history.lead(7)
        history.note_imported([ImportedSpan(3, 1, 0, Span(5, 86_400_005, 60))])
        assert history.dirty() == ((3, 0), (3, 86_400_000))
    assert verify_store(empty_address).faults == []
