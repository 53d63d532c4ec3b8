"""A titled frame around one widget."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.views import theme
from app.views.widgets.ink import draw_text, pen, text_width

__all__ = ["Panel", "draw_ground"]

_HEAD = 36
_LEFT = 14.0


def draw_ground(painter: QPainter, rect: QRect) -> None:
    """Fill and frame the ground of a panel."""
    painter.setPen(pen(theme.BORDER))
    painter.setBrush(theme.PANEL)
    painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)


class Panel(QWidget):
    """Title at the left of the head with a dim note behind it, a count at its right. Contents go into `body`."""

    def __init__(self, parent: QWidget | None = None, *, headed: bool = True) -> None:
        super().__init__(parent)
        self._title = ""
        self._note = ""
        self._count = ""
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(1, _HEAD if headed else 1, 1, 1)
        self.body.setSpacing(0)

    def set_title(self, title: str, note: str = "") -> None:
        """Name the panel; `note` says what is shown of it, such as a span of time."""
        if (title, note) != (self._title, self._note):
            self._title, self._note = title, note
            self.update()

    def set_count(self, count: str) -> None:
        """Show a short figure at the right end."""
        if count != self._count:
            self._count = count
            self.update()

    def title_end(self) -> float:
        """Return where the head is free, in px from the left."""
        end = _LEFT + text_width(self._title, theme.STRONG, 600)
        return end + 8 + text_width(self._note, theme.CAPTION) if self._note else end

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_ground(painter, self.rect())
        width = draw_text(painter, _LEFT, 24, self._title, size=theme.STRONG, weight=600)
        if self._note:
            draw_text(painter, _LEFT + width + 8, 24, self._note, size=theme.CAPTION, colour=theme.TEXT_DIM)
        if self._count:
            right = self.width() - _LEFT
            draw_text(painter, right, 24, self._count, size=theme.STRONG, weight=600, tabular=True, align="right")
        painter.end()
