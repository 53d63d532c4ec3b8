"""Marks beside a symbol: hold tag, mode, Local, selection, command on its way, dead line. None recolours the symbol."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath

from app.views import theme
from app.views.widgets.ink import draw_text, face, pen, text_width

__all__ = ["draw_chip", "draw_hold", "draw_mode", "draw_selected"]


def draw_chip(painter: QPainter, x: float, cy: float, text: str, *, strong: bool = False) -> float:
    """Draw a short word in a frame (Local, a command's progress); return its width in px."""
    width = text_width(text, theme.CAPTION, 600) + 10
    box = QRectF(x, cy - 9, width, 18)
    painter.setPen(pen(theme.OUTLINE, 1.0))
    painter.setBrush(theme.OUTLINE if strong else theme.RAISED)
    painter.drawRoundedRect(box, 2, 2)
    colour = theme.RUNNING if strong else theme.TEXT
    draw_text(painter, x + 5, cy + 4.5, text, size=theme.CAPTION, weight=600, colour=colour)
    return width


def draw_mode(painter: QPainter, x: float, cy: float, letter: str) -> float:
    """Draw A, H or O in a square; Auto is plain, everything else has a frame, since a person took over."""
    box = QRectF(x, cy - 9, 18, 18)
    taken = letter != "A"
    painter.setPen(pen(theme.OUTLINE if taken else theme.BORDER, 1.4 if taken else 1.0))
    painter.setBrush(theme.RAISED if taken else QColor(0, 0, 0, 0))
    painter.drawRoundedRect(box, 2, 2)
    painter.setFont(face(theme.CAPTION, 700))
    painter.setPen(theme.TEXT if taken else theme.TEXT_DIM)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter)
    return box.width()


def draw_hold(painter: QPainter, cx: float, cy: float, letter: str) -> None:
    """Draw a hold tag: a label with its hole, dark, because it is a person's and no alarm."""
    path = QPainterPath()
    path.moveTo(cx - 9, cy - 5)
    path.lineTo(cx - 4, cy - 10)
    path.lineTo(cx + 9, cy - 10)
    path.lineTo(cx + 9, cy + 10)
    path.lineTo(cx - 9, cy + 10)
    path.closeSubpath()
    painter.setPen(pen(theme.TEXT, 1.0))
    painter.setBrush(theme.TEXT)
    painter.drawPath(path)
    painter.setBrush(theme.RAISED)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(QPointF(cx - 4.5, cy - 5.5), 1.7, 1.7)
    painter.setFont(face(theme.CAPTION, 700))
    painter.setPen(theme.RUNNING)
    painter.drawText(QRectF(cx - 9, cy - 7, 18, 17), Qt.AlignmentFlag.AlignCenter, letter)


def draw_selected(painter: QPainter, cx: float, cy: float, radius: float, *, mine: bool) -> None:
    """Draw corner brackets around a selected symbol: blue when it is ours, dark when somebody else holds it."""
    painter.setPen(pen(theme.FOCUS if mine else theme.TEXT, 2.4))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    r, leg = radius, radius * 0.45
    for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        x, y = cx + sx * r, cy + sy * r
        painter.drawLine(QPointF(x, y), QPointF(x - sx * leg, y))
        painter.drawLine(QPointF(x, y), QPointF(x, y - sy * leg))
