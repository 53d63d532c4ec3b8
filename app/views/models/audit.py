"""What people did as a table: time, who, where, place, what. Pages are appended as they are read."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush

from app.model.records import JournalEntry
from app.model.spec import Site
from app.views import theme
from app.views.models.keyed import KeyedModel
from app.views.state.sentences import JOURNAL_NAMES, Names, is_grave, sentence
from app.views.state.zone_time import date_text, time_text

__all__ = ["AuditModel", "AuditRow", "audit_cells"]


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An entry with its texts: when, who, at which workstation, place, what."""

    entry: JournalEntry
    cells: tuple[str, ...]


def audit_cells(entry: JournalEntry, names: Names, zone: str) -> tuple[str, ...]:
    """Return the texts of an entry, in the language of `names`."""
    when = f"{date_text(entry.at_ms, zone, names.language)[:10]}  {time_text(entry.at_ms, zone)}"
    return when, entry.who, entry.where, names.of(entry.what), sentence(entry, names)


def _key(row: AuditRow) -> Hashable:
    return row.entry.journal, row.entry.seq


def _age(row: AuditRow) -> tuple[int, str, int]:
    return row.entry.at_ms, row.entry.journal, row.entry.seq


class AuditModel(KeyedModel[AuditRow]):
    """Newest first."""

    def __init__(self) -> None:
        super().__init__(_key, columns=6)
        self.names = Names(None, "zh")
        self.zone = "UTC"
        self._dim = QBrush(theme.TEXT_DIM)
        self._strong = theme.font(theme.BODY, weight=600)
        self._plain = theme.font(theme.BODY, tabular=True)

    def set_names(self, site: Site | None, language: str) -> None:
        """Write every row anew with the names of a site, in a language."""
        self.names = Names(site, language)
        self.zone = site.timezone if site is not None else "UTC"
        self.set_rows([self._row(r.entry) for r in self.rows])
        self.refresh()

    def replace(self, entries: Sequence[JournalEntry]) -> None:
        """Show the first page of another question."""
        self.set_rows([self._row(e) for e in entries])

    def append(self, entries: Sequence[JournalEntry]) -> None:
        """Show one page more."""
        self.set_rows([*self.rows, *(self._row(e) for e in entries)])

    def renew(self, entries: Sequence[JournalEntry]) -> None:
        """Put what is new in the first page where its time says: an act may be journaled later than it was done."""
        known = {_key(r) for r in self.rows}
        fresh = [r for e in entries if _key(r := self._row(e)) not in known]
        if fresh:
            self.set_rows(sorted([*fresh, *self.rows], key=_age, reverse=True))

    def heading(self, column: int) -> str:
        return (
            self.tr("Time"),
            self.tr("Who"),
            self.tr("Workstation"),
            self.tr("Place"),
            self.tr("What was done"),
            self.tr("Journal"),
        )[column]

    def show(self, row: AuditRow, column: int, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return row.cells[column] if column < 5 else JOURNAL_NAMES[row.entry.journal].get(self.names.language)
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.cells[column] if column in (3, 4) else None
        if role == Qt.ItemDataRole.FontRole:
            return self._strong if column == 1 or (column == 4 and _refused(row.entry.kind)) else self._plain
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._dim if column in (0, 2, 5) else None
        return None

    def _row(self, entry: JournalEntry) -> AuditRow:
        return AuditRow(entry, audit_cells(entry, self.names, self.zone))


def _refused(kind: str) -> bool:
    return is_grave(kind) or kind == "account_locked"
