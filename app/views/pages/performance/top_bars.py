"""The ten alarms that came most often, with their share. A click, or Enter, leads to the alarm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.views import theme
from app.views.widgets.ink import draw_text, elided, pen
from app.views.widgets.key_focus import KeyFocus

__all__ = ["TopBars", "TopRow"]

_ROW: Final = 38.0
_SIDE: Final = 14.0


@dataclass(frozen=True, slots=True)
class TopRow:
    """One alarm; `share` of all annunciations."""

    path: str
    place: str
    alarm: str
    count: int
    share: float


class TopBars(KeyFocus, QWidget):
    """Arrows choose, Enter goes."""

    asked = Signal(str)
    """The path of an alarm."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[TopRow, ...] = ()
        self.current = 0
        self._empty = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setMinimumHeight(200)

    def show_rows(self, rows: Sequence[TopRow], empty: str) -> None:
        """Show alarms, most frequent first; `empty` is said when there are none."""
        self.rows, self._empty = tuple(rows), empty
        self.current = max(0, min(self.current, len(rows) - 1))
        self.setAccessibleDescription("\n".join(f"{r.place} {r.alarm}: {r.count}" for r in rows))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, last = event.key(), len(self.rows) - 1
        moves = {
            Qt.Key.Key_Up: self.current - 1, Qt.Key.Key_Down: self.current + 1, Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }  # fmt: skip
        if key in moves and self.rows:
            self.use_keys()
            self.current = max(0, min(last, moves[Qt.Key(key)]))
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.rows:
            self.asked.emit(self.rows[self.current].path)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = int(event.position().y() // self._each())
        if event.button() is Qt.MouseButton.LeftButton and 0 <= at < len(self.rows):
            self.current = at
            self.update()
            self.asked.emit(self.rows[at].path)
        else:
            super().mousePressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.rows:
            draw_text(painter, _SIDE, 28, self._empty, size=theme.BODY, colour=theme.TEXT_DIM)
        for i, row in enumerate(self.rows):
            box = QRectF(0, i * self._each(), self.width(), self._each())
            self._paint(painter, box, row)
            if self.ringed and i == self.current:
                painter.setPen(pen(theme.FOCUS, 2.0))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(box.adjusted(2, 1, -2, -1))
        painter.end()

    def _each(self) -> float:
        return min(_ROW, self.height() / 10)

    def _paint(self, painter: QPainter, box: QRectF, row: TopRow) -> None:
        most = max(r.count for r in self.rows)
        wide, foot = box.width() - 2 * _SIDE, box.bottom() - 8
        painter.fillRect(QRectF(_SIDE, foot, wide, 4), theme.SCALE)
        painter.fillRect(QRectF(_SIDE, foot, wide * row.count / most, 4), theme.PIPE_IDLE)
        said = f"{row.count}  ·  {100 * row.share:.1f} %"
        right = draw_text(
            painter, box.right() - _SIDE, foot - 6, said, size=theme.BODY, weight=600, tabular=True, align="right"
        )
        room = wide - right - 16
        alarm = elided(row.alarm, room * 0.6, theme.BODY, 600)
        x = _SIDE + draw_text(painter, _SIDE, foot - 6, alarm, size=theme.BODY, weight=600) + 10
        place = elided(row.place, room - (x - _SIDE), theme.CAPTION)
        draw_text(painter, x, foot - 6, place, size=theme.CAPTION, colour=theme.TEXT_DIM)
