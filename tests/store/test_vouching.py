"""Who really stands behind a request: the session of now, and the signature by its key."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from app.model.access import SECOND_SIGNER_S
from app.model.people import Account
from app.model.records import Person, Request, RequestKind
from app.storage import tables_desk
from app.storage.canonical import to_text
from app.storage.contract import DeskStore
from app.storage.desk_contract import IDLE_END_S, Vouched
from app.storage.opening import create_store, open_desk_store
from app.storage.signing import Keys
from tests.helpers.people import PASSWORD, House, change_desk, cheap_passwords, read_desk

REQUEST, SESSION = tables_desk.request, tables_desk.session
PAYLOAD = {"alarm": "ps01/well/level:high", "duration_s": 900.0, "one_shot": False, "reason": "试验"}


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_passwords(monkeypatch)


@pytest.fixture
def engine_desk(empty_address: str) -> Iterator[DeskStore]:
    """Give the desk as another process has it, without anybody's keys."""
    create_store(empty_address, demo=False)
    desk = open_desk_store(empty_address)
    yield desk
    desk.close()


@pytest.fixture
def house(empty_address: str, engine_desk: DeskStore) -> Iterator[House]:
    """Give a founded live store with two operators, li and wang."""
    desk = open_desk_store(empty_address)
    house = House(desk)
    house.add("li", "operator")
    house.add("wang", "supervisor")
    yield house
    desk.close()


@pytest.fixture
def li(house: House) -> Person:
    """Sign li in."""
    return house.people.sign_in("li", PASSWORD, "room 1")


def asked(desk: DeskStore, request_id: str) -> Request:
    """Return a request as it came back."""
    (request,) = (r for r in desk.recent(3600) if r.id == request_id)
    return request


def ask(house: House, person: Person, second: Person | None = None) -> str:
    """Ask to shelve."""
    return house.desk.submit(RequestKind.SHELVE, person, PAYLOAD, second=second)


def test_a_request_is_vouched_for_with_the_rights_of_now(house: House, engine_desk: DeskStore, li: Person) -> None:
    """Another process sees who asks, and what he may now, not what he could when he asked."""
    request = asked(engine_desk, ask(house, li))
    assert engine_desk.vouch(request) == Vouched(li)
    house.people.change_account(house.admin, Account("li", "", "viewer"))
    assert engine_desk.vouch(request).person == dataclasses.replace(li, role="viewer")
    house.people.lock(li)
    assert engine_desk.vouch(request).person == dataclasses.replace(li, role="viewer", locked=True)


def test_nobody_stands_behind_a_session_that_has_ended(
    house: House, engine_desk: DeskStore, li: Person, empty_address: str
) -> None:
    """Ended, idle, disabled or never opened: no person, and no forgery either."""
    request = asked(engine_desk, ask(house, li))
    mine = sa.update(SESSION).where(SESSION.c.id == li.session)
    change_desk(empty_address, mine.values(seen_ms=SESSION.c.seen_ms - int(IDLE_END_S * 1000)))
    assert engine_desk.vouch(request) == Vouched(None)
    change_desk(empty_address, mine.values(seen_ms=SESSION.c.seen_ms + int(IDLE_END_S * 1000)))
    assert engine_desk.vouch(request) == Vouched(li)
    house.people.change_account(house.admin, Account("li", "", "operator", disabled=True))
    assert engine_desk.vouch(request) == Vouched(None)
    stranger = dataclasses.replace(request, person=Person("li", "operator", "never opened", "room 1"))
    assert engine_desk.vouch(stranger) == Vouched(None)


FORGED: dict[str, dict[str, object]] = {
    "another time": {"at_ms": REQUEST.c.at_ms + 60_000},
    "another payload": {"payload": '{"alarm":"another"}'},
    "another kind": {"kind": "unshelve"},
    "no signature": {"signature": ""},
    "nonsense": {"signature": "zz"},
    "another name": {"person": "admin"},
    "a second one added": {"second": "x", "second_signature": "00"},
}


@pytest.mark.parametrize("name", FORGED)
def test_a_row_that_was_changed_is_forged(
    house: House, engine_desk: DeskStore, li: Person, empty_address: str, name: str
) -> None:
    """Whatever is changed in the store: nobody stands behind it."""
    request_id = ask(house, li)
    change_desk(empty_address, sa.update(REQUEST).where(REQUEST.c.id == request_id).values(**FORGED[name]))
    assert engine_desk.vouch(asked(engine_desk, request_id)) == Vouched(None, forged=True)


def test_a_row_written_by_hand_is_forged(house: House, engine_desk: DeskStore, li: Person, empty_address: str) -> None:
    """Unsigned; with the signature of another request; and with one by another session's key."""
    good = ask(house, li)
    wang = house.people.sign_in("wang", PASSWORD, "room 2")
    (found,) = read_desk(empty_address, sa.select(REQUEST).where(REQUEST.c.id == good))
    row = dict(found._mapping)
    for number, changed in enumerate(({"signature": ""}, {}, {"session": wang.session, "person": "wang"})):
        change_desk(empty_address, sa.insert(REQUEST).values(**{**row, "id": f"forged {number}", **changed}))
        assert engine_desk.vouch(asked(engine_desk, f"forged {number}")) == Vouched(None, forged=True)
    assert engine_desk.vouch(asked(engine_desk, good)) == Vouched(li)


def test_what_is_checked_is_what_will_be_executed(
    house: House, engine_desk: DeskStore, li: Person, empty_address: str
) -> None:
    """A payload that is put back after the engine read the false one does not help: the one read is checked."""
    request_id = ask(house, li)
    change_desk(empty_address, sa.update(REQUEST).values(payload='{"alarm":"another"}'))
    read = asked(engine_desk, request_id)
    house_row = sa.update(REQUEST).where(REQUEST.c.id == request_id)
    change_desk(empty_address, house_row.values(payload=to_text(PAYLOAD)))
    assert engine_desk.vouch(read) == Vouched(None, forged=True)
    assert engine_desk.vouch(asked(engine_desk, request_id)) == Vouched(li)


def test_another_process_cannot_sign_for_a_session(house: House, engine_desk: DeskStore, li: Person) -> None:
    """Who knows a session's id, but has not its key, asks in vain."""
    request_id = engine_desk.submit(RequestKind.SHELVE, li, PAYLOAD)
    assert engine_desk.vouch(asked(engine_desk, request_id)) == Vouched(None, forged=True)


def test_keys_outlive_a_desk_that_is_opened_again(house: House, engine_desk: DeskStore, empty_address: str) -> None:
    """A room whose store was away opens it again with its keys and goes on with its session."""
    keys = Keys()
    desk = open_desk_store(empty_address, keys=keys)
    person = desk.people.sign_in("li", PASSWORD, "room 1")
    desk.close()
    desk = open_desk_store(empty_address, keys=keys)
    request_id = desk.submit(RequestKind.SHELVE, person, PAYLOAD)
    desk.end_session(person.session)
    assert keys.sign(person.session, "text") == ""
    desk.close()
    assert engine_desk.vouch(asked(engine_desk, request_id)) == Vouched(None)


def test_two_sign(house: House, engine_desk: DeskStore, li: Person) -> None:
    """The second person's rights of now come back too; his password is good for one request."""
    wang = house.people.sign_second("wang", PASSWORD, "room 1", li)
    request_id = ask(house, li, wang)
    vouched = engine_desk.vouch(asked(engine_desk, request_id))
    assert (vouched.person, vouched.second, vouched.forged) == (li, wang, False)
    again = engine_desk.vouch(asked(engine_desk, ask(house, li, wang)))
    assert (again.person, again.second) == (li, None)


def test_a_second_password_is_good_for_one_request_also_where_its_key_was_kept(
    house: House, engine_desk: DeskStore, empty_address: str
) -> None:
    """A room that does not throw the key away signs two requests with it: the first counts, and goes on counting."""
    keys = Keys()
    desk = open_desk_store(empty_address, keys=keys)
    li = desk.people.sign_in("li", PASSWORD, "room 1")
    wang = desk.people.sign_second("wang", PASSWORD, "room 1", li)
    kept = keys._keys[wang.session]
    first = desk.submit(RequestKind.SHELVE, li, PAYLOAD, second=wang, request_id="a")
    keys._keys[wang.session] = kept
    again = desk.submit(RequestKind.SHELVE, li, PAYLOAD, second=wang, request_id="b")
    desk.close()
    vouched = engine_desk.vouch(asked(engine_desk, first)), engine_desk.vouch(asked(engine_desk, again))
    assert [v.second for v in vouched] == [wang, None] and not any(v.forged for v in vouched)


def test_a_second_session_asks_nothing_by_itself(house: House, engine_desk: DeskStore, li: Person) -> None:
    """It can only co-sign."""
    wang = house.people.sign_second("wang", PASSWORD, "room 1", li)
    assert engine_desk.vouch(asked(engine_desk, ask(house, wang))) == Vouched(None)


def test_an_old_second_signature_does_not_count(
    house: House, engine_desk: DeskStore, li: Person, empty_address: str
) -> None:
    """Opened more than a minute before the request, however late the engine looks; a minute it may be."""
    wang = house.people.sign_second("wang", PASSWORD, "room 1", li)
    request_id = ask(house, li, wang)
    request = asked(engine_desk, request_id)
    mine = sa.update(SESSION).where(SESSION.c.id == wang.session)
    for age_ms, counts in ((int(SECOND_SIGNER_S * 1000), True), (int(SECOND_SIGNER_S * 1000) + 1, False), (-1, False)):
        change_desk(empty_address, mine.values(opened_ms=request.at_ms - age_ms))
        assert (engine_desk.vouch(request).second is not None) is counts


def test_second_signatures_that_do_not_count(
    house: House, engine_desk: DeskStore, li: Person, empty_address: str
) -> None:
    """Of the same person, for another's session, of a disabled account, or changed in the store."""
    own = house.people.sign_in("li", PASSWORD, "room 2")
    assert engine_desk.vouch(asked(engine_desk, ask(house, li, own))).second is None
    for_other = house.people.sign_second("wang", PASSWORD, "room 1", house.admin)
    assert engine_desk.vouch(asked(engine_desk, ask(house, li, for_other))).second is None
    wang = house.people.sign_second("wang", PASSWORD, "room 1", li)
    request_id = ask(house, li, wang)
    request = asked(engine_desk, request_id)
    assert engine_desk.vouch(request).second == wang
    change_desk(empty_address, sa.update(REQUEST).where(REQUEST.c.id == request_id).values(second_signature="00"))
    assert engine_desk.vouch(request) == Vouched(li)
    house.people.change_account(house.admin, Account("wang", "", "supervisor", disabled=True))
    assert engine_desk.vouch(request).second is None


def test_a_person_at_his_own_place_may_sign_second(house: House, engine_desk: DeskStore, li: Person) -> None:
    """A session of his own counts too, in its first minute, unless it is locked."""
    wang = house.people.sign_in("wang", PASSWORD, "room 1")
    request = asked(engine_desk, ask(house, li, wang))
    assert engine_desk.vouch(request).second == wang
    house.people.lock(wang)
    assert engine_desk.vouch(request).second is None


@pytest.mark.logs("cannot be read and is left alone")
def test_hostile_rows_do_not_keep_others_from_being_heard(
    house: House, engine_desk: DeskStore, li: Person, empty_address: str
) -> None:
    """Payloads that are deep, endless in a name, or no object, are left alone; the request beside them is heard."""
    good = ask(house, li)
    (found,) = read_desk(empty_address, sa.select(REQUEST).where(REQUEST.c.id == good))
    row = dict(found._mapping)
    deep = '{"a":' * 60 + "1" + "}" * 60
    changes: list[dict[str, object]] = [
        {"payload": deep}, {"payload": "[]"}, {"person": "x" * 5_000}, {"kind": "jump"},
    ]  # fmt: skip
    for number, changed in enumerate(changes):
        change_desk(empty_address, sa.insert(REQUEST).values(**{**row, "id": f"bad {number}", **changed}))
    (request,) = engine_desk.recent(3600)
    assert engine_desk.vouch(request) == Vouched(li)
