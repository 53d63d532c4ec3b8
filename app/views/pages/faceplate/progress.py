"""How a command goes: its steps, every reason in words, and the way back when it is over."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from app.views import theme
from app.views.widgets.action_button import ActionButton
from app.views.widgets.condition_list import ReasonLine, ReasonList, Verdict, draw_verdict
from app.views.widgets.ink import draw_text, elided, pen

__all__ = ["ProgressPanel"]


class _Head(QWidget):
    """Name of the command, and where it stands in one large line."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.texts = ("", "")
        self.verdict = Verdict.PLAIN
        self.setFixedHeight(76)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(300, 76)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(pen(theme.TEXT_TRIP if self.verdict is Verdict.FAILS else theme.BORDER, 1.0))
        painter.setBrush(theme.ABNORMAL_GROUND if self.verdict is Verdict.FAILS else theme.RAISED)
        painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
        room = self.width() - 24.0
        name = elided(self.texts[0], room, theme.BODY)
        draw_text(painter, 12, 26, name, size=theme.BODY, colour=theme.TEXT_DIM)
        x = 12.0
        if self.verdict is not Verdict.PLAIN:
            draw_verdict(painter, 20, 51, self.verdict)
            x = 36.0
        title = elided(self.texts[1], room - x + 12, theme.TITLE, 700)
        draw_text(painter, x, 57, title, size=theme.TITLE, weight=700)
        painter.end()


class ProgressPanel(QWidget):
    """Steps of one command."""

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._head = _Head(self)
        self.lines = ReasonList(self)
        self.dismiss = ActionButton(self)
        self.dismiss.setObjectName("dismiss")
        self.dismiss.clicked.connect(self.dismissed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GAP)
        for part in (self._head, self.lines, self.dismiss):
            layout.addWidget(part)
        self.retranslate()

    @property
    def title(self) -> str:
        """Where the command stands, as shown."""
        return self._head.texts[1]

    def show_progress(self, name: str, title: str, lines: tuple[ReasonLine, ...], *, over: bool, good: bool) -> None:
        """Show a command's steps so far; `good` tells how it ended when it is `over`."""
        self._head.texts = (name, title)
        self._head.verdict = Verdict.PLAIN if not over else Verdict.MET if good else Verdict.FAILS
        self._head.setAccessibleName(f"{name}: {title}")
        self._head.update()
        self.lines.set_lines(lines)
        self.dismiss.setVisible(over)
        if over and self.isVisible():
            self.dismiss.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        """Take the room's language."""
        self.dismiss.setText(self.tr("Back (Esc)"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.dismiss.isVisible():
            self.dismissed.emit()
        else:
            super().keyPressEvent(event)
