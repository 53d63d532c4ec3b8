"""The header's button that opens the time bar, and leads back from the past."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from app.views import theme
from app.views.room import Room
from app.views.widgets.ink import pen
from app.views.widgets.key_focus import RoomButton
from app.views.widgets.row_ink import focus_frame

__all__ = ["TimeButton"]


class TimeButton(RoomButton):
    """A clock with an arrow that runs back; in the colour of the past while that is shown."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self.setObjectName("time-machine")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        room.past_changed.connect(self._past_changed)
        self._then = False

    def sizeHint(self) -> QSize:
        return QSize(38, 46)

    def retranslate(self) -> None:
        """Take the room's language."""
        text = self.tr("Return to now  (F4)") if self._then else self.tr("Look back in time  (F4)")
        self.setToolTip(text)
        self.setAccessibleName(text)

    @Slot()
    def _past_changed(self) -> None:
        then = self._room.past is not None
        if then != self._then:
            self._then = then
            self.retranslate()
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, ink = (theme.PAST, theme.PAST_INK) if self._then else (theme.PANEL, theme.TEXT_DIM)
        painter.setPen(pen(theme.PAST if self._then else theme.BORDER))
        painter.setBrush(theme.SCALE if self.isDown() else ground)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
        centre = box.center()
        painter.setPen(pen(ink, 1.8))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawArc(QRectF(centre.x() - 8, centre.y() - 8, 16, 16), 200 * 16, -320 * 16)
        painter.drawLine(centre, centre + QPointF(0, -5))
        painter.drawLine(centre, centre + QPointF(3.5, 2))
        left = centre + QPointF(-7.6, 2.6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawPolygon(QPolygonF([left + QPointF(-4, -1), left + QPointF(4.5, -1.5), left + QPointF(1, 4.5)]))
        focus_frame(self, painter)
        painter.end()
