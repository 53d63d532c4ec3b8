"""The legend of a trend as a table: every pen with its line, what it says under the cursor, figures of what is seen.

Painted by itself: thirty-two rows four times a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from app.views import theme
from app.views.state.values import Shown
from app.views.widgets.ink import draw_text, elided, pen, text_width
from app.views.widgets.key_focus import KeyFocus
from app.views.widgets.quality_ink import draw_value, value_width
from app.views.widgets.trend_frame import draw_chip, draw_sample

__all__ = ["HEAD", "LEGEND_ROW", "LegendRow", "TrendTable"]

HEAD: Final = 30
LEGEND_ROW: Final = 28
_PEN: Final = 74
_PAD: Final = 10.0
_SHORTEST_NAME: Final = 180
_COLUMNS: Final = (
    ("value", 176), ("quality", 104), ("source", 168), ("second", 108), ("delta", 96), ("least", 84), ("greatest", 84),
    ("mean", 92), ("integral", 128), ("beyond", 128),
)  # fmt: skip
_LEFT: Final = ("quality", "source")
_GIVEN_UP: Final = ("integral", "beyond", "quality", "mean")
"""Columns that are left out, in this order, where the width does not do."""


@dataclass(frozen=True, slots=True)
class LegendRow:
    """One pen. `texts` by column: quality, source, delta, least, greatest, mean, integral, beyond. `range_` is what a
    bucket's value did, "" for a sample."""

    place: int
    hue: int
    name: str
    where: str
    value: Shown
    texts: dict[str, str]
    second: Shown | None = None
    range_: str = ""
    shifted: bool = False
    hidden: bool = False
    grave: bool = False
    """Its quality is bad: the word is in the colour of bad instruments."""


class TrendTable(KeyFocus, QAbstractScrollArea):
    """Arrows choose a pen, H hides it, Delete takes it away, Enter goes to its place."""

    chosen = Signal(int)
    toggled = Signal(int)
    removed = Signal(int)
    go_asked = Signal(int)
    menu_asked = Signal(int, QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trend-table")
        self.rows: tuple[LegendRow, ...] = ()
        self.current = -1
        self._heads: dict[str, str] = {}
        self._differences = False
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().setSingleStep(LEGEND_ROW)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumHeight(HEAD + 3 * LEGEND_ROW)

    def set_heads(self, heads: dict[str, str]) -> None:
        """Name the columns; "name" is the pens' own."""
        self._heads = heads
        self.viewport().update()

    def set_rows(self, rows: tuple[LegendRow, ...], current: int, *, differences: bool) -> None:
        """Show these; repaints rows that differ."""
        old, self.rows = self.rows, rows
        moved = current != self.current or differences != self._differences or len(old) != len(rows)
        self.current, self._differences = current, differences
        if moved:
            self._range()
            self.viewport().update()
            return
        for i, (before, now) in enumerate(zip(old, rows, strict=True)):
            if before != now:
                self.viewport().update(self._box(i))

    def columns(self) -> tuple[tuple[str, float, float], ...]:
        """Return name, left end and width of the columns on screen; the name's takes what is left."""
        names = [(n, w) for n, w in _COLUMNS if self._differences or n not in ("second", "delta")]
        for gone in _GIVEN_UP:
            if self.viewport().width() - _PEN - sum(w for _, w in names) >= _SHORTEST_NAME:
                break
            names = [(n, w) for n, w in names if n != gone]
        left = float(self.viewport().width() - sum(w for _, w in names))
        found = [("name", float(_PEN), left - _PEN)]
        for name, width in names:
            found.append((name, left, float(width)))
            left += width
        return tuple(found)

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.RAISED)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        columns = self.columns()
        for i, row in enumerate(self.rows):
            box = QRectF(self._box(i))
            if box.intersects(QRectF(event.rect())) and box.bottom() > HEAD:
                self._paint_row(painter, box, row, columns)
        self._paint_head(painter, columns)
        painter.end()

    def _paint_head(self, painter: QPainter, columns: Sequence[tuple[str, float, float]]) -> None:
        painter.fillRect(QRectF(0, 0, self.viewport().width(), HEAD), theme.PANEL)
        painter.fillRect(QRectF(0, HEAD - 1, self.viewport().width(), 1), theme.BORDER)
        for name, left, width in columns:
            text = elided(self._heads.get(name, ""), width - 12, theme.CAPTION, 600)
            if name in (*_LEFT, "name"):
                draw_text(painter, left + _PAD, 19.5, text, size=theme.CAPTION, weight=600, colour=theme.TEXT_DIM)
            else:
                right = left + width - _PAD
                draw_text(
                    painter, right, 19.5, text, size=theme.CAPTION, weight=600, colour=theme.TEXT_DIM, align="right"
                )

    def _paint_row(
        self, painter: QPainter, box: QRectF, row: LegendRow, columns: Sequence[tuple[str, float, float]]
    ) -> None:
        current = row.place == self.current
        painter.fillRect(box, theme.BAND if current else theme.RAISED)
        painter.fillRect(QRectF(box.left(), box.bottom() - 1, box.width(), 1), theme.SCALE)
        if row.hidden:
            painter.setOpacity(0.45)
        y = box.center().y()
        draw_chip(painter, box.left() + 10, y - 8, row.place, row.hue, shifted=row.shifted)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        draw_sample(painter, box.left() + 37, round(y), 30, row.hue, shifted=row.shifted)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for name, left, width in columns:
            self._paint_cell(painter, row, name, left, width, y + 4.6)
        painter.setOpacity(1.0)
        if current and self.ringed:
            painter.setPen(pen(theme.FOCUS, 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(1, 1, -1, -2))

    def _paint_cell(
        self, painter: QPainter, row: LegendRow, name: str, left: float, width: float, baseline: float
    ) -> None:
        right = left + width - _PAD
        if name == "name":
            self._paint_name(painter, row, left, width, baseline)
        elif name == "value":
            draw_value(painter, right, baseline, row.value, size=theme.BODY, align="right", compact=True)
            room = width - 2 * _PAD - value_width(row.value, size=theme.BODY, compact=True) - 10
            if row.range_ and text_width(row.range_, theme.CAPTION, tabular=True) <= room:
                at = right - value_width(row.value, size=theme.BODY, compact=True) - 10
                draw_text(
                    painter, at, baseline, row.range_, size=theme.CAPTION, colour=theme.TEXT_DIM, align="right",
                    tabular=True,
                )  # fmt: skip
        elif name == "second" and row.second is not None:
            draw_value(painter, right, baseline, row.second, size=theme.BODY, align="right", compact=True)
        else:
            self._paint_text(painter, row, name, left, width, baseline)

    def _paint_text(
        self, painter: QPainter, row: LegendRow, name: str, left: float, width: float, baseline: float
    ) -> None:
        text = elided(row.texts.get(name, ""), width - 12, theme.BODY)
        if name in _LEFT:
            ink = theme.TEXT_BAD if row.grave and name == "quality" else theme.TEXT_DIM
            size = theme.CAPTION if name == "source" else theme.BODY
            draw_text(painter, left + _PAD, baseline, text, size=size, colour=ink, tabular=True)
        else:
            draw_text(painter, left + width - _PAD, baseline, text, size=theme.BODY, align="right", tabular=True)

    def _paint_name(self, painter: QPainter, row: LegendRow, left: float, width: float, baseline: float) -> None:
        name = elided(row.name, width - 16, theme.BODY, 600)
        wide = draw_text(painter, left + _PAD, baseline, name, size=theme.BODY, weight=600)
        where = elided(row.where, max(0.0, width - 26 - wide), theme.CAPTION)
        draw_text(painter, left + _PAD + wide + 8, baseline, where, size=theme.CAPTION, colour=theme.TEXT_DIM)

    # Geometry.

    def _box(self, i: int) -> QRect:
        top = HEAD + i * LEGEND_ROW - self.verticalScrollBar().value()
        return QRect(0, top, self.viewport().width(), LEGEND_ROW)

    def _range(self) -> None:
        room = max(1, self.viewport().height() - HEAD)
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, len(self.rows) * LEGEND_ROW - room))
        bar.setPageStep(room)
        if 0 <= self.current < len(self.rows):
            top = self.current * LEGEND_ROW
            if top < bar.value():
                bar.setValue(top)
            elif top + LEGEND_ROW > bar.value() + room:
                bar.setValue(top + LEGEND_ROW - room)

    @Slot()
    def _scrolled(self) -> None:
        self.viewport().update()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Rows are painted anew: `_scrolled`."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._range()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    # Hands.

    def row_at(self, at: QPoint) -> int:
        """Return the pen at a point, −1 for none."""
        i = (at.y() - HEAD + self.verticalScrollBar().value()) // LEGEND_ROW
        return i if at.y() >= HEAD and 0 <= i < len(self.rows) else -1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        place = self.row_at(at)
        if place < 0 or event.button() != Qt.MouseButton.LeftButton:
            return
        if at.x() < _PEN:
            self.toggled.emit(place)
        else:
            self.chosen.emit(-1 if place == self.current else place)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        keyed = event.reason() == QContextMenuEvent.Reason.Keyboard
        place = self.current if keyed else self.row_at(event.pos())
        if place >= 0:
            at = self.viewport().mapToGlobal(self._box(place).bottomLeft()) if keyed else event.globalPos()
            self.menu_asked.emit(place, at)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, keys, last = event.key(), Qt.Key, len(self.rows) - 1
        steps = {keys.Key_Up: self.current - 1, keys.Key_Down: self.current + 1, keys.Key_Home: 0, keys.Key_End: last}
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or last < 0:
            super().keyPressEvent(event)
        elif key in steps:
            self.use_keys()
            self.chosen.emit(min(last, max(0, steps[keys(key)])))
        elif self.current >= 0 and key in (keys.Key_Delete, keys.Key_Backspace):
            self.removed.emit(self.current)
        elif self.current >= 0 and key == keys.Key_H:
            self.toggled.emit(self.current)
        elif self.current >= 0 and key in (keys.Key_Return, keys.Key_Enter):
            self.go_asked.emit(self.current)
        else:
            super().keyPressEvent(event)
