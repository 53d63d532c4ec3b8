"""Accounts: who may make and change them, and what nobody may."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from app.errors import ConfigurationFault
from app.model.access import Permission, may
from app.model.people import Account, Grant
from app.model.records import Person
from app.storage import tables_desk
from app.storage.contract import DeskStore
from app.storage.demo_people import DEMO_SECOND_PASSWORD
from app.storage.opening import create_store, open_desk_store
from tests.helpers.people import PASSWORD, House, change_desk, cheap_passwords, read_desk, refused

HOUR = 3_600_000


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_passwords(monkeypatch)


@pytest.fixture
def live(empty_address: str) -> Iterator[DeskStore]:
    """Give the desk of a live store without accounts."""
    create_store(empty_address, demo=False)
    desk = open_desk_store(empty_address)
    yield desk
    desk.close()


@pytest.fixture
def house(live: DeskStore) -> House:
    """Give a founded live store."""
    return House(live)


def test_a_live_store_is_founded_once(live: DeskStore) -> None:
    """It has no account until its administrator made himself one; there is no second first time."""
    assert not live.people.founded()
    assert live.people.accounts() == ()
    with refused("password", "short"):
        live.people.found("admin", "", "short", "office")
    with refused("account", "name"):
        live.people.found("no spaces", "", PASSWORD, "office")
    person = live.people.found("admin", "管理员", PASSWORD, "office")
    assert (person.name, person.role) == ("admin", "administrator")
    assert live.session(person.session) == person
    assert live.people.founded()
    with refused("account", "founded"):
        live.people.found("other", "", PASSWORD, "office")


def test_a_demo_store_has_two_people(desk: DeskStore) -> None:
    """`demo` signs in without a password, `demo2` with the documented one; both may all but keep accounts."""
    assert [a.name for a in desk.people.accounts()] == ["demo", "demo2"]
    assert desk.people.founded()
    first = desk.people.sign_in_demo("room")
    second = desk.people.sign_in("demo2", DEMO_SECOND_PASSWORD, "room")
    for person in (first, second):
        assert all(may(person, p) for p in Permission if p is not Permission.ADMINISTER)
        assert not may(person, Permission.ADMINISTER)
    with refused("sign_in", "wrong"):
        desk.people.sign_in("demo", "", "room")


def test_a_live_store_has_no_demo_people(live: DeskStore) -> None:
    """There both are unknown, and nobody signs in without a password."""
    for name, password in (("demo", ""), ("demo2", DEMO_SECOND_PASSWORD)):
        with refused("sign_in", "wrong"):
            live.people.sign_in(name, password, "room")
    with pytest.raises(ConfigurationFault):
        live.people.sign_in_demo("room")


def test_accounts_come_back_as_made(house: House) -> None:
    """Names, roles, areas and who gave them; the first password must be changed before a session opens."""
    account = Account("zhang.wei", "张伟", "viewer", (Grant("north", "operator"), Grant("south", "viewer")))
    house.people.add_account(house.admin, account, "first password")
    (found,) = (a for a in house.people.accounts() if a.name == "zhang.wei")
    assert (found.full_name, found.role, found.must_change, found.disabled) == ("张伟", "viewer", True, False)
    assert found.grants == (Grant("north", "operator", None, "admin"), Grant("south", "viewer", None, "admin"))
    with refused("sign_in", "must_change"):
        house.people.sign_in("zhang.wei", "first password", "room")
    with refused("password", "same"):
        house.people.sign_in("zhang.wei", "first password", "room", new_password="first password")
    with refused("password", "name"):
        house.people.sign_in("zhang.wei", "first password", "room", new_password="ZHANG.WEI zhang.wei")
    person = house.people.sign_in("zhang.wei", "first password", "room", new_password=PASSWORD)
    assert person.grants == (("north", "operator"), ("south", "viewer"))
    house.desk.end_session(person.session)
    assert house.people.sign_in("zhang.wei", PASSWORD, "room").name == "zhang.wei"


@pytest.mark.parametrize(
    ("account", "why"),
    [
        (Account("Admin", "", "viewer"), "exists"),
        (Account("", "", "viewer"), "name"),
        (Account("a b", "", "viewer"), "name"),
        (Account("a" * 41, "", "viewer"), "name"),
        (Account("li", "", "king"), "role"),
        (Account("li", "", "viewer", (Grant("north", "king"),)), "role"),
        (Account("li", "", "viewer", (Grant(" ", "viewer"),)), "area"),
    ],
)
def test_accounts_that_cannot_be(house: House, account: Account, why: str) -> None:
    """A name that exists (whatever its case) or is none, an unknown role and an empty area are refused."""
    with refused("account", why):
        house.people.add_account(house.admin, account, PASSWORD)
    assert [a.name for a in house.people.accounts()] == ["admin"]


@pytest.mark.parametrize("role", ["viewer", "operator", "supervisor", "engineer"])
def test_only_administrators_keep_accounts(house: House, role: str) -> None:
    """Nobody else makes, changes, unlocks or signs out other people, or sets their passwords."""
    person = house.sign_in("li", role)
    house.add("wang", "viewer")
    wang = Account("wang", "", "engineer")
    for call in (
        lambda: house.people.add_account(person, Account("new", "", "viewer"), PASSWORD),
        lambda: house.people.change_account(person, wang),
        lambda: house.people.set_password(person, "wang", "another password"),
        lambda: house.people.unlock_account(person, "wang"),
        lambda: house.people.end_sessions_of(person, "wang"),
        lambda: house.people.change_account(person, Account("li", "", "administrator")),
    ):
        with refused("right"):
            call()
    assert {a.name: a.role for a in house.people.accounts()} == {"admin": "administrator", "li": role, "wang": "viewer"}


def test_who_has_no_session_may_nothing(house: House) -> None:
    """An ended session, an invented one, another's name on one, and a locked one are refused."""
    person = house.people.sign_in("admin", PASSWORD, "room 2")
    new = Account("new", "", "viewer")
    for by in (Person("admin", "administrator", "invented", "x"), Person("li", "administrator", person.session, "x")):
        with refused("no_session"):
            house.people.add_account(by, new, PASSWORD)
    house.people.lock(person)
    with refused("session_locked"):
        house.people.add_account(person, new, PASSWORD)
    house.desk.end_session(person.session)
    with refused("no_session"):
        house.people.add_account(person, new, PASSWORD)


def test_a_changed_role_counts_at_once(house: House) -> None:
    """A session that is open has the rights of now; a disabled account has none, and its sessions end for good."""
    person = house.sign_in("li", "viewer")
    house.people.change_account(house.admin, Account("li", "李", "viewer", (Grant("north", "operator"),)))
    now = house.desk.session(person.session)
    assert now is not None and now.grants == (("north", "operator"),)
    house.people.change_account(house.admin, Account("li", "李", "engineer", disabled=True))
    assert house.desk.session(person.session) is None
    with refused("sign_in", "disabled"):
        house.people.sign_in("li", PASSWORD, "room")
    house.people.change_account(house.admin, Account("li", "李", "engineer"))
    assert house.desk.session(person.session) is None
    assert house.people.sign_in("li", PASSWORD, "room").grants == ()


def test_an_unknown_account_cannot_be_changed(house: House) -> None:
    """Changing, unlocking or covering nobody is said, not swallowed."""
    for call in (
        lambda: house.people.change_account(house.admin, Account("nobody", "", "viewer")),
        lambda: house.people.unlock_account(house.admin, "nobody"),
        lambda: house.people.set_password(house.admin, "nobody", "another password"),
    ):
        with refused("account", "unknown"):
            call()


def test_the_last_administrator_stays(house: House) -> None:
    """The last one who can sign in cannot be made something else, nor disabled; with a second one he can."""
    for change in (Account("admin", "", "viewer"), Account("admin", "", "administrator", disabled=True)):
        with refused("account", "last_administrator"):
            house.people.change_account(house.admin, change)
    house.add("li", "viewer", Grant("*", "administrator", house.desk.now_ms() + HOUR))
    with refused("account", "last_administrator"):  # one for an hour is none
        house.people.change_account(house.admin, Account("admin", "", "viewer"))
    house.people.change_account(house.admin, Account("li", "", "viewer", (Grant("*", "administrator"),)))
    house.people.change_account(house.admin, Account("admin", "", "viewer"))
    with refused("right"):
        house.people.unlock_account(house.admin, "li")


@pytest.mark.parametrize(
    "change",
    [
        Account("admin", "", "engineer"),
        Account("admin", "", "administrator", (Grant("north", "viewer"), Grant("north", "operator"))),
        Account("admin", "", "administrator", (Grant("*", "supervisor"),)),
    ],
)
def test_nobody_gives_himself_more(house: House, change: Account) -> None:
    """An administrator cannot make himself anything that commands, anywhere; he may take from himself."""
    house.add("second", "administrator")
    with refused("account", "more"):
        house.people.change_account(house.admin, change)
    house.people.change_account(house.admin, Account("admin", "Renamed", "administrator", (Grant("north", "viewer"),)))


def test_nobody_gives_himself_longer(house: House) -> None:
    """A right that ends cannot be made longer by its holder."""
    house.add("second", "administrator")
    end = house.desk.now_ms() + HOUR
    house.people.change_account(house.people.sign_in("second", PASSWORD, "r"), _admin(end))
    with refused("account", "more"):
        house.people.change_account(house.admin, _admin(end + 1))
    house.people.change_account(house.admin, _admin(end - 1))


def _admin(until_ms: int) -> Account:
    return Account("admin", "", "administrator", (Grant("north", "operator", until_ms),))


def test_night_cover(house: House, empty_address: str) -> None:
    """A supervisor gives an operator another area for the shift; it ends by itself, by the store's clock."""
    chief = house.sign_in("chief", "viewer", Grant("north", "supervisor"))
    person = house.sign_in("li", "viewer", Grant("south", "operator"))
    until = house.desk.now_ms() + 8 * HOUR
    house.people.cover(chief, "li", Grant("north", "operator", until))
    now = house.desk.session(person.session)
    assert now is not None and may(now, Permission.COMMAND, ("north",)) and not may(now, Permission.COMMAND, ("west",))
    (li,) = (a for a in house.people.accounts() if a.name == "li")
    assert Grant("north", "operator", until, "chief") in li.grants
    ended = sa.update(tables_desk.area_role).where(tables_desk.area_role.c.until_ms == until)
    change_desk(empty_address, ended.values(until_ms=house.desk.now_ms() - 1))
    now = house.desk.session(person.session)
    assert now is not None and now.grants == (("south", "operator"),)
    assert all(g.area != "north" for a in house.people.accounts() if a.name == "li" for g in a.grants)


def test_a_cover_shortens_nothing_that_another_gave(house: House) -> None:
    """The administrator gave a week; a cover of an hour leaves it. A cover of one's own can be made shorter."""
    chief = house.sign_in("chief", "viewer", Grant("north", "supervisor"))
    now = house.desk.now_ms()
    house.add("li", "viewer", Grant("north", "operator", now + 7 * 24 * HOUR))
    house.people.cover(chief, "li", Grant("north", "operator", now + HOUR))
    (li,) = (a for a in house.people.accounts() if a.name == "li")
    assert [(g.until_ms, g.by) for g in li.grants] == [(now + 7 * 24 * HOUR, "admin")]
    for hours in (8, 1, 4):
        house.people.cover(chief, "li", Grant("north", "viewer", now + hours * HOUR))
        (li,) = (a for a in house.people.accounts() if a.name == "li")
        assert [g.until_ms for g in li.grants if g.role == "viewer"] == [now + hours * HOUR]


def test_what_a_cover_cannot_be(house: House) -> None:
    """Not for oneself, not beyond one's own area, not above operator, not everywhere, not for good, not for long, not
    for who is disabled; and it never shortens what somebody has anyway."""
    chief = house.sign_in("chief", "viewer", Grant("north", "supervisor"))
    house.add("li", "viewer", Grant("north", "operator"))
    now = house.desk.now_ms()
    cases: list[tuple[str, Grant, str, str]] = [
        ("chief", Grant("north", "operator", now + HOUR), "account", "more"),
        ("li", Grant("south", "operator", now + HOUR), "right", ""),
        ("li", Grant("*", "operator", now + HOUR), "right", ""),
        ("li", Grant("north", "supervisor", now + HOUR), "cover", "role"),
        ("li", Grant("north", "operator"), "cover", "until"),
        ("li", Grant("north", "operator", now - 1), "cover", "until"),
        ("li", Grant("north", "operator", now + 17 * HOUR), "cover", "until"),
        ("nobody", Grant("north", "operator", now + HOUR), "account", "unknown"),
    ]
    for name, grant, code, cause in cases:
        with refused(code, cause):
            house.people.cover(chief, name, grant)
    everywhere = house.sign_in("boss", "supervisor")
    with refused("cover", "area"):
        house.people.cover(everywhere, "li", Grant("*", "operator", now + HOUR))
    house.people.cover(chief, "li", Grant("north", "operator", now + HOUR))
    (li,) = (a for a in house.people.accounts() if a.name == "li")
    assert [(g.area, g.until_ms) for g in li.grants] == [("north", None)]
    house.people.change_account(house.admin, Account("li", "", "viewer", disabled=True))
    with refused("sign_in", "disabled"):
        house.people.cover(chief, "li", Grant("north", "operator", now + HOUR))


def test_passwords_are_set(house: House) -> None:
    """One's own with the old one; another's by an administrator, which ends his sessions and must be changed."""
    person = house.sign_in("li", "operator")
    with refused("sign_in", "wrong"):
        house.people.set_password(person, "li", "another password", old="wrong")
    with refused("password", "short"):
        house.people.set_password(person, "li", "short", old=PASSWORD)
    house.people.set_password(person, "li", "another password", old=PASSWORD)
    assert house.desk.session(person.session) is not None
    house.people.set_password(house.admin, "li", "given password")
    assert house.desk.session(person.session) is None
    with refused("sign_in", "must_change"):
        house.people.sign_in("li", "given password", "room")


def test_a_password_hash_is_made_anew_when_its_parameters_change(
    house: House, empty_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the next sign-in the kept hash gets the parameters of now; the password stays."""
    from argon2 import PasswordHasher

    from app.storage import passwords

    house.add("li", "viewer")
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    for _ in range(2):
        house.desk.end_session(house.people.sign_in("li", PASSWORD, "room").session)
        assert "$m=16,t=2,p=1$" in _kept(empty_address, "li")


def _kept(address: str, name: str) -> str:
    query = sa.select(tables_desk.person.c.password).where(tables_desk.person.c.name == name)
    return str(read_desk(address, query)[0].password)
