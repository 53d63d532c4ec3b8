"""The sheet of a handover in the middle, and beside it what is to be read and signed, or who signed it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QStandardPaths, Qt, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QTextBrowser, QVBoxLayout, QWidget

from app.model.people import Handover
from app.model.records import Reason
from app.model.shifts import Shift
from app.views import theme
from app.views.actions.make_handover import make_sheet_of
from app.views.actions.print_handover import print_handover
from app.views.gateway.handover import Checked, Made
from app.views.pages.shift.kept_pane import KeptPane
from app.views.pages.shift.sign_pane import SignPane
from app.views.room import Room
from app.views.state.causes import reason_words
from app.views.state.handover_draft import Draft
from app.views.state.handover_html import Paper, sheet_html
from app.views.state.handover_sheet import HIGHEST
from app.views.widgets.action_button import ActionButton
from app.views.widgets.panel import Panel

__all__ = ["HandoverView"]

_PANE: Final = 392
_ON_SCREEN: Final = 25
"""Rows of a section on screen at most; the rest is counted, and stands on paper."""
_ON_PAPER: Final = 2_000
_EVERY: Final = 50
"""Ticks between two looks whether an unsigned sheet still holds."""
_SOONEST: Final = 20
"""Ticks between two looks at least, while alarms of the highest priority move."""


class HandoverView(QWidget):
    """Shows a draft or a kept handover. `signed` tells of a new one."""

    signed = Signal(object)

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._kept: Handover | None = None
        self._shift: Shift | None = None
        self._making = False
        self._chosen = ""
        self._ticks = self._looked = 0
        self._moved = self._to_show = False
        self._said = ""
        self._dialog: QFileDialog | None = None
        self.page = QTextBrowser(self)
        self.page.setObjectName("handover-sheet")
        self.page.setOpenLinks(False)
        self.page.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.page.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.page.document().setDefaultFont(theme.font(theme.BODY))
        self.page.document().setDocumentMargin(theme.GAP_L)
        self.said = QLabel(self)
        self.said.setWordWrap(True)
        self.print = ActionButton(self, height=34)
        self.print.setObjectName("handover-print")
        self.again = ActionButton(self, height=34)
        self.again.setObjectName("handover-again")
        self.pane, self.kept = SignPane(room, self), KeptPane(room, self)
        self._sheet_panel, self._side = Panel(self), Panel(self)
        self._lay_out()
        self.pane.read.opened.connect(self._show_item)
        self.pane.signed.connect(self._signed)
        self.pane.stale.connect(self._judge)
        self.print.clicked.connect(self._choose_file)
        self.again.clicked.connect(self._make_again)
        room.present_alarms_changed.connect(self._alarms_changed)
        room.person_changed.connect(self._judge)

    @property
    def sheet(self) -> dict[str, Any] | None:
        """Return the sheet that is shown."""
        if self._kept is not None:
            return dict(self._kept.sheet)
        return dict(self.pane.draft.sheet) if self.pane.draft is not None else None

    def make(self, shift: Shift | None) -> None:
        """Make the sheet of now for a shift."""
        if not self._making:
            self._making, self._shift, self._said = True, shift, ""
            self._judge()
            make_sheet_of(self._room, shift, self._made, self._not_made)

    def show_kept(self, kept: Handover, checked: Checked | None, *, give_to: str = "") -> None:
        """Show a signed handover; an unsigned sheet is put away."""
        other = self._kept is None or self._kept.id != kept.id
        self._kept = kept
        self.kept.show_kept(kept, checked, give_to=give_to)
        if other:
            self._chosen = self._said = ""
            self.pane.show_draft(None)
            self._write()
            self.page.verticalScrollBar().setValue(0)

    def tick(self) -> None:
        """Let time pass."""
        self.pane.tick()
        self.kept.tick()
        if self._to_show:
            self._to_show = False
            self._write()
            self.page.scrollToAnchor(self._chosen)
        self._ticks += 1
        since = self._ticks - self._looked
        if self.pane.draft is not None and (since >= _EVERY or (self._moved and since >= _SOONEST)):
            self._looked, self._moved = self._ticks, False
            self.pane.look_again()

    def retranslate(self) -> None:
        """Take the room's language and site."""
        self.print.setText(self.tr("Print to PDF…"))
        self.again.setText(self.tr("Make it anew"))
        self.pane.retranslate()
        self.kept.retranslate()
        self._write()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setContentsMargins(theme.GAP_L, 0, theme.GAP_L, theme.GAP_M)
        buttons.setSpacing(theme.GAP)
        buttons.addWidget(self.said, 1)
        for button in (self.again, self.print):
            button.setFixedWidth(160)
            buttons.addWidget(button)
        self._sheet_panel.body.addWidget(self.page, 1)
        self._sheet_panel.body.addSpacing(theme.GAP)
        self._sheet_panel.body.addLayout(buttons)
        self._side.body.setContentsMargins(1, 1, 1, 1)
        self._side.body.addWidget(self.pane)
        self._side.body.addWidget(self.kept)
        self._side.setFixedWidth(_PANE)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.GAP_M)
        column = QVBoxLayout()
        column.addWidget(self._sheet_panel, 1)
        whole.addLayout(column, 1)
        whole.addWidget(self._side)

    def _made(self, made: Made) -> None:
        self._making, self._kept, self._chosen = False, None, ""
        self.pane.show_draft(Draft(made.sheet, made.sha256))
        self._write()
        self.page.verticalScrollBar().setValue(0)
        self.pane.read.table.setFocus()
        self.pane.read.table.selectRow(0)

    def _not_made(self, reasons: tuple[Reason, ...]) -> None:
        self._making = False
        self._said = "\n".join(reason_words(r, self._room.language) for r in reasons)
        self._judge()

    def _paper(self, most: int, *, head: bool) -> Paper:
        draft = self.pane.draft
        digest = self._kept.sha256 if self._kept is not None else draft.sha256 if draft is not None else ""
        chosen = "" if head else self._chosen
        return Paper(self._room.language, digest, most, chosen, self._kept, head)

    def _write(self) -> None:
        """Write the sheet anew, and stay where one was reading."""
        sheet = self.sheet
        bar = self.page.verticalScrollBar()
        at = bar.value()
        if sheet is None:
            self.page.setPlainText(self.tr("Make a sheet, or choose a handover at the left."))
        else:
            self.page.setHtml(sheet_html(sheet, self._paper(_ON_SCREEN, head=False)))
        bar.setValue(at)
        self._judge()

    @Slot()
    def _judge(self) -> None:
        draft, kept = self.pane.draft, self._kept
        name = self.tr("Handover") if kept is not None or draft is None else self.tr("Handover, not signed yet")
        self._sheet_panel.set_title(name)
        self._side.set_title(self.tr("Signed") if kept is not None else self.tr("Read and sign"))
        self.pane.setVisible(kept is None and draft is not None)
        self.kept.setVisible(kept is not None)
        self.again.setVisible(kept is None and draft is not None)
        self.again.setEnabled(not self._making)
        person = self._room.person
        self.print.setEnabled(self.sheet is not None and bool(person.session) and not person.locked)
        self.said.setText(self._said)

    @Slot(str)
    def _show_item(self, key: str) -> None:
        """Show it at the next tick: whoever holds Enter down opens many."""
        self._chosen, self._to_show = key, True

    @Slot(object)
    def _signed(self, handover: Handover) -> None:
        give_to = handover.incoming.person if handover.incoming.person != self._room.person.name else ""
        self.show_kept(handover, None, give_to=give_to)
        self.signed.emit(handover)

    @Slot()
    def _make_again(self) -> None:
        self.make(self._shift)

    @Slot(object)
    def _alarms_changed(self, paths: tuple[str, ...]) -> None:
        """An alarm of the highest priority moved: does the sheet still hold?"""
        if self.pane.draft is not None and any(self._room.present.book.status(p).priority == HIGHEST for p in paths):
            self._moved = True

    @Slot()
    def _choose_file(self) -> None:
        sheet = self.sheet
        if sheet is None or self._dialog is not None:
            return
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        name = f"handover_{sheet['shift']['day']}_{sheet['shift']['id'] or 'shift'}.pdf"
        dialog = QFileDialog(self, self.tr("Print to PDF"), str(Path(documents) / name), "PDF (*.pdf)")
        dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("pdf")
        dialog.selectFile(str(Path(documents) / name))
        dialog.setModal(False)
        dialog.fileSelected.connect(self.print_to)
        dialog.finished.connect(self._dialog_done)
        self._dialog = dialog
        dialog.show()

    @Slot(str)
    def print_to(self, file: str) -> None:
        """Write what is shown as PDF."""
        sheet = self.sheet
        if sheet is not None:
            paper = self._paper(_ON_PAPER, head=True)
            print_handover(self._room, Path(file), sheet, paper, self._printed, self._not_printed)

    @Slot()
    def _dialog_done(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None

    def _printed(self, file: str) -> None:
        self._said = self.tr("Printed to {}").format(file)
        self._judge()

    def _not_printed(self, sentence: str) -> None:
        self._said = self.tr("Nothing was printed: {}").format(sentence)
        self._judge()
