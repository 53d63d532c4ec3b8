"""Short forms in the alarm page's pane: what a person must say before something about an alarm is asked. No dialogs."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from app.views import theme
from app.views.actions.acknowledge import acknowledge
from app.views.actions.in_service import in_service
from app.views.actions.out_of_service import out_of_service
from app.views.actions.reset_alarm import reset_alarm
from app.views.actions.unshelve import unshelve
from app.views.room import Room
from app.views.widgets.action_button import ActionButton

__all__ = ["AlarmForm", "OutOfServiceForm", "ReasonForm"]


class AlarmForm(QWidget):
    """Fields, a reason, and two buttons. Enter asks, Esc gives up."""

    asked = Signal(str)
    """The id of the request."""
    closed = Signal()

    needs_reason = True

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.room = room
        self.path = ""
        self.title = QLabel(self)
        self.title.setFont(theme.font(theme.STRONG, weight=600))
        self.title.setWordWrap(True)
        self.reason = QLineEdit(self)
        self.reason.setMinimumHeight(32)
        self.reason.setMaxLength(500)
        self.go, self.back = ActionButton(self, primary=True), ActionButton(self)
        self.rows = QVBoxLayout()
        self.rows.setSpacing(theme.GAP)
        buttons = QHBoxLayout()
        buttons.addWidget(self.go, 3)
        buttons.addWidget(self.back, 2)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.GAP)
        whole.addWidget(self.title)
        whole.addLayout(self.rows)
        whole.addWidget(self.reason)
        whole.addLayout(buttons)
        self.hide()
        self.go.clicked.connect(self.send)
        self.back.clicked.connect(self.close_form)
        self.reason.textChanged.connect(self.judge)

    def begin(self, path: str) -> None:
        """Ask about an alarm."""
        self.path = path
        self.reason.clear()
        self.prepare()
        self.retranslate()
        self.show()
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
        self.judge()

    def prepare(self) -> None:
        """Fill the fields."""

    def tick(self) -> None:
        """Let time pass."""

    def ask(self, reason: str) -> str:
        """Ask the engine; return the request's id."""
        raise NotImplementedError

    def complete(self) -> bool:
        """Return True when the form may be sent."""
        return not self.needs_reason or bool(self.reason.text().strip())

    def retranslate(self) -> None:
        """Take the room's language."""
        self.back.setText(self.tr("Cancel"))
        self.reason.setPlaceholderText(self.tr("Reason (needed)") if self.needs_reason else self.tr("Note"))

    @Slot()
    def judge(self) -> None:
        """Enable what may be pressed."""
        self.go.setEnabled(self.complete() and not self.room.engine_silent and self.room.past is None)

    @Slot()
    def send(self) -> None:
        """Ask and close."""
        if self.complete():
            request = self.ask(self.reason.text().strip())
            self.close_form()
            self.asked.emit(request)

    @Slot()
    def close_form(self) -> None:
        """Give up, or be done."""
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_form()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.go.isEnabled():
            self.send()
        else:
            super().keyPressEvent(event)


class ReasonForm(AlarmForm):
    """Acknowledge with a note, reset, unshelve, put back into service: a word is all they need."""

    def __init__(self, room: Room, what: str, parent: QWidget | None = None) -> None:
        """`what` is acknowledge, reset, unshelve or in_service."""
        super().__init__(room, parent)
        self.what = what
        self.needs_reason = what == "in_service"
        self.setObjectName(f"form-{what}")

    def ask(self, reason: str) -> str:
        status = self.room.book.status(self.path)
        if self.what == "acknowledge":
            return acknowledge(self.room, [status], reason)
        if self.what == "reset":
            return reset_alarm(self.room, status, reason)
        if self.what == "unshelve":
            return unshelve(self.room, self.path, reason)
        return in_service(self.room, self.path, reason)

    def retranslate(self) -> None:
        super().retranslate()
        texts = {
            "acknowledge": self.tr("Acknowledge with a note"),
            "reset": self.tr("Reset the latched alarm"),
            "unshelve": self.tr("End the shelf now"),
            "in_service": self.tr("Back into service: sign off"),
        }
        self.title.setText(texts[self.what])
        self.go.setText(texts[self.what].partition(":")[0].partition("：")[0])


class OutOfServiceForm(AlarmForm):
    """Under which work order, and why."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self.setObjectName("form-out_of_service")
        self.order = QLineEdit(self)
        self.order.setObjectName("work-order")
        self.order.setMinimumHeight(32)
        self.order.setMaxLength(60)
        self.rows.addWidget(self.order)
        self.order.textChanged.connect(self.judge)

    def prepare(self) -> None:
        self.order.clear()

    def complete(self) -> bool:
        return super().complete() and bool(self.order.text().strip())

    def ask(self, reason: str) -> str:
        return out_of_service(self.room, self.path, work_order=self.order.text().strip(), reason=reason)

    def retranslate(self) -> None:
        super().retranslate()
        self.title.setText(self.tr("Out of service: until somebody signs it off"))
        self.go.setText(self.tr("Take out of service"))
        self.order.setPlaceholderText(self.tr("Work order (needed)"))
