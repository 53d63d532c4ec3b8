"""PySide6 must not lose references to None: 6.12.0 does on Python 3.11 and aborts after some 5,000 calls."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, QPoint, QRect, Signal
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

CALLS = 400
NOISE = 50
"""What the interpreter itself may let go of meanwhile; a loss shows as one reference per call."""

immortal = pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal from Python 3.12 on")


class _Speaker(QObject):
    said = Signal(bool)


def _loss(call: Callable[[], object]) -> int:
    """Return how many references to None are gone after CALLS calls."""
    call()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        call()
    return before - sys.getrefcount(None)


@immortal
def test_painting_keeps_references(qtbot: QtBot) -> None:
    """Void calls of a painter keep the reference count of None."""
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    painter, pen = QPainter(image), QPen()

    def paint() -> None:
        painter.save()
        painter.setPen(pen)
        painter.drawLine(QPoint(0, 0), QPoint(7, 7))
        painter.fillRect(QRect(0, 0, 4, 4), pen.color())
        painter.restore()

    try:
        assert _loss(paint) < NOISE
    finally:
        painter.end()


@immortal
def test_widgets_keep_references(qtbot: QtBot) -> None:
    """Void calls of a widget keep the reference count of None."""
    widget = QWidget()
    qtbot.addWidget(widget)

    def touch() -> None:
        widget.update()
        widget.resize(10, 10)
        widget.setToolTip("x")
        widget.parent()

    assert _loss(touch) < NOISE


@immortal
def test_signals_keep_references(qtbot: QtBot) -> None:
    """Emitting keeps the reference counts of None and True."""
    speaker = _Speaker()
    before = sys.getrefcount(True)
    assert _loss(_Emitting(speaker)) < NOISE
    assert before - sys.getrefcount(True) < NOISE


class _Emitting:
    """Calls emit on a speaker."""

    def __init__(self, speaker: _Speaker) -> None:
        self._speaker = speaker

    def __call__(self) -> None:
        self._speaker.said.emit(True)
