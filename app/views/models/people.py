"""Accounts and open sessions as tables."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush

from app.views import theme
from app.views.models.keyed import KeyedModel
from app.views.state.accounts import AccountRow, SessionRow

__all__ = ["AccountModel", "SessionModel"]


def _account(row: AccountRow) -> Hashable:
    return row.account.name


def _session(row: SessionRow) -> Hashable:
    return row.session.session


class AccountModel(KeyedModel[AccountRow]):
    """One row per account; those that cannot sign in are written strong in their state."""

    def __init__(self) -> None:
        super().__init__(_account, columns=6)
        self._dim = QBrush(theme.TEXT_DIM)
        self._strong = theme.font(theme.BODY, weight=600)
        self._plain = theme.font(theme.BODY, tabular=True)

    def heading(self, column: int) -> str:
        return (
            self.tr("Name"),
            self.tr("Full name"),
            self.tr("Role"),
            self.tr("Areas besides"),
            self.tr("State"),
            self.tr("Last seen"),
        )[column]

    def show(self, row: AccountRow, column: int, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return row.cells[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.cells[column] if column in (3, 4) else None
        if role == Qt.ItemDataRole.FontRole:
            return self._strong if column == 0 or (row.strong and column == 4) else self._plain
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._dim if row.account.disabled or column == 5 else None
        return None


class SessionModel(KeyedModel[SessionRow]):
    """One row per open session."""

    def __init__(self) -> None:
        super().__init__(_session, columns=4)

    def heading(self, column: int) -> str:
        return (self.tr("Person"), self.tr("Workstation"), self.tr("Signed in since"), self.tr("State"))[column]

    def show(self, row: SessionRow, column: int, role: int) -> Any:
        return row.cells[column] if role == Qt.ItemDataRole.DisplayRole else None
