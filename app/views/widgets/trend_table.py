"""The legend of a trend as a table: every pen with its line, what it says under the cursor, figures of what is seen.

Painted by itself: thirty-two rows four times a second.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from app.views import theme
from app.views.widgets.key_focus import KeyFocus
from app.views.widgets.trend_table_ink import (
    HEAD,
    LEGEND_ROW,
    PEN_WIDTH,
    LegendRow,
    columns_for,
    paint_head,
    paint_row,
)

__all__ = ["TrendTable"]


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

    @property
    def heads(self) -> dict[str, str]:
        """Return the columns' names."""
        return self._heads

    def set_heads(self, heads: dict[str, str]) -> None:
        """Name the columns; "name" is the pens' own."""
        self._heads = heads
        self.viewport().update()

    def set_rows(self, rows: tuple[LegendRow, ...], current: int, *, differences: bool) -> None:
        """Show these; repaints rows that differ."""
        old, self.rows = self.rows, rows
        moved = current != self.current or differences != self._differences or len(old) != len(rows)
        self.current, self._differences = current, differences
        self._describe()
        if moved:
            self._range()
            self.viewport().update()
            return
        for i, (before, now) in enumerate(zip(old, rows, strict=True)):
            if before != now:
                self.viewport().update(self._box(i))

    def _describe(self) -> None:
        """Say for screen readers what the chosen pen says."""
        row = self.rows[self.current] if 0 <= self.current < len(self.rows) else None
        parts = () if row is None else (row.name, row.where, row.value.whole, row.texts.get("quality", ""))
        text = ", ".join(p for p in parts if p)
        if text != self.accessibleName():
            self.setAccessibleName(text)

    def columns(self) -> tuple[tuple[str, float, float], ...]:
        """Return name, left end and width of the columns on screen."""
        return columns_for(self.viewport().width(), differences=self._differences)

    # Painting.

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.RAISED)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        columns = self.columns()
        for i, row in enumerate(self.rows):
            box = QRectF(self._box(i))
            if box.intersects(QRectF(event.rect())) and box.bottom() > HEAD:
                current = row.place == self.current
                paint_row(painter, box, row, columns, current=current, ringed=current and self.ringed)
        paint_head(painter, self.viewport().width(), self._heads, columns)
        painter.end()

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
        if at.x() < PEN_WIDTH:
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
