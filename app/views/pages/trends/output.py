"""What leaves the trends page: a picture, a PDF, paper, or the samples behind it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QPoint, Slot
from PySide6.QtGui import QAction
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QMenu, QWidget

from app.errors import EnvironmentFault
from app.views.actions.export_trend import trend_export
from app.views.pages.trends.paper import (
    TrendPaper,
    kept_still,
    page_layout,
    paint_on,
    save,
    write_pdf,
    write_picture,
)
from app.views.room import Room
from app.views.state.zone_time import date_text, time_text
from app.views.widgets.export_bar import ExportBar, Work
from app.views.widgets.export_choice import export_dialog, keep_folder
from app.views.widgets.trend_scene import instant_text

if TYPE_CHECKING:
    from app.views.pages.trends.page import TrendsPage

__all__ = ["Output", "SampleExport"]

_WRITES: Final = {".png": write_picture, ".pdf": write_pdf}


class SampleExport(ExportBar):
    """Says how far an export is, and ends it; it is begun from the menu. Reads the past beside all that is drawn."""

    def __init__(self, room: Room, parent: QWidget) -> None:
        super().__init__(room, parent)
        self._past = room
        self._show_running(False)
        self.hide()

    def run(self, work: Work) -> None:
        self.show()
        self._past.history(work, self._done, self._failed, beside=True)

    def _show_running(self, running: bool) -> None:
        self.cancel.setVisible(running)
        self.csv.hide()
        self.xlsx.hide()


class Output(QObject):
    """The menu, and what its entries do. Everything that leaves the room is noted, so somebody must be signed in."""

    def __init__(self, room: Room, page: TrendsPage) -> None:
        super().__init__(page)
        self._room, self._page = room, page
        self._paper: TrendPaper | None = None
        self._printer: QPrinter | None = None

    @Slot()
    def open_menu(self) -> None:
        """Offer what there is."""
        menu = QMenu(self._page)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.triggered.connect(self._chosen)
        somebody = bool(self._room.person.session) and not self._room.person.locked
        for text, what in (
            (self.tr("Picture (PNG)…"), ".png"), (self.tr("PDF…"), ".pdf"), (self.tr("Print…"), "print"),
            (self.tr("All samples, CSV…"), ".csv"), (self.tr("All samples, Parquet…"), ".parquet"),
        ):  # fmt: skip
            if what == ".csv":
                menu.addSeparator()
            action = QAction(text, menu)
            action.setData(what)
            action.setEnabled(somebody and bool(self._page.pens.pens))
            menu.addAction(action)
        if not somebody:
            menu.addSeparator()
            menu.addAction(self.tr("Exports are noted: sign in or unlock first  (F2)")).setEnabled(False)
        button = self._page.bar.buttons["output"]
        menu.popup(button.mapToGlobal(QPoint(0, button.height())))

    @Slot(QAction)
    def _chosen(self, action: QAction) -> None:
        what = action.data()
        if what in (".csv", ".parquet"):
            scene = self._page.canvas.scene
            assert scene is not None
            paths = [p.tag for p in self._page.pens.pens if not p.hidden]
            end = min(scene.end_ms, scene.now_ms + 1)
            self._page.export.begin(what, trend_export(self._room, paths, scene.start_ms, end))
        elif what == "print":
            self._ask_printer()
        elif what in _WRITES:
            self._ask_file(what)

    def sheet(self) -> TrendPaper:
        """Return what is shown now as a sheet of paper, which stays so."""
        page, room = self._page, self._room
        scene = page.canvas.scene
        assert scene is not None
        site = room.applied.site.label.get(room.language) if room.applied is not None else ""
        name = page.group.name if page.group is not None else ""
        made = f"{date_text(room.now_ms(), scene.timezone, room.language)} {time_text(room.now_ms(), scene.timezone)}"
        who = f"{room.person.name} @ {room.person.workstation}"
        ends = [(n, at) for n, at in (("A", page.canvas.first), ("B", page.canvas.second)) if at is not None]
        cursors = tuple((n, at, instant_text(at, scene)) for n, at in ends)
        title = " · ".join(t for t in (name, site) if t)
        foot = "    ".join((self.tr("Qianliyan"), who, made))
        still = kept_still(scene)
        return TrendPaper(still, page.table.rows, page.table.heads, title, page.bar.range.text(), foot, cursors)

    def _ask_file(self, suffix: str) -> None:
        """The sheet is that of the moment at which it was asked for, however long the dialog stands."""
        self._paper = self.sheet()
        stamp = date_text(self._paper.scene.start_ms, self._paper.scene.timezone, "en")[:10]
        clock = time_text(self._paper.scene.start_ms, self._paper.scene.timezone).replace(":", "")
        dialog = export_dialog(
            self._page, self._room.preferences, f"trend_{stamp}_{clock}{suffix}", self.tr("Write to a file")
        )
        dialog.fileSelected.connect(self.write)

    @Slot(str)
    def write(self, name: str) -> None:
        """Write the sheet that was asked for."""
        file, paper = Path(name), self._paper
        how = _WRITES.get(file.suffix.lower())
        if paper is None or how is None:
            return
        keep_folder(self._room.preferences, file)
        done, failed = partial(self._written, file), partial(self._failed, file)
        self._room.query(lambda _store: save(file, paper, how), done, failed)

    def _written(self, file: Path, _answer: None) -> None:
        self._page.say(self.tr("Written: {}").format(file.name))
        self._note(str(file))

    def _failed(self, _file: Path, sentence: str) -> None:
        self._page.say(self.tr("Not written: {}").format(sentence))

    def _ask_printer(self) -> None:
        self._paper = self.sheet()
        self._printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        self._printer.setPageLayout(page_layout())
        self._printer.setFullPage(True)
        dialog = QPrintDialog(self._printer, self._page)
        dialog.accepted.connect(self.print_sheet)
        dialog.finished.connect(dialog.deleteLater)
        dialog.setModal(False)
        dialog.show()

    @Slot()
    def print_sheet(self) -> None:
        """Print the sheet that was asked for on the printer that was chosen."""
        if self._paper is None or self._printer is None:
            return
        try:
            paint_on(self._printer, self._paper)
        except EnvironmentFault as fault:
            self._failed(Path(), str(fault))
            return
        self._page.say(self.tr("Sent to the printer"))
        self._note(self._printer.printerName())

    def _note(self, where: str) -> None:
        assert self._paper is not None
        scene = self._paper.scene
        tags = [v.pen.tag for v in scene.pens]
        detail = {"file": where, "start_ms": scene.start_ms, "end_ms": scene.end_ms, "tags": tags}
        self._room.note_act("printed", "trend", detail)
