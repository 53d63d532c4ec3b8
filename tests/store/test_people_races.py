"""Two rooms at one desk at the same moment: what is counted and limited holds over processes."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import sqlalchemy as sa

from app.model.people import Account
from app.storage.columns import DESK_OWNER
from app.storage.contract import DeskStore
from app.storage.desk_contract import SESSIONS_EACH, WRONG_PASSWORDS
from app.storage.opening import backend_of, create_store, open_desk_store
from app.storage.tables_desk import person
from tests.helpers.actors import Actor
from tests.helpers.people import PASSWORD, House, cheap_passwords
from tests.helpers.postgres import fresh_database

ROOMS = 2


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_passwords(monkeypatch)


@pytest.fixture
def desk(empty_address: str) -> Iterator[DeskStore]:
    """Give the desk of a live store without accounts."""
    create_store(empty_address, demo=False)
    desk = open_desk_store(empty_address)
    yield desk
    desk.close()


@pytest.fixture
def rooms(desk: DeskStore, empty_address: str) -> Iterator[list[Actor]]:
    """Give two other processes that have opened the desk."""
    with ExitStack() as stack:
        actors = [stack.enter_context(Actor("desk", empty_address)) for _ in range(ROOMS)]
        assert [actor.hear() for actor in actors] == [{"ready": True}] * ROOMS
        yield actors


def at_once(rooms: list[Actor], *calls: list[str]) -> list[str]:
    """Let each room do its call at the same moment; return what became of them."""
    for room, call in zip(rooms, calls, strict=True):
        room.tell(json.dumps(call))
    return [room.hear()["outcome"] for room in rooms]


def test_wrong_passwords_of_two_rooms_are_counted_together(desk: DeskStore, rooms: list[Actor]) -> None:
    """However they are spread, four are answered as wrong, the fifth locks, and all after it find it locked."""
    House(desk).add("li", "operator")
    wrong = [["sign_in", "li", f"wrong {n}"] for n in range(ROOMS)]
    said = Counter(outcome for _ in range(4) for outcome in at_once(rooms, *wrong))
    assert said == {"wrong": WRONG_PASSWORDS - 1, "locked": 4 * ROOMS - (WRONG_PASSWORDS - 1)}
    assert at_once(rooms, *([["sign_in", "li", PASSWORD]] * ROOMS)) == ["locked"] * ROOMS


def test_two_sign_ins_race_for_the_last_session(desk: DeskStore, rooms: list[Actor]) -> None:
    """One of them gets it, round after round."""
    house = House(desk)
    house.add("li", "operator")
    for _ in range(4):
        here = [house.people.sign_in("li", PASSWORD, "here") for _ in range(SESSIONS_EACH - 1)]
        assert sorted(at_once(rooms, *([["sign_in", "li", PASSWORD]] * ROOMS))) == ["done", "sessions"]
        assert len([s for s in house.people.sessions() if s.person == "li"]) == SESSIONS_EACH
        house.people.end_sessions_of(here[0], "li")


def test_a_store_is_founded_once_over_processes(desk: DeskStore, rooms: list[Actor]) -> None:
    """Two first runs at once make one administrator."""
    said = at_once(rooms, ["found", "first", PASSWORD], ["found", "second", PASSWORD])
    assert sorted(said) == ["done", "founded"]
    assert len(desk.people.accounts()) == 1


def test_two_administrators_cannot_disable_each_other_at_once(desk: DeskStore, rooms: list[Actor]) -> None:
    """One of them stays, and can sign in."""
    house = House(desk)
    house.add("a", "administrator")
    house.add("b", "administrator")
    house.people.change_account(house.people.sign_in("a", PASSWORD, "x"), Account("admin", "", "viewer"))
    assert at_once(rooms, ["sign_in", "a", PASSWORD], ["sign_in", "b", PASSWORD]) == ["done", "done"]
    said = at_once(rooms, ["disable", "b", "administrator"], ["disable", "a", "administrator"])
    assert sorted(said) in (["done", "no_session"], ["done", "last_administrator"])
    left = [a.name for a in desk.people.accounts() if a.role == "administrator" and not a.disabled]
    assert len(left) == 1


def test_two_supervisors_do_not_mix_their_calendars(desk: DeskStore, rooms: list[Actor]) -> None:
    """Of two lists for one shift written at once, the later one stands, whole."""
    house = House(desk)
    house.add("a", "supervisor")
    assert at_once(rooms, ["sign_in", "a", PASSWORD], ["sign_in", "a", PASSWORD]) == ["done", "done"]
    for _ in range(5):
        assert at_once(rooms, ["duty", "li", "wang"], ["duty", "chen", "zhao"]) == ["done", "done"]
        persons = {d.person for d in desk.log_book.duties("2026-11-26", "2026-11-26")}
        assert persons in ({"li", "wang"}, {"chen", "zhao"})


@pytest.mark.postgres
def test_a_room_that_stands_still_makes_others_wait_and_not_fail(postgres_server: str) -> None:
    """One stops in the middle of a sign-in: the server frees the account, and whoever waited for it signs in."""
    with fresh_database(postgres_server) as address:
        create_store(address, demo=False)
        desk = open_desk_store(address)
        House(desk).add("li", "operator")
        still = backend_of(address).writer(DESK_OWNER)
        with still.connect() as standing:
            standing.execute(sa.select(person).where(person.c.name == "li").with_for_update())
            assert desk.people.sign_in("li", PASSWORD, "room 2").name == "li"
            with pytest.raises(sa.exc.DBAPIError, match="idle-in-transaction"):
                standing.execute(sa.select(person))
        still.dispose()
        desk.close()


def test_acts_of_several_rooms_are_each_read_once(desk: DeskStore, rooms: list[Actor]) -> None:
    """A reader that asks from a time on without those that it knows gets every act exactly once."""
    House(desk).add("li", "operator")
    assert at_once(rooms, *([["sign_in", "li", PASSWORD]] * ROOMS)) == ["done"] * ROOMS
    since = desk.now_ms() - 1_000
    for room, name in zip(rooms, "ab", strict=True):
        for number in range(25):
            room.tell(json.dumps(["act", f"{name}{number}"]))
    seen: dict[str, str] = {}
    deadline = time.monotonic() + 60
    while sum(what != "" for what in seen.values()) < 25 * ROOMS:
        assert time.monotonic() < deadline, f"only {len(seen)} acts were seen"
        desk.wait_bell(1.0)
        fresh = desk.acts(since, list(seen), limit=7)
        assert not {a.id for a in fresh} & seen.keys()
        seen |= {a.id: a.what if a.kind == "silenced" else "" for a in fresh}
    assert sorted(what for what in seen.values() if what) == sorted(f"{name}{n}" for name in "ab" for n in range(25))
