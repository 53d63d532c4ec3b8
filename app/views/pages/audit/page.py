"""The audit page: what people did, newest first, asked for by time, person, kind, place and words."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Final

from PySide6.QtCore import QModelIndex, QStandardPaths, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSplitter, QVBoxLayout, QWidget

from app.model.records import Reason
from app.views import theme
from app.views.actions.export_audit import export
from app.views.gateway.audit import AuditFilter, AuditLines, Exported, audit_page
from app.views.models.audit import AuditModel
from app.views.pages.audit.bar import AuditBar
from app.views.pages.audit.detail import AuditDetail
from app.views.pages.base import Page
from app.views.room import Room
from app.views.state.causes import reason_words
from app.views.state.zone_time import date_text, time_text
from app.views.widgets.action_button import ActionButton
from app.views.widgets.panel import Panel
from app.views.widgets.table import Table

__all__ = ["AuditPage"]

_EVERY: Final = 20
"""Ticks between two looks for something new."""
_MOST: Final = 3_000
"""Lines shown at most: for more the question is too wide, or is to be exported."""


class AuditPage(Page):
    """Everybody may look. Pages of lines are read as one scrolls; one read is under way at most."""

    page_id: ClassVar[str] = "audit"

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self._ticks = 0
        self._asking = self._again = self._exporting = False
        self._whole = False
        self._trouble = self._exported = ""
        self._asked = AuditFilter()
        self.model = AuditModel()
        self.model.setParent(self)
        self.bar = AuditBar(self)
        self.count, self.said = QLabel(self), QLabel(self)
        self.export = ActionButton(self, height=34)
        self.export.setObjectName("audit-export")
        self.table = Table(self.model, (190, 110, 130, 270, 420, 96), stretch=4, parent=self)
        self.table.setObjectName("audit-table")
        self.detail = AuditDetail(self)
        self._list_panel, self._detail_panel = Panel(self), Panel(self)
        self._lay_out()
        self.bar.changed.connect(self.ask)
        self.export.clicked.connect(self._export)
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
        if self._ticks % _EVERY == 1 and self.bar.live and not self._asking:
            self._asking = True
            self.room.query(audit_page(self._asked), self._renewed, self._failed)

    def show_target(self, path: str) -> None:
        if path:
            self.bar.set_place(path, self.model.names.of(path))

    def retranslate(self) -> None:
        self.bar.retranslate(self.room.language)
        self.detail.retranslate(self.room.language)
        self._list_panel.set_title(self.tr("What people did"))
        self._detail_panel.set_title(self.tr("Line"))
        self.export.setText(self.tr("Export CSV"))
        self._judge()
        self._names()

    def site_changed(self) -> None:
        self.bar.set_site(self.room.applied.site if self.room.applied is not None else None)
        self._names()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.ask()

    @Slot()
    def ask(self) -> None:
        """Ask the present question from its beginning."""
        if self._asking:
            self._again = True
            return
        self._asking, self._again, self._whole = True, False, False
        self._asked = self.bar.filter(self.room.now_ms())
        self.room.query(audit_page(self._asked), self._arrived, self._failed)

    def _lay_out(self) -> None:
        self._list_panel.body.addWidget(self.table)
        self._detail_panel.body.addWidget(self.detail)
        bar = QHBoxLayout()
        bar.setSpacing(theme.GAP)
        bar.addWidget(self.bar, 1)
        bar.addWidget(self.export)
        said = QHBoxLayout()
        said.addWidget(self.count)
        said.addWidget(self.said, 1)
        split = QSplitter(self)
        split.addWidget(self._list_panel)
        split.addWidget(self._detail_panel)
        split.setChildrenCollapsible(False)
        split.setStretchFactor(0, 1)
        split.setSizes([1200, 440])
        split.setHandleWidth(theme.GAP_M)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.GAP_L, theme.GAP_L, theme.GAP_L, theme.GAP_M)
        whole.setSpacing(theme.GAP)
        whole.addLayout(bar)
        whole.addWidget(split, 1)
        whole.addLayout(said)

    def _names(self) -> None:
        site = self.room.applied.site if self.room.applied is not None else None
        self.model.set_names(site, self.room.language)
        current = self.table.currentIndex()
        self.detail.set_row(self.model.rows[current.row()] if current.isValid() else None, self.model.names.of)
        self._tell()

    def _arrived(self, lines: AuditLines) -> None:
        self._read(lines)
        self.model.replace(lines.entries)
        self.table.scrollToTop()
        self._told()

    def _more(self, lines: AuditLines) -> None:
        self._read(lines)
        self.model.append(lines.entries)
        self._told()

    def _renewed(self, lines: AuditLines) -> None:
        whole = self._whole
        self._read(lines)
        self._whole = whole
        self.model.renew(lines.entries)
        self._told()

    def _read(self, lines: AuditLines) -> None:
        self._asking, self._trouble = False, ""
        self._whole = lines.whole
        self.bar.add_people(tuple(sorted({e.who for e in lines.entries})))

    def _told(self) -> None:
        """An answer is on screen; a question that was changed meanwhile is asked now."""
        self._tell()
        if self._again:
            self.ask()

    def _failed(self, sentence: str) -> None:
        self._asking, self._trouble = False, sentence
        self._told()

    def _tell(self) -> None:
        count = len(self.model.rows)
        more = "" if self._whole else "+"
        self.count.setText(f"⚠ {self._trouble}" if self._trouble else self.tr("Lines: {}").format(f"{count}{more}"))
        if count >= _MOST:
            self.said.setText(self.tr("More than {} lines: ask for less, or export.").format(_MOST))
        else:
            self.said.setText(self._exported)

    @Slot(int)
    def _scrolled(self, value: int) -> None:
        bar = self.table.verticalScrollBar()
        rows = self.model.rows
        near = value >= bar.maximum() - 10 * theme.ROW
        if near and rows and not self._whole and not self._asking and len(rows) < _MOST:
            self._asking = True
            self.room.query(audit_page(self._asked, rows[-1].entry), self._more, self._failed)

    @Slot(QModelIndex, QModelIndex)
    def _chosen(self, current: QModelIndex, _before: QModelIndex) -> None:
        self.detail.set_row(self.model.rows[current.row()] if current.isValid() else None, self.model.names.of)

    @Slot()
    def _judge(self) -> None:
        """An export is noted, so somebody must answer for it."""
        person = self.room.person
        why = "no_session" if not person.session else "session_locked" if person.locked else ""
        self.export.setEnabled(not why and not self._exporting)
        self.export.setToolTip(reason_words(Reason(why), self.room.language) if why else "")

    @Slot()
    def _export(self) -> None:
        self._exporting = True
        self._judge()
        export(self.room, self.bar.filter(self.room.now_ms()), self._file(), self._written, self._not_written)

    def _file(self) -> Path:
        """Return a new name in this workstation's folder for exports."""
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        folder = self.room.preferences.get("export_folder") or str(Path(documents) / "qianliyan")
        now, zone = self.room.now_ms(), self.model.zone
        stamp = date_text(now, zone, "en")[:10] + "_" + time_text(now, zone).replace(":", "")
        return Path(str(folder)) / f"audit_{stamp}.csv"

    def _written(self, exported: Exported) -> None:
        self._exporting = False
        self._judge()
        text = self.tr("{} lines written to {}") if exported.whole else self.tr("The newest {} lines written to {}")
        self._exported = text.format(exported.rows, exported.file)
        self._tell()

    def _not_written(self, sentence: str) -> None:
        self._exporting = False
        self._judge()
        self._exported = self.tr("Nothing was written: {}").format(sentence)
        self._tell()
