"""A window is never larger than its screen: what has no room is scrolled, and what must be read stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.model.records import AppliedSite
from app.views import main
from app.views.beat import Beat
from app.views.feed import Feed
from app.views.freeze import FreezeMonitor
from app.views.insight import Insight
from app.views.pages.alarms.list_ink import RowInk
from app.views.shell.rail_buttons import StationButton
from app.views.shell.window import Window
from app.views.state.alarm_lines import COLUMNS
from tests.helpers.archive import Archive
from tests.helpers.room import RoomClock, make_room
from tests.helpers.xiasha import xiasha

PAGES = ("overview", "alarms", "station", "trends", "shift", "events", "system", "people")


class Silent:
    trouble = ""

    def play(self, name: str) -> None:
        """Nothing is heard."""


class NoQueues:
    def gauges(self) -> tuple[int, int]:
        return 0, 0


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication) -> Iterator[Window]:
    clock = RoomClock()
    room = make_room(xiasha(), clock=clock, store=Archive())
    feed = Feed(room, pytest.fail, clock=clock)
    beat = Beat(room, feed, Silent(), clock=clock)
    every = main._pages(Insight(feed, FreezeMonitor(partial(float, 0), clock=clock), NoQueues()))
    made = Window(room, feed, beat, pages={p: every[p] for p in PAGES}, sounder=Silent())
    made.show()
    yield made
    made.hide()


def test_every_page_fits_a_small_screen_and_is_whole_on_a_large_one(window: Window) -> None:
    """At 1366 × 768 no page makes the window grow; at 1920 × 1080 each has all the room that it asks for."""
    for width, height in ((1366, 768), (1920, 1080)):
        window.resize(width, height)
        for page_id in PAGES:
            window.go(page_id, "")
            QCoreApplication.processEvents()
            assert (window.width(), window.height()) == (width, height), page_id
            page = window.page
            assert page.width() >= page.minimumSizeHint().width(), page_id
            assert page.height() >= page.minimumSizeHint().height(), page_id
            right, foot = page.mapTo(window, page.rect().bottomRight()).toTuple()
            assert width == 1366 or (right < width and foot < height), page_id


def test_thirty_stations_leave_pages_and_health_in_sight(window: Window, qtbot: QtBot) -> None:
    """They are scrolled in the rail; the one that is shown comes into sight."""
    site = xiasha()
    station = next(f for f in site.facilities if f.id == "ps01")
    more = tuple(replace(station, id=f"st{i}") for i in range(25))
    assert window._room.applied is not None
    window._room.take_site(AppliedSite(2, "h", 0, "demo", "more", replace(site, facilities=(*site.facilities, *more))))
    window.resize(1366, 768)
    button = window.rail.findChild(StationButton, "nav-station-st24")
    assert button is not None
    qtbot.waitUntil(partial(_laid_out, button))
    window.go("station", "st24")
    QCoreApplication.processEvents()
    assert window.height() == 768
    qtbot.waitUntil(partial(_in_sight, button))
    health = window.rail._health
    assert health.mapTo(window, health.rect().bottomLeft()).y() < 768


def _laid_out(button: StationButton) -> bool:
    return button.isVisible() and button.y() > 29 * button.height() - 1


def _in_sight(button: StationButton) -> bool:
    return button.visibleRegion().boundingRect().height() == button.height()


@pytest.mark.parametrize("width", [560, 680, 900, 1170, 1800])
@pytest.mark.parametrize("segment", list(COLUMNS))
def test_columns_of_alarms_give_way_before_place_and_condition_do(segment: str, width: int) -> None:
    """Those that nobody may hide stay, each wide enough to read, inside the list; more width shows more of them."""
    columns = COLUMNS[segment]
    places = RowInk().places(columns, width)
    shown = [c for c, _, _ in places]
    assert {c for c in columns if c.fixed} <= set(shown)
    assert all(wide >= min(c.width, 150) for c, _, wide in places)
    end = max(left + wide for _, left, wide in places)
    assert end <= max(width, sum(min(c.width, 150) for c in columns if c.fixed)) + 1
    assert width < 1170 or shown == list(columns)
