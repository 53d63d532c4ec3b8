"""The export buttons of a page; while a file is written, how far it is and a way to end it; then what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QSizePolicy, QWidget

from app.views import theme
from app.views.gateway.exporting import ENDED, Exported, Progress
from app.views.room import Room
from app.views.widgets.action_button import ActionButton
from app.views.widgets.export_choice import export_dialog, keep_folder
from app.views.widgets.ink import draw_text, elided

__all__ = ["Export", "ExportBar"]

Work = Callable[..., Exported]
"""Gets what it reads (a store, or a reader of the past) and a function that says whether to end."""


@dataclass(frozen=True, slots=True)
class Export:
    """What is to be written: `make` gets the file, `detail` says in the audit journal what was asked."""

    name: str
    """File name without suffix."""
    what: str
    make: Callable[[Path, Progress], Work]
    detail: dict[str, Any]


class _Said(QLabel):
    """One line at the right; takes what room is left, and is cut where that is too little."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        text = elided(self.text(), self.width(), theme.BODY, tabular=True)
        draw_text(painter, self.width(), self.height() / 2 + 5, text, size=theme.BODY, tabular=True, align="right")
        painter.end()


class ExportBar(QWidget):
    """One export at a time. A file appears whole, under the name that was chosen, or not at all."""

    wanted = Signal(str)
    """The suffix, ".csv" or ".xlsx": the page answers with `begin`."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._export: Export | None = None
        """What the dialog asks a file for; another may be asked for while one is written."""
        self._written: Export | None = None
        self._progress: Progress | None = None
        self._shown = -1
        self._ready = True
        self.said = _Said(self)
        self.csv, self.xlsx, self.cancel = (ActionButton(self, height=34) for _ in range(3))
        for name, button in (("csv", self.csv), ("xlsx", self.xlsx), ("cancel", self.cancel)):
            button.setObjectName(f"export-{name}")
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        row.addWidget(self.said, 1)
        for part in (self.cancel, self.csv, self.xlsx):
            row.addWidget(part)
        self.csv.clicked.connect(self._want)
        self.xlsx.clicked.connect(self._want)
        self.cancel.clicked.connect(self._cancel)
        self.cancel.hide()
        room.person_changed.connect(self.judge)

    def set_ready(self, ready: bool) -> None:
        """Say whether there is anything to export."""
        self._ready = ready
        self.judge()

    @Slot()
    def judge(self) -> None:
        """An export is noted, so somebody must be there who does it."""
        person = self._room.person
        somebody = bool(person.session) and not person.locked
        for button in (self.csv, self.xlsx):
            button.setEnabled(self._ready and somebody)
            button.setToolTip("" if somebody else self.tr("Exports are noted: sign in or unlock first  (F2)"))

    def retranslate(self) -> None:
        """Take the room's language."""
        self.csv.setText(self.tr("Export CSV…"))
        self.xlsx.setText(self.tr("Export XLSX…"))
        self.cancel.setText(self.tr("Cancel"))
        self.judge()

    def tick(self) -> None:
        """Show how far it is."""
        progress = self._progress
        if progress is not None and progress.rows != self._shown:
            self._shown = progress.rows
            self._say(self.tr("Writing… {} lines").format(progress.rows))

    def begin(self, suffix: str, export: Export) -> QFileDialog:
        """Ask for the file; the export begins when one was chosen."""
        self._export = export
        title = self.tr("Export to a file")
        dialog = export_dialog(self, self._room.preferences, export.name + suffix, title)
        dialog.fileSelected.connect(self.write)
        return dialog

    @Slot(str)
    def write(self, name: str) -> None:
        """Write the export that was begun into this file."""
        export = self._export
        if export is None or self._progress is not None:
            return
        file = Path(name)
        keep_folder(self._room.preferences, file)
        self._written, self._progress, self._shown = export, Progress(), -1
        self._show_running(True)
        self.run(export.make(file, self._progress))

    def run(self, work: Work) -> None:
        """Run the work on a thread; `_done` or `_failed` hears of it."""
        self._room.read_long(work, self._done, self._failed)

    def _done(self, exported: Exported) -> None:
        export, self._progress = self._written, None
        self._show_running(False)
        if exported.trouble:
            self._say(self._words(exported), exported.words)
            return
        self._say(self.tr("{} lines written to {}").format(exported.rows, exported.file.name), str(exported.file))
        if export is not None:
            heads = {name: list(head) for name, head in exported.heads.items()}
            detail = {"file": str(exported.file), "rows": exported.rows, **export.detail, "heads": heads}
            self._room.note_act("exported", export.what, detail)

    def _failed(self, sentence: str) -> None:
        self._progress = None
        self._show_running(False)
        self._say(self.tr("Not written: {}").format(sentence), sentence)

    def _words(self, exported: Exported) -> str:
        if exported.trouble == ENDED:
            return self.tr("Ended, nothing was written")
        words = {
            "folder": self.tr("the folder does not exist"),
            "permission": self.tr("this file may not be written, or another program has it open"),
            "full": self.tr("the disk is full"),
        }
        return self.tr("Not written: {}").format(words.get(exported.trouble, exported.words))

    def _say(self, text: str, tip: str = "") -> None:
        self.said.setText(text)
        self.said.setToolTip(tip or text)

    def _show_running(self, running: bool) -> None:
        self.cancel.setVisible(running)
        for button in (self.csv, self.xlsx):
            button.setVisible(not running)

    @Slot()
    def _want(self) -> None:
        self.wanted.emit(".csv" if self.sender() is self.csv else ".xlsx")

    @Slot()
    def _cancel(self) -> None:
        if self._progress is not None:
            self._progress.cancelled = True
