"""What says on every window that this is a demo: a dark badge, and a striped edge along the whole header."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from app.views import theme
from app.views.widgets.ink import draw_text, text_width

__all__ = ["DEMO", "draw_demo_badge", "draw_demo_edge"]

DEMO: Final = "DEMO 演示"
"""In both languages at once: whoever reads either must see it."""
_EDGE = 6.0
_STRIPE = 14.0


def draw_demo_badge(painter: QPainter, x: float, y: float) -> float:
    """Draw the badge with its upper left corner at x, y; return where it ends."""
    box = QRectF(x, y, text_width(DEMO, theme.STRONG, 700) + 16, 23)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.TEXT)
    painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
    draw_text(painter, x + 8, y + 16.5, DEMO, size=theme.STRONG, weight=700, colour=theme.RUNNING)
    return box.right()


def draw_demo_edge(painter: QPainter, width: float, bottom: float) -> None:
    """Draw the stripes along the lower edge: greys, since colour means abnormal."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(0, bottom - _EDGE, width, _EDGE), theme.RAISED)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.OUTLINE)
    x = -_EDGE
    while x < width:
        corners = ((x, bottom), (x + _EDGE, bottom - _EDGE), (x + _EDGE + _STRIPE / 2, bottom - _EDGE))
        painter.drawPolygon(QPolygonF([QPointF(*c) for c in (*corners, (x + _STRIPE / 2, bottom))]))
        x += _STRIPE
    painter.restore()
