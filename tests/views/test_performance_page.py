"""The performance page on a real store: figures beside targets, pictures, tables, the way to an alarm, exports."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.model.alarms.status import AlarmChange as C
from app.model.alarms.status import AlarmState as S
from app.model.alarms.targets import Verdict
from app.model.records import JournalEntry
from app.views import theme
from app.views.models.figures import FigureModel
from app.views.pages.performance.page import PerformancePage
from app.views.room import Room
from app.views.state.performance_report import kpi_rows
from app.views.state.performance_tables import SHOWN
from tests.helpers.journal_store import JournalStore, alarm_line, journal_store
from tests.helpers.room import RoomClock, make_room
from tests.helpers.xiasha import xiasha

T = 1_790_000_000_000
MIN, HOUR = 60_000, 3_600_000
HH, TRIP, COMM = "ps03/well/level:HH", "ps01/pump1/trip:trip", "plc-ps05:comm"


def episode(path: str, at_ms: int, length_ms: int, priority: int, **more: Any) -> list[JournalEntry]:
    """Raised, acknowledged by li half-way, returned."""
    own = {"priority": priority, **more}
    half = at_ms + length_ms // 2
    return [
        alarm_line(C.RAISED, path, at_ms, S.UNACK, **own),
        alarm_line(C.ACKNOWLEDGED, path, half, S.ACKED, who="li", where="desk-1", **own),
        alarm_line(C.RETURNED, path, at_ms + length_ms, S.NORM, **own),
    ]


def lines() -> list[JournalEntry]:
    """12 alarms in six minutes two hours ago (a flood), three of another two days ago, one put out of service."""
    found = [e for i in range(12) for e in episode(TRIP, T - 2 * HOUR + i * 30_000, 20_000, 2, area="west")]
    found += [e for i in range(3) for e in episode(HH, T - 48 * HOUR + i * HOUR, 2 * MIN, 1, area="central")]
    found.append(alarm_line(C.OUT_OF_SERVICE, COMM, T - HOUR, who="wang", note="line works", flags=["out_of_service"]))
    return sorted(found, key=lambda e: e.at_ms)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[JournalStore]:
    with journal_store(tmp_path, lines()) as made:
        yield made


@pytest.fixture
def room(qapp: QApplication, store: JournalStore) -> Room:
    return make_room(xiasha(), store=store.room, clock=RoomClock(T))


@pytest.fixture
def page(qtbot: QtBot, room: Room) -> PerformancePage:
    made = PerformancePage(room)
    qtbot.addWidget(made)
    made.resize(1640, 960)
    made.show()
    QCoreApplication.processEvents()
    return made


def export(page: PerformancePage, suffix: str, file: Path) -> None:
    """Press the button, choose the file as the dialog would tell it, and close the dialog."""
    QTest.mouseClick(page.export.csv if suffix == ".csv" else page.export.xlsx, Qt.MouseButton.LeftButton)
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(file))
    dialog.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def verdicts(page: PerformancePage) -> dict[str, tuple[str, Verdict]]:
    return {r.target.figure: (r.text, r.verdict) for r in page.kpis.rows}


def test_each_figure_stands_beside_its_target_and_a_verdict_in_words(page: PerformancePage) -> None:
    """24 h with one flood: the average is fine, the peak is not."""
    found = verdicts(page)
    assert found["average"] == ("0.08", Verdict.MET) and found["per_day"] == ("12", Verdict.MET)
    assert found["peak"] == ("12", Verdict.MISSED) and found["chattering"] == ("0", Verdict.MET)
    assert found["priority_2"] == found["top_share"] == ("100.0 %", Verdict.FEW)
    assert (
        len(found) == 13
        and "too few" in page.kpis.accessibleDescription()
        and "within" in page.kpis.accessibleDescription()
    )
    assert "outside" in page.kpis.accessibleDescription()


def test_a_short_period_says_so_and_thirty_days_do_not(page: PerformancePage) -> None:
    """The verdicts of a day are of that day."""
    assert "Shorter than 30 days" in page.said.text()
    QTest.mouseClick(page.bar.buttons["30d"], Qt.MouseButton.LeftButton)
    assert page.said.text() == "" and page.report is not None and page.report.found.alarms == 15
    assert len(page.scatter.days) == 31 and len(page.rate.bars()) <= 4320


def test_colour_only_where_outside(page: PerformancePage) -> None:
    """The bar chart has the brown of what is outside for the flood, and none in a quiet period."""

    def brown() -> bool:
        image = page.rate.grab().toImage()
        wanted = QColor(theme.OUTSIDE).rgb()
        return any(image.pixel(x, y) == wanted for x in range(image.width()) for y in range(image.height()))

    page.bar.choose("8h")
    assert page.rate.bars()[-12:-10] != () and max(page.rate.bars()) == 12 and brown()
    page.bar.choose("custom")
    page.bar.start.setDateTime(page.bar.start.dateTime().addSecs(-3600 * 24 * 2))
    page.bar.end.setDateTime(page.bar.end.dateTime().addSecs(-3600 * 24))
    QCoreApplication.processEvents()
    QTest.mouseClick(page.bar.go, Qt.MouseButton.LeftButton)
    assert page.report is not None and page.report.found.alarms == 3 and not brown()


def test_the_most_frequent_lead_to_the_alarm(qtbot: QtBot, page: PerformancePage, room: Room) -> None:
    """By a click and by the keyboard; a row of a table by Enter."""
    page.bar.choose("7d")
    assert [(r.path, r.count) for r in page.top.rows] == [(TRIP, 12), (HH, 3)]
    with qtbot.waitSignal(room.navigate, timeout=1000) as caught:
        QTest.mouseClick(page.top, Qt.MouseButton.LeftButton, pos=QPoint(60, 12))
    assert caught.args == ["alarms", TRIP]
    page.top.setFocus()
    QTest.keyClick(page.top, Qt.Key.Key_Down)
    with qtbot.waitSignal(room.navigate, timeout=1000) as caught:
        QTest.keyClick(page.top, Qt.Key.Key_Return)
    assert caught.args == ["alarms", HH]
    page.figures.table.selectRow(0)
    with qtbot.waitSignal(room.navigate, timeout=1000) as caught:
        QTest.keyClick(page.figures.table, Qt.Key.Key_Return)
    assert caught.args == ["alarms", TRIP]


def test_tables_of_floods_acknowledging_positions_and_what_was_put_aside(page: PerformancePage) -> None:
    """How many, how long, by whom; for each priority and each position."""
    page.bar.choose("7d")
    tables = {name: page.tables[name].rows for name in SHOWN}
    ((_, _, minutes, alarms, place, alarm),) = tables["floods"]
    assert (alarms, place, alarm) == (12, "Xuelin Street sewage station · Pump 1", "Tripped")
    assert isinstance(minutes, float) and minutes > 5
    assert [row[:4] for row in tables["acknowledging"]][:2] == [(1, 3, 20.0, 3), (2, 12, 80.0, 12)]
    assert tables["acknowledging"][1][5:] == (10.0, 10.0, 10.0, 10.0)
    positions = {row[0]: row for row in tables["positions"]}
    assert positions["West"][1:4:2] == (12, 12) and positions["Central"][1] == 3
    assert positions["desk-1"][5] == 15
    assert tables["asides"] == (("Out of service", "wang", 1, 1.0),)
    assert tables["aside_list"][0][6] == "line works" and tables["aside_list"][0][5] is None
    for name in SHOWN:
        QTest.mouseClick(page.figures.buttons[name], Qt.MouseButton.LeftButton)
        assert page.figures.model.rowCount() == len(tables[name]) and not page.figures.grab().isNull()


def test_it_speaks_both_languages_and_lives_without_a_site(page: PerformancePage, room: Room) -> None:
    """Texts change with the language; without a site alarms are called by their paths."""
    room.set_language("zh")
    assert page.tables["asides"].rows[0][0] == "停用" and "超出" in page.kpis.accessibleDescription()
    room.take_site(None)
    page.ask()
    assert page.tables["top"].rows[0][1] == TRIP and not page.grab().isNull()


def test_a_period_that_ends_now_is_read_anew(page: PerformancePage, room: Room, store: JournalStore) -> None:
    """After a minute; not before."""
    clock: Any = room._clock
    store.add(alarm_line(C.RAISED, HH, T + 1000, S.UNACK, priority=1))
    clock.advance(30)
    page.tick()
    assert page.report is not None and page.report.found.alarms == 12
    clock.advance(31)
    page.tick()
    assert page.report.found.alarms == 13


def test_another_choice_ends_the_read_under_way(
    page: PerformancePage, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first answer, when it comes late, is not taken; a failure is told and the figures stay."""
    door: Any = room._door
    put: list[Any] = []
    monkeypatch.setattr(door, "read_long", lambda work, done, failed=None: put.append((work, done, failed)))
    page.bar.choose("8h")
    page.bar.choose("7d")
    (first, taken, _), (second, done, failed) = put
    answer = first(door.store, door.ended)
    assert answer is None, "it was told to end"
    taken(answer)
    assert page.report is not None and page.report.found.alarms == 12
    done(second(door.store, door.ended))
    assert page.report.found.alarms == 15
    page.ask()
    put[-1][2]("the store is away")
    assert page.said.text() == "⚠ the store is away" and page.report.found.alarms == 15
    assert failed is not None


def test_the_figures_are_exported(page: PerformancePage, tmp_path: Path) -> None:
    """CSV: one long table of everything. XLSX: a sheet for each table and one that says of what. Both are noted."""
    page.bar.choose("7d")
    export(page, ".csv", tmp_path / "figures.csv")
    with (tmp_path / "figures.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    value = {(r["table"], r["row"], r["column"]): r["number"] or r["text"] for r in rows}
    assert value["top", "1", "count"] == "12" and value["top", "1", "path"] == TRIP
    figure = {r.target.figure: r.figure for r in kpi_rows(page.report)}  # type: ignore[arg-type]
    assert float(value["figures", "1", "value"]) == pytest.approx(figure["average"])
    export(page, ".xlsx", tmp_path / "figures.xlsx")
    with zipfile.ZipFile(tmp_path / "figures.xlsx") as book:
        sheets = book.read("xl/workbook.xml").decode()
    assert sheets.count("<sheet ") == len(page.tables) + 1 and "Operator positions" in sheets
    acts = page.room._door.acts  # type: ignore[attr-defined]
    assert [a[1:3] for a in acts] == [("exported", "performance")] * 2


def test_the_model_passes_qts_checks(qtbot: QtBot, qtmodeltester: ModelTester, page: PerformancePage) -> None:
    """Empty, with a table, with another one."""
    model = FigureModel()
    qtmodeltester.check(model)
    assert model.show_table(page.tables["floods"], "en", "UTC")
    assert not model.show_table(page.tables["floods"], "en", "UTC")
    assert model.show_table(page.tables["positions"], "zh", "UTC") and model.path(0) == ""
