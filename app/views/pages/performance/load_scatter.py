"""Each day as a point: average against worst ten minutes, as EEMUA 191 draws it. The light field is the target's."""

from __future__ import annotations

import math
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from app.views import theme
from app.views.state.performance_report import DayLoad
from app.views.widgets.ink import draw_text, pen

__all__ = ["LoadScatter"]

_LEFT: Final = 50.0
_RIGHT: Final = 18.0
_TOP: Final = 14.0
_BOTTOM: Final = 40.0
_X: Final = (0.1, 100.0)
_Y: Final = (1.0, 1000.0)
AVERAGE: Final = 2.0
"""The highest average that can be managed, and below it the worst ten minutes that should not be passed."""
PEAK: Final = 10.0


class LoadScatter(QWidget):
    """Both axes are logarithmic; what lies below them stands at their ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.days: tuple[DayLoad, ...] = ()
        self._words = ("", "", "")
        self.setMinimumHeight(160)

    def show_days(self, days: tuple[DayLoad, ...], words: tuple[str, str, str]) -> None:
        """Show days; `words` name both axes and the field."""
        self.days, self._words = days, words
        self.setToolTip("\n".join(f"{d.day}: {d.average:.2f} / {d.peak}" for d in days[-31:]))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter)
        # The newest on top; outside is told by form and colour.
        for i, day in enumerate(self.days):
            self._point(painter, day, last=i == len(self.days) - 1)
        painter.end()

    def at(self, average: float, peak: float) -> QPointF:
        """Return where a day stands."""
        plot = self._plot()
        x = _along(average, *_X)
        y = _along(peak, *_Y)
        return QPointF(plot.left() + plot.width() * x, plot.bottom() - plot.height() * y)

    def _plot(self) -> QRectF:
        return QRectF(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _BOTTOM)

    def _ground(self, painter: QPainter) -> None:
        plot, corner = self._plot(), self.at(AVERAGE, PEAK)
        painter.fillRect(plot, theme.SCALE)
        painter.fillRect(QRectF(plot.left(), corner.y(), corner.x() - plot.left(), plot.bottom() - corner.y()), _FIELD)
        draw_text(painter, plot.left() + 8, corner.y() + 16, self._words[2], size=theme.CAPTION, colour=theme.TEXT_DIM)
        painter.setPen(pen(theme.PIPE_IDLE, 1.0, Qt.PenStyle.DotLine))
        for value in (1.0, AVERAGE, 10.0):
            x = self.at(value, 1).x()
            painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()))
        for value in (PEAK, 100.0):
            y = self.at(0.1, value).y()
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
        for value in (0.1, 1.0, AVERAGE, 10.0, 100.0):
            self._say(painter, self.at(value, 1).x(), plot.bottom() + 16, f"{value:g}", "middle")
        for value in (1.0, 10.0, 100.0, 1000.0):
            self._say(painter, plot.left() - 7, self.at(0.1, value).y() + 4, f"{value:g}", "right")
        self._say(painter, plot.right(), plot.bottom() + 33, f"{self._words[0]} →", "right")
        self._say(painter, plot.left(), plot.bottom() + 33, f"↑ {self._words[1]}", "left")

    @staticmethod
    def _say(painter: QPainter, x: float, y: float, text: str, align: str) -> None:
        draw_text(painter, x, y, text, size=theme.CAPTION, colour=theme.TEXT_DIM, tabular=True, align=align)

    def _point(self, painter: QPainter, day: DayLoad, *, last: bool) -> None:
        at = self.at(day.average, day.peak)
        outside = day.average > AVERAGE or day.peak > PEAK
        painter.setPen(pen(theme.RUNNING, 1.0))
        painter.setBrush(theme.OUTSIDE if outside else theme.PIPE)
        if outside:
            up = [QPointF(0, -6), QPointF(6, 5), QPointF(-6, 5)]
            painter.drawPolygon(QPolygonF([at + p for p in up]))
        else:
            painter.drawEllipse(at, 4.5, 4.5)
        if last:
            painter.setPen(pen(theme.TEXT, 1.4))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, 9, 9)


_FIELD: Final = theme.RAISED


def _along(value: float, low: float, high: float) -> float:
    """Return how far along a logarithmic axis a value stands, 0 to 1."""
    if value <= low:
        return 0.0
    return min(1.0, math.log10(value / low) / math.log10(high / low))
