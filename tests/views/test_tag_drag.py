"""Values are dragged onto trends: from cards, gauges, tables, the mimic and alarm rows, without a nested loop."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.views.pages.alarms.list import AlarmList
from app.views.pages.faceplate.gauges import Gauges
from app.views.pages.overview.page import OverviewPage
from app.views.pages.station import StationPage
from app.views.room import Room
from app.views.shell.rail import Rail
from app.views.widgets.tag_drag import TagDrag
from tests.helpers.alarms import raised
from tests.helpers.room import make_room, set_values
from tests.helpers.xiasha import calm_values, xiasha

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


class Taker(QWidget):
    """Keeps what is dropped on it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.taken: list[tuple[str, ...]] = []
        self.setMinimumSize(200, 200)

    def take_tags(self, paths: tuple[str, ...]) -> None:
        self.taken.append(paths)


class Desk(QWidget):
    """A source beside a taker."""

    def __init__(self, source: QWidget) -> None:
        super().__init__()
        self.source = source
        self.taker = Taker(self)
        layout = QHBoxLayout(self)
        layout.addWidget(source, 1)
        layout.addWidget(self.taker)
        self.resize(1700, 950)
        self.show()

    def drag(self, widget: QWidget, at: QPoint, *, to: QPoint | None = None) -> None:
        """Press, move over the taker, let go."""
        target = to or widget.mapFromGlobal(self.taker.mapToGlobal(self.taker.rect().center()))
        QTest.mousePress(widget, LEFT, NONE, at)
        QTest.mouseMove(widget, at + QPoint(15, 0))
        QTest.mouseMove(widget, target)
        QTest.mouseRelease(widget, LEFT, NONE, target)


@pytest.fixture
def held() -> Iterator[list[Desk]]:
    """Windows that live until the test is over: what paints must not go before Qt has painted it."""
    made: list[Desk] = []
    yield made
    for desk in made:
        desk.close()
        desk.deleteLater()


@pytest.fixture
def room() -> Iterator[Room]:
    yield make_room(xiasha())


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    """A plain source with one tag at its left half."""
    source = QWidget()
    source.setMinimumSize(400, 300)
    made = Desk(source)
    qtbot.addWidget(made)
    TagDrag(source, lambda at: ("a/b",) if at.x() < 200 else (), lambda path: path.upper())
    yield made


def test_what_is_dragged_is_dropped_once_and_nothing_stays(desk: Desk) -> None:
    """The ghost that the hand carried is gone; a second drag works as the first."""
    desk.drag(desk.source, QPoint(50, 50))
    desk.drag(desk.source, QPoint(50, 50))
    assert desk.taker.taken == [("a/b",), ("a/b",)]
    assert [w for w in desk.findChildren(QWidget) if type(w).__name__ == "_Ghost" and w.isVisible()] == []


def test_a_click_and_a_drag_from_nothing_are_no_drags(desk: Desk) -> None:
    """A short move is a click; where no tag stands, nothing is carried."""
    QTest.mouseClick(desk.source, LEFT, NONE, QPoint(50, 50))
    desk.drag(desk.source, QPoint(300, 50))
    assert desk.taker.taken == []


def test_escape_gives_up(desk: Desk) -> None:
    """What was carried is let go of; the release afterwards drops nothing."""
    target = desk.source.mapFromGlobal(desk.taker.mapToGlobal(QPoint(50, 50)))
    QTest.mousePress(desk.source, LEFT, NONE, QPoint(50, 50))
    QTest.mouseMove(desk.source, QPoint(80, 50))
    QTest.mouseMove(desk.source, target)
    QTest.keyClick(desk, Qt.Key.Key_Escape)
    QTest.mouseRelease(desk.source, LEFT, NONE, target)
    assert desk.taker.taken == []


def test_a_station_gives_its_values(room: Room, held: list[Desk]) -> None:
    """A headline card its tag, a pump's name the pump, a figure of it that figure's tag, the mimic an equipment."""
    page = StationPage(room)
    desk = Desk(page)
    held.append(desk)
    page.tick()
    card = page.headline.cards()["ps01/well/level"]
    desk.drag(card, QPoint(20, 20))
    table = page.below.table
    desk.drag(table, QPoint(20, 40))
    right = QPoint(table.width() - 14, 40)
    desk.drag(table, right)
    node = page.mimic.plan.nodes[0]
    at = QPoint(round(node.box.x + node.box.w / 2), round(node.box.y + node.box.h / 2))
    desk.drag(page.mimic, at)
    pumps = "ps01/pump1"
    assert desk.taker.taken == [
        ("ps01/well/level",), (pumps,), (f"{pumps}/start_wait",), (node.equipment.path,),
    ]  # fmt: skip


def test_a_figure_of_the_overview_gives_what_it_is_made_of(room: Room, held: list[Desk]) -> None:
    """A sum all its parts; a count nothing."""
    assert room.applied is not None
    set_values(room, calm_values(room.applied.site, now_ms=room.now_ms()))
    page = OverviewPage(room)
    desk = Desk(page)
    held.append(desk)
    page.tick()
    for key in ("outflow", "fill", "devices"):
        card = page.figures.findChild(QWidget, f"figure-{key}")
        assert card is not None
        desk.drag(card, QPoint(20, 20))
    flows = tuple(f"ps0{n}/outflow/flow" for n in range(1, 6))
    (outflow, fill) = desk.taker.taken
    assert outflow == flows and len(fill) == 1 and fill[0].endswith("/level")


def test_a_gauge_and_an_alarm_row_give_their_tags(room: Room, held: list[Desk]) -> None:
    """From the faceplate and from the list."""
    live = room.live
    assert live is not None
    equipment = next(e for e in live.site.equipment if e.path == "ps01/well")
    gauges = Gauges(room, equipment)
    desk = Desk(gauges)
    held.append(desk)
    gauge = gauges._gauges[0]
    desk.drag(gauge[1], QPoint(30, 60))
    assert desk.taker.taken == [(gauge[0].path,)]
    spec = next(a for a in live.site.alarms if a.path == "ps01/well/level:HH")
    room.take_alarms([raised(spec)])
    rows = AlarmList(room)
    other = Desk(rows)
    held.append(other)
    rows.refollow()
    other.drag(rows.viewport(), QPoint(300, 50))
    assert other.taker.taken == [("ps01/well/level",)]


def test_the_rails_entry_takes_tags(qtbot: QtBot, room: Room) -> None:
    """Dropped there, the window goes to the trends page with them."""
    rail = Rail(room, ["overview", "station", "trends"])
    qtbot.addWidget(rail)
    rail.show()
    with qtbot.waitSignal(rail.chosen, timeout=1000) as caught:
        rail._pages["trends"].take_tags(("a/b", "c/d"))  # type: ignore[attr-defined]
    assert caught.args == ["trends", "a/b\nc/d"]
