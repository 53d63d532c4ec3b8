"""The rail's and header's icons, drawn: one style, 20 px box, 1.6 px stroke, no files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

__all__ = ["draw_icon"]


def _overview(p: QPainter) -> None:
    for x, y in ((2, 2), (11, 2), (2, 11), (11, 11)):
        p.drawRoundedRect(QRectF(x, y, 7, 7), 1.2, 1.2)


def _station(p: QPainter) -> None:
    p.drawEllipse(QPointF(10, 10), 8, 8)
    p.drawPolygon(QPolygonF([QPointF(7.4, 6), QPointF(14, 10), QPointF(7.4, 14)]))


def _alarms(p: QPainter) -> None:
    p.drawPolygon(QPolygonF([QPointF(10, 2.5), QPointF(18.3, 17), QPointF(1.7, 17)]))
    p.drawLine(QPointF(10, 7.5), QPointF(10, 12))
    p.drawPoint(QPointF(10, 14.6))


def _events(p: QPainter) -> None:
    p.drawRoundedRect(QRectF(3, 2, 14, 16), 1.5, 1.5)
    for y in (6.5, 10, 13.5):
        p.drawLine(QPointF(6.5, y), QPointF(13.5, y))


def _performance(p: QPainter) -> None:
    p.drawPolyline(QPolygonF([QPointF(2, 2), QPointF(2, 18), QPointF(18, 18)]))
    for x, y in ((6, 11.5), (10.5, 6), (15, 13.5)):
        p.drawLine(QPointF(x, y), QPointF(x, 15))


def _trends(p: QPainter) -> None:
    p.drawPolyline(QPolygonF([QPointF(2, 2), QPointF(2, 18), QPointF(18, 18)]))
    p.drawPolyline(QPolygonF([QPointF(5, 14), QPointF(9, 8), QPointF(12.5, 11), QPointF(17.5, 4)]))


def _system(p: QPainter) -> None:
    p.drawPolyline(QPolygonF([QPointF(1.5, 11), QPointF(6, 11), QPointF(8.5, 4), QPointF(12, 16), QPointF(14, 11)]))
    p.drawLine(QPointF(14, 11), QPointF(18.5, 11))


def _person(p: QPainter) -> None:
    p.drawEllipse(QPointF(10, 6.5), 4, 4)
    p.drawArc(QRectF(3, 12, 14, 13), 10 * 16, 160 * 16)


def _lock(p: QPainter) -> None:
    p.drawRoundedRect(QRectF(4, 9, 12, 9), 1.5, 1.5)
    p.drawArc(QRectF(6, 2.5, 8, 9), 0, 180 * 16)
    p.drawLine(QPointF(6, 7), QPointF(6, 9))
    p.drawLine(QPointF(14, 7), QPointF(14, 9))
    p.drawLine(QPointF(10, 12.5), QPointF(10, 14.5))


def _people(p: QPainter) -> None:
    p.drawEllipse(QPointF(7, 6.5), 3.4, 3.4)
    p.drawArc(QRectF(1, 12, 12, 12), 10 * 16, 160 * 16)
    p.drawArc(QRectF(10.5, 3.5, 6, 6), -90 * 16, 200 * 16)
    p.drawArc(QRectF(9, 11.5, 10, 11), 15 * 16, 75 * 16)


def _shift(p: QPainter) -> None:
    p.drawEllipse(QPointF(10, 10), 8, 8)
    p.drawPolyline(QPolygonF([QPointF(10, 5), QPointF(10, 10), QPointF(14, 12)]))


def _audit(p: QPainter) -> None:
    p.drawPolyline(QPolygonF([QPointF(9, 18), QPointF(3, 18), QPointF(3, 2), QPointF(15, 2), QPointF(15, 7.5)]))
    for y in (6, 9.5):
        p.drawLine(QPointF(6, y), QPointF(12 if y < 8 else 9, y))
    p.drawEllipse(QPointF(13, 13), 3.8, 3.8)
    p.drawLine(QPointF(15.8, 15.8), QPointF(18.5, 18.5))


def _speaker(p: QPainter) -> None:
    body = [
        QPointF(2, 7.5),
        QPointF(5.5, 7.5),
        QPointF(10, 3.5),
        QPointF(10, 16.5),
        QPointF(5.5, 12.5),
        QPointF(2, 12.5),
    ]
    p.drawPolygon(QPolygonF(body))


def _sound(p: QPainter) -> None:
    _speaker(p)
    p.drawArc(QRectF(8.5, 6.5, 6, 7), -60 * 16, 120 * 16)
    p.drawArc(QRectF(8.5, 3.5, 9.5, 13), -60 * 16, 120 * 16)


def _muted(p: QPainter) -> None:
    _speaker(p)
    p.drawLine(QPointF(13, 7.5), QPointF(18, 12.5))
    p.drawLine(QPointF(18, 7.5), QPointF(13, 12.5))


_ICONS: Final[dict[str, Callable[[QPainter], None]]] = {
    "overview": _overview,
    "alarms": _alarms,
    "station": _station,
    "events": _events,
    "performance": _performance,
    "system": _system,
    "trends": _trends,
    "people": _people,
    "shift": _shift,
    "audit": _audit,
    "person": _person,
    "lock": _lock,
    "sound": _sound,
    "muted": _muted,
    "speaker": _speaker,
}


def draw_icon(painter: QPainter, name: str, x: float, y: float, *, colour: QColor) -> None:
    """Draw an icon with its upper left corner at x, y."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(x, y)
    pen = QPen(colour, 1.6)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    _ICONS[name](painter)
    painter.restore()
