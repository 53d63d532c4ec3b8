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
_LEAST = 240


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

    @Slot(bool)
    def give_way(self, bar: bool) -> None:
        """Let the time bar have its room from the page: on a small screen the page is scrolled, and no window grows."""
        self._area.give_way(bar)
        self.setMinimumHeight(_LEAST if bar else 0)  # at once: the bar comes before layouts are asked again

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
    """The page, which is scrolled while it gives way and has less room than it needs. Else it has what it needs."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._giving = False
        page = QWidget()
        self.inside = _Pile(page)
        self.inside.setContentsMargins(0, 0, 0, 0)
        self.inside.setSpacing(0)
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def give_way(self, giving: bool) -> None:
        self._giving = giving
        needed, off = Qt.ScrollBarPolicy.ScrollBarAsNeeded, Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(needed if giving else off)
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        least = self.inside.totalMinimumSize()
        return QSize(least.width(), min(_LEAST, least.height())) if self._giving else least

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
