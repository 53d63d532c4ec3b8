"""The chosen account: what it is, what may be done with it, and the form in which that is done."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from app.model.access import Permission
from app.model.people import Account
from app.views import theme
from app.views.pages.people.account_form import AccountForm
from app.views.pages.people.cover_form import CoverForm
from app.views.pages.people.sure_form import SureForm
from app.views.room import Room
from app.views.state.accounts import AccountRow, assignable
from app.views.widgets.action_button import ActionButton

__all__ = ["AccountPane"]

_ORDER: Final = ("add", "change", "cover", "password", "able", "unlock", "end")


class AccountPane(QWidget):
    """Buttons are grey for what may not be done, and say why."""

    changed = Signal()
    """Something was done: the list is to be read anew."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._row: AccountRow | None = None
        self._pressed: ActionButton | None = None
        self.head, self.text, self.said = QLabel(self), QLabel(self), QLabel(self)
        self.head.setFont(theme.font(theme.HEADING, weight=700))
        for label in (self.head, self.text, self.said):
            label.setWordWrap(True)
        self.buttons = {name: ActionButton(self, primary=name == "add") for name in _ORDER}
        self.account_form, self.cover_form, self.sure_form = (
            AccountForm(room, self), CoverForm(room, self), SureForm(room, self),
        )  # fmt: skip
        self._forms: tuple[AccountForm | CoverForm | SureForm, ...] = (
            self.account_form, self.cover_form, self.sure_form,
        )  # fmt: skip
        self._lay_out()
        for name, button in self.buttons.items():
            button.setObjectName(f"account-{name}")
            button.setProperty("does", name)
            button.clicked.connect(self._press)
        for form in self._forms:
            form.hide()
            form.done.connect(self._done)
            form.cancelled.connect(self.close_form)
        room.person_changed.connect(self.retranslate)
        self.retranslate()

    @property
    def account(self) -> Account | None:
        """Return the chosen account."""
        return self._row.account if self._row is not None else None

    def set_row(self, row: AccountRow | None) -> None:
        """Show an account. An open form of another one closes."""
        other = (row.account.name if row else "") != (self._row.account.name if self._row else "")
        self._row = row
        if other:
            self.close_form()
        if row is not None:
            self.account_form.renew(row.account)
            self.sure_form.renew(row.account)
        self.retranslate()

    def tick(self) -> None:
        """Let remaining times pass."""
        for form in self._forms:
            form.refusal.tick(self._room.monotonic())

    @Slot()
    def close_form(self) -> None:
        """Go back to the buttons; the keyboard goes back to the one that was pressed."""
        self._show_buttons(True)
        if self._pressed is not None and any(form.isVisible() for form in self._forms):
            self._pressed.setFocus(Qt.FocusReason.OtherFocusReason)
        for form in self._forms:
            form.hide()
        self.retranslate()

    @Slot()
    def retranslate(self) -> None:
        """Take the room's language, and what who sits here may do."""
        row, account = self._row, self.account
        if self.account_form.adding and not self.account_form.isHidden():
            head, lines = self.tr("New account"), []
        elif row is not None:
            head, lines = row.cells[0], list(row.cells[1:5])
        else:
            head, lines = self.tr("No account is chosen"), [self.tr("Choose one in the list, or add one.")]
        self.head.setText(head)
        self.text.setText("\n".join(line for line in lines if line and line != "—"))
        disabled = account is not None and account.disabled
        texts = {
            "add": self.tr("Add an account…"),
            "change": self.tr("Change role and areas…"),
            "cover": self.tr("Cover an area for a shift…"),
            "password": self.tr("Set password…"),
            "able": self.tr("Enable…") if disabled else self.tr("Disable…"),
            "unlock": self.tr("End the lock-out…"),
            "end": self.tr("Sign out everywhere…"),
        }
        for name, text in texts.items():
            self.buttons[name].setText(text)
        self._judge()
        for form in self._forms:
            if not form.isHidden():
                form.retranslate()

    def _judge(self) -> None:
        room, account = self._room, self.account
        keeps = room.may(Permission.ADMINISTER)
        site = room.present.applied.site if room.present.applied is not None else None
        may_cover = bool(assignable(room.person, site)) and account is not None
        locked_out = account is not None and account.locked_until_ms > room.now_ms()
        self.buttons["add"].setEnabled(keeps)
        for name in ("change", "password", "able", "end"):
            self.buttons[name].setEnabled(keeps and account is not None)
        self.buttons["unlock"].setEnabled(keeps and locked_out)
        self.buttons["cover"].setEnabled(may_cover and account is not None and account.name != room.person.name)
        why = self.tr("The session is locked: unlock it first  (F2)") if room.person.locked else ""
        if not why and not keeps:
            why = self.tr("Accounts are kept by administrators. You may let people cover your areas.")
        self.said.setText(why)
        self.said.setVisible(bool(why))

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(theme.GAP)
        places = {"add": (0, 0, 2), "change": (1, 0, 2), "cover": (2, 0, 2), "password": (3, 0, 1), "able": (3, 1, 1)}
        places |= {"unlock": (4, 0, 1), "end": (4, 1, 1)}
        for name, (row, column, wide) in places.items():
            grid.addWidget(self.buttons[name], row, column, 1, wide)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.GAP_L, theme.GAP, theme.GAP_L, theme.GAP_L)
        whole.setSpacing(theme.GAP_M)
        for part in (self.head, self.text, self.said):
            whole.addWidget(part)
        whole.addLayout(grid)
        for form in self._forms:
            whole.addWidget(form)
        whole.addStretch(1)

    def _show_buttons(self, shown: bool) -> None:
        for button in self.buttons.values():
            button.setVisible(shown)

    @Slot()
    def _press(self) -> None:
        does, account = str(self.sender().property("does")), self.account
        self._pressed = self.buttons[does]
        if does == "add":
            self.account_form.begin(None)
            self._open(self.account_form)
        elif account is None:
            return
        elif does == "change":
            self.account_form.begin(account)
            self._open(self.account_form)
        elif does == "cover":
            self.cover_form.begin(account.name)
            self._open(self.cover_form)
        else:
            what = ("enable" if account.disabled else "disable") if does == "able" else does
            self.sure_form.begin(what, account)
            self._open(self.sure_form)

    def _open(self, form: AccountForm | CoverForm | SureForm) -> None:
        form.show()
        form.start_typing()
        self._show_buttons(False)
        self.retranslate()

    @Slot()
    def _done(self) -> None:
        self.close_form()
        self.changed.emit()
