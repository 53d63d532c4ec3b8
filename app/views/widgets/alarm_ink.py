"""The mark of an alarm: shape, colour and digit of its priority, and how it stands told by the form around it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from app.model.alarms.status import AlarmState
from app.views import theme
from app.views.widgets.ink import draw_priority, elided, elided_name, face, pen, text_width
from app.views.widgets.row_ink import draw_unknown

__all__ = ["draw_alarm", "draw_aside", "draw_tally", "elided_place", "flashes"]

_RTN: Final = (AlarmState.RTN_UNACK, AlarmState.LATCH_UNACK)


def flashes(state: AlarmState) -> bool:
    """Return whether the border of a mark flashes: only while an active alarm waits for a person."""
    return state is AlarmState.UNACK


def draw_alarm(
    painter: QPainter,
    cx: float,
    cy: float,
    priority: int,
    state: AlarmState,
    *,
    on: bool = True,
    frozen: bool = False,
    aside: bool = False,
    size: float = 18.0,
) -> None:
    """Draw the mark around a middle. Unacknowledged: a frame around it, which flashes while the alarm is active (`on`)
    and is dashed once it returned. Frozen: a "?" at its corner. Aside: a grey badge with the digit."""
    if aside:
        draw_aside(painter, cx, cy, priority, size=size)
    else:
        draw_priority(painter, cx, cy, priority, size=size)
    half = size / 2 + 4
    box = QRectF(cx - half, cy - half, 2 * half, 2 * half)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if flashes(state) and on and not aside:
        painter.setPen(pen(theme.TEXT, 2.0))
        painter.drawRoundedRect(box, 3, 3)
    elif state in _RTN and not aside:
        painter.setPen(pen(theme.PIPE, 1.6, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(box, 3, 3)
    if frozen:
        draw_unknown(painter, cx + size / 2 + 1, cy + size / 2 - 1, size=11)


def elided_place(where: str, width: float, size: int, weight: int = 400) -> str:
    """Return a place that fits: the station's name gives way in its middle, the equipment is cut last."""
    if text_width(where, size, weight) <= width:
        return where
    station, dot, equipment = where.rpartition(" · ")
    left = max(width - text_width(dot + equipment, size, weight), min(56.0, width / 3))
    return elided(elided_name(station, left, size, weight) + dot + equipment, width, size, weight)


def draw_aside(painter: QPainter, cx: float, cy: float, priority: int, *, size: float = 18.0) -> None:
    """Draw the grey badge of an alarm that is shelved, suppressed or out of service."""
    half = size / 2
    box = QRectF(cx - half, cy - half, size, size)
    painter.setPen(pen(theme.PIPE, 1.0))
    painter.setBrush(theme.SCALE)
    painter.drawRoundedRect(box, half * 0.7, half * 0.7)
    painter.setFont(face(max(10, round(size * 0.62)), 600))
    painter.setPen(theme.TEXT_DIM)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(priority))


def draw_tally(
    painter: QPainter, cx: float, cy: float, priority: int, *, unack: bool, on: bool, size: float, ring: QColor
) -> None:
    """Draw the worst priority of a place; `unack`: somebody must acknowledge there, which the frame tells."""
    draw_priority(painter, cx, cy, priority, size=size)
    if unack and on:
        half = size / 2 + 3
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(pen(ring, 2.0))
        painter.drawRoundedRect(QRectF(QPointF(cx - half, cy - half), QPointF(cx + half, cy + half)), 3, 3)
