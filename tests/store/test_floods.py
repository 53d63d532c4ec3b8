"""Floods and rubbish in the desk: neither much nor what nobody can read keeps others from being heard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from app.model.records import Person, RequestKind
from app.storage import tables_desk as desk
from app.storage.contract import DeskStore
from app.storage.opening import create_store, open_desk_store
from tests.helpers.people import PASSWORD, House, change_desk, cheap_passwords, read_desk

MANY = 1_500
PAYLOAD = {"equipment": "ps01/pump1", "reason": "test"}

pytestmark = pytest.mark.logs("cannot be read and is left alone|are left alone unsaid")


@pytest.fixture
def house(empty_address: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Give a founded live store with two operators, li and wang."""
    cheap_passwords(monkeypatch)
    create_store(empty_address, demo=False)
    store = open_desk_store(empty_address)
    house = House(store)
    house.add("li", "operator")
    house.add("wang", "operator")
    yield house
    store.close()


@pytest.fixture
def engine_desk(house: House, empty_address: str) -> Iterator[DeskStore]:
    """Give the desk as the engine has it."""
    store = open_desk_store(empty_address)
    yield store
    store.close()


def _ask(house: House, person: Person) -> str:
    return house.desk.submit(RequestKind.HOLD, person, PAYLOAD)


def _copies(address: str, request_id: str, **changed: Any) -> None:
    """Write many rows like that of a request, all a little older; `changed` may use {n}."""
    (row,) = read_desk(address, sa.select(desk.request).where(desk.request.c.id == request_id))
    plain = dict(row._mapping)
    rows = [
        {**plain, "id": f"copy {n:05}", "at_ms": plain["at_ms"] - 10}
        | {key: value.format(n=n) if isinstance(value, str) else value for key, value in changed.items()}
        for n in range(MANY)
    ]
    change_desk(address, sa.insert(desk.request).values(rows[: MANY // 2]))
    change_desk(address, sa.insert(desk.request).values(rows[MANY // 2 :]))


def test_many_rows_that_cannot_be_read_hide_none_that_can(
    house: House, engine_desk: DeskStore, empty_address: str, caplog: pytest.LogCaptureFixture
) -> None:
    """All older than the good one: it comes at the first look, and the log is not flooded."""
    good = _ask(house, house.people.sign_in("li", PASSWORD, "room 1"))
    _copies(empty_address, good, payload="[]")
    for _ in range(3):
        assert [r.id for r in engine_desk.recent(3600)] == [good]
    assert 0 < len(caplog.records) <= 120


def test_one_who_asks_without_end_does_not_keep_another_from_being_heard(
    house: House, engine_desk: DeskStore, empty_address: str
) -> None:
    """Thousands of requests of li's session; wang's, which came last, is among the first that are read."""
    flood = _ask(house, house.people.sign_in("li", PASSWORD, "room 1"))
    _copies(empty_address, flood)
    good = _ask(house, house.people.sign_in("wang", PASSWORD, "room 2"))
    heard = [r.id for r in engine_desk.recent(3600)]
    assert good in heard and len(heard) < MANY


def test_rows_of_nobody_come_behind_those_of_people_who_are_signed_in(
    house: House, engine_desk: DeskStore, empty_address: str
) -> None:
    """Thousands of rows, each in the name of another session that never was."""
    good = _ask(house, house.people.sign_in("wang", PASSWORD, "room 2"))
    _copies(empty_address, good, session="nobody {n}")
    assert good in [r.id for r in engine_desk.recent(3600)]


def test_all_of_a_flood_is_heard_in_the_end_each_once(house: House, engine_desk: DeskStore, empty_address: str) -> None:
    """Look by look, without the known: every row, and those of one session in their order."""
    first = _ask(house, house.people.sign_in("li", PASSWORD, "room 1"))
    _copies(empty_address, first)
    known: list[str] = []
    while found := engine_desk.recent(3600, known):
        known += [r.id for r in found]
    assert known == [*(f"copy {n:05}" for n in range(MANY)), first]


def test_a_payload_is_not_larger_than_its_kind_needs(house: House, engine_desk: DeskStore, empty_address: str) -> None:
    """Two megabytes of numbers would hold the engine up; only a whole site may be so large."""
    person = house.people.sign_in("li", PASSWORD, "room 1")
    text = "x" * 2_000_000
    house.desk.submit(RequestKind.HOLD, person, {"equipment": text})
    site = house.desk.submit(RequestKind.APPLY_SITE, person, {"site": text})
    assert [r.id for r in engine_desk.recent(3600)] == [site]


def test_many_acts_that_cannot_be_read_hide_none_that_can(
    house: House, engine_desk: DeskStore, empty_address: str
) -> None:
    """They are older than the good one, and more than are read at once."""
    house.desk.act(house.people.sign_in("li", PASSWORD, "room 1"), "silenced")
    known = [a.id for a in engine_desk.acts(0) if a.kind != "silenced"]
    row = {"at_ms": 5, "kind": "k", "who": "w", "place": "p", "what": "", "detail": "[]"}
    change_desk(empty_address, sa.insert(desk.act).values([{**row, "id": f"bad {n:05}"} for n in range(MANY)]))
    for _ in range(3):
        assert [a.kind for a in engine_desk.acts(0, known)] == ["silenced"]


@pytest.mark.parametrize("column", ["id", "payload", "person", "session"])
def test_bytes_that_are_no_text_hide_nothing(
    house: House, engine_desk: DeskStore, empty_address: str, column: str
) -> None:
    """SQLite keeps them in a column of text; PostgreSQL refuses them itself."""
    if "://" in empty_address:
        with pytest.raises(sa.exc.DBAPIError, match="invalid byte sequence"):
            change_desk(
                empty_address, sa.text("INSERT INTO desk.note_link VALUES ('n', convert_from('\\xff', 'UTF8'), 1)")
            )
        return
    good = _ask(house, house.people.sign_in("li", PASSWORD, "room 1"))
    (row,) = read_desk(empty_address, sa.select(desk.request))
    changed = {**row._mapping, "id": "bad", column: sa.text("CAST(x'ff' AS TEXT)")}
    change_desk(empty_address, sa.insert(desk.request).values(**changed))
    for _ in range(2):
        assert [r.id for r in engine_desk.recent(3600) if r.id != "bad"] == [good]
    house.desk.act(house.people.sign_in("li", PASSWORD, "room 2"), "silenced")
    change_desk(
        empty_address, sa.text("INSERT INTO act VALUES (CAST(x'ff' AS TEXT), 5, CAST(x'ff' AS TEXT), '', '', '', '')")
    )
    assert "silenced" in [a.kind for a in engine_desk.acts(0)]
