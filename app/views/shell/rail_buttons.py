"""The two kinds of buttons of the left rail: a page, and one station below it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views import theme
from app.views.shell.icons import draw_icon
from app.views.widgets.ink import draw_priority, draw_text, elided, pen, text_width
from app.views.widgets.key_focus import RoomButton

__all__ = ["PageButton", "StationButton"]


class _RailButton(RoomButton):
    """Ground, hover and keyboard focus of the rail."""

    def __init__(self, height: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._height = height
        self._hover = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(180, self._height)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hover = True
        self.update()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = False
        self.update()
        super().leaveEvent(event)

    def paint_ground(self, painter: QPainter) -> None:
        """Draw what tells chosen, hovered and focused apart."""
        if self.isChecked():
            painter.fillRect(self.rect(), theme.NAV_SELECTED)
            painter.fillRect(QRectF(0, 0, 4, self.height()), theme.NAV_TEXT)
        elif self._hover:
            painter.fillRect(self.rect(), theme.NAV_SELECTED.darker(115))
        if self.ringed:
            painter.setPen(pen(theme.NAV_TEXT, 1.0, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(6.5, 2.5, -2.5, -2.5))


class PageButton(_RailButton):
    """Leads to a page."""

    def __init__(self, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(44, parent)
        self._icon = icon

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.paint_ground(painter)
        colour = theme.NAV_TEXT if self.isChecked() else theme.NAV_DIM.lighter(112)
        draw_icon(painter, self._icon, 20, self.height() / 2 - 10, colour=colour)
        weight = 600 if self.isChecked() else 500
        draw_text(painter, 52, self.height() / 2 + 5, self.text(), size=theme.STRONG, weight=weight, colour=colour)
        painter.end()


class StationButton(_RailButton):
    """Leads to one station and shows how it is: nothing when normal, its worst priority, or a broken line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(34, parent)
        self._state = (0, False)

    def set_state(self, priority: int, *, dark: bool) -> None:
        """Show the worst priority (0: normal); `dark` means that nothing is known of it."""
        if (priority, dark) != self._state:
            self._state = (priority, dark)
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_ground(painter)
        priority, dark = self._state
        cy = self.height() / 2
        colour = theme.NAV_TEXT if self.isChecked() or priority or dark else theme.NAV_DIM
        room = self.width() - 44 - (36 if priority or dark else 12)
        size = theme.BODY if text_width(self.text(), theme.BODY, 500) <= room else theme.CAPTION
        name = elided(self.text(), room, size, 500)
        draw_text(painter, 44, cy + 4.5, name, size=size, weight=500 if priority or dark else 400, colour=colour)
        if dark:
            painter.setPen(pen(theme.NAV_TEXT, 1.6))
            for x in (-4.0, 4.0):
                painter.drawLine(QPointF(self.width() - 22 - x, cy - 4), QPointF(self.width() - 22 + x, cy + 4))
        elif priority:
            draw_priority(painter, self.width() - 22, cy, priority, size=16)
        painter.end()
