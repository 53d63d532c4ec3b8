"""Alarms per ten minutes over the period, with the line that no ten minutes should pass."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.views import theme
from app.views.state.performance_report import Report
from app.views.state.zone_time import date_text, time_text
from app.views.widgets.ink import draw_text, pen

__all__ = ["RateChart"]

_LEFT: Final = 46.0
_RIGHT: Final = 104.0
_TOP: Final = 14.0
_BOTTOM: Final = 26.0
_PERIOD_MS: Final = 600_000
_STEPS_MS: Final = tuple(h * 3_600_000 for h in (1, 2, 4, 6, 12, 24, 48, 96, 168, 336, 720))
_NARROWEST: Final = 4.0


class RateChart(QWidget):
    """Bars stand for one or more periods: where they would be thinner than 4 px, each shows the worst of several."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._report: Report | None = None
        self._zone = "UTC"
        self._limit = 10.0
        self._words = ("", "")
        self.setMinimumHeight(140)

    def show_report(self, report: Report, zone: str, limit: float, words: tuple[str, str]) -> None:
        """Show a report; `words` name the limit's line and the average's."""
        self._report, self._zone, self._limit, self._words = report, zone, limit, words
        self.update()

    def bars(self) -> tuple[int, ...]:
        """Return the height of each bar, in alarms per ten minutes."""
        if self._report is None or not self._report.bins:
            return ()
        bins, together = self._report.bins, self._together()
        return tuple(max(bins[i : i + together]) for i in range(0, len(bins), together))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._report is not None and self._report.bins:
            top = self._highest()
            self._grid(painter, top)
            self._paint_bars(painter, top)
            self._lines(painter, top)
        painter.end()

    def _plot(self) -> QRectF:
        return QRectF(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _BOTTOM)

    def _together(self) -> int:
        assert self._report is not None
        most = max(1.0, self._plot().width() / _NARROWEST)
        return max(1, -(-len(self._report.bins) // int(most)))

    def _highest(self) -> float:
        highest = max(max(self.bars()), self._limit * 1.2)
        step = 5 if highest <= 25 else 10 if highest <= 60 else 50
        return float(-(-highest // step) * step)

    def _grid(self, painter: QPainter, top: float) -> None:
        plot = self._plot()
        step = 5 if top <= 25 else 10 if top <= 60 else 50
        for value in range(0, int(top) + 1, step):
            y = plot.bottom() - plot.height() * value / top
            painter.setPen(pen(theme.SCALE if value else theme.PIPE_IDLE))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            draw_text(
                painter, plot.left() - 8, y + 4, str(value), size=theme.CAPTION, colour=theme.TEXT_DIM, tabular=True,
                align="right",
            )  # fmt: skip
        self._time_marks(painter, plot)

    def _time_marks(self, painter: QPainter, plot: QRectF) -> None:
        assert self._report is not None
        found = self._report.found
        span = found.end_ms - found.start_ms
        step = next((s for s in _STEPS_MS if span / s <= 10), _STEPS_MS[-1])
        # Marks stand at the zone's round hours; a zone changes its offset at most by whole hours.
        midnight = _midnight(found.start_ms, self._zone)
        at = midnight + -(-(found.start_ms - midnight) // step) * step
        while at < found.end_ms:
            x = self._x(at, plot)
            painter.setPen(pen(theme.PIPE_IDLE))
            painter.drawLine(QPointF(x, plot.bottom()), QPointF(x, plot.bottom() + 4))
            clock = time_text(at, self._zone, seconds=False)
            text = date_text(at, self._zone, "en")[5:10] if step >= _STEPS_MS[5] or clock == "00:00" else clock
            if plot.left() + 14 < x < plot.right() - 14:
                draw_text(
                    painter, x, plot.bottom() + 17, text, size=theme.CAPTION, colour=theme.TEXT_DIM, tabular=True,
                    align="middle",
                )  # fmt: skip
            at += step

    def _x(self, at_ms: int, plot: QRectF) -> float:
        assert self._report is not None
        whole = len(self._report.bins) * _PERIOD_MS
        return plot.left() + plot.width() * (at_ms - self._report.first_ms) / whole

    def _paint_bars(self, painter: QPainter, top: float) -> None:
        assert self._report is not None
        plot, together = self._plot(), self._together()
        each = plot.width() * together / len(self._report.bins)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for i, count in enumerate(self.bars()):
            if count:
                x, high = plot.left() + i * each, plot.height() * count / top
                wide = max(1.0, min(each, plot.right() - x) - (1 if each >= _NARROWEST else 0))
                colour = theme.OUTSIDE if count > self._limit else theme.STOPPED
                painter.fillRect(QRectF(x, plot.bottom() - high, wide, high), colour)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _lines(self, painter: QPainter, top: float) -> None:
        assert self._report is not None
        plot, average = self._plot(), self._report.found.average
        marked = ((self._limit, self._words[0], _DASHED), (average, self._words[1], _DOTTED))
        for value, word, style in marked:
            y = plot.bottom() - plot.height() * value / top
            painter.setPen(pen(theme.OUTLINE, 1.2, style))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            text = f"{word} {value:.2g}"
            draw_text(painter, plot.right() + 6, y + 4, text, size=theme.CAPTION, weight=600)


_DASHED: Final = Qt.PenStyle.DashLine
_DOTTED: Final = Qt.PenStyle.DotLine


def _midnight(at_ms: int, zone: str) -> int:
    """Return the last midnight of a zone before an instant, UTC ms."""
    hours, minutes, seconds = (int(part) for part in time_text(at_ms, zone).split(":"))
    return at_ms // 1000 * 1000 - (hours * 3600 + minutes * 60 + seconds) * 1000
