"""Two persons: the second one's password, his minute, what he signs, and that nothing goes without him."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from app.model.access import SECOND_SIGNER_S
from app.model.records import CommandState, EquipmentStatus, Person, RequestKind, Result
from app.storage.contract import DeskStore
from app.storage.opening import create_store, open_desk_store
from app.views.gateway.opening import opening
from app.views.pages.faceplate.faceplate import Faceplate
from app.views.pages.station import StationPage
from app.views.room import Room
from app.views.state.command_flow import Phase
from app.views.state.nobody import Nobody
from app.views.widgets.second_signer import SecondSigner
from tests.helpers.people import PASSWORD, House, cheap_passwords
from tests.helpers.room import FakeDoor, RoomClock, make_room, set_values
from tests.views.people_world import type_into
from tests.views.station_site import make_site, normal_values

GATE = "one/gate1"
DEMO = {"second_name": "demo2", "second_password": "demo-second"}


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_passwords(monkeypatch)


class Desk:
    """A gate that opens to a receiving water, its faceplate, and the engine's part played by hand."""

    def __init__(self, qtbot: QtBot, store: DeskStore) -> None:
        site = make_site(3, rain=True)
        self.clock = RoomClock()
        self.room: Room = make_room(site, clock=self.clock)
        self.door.people = store
        set_values(self.room, normal_values(site, now_ms=self.room.now_ms()))
        set_values(self.room, {f"{GATE}/opened": 0.0, f"{GATE}/closed": 1.0, f"{GATE}/moving": 0.0})
        self.page = StationPage(self.room)
        qtbot.addWidget(self.page)
        self.page.resize(1712, 1004)
        self.page.show()
        self.revision = 0

    @property
    def door(self) -> FakeDoor:
        door = self.room._door
        assert isinstance(door, FakeDoor)
        return door

    @property
    def plate(self) -> Faceplate:
        return self.page.dock.faceplates[0]

    @property
    def signer(self) -> SecondSigner:
        return self.plate.commands.confirm.second

    @property
    def confirm(self) -> QAbstractButton:
        return self.plate.commands.confirm.confirm

    def tick(self) -> None:
        self.page.tick()
        QCoreApplication.processEvents()

    def grant(self, path: str = GATE) -> None:
        """The engine grants the selection that was asked, or renews it."""
        self.revision += 1
        session, name, now = self.room.person.session, self.room.person.name, self.room.now_ms()
        self.room.take_results([Result(self.revision, self.door.submitted[-1][0], now, CommandState.SELECTED)])
        until = now + 30_000
        self.room.take_equipment([EquipmentStatus(path, self.revision, name, session, until)])
        self.tick()

    def select(self) -> None:
        self.page.open_faceplate(GATE)
        self.tick()
        button = self.plate.findChild(QAbstractButton, "command-open")
        assert isinstance(button, QAbstractButton) and button.isEnabled()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.grant()
        assert self.plate.commands.flow.phase is Phase.CONFIRMING

    def refusal(self) -> str:
        labels = self.signer.findChildren(QLabel, "refusal")
        return "\n".join(label.text() for label in labels if label.isVisible())


@pytest.fixture
def demo(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desk]:
    create_store(str(tmp_path / "store"), demo=True)
    store = open_desk_store(str(tmp_path / "store"))
    desk = Desk(qtbot, store)
    desk.room.take_opening(opening("test")(store))
    yield desk
    store.close()


@pytest.fixture
def live(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[tuple[Desk, House]]:
    create_store(str(tmp_path / "store"), demo=False)
    store = open_desk_store(str(tmp_path / "store"))
    house = House(store)
    desk = Desk(qtbot, store)
    desk.room.take_person(house.sign_in("wang", "operator", where="test"))
    yield desk, house
    store.close()


def test_a_command_for_two_goes_only_after_the_second_signed(demo: Desk) -> None:
    """Reason given: Confirm stays grey → the second signs → Confirm → both are in the request."""
    demo.select()
    field = demo.plate.findChild(QLineEdit, "reason")
    assert field is not None
    QTest.keyClicks(field, "storm")
    assert not demo.confirm.isEnabled() and demo.signer.isVisible()
    QTest.keyClick(field, Qt.Key.Key_Return)
    type_into(demo.signer, **DEMO)
    assert demo.signer.person is not None and demo.signer.person.name == "demo2" and demo.confirm.isEnabled()
    second = demo.signer.person
    QTest.mouseClick(demo.confirm, Qt.MouseButton.LeftButton)
    _, kind, payload = demo.door.submitted[-1]
    assert kind is RequestKind.OPERATE and payload["reason"] == "storm" and demo.door.seconds[-1] == second


def test_it_says_who_is_first_what_is_signed_and_which_account_the_demo_has(demo: Desk) -> None:
    """In both languages, on the panel itself."""
    demo.select()
    assert all(word in demo.signer.accessibleName() for word in ("demo", "Open gate"))
    assert "demo2" in demo.signer.hint.text() and "demo-second" in demo.signer.hint.text()


def test_a_signature_counts_for_a_minute(demo: Desk) -> None:
    """Signed → 59 s later it still counts → a second more and it must be given again, and that is said."""
    demo.select()
    demo.plate.commands.confirm.reason.setText("storm")
    type_into(demo.signer, **DEMO)
    demo.clock.advance(SECOND_SIGNER_S - 1)
    demo.signer.tick()
    assert demo.signer.person is not None
    demo.clock.advance(1)
    demo.signer.tick()
    assert demo.signer.person is None and not demo.confirm.isEnabled()
    assert "minute is over" in demo.signer.hint.text()


def test_the_first_person_cannot_sign_second(live: tuple[Desk, House]) -> None:
    """His own name and password: refused in words. Nothing is told apart about a wrong password."""
    desk, _house = live
    desk.select()
    type_into(desk.signer, second_name="wang", second_password=PASSWORD)
    assert desk.refusal() == "The second signer must be another person"
    type_into(desk.signer, second_name="li", second_password="no such person")
    assert desk.refusal() == "Wrong name or password" and desk.signer.person is None


def test_wrong_passwords_of_the_second_count_too(live: tuple[Desk, House]) -> None:
    """Five wrong ones lock the second person's account; the remaining time is shown."""
    desk, house = live
    house.add("li", "operator")
    desk.select()
    for _ in range(6):
        type_into(desk.signer, second_name="li", second_password="guessing again")
    assert "locked for another 15:00" in desk.refusal()


def test_the_selection_waits_for_the_second_person_twice(demo: Desk) -> None:
    """Before the selection ends it is asked for anew, so that two persons have time; not for ever."""
    demo.select()
    asked = [k for _, k, _ in demo.door.submitted].count(RequestKind.SELECT)
    for renewal in (1, 2):
        demo.clock.advance(25)
        for _ in range(5):  # the engine takes its time to answer
            demo.tick()
        assert [k for _, k, _ in demo.door.submitted].count(RequestKind.SELECT) == asked + renewal
        demo.grant()
    demo.clock.advance(25)
    demo.tick()
    assert [k for _, k, _ in demo.door.submitted].count(RequestKind.SELECT) == asked + 2
    demo.clock.advance(6)
    demo.tick()
    assert demo.plate.commands.flow.phase is Phase.OVER


def test_another_first_person_begins_anew(demo: Desk) -> None:
    """The second signed for demo; then somebody else signs in: neither the selection nor the signature is his."""
    demo.select()
    type_into(demo.signer, **DEMO)
    demo.room.take_person(Person("li", "engineer", "another", "test"))
    assert demo.plate.commands.flow.phase is Phase.IDLE and demo.signer.person is None


def test_a_locked_session_confirms_nothing(demo: Desk) -> None:
    """Locked while both had signed: Confirm goes, the reason stands there."""
    demo.select()
    demo.plate.commands.confirm.reason.setText("storm")
    type_into(demo.signer, **DEMO)
    person = demo.room.person
    demo.room.take_person(Person(person.name, person.role, person.session, person.workstation, person.grants, True))
    demo.tick()
    assert not demo.confirm.isEnabled()
    lines = [line.text for line in demo.plate.commands.confirm.reasons.lines]
    assert "The session is locked: unlock it first" in lines


def test_commands_are_grey_with_the_reason_while_the_session_is_locked(demo: Desk) -> None:
    """Locked: no verb can be pressed, and the note under them says why, in both languages."""
    demo.page.open_faceplate(GATE)
    person = demo.room.person
    demo.room.take_person(Person(person.name, person.role, person.session, person.workstation, person.grants, True))
    demo.tick()
    commands = demo.plate.commands
    assert not any(b.isEnabled() for b in commands.buttons.values())
    assert "The session is locked: unlock it first" in commands.note.text()
    demo.room.set_language("zh")
    demo.tick()
    assert "会话已锁定" in commands.note.text()


def test_one_person_is_enough_elsewhere(demo: Desk) -> None:
    """A pump's confirm panel has no second signature."""
    demo.page.open_faceplate("one/pump2")
    demo.tick()
    button = demo.plate.findChild(QAbstractButton, "command-start")
    assert isinstance(button, QAbstractButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    demo.grant("one/pump2")
    demo.plate.commands.confirm.reason.setText("dispatch")
    assert not demo.signer.isVisible() and demo.confirm.isEnabled()
    QTest.mouseClick(demo.confirm, Qt.MouseButton.LeftButton)
    assert demo.door.seconds[-1] is None


def test_hold_tags_and_manual_values_are_grey_with_the_reason(demo: Desk) -> None:
    """Locked, then nobody signed in: the buttons say it; a form that stood open cannot be sent."""
    demo.page.open_faceplate("one/pump2")
    demo.tick()
    hold = demo.plate.hold
    QTest.mouseClick(hold.open_button, Qt.MouseButton.LeftButton)
    hold.reason.setText("impeller")
    assert hold.go.isEnabled()
    person = demo.room.person
    demo.room.take_person(Person(person.name, person.role, person.session, person.workstation, person.grants, True))
    demo.tick()
    assert not hold.go.isEnabled() and not hold.open_button.isEnabled()
    assert hold.open_button.toolTip() == "The session is locked: unlock it first"
    demo.room.take_nobody(Nobody.SIGNED_OUT)
    demo.tick()
    assert demo.plate.substitute.open_button.toolTip() == "No open session: sign in"
