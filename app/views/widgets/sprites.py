"""Symbols kept as pictures, one per state, size and pixel ratio: a picture is cheaper to draw than its lines."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPixmap

from app.views.widgets.symbols import draw_symbol

__all__ = ["Sprites", "transparent"]

_MARGIN = 5.0


class Sprites:
    """Pictures of one widget. They are few (a symbol has two to four looks) and go with the widget."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, float, bool, float], QPixmap] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def draw(
        self, painter: QPainter, symbol: str, cx: float, cy: float, radius: float, *, filled: bool, opacity: float = 1.0
    ) -> None:
        """Draw a symbol around a middle."""
        device = painter.device()
        ratio = device.devicePixelRatioF() if device is not None else 1.0
        picture = self._picture(symbol, radius, filled, ratio)
        side = picture.width() / ratio / 2
        painter.setOpacity(opacity)
        painter.drawPixmap(QPointF(cx - side, cy - side), picture)
        painter.setOpacity(1.0)

    def _picture(self, symbol: str, radius: float, filled: bool, ratio: float) -> QPixmap:
        key = (symbol, round(radius, 1), filled, ratio)
        if key not in self._kept:
            self._kept[key] = _paint(symbol, radius, filled, ratio)
        return self._kept[key]


def transparent(size: QSizeF, ratio: float) -> QPixmap:
    """Return an empty picture for `size` logical pixels."""
    picture = QPixmap(math.ceil(size.width() * ratio), math.ceil(size.height() * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    return picture


def _paint(symbol: str, radius: float, filled: bool, ratio: float) -> QPixmap:
    side = math.ceil((radius * 1.7 + _MARGIN) * 2)
    picture = transparent(QSizeF(side, side), ratio)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(picture.width() / ratio / 2, picture.height() / ratio / 2)
    draw_symbol(painter, symbol, radius, filled=filled)
    painter.end()
    return picture
