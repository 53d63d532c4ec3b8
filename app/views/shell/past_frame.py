"""The frame around a window's page while it shows the past."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.views import theme
from app.views.room import Room
from app.views.widgets.ink import draw_text, text_width

__all__ = ["FRAME", "PastFrame", "draw_past_badge"]

FRAME = 6
"""Its width in px."""
_LEAST = QSize(640, 240)
"""What a page has at least; what it needs beyond that is scrolled."""


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
        self._area = _Area(self)
        self.inside = self._area.inside
        self._margin = QVBoxLayout(self)
        self._margin.setSpacing(0)
        self._margin.addWidget(self._area)
        room.past_changed.connect(self._past_changed)
        self._margin.setContentsMargins(0, 0, 0, 0)
        self._past_changed()

    @property
    def margin(self) -> int:
        """Return how wide the frame is now."""
        return self._margin.contentsMargins().left()

    def to_top(self) -> None:
        """Show another page from its beginning."""
        for bar in (self._area.verticalScrollBar(), self._area.horizontalScrollBar()):
            bar.setValue(0)

    @Slot()
    def _past_changed(self) -> None:
        wide = FRAME if self._room.past is not None else 0
        if self.margin != wide:
            self._margin.setContentsMargins(wide, 0, wide, wide)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._room.past is None:
            return
        painter = QPainter(self)
        high, wide = self.height(), self.width()
        for x, y, w, h in ((0, 0, FRAME, high), (wide - FRAME, 0, FRAME, high), (0, high - FRAME, wide, FRAME)):
            painter.fillRect(x, y, w, h, theme.PAST)
        painter.end()


class _Pile(QVBoxLayout):
    """Asks for no more height than its page needs at least: a scroll area gives a layout with wrapped texts the height
    that it would like, and so scrolls a page that fits."""

    def hasHeightForWidth(self) -> bool:
        return False


class _Area(QScrollArea):
    """The page, which is scrolled where it has less room than it needs: no window is larger than its screen."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        page = QWidget()
        self.inside = _Pile(page)
        self.inside.setContentsMargins(0, 0, 0, 0)
        self.inside.setSpacing(0)
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def minimumSizeHint(self) -> QSize:
        return self.inside.totalMinimumSize().boundedTo(_LEAST)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
