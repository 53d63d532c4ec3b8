"""Run-hours and starts of a station's pumps, as a small table painted at once."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views import theme
from app.views.state.values import Mark, Shown
from app.views.widgets.ink import draw_text, elided_name, text_width
from app.views.widgets.quality_ink import draw_value, value_width

__all__ = ["PumpRow", "PumpTable"]

_HEAD = 26.0
_ROW = 34.0
_TALLEST = 44.0
_SIDE = 12.0
_GAP = 12.0
_NAME, _LEAST_NAME = 130.0, 56.0
"""To so many px long names are cut before a column gives way, and at last."""


@dataclass(frozen=True, slots=True)
class PumpRow:
    """One pump: its name, word and figures (None where the site has no such tag)."""

    name: str
    word: str
    loud: bool
    figures: tuple[Shown | None, ...]
    """Run-hours, starts, starts this hour, wait until a start is allowed."""


class PumpTable(QWidget):
    """Rows of pumps. Repaints rows that changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heads: tuple[str, ...] = ()
        self._rows: tuple[PumpRow, ...] = ()
        self._places: list[float] = []
        """Of the columns, for the rows on screen and the present width."""
        self.setMinimumWidth(240)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def rows(self) -> tuple[PumpRow, ...]:
        """What is on screen now."""
        return self._rows

    def set_heads(self, heads: tuple[str, ...]) -> None:
        """Name the columns: pump, state, then one per figure."""
        if heads != self._heads:
            self._heads = heads
            self._places = self._columns()
            self.update()

    def set_rows(self, rows: tuple[PumpRow, ...]) -> None:
        """Show these rows."""
        if rows == self._rows:
            return
        old, self._rows = self._rows, rows
        before, self._places = self._places, self._columns()
        # NaN is a column without room: it is told from itself, so places are compared as they are written.
        if len(old) != len(rows) or str(before) != str(self._places):
            self.update()
            return
        height, figures = self._row_height(), int(self._figures_from())
        for k, (a, b) in enumerate(zip(old, rows, strict=True)):
            if a != b:
                left = figures if (a.name, a.word, a.loud) == (b.name, b.word, b.loud) else 0
                self.update(left, int(_HEAD + k * height), self.width() - left, int(height) + 1)

    def cell_at(self, x: float, y: float) -> tuple[int, int]:
        """Return row and figure at a point; the figure is −1 over name and word, the row −1 outside."""
        row = int((y - _HEAD) // self._row_height())
        if y < _HEAD or not 0 <= row < len(self._rows):
            return -1, -1
        ends = [(k - 2, end) for k, end in enumerate(self._places) if k >= 2 and not math.isnan(end)]
        figures = [k for k, end in ends if x <= end + _GAP / 2]
        return row, figures[0] if figures and x >= self._figures_from() else -1

    def sizeHint(self) -> QSize:
        return QSize(420, int(_HEAD + _ROW * max(2, len(self._rows))))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        columns, dirty = self._places, event.rect()
        if dirty.top() < _HEAD:
            self._paint_heads(painter, columns)
        height, named = self._row_height(), dirty.left() < int(self._figures_from())
        for k, row in enumerate(self._rows):
            y = _HEAD + k * height
            if columns and y <= dirty.bottom() + 1 and y + height >= dirty.top():
                self._paint_row(painter, row, y, height, columns, named=named)
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._places = self._columns()

    def _paint_heads(self, painter: QPainter, columns: list[float]) -> None:
        for k, head in enumerate(self._heads):
            if not math.isnan(columns[k]):
                align = "left" if k < 2 else "right"
                draw_text(painter, columns[k], 17, head, size=theme.CAPTION, colour=theme.TEXT_DIM, align=align)

    def _row_height(self) -> float:
        return min(_TALLEST, (self.height() - _HEAD) / max(1, len(self._rows)))

    def _figures_from(self) -> float:
        """Return where the figures begin: names and words, which seldom change, stand left of it."""
        return self._places[1] + self._width(1) + 2 if len(self._places) > 1 else 0.0

    def _columns(self) -> list[float]:
        """Left ends of the first two columns, right ends of the others; NaN for one that has no room.

        Columns are as wide as what stands in them; what is left over goes between them in equal parts. Where even
        that is too narrow long names give way, then the total of starts and the run-hours, then names again.
        """
        wide = [self._width(k) for k in range(len(self._heads))]
        left = 2 * _SIDE + _GAP * (len(wide) - 1)
        gone = [k for k in (3, 2) if k < len(wide)]
        shown = list(range(len(wide)))
        self._shorten(wide, shown, left, least=_NAME)
        while gone and sum(wide[k] for k in shown) + left > self.width():
            shown.remove(gone.pop(0))
            left -= _GAP
        self._shorten(wide, shown, left, least=_LEAST_NAME)
        spare = max(0.0, self.width() - 2 * _SIDE - sum(wide[k] for k in shown)) / max(1, len(shown) - 1)
        ends, x = [math.nan] * len(wide), _SIDE
        for k in shown:
            ends[k] = x if k < 2 else x + wide[k]
            x += wide[k] + spare
        return ends

    def _shorten(self, wide: list[float], shown: list[int], left: float, *, least: float) -> None:
        """Take from the names what is missing, as long as that leaves so many px of them."""
        if wide:
            missing = sum(wide[k] for k in shown) + left - self.width()
            wide[0] = max(min(wide[0], least), min(wide[0], wide[0] - missing))

    def _width(self, k: int) -> float:
        """Return the width of what stands in a column."""
        head = text_width(self._heads[k], theme.CAPTION)
        if k < 2:
            texts = [row.word if k else row.name for row in self._rows]
            return max([head, *(text_width(t, theme.BODY, 600) for t in texts)])
        found = [row.figures[k - 2] for row in self._rows if len(row.figures) > k - 2]
        values = [value_width(s, size=theme.BODY, weight=500, compact=True) for s in found if s is not None]
        return max([head, *values])

    def _paint_row(
        self, painter: QPainter, row: PumpRow, y: float, height: float, columns: list[float], *, named: bool
    ) -> None:
        painter.fillRect(QRectF(0, y, self.width(), 1), theme.SCALE)
        baseline = y + height / 2 + 5
        if named:
            self._paint_name(painter, row, baseline, columns)
        figures = [s for s in row.figures if s is not None]
        if figures and all(s.mark is Mark.COMM for s in figures):
            draw_value(painter, columns[-1], baseline, figures[0], size=theme.BODY, weight=500, align="right")
            return
        for shown, x in zip(row.figures, columns[2:], strict=False):
            if math.isnan(x):
                continue
            if shown is None:
                draw_text(painter, x, baseline, "—", size=theme.BODY, colour=theme.TEXT_DIM, align="right")
            else:
                draw_value(painter, x, baseline, shown, size=theme.BODY, weight=500, align="right", compact=True)

    def _paint_name(self, painter: QPainter, row: PumpRow, baseline: float, columns: list[float]) -> None:
        name = elided_name(row.name, columns[1] - columns[0] - 8, theme.BODY, 600)
        draw_text(painter, columns[0], baseline, name, size=theme.BODY, weight=600)
        colour = theme.TEXT if row.loud else theme.TEXT_DIM
        draw_text(
            painter, columns[1], baseline, row.word, size=theme.BODY, weight=600 if row.loud else 400, colour=colour
        )
