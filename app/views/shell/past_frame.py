"""The frame around a window's page while it shows the past."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.views import theme
from app.views.room import Room
from app.views.widgets.ink import draw_text, text_width

__all__ = ["FRAME", "PastFrame", "draw_past_badge"]

FRAME = 6
"""Its width in px."""


def draw_past_badge(painter: QPainter, right: float, top: float, text: str) -> None:
    """Draw the word for the past in its colour, ending at `right`."""
    wide, ink = text_width(text, theme.CAPTION, 700) + 14, theme.PAST_INK
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.PAST)
    painter.drawRoundedRect(QRectF(right - wide, top, wide, 20), theme.RADIUS, theme.RADIUS)
    draw_text(painter, right - wide / 2, top + 14.5, text, size=theme.CAPTION, weight=700, colour=ink, align="middle")


class PastFrame(QWidget):
    """Holds the page. In the present it is not to be seen and takes no room."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self.setObjectName("past-frame")
        self.inside = QVBoxLayout(self)
        self.inside.setSpacing(0)
        room.past_changed.connect(self._past_changed)
        self._past_changed()

    @Slot()
    def _past_changed(self) -> None:
        wide = FRAME if self._room.past is not None else 0
        if self.inside.contentsMargins().left() != wide or wide == 0:
            self.inside.setContentsMargins(wide, 0, wide, wide)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._room.past is None:
            return
        painter = QPainter(self)
        high, wide = self.height(), self.width()
        for x, y, w, h in ((0, 0, FRAME, high), (wide - FRAME, 0, FRAME, high), (0, high - FRAME, wide, FRAME)):
            painter.fillRect(x, y, w, h, theme.PAST)
        painter.end()
