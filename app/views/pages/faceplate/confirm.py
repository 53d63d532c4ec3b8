"""The confirm panel inside the faceplate: what will happen, why it may not, how long the selection lasts."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from app.model.spec import CommandSpec
from app.views import theme
from app.views.pages.faceplate.target import TargetEditor
from app.views.state.values import clock_text
from app.views.widgets.action_button import ActionButton
from app.views.widgets.condition_list import ConditionList, ConditionRow, ReasonLine, ReasonList
from app.views.widgets.ink import draw_text, elided, face, pen, text_width
from app.views.widgets.second_signer import SecondSigner

__all__ = ["ConfirmContent", "ConfirmPanel"]


@dataclass(frozen=True, slots=True)
class ConfirmContent:
    """All that the panel's head shows. `left_s` counts down, of `whole_s`."""

    title: str
    station: str
    present: str
    target: str
    left_s: float
    whole_s: float


class _Head(QWidget):
    """Title, countdown, present and target state."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.content: ConfirmContent | None = None
        self.words = ("", "")
        self.setFixedHeight(128)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(300, 128)

    def paintEvent(self, event: QPaintEvent) -> None:
        c = self.content
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if c is not None:
            self._paint(painter, c)
        painter.end()

    def _paint(self, painter: QPainter, c: ConfirmContent) -> None:
        w = float(self.width())
        left = clock_text(c.left_s)
        used = draw_text(painter, w - 2, 20, left, size=theme.HEADING, weight=600, align="right", tabular=True)
        title = elided(c.title, w - used - 16, theme.HEADING, 700)
        draw_text(painter, 2, 20, title, size=theme.HEADING, weight=700)
        draw_text(painter, 2, 40, elided(c.station, w, theme.BODY), size=theme.BODY, colour=theme.TEXT_DIM)
        painter.fillRect(QRectF(0, 49, w, 3), theme.SCALE)
        painter.fillRect(QRectF(0, 49, w * min(1.0, c.left_s / max(1.0, c.whole_s)), 3), theme.FOCUS)
        half = (w - 30) / 2
        for k, (caption, text) in enumerate(zip(self.words, (c.present, c.target), strict=True)):
            self._state(painter, QRectF(k * (half + 30), 62, half, 58), caption, text, strong=k == 1)
        painter.setPen(pen(theme.TEXT, 2.0))
        painter.drawLine(int(half + 7), 91, int(half + 21), 91)
        painter.drawLine(int(half + 16), 86, int(half + 21), 91)
        painter.drawLine(int(half + 16), 96, int(half + 21), 91)

    def _state(self, painter: QPainter, box: QRectF, caption: str, text: str, *, strong: bool) -> None:
        """One state in words, in two smaller lines where one is too short: what will be is never cut."""
        painter.setPen(pen(theme.FOCUS if strong else theme.BORDER, 2.0 if strong else 1.0))
        painter.setBrush(theme.RAISED)
        painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), theme.RADIUS, theme.RADIUS)
        draw_text(painter, box.x() + 10, box.y() + 18, caption, size=theme.CAPTION, colour=theme.TEXT_DIM)
        if text_width(text, theme.STRONG, 700) <= box.width() - 18:
            draw_text(painter, box.x() + 10, box.y() + 41, text, size=theme.STRONG, weight=700)
            return
        painter.setFont(face(theme.BODY, 600))
        painter.setPen(theme.TEXT)
        inner = QRectF(box.x() + 10, box.y() + 21, box.width() - 16, 36)
        painter.drawText(inner, int(Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap), text)


class ConfirmPanel(QWidget):
    """Confirm is possible only with a reason given, nothing blocking, and a second signature where two persons are
    needed; Esc cancels."""

    confirmed = Signal(object, str)
    """Value (float or None) and reason."""
    cancelled = Signal()
    value_changed = Signal()

    def __init__(self, second: SecondSigner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._blocked = True
        self._two = False
        self.second = second
        self._head = _Head(self)
        self.editor = TargetEditor(self)
        self.caution = QLabel(self)
        self.caution.setWordWrap(True)
        self.permissives = ConditionList(self)
        self.reasons = ReasonList(self)
        self.reason = QLineEdit(self)
        self.reason.setObjectName("reason")
        self.reason.setMinimumHeight(32)
        self.reason.setMaxLength(200)
        self.reason.setTextMargins(theme.GAP, 0, theme.GAP, 0)
        self.presets = [ActionButton(self, height=28) for _ in range(3)]
        self.confirm = ActionButton(self, primary=True, height=40)
        self.confirm.setObjectName("confirm")
        self.cancel = ActionButton(self, height=40)
        self.cancel.setObjectName("cancel")
        self._lay_out()
        self.editor.changed.connect(self.value_changed)
        self.reason.textChanged.connect(self._reason_changed)
        self.second.changed.connect(self._second_changed)
        self.reason.returnPressed.connect(self._reason_entered)
        for preset in self.presets:
            preset.clicked.connect(self._take_preset)
        self.confirm.clicked.connect(self._confirm)
        self.cancel.clicked.connect(self.cancelled)
        self.retranslate()

    @property
    def content(self) -> ConfirmContent | None:
        """What the head shows now."""
        return self._head.content

    @property
    def two_persons(self) -> bool:
        """Return whether this command needs a second signature."""
        return self._two

    def begin(
        self, command: CommandSpec, present: float | None, language: str, caution: str, caption: str, name: str
    ) -> None:
        """Prepare for a command on the equipment `name`; `present` is the set-point or mode that is in force now."""
        self._two = command.two_person
        self.second.setVisible(self._two)
        self.second.begin(f"{caption} · {name}")
        self.editor.begin(command, present, language)
        self.caution.setText(caution)
        self.caution.setVisible(bool(caution))
        self.confirm.setText(self.tr("Confirm: {}").format(caption))
        self.reason.clear()
        self._blocked = True
        self._judge()

    def set_content(self, content: ConfirmContent) -> None:
        """Bring the head up to date."""
        if content != self._head.content:
            self._head.content = content
            self._head.update()

    def set_checks(self, rows: tuple[ConditionRow, ...], lines: tuple[ReasonLine, ...], *, blocked: bool) -> None:
        """Show permissives and all reasons; `blocked` keeps Confirm away."""
        self.permissives.set_rows(rows)
        self.reasons.set_lines(lines)
        self._blocked = blocked
        self._judge()

    def start_typing(self) -> None:
        """Put the keyboard where the first input is."""
        if not self.editor.focus():
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def retranslate(self) -> None:
        """Take the room's language."""
        self._head.words = (self.tr("Now"), self.tr("Will be"))
        self.permissives.set_title(self.tr("Permissives: needed to start"))
        self.reason.setPlaceholderText(self.tr("Reason (needed)"))
        self.reason.setAccessibleName(self.tr("Reason (needed)"))
        texts = (self.tr("Dispatch order"), self.tr("High level"), self.tr("Test run"))
        for preset, text in zip(self.presets, texts, strict=True):
            preset.setText(text)
        self.cancel.setText(self.tr("Cancel (Esc)"))
        self.second.retranslate()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GAP)
        for part in (self._head, self.editor, self.caution, self.permissives, self.reasons):
            layout.addWidget(part)
        presets = QHBoxLayout()
        presets.setSpacing(theme.GAP_S)
        for preset in self.presets:
            presets.addWidget(preset)
        layout.addLayout(presets)
        layout.addWidget(self.reason)
        layout.addWidget(self.second)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.GAP)
        buttons.addWidget(self.confirm, 3)
        buttons.addWidget(self.cancel, 2)
        layout.addLayout(buttons)
        layout.addStretch(1)

    def _judge(self) -> None:
        signed = not self._two or self.second.person is not None
        self.confirm.setEnabled(not self._blocked and signed and bool(self.reason.text().strip()))

    @Slot()
    def _reason_changed(self) -> None:
        self._judge()

    @Slot()
    def _reason_entered(self) -> None:
        """Enter leads on to Confirm, or to the second person, and never confirms by itself."""
        if self.confirm.isEnabled():
            self.confirm.setFocus(Qt.FocusReason.TabFocusReason)
        elif self._two and self.second.person is None and self.reason.text().strip():
            self.second.start_typing()

    @Slot()
    def _second_changed(self) -> None:
        self._judge()
        if self._two and self.isVisible() and self.second.person is not None:
            (self.confirm if self.confirm.isEnabled() else self.reason).setFocus(Qt.FocusReason.TabFocusReason)

    @Slot()
    def _take_preset(self) -> None:
        sender = self.sender()
        if isinstance(sender, ActionButton):
            self.reason.setText(sender.text())
            self._reason_entered()

    @Slot()
    def _confirm(self) -> None:
        self.confirmed.emit(self.editor.value(), self.reason.text().strip())
