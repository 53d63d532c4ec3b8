"""The line of time in the time bar: how many alarms came when, where nothing was recorded, and which instant is shown.

Alarms are columns in the colours of their priorities, the highest at the bottom; their height grows with the square
root of how many they are, so that one alarm shows beside a flood. A click or a drag goes there.
"""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QMouseEvent, QPainter, QPaintEvent, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.model.alarms.spec import PRIORITIES
from app.views import theme
from app.views.gateway.past_reads import TimeMap
from app.views.state.instants import instant_text
from app.views.state.trend_scale import time_ticks
from app.views.widgets.ink import draw_text, pen, text_width

__all__ = ["TimeLine"]

_HIGH: Final = 54
_BASE: Final = 34.0
"""Where the columns stand; below are the times."""
_TOP: Final = 4.0
_COLUMN: Final = 4
"""Width of a column in px."""
_TICK: Final = 120
"""Least px between two times."""


class TimeLine(QWidget):
    """Painted. `show_span` says what it shows, `take` what there is; `at_ms` None: the present is shown."""

    asked = Signal(object)
    """int: somebody wants to see this instant (UTC ms)."""
    zoomed = Signal(float, object)
    """More (below 1) or less of time around an instant."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._start_ms, self._end_ms = 0, 1
        self._now_ms = 0
        self._at_ms: int | None = None
        self._zone = "UTC"
        self._map: TimeMap | None = None
        self._hover: float | None = None
        self.setObjectName("time-line")
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HIGH)

    def sizeHint(self) -> QSize:
        return QSize(600, _HIGH)

    @property
    def columns(self) -> int:
        """Return how many columns of alarms it has room for."""
        return max(1, self.width() // _COLUMN)

    def show_span(self, start_ms: int, end_ms: int, *, at_ms: int | None, now_ms: int, zone: str) -> None:
        """Show a span with the instant that is shown, if any, and now."""
        new = (start_ms, end_ms, at_ms, now_ms, zone)
        old = (self._start_ms, self._end_ms, self._at_ms, self._now_ms, self._zone)
        if self._pixels(new) != self._pixels(old) or zone != self._zone:
            self.update()
        self._start_ms, self._end_ms, self._at_ms, self._now_ms, self._zone = new

    def take(self, found: TimeMap | None) -> None:
        """Show what there is in a span; it may be the one before, until the next was read."""
        self._map = found
        self.update()

    def ms_at(self, x: float) -> int:
        """Return the instant at a place."""
        return self._start_ms + round((self._end_ms - self._start_ms) * x / max(1, self.width()))

    def x_of(self, ms: float) -> float:
        """Return the place of an instant."""
        return self.width() * (ms - self._start_ms) / max(1, self._end_ms - self._start_ms)

    def _pixels(self, state: tuple[int, int, int | None, int, str]) -> tuple[object, ...]:
        """Return what of a state can be told apart on screen."""
        start, end, at, now, _ = state
        scale = self.width() * 2 / max(1, end - start)
        places = (None if ms is None else round((ms - start) * scale) for ms in (at, now))
        return (end - start, round(start * scale), *places)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.asked.emit(self.ms_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = event.position().x()
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.asked.emit(self.ms_at(min(max(0.0, self._hover), float(self.width()))))
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._hover = None
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        if steps := event.angleDelta().y() / 120:
            self.zoomed.emit(0.7**steps, self.ms_at(event.position().x()))

    # ---- painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        field = QRectF(0, 0, self.width(), _BASE)
        painter.fillRect(field, theme.RAISED)
        self._paint_unknown(painter)
        if self._map is not None:
            self._paint_alarms(painter, self._map)
        painter.setPen(pen(theme.BORDER))
        painter.drawLine(QPointF(0, _BASE + 0.5), QPointF(self.width(), _BASE + 0.5))
        self._paint_times(painter)
        self._paint_now(painter)
        if self._hover is not None:
            self._paint_hover(painter, self._hover)
        if self._at_ms is not None:
            self._paint_cursor(painter, self.x_of(self._at_ms))
        painter.end()

    def _paint_unknown(self, painter: QPainter) -> None:
        """What is yet to come, what was before the first frame, and times without frames."""
        left = self.x_of(self._map.first_ms) if self._map is not None else 0.0
        painter.fillRect(QRectF(self.x_of(self._now_ms), 0, self.width(), _BASE), theme.GROUND)
        painter.fillRect(QRectF(0, 0, min(left, self.width()), _BASE), theme.GROUND)
        hatched = QBrush(theme.PIPE_IDLE, Qt.BrushStyle.BDiagPattern)
        for gap in self._map.gaps if self._map is not None else ():
            x = self.x_of(gap.start_ms)
            box = QRectF(x, 0, max(1.5, self.x_of(gap.end_ms) - x), _BASE)
            painter.fillRect(box, theme.GROUND)
            painter.fillRect(box, hatched)

    def _paint_alarms(self, painter: QPainter, found: TimeMap) -> None:
        most = max((sum(part) for part in found.density), default=0)
        if not most:
            return
        step = (found.end_ms - found.start_ms) / len(found.density)
        for i, part in enumerate(found.density):
            count = sum(part)
            x = self.x_of(found.start_ms + i * step)
            wide = self.x_of(found.start_ms + (i + 1) * step) - x
            if not count or x + wide < 0 or x > self.width():
                continue
            high, bottom = max(5.0, (_BASE - _TOP) * math.sqrt(count / most)), _BASE
            for priority, several in zip(PRIORITIES, part, strict=True):
                if several:
                    share = high * several / count
                    painter.fillRect(
                        QRectF(x, bottom - share, max(2.0, wide - 1), share), QColor(theme.PRIORITY[priority])
                    )
                    bottom -= share

    def _paint_times(self, painter: QPainter) -> None:
        most = max(1, self.width() // _TICK)
        for tick in time_ticks(self._start_ms, self._end_ms, self._zone, most=most):
            x = self.x_of(tick.at_ms)
            painter.setPen(pen(theme.BORDER))
            painter.drawLine(QPointF(x, _BASE), QPointF(x, _BASE + 5))
            text = f"{tick.date}  {tick.text}" if tick.date else tick.text
            wide = text_width(text, theme.CAPTION, tabular=True)
            left = min(max(2.0, x - wide / 2), self.width() - wide - 2)
            draw_text(painter, left, _HIGH - 4, text, size=theme.CAPTION, colour=theme.TEXT_DIM, tabular=True)

    def _paint_now(self, painter: QPainter) -> None:
        x = self.x_of(self._now_ms)
        if 0 <= x <= self.width():
            painter.setPen(pen(theme.TEXT, 1.5))
            painter.drawLine(QPointF(x, 0), QPointF(x, _BASE + 4))

    def _paint_cursor(self, painter: QPainter, x: float) -> None:
        painter.setPen(pen(theme.PAST, 2.5))
        painter.drawLine(QPointF(x, 0), QPointF(x, _BASE + 4))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.PAST)
        painter.drawPolygon(QPolygonF([QPointF(x - 7, 0), QPointF(x + 7, 0), QPointF(x, 10)]))

    def _paint_hover(self, painter: QPainter, x: float) -> None:
        painter.setPen(pen(theme.OUTLINE, 1.0, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, 0), QPointF(x, _BASE))
        text = instant_text(self.ms_at(x), self._zone)
        wide = text_width(text, theme.CAPTION, 600, tabular=True) + 12
        left = min(max(0.0, x + 8), self.width() - wide)
        painter.fillRect(QRectF(left, 11, wide, 20), theme.OUTLINE)
        draw_text(
            painter, left + 6, 25, text, size=theme.CAPTION, weight=600, colour=theme.PAST_INK, tabular=True
        )  # fmt: skip
