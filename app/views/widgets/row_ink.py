"""What lists of abnormal conditions share: the mark of a row, the hatch of what is not known, the keyboard's frame."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPolygonF
from PySide6.QtWidgets import QWidget

from app.views import theme
from app.views.state.abnormal_rows import AbnormalRow
from app.views.widgets.ink import face, pen
from app.views.widgets.key_focus import KeyFocus

__all__ = ["draw_outlook", "draw_row_mark", "draw_unknown", "focus_frame", "hatch"]


def draw_row_mark(painter: QPainter, cx: float, cy: float, row: AbnormalRow, *, size: float = 18.0) -> None:
    """Draw the mark of what the room tells by itself: an outlook, or the diamond of what is not known. The shapes and
    colours of priorities are for alarms alone."""
    if row.kind.untrusted:
        draw_unknown(painter, cx, cy, size=size)
    else:
        draw_outlook(painter, cx, cy, size=size)


def draw_outlook(painter: QPainter, cx: float, cy: float, *, size: float = 18.0) -> None:
    """Draw a clock: something is going to happen."""
    half = size / 2
    painter.setPen(pen(theme.TEXT, 1.8))
    painter.setBrush(theme.RUNNING)
    painter.drawEllipse(QPointF(cx, cy), half, half)
    painter.drawLine(QPointF(cx, cy + 0.5), QPointF(cx, cy - half * 0.62))
    painter.drawLine(QPointF(cx, cy), QPointF(cx + half * 0.5, cy + half * 0.3))


def draw_unknown(painter: QPainter, cx: float, cy: float, *, size: float = 18.0) -> None:
    """Draw the diamond with "?": bad instrument or communication."""
    half = size / 2 * 1.2
    painter.setPen(pen(theme.OUTLINE, 1.0))
    painter.setBrush(theme.BAD)
    painter.drawPolygon(
        QPolygonF([QPointF(cx, cy - half), QPointF(cx + half, cy), QPointF(cx, cy + half), QPointF(cx - half, cy)])
    )
    painter.setFont(face(max(10, round(size * 0.62)), 700))
    painter.setPen(theme.RUNNING)
    painter.drawText(QRectF(cx - half, cy - half, 2 * half, 2 * half), Qt.AlignmentFlag.AlignCenter, "?")


@lru_cache(maxsize=1)
def hatch() -> QBrush:
    """Return the hatch of bad communication."""
    colour = QColor(theme.BAD)
    colour.setAlpha(90)
    return QBrush(colour, Qt.BrushStyle.BDiagPattern)


def focus_frame(widget: QWidget, painter: QPainter) -> None:
    """Draw the keyboard's frame inside a widget that the keyboard brought the focus to."""
    if isinstance(widget, KeyFocus) and widget.ringed:
        painter.setPen(pen(theme.FOCUS, 2.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(widget.rect()).adjusted(1, 1, -1, -1))
