"""What leaves a trend: a picture, a PDF, paper, every sample behind it; each noted, each whole or not at all."""

from __future__ import annotations

import csv
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QAction, QImage
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from app.errors import EnvironmentFault
from app.model.records import Person
from app.views.pages.trends.paper import TrendPaper, save, write_pdf, write_picture
from tests.views.trend_world import HOUR, LEVEL, NOW, TrendWorld


@pytest.fixture
def world(qtbot: QtBot) -> Iterator[TrendWorld]:
    made = TrendWorld()
    qtbot.addWidget(made.page)
    yield made
    made.page.hide()


def actions(world: TrendWorld) -> dict[str, QAction]:
    """Open the menu and return what it offers."""
    world.page.output.open_menu()
    menu = world.page.findChildren(QMenu)[-1]
    menu.close()
    return {str(a.data()): a for a in menu.actions() if a.data()}


def answer(world: TrendWorld, file: Path) -> None:
    """Choose a file in the dialog that stands."""
    dialog = world.page.findChildren(QFileDialog)[-1]
    dialog.fileSelected.emit(str(file))
    dialog.close()


def test_the_sheet_becomes_a_picture_and_a_pdf(world: TrendWorld, tmp_path: Path) -> None:
    """Both are there whole, told above the picture, and noted with what they show."""
    for suffix in (".png", ".pdf"):
        actions(world)[suffix].trigger()
        answer(world, tmp_path / f"sheet{suffix}")
        world.settle()
        assert f"Written: sheet{suffix}" in world.page.bar.said.text()
    assert QImage(str(tmp_path / "sheet.png")).width() == 2880
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["sheet.pdf", "sheet.png"]
    noted = [a for a in world.door.acts if a[1] == "printed"]
    assert len(noted) == 2 and noted[0][2] == "trend" and LEVEL in noted[0][3]["tags"]


def test_the_sheet_says_when_where_and_who(world: TrendWorld) -> None:
    """Group and site, the time with its zone, cursors, and who made it."""
    world.page.canvas.put_cursor(NOW - HOUR // 2)
    sheet = world.page.output.sheet()
    assert "Xuelin" in sheet.title and "Asia/Shanghai UTC+8" in sheet.span and "demo @ test" in sheet.foot
    assert [name for name, *_ in sheet.cursors] == ["A"] and len(sheet.rows) == len(world.page.pens.pens)


def test_a_sheet_that_cannot_be_written_leaves_nothing(world: TrendWorld, tmp_path: Path) -> None:
    """The folder is not there: the fault says so."""
    sheet = world.page.output.sheet()
    for how in (write_pdf, write_picture):
        with pytest.raises(EnvironmentFault):
            save(tmp_path / "nowhere" / "sheet.png", sheet, how)
    assert list(tmp_path.iterdir()) == []


def test_a_sheet_goes_to_a_printer(world: TrendWorld, tmp_path: Path) -> None:
    """The dialog does not stand in the way; what is printed is noted."""
    actions(world)["print"].trigger()
    dialog = world.page.findChildren(QPrintDialog)[-1]
    assert not dialog.isModal()
    printer = world.page.output._printer
    assert printer is not None
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    dialog.accepted.emit(printer)
    dialog.close()
    world.settle()
    assert (tmp_path / "printed.pdf").stat().st_size > 0 and world.door.acts[-1][1] == "printed"
    world.page.output._printer = None


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_every_sample_that_is_seen_is_exported(world: TrendWorld, tmp_path: Path, suffix: str) -> None:
    """Hidden pens are left out; the file has the visible time, and it is noted what was asked."""
    for place in range(1, len(world.page.pens.pens)):
        world.page.toggle(place)
    actions(world)[suffix].trigger()
    file = tmp_path / f"samples{suffix}"
    answer(world, file)
    world.settle()
    assert "samples" in world.page.export.said.text() and "lines written" in world.page.export.said.text()
    if suffix == ".csv":
        rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
        assert rows[0][1:3] == ["tag", "value"] and {r[1] for r in rows[1:]} == {LEVEL}
        start, end = world.page.window_.edges(NOW)
        times = world.reader.tags[world.page.scenes.views()[0].spec.number].source_ms
        said = [r for r in rows[1:] if r[2]]  # the row without a value begins the time without frames
        assert len(said) == int(((times >= start) & (times < end)).sum()) and len(rows) - 1 - len(said) == 1
    noted = next(a for a in world.door.acts if a[1] == "exported")
    assert noted[2] == "trend" and noted[3]["asked"]["tags"] == [LEVEL]


def test_an_export_that_is_ended_leaves_nothing(world: TrendWorld, tmp_path: Path) -> None:
    """Cancel stands beside the progress; afterwards there is no file."""
    world.door.holds_past = True
    actions(world)[".csv"].trigger()
    answer(world, tmp_path / "samples.csv")
    assert not world.page.export.cancel.isHidden()
    world.page.export.cancel.click()
    world.door.answer_past()
    assert "Ended" in world.page.export.said.text() and list(tmp_path.iterdir()) == []


def test_what_is_noted_is_what_was_written(world: TrendWorld, tmp_path: Path) -> None:
    """While one export is written the next is asked for, of other pens: the journal tells of the first."""
    for place in range(1, len(world.page.pens.pens)):
        world.page.toggle(place)
    world.door.holds_past = True
    actions(world)[".csv"].trigger()
    answer(world, tmp_path / "samples.csv")
    world.page.toggle(1)
    actions(world)[".csv"].trigger()
    world.door.answer_past()
    noted = next(a for a in world.door.acts if a[1] == "exported")
    assert noted[3]["asked"]["tags"] == [LEVEL]


def test_nobody_exports_unsigned(world: TrendWorld) -> None:
    """What leaves the room is noted, so somebody must be there."""
    world.room.take_person(Person("", "", "", "test"))
    assert not any(a.isEnabled() for a in actions(world).values())


def test_a_sheet_stays_that_of_its_moment(world: TrendWorld, tmp_path: Path) -> None:
    """While the dialog stands a person looks at another day: what is written is what was asked for."""
    sheet = world.page.output.sheet()
    at_once, later = tmp_path / "at_once.png", tmp_path / "later.png"
    save(at_once, sheet, write_picture)
    world.page._box(NOW - 30 * HOUR, NOW - 29 * HOUR)
    world.settle()
    save(later, sheet, write_picture)
    assert QImage(str(later)) == QImage(str(at_once))


def test_a_sheet_is_painted_beside_the_windows(
    world: TrendWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the thread that writes the file: a PDF of many pens takes longer than a window may stand still. It looks as it
    does when it is painted here."""
    painted: list[int] = []
    paint = TrendPaper.paint

    def noted(self: TrendPaper, *where: Any) -> None:
        painted.append(threading.get_ident())
        paint(self, *where)

    monkeypatch.setattr(TrendPaper, "paint", noted)
    here = threading.get_ident()
    with ThreadPoolExecutor(1) as beside:
        world.door.query = lambda work, done, failed: done(beside.submit(work, None).result())  # type: ignore[method-assign]
        for suffix in (".png", ".pdf"):
            actions(world)[suffix].trigger()
            answer(world, tmp_path / f"beside{suffix}")
    assert len(painted) == 2 and here not in painted
    save(tmp_path / "here.png", world.page.output.sheet(), write_picture)
    assert QImage(str(tmp_path / "beside.png")) == QImage(str(tmp_path / "here.png"))
    whole = (tmp_path / "beside.pdf").read_bytes()
    assert whole.startswith(b"%PDF") and whole.rstrip().endswith(b"%%EOF")
