"""A short form: named fields, what was refused, one button that goes on and one that leads back. Keyboard first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.model.records import Reason
from app.views import theme
from app.views.widgets.action_button import ActionButton
from app.views.widgets.reason_text import ReasonText

__all__ = ["Form"]


class Form(QWidget):
    """Enter leads to the next empty field, and from the last one on. Esc leads back."""

    submitted = Signal()
    cancelled = Signal()

    def __init__(
        self, fields: Sequence[str], parent: QWidget | None = None, *, secret: Sequence[str] = (), across: bool = False
    ) -> None:
        """`fields` are names of lines of text, in order; those in `secret` show dots. `across`: side by side, with
        their names inside while they are empty."""
        super().__init__(parent)
        self.fields: dict[str, QLineEdit] = {}
        self._labels: dict[str, QLabel] = {}
        self._optional: set[str] = set()
        self._busy = False
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(theme.GAP_S)
        self._row = QHBoxLayout() if across else None
        if self._row is not None:
            self._row.setSpacing(theme.GAP)
            self.rows.addLayout(self._row)
        for name in fields:
            self._add(name, secret=name in secret)
        self.extra = QVBoxLayout()
        """Where what is no line of text stands."""
        self.extra.setSpacing(theme.GAP_S)
        self.rows.addLayout(self.extra)
        self.refusal = ReasonText(self)
        self.rows.addWidget(self.refusal)
        self.go = ActionButton(self, primary=True)
        self.go.setObjectName("go")
        self.back = ActionButton(self)
        self.back.setObjectName("back")
        self.back.hide()
        self.go.clicked.connect(self._submit)
        self.back.clicked.connect(self.cancelled)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, theme.GAP_S, 0, 0)
        buttons.setSpacing(theme.GAP)
        buttons.addWidget(self.go, 3)
        buttons.addWidget(self.back, 2)
        self.rows.addLayout(buttons)
        self._judge()

    def set_texts(self, labels: Mapping[str, str], go: str, back: str = "") -> None:
        """Name the fields and the buttons; without `back` there is no way back."""
        for name, text in labels.items():
            self._labels[name].setText(text)
            self.fields[name].setAccessibleName(text)
            if self._row is not None:
                self.fields[name].setPlaceholderText(text)
        self.go.setText(go)
        self.back.setText(back)
        self.back.setVisible(bool(back))

    def set_optional(self, *names: str) -> None:
        """Let these stay empty."""
        self._optional = set(names)
        self._judge()

    def show_field(self, name: str, shown: bool) -> None:
        """Show a field or leave it out."""
        self.fields[name].setVisible(shown)
        self._labels[name].setVisible(shown and self._row is None)
        self._judge()

    def text(self, name: str) -> str:
        """Return what stands in a field; "" for one that is left out."""
        return self.fields[name].text() if not self.fields[name].isHidden() else ""

    def clear(self) -> None:
        """Empty every field and forget what was refused."""
        for field in self.fields.values():
            field.clear()
        self.refusal.say((), "en", now_s=0.0)
        self.set_busy(False)

    def start_typing(self) -> None:
        """Put the keyboard into the first field that wants it."""
        field = self._first_empty() or next(iter(self.fields.values()), None)
        if field is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_busy(self, busy: bool) -> None:
        """Wait for an answer: nothing can be sent twice."""
        self._busy = busy
        self._judge()

    def refuse(self, reasons: tuple[Reason, ...], language: str, *, now_s: float) -> None:
        """Say why not, empty what is secret, and let the person try again."""
        for field in self.fields.values():
            if field.echoMode() is QLineEdit.EchoMode.Password:
                field.clear()
        self.set_busy(False)
        self.refusal.say(reasons, language, now_s=now_s)
        self.start_typing()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.back.isHidden():
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _add(self, name: str, *, secret: bool) -> None:
        label, field = QLabel(self), QLineEdit(self)
        label.setFont(theme.font(theme.CAPTION))
        field.setObjectName(name)
        field.setMinimumHeight(32)
        field.setMaxLength(200)
        field.setTextMargins(theme.GAP_S, 0, theme.GAP_S, 0)
        if secret:
            field.setEchoMode(QLineEdit.EchoMode.Password)
        field.textChanged.connect(self._judge)
        field.returnPressed.connect(self._entered)
        self.fields[name], self._labels[name] = field, label
        if self._row is not None:
            label.hide()
            self._row.addWidget(field)
            return
        self.rows.addWidget(label)
        self.rows.addWidget(field)

    def _first_empty(self) -> QLineEdit | None:
        wanted = (f for n, f in self.fields.items() if n not in self._optional and not f.isHidden())
        return next((f for f in wanted if not f.text().strip()), None)

    @Slot()
    def _judge(self) -> None:
        self.go.setEnabled(not self._busy and self._first_empty() is None)

    @Slot()
    def _entered(self) -> None:
        empty = self._first_empty()
        if empty is not None:
            empty.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._submit()

    @Slot()
    def _submit(self) -> None:
        if self.go.isEnabled():
            self.submitted.emit()
