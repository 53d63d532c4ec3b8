"""Adds an account, or changes one: name, full name, role in the whole site, roles in single areas besides."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QGridLayout, QLabel, QWidget

from app.model.access import EVERYWHERE, Role
from app.model.people import Account, Grant
from app.model.records import Reason
from app.model.role_names import role_text
from app.views import theme
from app.views.actions.add_account import add_account
from app.views.actions.change_account import change_account
from app.views.room import Room
from app.views.state.accounts import area_names
from app.views.widgets.form import Form

__all__ = ["AccountForm"]


class AccountForm(Form):
    """A cover that ends by itself stays as it is; what is given here is for good."""

    done = Signal()

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(("name", "full-name", "password", "again"), parent, secret=("password", "again"))
        self._room = room
        self._account: Account | None = None
        self.setObjectName("account-form")
        self.role = QComboBox(self)
        self.role.setObjectName("role")
        self.role.setMinimumHeight(32)
        self.areas: dict[str, QComboBox] = {}
        self._role_label, self._areas_label = QLabel(self), QLabel(self)
        for label in (self._role_label, self._areas_label):
            label.setFont(theme.font(theme.CAPTION))
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.GAP_S)
        for widget in (self._role_label, self.role, self._areas_label):
            self.extra.addWidget(widget)
        self.extra.addLayout(self._grid)
        self.set_optional("full-name")
        self.submitted.connect(self._save)

    @property
    def adding(self) -> bool:
        """Return whether it is for a new account."""
        return self._account is None

    def begin(self, account: Account | None) -> None:
        """Change an account; None: add one."""
        self._account = account
        self.clear()
        for name in ("name", "password", "again"):
            self.show_field(name, account is None)
        self._fill_areas()
        self.retranslate()
        if account is not None:
            self.fields["full-name"].setText(account.full_name)
            self._choose(self.role, account.role)
            for grant in account.grants:
                if grant.until_ms is None and grant.area in self.areas:
                    self._choose(self.areas[grant.area], grant.role)
        else:
            self._choose(self.role, Role.VIEWER)

    def renew(self, account: Account) -> None:
        """Take what became of the account meanwhile: what the form does not show stays as it is now."""
        if self._account is not None and self._account.name == account.name:
            self._account = account

    def retranslate(self) -> None:
        """Take the room's language."""
        language = self._room.language
        labels = {
            "name": self.tr("Name to sign in with"),
            "full-name": self.tr("Full name"),
            "password": self.tr("First password (10 characters at least; he changes it)"),
            "again": self.tr("Password again"),
        }
        go = self.tr("Add") if self._account is None else self.tr("Save")
        self.set_texts(labels, go, self.tr("Cancel"))
        self._role_label.setText(self.tr("Role in the whole site"))
        self.role.setAccessibleName(self._role_label.text())
        self._areas_label.setText(self.tr("Roles in single areas besides"))
        self._fill(self.role, none=False)
        names = area_names(self._room.present.applied.site if self._room.present.applied else None, language)
        for area, box in self.areas.items():
            self._fill(box, none=True)
            box.setAccessibleName(names.get(area, area))
        self.refusal.set_language(language, now_s=self._room.monotonic())

    def account(self) -> Account:
        """Return what the form says."""
        before = self._account or Account(self.text("name").strip(), "", Role.VIEWER)
        kept = [g for g in before.grants if g.until_ms is not None or g.area not in self.areas]
        given = [Grant(area, box.currentData()) for area, box in self.areas.items() if box.currentData()]
        by = {(g.area, g.role): g for g in before.grants}
        grants = (*kept, *(by.get((g.area, g.role), g) for g in given))
        unique = {(g.area, g.role): g for g in grants}
        full_name = self.fields["full-name"].text().strip()
        return replace(before, full_name=full_name, role=self.role.currentData(), grants=tuple(unique.values()))

    def _fill_areas(self) -> None:
        """One choice for each area of the site, and one for all of them."""
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.setParent(None)
                widget.deleteLater()
        self.areas.clear()
        site = self._room.present.applied.site if self._room.present.applied is not None else None
        names = area_names(site, self._room.language)
        for row, area in enumerate((*(a for a in names if a != EVERYWHERE), EVERYWHERE)):
            box = QComboBox(self)
            box.setObjectName(f"area-{area}")
            box.setMinimumHeight(30)
            self.areas[area] = box
            self._grid.addWidget(QLabel(names[area], self), row, 0)
            self._grid.addWidget(box, row, 1)
        self._grid.setColumnStretch(1, 1)

    def _fill(self, box: QComboBox, *, none: bool) -> None:
        kept = box.currentData()
        box.clear()
        if none:
            box.addItem("—", "")
        for role in Role:
            box.addItem(role_text(role, self._room.language), str(role))
        self._choose(box, kept)

    @staticmethod
    def _choose(box: QComboBox, role: str | None) -> None:
        index = box.findData(str(role)) if role is not None else -1
        box.setCurrentIndex(max(0, index))

    @Slot()
    def _save(self) -> None:
        if self._account is None and self.text("password") != self.text("again"):
            self._refused((Reason("password", {"why": "differ"}),))
            return
        self.set_busy(True)
        if self._account is None:
            add_account(self._room, self.account(), self.text("password"), self._saved, self._refused)
        else:
            change_account(self._room, self.account(), self._saved, self._refused)

    def _saved(self, _answer: None) -> None:
        self.clear()
        self.done.emit()

    def _refused(self, reasons: tuple[Reason, ...]) -> None:
        self.refuse(reasons, self._room.language, now_s=self._room.monotonic())
