"""A week of shifts: a row per day, a column per shift, the running one framed with its remaining time. Painted."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views import theme
from app.views.state.duty_week import DutyCell, DutyWeek
from app.views.widgets.ink import draw_text, elided, pen
from app.views.widgets.key_focus import KeyFocus

__all__ = ["WeekGrid"]

_SIDE: Final = 86.0
_HEAD: Final = 34.0
_ROW: Final = 38.0
_STEPS: Final = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class WeekGrid(KeyFocus, QWidget):
    """Arrows choose a shift, Enter opens it; a click chooses, a double click opens."""

    chosen = Signal(str, str)
    """Day and shift."""
    opened = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._week = DutyWeek()
        self._words = ("", "")
        self._at = (-1, -1)
        self.setObjectName("shift-week")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(int(_HEAD + 7 * _ROW + 4))

    @property
    def week(self) -> DutyWeek:
        """Return what is shown."""
        return self._week

    @property
    def cell(self) -> DutyCell | None:
        """Return the chosen shift."""
        day, shift = self._at
        return self._week.cells[shift][day] if 0 <= shift < len(self._week.cells) and day >= 0 else None

    def set_week(self, week: DutyWeek) -> None:
        """Show a week; what is chosen stays in its place."""
        if week != self._week:
            self._week = week
            self.setAccessibleDescription(self._told())
            self.update()

    def set_words(self, left: str, nobody: str) -> None:
        """Take the room's language: "{} left", and what stands where nobody is on duty."""
        self._words = (left, nobody)
        self.update()

    def choose(self, day: str, shift: str) -> None:
        """Choose a shift, if it is in this week."""
        for i, row in enumerate(self._week.cells):
            for j, cell in enumerate(row):
                if (cell.day, cell.shift) == (day, shift):
                    self._go(j, i)

    def sizeHint(self) -> QSize:
        return QSize(400, int(_HEAD + 7 * _ROW + 4))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = _STEPS.get(Qt.Key(event.key()))
        if step is not None and self._week.cells:
            self.use_keys()
            day, shift = self._at if self.cell is not None else (max(0, self._week.today), 0)
            moved = (day + step[0], shift + step[1]) if self.cell is not None else (day, shift)
            self._go(min(6, max(0, moved[0])), min(len(self._week.cells) - 1, max(0, moved[1])))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space) and self.cell is not None:
            self.opened.emit(self.cell.day, self.cell.shift)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place(event.position().x(), event.position().y())
        if place is not None:
            self._go(*place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._place(event.position().x(), event.position().y()) is not None and self.cell is not None:
            self.opened.emit(self.cell.day, self.cell.shift)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for i, (name, hours) in enumerate(self._week.shifts):
            x = self._box(0, i).x() + 6
            draw_text(painter, x, 14, elided(name, self._wide() - 8, theme.BODY, 600), weight=600)
            draw_text(painter, x, 28, hours, size=theme.CAPTION, colour=theme.TEXT_DIM, tabular=True)
        for j, day in enumerate(self._week.days):
            weight = 700 if j == self._week.today else 400
            draw_text(painter, 12, self._box(j, 0).center().y() + 5, day, weight=weight, tabular=True)
        for i, row in enumerate(self._week.cells):
            for j, cell in enumerate(row):
                self._paint_cell(painter, self._box(j, i), cell, chosen=(j, i) == self._at)
        painter.end()

    def _paint_cell(self, painter: QPainter, box: QRectF, cell: DutyCell, *, chosen: bool) -> None:
        painter.setPen(pen(theme.OUTLINE, 2.0) if cell.left else pen(theme.BORDER))
        painter.setBrush(theme.BAND if chosen else theme.RUNNING if cell.left else theme.RAISED)
        painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
        wide = box.width() - 12
        names = ", ".join(cell.persons) or self._words[1]
        ink = theme.TEXT if cell.persons else theme.TEXT_DIM
        if cell.left:
            text = elided(names, wide, theme.CAPTION, 600)
            draw_text(painter, box.x() + 6, box.y() + 14, text, size=theme.CAPTION, weight=600, colour=ink)
            left = self._words[0].format(cell.left)
            draw_text(painter, box.x() + 6, box.y() + 29, left, size=theme.CAPTION, tabular=True)
        else:
            text = elided(names, wide, theme.CAPTION)
            draw_text(painter, box.x() + 6, box.center().y() + 4.5, text, size=theme.CAPTION, colour=ink)
        if chosen and self.ringed:
            painter.setPen(pen(theme.FOCUS, 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)

    def _go(self, day: int, shift: int) -> None:
        if (day, shift) != self._at:
            self._at = (day, shift)
            self.update()
        cell = self.cell
        if cell is not None:
            self.chosen.emit(cell.day, cell.shift)

    def _wide(self) -> float:
        return (self.width() - _SIDE - 10) / max(1, len(self._week.cells))

    def _box(self, day: int, shift: int) -> QRectF:
        wide = self._wide()
        return QRectF(_SIDE + shift * wide + 2, _HEAD + day * _ROW + 2, wide - 4, _ROW - 4)

    def _place(self, x: float, y: float) -> tuple[int, int] | None:
        day, shift = int((y - _HEAD) // _ROW), int((x - _SIDE) // self._wide())
        inside = x >= _SIDE and y >= _HEAD and day < 7 and 0 <= shift < len(self._week.cells)
        return (day, shift) if inside else None

    def _told(self) -> str:
        lines = []
        for (name, _), row in zip(self._week.shifts, self._week.cells, strict=True):
            for head, cell in zip(self._week.days, row, strict=True):
                lines.append(f"{head} {name}: {', '.join(cell.persons) or self._words[1]}")
        return "\n".join(lines)
