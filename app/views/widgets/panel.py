"""A titled frame around one widget."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.views import theme
from app.views.widgets.ink import draw_text, pen

__all__ = ["Panel"]

_HEAD = 38


class Panel(QWidget):
    """Title at the left of the head, a short note at its right."""

    def __init__(self, inner: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ""
        self._note = ""
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, _HEAD, 1, 1)
        layout.addWidget(inner)

    def set_title(self, title: str) -> None:
        """Name the panel."""
        self._title = title
        self.update()

    def set_note(self, note: str) -> None:
        """Show a short note, such as a count."""
        if note != self._note:
            self._note = note
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(theme.BORDER))
        painter.setBrush(theme.PANEL)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
        draw_text(painter, 16, 25, self._title, size=theme.STRONG, weight=600)
        if self._note:
            right = self.width() - 16
            draw_text(painter, right, 25, self._note, size=theme.STRONG, weight=600, tabular=True, align="right")
        painter.end()
