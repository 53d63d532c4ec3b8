"""What stands in place of a page that has nothing to show yet: what is missing, and what will end that."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.views import theme
from app.views.widgets.ink import draw_text, face, pen

__all__ = ["Notice"]

_WIDE = 720.0
_TALL = 208.0


class Notice(QWidget):
    """No site is in force: a first store, or one that cannot be read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trouble = ""
        self._texts: tuple[str, ...] = ()
        self.setObjectName("no-site")
        self.hide()
        self.retranslate()

    @property
    def text(self) -> str:
        """What is said now."""
        return self.accessibleName()

    def set_trouble(self, trouble: str) -> None:
        """Say why the store cannot be followed; "" when it can and simply has no site."""
        if trouble != self._trouble:
            self._trouble = trouble
            self._tell()

    def retranslate(self) -> None:
        """Take the room's language."""
        self._texts = (
            self.tr("No site is in force yet"),
            self.tr("An engineer applies one from the terminal; this room shows it as soon as it is there."),
            self.tr("The store cannot be read"),
            self.tr("It is tried again each second. Start the engine, or look at the store's address."),
        )
        self._tell()

    def _tell(self) -> None:
        self.setAccessibleName("\n".join(self._lines()))
        self.update()

    def _lines(self) -> tuple[str, str, str]:
        if self._trouble:
            return self._texts[2], self._texts[3], self._trouble
        return self._texts[0], self._texts[1], "qianliyan site apply DIR --store ADDRESS --reason TEXT"

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = min(_WIDE, self.width() - 2.0 * theme.GAP_L)
        box = QRectF((self.width() - wide) / 2, max(theme.GAP_L, self.height() * 0.36 - _TALL / 2), wide, _TALL)
        painter.setPen(pen(theme.BORDER))
        painter.setBrush(theme.RAISED)
        painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
        title, text, line = self._lines()
        x, inner = box.x() + 32, box.width() - 64
        draw_text(painter, x, box.y() + 52, title, size=theme.FIGURE, weight=600)
        painter.setPen(theme.TEXT_DIM)
        painter.setFont(face(theme.STRONG))
        flags = int(Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap)
        painter.drawText(QRectF(x, box.y() + 72, inner, 44), flags, text)
        painter.setPen(theme.TEXT)
        painter.setFont(theme.fixed_font(theme.BODY) if not self._trouble else face(theme.BODY, 500))
        painter.drawText(QRectF(x, box.y() + 128, inner, 64), flags, line)
        painter.end()
