"""Journal entries as a table: time, journal, place, what happened, who."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush

from app.model.records import Journal, JournalEntry
from app.model.spec import Site
from app.views import theme
from app.views.models.keyed import KeyedModel
from app.views.state.sentences import JOURNAL_NAMES, Names, is_grave, sentence
from app.views.state.zone_time import date_text, time_text

__all__ = ["JournalModel", "JournalRow"]

_LIMIT: Final = 3000
"""Entries kept; older ones are in the store."""


@dataclass(frozen=True, slots=True)
class JournalRow:
    """An entry with the texts of the present language."""

    entry: JournalEntry
    when: str
    journal: str
    place: str
    text: str
    who: str

    @property
    def grave(self) -> bool:
        """True for what went wrong: written strong."""
        return is_grave(self.entry.kind)


def _key(row: JournalRow) -> Hashable:
    return (row.entry.journal, row.entry.seq)


class JournalModel(KeyedModel[JournalRow]):
    """Keeps all entries read so far and shows those that pass the filter, newest first."""

    def __init__(self) -> None:
        super().__init__(_key, columns=5)
        self._all: list[JournalRow] = []
        self._names = Names(None, "zh")
        self._zone = "UTC"
        self._journal: Journal | None = None
        self._text = ""
        self._dim = QBrush(theme.TEXT_DIM)
        self._strong = theme.font(theme.BODY, weight=600)
        self._plain = theme.font(theme.BODY, tabular=True)

    def seen(self) -> dict[Journal, int]:
        """Return the newest number read of each journal."""
        newest: dict[Journal, int] = {}
        for row in self._all:
            newest[row.entry.journal] = max(newest.get(row.entry.journal, 0), row.entry.seq)
        return newest

    def add(self, entries: tuple[JournalEntry, ...]) -> None:
        """Take new entries, oldest first."""
        if entries:
            known = {_key(r) for r in self._all[: len(entries) * 2 + 50]}
            fresh = [self._row(e) for e in reversed(entries)]
            self._all = ([r for r in fresh if _key(r) not in known] + self._all)[:_LIMIT]
            self._filter()

    def set_names(self, site: Site | None, language: str) -> None:
        """Write every row anew with the names of a site, in a language."""
        self._names = Names(site, language)
        self._zone = site.timezone if site is not None else "UTC"
        self._all = [self._row(r.entry) for r in self._all]
        self._filter()
        self.refresh()

    def set_filter(self, journal: Journal | None, text: str) -> None:
        """Show only one journal (None: all) and only rows with every word of `text`."""
        self._journal, self._text = journal, text.lower()
        self._filter()

    def heading(self, column: int) -> str:
        return (
            self.tr("Time"),
            self.tr("Journal"),
            self.tr("Place"),
            self.tr("What happened"),
            self.tr("Who"),
        )[column]

    def show(self, row: JournalRow, column: int, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return (row.when, row.journal, row.place, row.text, row.who)[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.text if column == 3 else row.place if column == 2 else None
        if role == Qt.ItemDataRole.FontRole:
            return self._strong if row.grave and column == 3 else self._plain
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._dim if column in (0, 1, 4) else None
        return None

    def _row(self, entry: JournalEntry) -> JournalRow:
        language = self._names.language
        when = f"{date_text(entry.at_ms, self._zone, language)[5:]}  {time_text(entry.at_ms, self._zone)}"
        who = entry.who if not entry.where or not entry.who else f"{entry.who} @ {entry.where}"
        return JournalRow(
            entry,
            when,
            JOURNAL_NAMES[entry.journal].get(language),
            self._names.of(entry.what),
            sentence(entry, self._names),
            who,
        )

    def _filter(self) -> None:
        words = self._text.split()
        self.set_rows(
            [
                r
                for r in self._all
                if (self._journal is None or r.entry.journal is self._journal)
                and all(
                    w in f"{r.when} {r.place} {r.text} {r.who} {r.entry.what} {r.entry.kind}".lower() for w in words
                )
            ]
        )
