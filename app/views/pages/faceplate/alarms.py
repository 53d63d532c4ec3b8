"""The alarms of a place: of an equipment every one with its limit, of a station those that stand."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.model.alarms.status import AlarmState
from app.views import theme
from app.views.room import Room
from app.views.state.alarm_book import order_key
from app.views.state.alarm_words import STATES, AlarmNames, chips
from app.views.widgets.alarm_ink import draw_alarm, flashes
from app.views.widgets.ink import draw_text, elided
from app.views.widgets.panel import draw_ground
from app.views.widgets.row_ink import draw_unknown

__all__ = ["EquipmentAlarms"]

_ROW = 25
_HEAD = 24


class EquipmentAlarms(QWidget):
    """Those that stand come first and are marked. Takes no height where there are none. A click goes to the alarm's own
    pane."""

    chosen = Signal(str)

    def __init__(self, room: Room, place: str, parent: QWidget | None = None, *, standing: int = 0) -> None:
        """`place` is an equipment or a station; `standing`: list only those that stand, so many at most (0: all)."""
        super().__init__(parent)
        self._room = room
        self._place = place
        self._standing = standing
        self._more = 0
        self._mine: frozenset[str] = frozenset()
        self._stale = False
        self._names = AlarmNames(None)
        self._title = ""
        self._paths: tuple[str, ...] = ()
        self.setObjectName("equipment-alarms")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        room.alarms_changed.connect(self._changed)
        room.flash.changed.connect(self._flashed)
        self.retranslate()
        if not self._paths:
            self.hide()  # a line of nothing would still have its distance to what stands below

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the alarms in the order in which they are listed."""
        return self._paths

    def retranslate(self) -> None:
        """Take the room's language and site."""
        self._names = AlarmNames(self._room.applied.site if self._room.applied is not None else None)
        self._title = self.tr("Alarms here") if self._standing else self.tr("Alarms and limits")
        self._find()

    def _find(self) -> None:
        """Look for the alarms of the place: once for a site, not with each change of one of thousands."""
        found = (s.path for s in self._room.book.specs.values() if self._place in (s.equipment, s.facility))
        self._mine = frozenset(found if self._place else ())
        self._sort()

    def set_place(self, place: str) -> None:
        """Show another place, or the same one of another site."""
        self._place = place
        self._find()

    def tick(self) -> None:
        """List what stands now, if that changed."""
        if self._stale:
            self._sort()

    def sizeHint(self) -> QSize:
        frame = 6 if self._standing else 0
        return QSize(300, _HEAD + _ROW * len(self._paths) + frame if self._paths else 0)

    def _sort(self) -> None:
        book = self._room.book
        self._stale = False
        mine = [book.status(path) for path in self._mine]
        if self._standing:
            mine = [s for s in mine if s.listed]
            self._more = max(0, len(mine) - self._standing)
        standing = sorted((s for s in mine if s.state is not AlarmState.NORM), key=order_key)
        calm = sorted((s for s in mine if s.state is AlarmState.NORM), key=order_key)
        paths = tuple(s.path for s in (*standing, *calm))
        paths = paths[: self._standing] if self._standing else paths
        if len(paths) != len(self._paths):
            self.setVisible(bool(paths))
            self.updateGeometry()
        self._paths = paths
        self.update()

    @Slot(object)
    def _changed(self, paths: tuple[str, ...]) -> None:
        self._stale = self._stale or not self._mine.isdisjoint(paths)

    @Slot()
    def _flashed(self) -> None:
        if self.isVisible() and any(flashes(self._room.book.status(p).state) for p in self._paths):
            self.update(0, _HEAD, 28 + int(self._aside), self.height())

    @property
    def _aside(self) -> float:
        """Return how far from the edges it begins: on a page it has a frame of its own."""
        return 8.0 if self._standing else 0.0

    def _at(self, point: QPoint) -> str:
        row = (point.y() - _HEAD) // _ROW
        return self._paths[row] if 0 <= row < len(self._paths) else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and (path := self._at(event.position().toPoint())):
            self.chosen.emit(path)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._standing:
            draw_ground(painter, self.rect())
        title = f"{self._title}  + {self._more}" if self._more else self._title
        draw_text(painter, 2 + self._aside, 17, title, size=theme.CAPTION, weight=600, colour=theme.TEXT_DIM)
        for i, path in enumerate(self._paths):
            self._paint_row(painter, path, _HEAD + i * _ROW)
        painter.end()

    def _paint_row(self, painter: QPainter, path: str, y: float) -> None:
        book, language = self._room.book, self._room.language
        status, spec = book.status(path), book.specs.get(path)
        stands = status.state is not AlarmState.NORM
        left, right = self._aside, self.width() - self._aside - 2
        painter.fillRect(QRectF(left, y + _ROW - 1, right - left, 1), theme.SCALE)
        if stands or status.aside:
            draw_alarm(
                painter, left + 14, y + 12, status.priority, status.state, on=self._room.flash.on, aside=status.aside,
                size=13,
            )  # fmt: skip
        else:
            draw_text(
                painter,
                left + 14,
                y + 17,
                str(status.priority),
                size=theme.CAPTION,
                colour=theme.TEXT_DIM,
                align="middle",
            )
        if status.frozen or (stands and not book.known):
            draw_unknown(painter, left + 25, y + 17, size=10)
        marks = " ".join((STATES[status.state].get(language) if stands else "", *chips(status, language))).strip()
        said = f"{self._names.bound(status, spec)}   {marks}".strip()
        weight = 600 if stands and status.state.unacknowledged else 400
        right -= 10 + draw_text(
            painter, right, y + 17, elided(said, self.width() * 0.6, theme.CAPTION, weight), size=theme.CAPTION,
            weight=weight, colour=theme.TEXT if stands else theme.TEXT_DIM, align="right",
        )  # fmt: skip
        what = book.label(path).get(language)
        if self._standing:
            what = f"{self._names.place(spec, path, language).rpartition(' · ')[2]}  {what}"
        what = elided(what, max(40.0, right - left - 32), theme.BODY, weight)
        draw_text(painter, left + 32, y + 17, what, size=theme.BODY, weight=weight, colour=theme.TEXT)
