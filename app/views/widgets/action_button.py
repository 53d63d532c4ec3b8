"""A flat button: plain, primary (dark) or a pressed-in toggle; grey when it may not be used."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.views import theme
from app.views.widgets.ink import draw_text, elided, pen, text_width
from app.views.widgets.key_focus import RoomButton
from app.views.widgets.row_ink import focus_frame

__all__ = ["ActionButton"]


class ActionButton(RoomButton):
    """One button. `primary` is for the one action that a panel leads to."""

    def __init__(self, parent: QWidget | None = None, *, primary: bool = False, height: int = 36) -> None:
        super().__init__(parent)
        self._primary = primary
        self._height = height
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        return QSize(int(text_width(self.text(), theme.BODY, 600)) + 24, self._height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground, frame, ink = self._colours()
        painter.setPen(pen(frame, 1.0))
        painter.setBrush(ground)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
        text = elided(self.text(), self.width() - 12, theme.BODY, 600)
        y = self.height() / 2 + 4.8
        draw_text(painter, self.width() / 2, y, text, size=theme.BODY, weight=600, colour=ink, align="middle")
        focus_frame(self, painter)
        painter.end()

    def _colours(self) -> tuple[QColor, QColor, QColor]:
        if not self.isEnabled():
            return theme.PANEL, theme.SCALE, QColor("#7A848C")
        dark = self._primary or self.isChecked()
        if self.isDown():
            return (theme.TEXT if dark else theme.SCALE), theme.OUTLINE, (theme.RUNNING if dark else theme.TEXT)
        if dark:
            return (theme.OUTLINE if self.underMouse() else theme.NAV), theme.NAV, theme.RUNNING
        return (theme.RUNNING if self.underMouse() else theme.RAISED), theme.PIPE_IDLE, theme.TEXT
