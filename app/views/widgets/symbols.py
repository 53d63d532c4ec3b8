"""Equipment symbols as vector paintings around a middle: one function per symbol, state by fill and outline only.

Running is a light fill, stopped an outline over grey; a fault never recolours a symbol.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPolygonF

from app.views import theme
from app.views.widgets.ink import pen

__all__ = ["SYMBOLS", "draw_symbol"]

Draw = Callable[[QPainter, float, QBrush, QColor], None]


def draw_symbol(painter: QPainter, symbol: str, radius: float, *, filled: bool) -> None:
    """Paint a symbol around the origin. `symbol` may carry a state after a colon (`gate:opened`); an unknown one is a
    plain box. `filled` is running or open."""
    fill = QBrush(theme.RUNNING if filled else theme.STOPPED)
    ink = theme.TEXT if filled else theme.PIPE
    name, _, state = symbol.partition(":")
    if name == "gate":
        _gate(painter, radius, fill, theme.OUTLINE, state)
    else:
        SYMBOLS.get(name, _box)(painter, radius, fill, ink)


def _pump(p: QPainter, r: float, fill: QBrush, ink: QColor) -> None:
    p.setPen(pen(theme.OUTLINE, 2.0))
    p.setBrush(fill)
    p.drawEllipse(QPointF(0, 0), r, r)
    p.setPen(Qt.PenStyle.NoPen)
    filled = fill.color() == theme.RUNNING
    p.setBrush(theme.OUTLINE if filled else theme.SCALE)
    a = r * 0.52
    triangle = QPolygonF([QPointF(a * 1.05, 0), QPointF(-a * 0.72, -a), QPointF(-a * 0.72, a)])
    if not filled:
        p.setPen(pen(theme.OUTLINE, 1.2))
    p.drawPolygon(triangle)


def _gate(p: QPainter, r: float, fill: QBrush, ink: QColor, state: str) -> None:
    """A sluice gate: two posts, a plate that is up, half way or down, and its spindle."""
    lift = {"opened": 1.0, "between": 0.5, "moving": 0.5}.get(state, 0.0)
    half = r * 0.62
    p.setPen(pen(ink, 2.4))
    p.drawLine(QPointF(-half, -r * 1.25), QPointF(-half, r))
    p.drawLine(QPointF(half, -r * 1.25), QPointF(half, r))
    p.drawLine(QPointF(-half - 3, -r * 1.25), QPointF(half + 3, -r * 1.25))
    plate = QRectF(-half + 2, -r * 0.72 - lift * r * 0.42, half * 2 - 4, r * 1.5 - lift * r * 1.1)
    p.setPen(pen(ink, 1.4))
    p.drawLine(QPointF(0, -r * 1.55), QPointF(0, plate.y()))
    p.setBrush(fill)
    p.drawRect(plate)
    p.drawLine(QPointF(-r * 0.34, -r * 1.55), QPointF(r * 0.34, -r * 1.55))


def _valve(p: QPainter, r: float, fill: QBrush, ink: QColor) -> None:
    """Two triangles, tip to tip."""
    p.setPen(pen(theme.OUTLINE, 1.4))
    p.setBrush(fill)
    h = r * 0.62
    p.drawPolygon(QPolygonF([QPointF(-r, -h), QPointF(0, 0), QPointF(-r, h)]))
    p.drawPolygon(QPolygonF([QPointF(r, -h), QPointF(0, 0), QPointF(r, h)]))


def _check_valve(p: QPainter, r: float, fill: QBrush, ink: QColor) -> None:
    """A triangle against a bar: passes one way."""
    p.setPen(pen(theme.OUTLINE, 1.3))
    p.setBrush(theme.PANEL)
    h = r * 0.8
    p.drawPolygon(QPolygonF([QPointF(-r * 0.8, -h), QPointF(r * 0.7, 0), QPointF(-r * 0.8, h)]))
    p.setPen(pen(theme.OUTLINE, 2.0))
    p.drawLine(QPointF(r * 0.8, -h), QPointF(r * 0.8, h))


def _rack(p: QPainter, r: float, fill: QBrush, ink: QColor) -> None:
    """A frame with its bars, and the rake's chain wheel."""
    p.setPen(pen(theme.OUTLINE, 1.8))
    p.setBrush(fill)
    p.drawRect(QRectF(-r * 0.8, -r, r * 1.6, r * 2))
    p.setPen(pen(theme.OUTLINE, 1.6))
    for k in (-0.45, -0.15, 0.15, 0.45):
        p.drawLine(QPointF(r * k, -r * 0.62), QPointF(r * k, r * 0.86))
    p.setBrush(theme.OUTLINE)
    p.drawEllipse(QPointF(0, -r * 0.78), 2.4, 2.4)


def _flow(p: QPainter, r: float, fill: QBrush, ink: QColor) -> None:
    p.setPen(pen(theme.OUTLINE, 1.6))
    p.setBrush(theme.RAISED)
    p.drawEllipse(QPointF(0, 0), r, r)
    path = QPainterPath(QPointF(-r * 0.6, 0))
    path.cubicTo(QPointF(-r * 0.2, -r * 0.8), QPointF(r * 0.2, r * 0.8), QPointF(r * 0.6, 0))
    p.setBrush(Qt.BrushStyle.NoBrush)
    p.drawPath(path)


def _pressure(p: QPainter, r: float, fill: QBrush, ink: QColor) -> None:
    p.setPen(pen(theme.OUTLINE, 1.6))
    p.setBrush(theme.RAISED)
    p.drawEllipse(QPointF(0, 0), r, r)
    p.drawLine(QPointF(-r * 0.3, r * 0.45), QPointF(r * 0.45, -r * 0.45))
    p.setBrush(theme.OUTLINE)
    p.drawEllipse(QPointF(-r * 0.18, r * 0.3), 1.8, 1.8)


def _gas(p: QPainter, r: float, fill: QBrush, ink: QColor) -> None:
    """A detector head with rising gas."""
    p.setPen(pen(theme.OUTLINE, 1.6))
    p.setBrush(theme.RAISED)
    p.drawRoundedRect(QRectF(-r * 0.75, r * 0.1, r * 1.5, r * 0.8), 2, 2)
    p.setBrush(Qt.BrushStyle.NoBrush)
    for x in (-0.42, 0.0, 0.42):
        path = QPainterPath(QPointF(r * x, -r * 0.1))
        path.cubicTo(
            QPointF(r * (x - 0.3), -r * 0.4), QPointF(r * (x + 0.3), -r * 0.62), QPointF(r * x, -r * 0.95)
        )  # fmt: skip
        p.drawPath(path)


def _supply(p: QPainter, r: float, fill: QBrush, ink: QColor) -> None:
    """A bolt."""
    p.setPen(pen(theme.OUTLINE, 1.6))
    p.setBrush(theme.RAISED)
    p.drawPolygon(
        QPolygonF(
            [
                QPointF(r * 0.15, -r), QPointF(-r * 0.55, r * 0.15), QPointF(-r * 0.05, r * 0.15),
                QPointF(-r * 0.2, r), QPointF(r * 0.55, -r * 0.2), QPointF(r * 0.05, -r * 0.2),
            ]
        )
    )  # fmt: skip


def _rain(p: QPainter, r: float, fill: QBrush, ink: QColor) -> None:
    """A funnel over its cylinder, and a drop."""
    p.setPen(pen(theme.OUTLINE, 1.6))
    p.setBrush(theme.RAISED)
    p.drawPolygon(
        QPolygonF(
            [
                QPointF(-r * 0.75, -r * 0.25), QPointF(r * 0.75, -r * 0.25), QPointF(r * 0.22, r * 0.3),
                QPointF(r * 0.22, r), QPointF(-r * 0.22, r), QPointF(-r * 0.22, r * 0.3),
            ]
        )
    )  # fmt: skip
    for x, y in ((-0.4, -0.85), (0.0, -0.6), (0.4, -0.85)):
        p.drawLine(QPointF(r * x, r * y), QPointF(r * (x - 0.1), r * (y + 0.24)))


def _analyser(p: QPainter, r: float, fill: QBrush, ink: QColor) -> None:
    """A flask."""
    p.setPen(pen(theme.OUTLINE, 1.6))
    p.setBrush(theme.RAISED)
    p.drawPolygon(
        QPolygonF(
            [
                QPointF(-r * 0.25, -r), QPointF(r * 0.25, -r), QPointF(r * 0.25, -r * 0.3),
                QPointF(r * 0.8, r * 0.85), QPointF(-r * 0.8, r * 0.85), QPointF(-r * 0.25, -r * 0.3),
            ]
        )
    )  # fmt: skip
    p.drawLine(QPointF(-r * 0.5, r * 0.3), QPointF(r * 0.5, r * 0.3))


def _controller(p: QPainter, r: float, fill: QBrush, ink: QColor) -> None:
    """A box with its terminals."""
    p.setPen(pen(theme.OUTLINE, 1.6))
    p.setBrush(theme.RAISED)
    for k in (-0.4, 0.0, 0.4):
        p.drawLine(QPointF(r * k, -r), QPointF(r * k, r))
    p.drawRect(QRectF(-r * 0.75, -r * 0.7, r * 1.5, r * 1.4))
    p.setBrush(theme.OUTLINE)
    p.drawEllipse(QPointF(-r * 0.4, -r * 0.35), 1.8, 1.8)


def _river(p: QPainter, r: float, fill: QBrush, ink: QColor) -> None:
    """Two waves."""
    p.setPen(pen(theme.OUTLINE, 1.8))
    p.setBrush(Qt.BrushStyle.NoBrush)
    for y in (-0.3, 0.3):
        path = QPainterPath(QPointF(-r, r * y))
        path.cubicTo(QPointF(-r * 0.5, r * (y - 0.6)), QPointF(-r * 0.5, r * (y + 0.6)), QPointF(0, r * y))
        path.cubicTo(QPointF(r * 0.5, r * (y - 0.6)), QPointF(r * 0.5, r * (y + 0.6)), QPointF(r, r * y))
        p.drawPath(path)


def _well(p: QPainter, r: float, fill: QBrush, ink: QColor) -> None:
    """An open box, half full."""
    p.setPen(Qt.PenStyle.NoPen)
    p.setBrush(theme.WATER)
    p.drawRect(QRectF(-r * 0.8, 0, r * 1.6, r * 0.9))
    p.setPen(pen(theme.OUTLINE, 1.8))
    a, b = r * 0.8, r * 0.9
    p.drawPolyline(QPolygonF([QPointF(-a, -b), QPointF(-a, b), QPointF(a, b), QPointF(a, -b)]))


def _box(p: QPainter, r: float, fill: QBrush, ink: QColor) -> None:
    p.setPen(pen(theme.OUTLINE, 1.6))
    p.setBrush(theme.RAISED)
    p.drawRect(QRectF(-r * 0.8, -r * 0.8, r * 1.6, r * 1.6))


SYMBOLS: Final[dict[str, Draw]] = {
    "pump": _pump,
    "valve": _valve,
    "check_valve": _check_valve,
    "rack": _rack,
    "wet_well": _well,
    "flow_meter": _flow,
    "pressure": _pressure,
    "gas": _gas,
    "supply": _supply,
    "rain_gauge": _rain,
    "analyser": _analyser,
    "controller": _controller,
    "river_level": _river,
}
"""Symbols by name; `gate` is drawn by its state and stands apart."""
