"""One tag, one value: whatever stands on screen at one moment was drawn from the same values."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from app.views.beat import Beat
from app.views.feed import Feed
from app.views.pages.overview.page import OverviewPage
from app.views.pages.station import StationPage
from app.views.room import Room
from tests.helpers.alarms import clear, stand
from tests.helpers.room import RoomClock, make_room, set_values
from tests.helpers.xiasha import calm_values, xiasha

T = 1_790_000_000_000
LEVEL, FLOW = "ps01/well/level", "ps01/outflow/flow"


def _room() -> Room:
    room = make_room(xiasha(), clock=RoomClock(T))
    set_values(room, calm_values(xiasha(), now_ms=T))
    return room


def test_every_part_of_the_station_page_shows_one_value_in_every_tick(qtbot: QtBot) -> None:
    """Card, mimic, legend of the trend and chooser agree after each single tick, whatever its number."""
    room = _room()
    page = StationPage(room)
    qtbot.addWidget(page)
    page.resize(1656, 1004)
    page.show()
    page.show_target("ps01")
    for k in range(13):
        set_values(room, {LEVEL: 2.0 + k / 10, FLOW: 600.0 + k, "ps01/pump1/run": float(k % 2)})
        page.tick()
        well, flow = page.mimic.face("ps01/well"), page.mimic.face("ps01/outflow")
        assert well is not None and flow is not None
        cards = page.headline.cards()
        legend = {i.shown.text for i in page.below.legend._items}
        for path, face, role in ((LEVEL, well, "level"), (FLOW, flow, "flow")):
            content, shown = cards[path].content, face.value(role)
            assert content is not None and shown is not None
            assert content.shown.text == shown.text and shown.text in legend, path
        counted = cards["pumps"].content
        pump = page.mimic.face("ps01/pump1")
        assert counted is not None and pump is not None
        assert (counted.shown.text == "1") == (pump.word == "running") == ("1 of 3" in page.chooser._items[0].line)


def test_the_overview_counts_what_its_map_shows(qtbot: QtBot) -> None:
    """Cards of the map, figures, roll-ups and the abnormal list agree after each single tick."""
    room = _room()
    page = OverviewPage(room)
    qtbot.addWidget(page)
    page.show()
    for k in range(13):
        set_values(room, {"ps01/pump1/run": float(k % 2), "ps01/pump2/trip": float(k % 3 == 0), FLOW: 100.0 + k})
        (clear if k % 3 else stand)(room.book, "ps01/pump2/trip:trip")
        page.tick()
        card = page.map.card("ps01")
        figure = page.figures._cards["pumps"]._figure
        assert card is not None and figure is not None
        assert figure.shown.text == str(card.pumps.count("running"))
        assert ("tripped" in card.pumps) == any(r.key == "ps01/pump2/trip:trip" for r in page.list.model_rows())
        west = next(a for a in page.areas._areas if a.name == "West")
        assert west.outflow.text == page.figures._cards["outflow"]._figure.shown.text  # type: ignore[union-attr]


def test_the_mark_of_a_station_is_the_one_of_its_worst_row(qtbot: QtBot) -> None:
    """Whatever the value says: map, station and roll-up are marked by the alarm, and by nothing else."""
    room = _room()
    page = OverviewPage(room)
    qtbot.addWidget(page)
    page.show()
    station = next(f for f in xiasha().facilities if f.id == "ps01")
    for level, stands in ((2.0, False), (3.5, True), (3.35, True), (3.35, False)):
        set_values(room, {LEVEL: level})
        (stand if stands else clear)(room.book, f"{LEVEL}:HH")
        priority = int(stands)
        page.tick()
        card, state = page.map.card("ps01"), room.station_state(station)
        west = next(a for a in page.areas._areas if a.name == "West")
        assert card is not None and state is not None
        assert (card.priority, state.priority, west.priority) == (priority,) * 3, level


def test_values_change_only_on_the_beat(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the feed brings waits for the beat; the beat applies it, judges it and then tells every window."""
    clock = RoomClock(T)
    room = make_room(xiasha(), clock=clock)
    feed = Feed(room, pytest.fail, clock=clock)
    order: list[str] = []
    monkeypatch.setattr(feed, "drain", lambda: order.append("values"))
    monkeypatch.setattr(room.watch, "look", lambda: order.append("judged"))
    beat = Beat(room, feed, _Mute(), clock=clock)
    noting = _Noting(order)
    beat.tick.connect(noting.tell)
    QCoreApplication.processEvents()
    assert order == []
    beat.beat()
    assert order == ["values", "judged", "drawn"]


class _Mute:
    trouble = ""

    def play(self, name: str) -> None:
        """Nothing is heard in a test."""


class _Noting:
    def __init__(self, order: list[str]) -> None:
        self._order = order

    def tell(self) -> None:
        self._order.append("drawn")
