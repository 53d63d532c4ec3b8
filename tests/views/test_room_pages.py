"""Overview and System with values and journals that the test puts in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.engine.writer import SPOOL_BYTES
from app.model.quality import Quality
from app.model.records import CommLine, Journal, RawMessage
from app.views.feed import Feed
from app.views.freeze import FreezeMonitor
from app.views.insight import Insight
from app.views.models.lines import Sort
from app.views.pages.base import Page
from app.views.pages.overview.page import OverviewPage
from app.views.pages.system.figures import SPOOL_MB
from app.views.pages.system.page import SystemPage
from app.views.room import Room
from tests.helpers.alarms import stand
from tests.helpers.archive import Archive
from tests.helpers.room import RoomClock, make_room, set_values
from tests.helpers.xiasha import calm_values, xiasha

T = 1_790_000_000_000


@pytest.fixture
def archive() -> Archive:
    made = Archive()
    made.add(Journal.EVENTS, "engine-started", T - 60_000, "engine", epoch=7)
    made.add(Journal.EVENTS, "device-failed", T - 50_000, "plc-ps02", text="time-out")
    made.add(Journal.COMMANDS, "done", T - 40_000, "ps01/pump1", "demo", verb="start", value=None)
    made.add(Journal.AUDIT, "hold", T - 30_000, "ps02/pump1", "demo", reason="seal")
    made.lines = [
        CommLine(T - 3000, "plc-ps02", "failed", "time-out", b""),
        CommLine(T - 2000, "gw-rain", "raw", "x", b"\x01"),
    ]
    made.messages = [RawMessage(T - 1000, "plc-ps02", "does not match", b"\xde\xad\xbe\xef")]
    return made


@pytest.fixture
def room(qapp: QApplication, archive: Archive) -> Iterator[Room]:
    made = make_room(xiasha(), store=archive, clock=RoomClock(T))
    set_values(made, calm_values(xiasha(), now_ms=T))
    yield made


def show(qtbot: QtBot, page: Page) -> None:
    qtbot.addWidget(page)
    page.resize(1684, 1004)
    page.show()
    settle(page)


def settle(page: Page, ticks: int = 21) -> None:
    for _ in range(ticks):
        page.tick()
    QCoreApplication.processEvents()


def test_the_overview_shows_every_station_and_eight_figures(qtbot: QtBot, room: Room) -> None:
    """Five cards, eight figures, no rows, three areas, latest events."""
    page = OverviewPage(room)
    show(qtbot, page)
    assert all(page.map.card(f"ps0{n}") is not None for n in range(1, 6))
    assert len(page.figures._cards) == 8
    assert page.list.model_rows() == [] and len(page.areas._areas) == 3
    assert [e.kind for e in page.latest._entries] == ["done", "device-failed", "engine-started"]


def test_the_map_repaints_only_what_looks_different(qtbot: QtBot, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """One level changes by a pixel: one card; by less than its last digit: none."""
    page = OverviewPage(room)
    show(qtbot, page)
    painted: list[object] = []
    with monkeypatch.context() as patched:
        patched.setattr(page.map, "update", painted.append)
        set_values(room, {"ps01/well/level": 2.9})
        page._show_cards()
        assert len(painted) == 1
        set_values(room, {"ps01/well/level": 2.9001})
        page._show_cards()
        assert len(painted) == 1


def test_a_click_and_the_keyboard_open_a_station(qtbot: QtBot, room: Room) -> None:
    """A click on a card, or arrows and Enter, go to the station."""
    page = OverviewPage(room)
    show(qtbot, page)
    box = page.map.box("ps04")
    with qtbot.waitSignal(room.navigate, timeout=1000) as caught:
        QTest.mouseClick(
            page.map, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPointF(box.cx, box.cy).toPoint()
        )
    assert caught.args == ["station", "ps04"]
    QTest.keyClick(page.map, Qt.Key.Key_Right)
    with qtbot.waitSignal(room.navigate, timeout=1000) as caught:
        QTest.keyClick(page.map, Qt.Key.Key_Return)
    assert caught.args == ["station", "ps05"]


def test_the_abnormal_list_leads_to_the_place(qtbot: QtBot, room: Room) -> None:
    """A row chosen by Enter goes to its page and place; selection survives new rows above it."""
    page = OverviewPage(room)
    show(qtbot, page)
    stand(room.book, "ps01/pump1/trip:trip")
    settle(page)
    page.list.setCurrentIndex(page.list.model().index(0, 0))
    stand(room.book, "ps05/well/overflow_float:overflow")
    settle(page)
    assert [r.priority for r in page.list.model_rows()] == [1, 3]
    assert page.list.currentIndex().row() == 1
    with qtbot.waitSignal(room.navigate, timeout=1000) as caught:
        QTest.keyClick(page.list, Qt.Key.Key_Return)
    assert caught.args == ["station", "ps01/pump1"]


def test_the_overview_paints_in_every_state(qtbot: QtBot, room: Room) -> None:
    """Normal, upset, no communication, silent, no site: a picture each time, in both languages."""
    page = OverviewPage(room)
    show(qtbot, page)
    pictures = []
    for language in ("zh", "en"):
        room.set_language(language)
        for state in ("normal", "upset", "dark", "silent"):
            if state == "upset":
                set_values(room, {"ps03/well/level": 3.5, "ps01/pump1/trip": 1.0})
                stand(room.book, "ps03/well/level:HH", "ps01/pump1/trip:trip")
            if state == "dark":
                set_values(room, {"dev/plc-ps05/state": 2.0})
                live = room.live
                assert live is not None
                live.quality[[t.number for t in xiasha().tags if t.device == "plc-ps05"]] = Quality.COMM_LOST
            room.take_silence(state == "silent")
            settle(page)
            pictures.append(page.grab().toImage())
        room.take_silence(False)
    assert len({p.cacheKey() for p in pictures}) == len(pictures)
    assert pictures[0] != pictures[1] and pictures[1] != pictures[2] and pictures[2] != pictures[3]
    room.take_site(None)
    settle(page)
    assert not page.grab().isNull()


class NoQueues:
    def gauges(self) -> tuple[int, int]:
        return 2, 1


def system_page(room: Room) -> SystemPage:
    clock = RoomClock(T)
    feed = Feed(room, pytest.fail, clock=clock)
    return SystemPage(room, insight=Insight(feed, FreezeMonitor(lambda: 0.0, clock=clock), NoQueues()))


def test_the_system_page_tells_devices_lines_and_figures(qtbot: QtBot, room: Room, archive: Archive) -> None:
    """Four devices with their last error, all lines with bytes, engine, store with its full disk, room."""
    set_values(room, {"dev/plc-ps02/state": 2.0, "dev/plc-ps02/rate": 40.0})
    page = system_page(room)
    show(qtbot, page)
    rows = {r.id: r for r in page.devices.rows}
    assert list(rows) == ["plc-ps01", "plc-ps02", "gw-rain", "plc-ps05"]
    assert rows["plc-ps02"].down and rows["plc-ps02"].cells[-1] == "“time-out”"
    assert 3 in rows["plc-ps02"].strong, "a low scan rate is written strong"
    assert [r.kind for r in page.lines.model.rows] == ["raw", "raw", "failed"]
    assert any(f.bad and "85" in f.text for f in page.store.facts)
    assert any("ws process 1" in f.text for f in page.engine.facts)
    assert [f.text for f in page.queues.facts][-4:] == ["0 / 64", "0", "2 / 64", "1 / 64"]
    assert rows["plc-ps02"].cells[2] == "Modbus TCP"


def test_a_chosen_device_narrows_the_lines(qtbot: QtBot, room: Room, archive: Archive) -> None:
    """Choosing a device, or coming from a row about it, shows its lines alone."""
    page = system_page(room)
    show(qtbot, page)
    page.show_target("plc-ps02")
    settle(page)
    assert archive.asked_devices[-1] == "plc-ps02"
    assert {r.device for r in page.lines.model.rows} == {"plc-ps02"}
    QTest.mouseClick(
        page.device_table.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QPoint(20, page.device_table.rowViewportPosition(2) + 8),
    )
    assert archive.asked_devices[-1] == "gw-rain"


def test_a_chosen_device_tells_its_last_error_in_the_rooms_language(qtbot: QtBot, room: Room, archive: Archive) -> None:
    """Address, groups and points, and the whole sentence of the error; a known one is said in Chinese."""
    archive.add(Journal.EVENTS, "device-failed", T, "plc-ps02", text="no unit answers: no reply in time")
    page = system_page(room)
    show(qtbot, page)
    page.show_target("plc-ps02")
    settle(page)
    how, error = page.detail.texts
    assert "127.0.0.1:15022" in how and "Modbus TCP" in how and error.endswith("no unit answers: no reply in time")
    room.set_language("zh")
    settle(page)
    assert page.detail.texts[1].endswith("所有站号均无应答：应答超时")
    assert page.devices.rows[1].cells[-1] == "所有站号均无应答：应答超时"


def test_raw_messages_are_reached_with_hex_and_ascii(qtbot: QtBot, room: Room) -> None:
    """The sorts narrow the lines; a chosen raw message is shown with offset, hex and ASCII."""
    page = system_page(room)
    show(qtbot, page)
    QTest.mouseClick(page.lines.buttons[Sort.RAW], Qt.MouseButton.LeftButton)
    assert {r.kind for r in page.lines.model.rows} == {"raw"}
    page.lines.table.selectRow(0)
    assert "0000  de ad be ef" in page.lines.pane.toPlainText()
    QTest.mouseClick(page.lines.buttons[Sort.LINK], Qt.MouseButton.LeftButton)
    assert [r.kind for r in page.lines.model.rows] == ["failed"]
    assert page.lines.model.rows[0].name == "12th Street PLC"


def test_the_bounds_that_are_shown_are_those_that_hold(room: Room) -> None:
    """The engine does not publish the bound of its spool: the page's number is compared here."""
    assert SPOOL_MB * 1024 * 1024 == SPOOL_BYTES


def test_a_silent_engine_is_told_with_its_seconds(qtbot: QtBot, room: Room) -> None:
    """State of the engine on the System page."""
    page = system_page(room)
    show(qtbot, page)
    room.take_silence(True)
    settle(page)
    assert page.engine.facts[0].bad and page.engine.facts[0].text.startswith("silent for")
