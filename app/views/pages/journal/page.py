"""The journal page. Its id is still "events": links and kept places lead to it by that."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import QModelIndex, QPoint, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QSplitter, QVBoxLayout, QWidget

from app.model.records import JournalEntry
from app.views import theme
from app.views.actions.export_journal import journal_export
from app.views.gateway.journal import JournalPage as Lines
from app.views.gateway.journal import JournalQuery, journal_first, journal_newer, journal_older
from app.views.models.journal import JournalModel
from app.views.pages.base import Page
from app.views.pages.journal.bar import JournalBar
from app.views.pages.journal.pane import EntryPane
from app.views.room import Room
from app.views.state.journal_fields import page_of
from app.views.state.journal_filter import CUSTOM, WEEK, JournalFilter, places_of, span_ms, span_text
from app.views.widgets.action_button import ActionButton
from app.views.widgets.export_bar import ExportBar
from app.views.widgets.journal_table import JournalTable
from app.views.widgets.panel import Panel

__all__ = ["JournalPage"]

_EVERY: Final = 10
"""Ticks between two looks for new lines: once a second, and only while the page is shown."""
_MOST: Final = 20_000
"""Lines held on screen; who wants more asks for less, or exports."""


class JournalPage(Page):
    """One read is under way at most; an answer to an older question is not taken."""

    page_id: ClassVar[str] = "events"

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self._ticks = 0
        self._asked: JournalQuery | None = None
        self._seen: Lines = Lines(())
        self._busy = self._whole = self._missed = False
        self._answered = False
        """Whether what is listed answers the present question; one that could not be read is asked again."""
        self._news = 0
        self._trouble = ""
        self.model = JournalModel()
        self.model.setParent(self)
        self.bar = JournalBar(room, self)
        self.export = ExportBar(room, self)
        self.bar.side.addWidget(self.export)
        self.table = JournalTable(self.model, self)
        self.table.setObjectName("journal-table")
        self.pane = EntryPane(self)
        self.count = QLabel(self)
        self.older, self.newest = ActionButton(self, height=30), ActionButton(self, height=30)
        self.moment = ActionButton(self, height=30)
        self.moment.setObjectName("journal-moment")
        self._list_panel, self._entry_panel = Panel(self), Panel(self)
        self._lay_out()
        self.bar.changed.connect(self.ask)
        self.export.wanted.connect(self._export)
        self.older.clicked.connect(self._ask_older)
        self.newest.clicked.connect(self._to_newest)
        self.moment.clicked.connect(self._show_moment)
        self.table.end_reached.connect(self._ask_older)
        self.table.hold_changed.connect(self._tell)
        self.table.selectionModel().currentRowChanged.connect(self._chosen)
        self.table.activated.connect(self._open)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(self._menu)
        QShortcut(QKeySequence("Ctrl+Return"), self.table, self._show_moment).setContext(
            Qt.ShortcutContext.WidgetShortcut
        )
        QShortcut(QKeySequence.StandardKey.Find, self, self.bar.text.setFocus)
        self.retranslate()

    def title(self) -> str:
        return self.tr("Journal")

    def tick(self) -> None:
        self._ticks += 1
        self.export.tick()
        if self._ticks % _EVERY or self._busy or self._asked is None:
            return
        if not self._answered:
            self.ask()
        elif self.bar.filter.live:
            self._busy = True
            asked = self._asked
            self.room.query(journal_newer(asked, self._seen.seen), partial(self._came, asked), self._failed)

    def show_target(self, path: str) -> None:
        """Ask for all that was recorded of a place in the last days."""
        if path:
            self.bar.set_filter(JournalFilter(span=WEEK, place=path))
            self.ask()

    def retranslate(self) -> None:
        self.bar.retranslate()
        self.export.retranslate()
        self._entry_panel.set_title(self.tr("Entry"))
        self.pane.setPlaceholderText(self.tr("Choose a line to see everything that was recorded."))
        self.older.setText(self.tr("Older…"))
        self.moment.setText(self.tr("The room at this moment"))
        self.moment.setToolTip(self.tr("Show how everything stood when this line was written  (Ctrl+Enter)"))
        self._rename()

    def site_changed(self) -> None:
        self.bar.site_changed()
        self._rename()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._asked is None:
            self.ask()

    @Slot()
    def ask(self) -> None:
        """Ask the present question from its beginning."""
        asked = self._query()
        self._asked, self._busy, self._whole, self._missed = asked, True, False, False
        self._answered = False
        self.room.query(journal_first(asked), partial(self._arrived, asked), self._failed)

    def _query(self) -> JournalQuery:
        wanted = self.bar.filter
        site = self.room.present.applied.site if self.room.present.applied is not None else None
        shifts, zone = (site.shifts, site.timezone) if site is not None else ((), "UTC")
        start, end = span_ms(wanted, self.room.now_ms(), shifts, zone)
        return JournalQuery(
            journals=wanted.journals,
            start_ms=start,
            end_ms=end,
            areas=(wanted.area,) if wanted.area else (),
            places=places_of(wanted.place, site),
            priorities=wanted.asked_priorities,
            who=wanted.who,
            text=wanted.text,
        )

    def _lay_out(self) -> None:
        self._list_panel.body.addWidget(self.table)
        self._entry_panel.body.addWidget(self.pane)
        split = QSplitter(self)
        split.addWidget(self._list_panel)
        split.addWidget(self._entry_panel)
        split.setChildrenCollapsible(False)
        split.setStretchFactor(0, 1)
        split.setSizes([1210, 420])
        split.setHandleWidth(theme.GAP_M)
        foot = QHBoxLayout()
        foot.setSpacing(theme.GAP)
        foot.addWidget(self.count)
        foot.addStretch(1)
        for button in (self.moment, self.newest, self.older):
            button.setMinimumWidth(150)
            foot.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.GAP_L, theme.GAP_M, theme.GAP_L, theme.GAP_M)
        whole.setSpacing(theme.GAP)
        whole.addWidget(self.bar)
        whole.addWidget(split, 1)
        whole.addLayout(foot)

    def _rename(self) -> None:
        site = self.room.present.applied.site if self.room.present.applied is not None else None
        self.model.set_names(site, self.room.language)
        self._show_chosen()
        self._tell()

    def _arrived(self, asked: JournalQuery, lines: Lines) -> None:
        if asked is not self._asked:
            return
        self._busy, self._answered, self._trouble, self._news = False, True, "", 0
        self._seen, self._whole = lines, lines.whole
        self.table.to_newest()
        self.model.replace(lines.entries)
        self.table.scrollToTop()
        self._know(lines)

    def _behind(self, asked: JournalQuery, lines: Lines) -> None:
        if asked is self._asked:
            self._busy, self._trouble, self._whole = False, "", lines.whole
            self.model.append(lines.entries)
            self._know(lines)

    def _came(self, asked: JournalQuery, lines: Lines) -> None:
        if asked is not self._asked:
            return
        cleared, self._busy, self._trouble, self._seen = bool(self._trouble), False, "", lines
        if lines.entries:
            self._take(lines)
        if lines.entries or cleared:
            self._know(lines)

    def _take(self, lines: Lines) -> None:
        """Put new lines in. While somebody reads and the list is full they are only counted: nothing that is read may
        go."""
        held = self.table.hold
        if held and len(self.model.rows) + len(lines.entries) > _MOST:
            self._missed = True
            count = len(lines.entries)
        else:
            count = self.model.merge(lines.entries)
        if not held and self.model.trim(_MOST):
            self._whole = False
        self._news = self._news + count if held else 0

    @Slot()
    def _to_newest(self) -> None:
        self.table.to_newest()
        if self._missed:
            self.ask()

    def _know(self, lines: Lines) -> None:
        self.bar.add_people({e.who for e in lines.entries if e.who})
        self._tell()

    def _failed(self, sentence: str) -> None:
        self._busy, self._trouble = False, sentence
        self._tell()

    @Slot()
    def _ask_older(self) -> None:
        rows = self.model.rows
        asked = self._asked if self._answered and not self._busy and not self._whole else None
        if asked is not None and 0 < len(rows) < _MOST:
            self._busy = True
            self.room.query(journal_older(asked, rows[-1]), partial(self._behind, asked), self._failed)

    @Slot()
    def _tell(self) -> None:
        rows = len(self.model.rows)
        if not self.table.hold:
            self._news = 0
        if self._trouble:
            text = f"⚠ {self._trouble}"
        elif rows >= _MOST:
            text = self.tr("{} lines on screen: for older ones ask for less, or export").format(rows)
        else:
            text = self.tr("Lines: {}").format(rows if self._whole else f"{rows}+")
        self.count.setText(text)
        self.older.setEnabled(not self._whole and rows < _MOST)
        self.newest.setVisible(self.table.hold)
        news = self.tr("↑ Newest ({} new)").format(self._news) if self._news else self.tr("↑ Newest")
        self.newest.setText(news)
        self._list_panel.set_title(self.tr("What was recorded"), self._span())
        self.table.set_empty("" if self._busy else self.tr("Nothing was recorded that fits the question"))

    def _span(self) -> str:
        if self._asked is None:
            return ""
        text = span_text(self._asked.start_ms, self._asked.end_ms, self.model.zone, self.room.language)
        following = self.tr("follows") if self.bar.filter.span != CUSTOM and not self.table.hold else ""
        return "  ·  ".join(part for part in (text, self.model.zone, following) if part)

    @Slot(QModelIndex, QModelIndex)
    def _chosen(self, _current: QModelIndex, _before: QModelIndex) -> None:
        self._show_chosen()
        self._tell()

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        """Enter, or a double click: go to the alarm, the device or the place that a line speaks of."""
        entry = self.model.rows[index.row()]
        page = page_of(entry, self.room.present.applied.site if self.room.present.applied is not None else None)
        if page:
            self.room.navigate.emit(page, entry.what)

    @Slot(QPoint)
    def _menu(self, at: QPoint) -> None:
        if not self.table.indexAt(at).isValid():
            return
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        action = menu.addAction(self.moment.text())
        action.triggered.connect(self._show_moment)
        menu.popup(self.table.viewport().mapToGlobal(at))

    @Slot()
    def _show_moment(self) -> None:
        """Put the room back to when the chosen line was written, and go to a page that shows that."""
        entry = self._entry()
        if entry is None:
            return
        if entry.frame:
            self.room.machine.go_frame(entry.frame)
        else:
            self.room.machine.go(entry.at_ms)
        page = page_of(entry, self.room.present.applied.site if self.room.present.applied is not None else None)
        self.room.navigate.emit(page if page in ("station", "alarms") else "overview", "")

    def _entry(self) -> JournalEntry | None:
        current = self.table.currentIndex()
        return self.model.rows[current.row()] if current.isValid() else None

    def _show_chosen(self) -> None:
        entry = self._entry()
        self.moment.setEnabled(entry is not None)
        self.pane.show_entry(entry, self.model.names, self.model.zone)

    @Slot(str)
    def _export(self, suffix: str) -> None:
        self.export.begin(suffix, journal_export(self.room, self._query(), self.bar.filter))
