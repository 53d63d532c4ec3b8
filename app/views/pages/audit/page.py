"""The audit page: what people did, newest first, asked for by time, person, kind, place and words."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from app.model.records import Reason
from app.views import theme
from app.views.actions.export_audit import audit_export
from app.views.gateway.journal import JournalPage as Lines
from app.views.gateway.journal import JournalQuery, journal_first, journal_newer, journal_older
from app.views.models.audit import AuditModel
from app.views.pages.audit.bar import AuditBar
from app.views.pages.audit.detail import AuditDetail
from app.views.pages.base import Page
from app.views.room import Room
from app.views.state.causes import reason_words
from app.views.widgets.export_bar import ExportBar
from app.views.widgets.panel import Panel
from app.views.widgets.table import Table

__all__ = ["AuditPage"]

_EVERY: Final = 20
"""Ticks between two looks for something new: every two seconds, and only while the page is shown."""
_MOST: Final = 3_000
"""Lines shown at most: for more the question is too wide, or is to be exported."""


class AuditPage(Page):
    """Everybody may look. One read is under way at most; an answer to an older question is not taken."""

    page_id: ClassVar[str] = "audit"

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self._ticks = 0
        self._busy = self._whole = False
        self._answered = False
        """Whether what is listed answers the present question; one that could not be read is asked again."""
        self._trouble = ""
        self._asked: JournalQuery | None = None
        self._seen = Lines(())
        self.model = AuditModel()
        self.model.setParent(self)
        self.bar = AuditBar(self)
        self.count = QLabel(self)
        self.export = ExportBar(room, self)
        self.table = Table(self.model, (176, 92, 100, 296, 440, 84), stretch=4, place=3, parent=self)
        self.table.setObjectName("audit-table")
        self.detail = AuditDetail(self)
        self._list_panel, self._detail_panel = Panel(self), Panel(self)
        self._lay_out()
        self.bar.changed.connect(self.ask)
        self.export.wanted.connect(self._export)
        self.table.selectionModel().currentRowChanged.connect(self._chosen)
        self.table.verticalScrollBar().valueChanged.connect(self._scrolled)
        QShortcut(QKeySequence.StandardKey.Find, self, self.bar.text.setFocus)
        room.person_changed.connect(self._judge)
        self.site_changed()
        self.bar.set_now(room.now_ms())
        self.retranslate()

    def title(self) -> str:
        return self.tr("Audit")

    def tick(self) -> None:
        self._ticks += 1
        self.export.tick()
        if self._ticks % _EVERY or self._busy or self._asked is None:
            return
        if not self._answered:
            self.ask()
        elif self.bar.live:
            self._busy = True
            asked = self._asked
            self.room.query(journal_newer(asked, self._seen.seen), partial(self._came, asked), self._failed)

    def show_target(self, path: str) -> None:
        if path:
            self.bar.set_place(path, self.model.names.of(path))

    def retranslate(self) -> None:
        self.bar.retranslate(self.room.language)
        self.detail.retranslate(self.room.language)
        self.export.retranslate()
        self._list_panel.set_title(self.tr("What people did"))
        self._detail_panel.set_title(self.tr("Line"))
        self._judge()
        self._names()

    def site_changed(self) -> None:
        self.bar.set_site(self.room.present.applied.site if self.room.present.applied is not None else None)
        self._names()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._asked is None:
            self.ask()

    @Slot()
    def ask(self) -> None:
        """Ask the present question from its beginning."""
        asked = self.bar.query(self.room.now_ms())
        self._asked, self._busy, self._whole, self._answered = asked, True, False, False
        self.room.query(journal_first(asked), partial(self._arrived, asked), self._failed)

    def _lay_out(self) -> None:
        self._list_panel.body.addWidget(self.table)
        self._detail_panel.body.addWidget(self.detail)
        split = QSplitter(self)
        split.addWidget(self._list_panel)
        split.addWidget(self._detail_panel)
        split.setChildrenCollapsible(False)
        split.setStretchFactor(0, 1)
        split.setSizes([1200, 440])
        split.setHandleWidth(theme.GAP_M)
        foot = QHBoxLayout()
        foot.addWidget(self.count)
        foot.addStretch(1)
        foot.addWidget(self.export)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.GAP_L, theme.GAP_L, theme.GAP_L, theme.GAP_M)
        whole.setSpacing(theme.GAP)
        whole.addWidget(self.bar)
        whole.addWidget(split, 1)
        whole.addLayout(foot)

    def _names(self) -> None:
        site = self.room.present.applied.site if self.room.present.applied is not None else None
        self.model.set_names(site, self.room.language)
        self._show(self.table.currentIndex())
        self._tell()

    def _arrived(self, asked: JournalQuery, lines: Lines) -> None:
        if asked is self._asked:
            self._busy, self._answered, self._trouble = False, True, ""
            self._seen, self._whole = lines, lines.whole
            self.model.replace(lines.entries)
            self.table.scrollToTop()
            self._know(lines)

    def _more(self, asked: JournalQuery, lines: Lines) -> None:
        if asked is self._asked:
            self._busy, self._trouble, self._whole = False, "", lines.whole
            self.model.append(lines.entries)
            self._know(lines)

    def _came(self, asked: JournalQuery, lines: Lines) -> None:
        if asked is self._asked:
            self._busy, self._trouble, self._seen = False, "", lines
            self.model.renew(lines.entries)
            self._know(lines)

    def _know(self, lines: Lines) -> None:
        self.bar.add_people(tuple(sorted({e.who for e in lines.entries})))
        self._tell()

    def _failed(self, sentence: str) -> None:
        self._busy, self._trouble = False, sentence
        self._tell()

    def _tell(self) -> None:
        count = len(self.model.rows)
        text = self.tr("Lines: {}").format(f"{count}{'' if self._whole else '+'}")
        if count >= _MOST:
            text = self.tr("More than {} lines: ask for less, or export.").format(_MOST)
        self.count.setText(f"⚠ {self._trouble}" if self._trouble else text)

    @Slot(int)
    def _scrolled(self, value: int) -> None:
        rows, asked = self.model.rows, self._asked if self._answered else None
        near = value >= self.table.verticalScrollBar().maximum() - 10 * theme.ROW
        if near and not self._busy and not self._whole and asked is not None and 0 < len(rows) < _MOST:
            self._busy = True
            self.room.query(journal_older(asked, rows[-1].entry), partial(self._more, asked), self._failed)

    @Slot(QModelIndex, QModelIndex)
    def _chosen(self, current: QModelIndex, _before: QModelIndex) -> None:
        self._show(current)

    def _show(self, index: QModelIndex) -> None:
        self.detail.set_row(self.model.rows[index.row()] if index.isValid() else None, self.model.names.of)

    @Slot()
    def _judge(self) -> None:
        """An export is noted, so somebody must answer for it."""
        person = self.room.person
        why = "no_session" if not person.session else "session_locked" if person.locked else ""
        for button in (self.export.csv, self.export.xlsx):
            button.setEnabled(not why)
            button.setToolTip(reason_words(Reason(why), self.room.language) if why else "")

    @Slot(str)
    def _export(self, suffix: str) -> None:
        self.export.begin(suffix, audit_export(self.room, self.bar.query(self.room.now_ms())))
