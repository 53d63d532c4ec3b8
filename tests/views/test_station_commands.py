"""Commands through the faceplate, against a room that only keeps what is asked: select, confirm, operate."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.model.quality import Quality
from app.model.records import CommandState, EquipmentStatus, Hold, Person, Reason, RequestKind, Result
from app.views import theme
from app.views.pages.faceplate.faceplate import Faceplate
from app.views.pages.station import StationPage
from app.views.room import Room
from app.views.state.command_flow import Phase
from app.views.widgets.action_button import ActionButton
from tests.helpers.room import FakeDoor, RoomClock, make_room, set_values
from tests.views.station_site import make_site, normal_values


class Desk:
    """A page with one open faceplate, and the engine's part played by hand."""

    def __init__(self, qtbot: QtBot, equipment: str = "one/pump2", *, vfd: bool = False, rain: bool = False) -> None:
        site = make_site(3, vfd=vfd, rain=rain)
        self.clock = RoomClock()
        self.room: Room = make_room(site, clock=self.clock)
        set_values(self.room, normal_values(site, now_ms=self.room.now_ms()))
        self.page = StationPage(self.room)
        qtbot.addWidget(self.page)
        self.page.resize(1712, 1004)
        self.page.show()
        self.page.open_faceplate(equipment)
        self.equipment = equipment
        self.results = 0
        self.revision = 0
        self.tick()

    @property
    def plate(self) -> Faceplate:
        return self.page.dock.faceplates[0]

    @property
    def phase(self) -> Phase:
        return self.plate.commands.flow.phase

    @property
    def asked(self) -> list[tuple[RequestKind, dict[str, object]]]:
        door = self.room._door
        assert isinstance(door, FakeDoor)
        return [(kind, payload) for _, kind, payload in door.submitted]

    @property
    def last_id(self) -> str:
        door = self.room._door
        assert isinstance(door, FakeDoor)
        return door.submitted[-1][0]

    def tick(self) -> None:
        self.page.tick()
        QCoreApplication.processEvents()

    def later(self) -> None:
        """Let the verbs be judged anew."""
        self.clock.advance(0.5)
        self.tick()

    def button(self, name: str) -> ActionButton:
        found = self.plate.findChild(ActionButton, name)
        assert isinstance(found, ActionButton), name
        return found

    def press(self, name: str) -> None:
        button = self.button(name)
        assert button.isVisible() and button.isEnabled(), f"{name} cannot be pressed"
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def answer(self, state: CommandState, *reasons: Reason) -> None:
        self.results += 1
        self.room.take_results([Result(self.results, self.last_id, self.room.now_ms(), state, reasons)])

    def status(self, session: str = "", by: str = "", *, hold: Hold | None = None) -> None:
        self.revision += 1
        until = self.room.now_ms() + 30_000 if session else 0
        self.room.take_equipment([EquipmentStatus(self.equipment, self.revision, by, session, until, hold)])
        self.tick()

    def select(self, verb: str) -> None:
        self.press(f"command-{verb}")
        self.answer(CommandState.SELECTED)
        self.status("session-1", "demo")
        assert self.phase is Phase.CONFIRMING

    def give_reason(self, text: str = "dispatch") -> None:
        field = self.plate.findChild(QLineEdit, "reason")
        assert field is not None
        field.setText(text)

    def confirm(self) -> None:
        self.give_reason()
        self.press("confirm")

    def lines(self) -> list[str]:
        return [line.text for line in self.plate.commands.progress.lines.lines]

    def reasons(self) -> list[str]:
        return [line.text for line in self.plate.commands.confirm.reasons.lines]


@pytest.fixture(autouse=True)
def themed(qapp: QApplication) -> Iterator[None]:
    theme.apply_theme(qapp)
    yield


def test_start_from_press_to_feedback(qtbot: QtBot) -> None:
    """press → SELECT → granted → confirm panel → reason, Confirm → OPERATE → every step → Done → back."""
    desk = Desk(qtbot)
    desk.press("command-start")
    assert desk.asked == [(RequestKind.SELECT, {"equipment": "one/pump2"})]
    assert desk.plate.commands.progress.title == "Asking for the selection…"
    desk.answer(CommandState.SELECTED)
    desk.status("session-1", "demo")
    content = desk.plate.commands.confirm.content
    assert content is not None and (content.title, content.present, content.target, content.left_s) == (
        "Start · Pump 2", "stopped", "Running, mode Hand", 30.0,
    )  # fmt: skip
    assert content.station == "East Harbour station · one/pump2"
    assert [r.label for r in desk.plate.commands.confirm.permissives.rows] == [
        "Level above dry-run limit",
        "Pump ready",
    ]
    assert not desk.button("confirm").isEnabled(), "no reason was given"
    desk.confirm()
    expected = {"equipment": "one/pump2", "verb": "start", "value": None, "expect": "stopped", "reason": "dispatch"}
    assert desk.asked[-1] == (RequestKind.OPERATE, expected)
    for state in (CommandState.INTENT, CommandState.SENT, CommandState.EXECUTING, CommandState.DONE):
        desk.answer(state)
    assert desk.plate.commands.progress.title == "Done" and len(desk.lines()) == 4
    desk.press("dismiss")
    assert desk.phase is Phase.IDLE and desk.button("command-start").isVisible()
    assert len(desk.asked) == 2, "nothing else was asked, and nothing twice"


def test_confirm_is_pressed_once(qtbot: QtBot) -> None:
    """Two clicks on Confirm ask once."""
    desk = Desk(qtbot)
    desk.select("start")
    desk.give_reason()
    button = desk.button("confirm")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    button.click()
    assert [k for k, _ in desk.asked].count(RequestKind.OPERATE) == 1


def test_escape_gives_the_selection_back(qtbot: QtBot) -> None:
    """Esc in the confirm panel cancels the selection and shows the verbs; a second Esc closes the faceplate."""
    desk = Desk(qtbot)
    desk.select("start")
    QTest.keyClick(desk.plate.commands.confirm.reason, Qt.Key.Key_Escape)
    assert desk.asked[-1] == (RequestKind.CANCEL, {"equipment": "one/pump2"})
    assert desk.phase is Phase.IDLE and desk.page.dock.faceplates
    QTest.keyClick(desk.plate, Qt.Key.Key_Escape)
    assert desk.page.dock.faceplates == ()


def test_closing_the_faceplate_gives_the_selection_back(qtbot: QtBot) -> None:
    """Neither the close button nor another equipment leaves a selection behind."""
    desk = Desk(qtbot)
    desk.select("start")
    desk.page.open_faceplate("one/pump3")
    assert desk.asked[-1] == (RequestKind.CANCEL, {"equipment": "one/pump2"})


def test_enter_in_the_reason_leads_to_confirm_and_does_not_confirm(qtbot: QtBot) -> None:
    """Enter moves the keyboard to Confirm; only Confirm itself asks."""
    desk = Desk(qtbot)
    desk.select("start")
    desk.give_reason()
    QTest.keyClick(desk.plate.commands.confirm.reason, Qt.Key.Key_Return)
    assert [k for k, _ in desk.asked] == [RequestKind.SELECT]
    desk.page.activateWindow()
    QTest.keyClick(desk.button("confirm"), Qt.Key.Key_Space)
    assert desk.asked[-1][0] is RequestKind.OPERATE


def test_a_selection_held_by_another_names_the_holder(qtbot: QtBot) -> None:
    """SELECT → refused → the holder's name is on screen, nothing is operated."""
    desk = Desk(qtbot)
    desk.press("command-start")
    desk.answer(CommandState.REFUSED, Reason("selection", {"holder": "wang"}))
    assert desk.plate.commands.progress.title == "Refused" and desk.lines() == ["Selected by wang"]
    assert [k for k, _ in desk.asked] == [RequestKind.SELECT]


def test_a_selection_taken_away_while_confirming(qtbot: QtBot) -> None:
    """granted → the engine gives it to somebody else → the confirm panel goes and says who."""
    desk = Desk(qtbot)
    desk.select("start")
    desk.status("other", "wang")
    assert desk.plate.commands.progress.title == "Somebody else has selected it"
    assert desk.lines() == ["Selected by wang"] and not desk.button("confirm").isVisible()


def test_a_selection_that_runs_out(qtbot: QtBot) -> None:
    """The countdown falls; at its end the panel goes and Confirm with it."""
    desk = Desk(qtbot)
    desk.select("start")
    desk.clock.advance(12)
    desk.tick()
    content = desk.plate.commands.confirm.content
    assert content is not None and content.left_s == 18.0
    desk.clock.advance(18)
    desk.tick()
    assert desk.plate.commands.progress.title == "The selection ran out"
    assert RequestKind.OPERATE not in [k for k, _ in desk.asked]


def test_every_failing_reason_is_shown_and_keeps_confirm_away(qtbot: QtBot) -> None:
    """A tripped, unready pump that must wait lists each reason beside the live permissives, and cannot be confirmed."""
    desk = Desk(qtbot)
    set_values(desk.room, {"one/pump2/trip": 1.0, "one/pump2/trip_code": 1.0, "one/pump2/ready": 0.0})
    set_values(desk.room, {"one/pump2/start_wait": 42.0, "one/pump2/starts_hour": 10.0})
    desk.tick()
    desk.select("start")
    desk.give_reason()
    assert desk.reasons() == [
        "A trip is latched: overload",
        "Permissive not met: Pump ready (0, needed == 1)",
        "Start allowed in 0:42",
        "10 starts in the last hour, limit 10",
    ]
    assert not desk.button("confirm").isEnabled()
    assert [r.verdict.value for r in desk.plate.commands.confirm.permissives.rows] == ["met", "fails"]


def test_a_state_that_changes_while_confirming_keeps_confirm_away(qtbot: QtBot) -> None:
    """stopped when pressed → starts by itself → Confirm goes, since the person said "stopped"."""
    desk = Desk(qtbot)
    desk.select("start")
    desk.give_reason()
    assert desk.button("confirm").isEnabled()
    set_values(desk.room, {"one/pump2/run": 1.0})
    desk.tick()
    assert not desk.button("confirm").isEnabled()
    assert desk.reasons() == ["The equipment is running, not stopped"]


def test_bad_values_block_a_start_and_only_warn_about_a_stop(qtbot: QtBot) -> None:
    """With a lost level a running pump may still be stopped, with a warning, and a stopped one not be started."""
    desk = Desk(qtbot, "one/pump1")
    set_values(desk.room, {"one/well/level": 2.0}, quality=Quality.SENSOR_FAULT)
    set_values(desk.room, {"one/pump1/mode": 2.0}, quality=Quality.UNCERTAIN)
    desk.tick()
    desk.select("auto")
    desk.give_reason()
    assert any("uncertain" in r for r in desk.reasons()) and desk.button("confirm").isEnabled()
    QTest.keyClick(desk.plate.commands.confirm.reason, Qt.Key.Key_Escape)
    desk.status()
    desk.select("start")
    desk.give_reason()
    assert any("one/well/level is bad (sensor fault)" in r for r in desk.reasons())
    assert not desk.button("confirm").isEnabled()


@pytest.mark.parametrize(
    ("state", "reason", "title", "last"),
    [
        (
            CommandState.MISMATCH,
            Reason("feedback_timeout", {"limit_s": 10}),
            "No feedback",
            "Accepted, but no feedback within 10 s",
        ),
        (
            CommandState.UNKNOWN,
            Reason("link_lost"),
            "Outcome unknown",
            "The link went while the command was on its way; it is not sent again",
        ),
        (CommandState.FAILED, Reason("plc_local"), "Failed", "The PLC rejected it: the switch stands at Local"),
    ],
)
def test_bad_ends_are_told_in_words(qtbot: QtBot, state: CommandState, reason: Reason, title: str, last: str) -> None:
    """Mismatch, unknown and failed each say what happened and why."""
    desk = Desk(qtbot)
    desk.select("start")
    desk.confirm()
    desk.answer(CommandState.INTENT)
    desk.answer(CommandState.SENT)
    desk.answer(state, reason)
    assert desk.plate.commands.progress.title == title and desk.lines()[-1] == last


def test_the_engine_refuses_with_all_its_reasons(qtbot: QtBot) -> None:
    """OPERATE → refused for three reasons that the room could not see → three sentences."""
    desk = Desk(qtbot)
    desk.select("start")
    desk.confirm()
    desk.answer(
        CommandState.REFUSED,
        Reason("store", {"why": "cannot_commit"}),
        Reason("remote"),
        Reason("expired", {"age_s": 6, "limit_s": 5}),
    )
    assert desk.lines() == [
        "Refused: nothing was sent",
        "The store cannot record commands now: use the local panel",
        "The switch at the equipment stands at Local",
        "The request is too old: 6 s, limit 5 s",
    ]


def test_a_request_that_cannot_be_committed_is_a_refusal(qtbot: QtBot) -> None:
    """The store is away: pressing a verb says so and points to the local panel."""
    desk = Desk(qtbot)
    desk.press("command-start")
    desk.room._not_committed(desk.last_id, "the disk is gone")
    assert desk.plate.commands.progress.title == "Refused"
    assert desk.lines() == ["The store cannot record commands now: use the local panel"]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"dev/plc-one/state": 2.0}, "No communication with the device"),
        ({"one/pump2/remote": 0.0}, "The switch at the equipment stands at Local"),
    ],
)
def test_controls_are_grey_without_link_and_in_local(qtbot: QtBot, values: dict[str, float], said: str) -> None:
    """Link lost and Local grey every verb and say why."""
    desk = Desk(qtbot)
    set_values(desk.room, values)
    desk.later()
    assert not any(b.isEnabled() for b in desk.plate.commands.buttons.values())
    assert desk.plate.commands.note.text() == said


def test_a_hold_tag_greys_every_verb(qtbot: QtBot) -> None:
    """A hold tag is told with its person and reason, and may be taken off with a reason."""
    desk = Desk(qtbot)
    desk.status(hold=Hold("wang", "impeller", desk.room.now_ms(), "r1"))
    assert not any(b.isEnabled() for b in desk.plate.commands.buttons.values())
    assert desk.plate.commands.note.text() == "Hold tag by wang: impeller"
    desk.press("hold")
    assert not desk.button("hold-confirm").isEnabled()
    desk.plate.hold.reason.setText("work is done")
    desk.press("hold-confirm")
    asked = {"equipment": "one/pump2", "hold": "r1", "reason": "work is done"}
    assert desk.asked[-1] == (RequestKind.UNHOLD, asked)


def test_a_form_names_the_hold_tag_it_was_opened_for(qtbot: QtBot) -> None:
    """While one writes the reason the tag is replaced: the form still means the old one, and the engine refuses it in
    words. The next form means the new one."""
    desk = Desk(qtbot)
    desk.status(hold=Hold("wang", "impeller", desk.room.now_ms(), "r1"))
    desk.press("hold")
    desk.plate.hold.reason.setText("work is done")
    desk.status(hold=Hold("li", "motor", desk.room.now_ms(), "r2"))
    desk.press("hold-confirm")
    assert desk.asked[-1][1]["hold"] == "r1"
    desk.answer(CommandState.REFUSED, Reason("hold", {"why": "other", "holder": "li", "reason": "motor"}))
    assert desk.plate.hold.said.text() == "Another hold tag hangs here now, by li: motor. It was not taken off"
    desk.tick()
    desk.press("hold")
    desk.plate.hold.reason.setText("li asked me to")
    desk.press("hold-confirm")
    assert desk.asked[-1][1]["hold"] == "r2"


def test_a_form_that_places_a_hold_tag_takes_nobody_elses_off(qtbot: QtBot) -> None:
    """While one writes the reason another places a tag: what was meant is asked, and the engine refuses it."""
    desk = Desk(qtbot)
    desk.press("hold")
    desk.plate.hold.reason.setText("impeller")
    desk.status(hold=Hold("wang", "motor", desk.room.now_ms()))
    assert desk.button("hold-confirm").text() == "Place hold tag"
    desk.press("hold-confirm")
    assert desk.asked[-1][0] is RequestKind.HOLD
    desk.tick()
    assert desk.button("hold").text() == "Take hold tag off"


def test_placing_a_hold_tag_needs_a_reason(qtbot: QtBot) -> None:
    """The form asks for a reason, and a refusal of the engine is said in words."""
    desk = Desk(qtbot)
    desk.press("hold")
    desk.plate.hold.reason.setText("impeller")
    desk.press("hold-confirm")
    assert desk.asked == [(RequestKind.HOLD, {"equipment": "one/pump2", "reason": "impeller"})]
    desk.answer(CommandState.REFUSED, Reason("right", {"role": "viewer"}))
    assert desk.plate.hold.said.text() == "Your role (Viewer) does not have this right"


def test_the_safe_action_comes_first_when_something_is_wrong(qtbot: QtBot) -> None:
    """Return to Auto leads at a tripped pump, and stop keeps its honest name."""
    desk = Desk(qtbot)

    def first() -> str:
        item = desk.plate.commands._grid.itemAtPosition(0, 0)
        widget = item.widget() if item is not None else None
        return widget.objectName() if widget is not None else ""

    assert first() == "command-start"
    assert desk.button("command-stop").text() == "Stop pump (normal)"
    set_values(desk.room, {"one/pump2/trip": 1.0})
    desk.later()
    assert first() == "command-auto"


def test_a_speed_is_asked_within_its_range(qtbot: QtBot) -> None:
    """The field begins with the speed in force, keeps to the range, and the same speed again cannot be confirmed."""
    desk = Desk(qtbot, "one/pump1", vfd=True)
    desk.select("speed")
    number = desk.plate.commands.confirm.editor.number
    assert (number.value(), number.minimum(), number.maximum()) == (45.0, 25.0, 50.0)
    desk.give_reason()
    assert not desk.button("confirm").isEnabled()
    number.setValue(38.5)
    content = desk.plate.commands.confirm.content
    assert content is not None and (content.present, content.target) == ("45.00 Hz", "38.50 Hz")
    desk.press("confirm")
    assert desk.asked[-1][1]["value"] == 38.5 and desk.asked[-1][1]["expect"] == "running"


def test_a_mode_is_chosen_among_the_others(qtbot: QtBot) -> None:
    """The mode in force cannot be chosen, none is chosen beforehand, and the choice is sent as its number."""
    desk = Desk(qtbot)
    desk.select("mode")
    desk.give_reason()
    assert not desk.button("choice-2").isEnabled() and not desk.button("confirm").isEnabled()
    desk.press("choice-0")
    content = desk.plate.commands.confirm.content
    assert content is not None and (content.present, content.target) == ("Auto", "Off")
    desk.press("confirm")
    assert desk.asked[-1][1]["value"] == 0.0


def test_a_wells_start_level_is_a_command_too(qtbot: QtBot) -> None:
    """A wet well has no states: any is expected of it, and its level is sent in metres."""
    desk = Desk(qtbot, "one/well")
    desk.select("level")
    desk.plate.commands.confirm.editor.number.setValue(2.2)
    desk.confirm()
    assert desk.asked[-1][1] == {
        "equipment": "one/well",
        "verb": "level",
        "value": 2.2,
        "expect": "any",
        "reason": "dispatch",
    }


def test_the_language_switches_in_the_middle_of_a_command(qtbot: QtBot) -> None:
    """The panel keeps selection and countdown, and its names and reasons change language."""
    desk = Desk(qtbot)
    set_values(desk.room, {"one/pump2/ready": 0.0})
    desk.select("start")
    desk.room.set_language("zh")
    desk.tick()
    content = desk.plate.commands.confirm.content
    assert desk.phase is Phase.CONFIRMING and content is not None
    assert (content.present, content.station) == ("停止", "东港泵站 · one/pump2")
    assert desk.reasons() == ["允许条件不满足：设备就绪（0，要求 == 1）"]


def test_the_faceplate_says_that_nobody_is_signed_in(qtbot: QtBot) -> None:
    """Nobody is signed in: one sentence, and never an empty role."""
    desk = Desk(qtbot)
    desk.room.person = Person("", "", "", "ws")
    desk.later()
    assert desk.plate.commands.note.text() == "No open session: sign in"
    assert not desk.button("command-start").isEnabled()
