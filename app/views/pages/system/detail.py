"""Two lines below the table of devices: how the chosen one is reached and read, and its last error word for word."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.views import theme
from app.views.widgets.ink import draw_text, elided, face, pen

__all__ = ["DeviceDetail"]


class DeviceDetail(QWidget):
    """Painted at once; the error may take two lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts = ("", "")
        self._hint = ""
        self.setFixedHeight(76)
        self.retranslate()

    @property
    def texts(self) -> tuple[str, str]:
        """What is shown now."""
        return self._texts

    def set_texts(self, texts: tuple[str, str]) -> None:
        """Show how a device is read, and its last error ("" for none)."""
        if texts != self._texts:
            self._texts = texts
            self.setToolTip("\n".join(t for t in texts if t))
            self.update()

    def retranslate(self) -> None:
        """Take the room's language."""
        self._hint = self.tr("Choose a device to see how it is read and its last error in full.")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(pen(theme.BORDER))
        painter.drawLine(QPointF(12, 0.5), QPointF(self.width() - 12, 0.5))
        how, error = self._texts
        room = self.width() - 28.0
        first = how or self._hint
        draw_text(painter, 14, 24, elided(first, room, theme.BODY), size=theme.BODY, colour=theme.TEXT_DIM)
        painter.setFont(face(theme.BODY, 500))
        painter.setPen(theme.TEXT)
        painter.drawText(QRectF(14, 34, room, 38), int(Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap), error)
        painter.end()
