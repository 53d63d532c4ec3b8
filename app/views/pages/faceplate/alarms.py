"""The alarms of an equipment in its faceplate: every one with its limit, those that stand first and marked."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.model.alarms.status import AlarmState
from app.views import theme
from app.views.room import Room
from app.views.state.alarm_book import order_key
from app.views.state.alarm_words import STATES, AlarmNames, chips
from app.views.widgets.alarm_ink import draw_alarm, flashes
from app.views.widgets.ink import draw_text, elided
from app.views.widgets.row_ink import draw_unknown

__all__ = ["EquipmentAlarms"]

_ROW = 25
_HEAD = 24


class EquipmentAlarms(QWidget):
    """Takes no height where there are no alarms. A click goes to the alarm's own pane."""

    chosen = Signal(str)

    def __init__(self, room: Room, equipment: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._equipment = equipment
        self._names = AlarmNames(None)
        self._title = ""
        self._paths: tuple[str, ...] = ()
        self.setObjectName("equipment-alarms")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        room.alarms_changed.connect(self._changed)
        room.flash.changed.connect(self._flashed)
        self.retranslate()

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the alarms in the order in which they are listed."""
        return self._paths

    def retranslate(self) -> None:
        """Take the room's language and site."""
        self._names = AlarmNames(self._room.applied.site if self._room.applied is not None else None)
        self._title = self.tr("Alarms and limits")
        self._sort()

    def sizeHint(self) -> QSize:
        return QSize(300, _HEAD + _ROW * len(self._paths) if self._paths else 0)

    def _sort(self) -> None:
        book = self._room.book
        mine = [book.status(s.path) for s in book.specs.values() if s.equipment == self._equipment]
        standing = sorted((s for s in mine if s.state is not AlarmState.NORM), key=order_key)
        calm = sorted((s for s in mine if s.state is AlarmState.NORM), key=order_key)
        paths = tuple(s.path for s in (*standing, *calm))
        if len(paths) != len(self._paths):
            self.setVisible(bool(paths))
            self.updateGeometry()
        self._paths = paths
        self.update()

    @Slot(object)
    def _changed(self, paths: tuple[str, ...]) -> None:
        if not self._paths or any(p in self._paths for p in paths):
            self._sort()

    @Slot()
    def _flashed(self) -> None:
        if self.isVisible() and any(flashes(self._room.book.status(p).state) for p in self._paths):
            self.update(0, _HEAD, 28, self.height())

    def _at(self, point: QPoint) -> str:
        row = (point.y() - _HEAD) // _ROW
        return self._paths[row] if 0 <= row < len(self._paths) else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and (path := self._at(event.position().toPoint())):
            self.chosen.emit(path)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if path := self._at(event.pos()):
            self.chosen.emit(path)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_text(painter, 2, 16, self._title, size=theme.CAPTION, weight=600, colour=theme.TEXT_DIM)
        for i, path in enumerate(self._paths):
            self._paint_row(painter, path, _HEAD + i * _ROW)
        painter.end()

    def _paint_row(self, painter: QPainter, path: str, y: float) -> None:
        book, language = self._room.book, self._room.language
        status, spec = book.status(path), book.specs.get(path)
        stands = status.state is not AlarmState.NORM
        painter.fillRect(QRectF(0, y + _ROW - 1, self.width(), 1), theme.SCALE)
        if stands or status.aside:
            draw_alarm(
                painter, 14, y + 12, status.priority, status.state, on=self._room.flash.on, aside=status.aside, size=13,
            )  # fmt: skip
        else:
            draw_text(
                painter, 14, y + 17, str(status.priority), size=theme.CAPTION, colour=theme.TEXT_DIM, align="middle"
            )
        if status.frozen or (stands and not book.known):
            draw_unknown(painter, 25, y + 17, size=10)
        marks = " ".join((STATES[status.state].get(language) if stands else "", *chips(status, language))).strip()
        right = self.width() - 2.0
        said = f"{self._names.bound(status, spec)}   {marks}".strip()
        weight = 600 if stands and status.state.unacknowledged else 400
        right -= 10 + draw_text(
            painter, right, y + 17, elided(said, self.width() * 0.6, theme.CAPTION, weight), size=theme.CAPTION,
            weight=weight, colour=theme.TEXT if stands else theme.TEXT_DIM, align="right",
        )  # fmt: skip
        what = elided(book.label(path).get(language), max(40.0, right - 32), theme.BODY, weight)
        draw_text(painter, 32, y + 17, what, size=theme.BODY, weight=weight, colour=theme.TEXT)
