"""A hand that pans moves a picture: it looks as what would be painted, and is painted anew when it must."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.views import theme
from app.views.widgets.trend_canvas import TrendCanvas
from app.views.widgets.trend_paint import paint_trend
from app.views.widgets.trend_scene import instant_text
from tests.views.trend_world import HOUR, LEVEL, TrendWorld


@pytest.fixture
def world(qtbot: QtBot) -> Iterator[TrendWorld]:
    made = TrendWorld()
    qtbot.addWidget(made.page)
    QTest.keyClick(made.page.canvas, Qt.Key.Key_Space)
    QTest.keyClick(made.page.canvas, Qt.Key.Key_Y)  # axes that stand, whatever comes into the picture
    made.settle()
    yield made
    made.page.hide()


def pixels(image: QImage) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return what is seen, three bytes a px."""
    kept = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(kept.constBits(), np.uint8).reshape(kept.height(), kept.width(), 4)[:, :, :3].copy()


def straight(canvas: TrendCanvas) -> QImage:
    """Paint what the canvas shows without moving anything."""
    image = QImage(canvas.size(), QImage.Format.Format_RGB32)
    image.fill(theme.PANEL)
    assert canvas.layout_ is not None and canvas.scene is not None
    painter = QPainter(image)
    paint_trend(painter, canvas.layout_, canvas.scene)
    painter.end()
    return image


def test_what_is_moved_looks_as_what_is_painted(world: TrendWorld) -> None:
    """Three pans from one picture: nearly every px is that of a fresh painting, the others a px beside."""
    page = world.page
    canvas = page.canvas
    for _ in range(3):
        canvas.panned.emit(-HOUR // 12)
        canvas.repaint()
    assert canvas.layer.paints == 1
    moved, fresh = pixels(canvas.grab().toImage()), pixels(straight(canvas))
    differing = (moved != fresh).any(axis=2).mean()
    assert differing < 0.02
    assert len(np.unique(moved.reshape(-1, 3), axis=0)) > 20, "there is a picture at all"


def test_it_is_painted_anew_when_it_must_be(world: TrendWorld) -> None:
    """Far enough, at another zoom, with another pen chosen, and when history answered; not for what comes live."""
    page = world.page
    canvas = page.canvas

    def pan(by_ms: int) -> int:
        canvas.panned.emit(by_ms)
        canvas.repaint()
        return canvas.layer.paints

    page.window_.pan(-3 * HOUR, world.clock.ms)
    page.look(rests=True)
    world.settle()
    first = pan(-HOUR // 20)
    assert pan(-HOUR // 20) == first
    world.set({LEVEL: 2.2})
    world.later(0.5)
    assert pan(HOUR // 20) == first
    far = pan(-HOUR)
    assert far == first + 1
    page.choose(1)
    assert pan(-HOUR // 20) == far + 1
    page.show_span(2 * HOUR)
    assert pan(-HOUR // 20) == far + 1, "the first picture of a zoom is painted straight"
    assert pan(-HOUR // 20) == far + 2


def test_a_live_picture_is_painted_straight(world: TrendWorld) -> None:
    """It changes with every value."""
    page = world.page
    QTest.keyClick(page.canvas, Qt.Key.Key_L)
    before = page.canvas.layer.paints
    for _ in range(4):
        world.later(1.0)
        page.canvas.repaint()
    assert page.canvas.layer.paints == before


def test_a_cursor_says_its_instant_as_exactly_as_the_picture_shows_it(world: TrendWorld) -> None:
    """Tenths of a second in two minutes, the day where there are several."""
    page, now = world.page, world.clock.ms
    for span, wanted in ((60_000, "22:13:20.0"), (HOUR, "22:13:20"), (48 * HOUR, "09-21 22:13:20")):
        page.show_span(span)
        assert page.canvas.scene is not None and instant_text(now, page.canvas.scene) == wanted
