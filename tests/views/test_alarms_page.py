"""The alarm page: what is listed, chosen, acknowledged and asked; rows that move under the eyes; both languages."""

from __future__ import annotations

import gc
import random
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.model.alarms.spec import AlarmSpec
from app.model.alarms.status import AlarmState, AlarmStatus, OutOfService, Shelf
from app.model.records import CommandState, Journal, JournalEntry, Person, Reason, RequestKind, Result
from app.storage.contract import JournalQuery
from app.views.i18n import Translations
from app.views.pages.alarms.detail_words import history_line
from app.views.pages.alarms.list_ink import HEAD, ROW
from app.views.pages.alarms.page import AlarmsPage
from app.views.preferences import Preferences
from app.views.room import Room
from app.views.state.alarm_view import AlarmFilter
from app.views.state.alarm_words import AlarmNames
from tests.helpers.alarms import NOW, many_alarms, raised, some_status, with_alarms
from tests.helpers.archive import Archive
from tests.helpers.room import FakeDoor, RoomClock, make_room
from tests.helpers.xiasha import xiasha

SPECS = {a.path: a for a in xiasha().alarms}
HH, LL, TRIP = "ps01/well/level:HH", "ps01/well/level:LL", "ps02/pump1/trip:trip"


class Store(Archive):
    """Notes what the pane asks of the journals."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[JournalQuery] = []

    def journal_query(self, query: JournalQuery) -> tuple[JournalEntry, ...]:
        self.asked.append(query)
        return super().journal_query(query)


class Desk:
    """A page in front of a person."""

    def __init__(self, qtbot: QtBot, *rows: AlarmStatus, count: int = 0) -> None:
        self.clock = RoomClock(NOW)
        self.store = Store()
        site = with_alarms(xiasha(), many_alarms(count)) if count else xiasha()
        self.room: Room = make_room(site, store=self.store, clock=self.clock)
        self.room.take_alarms(rows, whole=True)
        self.page = AlarmsPage(self.room)
        qtbot.addWidget(self.page)
        self.page.resize(1640, 980)
        self.page.show()
        self.settle()

    @property
    def door(self) -> FakeDoor:
        door = self.room._door
        assert isinstance(door, FakeDoor)
        return door

    @property
    def shown(self) -> list[str]:
        return list(self.page.list.view.rows)

    def settle(self) -> None:
        self.page.tick()
        QCoreApplication.processEvents()

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.page.list, key, modifier)

    def asked(self) -> list[tuple[RequestKind, dict[str, object]]]:
        return [(kind, payload) for _, kind, payload in self.door.submitted]

    def click(self, row: int, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        at = QPoint(200, HEAD + row * ROW + ROW // 2)
        QTest.mouseClick(self.page.list.viewport(), Qt.MouseButton.LeftButton, modifier, at)


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk(qtbot, raised(SPECS[HH]), raised(SPECS[TRIP], AlarmState.ACKED), raised(SPECS[LL], ago_s=10))


def test_the_list_shows_the_highest_first_and_its_counts(desk: Desk) -> None:
    """One row for each alarm, priority first, unacknowledged before acknowledged; the segment says how many."""
    assert desk.shown == [HH, LL, TRIP]
    assert desk.page.bar.segments["active"].text().endswith("3")


def test_space_acknowledges_the_occurrence_that_was_seen(desk: Desk) -> None:
    """Down chooses the first row, Space asks with its occurrence; one that is acknowledged already asks nothing."""
    desk.key(Qt.Key.Key_Down)
    desk.key(Qt.Key.Key_Space)
    assert desk.asked() == [(RequestKind.ACKNOWLEDGE, {"alarms": [[HH, f"o-{HH}"]], "reason": ""})]
    desk.key(Qt.Key.Key_End)
    desk.key(Qt.Key.Key_A)
    assert len(desk.asked()) == 1


def test_all_visible_rows_of_one_priority_and_never_a_hidden_one(qtbot: QtBot) -> None:
    """Ctrl+A chooses what is on screen, waits and has the current row's priority; the button says how many."""
    desk = Desk(qtbot, count=300)
    specs = many_alarms(300)
    desk.room.take_alarms([raised(s, AlarmState.UNACK if i % 3 else AlarmState.ACKED) for i, s in enumerate(specs)])
    desk.settle()
    desk.key(Qt.Key.Key_Down)
    desk.key(Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    seen, book = set(desk.page.list.visible_paths()), desk.room.book
    chosen = desk.page.list.choice.paths
    priority = book.status(desk.page.list.choice.current).priority
    assert chosen and chosen <= seen and len(book.main) > len(seen)
    assert {(s.priority, s.state) for s in map(book.status, chosen)} == {(priority, AlarmState.UNACK)}
    assert f"{len(chosen)} of priority {priority}" in desk.page.detail.buttons["acknowledge"].text()
    desk.key(Qt.Key.Key_Space)
    ((_, payload),) = desk.asked()
    assert {path for path, _ in payload["alarms"]} == chosen  # type: ignore[union-attr]


def test_several_priorities_are_not_acknowledged_at_once(desk: Desk) -> None:
    """Shift extends over two priorities: nothing is asked, and the pane says why."""
    desk.click(0)
    desk.click(2, Qt.KeyboardModifier.ShiftModifier)
    desk.key(Qt.Key.Key_Space)
    assert desk.asked() == [] and "one priority at a time" in desk.page.detail.said.text()


def test_what_a_person_looks_at_stays_where_it_is(qtbot: QtBot) -> None:
    """Scrolled down, rows that come in above move nothing on screen, and the chosen row stays chosen."""
    specs = many_alarms(400)
    desk = Desk(qtbot, *(raised(s, AlarmState.ACKED, ago_s=1000.0 + i) for i, s in enumerate(specs[100:])), count=400)
    desk.page.list.verticalScrollBar().setValue(60 * ROW + 7)
    before = desk.page.list._on_screen()
    desk.page.list.choose_path(before[5])
    desk.room.take_alarms([raised(s, AlarmState.UNACK, ago_s=1.0) for s in specs[:100] if s.priority == 1])
    desk.settle()
    assert desk.page.list._on_screen() == before and desk.page.list.choice.current == before[5]


def test_at_the_top_news_is_seen_at_once(desk: Desk) -> None:
    """A person at the head of the list sees what comes in."""
    new = next(s for s in SPECS.values() if s.priority == 1 and s.path != HH)
    desk.room.take_alarms([raised(new, ago_s=0.0)])
    assert desk.page.list._on_screen()[0] == new.path


def test_the_keyboard_goes_on_after_a_row_went(desk: Desk) -> None:
    """The current row leaves: the one that took its place is current but not chosen, so that Space is no accident."""
    desk.click(1)
    desk.room.take_alarms([AlarmStatus(LL)])
    choice = desk.page.list.choice
    assert (choice.current, choice.paths) == (TRIP, frozenset())


def test_random_changes_keep_list_and_book_alike(qtbot: QtBot) -> None:
    """Hundreds of random changes: what is painted is what the book says, and nothing that is chosen is unknown."""
    dice = random.Random(11)
    desk = Desk(qtbot)
    for turn in range(60):
        rows = [some_status(dice.choice(xiasha().alarms), dice, turn) for _ in range(20)]
        desk.room.take_alarms(rows)
        desk.key(dice.choice([Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_Home, Qt.Key.Key_End]))
        desk.settle()
        assert desk.shown == list(desk.room.book.main)
        assert desk.page.list.choice.paths <= set(desk.shown)
        assert desk.page.list._shown == desk.page.list._on_screen()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_history_tells_states_and_values_in_words(language: str) -> None:
    """A state by its name, a level with its unit, and no value where a person and not a value changed the alarm."""
    names = AlarmNames(xiasha())
    trip, mismatch = SPECS[TRIP], SPECS["ps01/pump1:mismatch"]

    def said(spec: AlarmSpec, kind: str, **detail: object) -> str:
        entry = JournalEntry(Journal.ALARMS, kind, NOW, spec.path, who="wang", detail=detail)
        return history_line(entry, spec, names, language, NOW).text

    assert said(trip, "raised", value=1.0) == {"zh": "故障跳闸", "en": "tripped"}[language]
    assert said(mismatch, "raised", value=1.0) == ""
    assert said(SPECS[HH], "raised", value=3.523) == "3.52 m"
    assert said(trip, "acknowledged", value=1.0) == ""
    assert said(trip, "shelved", value=1.0, reason="being cleaned") == "being cleaned"


def test_the_pane_says_what_it_means_and_what_to_do(desk: Desk) -> None:
    """Consequence, action, limit with unit, and how long acting still helps, counting down."""
    desk.store.add(Journal.ALARMS, "raised", NOW - 60_000, HH, value=3.52)
    desk.page.show_target(HH)
    desk.settle()
    detail, spec = desk.page.detail, SPECS[HH]
    assert detail._consequence.text() == spec.consequence.en and detail._action.text() == spec.action.en
    assert "≥ 3.40 m" in {f.text for f in detail.facts.facts}
    assert detail.head.left == "Time to act: 2:00 of 3:00"
    assert [line.what for line in detail.history.lines] == ["Raised"] and desk.store.asked[-1].places == (HH,)
    desk.clock.advance(121)
    desk.page.tick()
    assert detail.head.left == "Time to act is over since 0:01"


def test_shelving_asks_for_time_and_reason(desk: Desk) -> None:
    """S opens the form at 15 minutes; without a reason it cannot be sent; Esc closes it; Enter asks."""
    desk.page.show_target(TRIP)
    desk.key(Qt.Key.Key_S)
    form = desk.page.detail.forms["shelve"]
    assert form.isVisible() and not form.go.isEnabled()
    QTest.keyClick(form.reason, Qt.Key.Key_Escape)
    assert not form.isVisible()
    desk.key(Qt.Key.Key_S)
    QTest.keyClicks(form.reason, "pump test")
    QTest.keyClick(form.reason, Qt.Key.Key_Return)
    payload = {"alarm": TRIP, "duration_s": 900.0, "one_shot": False, "reason": "pump test"}
    assert desk.asked() == [(RequestKind.SHELVE, payload)] and not form.isVisible()


def test_the_highest_priority_waits_for_a_second_person(desk: Desk) -> None:
    """A reason alone does not do; the second person's session goes with the request, once."""
    desk.page.show_target(HH)
    desk.page.detail.open_form("shelve")
    form = desk.page.detail.forms["shelve"]
    QTest.keyClicks(form.reason, "meter drifts")
    assert not form.go.isEnabled()
    second = Person("wang", "supervisor", "session-2", "test")
    form.signer._until_s = desk.clock.monotonic() + 60  # type: ignore[attr-defined]
    form.signer._take(second)  # type: ignore[attr-defined]
    assert form.go.isEnabled()
    form.send()
    assert desk.door.seconds == [second] and form.signer.person is None  # type: ignore[attr-defined]


def test_a_refusal_is_said_in_words(desk: Desk) -> None:
    """What the engine answers stands above the buttons until another alarm is chosen."""
    desk.page.show_target(HH)
    desk.page.acknowledge_chosen()
    request = desk.door.submitted[0][0]
    refusal = Result(1, request, NOW, CommandState.REFUSED, (Reason("session_locked"),))
    desk.room.take_results([refusal])
    assert "locked" in desk.page.detail.said.text() and desk.page.detail.said.isVisible()
    desk.page.show_target(TRIP)
    assert not desk.page.detail.said.isVisible()


def test_only_what_makes_sense_is_offered(desk: Desk) -> None:
    """Acknowledged: no acknowledgement. Latched: reset. Shelved: unshelve. Out of service: back in service."""

    def offered(row: AlarmStatus) -> set[str]:
        desk.room.take_alarms([row])
        desk.page.show_target(row.path)
        return {n for n, b in desk.page.detail.buttons.items() if not b.isHidden()}

    spec = SPECS[TRIP]
    out = OutOfService("wang", "new sensor", "WO-7", NOW)
    assert offered(raised(spec, AlarmState.ACKED)) == {"shelve", "out_of_service", "change"}
    assert "reset" in offered(raised(spec, AlarmState.LATCH_ACK))
    assert offered(raised(spec, shelf=Shelf("li", "r", NOW, NOW + 1))) == {"unshelve", "out_of_service", "change"}
    assert offered(raised(spec, out_of_service=out)) == {"in_service", "change"}


def test_a_viewer_sees_all_and_may_press_nothing(desk: Desk) -> None:
    """Buttons are grey for a role without the right, and while the engine is silent."""
    desk.page.show_target(HH)
    desk.room.take_person(Person("guest", "viewer", "s", "test"))
    assert not any(b.isEnabled() for b in desk.page.detail.buttons.values())
    desk.room.take_person(Person("li", "operator", "s", "test"))
    assert desk.page.detail.buttons["acknowledge"].isEnabled()
    assert not desk.page.detail.buttons["change"].isEnabled()
    desk.room.take_silence(True)
    assert not desk.page.detail.buttons["acknowledge"].isEnabled()


def test_changing_a_limit_sends_only_what_differs(desk: Desk) -> None:
    """A new limit alone is asked for; the site's own value goes out as "as the site says"."""
    desk.page.show_target(HH)
    desk.page.detail.open_form("change")
    form = desk.page.detail.forms["change"]
    QTest.keyClicks(form.reason, "storm season")
    assert not form.go.isEnabled(), "nothing would change"
    form.fields["limit"].setValue(3.3)  # type: ignore[attr-defined]
    form.send()
    assert desk.asked() == [(RequestKind.CHANGE_ALARM, {"alarm": HH, "limit": 3.3, "reason": "storm season"})]


def test_jumps_lead_to_the_place_and_its_trend(qtbot: QtBot, desk: Desk) -> None:
    """Enter goes to the equipment, T to its trend; an alarm of a device leads to the System page."""
    desk.page.show_target(HH)
    with qtbot.waitSignal(desk.room.navigate, timeout=1000) as caught:
        desk.key(Qt.Key.Key_Return)
    assert caught.args == ["station", "ps01/well"]
    with qtbot.waitSignal(desk.room.navigate, timeout=1000) as caught:
        desk.key(Qt.Key.Key_T)
    assert caught.args == ["trends", "ps01/well/level"]
    desk.room.take_alarms([raised(SPECS["plc-ps01:comm"])])
    desk.page.show_target("plc-ps01:comm")
    with qtbot.waitSignal(desk.room.navigate, timeout=1000) as caught:
        desk.page.detail.go.click()
    assert caught.args == ["system", "plc-ps01"]


def test_a_target_opens_the_list_in_which_it_stands(desk: Desk) -> None:
    """A shelved alarm opens the shelved list; the name of a list opens it; a place filters by it."""
    desk.room.take_alarms([raised(SPECS[TRIP], shelf=Shelf("li", "r", NOW, NOW + 60_000))])
    desk.page.show_target(TRIP)
    assert desk.page.bar.segment == "shelved" and desk.shown == [TRIP]
    desk.page.show_target("suppressed")
    assert desk.page.bar.segment == "suppressed" and desk.shown == []
    desk.page.show_target("ps01/well")
    assert desk.page.bar.segment == "active" and set(desk.shown) == {HH, LL}


def test_a_hidden_page_does_nothing_and_catches_up(desk: Desk) -> None:
    """Changes come while another page is in front; when it is shown again the list is right."""
    desk.page.hide()
    desk.room.take_alarms([AlarmStatus(HH), raised(SPECS["ps03/well/level:HH"])])
    assert HH in desk.shown
    desk.page.show()
    assert HH not in desk.shown and "ps03/well/level:HH" in desk.shown


def test_saved_views_and_columns_stay_with_the_workstation(qtbot: QtBot, tmp_path: Path) -> None:
    """A view kept under a name is there in the next room, and so are the columns that were left out."""
    file = tmp_path / "config" / "room.json"

    def page() -> AlarmsPage:
        room = make_room(xiasha(), store=Store(), clock=RoomClock(NOW))
        room.preferences = Preferences(file)
        made = AlarmsPage(room)
        qtbot.addWidget(made)
        return made

    first = page()
    first.bar.search.setText("pump")
    first.bar.toggles[4].setChecked(False)
    first.bar.views.box.setEditText("night")
    first.bar.views.save.click()
    first.room.preferences.set("alarm_columns_hidden", ["ack"])
    second = page()
    assert second.bar.views.saved.views == {"night": AlarmFilter((1, 2, 3), text="pump")}
    assert "ack" not in {c.id for c in second.list.columns}
    second.bar.set_filter(second.bar.views.saved.views["night"])
    assert second.bar.search.text() == "pump" and second.list.view.filter.priorities == (1, 2, 3)


@pytest.mark.logs("preferences of this workstation cannot be read")
def test_damaged_preferences_are_said_and_forgotten(tmp_path: Path) -> None:
    """A room starts with none then."""
    file = tmp_path / "room.json"
    file.write_text("{", encoding="utf-8")
    assert Preferences(file).get("alarm_views") is None


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[Translations]:
    made = Translations(qapp)
    made.use("zh")
    yield made
    made.use("en")


def test_every_state_is_painted_in_both_languages(qtbot: QtBot, chinese: Translations) -> None:
    """All states and flags, frozen and silent, in every segment: no picture fails, and Chinese is Chinese."""
    dice = random.Random(2)
    desk = Desk(qtbot, *(some_status(s, dice) for s in xiasha().alarms))
    for language in ("zh", "en"):
        chinese.use(language)
        desk.room.set_language(language)
        for silent in (False, True):
            desk.room.take_silence(silent)
            for segment in ("active", "shelved", "suppressed", "out_of_service"):
                desk.page.show_target(segment)
                desk.key(Qt.Key.Key_Down)
                desk.settle()
                assert not desk.page.grab().isNull() and desk.shown
    chinese.use("zh")
    desk.room.set_language("zh")
    assert desk.page.title() == "报警" and desk.page.detail.buttons["change"].text() == "修改参数…"
    assert desk.page.bar.segments["shelved"].text().startswith("已搁置")


def test_frozen_rows_stay_and_say_so(desk: Desk) -> None:
    """A frozen alarm keeps its place with "?"; a silent engine marks all of them and removes none."""
    desk.room.take_alarms([replace(desk.room.book.statuses[HH], frozen=True)])
    assert desk.page.list.maker.line(HH, NOW).cells["chips"] == "?"
    desk.room.take_silence(True)
    assert desk.shown == [HH, LL, TRIP] and not desk.room.book.known


def test_the_page_dies_whole(qtbot: QtBot) -> None:
    """Nothing keeps the page, its list or its pane alive after it was deleted."""
    desk = Desk(qtbot, raised(SPECS[HH]))
    page = AlarmsPage(desk.room)
    page.show()
    page.list.choose_path(HH)
    page.detail.open_form("shelve")
    dead = [weakref.ref(w) for w in (page, page.list, page.detail, page.bar, page.detail.forms["shelve"])]
    page.hide()
    page.deleteLater()
    del page
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    desk.room.take_alarms([raised(SPECS[TRIP])])
    assert [r() for r in dead] == [None] * len(dead)
