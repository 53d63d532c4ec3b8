"""Name and password; a new password twice when somebody else set the old one."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QLabel, QWidget

from app.model.records import Reason
from app.views import theme
from app.views.actions.sign_in import sign_in, sign_in_demo
from app.views.room import Room
from app.views.widgets.action_button import ActionButton
from app.views.widgets.form import Form

__all__ = ["SignInForm"]


class SignInForm(Form):
    """Signs in, also over a session that is open. On a demo store its user can come back without a password."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(("name", "password", "new", "again"), parent, secret=("password", "new", "again"))
        self._room = room
        self.hint = QLabel(self)
        self.hint.setFont(theme.font(theme.CAPTION))
        self.hint.setWordWrap(True)
        self.demo = ActionButton(self)
        self.demo.setObjectName("demo-user")
        self.demo.clicked.connect(self._demo)
        self.rows.addSpacing(theme.GAP_S)
        self.rows.addWidget(self.demo)
        self.rows.addWidget(self.hint)
        self._over = False
        self.submitted.connect(self._sign_in)
        self.begin()

    def begin(self, *, over: bool = False) -> None:
        """Start with empty fields. `over` somebody's session: there is a way back."""
        self._over = over
        self.clear()
        self._ask_new(False)
        opening = self._room.opening
        second = opening.second if opening is not None else None
        self.demo.setVisible(second is not None)
        self.hint.setVisible(second is not None)
        if second is not None:
            text = self.tr("Demo store: account {}, password {}")
            self.hint.setText(text.format(second.name, second.password))

    def retranslate(self) -> None:
        """Take the room's language."""
        labels = {
            "name": self.tr("Name"),
            "password": self.tr("Password"),
            "new": self.tr("New password (10 characters at least)"),
            "again": self.tr("New password again"),
        }
        self.set_texts(labels, self.tr("Sign in"), self.tr("Cancel") if self._over else "")
        self.demo.setText(self.tr("Demo user, without a password"))
        self.refusal.set_language(self._room.language, now_s=self._room.monotonic())

    def _ask_new(self, asked: bool) -> None:
        for name in ("new", "again"):
            self.show_field(name, asked)

    @Slot()
    def _sign_in(self) -> None:
        new = self.text("new")
        if new != self.text("again"):
            self._keep_old((Reason("password", {"why": "differ"}),))
            return
        self.set_busy(True)
        sign_in(self._room, self.text("name"), self.text("password"), self._refused, new_password=new)

    @Slot()
    def _demo(self) -> None:
        sign_in_demo(self._room, self._refused)

    def _refused(self, reasons: tuple[Reason, ...]) -> None:
        renewing = any(r.params.get("why") == "must_change" for r in reasons)
        if renewing or any(r.check == "password" for r in reasons):
            self._ask_new(True)
            self._keep_old(reasons)
            return
        self.refuse(reasons, self._room.language, now_s=self._room.monotonic())

    def _keep_old(self, reasons: tuple[Reason, ...]) -> None:
        """The old password was right: only the new one is asked for."""
        old = self.text("password")
        self.refuse(reasons, self._room.language, now_s=self._room.monotonic())
        self.fields["password"].setText(old)
        self.start_typing()
