"""Sessions: opened with a password, counted, locked, and over at the latest after a shift."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from app.model.people import Account
from app.model.records import Person
from app.storage import tables_desk
from app.storage.contract import DeskStore
from app.storage.desk_contract import IDLE_END_S, LOCK_OUT_S, SESSION_S, SESSIONS_EACH, WRONG_PASSWORDS
from app.storage.opening import create_store, open_desk_store
from tests.helpers.people import PASSWORD, House, change_desk, cheap_passwords, refused

SESSION, PERSON = tables_desk.session.c, tables_desk.person.c


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


def later(address: str, seconds: float, *columns: str) -> None:
    """Let time pass for all sessions: their times move into the past."""
    shifted = {name: SESSION[name] - int(seconds * 1000) for name in columns}
    change_desk(address, sa.update(tables_desk.session).values(**shifted))


def test_a_session_ends_with_its_shift(house: House, empty_address: str) -> None:
    """Thirteen hours after it was opened it is over, however lively its room is."""
    person = house.people.sign_in("li", PASSWORD, "room 1")
    later(empty_address, SESSION_S - 30, "ends_ms")
    assert house.people.touch(person.session) == person
    later(empty_address, 60, "ends_ms")
    assert house.desk.session(person.session) is None
    assert house.people.touch(person.session) is None


def test_a_session_whose_room_is_gone_ends(house: House, empty_address: str) -> None:
    """Untouched for ten minutes it is over, and a touch does not bring it back; touched in time it goes on."""
    person = house.people.sign_in("li", PASSWORD, "room 1")
    for _ in range(3):
        later(empty_address, IDLE_END_S - 30, "seen_ms")
        assert house.people.touch(person.session) == person
    later(empty_address, IDLE_END_S + 1, "seen_ms")
    assert house.desk.session(person.session) is None
    assert house.people.touch(person.session) is None
    assert house.people.sessions() == ()


def test_two_sessions_each(house: House, empty_address: str) -> None:
    """One more than two is refused and names where the person is signed in; an ended or idle one makes room."""
    first = house.people.sign_in("li", PASSWORD, "room 1")
    house.people.sign_in("li", PASSWORD, "room 2")
    with refused("sign_in", "sessions") as _:
        house.people.sign_in("li", PASSWORD, "room 3")
    assert [(s.person, s.workstation) for s in house.people.sessions() if s.person == "li"] == [
        ("li", "room 1"), ("li", "room 2"),
    ]  # fmt: skip
    house.desk.end_session(first.session)
    house.people.sign_in("li", PASSWORD, "room 3")
    later(empty_address, IDLE_END_S + 1, "seen_ms")
    for number in range(SESSIONS_EACH):
        house.people.sign_in("li", PASSWORD, f"room {number}")


def test_the_refusal_names_the_workstations(house: House) -> None:
    """Whoever is signed in elsewhere learns where."""
    from app.errors import AccessRefused

    for number in (1, 2):
        house.people.sign_in("li", PASSWORD, f"room {number}")
    with pytest.raises(AccessRefused) as caught:
        house.people.sign_in("li", PASSWORD, "room 3")
    assert caught.value.reasons[0][1]["where"] == "room 1, room 2"


def test_wrong_passwords_lock_the_account(house: House, empty_address: str) -> None:
    """Five in a row lock it for a quarter of an hour by the store's clock, for the right password too."""
    for _ in range(WRONG_PASSWORDS - 1):
        with refused("sign_in", "wrong"):
            house.people.sign_in("li", "wrong", "room 1")
    with refused("sign_in", "locked"):
        house.people.sign_in("li", "wrong", "room 1")
    with refused("sign_in", "locked"):
        house.people.sign_in("li", PASSWORD, "room 1")
    (li,) = (a for a in house.people.accounts() if a.name == "li")
    assert 0 < li.locked_until_ms - house.desk.now_ms() <= LOCK_OUT_S * 1000
    earlier = PERSON.locked_until_ms - int(LOCK_OUT_S * 1000)
    change_desk(empty_address, sa.update(tables_desk.person).values(locked_until_ms=earlier))
    assert house.people.sign_in("li", PASSWORD, "room 1").name == "li"


def test_only_wrong_passwords_in_a_row_count(house: House) -> None:
    """The right one sets the count back."""
    for _ in range(3):
        for _ in range(WRONG_PASSWORDS - 1):
            with refused("sign_in", "wrong"):
                house.people.sign_in("li", "wrong", "room 1")
        house.desk.end_session(house.people.sign_in("li", PASSWORD, "room 1").session)


def test_an_administrator_ends_a_lock_out(house: House) -> None:
    """Unlocked, the account counts anew."""
    for _ in range(WRONG_PASSWORDS):
        with pytest.raises(Exception, match="sign_in"):
            house.people.sign_in("li", "wrong", "room 1")
    house.people.unlock_account(house.admin, "li")
    with refused("sign_in", "wrong"):
        house.people.sign_in("li", "wrong", "room 1")
    assert house.people.sign_in("li", PASSWORD, "room 1").name == "li"


def test_unknown_names_get_the_same_answer_and_the_same_work(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong name and a wrong password are not told apart: same reason, and one hash is worked out for each."""
    from app.storage import proving

    checked: list[bool] = []
    really = proving.is_password
    monkeypatch.setattr(proving, "is_password", lambda p, kept: (checked.append(bool(kept)), really(p, kept))[1])
    for name in ("li", "nobody", "", "x" * 5_000, "zero\0"):
        with refused("sign_in", "wrong"):
            house.people.sign_in(name, "wrong", "room 1")
    assert checked == [True, False, False, False, False]


def test_a_locked_session_asks_nothing_until_its_person_is_back(house: House) -> None:
    """Locked it stays open, for showing; only its own person's password unlocks it, and wrong ones count."""
    person = house.people.sign_in("li", PASSWORD, "room 1")
    house.people.lock(person)
    house.people.lock(person)
    now = house.desk.session(person.session)
    assert now is not None and now.locked
    assert [s.locked for s in house.people.sessions() if s.person == "li"] == [True]
    with refused("sign_in", "wrong"):
        house.people.unlock(person, "wrong")
    with refused("no_session"):
        house.people.unlock(Person("admin", "administrator", person.session, "room 1"), PASSWORD)
    assert house.people.unlock(person, PASSWORD) == person
    assert house.desk.session(person.session) == person
    for _ in range(WRONG_PASSWORDS):
        with pytest.raises(Exception, match="sign_in"):
            house.people.unlock(person, "wrong")
    with refused("sign_in", "locked"):
        house.people.unlock(person, PASSWORD)


def test_the_demo_user_unlocks_without_a_password(desk: DeskStore) -> None:
    """He has none; on a demo store nobody can lock himself out of the lesson."""
    person = desk.people.sign_in_demo("room 1")
    desk.people.lock(person)
    assert desk.people.unlock(person, "") == person


def test_ending_the_sessions_of_a_person(house: House) -> None:
    """Everybody may sign himself out everywhere, an administrator anybody."""
    first, second = (house.people.sign_in("li", PASSWORD, f"room {n}") for n in (1, 2))
    house.people.end_sessions_of(first, "li")
    assert house.desk.session(first.session) is None and house.desk.session(second.session) is None
    third = house.people.sign_in("li", PASSWORD, "room 3")
    house.people.end_sessions_of(house.admin, "li")
    assert house.desk.session(third.session) is None
    assert house.desk.session(house.admin.session) == house.admin


def test_a_second_signer_opens_no_session_that_can_ask(house: House) -> None:
    """He is another person than the first; his session is not listed, holds nothing, and does not count as one."""
    first = house.people.sign_in("li", PASSWORD, "room 1")
    house.add("wang", "operator")
    with refused("two_person", "same"):
        house.people.sign_second("li", PASSWORD, "room 1", first)
    with refused("sign_in", "wrong"):
        house.people.sign_second("wang", "wrong", "room 1", first)
    second = house.people.sign_second("wang", PASSWORD, "room 1", first)
    assert (second.name, second.role) == ("wang", "operator")
    assert house.desk.session(second.session) is None
    assert house.people.touch(second.session) is None
    assert "wang" not in {s.person for s in house.people.sessions()}
    with refused("no_session"):
        house.desk.log_book.add_note(second, "text")
    house.people.lock(first)
    with refused("session_locked"):
        house.people.sign_second("wang", PASSWORD, "room 1", first)


def test_who_must_change_his_password_signs_nothing(house: House) -> None:
    """A password that an administrator knows is no signature."""
    first = house.people.sign_in("li", PASSWORD, "room 1")
    house.people.add_account(house.admin, Account("wang", "", "operator"), "given password")
    with refused("sign_in", "must_change"):
        house.people.sign_second("wang", "given password", "room 1", first)
