"""The people page: accounts with their areas, what an administrator does, what a supervisor may, and nobody else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.errors import AccessRefused
from app.model.access import EVERYWHERE
from app.model.people import Account, Grant
from app.views.pages.people.page import PeoplePage
from tests.helpers.people import PASSWORD, cheap_passwords
from tests.views.people_world import World, type_into, world_of


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_passwords(monkeypatch)


@pytest.fixture
def world(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[World]:
    """An administrator is signed in; wang is an operator of the west, li a supervisor of the east."""
    for made in world_of(qapp, tmp_path / "store", pages={"people": PeoplePage}):
        made.clock.ms = made.desk.now_ms()
        made.founded()
        made.room.take_person(made.people.sign_in("admin", PASSWORD, "test"))
        by = made.room.person
        made.people.add_account(by, Account("wang", "王", "viewer", (Grant("west", "operator"),)), "given by another")
        made.people.add_account(by, Account("li", "李", "viewer", (Grant("east", "supervisor"),)), "given by another")
        made.window.go("people", "")
        made.beats()
        yield made


def page(world: World) -> PeoplePage:
    found = world.window.page
    assert isinstance(found, PeoplePage)
    return found


def choose(world: World, name: str) -> None:
    names = [r.account.name for r in page(world).accounts.rows]
    page(world).table.selectRow(names.index(name))


def press(world: World, name: str) -> None:
    button = page(world).pane.buttons[name]
    assert button.isVisible() and button.isEnabled(), name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def go(world: World) -> None:
    buttons = [b for b in page(world).pane.findChildren(QAbstractButton, "go") if b.isVisible()]
    assert len(buttons) == 1 and buttons[0].isEnabled()
    QTest.mouseClick(buttons[0], Qt.MouseButton.LeftButton)


def account(world: World, name: str) -> Account:
    return next(a for a in world.people.accounts() if a.name == name)


def refusal(world: World) -> str:
    labels = page(world).pane.findChildren(QLabel, "refusal")
    return "\n".join(label.text() for label in labels if label.isVisible())


def test_accounts_and_sessions_are_listed_with_names_of_areas(world: World) -> None:
    """A row each: role of the site, roles in areas by their names, state; who is signed in where."""
    QAbstractItemModelTester(page(world).accounts, QAbstractItemModelTester.FailureReportingMode.Fatal)
    rows = {r.cells[0]: r.cells for r in page(world).accounts.rows}
    assert rows["wang"][:5] == ("wang", "王", "Viewer", "West: Operator", "new password due")
    assert rows["admin"][4] == "signed in" and rows["li"][5] == "never"
    assert [r.cells[:2] for r in page(world).sessions.rows] == [("admin", "test")]
    world.room.set_language("zh")
    assert {r.cells[0]: r.cells for r in page(world).accounts.rows}["wang"][3] == "西片: 值班员"


def test_an_account_is_added_by_keyboard(world: World) -> None:
    """A name that exists is refused in words; another one is added, with roles in areas."""
    choose(world, "li")
    press(world, "add")
    assert page(world).pane.head.text() == "New account"
    form = page(world).pane.account_form
    type_into(form, name="wang", full_name="x", password="0123456789", again="0123456789")
    assert refusal(world) == "There is an account wang already"
    form.fields["name"].setText("zhao")
    form.areas["central"].setCurrentIndex(form.areas["central"].findData("operator"))
    type_into(form, password="0123456789", again="0123456789")
    assert not form.isVisible() and page(world).pane.head.text() == "li"
    made = account(world, "zhao")
    assert made.must_change and [(g.area, g.role) for g in made.grants] == [("central", "operator")]
    assert "zhao" in [r.account.name for r in page(world).accounts.rows]


def test_role_and_areas_are_changed_and_a_cover_stays(world: World) -> None:
    """wang becomes an operator everywhere in the west and the centre; the cover that ends by itself is kept."""
    cover = Grant("east", "operator", world.desk.now_ms() + 3_600_000)
    world.people.change_account(world.room.person, Account("wang", "王", "viewer", (Grant("west", "operator"), cover)))
    world.beats(60)
    choose(world, "wang")
    press(world, "change")
    form = page(world).pane.account_form
    assert form.areas["west"].currentData() == "operator" and form.areas["east"].currentData() == ""
    form.areas["west"].setCurrentIndex(form.areas["west"].findData("supervisor"))
    form.areas[EVERYWHERE].setCurrentIndex(form.areas[EVERYWHERE].findData("viewer"))
    go(world)
    grants = {(g.area, g.role, g.until_ms) for g in account(world, "wang").grants}
    assert grants == {("west", "supervisor", None), (EVERYWHERE, "viewer", None), ("east", "operator", cover.until_ms)}


def test_what_others_did_while_a_form_was_open_is_kept(world: World) -> None:
    """While an administrator writes, a supervisor lets wang cover an area, and another disables the account."""
    choose(world, "wang")
    press(world, "change")
    page(world).pane.account_form.fields["full-name"].setText("王五")
    cover = Grant("east", "operator", world.desk.now_ms() + 3_600_000)
    before = account(world, "wang")
    world.people.change_account(world.room.person, replace(before, grants=(*before.grants, cover), disabled=True))
    world.beats(60)
    go(world)
    after = account(world, "wang")
    assert after.full_name == "王五" and after.disabled and cover.until_ms in {g.until_ms for g in after.grants}


def test_an_account_is_disabled_and_enabled_after_a_second_look(world: World) -> None:
    """Disable says what it does; Cancel changes nothing; a press does it, and the button then enables."""
    choose(world, "wang")
    press(world, "able")
    assert "cannot sign in any more" in page(world).pane.sure_form.said.text()
    QTest.keyClick(page(world).pane.sure_form.back, Qt.Key.Key_Escape)
    assert not account(world, "wang").disabled
    press(world, "able")
    go(world)
    assert account(world, "wang").disabled and page(world).pane.buttons["able"].text() == "Enable…"
    press(world, "able")
    go(world)
    assert not account(world, "wang").disabled


def test_the_last_administrator_cannot_be_disabled(world: World) -> None:
    """The store refuses, and the form says so."""
    choose(world, "admin")
    press(world, "able")
    go(world)
    assert refusal(world) == "At least one administrator who can sign in must be left"


def test_a_lock_out_is_shown_with_its_time_and_ended(world: World) -> None:
    """Five wrong passwords: the row says how long; the button ends it."""
    for _ in range(6):
        with pytest.raises(AccessRefused):
            world.people.sign_in("wang", "guessing again", "elsewhere")
    world.beats(60)
    choose(world, "wang")
    assert (
        "locked out for"
        in page(world).accounts.rows[[r.cells[0] for r in page(world).accounts.rows].index("wang")].cells[4]
    )
    press(world, "unlock")
    go(world)
    assert account(world, "wang").locked_until_ms == 0
    assert not page(world).pane.buttons["unlock"].isEnabled()


def test_a_password_is_set_and_ends_his_sessions(world: World) -> None:
    """li is signed in; a new password signs him out, and he chooses his own at the next sign-in."""
    world.people.sign_in("li", "given by another", "ws-2", new_password=PASSWORD)
    choose(world, "li")
    press(world, "password")
    type_into(page(world).pane.sure_form, password="0123456789", again="012345678x")
    assert refusal(world) == "The two new passwords differ"
    type_into(page(world).pane.sure_form, password="0123456789", again="0123456789")
    assert account(world, "li").must_change and "li" not in [s.person for s in world.people.sessions()]


def test_sessions_are_ended(world: World) -> None:
    """Sign out everywhere: the list of sessions is empty but for one's own."""
    world.people.sign_in("li", "given by another", "ws-2", new_password=PASSWORD)
    choose(world, "li")
    press(world, "end")
    go(world)
    assert [r.cells[0] for r in page(world).sessions.rows] == ["admin"]


def test_a_supervisor_lets_a_person_cover_his_area_for_a_shift(world: World) -> None:
    """li may add nobody; he gives wang the east until the end of the shift, and the store takes it."""
    world.room.take_person(world.people.sign_in("li", "given by another", "test", new_password=PASSWORD))
    world.beats(60)
    choose(world, "wang")
    pane = page(world).pane
    assert not pane.buttons["add"].isEnabled() and "administrators" in pane.said.text()
    press(world, "cover")
    form = pane.cover_form
    assert [form.area.itemData(i) for i in range(form.area.count())] == ["east"]
    assert [form.role.itemData(i) for i in range(form.role.count())] == ["operator", "viewer"]
    assert "shift" in form.until.itemText(0)
    go(world)
    given = [g for g in account(world, "wang").grants if g.until_ms is not None]
    assert [(g.area, g.role, g.by) for g in given] == [("east", "operator", "li")]
    assert not form.isVisible()


def test_nobody_else_sees_people(world: World) -> None:
    """An operator: no entry in the rail, an empty page that says why; nothing is read."""
    nav = world.window.rail.findChild(QAbstractButton, "nav-people")
    assert isinstance(nav, QAbstractButton) and not nav.isHidden()
    world.room.take_person(world.people.sign_in("wang", "given by another", "test", new_password=PASSWORD))
    assert nav.isHidden() and page(world).accounts.rows == [] and not page(world).pane.isEnabled()
    assert page(world).said.text() == "Accounts are kept by administrators."


def test_a_locked_administrator_does_nothing(world: World) -> None:
    """All buttons are grey and the reason stands there."""
    choose(world, "wang")
    person = world.room.person
    world.people.lock(person)
    world.room.take_person(type(person)(person.name, person.role, person.session, person.workstation, (), True))
    pane = page(world).pane
    assert not any(b.isEnabled() for b in pane.buttons.values()) and "locked" in pane.said.text()


def test_a_form_of_another_account_closes(world: World) -> None:
    """Choosing somebody else does not carry a half-typed password over."""
    choose(world, "wang")
    press(world, "password")
    page(world).pane.sure_form.fields["password"].setText("half a pass")
    choose(world, "li")
    assert not page(world).pane.sure_form.isVisible()
    press(world, "password")
    assert page(world).pane.sure_form.text("password") == ""
