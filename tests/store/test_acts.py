"""What people did: written with the thing itself, read by the store's clock, never lost, never in the way."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
import sqlalchemy as sa

from app.errors import AccessRefused
from app.model.people import Account, Grant
from app.model.records import Person, RequestKind
from app.storage import tables_desk
from app.storage.opening import create_store, open_desk_store
from tests.helpers.people import PASSWORD, House, change_desk, cheap_passwords, refused

ACT = tables_desk.act


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_passwords(monkeypatch)


@pytest.fixture
def house(empty_address: str) -> Iterator[House]:
    """Give a founded live store with an operator, li."""
    create_store(empty_address, demo=False)
    desk = open_desk_store(empty_address)
    house = House(desk)
    house.add("li", "operator")
    yield house
    desk.close()


def test_whatever_a_person_does_is_told(house: House) -> None:
    """Each thing leaves its act: who, where, what and the circumstances."""
    known = [a.id for a in house.desk.acts(0)]
    person = house.people.sign_in("li", PASSWORD, "room 1")
    house.people.lock(person)
    house.people.unlock(person, PASSWORD)
    house.desk.act(person, "silenced", "ps01/well/level:high", {"priority": 1})
    house.desk.end_session(person.session)
    house.desk.end_session(person.session)
    acts = house.desk.acts(0, known)
    assert {a.kind for a in acts} == {"signed_in", "locked", "unlocked", "silenced", "signed_out"}
    assert len(acts) == 5
    assert {(a.who, a.where) for a in acts} == {("li", "room 1")}
    (silenced,) = (a for a in acts if a.kind == "silenced")
    assert (silenced.what, silenced.detail) == ("ps01/well/level:high", {"priority": 1})
    assert [a.at_ms for a in acts] == sorted(a.at_ms for a in acts)


def test_failures_are_told_too(house: House) -> None:
    """Wrong passwords, the lock-out, and unknown names as far as they are names."""
    known = [a.id for a in house.desk.acts(0)]
    for name in ("li",) * 5 + ("n" * 5_000,):
        with pytest.raises(AccessRefused):
            house.people.sign_in(name, "wrong", "room 1")
    acts = house.desk.acts(0, known)
    kinds = [(a.kind, a.who, a.detail.get("why", "")) for a in acts]
    assert kinds.count(("sign_in_failed", "li", "wrong")) == 4
    assert kinds.count(("sign_in_failed", "li", "locked")) == 1
    assert kinds.count(("account_locked", "li", "")) == 1
    assert kinds.count(("sign_in_failed", "n" * 100, "wrong")) == 1
    assert len(kinds) == 7


def test_what_is_refused_leaves_no_act_of_itself(house: House) -> None:
    """An act and its thing are one commit: neither is there without the other."""
    person = house.people.sign_in("li", PASSWORD, "room 1")
    before = house.desk.acts(0)
    with refused("right"):
        house.people.end_sessions_of(person, "admin")
    with refused("account", "last_administrator"):
        house.people.change_account(house.admin, Account("admin", "", "viewer"))
    assert house.desk.acts(0) == before


def test_what_cannot_be_told_is_not_done(house: House) -> None:
    """A change whose act nobody could read is none: an endless name, endless lists, rights without number."""
    person = house.people.sign_in("li", PASSWORD, "room 1")
    before, accounts = house.desk.acts(0), house.people.accounts()
    with refused("act"):
        house.people.change_account(house.admin, Account("li", "x" * 200_000, "supervisor"))
    many = tuple(Grant(f"area {n:04}", "operator") for n in range(2_000))
    with refused("act"):
        house.people.change_account(house.admin, Account("li", "", "viewer", many))
    boss = house.sign_in("boss", "supervisor")
    known = [a.id for a in house.desk.acts(0)]
    with refused("act"):
        house.desk.log_book.set_duty(boss, "2026-11-26", "day", [f"{n:04}" * 25 for n in range(2_000)])
    deep: dict[str, object] = {}
    for _ in range(60):
        deep = {"a": deep}
    for detail in (deep, {"a": "x" * 200_000}):
        with refused("act"):
            house.desk.act(person, "silenced", "", detail)
    assert house.desk.acts(0, known) == () and house.desk.log_book.duties("2026-11-26", "2026-11-26") == ()
    assert [a for a in house.people.accounts() if a.name != "boss"] == list(accounts)
    assert before == house.desk.acts(0)[: len(before)]


def test_a_place_without_end_is_cut(house: House) -> None:
    """Whoever signs in from a workstation with an endless name can still ask, and is still told of."""
    person = house.people.sign_in("li", PASSWORD, "room " * 5_000)
    house.desk.submit(RequestKind.HOLD, person, {})
    (request,) = house.desk.recent(3600)
    assert house.desk.vouch(request).person == person and len(person.workstation) <= 200


def test_without_a_session_nothing_is_noted(house: House) -> None:
    """An ended session, and another's name on an open one, are refused; a locked one may silence."""
    person = house.people.sign_in("li", PASSWORD, "room 1")
    with refused("no_session"):
        house.desk.act(Person("admin", "administrator", person.session, "x"), "silenced")
    house.people.lock(person)
    house.desk.act(person, "silenced")
    house.desk.end_session(person.session)
    with refused("no_session"):
        house.desk.act(person, "silenced")


def test_acts_are_read_by_time_and_without_the_known(house: House, empty_address: str) -> None:
    """From a time on, at most so many, oldest first, without those that were read before."""
    person = house.people.sign_in("li", PASSWORD, "room 1")
    for number in range(5):
        house.desk.act(person, "silenced", str(number))
        moved = sa.update(ACT).where(ACT.c.what == str(number)).values(at_ms=1_000 + number)
        change_desk(empty_address, moved)
    change_desk(empty_address, sa.delete(ACT).where(ACT.c.kind != "silenced"))
    assert [a.what for a in house.desk.acts(1_002)] == ["2", "3", "4"]
    first = house.desk.acts(0, limit=2)
    assert [a.what for a in first] == ["0", "1"]
    assert [a.what for a in house.desk.acts(0, [a.id for a in first], limit=2)] == ["2", "3"]
    assert house.desk.acts(house.desk.now_ms() + 60_000) == ()


@pytest.mark.logs("cannot be read and is left alone")
def test_a_row_that_cannot_be_read_is_left_alone(
    house: House, empty_address: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Rows that no program of ours wrote are said once and do not keep the others from being read."""
    row = {"at_ms": 5, "kind": "k", "who": "w", "place": "p", "what": ""}
    deep = '{"a":' * 60 + "1" + "}" * 60
    endless = '{"a":"' + "x" * 200_000 + '"}'
    for number, detail in enumerate(("", "[]", "{", "7", "[" * 100_000, deep, endless)):
        change_desk(empty_address, sa.insert(ACT).values(**row, id=f"bad {number}", detail=detail))
    change_desk(empty_address, sa.insert(ACT).values(**row, id="good", detail="{}"))
    for _ in range(2):
        assert [a.id for a in house.desk.acts(0) if a.kind == "k"] == ["good"]
    assert sum("is left alone" in r.message for r in caplog.records) == 7


@pytest.mark.logs("cannot be read and is left alone")
def test_columns_of_another_type_are_left_alone(house: House, empty_address: str) -> None:
    """SQLite keeps whatever it is given, and it is passed over; PostgreSQL refuses such a row itself."""
    of_server = "://" in empty_address
    for number, (at, who) in enumerate((("'soon'", "'li'"), ("'5x'", "x'00ff'"))):
        row = f"VALUES ('bad {number}', {at}, 'k', {who}, '', '', '{{}}')"
        if of_server:
            with pytest.raises(sa.exc.DBAPIError, match="invalid input syntax"):
                change_desk(empty_address, sa.text(f"INSERT INTO desk.act {row}"))
        else:
            change_desk(empty_address, sa.text(f"INSERT INTO act {row}"))
    assert not [a for a in house.desk.acts(0) if a.kind == "k"]


def test_an_act_that_commits_late_is_still_read(house: House, empty_address: str) -> None:
    """One that got its time first and commits last is found by asking from a time on. SQLite serialises its writers, so
    there the later one simply comes after the first."""
    person = house.people.sign_in("li", PASSWORD, "room 1")
    since, known = house.desk.now_ms(), [a.id for a in house.desk.acts(0)]
    if "://" not in empty_address:
        house.desk.act(person, "early")
        house.desk.act(person, "late")
        assert {a.kind for a in house.desk.acts(since, known)} == {"early", "late"}
        return
    with psycopg.connect(empty_address) as slow:
        slow.execute(
            "INSERT INTO desk.act (id, at_ms, kind, who, place, what, detail) VALUES"
            " ('x', CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT), 'early', 'li', '', '', '{}')"
        )
        house.desk.act(person, "late")
        seen = house.desk.acts(since, known)
        assert [a.kind for a in seen] == ["late"]
        slow.commit()
    found = house.desk.acts(since, [*known, *(a.id for a in seen)])
    assert [a.kind for a in found] == ["early"]
    assert found[0].at_ms <= seen[0].at_ms
