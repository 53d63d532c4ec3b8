"""Small trends in the faceplate and in an alarm's detail read as the page does, and lead there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.views.pages.alarms.detail import AlarmDetail
from app.views.pages.faceplate.faceplate import Faceplate
from app.views.pages.mini_trend import MiniTrend
from tests.helpers.alarms import raised
from tests.views.trend_world import LEVEL, NOW, RUN, TrendWorld


@pytest.fixture
def world(qtbot: QtBot) -> Iterator[TrendWorld]:
    made = TrendWorld(show=False)
    qtbot.addWidget(made.page)
    yield made


@pytest.fixture
def small(qtbot: QtBot, world: TrendWorld) -> Iterator[MiniTrend]:
    made = MiniTrend(world.room)
    qtbot.addWidget(made)
    made.resize(340, 116)
    made.set_tag(LEVEL, NOW - 600_000)
    made.tick()
    QCoreApplication.processEvents()
    yield made
    made.hide()


def test_it_reads_the_last_hour_and_goes_on_live(world: TrendWorld, small: MiniTrend) -> None:
    """History first, then what comes; a value of now is the line's end."""
    line = small.line
    assert line is not None and line.known and line.read(NOW - 3_000_000) is not None
    world.clock.advance(2.0)
    small.tick()
    world.set({LEVEL: 3.33})
    world.clock.advance(1.0)
    small.tick()
    found = line.read(world.clock.ms)
    assert found is not None and found.value == 3.33


def test_a_click_or_enter_leads_to_the_page(qtbot: QtBot, world: TrendWorld, small: MiniTrend) -> None:
    """With the tag."""
    with qtbot.waitSignal(world.room.navigate, timeout=1000) as caught:
        QTest.mouseClick(small, Qt.MouseButton.LeftButton)
    assert caught.args == ["trends", LEVEL]
    with qtbot.waitSignal(world.room.navigate, timeout=1000) as caught:
        QTest.keyClick(small, Qt.Key.Key_Return)
    assert caught.args == ["trends", LEVEL]


def test_hidden_it_asks_nothing_and_another_tag_is_another_line(world: TrendWorld, small: MiniTrend) -> None:
    """A strip for a state; without a tag it is gone."""
    small.set_tag(RUN)
    small.tick()
    QCoreApplication.processEvents()
    assert small.line is not None and small.line.tag == RUN and small.line.known
    small.grab()
    asked = len(world.reader.asked)
    small.set_tag("")
    world.clock.advance(600.0)
    small.tick()
    assert small.isHidden() and small.line is None and len(world.reader.asked) == asked


def test_the_faceplate_and_the_alarm_show_their_trends(qtbot: QtBot, world: TrendWorld) -> None:
    """The first gauge's tag, and the alarm's own with the instant at which it came."""
    live = world.room.live
    assert live is not None
    equipment = next(e for e in live.site.equipment if e.path == "ps01/well")
    facility = next(f for f in live.site.facilities if f.id == "ps01")
    face = Faceplate(world.room, equipment, facility)
    qtbot.addWidget(face)
    face.resize(384, 900)
    face.show()
    face.tick()
    assert face.small_trend.line is not None and face.small_trend.line.tag == LEVEL
    spec = next(a for a in live.site.alarms if a.path == f"{LEVEL}:HH")
    world.room.take_alarms([raised(spec)])
    detail = AlarmDetail(world.room)
    qtbot.addWidget(detail)
    detail.show()
    detail.show_alarm(spec.path)
    detail.tick()
    assert detail.small_trend.line is not None and detail.small_trend.line.tag == LEVEL
    assert detail.small_trend._marked_ms == world.room.book.status(spec.path).raised_ms
    face.hide()
    detail.hide()
