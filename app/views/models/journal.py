"""Journal lines as a table, newest first: priority, time, journal, place, what happened, who. Grows at both ends."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Sequence
from typing import Any, Final

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QBrush

from app.model.records import JournalEntry
from app.model.spec import Site
from app.views import theme
from app.views.models.keyed import KeyedModel
from app.views.state.journal_fields import place_and_text
from app.views.state.sentences import JOURNAL_NAMES, Names, is_grave
from app.views.state.zone_time import date_text, time_text

__all__ = ["MARK", "PRIORITY_ROLE", "SOUNDED_ROLE", "JournalModel"]

MARK: Final = 0
"""The column of the priority's mark."""
PRIORITY_ROLE: Final = Qt.ItemDataRole.UserRole
SOUNDED_ROLE: Final = Qt.ItemDataRole.UserRole + 1
"""Whether a line told of an alarm that sounded: its mark has colour, all others only their shape."""
_TEXT: Final = 4
_NONE: Final = QModelIndex()
_KEPT_TEXTS: Final = 4_000


def _key(entry: JournalEntry) -> Hashable:
    return (entry.journal, entry.seq)


def _age(entry: JournalEntry) -> tuple[int, str, int]:
    """Sort key: newest first."""
    return -entry.at_ms, "".join(chr(0x10FFFF - ord(c)) for c in entry.journal), -entry.seq


class JournalModel(KeyedModel[JournalEntry]):
    """Texts of a row are made when it is first shown."""

    def __init__(self) -> None:
        super().__init__(_key, columns=6)
        self.names = Names(None, "zh")
        self.zone = "UTC"
        self._known: set[Hashable] = set()
        self._texts: dict[Hashable, tuple[str, ...]] = {}
        self._dim = QBrush(theme.TEXT_DIM)
        self._strong = theme.font(theme.BODY, weight=600)
        self._plain = theme.font(theme.BODY, tabular=True)

    def replace(self, entries: Sequence[JournalEntry]) -> None:
        """Show the lines of another question."""
        self.set_rows(list(entries))
        self._known = {_key(e) for e in entries}

    def append(self, entries: Sequence[JournalEntry]) -> None:
        """Add older lines."""
        self._insert(len(self.rows), [e for e in entries if _key(e) not in self._known])

    def merge(self, entries: Sequence[JournalEntry]) -> int:
        """Put new lines where they belong; return how many there were."""
        fresh = sorted((e for e in entries if _key(e) not in self._known), key=_age)
        place = 0
        for at, group in _groups(self.rows, fresh):
            self._insert(at + place, group)
            place += len(group)
        return place

    def trim(self, most: int) -> bool:
        """Let go of the oldest lines above `most`; return whether there were any."""
        if len(self.rows) <= most:
            return False
        self.beginRemoveRows(_NONE, most, len(self.rows) - 1)
        self._known -= {_key(e) for e in self.rows[most:]}
        del self.rows[most:]
        self.endRemoveRows()
        return True

    def set_names(self, site: Site | None, language: str) -> None:
        """Write every row anew with the names of a site, in a language."""
        self.names = Names(site, language)
        self.zone = site.timezone if site is not None else "UTC"
        self._texts.clear()
        self.refresh()

    def heading(self, column: int) -> str:
        return (
            self.tr("P"),
            self.tr("Time"),
            self.tr("Journal"),
            self.tr("Place"),
            self.tr("What happened"),
            self.tr("Who"),
        )[column]

    def show(self, row: JournalEntry, column: int, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self.texts(row)[column]
        if role == PRIORITY_ROLE:
            return row.priority
        if role == SOUNDED_ROLE:
            return bool(row.detail.get("annunciated"))
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.texts(row)[column] if column in (3, _TEXT) else None
        if role == Qt.ItemDataRole.FontRole:
            return self._strong if column == _TEXT and is_grave(row.kind) else self._plain
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._dim if column in (1, 2, 5) else None
        if role == Qt.ItemDataRole.AccessibleTextRole and column == MARK:
            return str(row.priority or "")
        return None

    def texts(self, entry: JournalEntry) -> tuple[str, ...]:
        """Return the cells of a line."""
        key = _key(entry)
        cells = self._texts.get(key)
        if cells is None:
            if len(self._texts) > _KEPT_TEXTS:
                self._texts.clear()
            cells = self._texts[key] = self._cells(entry)
        return cells

    def _cells(self, entry: JournalEntry) -> tuple[str, ...]:
        language, zone = self.names.language, self.zone
        who = entry.who if not entry.where or not entry.who else f"{entry.who} @ {entry.where}"
        when = f"{date_text(entry.at_ms, zone, language)[5:]}  {time_text(entry.at_ms, zone)}.{entry.at_ms % 1000:03d}"
        journal = JOURNAL_NAMES[entry.journal].get(language)
        return ("", when, journal, *place_and_text(entry, self.names), who)

    def _insert(self, at: int, entries: list[JournalEntry]) -> None:
        if entries:
            self.beginInsertRows(_NONE, at, at + len(entries) - 1)
            self.rows[at:at] = entries
            self._known.update(_key(e) for e in entries)
            self.endInsertRows()


def _groups(rows: Sequence[JournalEntry], fresh: Sequence[JournalEntry]) -> list[tuple[int, list[JournalEntry]]]:
    """Return new lines in groups that go in together, with the row before which each group stands."""
    groups: list[tuple[int, list[JournalEntry]]] = []
    for entry in fresh:
        at = bisect_left(rows, _age(entry), key=_age)
        if groups and groups[-1][0] == at:
            groups[-1][1].append(entry)
        else:
            groups.append((at, [entry]))
    return groups
