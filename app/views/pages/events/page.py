"""The events page: what happened, newest first; a chosen entry opens with everything that was recorded."""

from __future__ import annotations

import json
from typing import ClassVar, Final

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from app.model.records import Journal, JournalEntry
from app.views import theme
from app.views.gateway.queries import journals_after
from app.views.models.journal import JournalModel
from app.views.pages.base import Page
from app.views.room import Room
from app.views.state.sentences import JOURNAL_NAMES
from app.views.widgets.panel import Panel
from app.views.widgets.table import Table

__all__ = ["EventsPage"]

_NEWEST: Final = 500
_EVERY: Final = 10
"""Ticks between two looks at the journals: once a second, and only while the page is shown."""


class EventsPage(Page):
    """Reads journals on the room's worker; one read is under way at most."""

    page_id: ClassVar[str] = "events"

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self._ticks = 0
        self._asking = False
        self._trouble = ""
        self.model = JournalModel()
        self.model.setParent(self)
        self.search = QLineEdit(self)
        self.search.setObjectName("events-search")
        self.search.setClearButtonEnabled(True)
        self.search.setFixedHeight(34)
        self.search.setTextMargins(6, 0, 6, 0)
        self.journal = QComboBox(self)
        self.journal.setObjectName("events-journal")
        self.journal.setFixedHeight(34)
        self.journal.setMinimumWidth(150)
        self.count = QLabel(self)
        self.table = Table(self.model, (176, 94, 300, 600, 150), stretch=3, parent=self)
        self.table.setObjectName("events-table")
        self.detail = QPlainTextEdit(self)
        self.detail.setObjectName("events-detail")
        self.detail.setReadOnly(True)
        self.detail.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.detail.document().setDocumentMargin(theme.GAP_M)
        self._table_panel, self._detail_panel = Panel(self), Panel(self)
        self._table_panel.body.addWidget(self.table)
        self._detail_panel.body.addWidget(self.detail)
        self._lay_out()
        for i in range(4):
            self.journal.insertItem(i, "")
        self.search.textChanged.connect(self._filter_changed)
        self.journal.currentIndexChanged.connect(self._filter_changed)
        self.table.selectionModel().currentRowChanged.connect(self._chosen)
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)
        self.retranslate()
        self.site_changed()

    def title(self) -> str:
        return self.tr("Events")

    def tick(self) -> None:
        self._ticks += 1
        if self._ticks % _EVERY == 1:
            self._ask()

    def show_target(self, path: str) -> None:
        if path:
            self.search.setText(path)

    def retranslate(self) -> None:
        self.search.setPlaceholderText(self.tr("Search place, text, person  (Ctrl+F)"))
        names = [self.tr("All journals"), *(JOURNAL_NAMES[j].get(self.room.language) for j in Journal)]
        for i, name in enumerate(names):
            self.journal.setItemText(i, name)
        self._table_panel.set_title(self.tr("What happened"))
        self._detail_panel.set_title(self.tr("Entry"))
        self.detail.setPlaceholderText(self.tr("Choose a line to see everything that was recorded."))
        self.site_changed()

    def site_changed(self) -> None:
        site = self.room.applied.site if self.room.applied is not None else None
        self.model.set_names(site, self.room.language)
        self._tell_count()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ask()

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(theme.GAP_M)
        bar.addWidget(self.search, 1)
        bar.addWidget(self.journal)
        bar.addWidget(self.count)
        split = QSplitter(self)
        split.addWidget(self._table_panel)
        split.addWidget(self._detail_panel)
        split.setChildrenCollapsible(False)
        split.setStretchFactor(0, 1)
        split.setSizes([1260, 400])
        split.setHandleWidth(theme.GAP_M)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.GAP_L, theme.GAP_L, theme.GAP_L, theme.GAP_L)
        whole.setSpacing(theme.GAP_M)
        whole.addLayout(bar)
        whole.addWidget(split, 1)
        self.detail.setFont(theme.font(theme.BODY, tabular=True))

    def _ask(self) -> None:
        if not self._asking:
            self._asking = True
            self.room.query(journals_after(self.model.seen(), newest=_NEWEST), self._arrived, self._failed)

    def _arrived(self, entries: tuple[JournalEntry, ...]) -> None:
        self._asking, self._trouble = False, ""
        self.model.add(entries)
        self._tell_count()

    def _failed(self, sentence: str) -> None:
        self._asking, self._trouble = False, sentence
        self._tell_count()

    def _tell_count(self) -> None:
        count = self.tr("Entries: {}").format(self.model.rowCount())
        self.count.setText(f"⚠ {self._trouble}" if self._trouble else count)

    @Slot()
    def _filter_changed(self) -> None:
        index = self.journal.currentIndex()
        self.model.set_filter(list(Journal)[index - 1] if index > 0 else None, self.search.text())
        self._tell_count()

    @Slot(QModelIndex, QModelIndex)
    def _chosen(self, current: QModelIndex, _before: QModelIndex) -> None:
        if not current.isValid():
            self.detail.clear()
            return
        row = self.model.rows[current.row()]
        entry = row.entry
        head = [
            row.place,
            row.text,
            "",
            f"{row.when}   {row.journal} {entry.seq}",
            f"{entry.kind}   {entry.what}",
            row.who,
        ]
        body = json.dumps(dict(entry.detail), ensure_ascii=False, indent=2)
        self.detail.setPlainText("\n".join([*head, "", body, "", f"SHA-256 {entry.hash}"]))
