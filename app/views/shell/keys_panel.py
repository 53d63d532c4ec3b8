"""The keys of the room on one panel, over the lower right corner. Non-modal: everything behind it goes on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.views import theme
from app.views.widgets.ink import draw_text, pen, text_width

__all__ = ["KeysPanel"]

_ROW = 30
_HEAD = 48
_WIDE = 512
_KEYS_END = 168.0


class KeysPanel(QWidget):
    """Esc, F1 or a click on it closes it."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ""
        self._hint = ""
        self._rows: tuple[tuple[str, str], ...] = ()
        self.setObjectName("keys")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.hide()
        self.retranslate()

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """Return keys and what they do."""
        return self._rows

    def retranslate(self) -> None:
        """Take the room's language."""
        self._title, self._hint = self.tr("Keys"), self.tr("Esc closes")
        self._rows = (
            ("Alt+1 … Alt+0", self.tr("a page, in the order of the rail")),
            ("Ctrl+1 … Ctrl+9", self.tr("a station, in the order of the rail")),
            ("F4", self.tr("the time bar; from the past back to now")),
            ("F6", self.tr("the place of the highest alarm")),
            ("F8", self.tr("acknowledge the first line of the banner")),
            ("F9", self.tr("silence the horn")),
            ("Space  A", self.tr("acknowledge what is chosen in the alarm list")),
            ("Ctrl+A", self.tr("choose the visible alarms of one priority")),
            ("S  T", self.tr("shelve the alarm; go to its trend")),
            ("Alt+←  Alt+→", self.tr("back, forward")),
            ("Tab  Shift+Tab", self.tr("to the next or previous part of the page")),
            ("← ↑ ↓ →", self.tr("choose on the map, on the mimic, in a list")),
            ("Enter", self.tr("open what is chosen")),
            ("Esc", self.tr("give a selection back, close a faceplate")),
            ("Ctrl+F", self.tr("search the list or the journal")),
            ("F2", self.tr("sign in, unlock, who sits here")),
            ("Ctrl+Shift+L", self.tr("lock the session")),
            ("Ctrl+L", "中文 ⇄ English"),
            ("F11", self.tr("whole screen")),
            ("F1", self.tr("this panel")),
        )
        self.setAccessibleName("\n".join(f"{key}: {text}" for key, text in self._rows))
        self.resize(_WIDE, _HEAD + _ROW * len(self._rows) + theme.GAP_M)
        self.update()

    def stand_in(self, whole: QWidget) -> None:
        """Move into the lower right corner of a window."""
        self.move(whole.width() - self.width() - theme.GAP_L, whole.height() - self.height() - theme.GAP_L)
        self.raise_()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F1):
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self.closed.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(theme.OUTLINE))
        painter.setBrush(theme.RAISED)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
        draw_text(painter, 20, 32, self._title, size=theme.HEADING, weight=600)
        right = self.width() - 20.0
        draw_text(painter, right, 32, self._hint, size=theme.CAPTION, colour=theme.TEXT_DIM, align="right")
        for i, (key, text) in enumerate(self._rows):
            y = _HEAD + i * _ROW
            painter.fillRect(QRectF(20, y, self.width() - 40, 1), theme.SCALE)
            wide = text_width(key, theme.BODY, 600) + 16
            cap = QRectF(_KEYS_END - wide, y + 5.5, wide, 21)
            painter.setPen(pen(theme.BORDER))
            painter.setBrush(theme.PANEL)
            painter.drawRoundedRect(cap, theme.RADIUS, theme.RADIUS)
            draw_text(painter, cap.x() + 8, y + 20.5, key, size=theme.BODY, weight=600)
            draw_text(painter, _KEYS_END + theme.GAP_L, y + 20.5, text, size=theme.BODY)
        painter.end()
