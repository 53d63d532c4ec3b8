"""The people page: who has an account, what he may where, who is signed in."""

from __future__ import annotations

from typing import ClassVar, Final

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.model.access import Permission, may_anywhere
from app.model.people import Account, OpenSession
from app.model.records import Reason
from app.views import theme
from app.views.models.people import AccountModel, SessionModel
from app.views.pages.base import Page
from app.views.pages.people.pane import AccountPane
from app.views.room import Room
from app.views.state.accounts import account_rows, session_rows
from app.views.state.causes import reason_words
from app.views.widgets.panel import Panel
from app.views.widgets.table import Table

__all__ = ["PeoplePage"]

_EVERY: Final = 50
"""Ticks between two looks: every five seconds, and only while the page is shown."""
_PANE: Final = 400


class PeoplePage(Page):
    """For administrators, and for who lets people cover areas. One read is under way at most."""

    page_id: ClassVar[str] = "people"

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self._ticks = 0
        self._asking = False
        self._chosen_name = ""
        self._trouble = ""
        self._people: tuple[tuple[Account, ...], tuple[OpenSession, ...]] = ((), ())
        self.accounts, self.sessions = AccountModel(), SessionModel()
        self.accounts.setParent(self)
        self.sessions.setParent(self)
        self.table = Table(self.accounts, (150, 170, 110, 300, 290, 170), stretch=3, parent=self)
        self.table.setObjectName("people-accounts")
        self.open_table = Table(self.sessions, (150, 300, 190, 120), stretch=1, parent=self)
        self.open_table.setObjectName("people-sessions")
        self.pane = AccountPane(room, self)
        self.said = QLabel(self)
        self.said.setWordWrap(True)
        self._panels = {name: Panel(self) for name in ("accounts", "sessions", "pane")}
        self._lay_out()
        self.table.selectionModel().currentRowChanged.connect(self._chosen)
        self.pane.changed.connect(self._ask)
        room.person_changed.connect(self._person_changed)
        self.retranslate()

    @property
    def allowed(self) -> bool:
        """Return whether who sits here has anything to do here."""
        person = self.room.person
        return may_anywhere(person, Permission.ADMINISTER) or may_anywhere(person, Permission.ASSIGN)

    def title(self) -> str:
        return self.tr("People")

    def tick(self) -> None:
        self._ticks += 1
        self.pane.tick()
        if self._ticks % _EVERY == 1:
            self._ask()

    def retranslate(self) -> None:
        self._panels["accounts"].set_title(self.tr("Accounts"))
        self._panels["sessions"].set_title(self.tr("Open sessions"))
        self._panels["pane"].set_title(self.tr("Account"))
        self.accounts.refresh()
        self.sessions.refresh()
        self._fill()
        self.pane.retranslate()

    def site_changed(self) -> None:
        self._fill()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()

    def _lay_out(self) -> None:
        self._panels["accounts"].body.addWidget(self.table)
        self._panels["sessions"].body.addWidget(self.open_table)
        self._panels["pane"].body.addWidget(self.pane)
        self._panels["pane"].setFixedWidth(_PANE)
        left = QVBoxLayout()
        left.setSpacing(theme.GAP_M)
        left.addWidget(self.said)
        left.addWidget(self._panels["accounts"], 3)
        left.addWidget(self._panels["sessions"], 2)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(theme.GAP_L, theme.GAP_L, theme.GAP_L, theme.GAP_L)
        whole.setSpacing(theme.GAP_M)
        whole.addLayout(left, 1)
        whole.addWidget(self._panels["pane"])

    @Slot()
    def _ask(self) -> None:
        if self.allowed and not self._asking:
            self._asking = True
            self.room.desk(lambda desk: (desk.people.accounts(), desk.people.sessions()), self._arrived, self._failed)

    def _arrived(self, people: tuple[tuple[Account, ...], tuple[OpenSession, ...]]) -> None:
        self._asking, self._trouble = False, ""
        self._people = people
        self._fill()

    def _failed(self, reasons: tuple[Reason, ...]) -> None:
        self._asking = False
        self._trouble = "\n".join(reason_words(r, self.room.language) for r in reasons)
        self._fill()

    def _fill(self) -> None:
        site = self.room.present.applied.site if self.room.present.applied is not None else None
        accounts, sessions = self._people if self.allowed else ((), ())
        rows = account_rows(accounts, sessions, site, self.room.language, now_ms=self.room.now_ms())
        self.accounts.set_rows(rows)
        self.sessions.set_rows(session_rows(sessions, site, self.room.language))
        self._panels["accounts"].set_count(str(len(accounts)))
        self._panels["sessions"].set_count(str(len(sessions)))
        said = self._trouble or ("" if self.allowed else self.tr("Accounts are kept by administrators."))
        self.said.setText(said)
        self.said.setVisible(bool(said))
        self.pane.setEnabled(self.allowed)
        self.pane.set_row(next((r for r in rows if r.account.name == self._chosen_name), None))

    @Slot(QModelIndex, QModelIndex)
    def _chosen(self, current: QModelIndex, _before: QModelIndex) -> None:
        rows = self.accounts.rows
        self._chosen_name = rows[current.row()].account.name if current.isValid() else ""
        self.pane.set_row(rows[current.row()] if current.isValid() else None)

    @Slot()
    def _person_changed(self) -> None:
        self._fill()
        if self.isVisible():
            self._ask()
