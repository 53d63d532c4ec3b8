"""A short list of things that happened: time, what, and more about it. Painted at once."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views import theme
from app.views.widgets.ink import draw_priority, draw_text, elided

__all__ = ["LogLine", "LogList"]

_ROW = 30.0
_SIDE = 12.0


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line. `priority` 0 for what is in order."""

    time: str
    what: str
    text: str
    who: str = ""
    priority: int = 0
    grave: bool = False
    """Something went wrong: written strong."""


class LogList(QWidget):
    """The newest lines first, as many as fit."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[LogLine, ...] = ()
        self._empty = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumWidth(300)

    @property
    def lines(self) -> tuple[LogLine, ...]:
        """What is listed now."""
        return self._lines

    def set_lines(self, lines: tuple[LogLine, ...], *, empty: str) -> None:
        """List these; `empty` is said when there are none."""
        if (lines, empty) != (self._lines, self._empty):
            self._lines, self._empty = lines, empty
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, int(_ROW * 6))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._lines:
            draw_text(painter, _SIDE, 20, self._empty, size=theme.BODY, colour=theme.TEXT_DIM)
        fits = int(self.height() // _ROW)
        for k, line in enumerate(self._lines[:fits]):
            self._paint_line(painter, line, k * _ROW)
        painter.end()

    def _paint_line(self, painter: QPainter, line: LogLine, y: float) -> None:
        if y:
            painter.fillRect(QRectF(0, y, self.width(), 1), theme.SCALE)
        baseline, width = y + 20, float(self.width())
        draw_text(painter, _SIDE, baseline, line.time, size=theme.BODY, colour=theme.TEXT_DIM, tabular=True)
        x = _SIDE + 70.0
        if line.priority:
            draw_priority(painter, x + 8, y + 15, line.priority, size=16)
            x += 24
        who = elided(line.who, width * 0.22, theme.BODY)
        right = width - _SIDE - draw_text(
            painter, width - _SIDE, baseline, who, size=theme.BODY, colour=theme.TEXT_DIM, align="right"
        )  # fmt: skip
        what = elided(line.what, width * 0.3, theme.BODY)
        x += draw_text(painter, x, baseline, what, size=theme.BODY, colour=theme.TEXT_DIM) + 10
        weight = 600 if line.grave else 400
        text = elided(line.text, right - x - 10, theme.BODY, weight)
        draw_text(painter, x, baseline, text, size=theme.BODY, weight=weight)
