"""Who sits here: the first account, signing in and out, a change of shift, locking, and what ends a session."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel
from pytestqt.qtbot import QtBot

from app.errors import StoreUnavailable
from app.model.access import Permission
from app.model.people import Account, Grant
from app.model.records import Person, RequestKind
from app.storage.contract import DeskStore
from app.storage.opening import create_store, open_desk_store
from app.views.actions.lock import lock
from app.views.gateway.opening import opening
from app.views.gateway.store_door import StoreDoor
from app.views.shell.session.panel import SessionPanel
from app.views.signing_in import LOCK_AFTER_MIN, TOUCH_S
from app.views.state.nobody import Nobody
from tests.helpers.people import PASSWORD, cheap_passwords
from tests.views.people_world import World, type_into, world_of


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_passwords(monkeypatch)


@pytest.fixture
def world(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[World]:
    yield from world_of(qapp, tmp_path / "store")


@pytest.fixture
def demo(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[World]:
    yield from world_of(qapp, tmp_path / "store", demo=True)


def panel(world: World) -> SessionPanel:
    return world.window.session


def refusal(world: World) -> str:
    """What the panel says in the way of an error."""
    labels = panel(world).findChildren(QLabel, "refusal")
    return "\n".join(label.text() for label in labels if label.isVisible())


def press(world: World, name: str) -> None:
    button = panel(world).findChild(QAbstractButton, name)
    assert isinstance(button, QAbstractButton) and button.isVisible() and button.isEnabled(), name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def key(world: World, what: Qt.Key, how: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(world.window, what, how)


def test_a_new_live_store_asks_for_its_administrator(world: World) -> None:
    """Open → the panel stands there by itself, below the banner → name and password twice by keyboard → signed in."""
    world.open()
    assert world.room.nobody is Nobody.UNFOUNDED and panel(world).isVisible()
    assert panel(world).y() >= world.window.header.height()
    assert world.window.header.person.lines == ("First account", "Viewing only")
    key(world, Qt.Key.Key_F2)
    key(world, Qt.Key.Key_F2)
    type_into(panel(world).found, name="chief", full_name="张三", password=PASSWORD, again=PASSWORD)
    assert world.room.person.name == "chief" and world.room.may(Permission.ADMINISTER)
    assert not panel(world).isVisible() and world.window.header.person.lines == ("chief", "Administrator")
    assert [(a.name, a.full_name, a.role) for a in world.people.accounts()] == [("chief", "张三", "administrator")]


def test_a_first_password_is_refused_in_words(world: World) -> None:
    """Too short, then two that differ: each is said, nothing is made, what is secret is empty again."""
    world.open()
    form = panel(world).found
    type_into(form, name="chief", full_name="x", password="short", again="short")
    assert "at least 10" in refusal(world) and form.text("password") == "" and form.text("name") == "chief"
    type_into(form, password=PASSWORD, again=PASSWORD + "x")
    assert refusal(world) == "The two new passwords differ"
    world.room.set_language("zh")
    assert refusal(world) == "两次输入的密码不一致"
    assert world.people.accounts() == ()


def test_a_demo_signs_its_user_in_and_says_on_every_window_that_it_is_one(demo: World) -> None:
    """The mark comes from the store: it stands also while no site is in force, on each window."""
    demo.room.take_site(None)
    demo.open()
    assert demo.room.person.name == "demo" and demo.room.demo and not panel(demo).isVisible()
    other = type(demo.window)(
        demo.room, demo.window._feed, demo.beat, pages=demo.window._makers, sounder=demo.window._sounder
    )
    other.resize(1366, 768)
    other.show()
    for window in (demo.window, other):
        picture = window.header.grab().toImage()
        edge = {picture.pixelColor(x, picture.height() - 3).lightness() < 140 for x in range(picture.width() // 2)}
        assert edge == {True, False}, "no stripes along the header"
        assert "DEMO" in window.windowTitle()


def test_a_live_store_bears_no_mark_of_a_demo(world: World) -> None:
    """Without a site that says so, a live store's window is not a demo's."""
    world.room.take_site(None)
    world.founded()
    assert not world.room.demo and "DEMO" not in world.window.windowTitle()


def test_wrong_passwords_are_told_and_lock_the_account_for_a_time_that_counts_down(world: World) -> None:
    """Four wrong ones: wrong name or password. The fifth locks: 15 minutes are left, then 14."""
    world.founded()
    key(world, Qt.Key.Key_F2)
    form = panel(world).sign_in
    type_into(form, name="admin")
    for _ in range(4):
        type_into(form, password="certainly wrong")
        assert refusal(world) == "Wrong name or password"
    type_into(form, password="certainly wrong")
    type_into(form, password=PASSWORD)
    assert "locked for another 15:00" in refusal(world)
    world.clock.advance(61)
    world.beats()
    assert "locked for another 13:5" in refusal(world)
    world.room.set_language("zh")
    assert "账户已锁定：13:5" in refusal(world)
    assert world.room.nobody is Nobody.YET and ("account_locked", "admin") in world.acts


def test_who_got_a_password_from_another_chooses_his_own(world: World) -> None:
    """Sign in → two more fields → a short one is refused → a good one signs in, and is the password from then on."""
    world.founded()
    admin = world.people.sign_in("admin", PASSWORD, "office")
    world.people.add_account(admin, Account("wang", "王", "operator"), "given by another")
    key(world, Qt.Key.Key_F2)
    form = panel(world).sign_in
    type_into(form, name="wang", password="given by another")
    assert refusal(world) == "Somebody else set this password: choose a new one"
    type_into(form, new="short", again="short")
    assert "at least 10" in refusal(world)
    type_into(form, new="quite another one", again="quite another one")
    assert world.room.person.name == "wang" and not panel(world).isVisible()
    assert world.people.sign_in("wang", "quite another one", "elsewhere").name == "wang"


def test_at_a_change_of_shift_another_signs_in_and_the_page_stays(world: World) -> None:
    """F2, "another person", name, password: the first session ends in the store, the page is where it was."""
    world.founded()
    world.sign_in("wang", "operator", Grant("west", "supervisor"))
    first, page = world.room.person.session, world.window.page
    key(world, Qt.Key.Key_F2)
    press(world, "session-other")
    assert "wang will be signed out" in panel(world).note.text()
    type_into(panel(world).sign_in, name="admin", password=PASSWORD)
    assert world.room.person.name == "admin" and world.window.page is page
    assert [s.person for s in world.people.sessions()] == ["admin"] and world.desk.session(first) is None
    assert world.door.left == world.room.person.session


def test_signing_out_leaves_the_room_open_for_viewing(world: World) -> None:
    """Sign out: the store knows, nothing may be asked, and the reason is that nobody is signed in."""
    world.founded()
    world.sign_in("wang", "operator")
    key(world, Qt.Key.Key_F2)
    press(world, "session-sign-out")
    assert world.room.viewing_only and world.people.sessions() == ()
    assert not world.room.may(Permission.COMMAND)
    assert [r.check for r in world.room.refusals(RequestKind.OPERATE, "ps01/pump1")] == ["no_session"]
    assert world.window.header.person.lines == ("Sign in", "Viewing only")


def test_a_locked_session_asks_nothing_and_its_person_unlocks_it(world: World) -> None:
    """Ctrl+Shift+L → locked here and in the store, said in the header → wrong password → right one."""
    world.founded()
    world.sign_in("wang", "operator")
    key(world, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert world.room.person.locked and world.window.header.person.lines == ("Locked", "wang")
    assert not world.room.may(Permission.COMMAND)
    assert [r.check for r in world.room.refusals(RequestKind.OPERATE, "ps01/pump1")] == ["session_locked"]
    assert [s.locked for s in world.people.sessions()] == [True]
    assert world.window.header.banner.isVisible()
    key(world, Qt.Key.Key_F2)
    type_into(panel(world).locked, password="not this one")
    assert refusal(world) == "Wrong name or password" and world.room.person.locked
    type_into(panel(world).locked, password=PASSWORD)
    assert not world.room.person.locked and not panel(world).isVisible() and world.room.may(Permission.COMMAND)
    assert [k for k, _ in world.acts if k in ("locked", "unlocked")] == ["locked", "unlocked"]


def test_another_may_sign_in_over_a_locked_session(world: World) -> None:
    """Who locked went home: his session ends, the other one begins."""
    world.founded()
    world.sign_in("wang", "operator")
    lock(world.room)
    key(world, Qt.Key.Key_F2)
    press(world, "other-person")
    type_into(panel(world).sign_in, name="admin", password=PASSWORD)
    assert world.room.person.name == "admin" and not world.room.person.locked
    assert [s.person for s in world.people.sessions()] == ["admin"]


def test_the_demo_user_unlocks_with_any_word(demo: World) -> None:
    """He has no password, and the panel says so."""
    demo.open()
    lock(demo.room)
    key(demo, Qt.Key.Key_F2)
    labels = [label.text() for label in panel(demo).locked.findChildren(QLabel)]
    assert "Demo: any word unlocks" in labels
    type_into(panel(demo).locked, password="x")
    assert not demo.room.person.locked


def test_a_room_that_nobody_uses_locks_by_itself(world: World) -> None:
    """Almost a quarter of an hour → a key is pressed → another quarter → locked. Alarms and pages go on."""
    world.founded()
    world.sign_in("wang", "operator")
    handle = world.window.windowHandle()
    world.signing_in.watch(handle)
    for _ in range(int(LOCK_AFTER_MIN * 60 / TOUCH_S) - 1):
        world.pass_time(TOUCH_S)
    assert not world.room.person.locked
    QTest.mouseMove(handle, QPoint(300, 500))
    world.pass_time(TOUCH_S)
    assert not world.room.person.locked
    world.pass_time(LOCK_AFTER_MIN * 60)
    assert world.room.person.locked
    assert [k for _, k, _, _ in world.door.acts] == ["idle_lock"]
    QTest.mouseMove(handle, QPoint(310, 510))
    world.pass_time(TOUCH_S)
    assert world.room.person.locked, "a moved mouse unlocks nothing"


def test_a_workstation_says_when_it_locks_and_that_is_noted(world: World) -> None:
    """Never: an hour passes. The choice is kept in the preferences of the workstation, and in the journal."""
    world.founded()
    world.sign_in("wang", "operator")
    key(world, Qt.Key.Key_F2)
    box = panel(world).present.after
    assert box.currentText() == "15 minutes"
    box.setCurrentIndex(box.count() - 1)
    box.activated.emit(box.currentIndex())
    assert world.room.preferences.get("lock_after_min") == 0
    assert [(k, d) for _, k, _, d in world.door.acts] == [("lock_after", {"from": 15, "to": 0})]
    world.pass_time(3600)
    assert not world.room.person.locked


def test_rights_that_change_arrive_with_the_next_sign_of_life(world: World) -> None:
    """An operator becomes a viewer at the desk: within half a minute the room offers no command any more."""
    world.founded()
    world.sign_in("wang", "operator")
    assert world.room.may(Permission.COMMAND)
    admin = world.people.sign_in("admin", PASSWORD, "office")
    world.people.change_account(admin, Account("wang", "Wang", "viewer", (Grant("west", "operator"),)))
    world.pass_time(TOUCH_S / 2)
    assert world.room.may(Permission.COMMAND)
    world.pass_time(TOUCH_S)
    assert not world.room.may(Permission.COMMAND) and world.room.may(Permission.COMMAND, "ps01/pump1")


def test_a_session_that_was_ended_is_told(world: World) -> None:
    """An administrator ends it: the panel says so in every window without taking the keyboard."""
    world.founded()
    world.sign_in("wang", "operator")
    world.window.rail.setFocus()
    admin = world.people.sign_in("admin", PASSWORD, "office")
    world.people.end_sessions_of(admin, "wang")
    world.pass_time(TOUCH_S + 1)
    assert world.room.nobody is Nobody.ENDED and panel(world).isVisible()
    assert "has ended" in panel(world).note.text()
    assert world.window.header.person.lines == ("Session ended", "Sign in")
    focus = world.window.focusWidget()
    assert focus is None or not panel(world).isAncestorOf(focus)
    key(world, Qt.Key.Key_F2)
    assert not panel(world).isVisible()


def test_the_demo_user_comes_back_after_his_session_ended(demo: World) -> None:
    """A machine that slept for an hour: the demo goes on by itself."""
    demo.open()
    session = demo.room.person.session
    demo.desk.end_session(session)
    demo.pass_time(TOUCH_S + 1)
    assert demo.room.person.name == "demo" and demo.room.person.session != session


def test_signed_out_of_a_demo_one_comes_back_without_a_password(demo: World) -> None:
    """The panel offers the demo user, and names the other account with its password."""
    demo.open()
    key(demo, Qt.Key.Key_F2)
    press(demo, "session-sign-out")
    key(demo, Qt.Key.Key_F2)
    if not panel(demo).isVisible():
        key(demo, Qt.Key.Key_F2)
    assert "demo2" in panel(demo).sign_in.hint.text() and "demo-second" in panel(demo).sign_in.hint.text()
    press(demo, "demo-user")
    assert demo.room.person.name == "demo"


@pytest.mark.logs("nobody is signed in: no store here")
def test_a_store_that_is_away_is_tried_again(world: World) -> None:
    """Away at the start: open for viewing, said in the header; there again: the first account is asked for."""

    class Away:
        def sign_in_demo(self, workstation: str) -> Person:
            raise StoreUnavailable("no store here")

    world.door.people = Away()
    world.open()
    assert world.room.nobody is Nobody.AWAY and world.window.header.person.lines[1] == "No store"
    world.door.people = world.desk
    world.pass_time(2)
    assert world.room.nobody is Nobody.UNFOUNDED


def test_what_was_locked_while_the_store_was_away_is_locked_there_too(world: World) -> None:
    """Locked here at once; the store hears of it with the next sign of life."""
    world.founded()
    world.sign_in("wang", "operator")
    world.door.people = None
    lock(world.room)
    assert world.room.person.locked and [s.locked for s in world.people.sessions()] == [False]
    world.door.people = world.desk
    world.pass_time(TOUCH_S + 1)
    assert world.room.person.locked and [s.locked for s in world.people.sessions()] == [True]


def test_an_answer_for_a_session_that_is_over_changes_nothing(world: World) -> None:
    """The sign of life of the one before arrives after the other signed in."""
    world.founded()
    world.sign_in("wang", "operator")
    before = world.room.person
    world.room.take_person(replace(before, name="li", session="another"))
    world.signing_in._alive((before.session, None))
    assert world.room.person.name == "li"


def test_changing_the_own_password(world: World) -> None:
    """The old one wrong, then right; the new one counts from then on."""
    world.founded()
    world.sign_in("wang", "operator")
    key(world, Qt.Key.Key_F2)
    press(world, "session-password")
    type_into(panel(world).password, old="not this one", new="quite another one", again="quite another one")
    assert refusal(world) == "Wrong name or password"
    type_into(panel(world).password, old=PASSWORD, new="quite another one", again="quite another one")
    assert not panel(world).isVisible()
    assert world.people.sign_in("wang", "quite another one", "elsewhere").name == "wang"


def test_the_panel_speaks_both_languages(world: World) -> None:
    """Every text of every form differs between Chinese and English."""
    world.founded()
    world.sign_in("wang", "operator")

    def words() -> list[str]:
        found = [*panel(world).findChildren(QLabel), *panel(world).findChildren(QAbstractButton)]
        skipped = ("refusal", "")
        return [w.text() for w in found if w.text() and w.objectName() not in skipped]

    english = words()
    world.room.set_language("zh")
    chinese = words()
    same = [e for e, c in zip(english, chinese, strict=True) if e == c]
    assert len(english) >= 12 and same == []


def test_escape_gives_the_keyboard_back(world: World) -> None:
    """F2 opens with the keyboard in the first field, Esc closes, and the focus is where it was."""
    world.founded()
    world.window.activateWindow()
    world.window.header.help.setFocus()
    key(world, Qt.Key.Key_F2)
    assert panel(world).sign_in.fields["name"].hasFocus()
    QTest.keyClick(panel(world).sign_in.fields["name"], Qt.Key.Key_Escape)
    assert not panel(world).isVisible() and world.window.header.help.hasFocus()


def test_a_room_that_closes_ends_its_session(qtbot: QtBot, tmp_path: Path) -> None:
    """The real door, with its threads: sign in, close; the store has no open session."""
    address = str(tmp_path / "store")
    create_store(address, demo=True)
    door = StoreDoor(address)
    found: list[Person] = []

    def opened(answer: object) -> None:
        person = getattr(answer, "person", None)
        assert isinstance(person, Person)
        found.append(person)

    door.desk(opening("ws"), opened, pytest.fail)
    qtbot.waitUntil(lambda: bool(found), timeout=10_000)
    door.leave(found[0].session)
    door.close()
    desk: DeskStore = open_desk_store(address)
    assert desk.people.sessions() == ()
    desk.close()


def test_signatures_given_on_one_thread_count_for_a_request_of_another(qtbot: QtBot, tmp_path: Path) -> None:
    """The real door: people sign in on theirs, the request goes out on its own; the store vouches for both persons.
    The second's key signs once: a second request has one signature only."""
    address = str(tmp_path / "store")
    create_store(address, demo=True)
    door, desk = StoreDoor(address), open_desk_store(address)
    people: list[Person] = []
    door.desk(lambda d: d.sign_in_demo("ws"), people.append, pytest.fail)
    qtbot.waitUntil(lambda: len(people) == 1, timeout=10_000)
    door.desk(lambda d: d.people.sign_second("demo2", "demo-second", "ws", people[0]), people.append, pytest.fail)
    qtbot.waitUntil(lambda: len(people) == 2, timeout=10_000)
    first, second = people
    vouched = []
    for number in ("1", "2"):
        payload = {"equipment": "ps03/gate1", "number": number}
        door.submit(number * 32, RequestKind.OPERATE, person=first, payload=payload, failed=pytest.fail, second=second)
        qtbot.waitUntil(lambda n=number: any(r.id == n * 32 for r in desk.recent(60.0)), timeout=10_000)  # type: ignore[misc]
        request = next(r for r in desk.recent(60.0) if r.id == number * 32)
        found = desk.vouch(request)
        vouched.append((found.person and found.person.name, found.second and found.second.name))
    assert vouched == [("demo", "demo2"), ("demo", None)]
    door.close()
    desk.close()


def test_a_refusal_of_the_desk_comes_back_in_reasons(qtbot: QtBot, tmp_path: Path) -> None:
    """The real door: a wrong password is an answer, not a fault of the store; a store that is not there is told."""
    address = str(tmp_path / "store")
    create_store(address, demo=True)
    door = StoreDoor(address)
    said: list[tuple[str, object]] = []

    def refused(reasons: tuple[object, ...]) -> None:
        said.extend((r.check, r.params.get("why")) for r in reasons)  # type: ignore[attr-defined]

    door.desk(lambda desk: desk.people.sign_in("demo2", "no such thing", "ws"), pytest.fail, refused)
    qtbot.waitUntil(lambda: bool(said), timeout=10_000)
    assert said == [("sign_in", "wrong")]
    door.close()


def test_the_panel_dies_with_its_window(world: World) -> None:
    """Nothing keeps it alive: no signal of the room, no answer of the desk."""
    world.founded()
    extra = type(world.window)(
        world.room, world.window._feed, world.beat, pages=world.window._makers, sounder=world.window._sounder
    )
    extra.session.toggle()
    world.sign_in("wang", "operator")
    dead = [weakref.ref(extra), weakref.ref(extra.session), weakref.ref(extra.session.sign_in)]
    extra.hide()
    extra.deleteLater()
    del extra
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert [r() for r in dead if r() is not None] == []
    lock(world.room)
