"""The window around the pages: banner, silence and sound, language, keyboard, clock, closing, and nothing left."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from app.model.alarms.status import AlarmState
from app.views.beat import Beat
from app.views.feed import Feed
from app.views.freeze import FreezeMonitor
from app.views.i18n import Translations
from app.views.insight import Insight
from app.views.pages.alarms.page import AlarmsPage
from app.views.pages.journal.page import JournalPage
from app.views.pages.overview.page import OverviewPage
from app.views.pages.station import StationPage
from app.views.pages.system.page import SystemPage
from app.views.room import Room
from app.views.shell.window import Window
from app.views.state.horn import REPEAT_S
from app.views.state.nobody import Nobody
from app.views.state.overflow import Outlook
from app.views.state.zone_time import time_text
from app.views.widgets.key_focus import RoomButton
from tests.helpers.alarms import raised
from tests.helpers.archive import Archive
from tests.helpers.room import RoomClock, make_room, set_values
from tests.helpers.xiasha import calm_values, xiasha


class Recorder:
    """A sounder that keeps what was asked of it."""

    def __init__(self) -> None:
        self.played: list[str] = []
        self.trouble = ""

    def play(self, name: str) -> None:
        self.played.append(name)


class NoQueues:
    def gauges(self) -> tuple[int, int]:
        return 0, 0


class Desk:
    """A whole room on the demo site without a store; the test moves its clock and beats it."""

    def __init__(self, app: QApplication) -> None:
        self.clock = RoomClock()
        self.room: Room = make_room(xiasha(), clock=self.clock, store=Archive())
        self.translations = Translations(app)
        self.room._translate = self.translations.use
        self.feed = Feed(self.room, pytest.fail, clock=self.clock)
        self.sounder = Recorder()
        self.beat = Beat(self.room, self.feed, self.sounder, clock=self.clock)
        self.freeze = FreezeMonitor(lambda: 0.0, clock=self.clock)
        self.window = self.make_window()
        self.room.navigate.connect(self.window.go)
        self.frame()
        set_values(self.room, calm_values(xiasha(), now_ms=self.clock.now_ms()))

    def make_window(self) -> Window:
        insight = Insight(self.feed, self.freeze, NoQueues())

        def system(room: Room, parent: object) -> SystemPage:
            return SystemPage(room, parent, insight=insight)  # type: ignore[arg-type]

        makers = {
            "overview": OverviewPage,
            "alarms": AlarmsPage,
            "station": StationPage,
            "events": JournalPage,
            "system": system,
        }
        window = Window(self.room, self.feed, self.beat, pages=makers, sounder=self.sounder)
        for page_id in makers:
            window._page_of(page_id)
        window.resize(1920, 1080)
        window.show()
        return window

    def frame(self) -> None:
        """Let a new frame count as arrived."""
        self.feed._silence.frame(self.clock.monotonic())
        self.beat.beat()

    def alarms(self, *paths: str, state: AlarmState = AlarmState.UNACK) -> None:
        """Let alarms stand."""
        self.room.take_alarms([raised(self.room.book.specs[p], state) for p in paths])
        self.beats()

    def beats(self, count: int = 10) -> None:
        for _ in range(count):
            self.beat.beat()
        QCoreApplication.processEvents()


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication) -> Iterator[Desk]:
    made = Desk(qapp)
    made.beats()
    yield made
    made.translations.use("en")


def texts(desk: Desk) -> list[str]:
    return [b.toolTip() for b in desk.window.findChildren(QAbstractButton) if b.objectName().startswith("banner-row")]


def test_a_silent_engine_greys_everything_and_sounds(desk: Desk) -> None:
    """Two seconds without a frame: values grey, banner taken, the horn sounds and repeats; a frame ends all of it."""
    assert not desk.room.engine_silent and desk.sounder.played == []
    desk.clock.advance(2.0)
    desk.beats(1)
    assert desk.room.engine_silent and desk.sounder.played == ["engine-lost"]
    silent = desk.window.header.banner.findChild(object, "engine-silent")
    assert silent is not None and silent.isVisible()  # type: ignore[attr-defined]
    assert desk.window.header.silence.accessibleName() == "Silence"
    desk.clock.advance(REPEAT_S)
    desk.beats(1)
    assert desk.sounder.played == ["engine-lost"] * 2
    card = desk.window.pages["overview"].map.card("ps01")  # type: ignore[attr-defined]
    assert card is not None and card.lost
    desk.frame()
    desk.clock.advance(REPEAT_S / 10)
    desk.beats(1)
    assert not desk.room.engine_silent and len(desk.sounder.played) == 2
    assert not silent.isVisible()  # type: ignore[attr-defined]


def test_silencing_is_heard_once_and_a_new_loss_sounds_again(desk: Desk) -> None:
    """The button and F9 silence what stands; the next loss sounds."""
    desk.clock.advance(2.0)
    desk.beats(1)
    QTest.mouseClick(desk.window.header.silence, Qt.MouseButton.LeftButton)
    desk.clock.advance(REPEAT_S)
    desk.beats(1)
    assert desk.sounder.played == ["engine-lost"] and desk.room.engine_silent
    desk.frame()
    desk.clock.advance(2.0)
    desk.beats(1)
    assert desk.sounder.played == ["engine-lost"] * 2
    QTest.keyClick(desk.window, Qt.Key.Key_F9)
    desk.clock.advance(REPEAT_S)
    desk.beats(1)
    assert len(desk.sounder.played) == 2


def test_lost_sound_is_shown(desk: Desk) -> None:
    """A room that cannot sound says so on its button."""
    desk.sounder.trouble = "no player is installed"
    desk.beats(1)
    assert desk.window.header.silence.accessibleName() == "No sound"
    assert "no player" in desk.window.header.silence.toolTip()


def test_the_banner_shows_the_worst_and_leads_to_its_place(desk: Desk) -> None:
    """A trip appears in the banner; a click on it opens the station with the pump's faceplate."""
    desk.alarms("ps02/pump1/trip:trip")
    assert "Pump 1  Tripped" in texts(desk)[0] and "Read the trip cause" in texts(desk)[0]
    row = desk.window.findChild(QAbstractButton, "banner-row-0")
    assert row is not None
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    page = desk.window.page
    assert isinstance(page, StationPage) and page.facility is not None and page.facility.id == "ps02"
    assert page.dock.faceplate("ps02/pump1") is not None


def test_everything_by_keyboard(desk: Desk) -> None:
    """Alt+digit pages, Ctrl+digit stations, Alt+arrows history, F6 the worst condition, Ctrl+L language."""
    window = desk.window
    QTest.keyClick(window, Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    assert window.page.page_id == "events"
    QTest.keyClick(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert isinstance(window.page, StationPage)
    assert window.page.facility is not None and window.page.facility.id == "ps03"
    QTest.keyClick(window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert window.page.page_id == "events"
    QTest.keyClick(window, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert window.page.page_id == "station"
    desk.alarms("ps05/well/overflow_float:overflow")
    QTest.keyClick(window, Qt.Key.Key_F6)
    assert window.page.facility.id == "ps05"
    QTest.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert desk.room.language == "zh"


def test_the_language_switches_everywhere_and_back(desk: Desk) -> None:
    """Titles, rail, header and pages speak Chinese after one press, English after the next."""
    window = desk.window
    english = {p: page.title() for p, page in window.pages.items()}
    desk.room.set_language("zh")
    desk.beats()
    chinese = {p: page.title() for p, page in window.pages.items()}
    assert all(chinese[p] != english[p] for p in english), chinese
    names = [b.text() for b in window.rail.findChildren(QAbstractButton)]
    assert "总览" in names and "学林街污水泵站" in names
    assert window.header.language.text() == "English"
    assert "千里眼" in window.windowTitle()
    desk.room.set_language("en")
    assert {p: page.title() for p, page in window.pages.items()} == english


def test_the_demo_mark_stands_on_every_page(desk: Desk) -> None:
    """The header that carries the mark is above every page; the site of a demo store says that it is one."""
    assert desk.room.applied is not None and desk.room.applied.site.demo
    for page_id in desk.window.pages:
        desk.window.go(page_id, "")
        assert desk.window.header.isVisible() and desk.window.page.page_id == page_id


def test_tooltips_show_the_shortcuts(desk: Desk) -> None:
    """A button that has a key tells it."""
    tips = {b.objectName(): b.toolTip() for b in desk.window.findChildren(QAbstractButton)}
    assert "Alt+1" in tips["nav-overview"] and "Ctrl+1" in tips["nav-station-ps01"]
    assert "F9" in tips["silence"] and "Ctrl+L" in tips["language"]


def test_closing_asks_and_does_not_close(desk: Desk, qtbot: QtBot) -> None:
    """The window's cross is a wish: the composition root decides."""
    with qtbot.waitSignal(desk.window.closing, timeout=1000):
        desk.window.close()
    assert desk.window.isVisible()


def test_hidden_pages_do_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the page in front is ticked."""
    ticked: list[str] = []
    for page_id, page in desk.window.pages.items():
        monkeypatch.setattr(page, "tick", lambda page_id=page_id: ticked.append(page_id))
    desk.window.go("events", "")
    ticked.clear()
    desk.beats(3)
    assert ticked == ["events"] * 3


def test_the_rail_marks_stations_in_trouble(desk: Desk) -> None:
    """An alarm gives its station's button a priority and a frame while it waits; a dead device breaks the line."""
    set_values(desk.room, {"dev/plc-ps02/state": 2.0})
    desk.alarms("ps01/pump1/trip:trip")
    buttons = desk.window.rail._stations
    assert buttons["ps01"]._state == (3, False, True, False) and buttons["ps02"]._state[1]
    assert buttons["ps03"]._state == (0, False, False, False) and buttons["ps03"].marks == 0
    assert desk.window.rail._pages["alarms"]._badge == (3, True, 1)
    desk.alarms("ps01/pump1/trip:trip", state=AlarmState.ACKED)
    assert buttons["ps01"]._state == (3, False, False, False)


def test_a_well_that_will_spill_has_a_clock_in_the_rail(desk: Desk) -> None:
    """Beside the mark of an alarm, or alone; it counts as no alarm. A well with pumps in reserve has none."""
    button = desk.window.rail._stations["ps01"]
    desk.room.watch.outlooks = {"ps01": Outlook(120.0)}
    desk.window.rail.tick()
    assert button._state == (0, False, False, True) and button.marks == 0
    assert desk.window.rail._pages["alarms"]._badge == (0, False, 0)
    desk.room.take_alarms([raised(desk.room.book.specs["ps01/pump1/trip:trip"])])
    desk.window.rail.tick()
    assert button._state == (3, False, True, True) and button.marks == 1 and not button.grab().isNull()
    desk.room.watch.outlooks = {"ps01": Outlook(120.0, reserve=True)}
    desk.window.rail.tick()
    assert button._state == (3, False, True, False)


def test_a_site_change_rebuilds_the_rail(desk: Desk) -> None:
    """Without a site there are no stations in the rail; with one again they are back."""
    applied = desk.room.applied
    desk.room.take_site(None)
    desk.beats(3)
    assert desk.window.rail._stations == {}
    desk.room.take_site(applied)
    desk.beats(3)
    assert len(desk.window.rail._stations) == 5


def test_a_click_leaves_no_focus_frame_and_the_keyboard_does(desk: Desk) -> None:
    """Nothing is framed at first, nor after a click; Tab frames what it comes to."""
    buttons = [b for b in desk.window.findChildren(QAbstractButton) if isinstance(b, RoomButton)]
    assert len(buttons) > 12 and not any(b.ringed for b in buttons)
    QTest.mouseClick(desk.window.header.language, Qt.MouseButton.LeftButton)
    assert not any(b.ringed for b in buttons)
    QTest.keyClick(desk.window.header.language, Qt.Key.Key_Tab)
    assert [b for b in buttons if b.ringed] == [desk.window.header.help]


def test_tab_reaches_every_part_of_the_window_and_comes_round(desk: Desk) -> None:
    """From the rail over header and page back to the rail: no trap; inside the rail the arrow keys walk."""
    window = desk.window
    window.activateWindow()
    window.rail._pages["overview"].setFocus(Qt.FocusReason.TabFocusReason)
    names = []
    for _ in range(60):
        focused = window.focusWidget()
        names.append(focused.objectName() if focused is not None else "")
        QTest.keyClick(focused or window, Qt.Key.Key_Tab)
        if len(names) > 3 and names[-1] == "nav-overview":
            break
    assert names[-1] == "nav-overview", names
    assert {"silence", "language", "help", "zone-map", "abnormal-list"} <= set(names)
    QTest.keyClick(window.rail._pages["overview"], Qt.Key.Key_Down)
    QTest.keyClick(window.rail._pages["station"], Qt.Key.Key_Return)
    assert window.page.page_id == "station"


def test_f1_shows_the_keys_beside_everything_else(desk: Desk) -> None:
    """The panel opens and closes by F1, closes by Esc, stops nothing, and speaks both languages."""
    keys = desk.window._keys
    QTest.keyClick(desk.window, Qt.Key.Key_F1)
    assert keys.isVisible() and any(key == "F6" for key, _ in keys.rows)
    QTest.keyClick(desk.window, Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    assert desk.window.page.page_id == "events" and keys.isVisible()
    english = dict(keys.rows)
    desk.room.set_language("zh")
    assert all(dict(keys.rows)[k] != text for k, text in english.items() if k != "Ctrl+L")
    QTest.keyClick(keys, Qt.Key.Key_Escape)
    assert not keys.isVisible()
    QTest.mouseClick(desk.window.header.help, Qt.MouseButton.LeftButton)
    assert keys.isVisible()


def test_a_silenced_loss_still_shows_on_the_button(desk: Desk) -> None:
    """Quiet, to be silenced, silenced: three words for three states; the banner tells since when."""
    assert desk.window.header.silence.accessibleName() == "Quiet"
    desk.clock.advance(2.0)
    desk.beats(1)
    QTest.keyClick(desk.window, Qt.Key.Key_F9)
    desk.beats(1)
    assert desk.window.header.silence.accessibleName() == "Silenced"
    assert desk.window.header.banner._silent._since == time_text(desk.clock.now_ms() - 2000, "Asia/Shanghai")


def test_without_a_site_the_pages_say_what_is_missing(desk: Desk) -> None:
    """No site: what an engineer does; no store: why, and what is tried. The System page stays as it is."""
    applied = desk.room.applied
    desk.room.take_site(None)
    desk.beats(3)
    assert desk.window._notice.isVisible() and "qianliyan site apply" in desk.window._notice.text
    desk.feed.trouble = "there is no store at /somewhere"
    desk.beats(1)
    assert "/somewhere" in desk.window._notice.text
    desk.window.go("system", "")
    assert not desk.window._notice.isVisible() and desk.window.page.isVisible()
    desk.window.go("overview", "")
    desk.room.take_site(applied)
    assert not desk.window._notice.isVisible() and desk.window.page.isVisible()


def test_a_room_where_nobody_is_signed_in_is_open_for_viewing(desk: Desk) -> None:
    """The header says so, and leads to signing in; a person who comes ends it."""
    button, person = desk.window.header.person, desk.room.person
    desk.room.take_nobody(Nobody.YET)
    assert desk.room.viewing_only and "Sign in" in button.toolTip()
    desk.room.take_person(person)
    assert not desk.room.viewing_only and "engineer" in button.toolTip().lower()


def test_a_window_dies_with_its_pages(qtbot: QtBot, qapp: QApplication) -> None:
    """Nothing keeps a window or a page alive after it was deleted."""
    desk = Desk(qapp)
    window = desk.make_window()
    desk.beats(3)
    dead = [weakref.ref(window), *(weakref.ref(p) for p in window.pages.values()), weakref.ref(window.header)]
    window.hide()
    window.deleteLater()
    del window
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    desk.beats(3)
    alive = [r() for r in dead if r() is not None]
    assert not alive, alive
