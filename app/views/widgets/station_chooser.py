"""The list of stations with the state of each: one strip, walked with the arrow keys."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views import theme
from app.views.state.station import Health
from app.views.widgets.ink import draw_priority, draw_text, elided, elided_name, pen
from app.views.widgets.key_focus import KeyFocus
from app.views.widgets.marks import draw_hold
from app.views.widgets.row_ink import draw_unknown

__all__ = ["StationChooser", "StationItem"]

_WIDTH = 212.0
_WIDEST = 420.0


@dataclass(frozen=True, slots=True)
class StationItem:
    """One station in the list. `line` says its state in words."""

    id: str
    name: str
    line: str
    health: Health = Health.NORMAL
    priority: int = 0
    held: int = 0


class StationChooser(KeyFocus, QWidget):
    """A strip of stations. Left, Right, Home and End walk; what has the mark is chosen at once."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stations")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(52)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._items: tuple[StationItem, ...] = ()
        self._current = ""
        self._hover = -1
        self._offset = 0.0
        self.hold_letter = "T"

    @property
    def items(self) -> tuple[StationItem, ...]:
        """What is listed now."""
        return self._items

    @property
    def current(self) -> str:
        """Id of the chosen station."""
        return self._current

    def set_items(self, items: tuple[StationItem, ...]) -> None:
        """Show these stations; repaints those that changed."""
        if items == self._items:
            return
        old, self._items = self._items, items
        if len(old) != len(items):
            self.update()
        else:
            for k, (a, b) in enumerate(zip(old, items, strict=True)):
                if a != b:
                    self.update(self._box(k).toAlignedRect())
        self._describe()

    def choose(self, station: str) -> None:
        """Mark a station and tell."""
        if station != self._current and any(i.id == station for i in self._items):
            self.mark(station)
            self.chosen.emit(station)

    def mark(self, station: str) -> None:
        """Mark a station without telling."""
        self._current = station
        self._scroll()
        self._describe()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(int(_WIDTH * 5), 52)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for k, item in enumerate(self._items):
            box = self._box(k)
            if event.rect().intersects(box.toAlignedRect()):
                self._paint(painter, box, item, hovered=k == self._hover)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        k = self._at(event.position().x())
        if k >= 0:
            self.choose(self._items[k].id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        k = self._at(event.position().x())
        if k != self._hover:
            self._hover = k
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        at = next((k for k, i in enumerate(self._items) if i.id == self._current), 0)
        last = len(self._items) - 1
        to = {
            Qt.Key.Key_Left: at - 1, Qt.Key.Key_Right: at + 1, Qt.Key.Key_Home: 0, Qt.Key.Key_End: last,
        }.get(Qt.Key(event.key()))  # fmt: skip
        if to is None or not self._items:
            super().keyPressEvent(event)
        else:
            self.use_keys()
            self.choose(self._items[min(last, max(0, to))].id)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._offset += -event.angleDelta().y() * 0.6
        self._clamp()
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._scroll()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _each(self) -> float:
        n = max(1, len(self._items))
        return min(_WIDEST, max(_WIDTH, (self.width() + theme.GAP) / n))

    def _box(self, k: int) -> QRectF:
        each = self._each()
        return QRectF(k * each - self._offset, 0, each - theme.GAP, self.height())

    def _at(self, x: float) -> int:
        return next((k for k in range(len(self._items)) if self._box(k).contains(x, 10)), -1)

    def _scroll(self) -> None:
        """Bring the marked station into view."""
        at = next((k for k, i in enumerate(self._items) if i.id == self._current), 0)
        each = self._each()
        self._offset = min(self._offset, at * each)
        self._offset = max(self._offset, (at + 1) * each - theme.GAP - self.width())
        self._clamp()

    def _clamp(self) -> None:
        most = len(self._items) * self._each() - theme.GAP - self.width()
        self._offset = max(0.0, min(self._offset, most))

    def _paint(self, painter: QPainter, box: QRectF, item: StationItem, *, hovered: bool) -> None:
        current = item.id == self._current
        frame = box.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(pen(theme.OUTLINE if current else theme.BORDER, 1.0))
        painter.setBrush(theme.RAISED if current or hovered else theme.PANEL)
        painter.drawRoundedRect(frame, theme.RADIUS, theme.RADIUS)
        if current:
            painter.fillRect(QRectF(box.x(), box.bottom() - 4, box.width(), 4), theme.OUTLINE)
        mark = item.health is not Health.NORMAL
        room = box.width() - 24 - (26 if mark else 0) - (24 if item.held else 0)
        name = elided_name(item.name, room, theme.STRONG, 600)
        draw_text(painter, box.x() + 12, box.y() + 21, name, size=theme.STRONG, weight=600)
        line = elided(item.line, room, theme.CAPTION, tabular=True)
        colour = theme.TEXT if mark else theme.TEXT_DIM
        draw_text(painter, box.x() + 12, box.y() + 39, line, size=theme.CAPTION, colour=colour, tabular=True)
        self._marks(painter, box, item, mark=mark)
        if current and self.ringed:
            painter.setPen(pen(theme.FOCUS, 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(2, 2, -2, -2), theme.RADIUS, theme.RADIUS)

    def _marks(self, painter: QPainter, box: QRectF, item: StationItem, *, mark: bool) -> None:
        x, y = box.right() - 22, box.center().y() - 1
        if item.health > Health.DOUBTFUL or (item.health is Health.DOUBTFUL and not item.priority):
            draw_unknown(painter, x, y, size=18)
        elif item.priority:
            draw_priority(painter, x, y, item.priority, size=19)
        if item.held:
            draw_hold(painter, x - (28 if mark else 0), y, self.hold_letter)

    def _describe(self) -> None:
        item = next((i for i in self._items if i.id == self._current), None)
        self.setAccessibleName("" if item is None else f"{item.name}, {item.line}")
