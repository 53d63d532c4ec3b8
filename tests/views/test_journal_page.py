"""The journal page on a real store: asking, following, reading undisturbed, older lines, the pane, exports."""

from __future__ import annotations

import csv
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.model.alarms.status import AlarmChange as C
from app.model.alarms.status import AlarmState as S
from app.model.records import Journal, JournalEntry
from app.views.gateway import table_files
from app.views.gateway.journal import PAGE
from app.views.models.journal import PRIORITY_ROLE, SOUNDED_ROLE, JournalModel
from app.views.pages.journal import page as journal_page
from app.views.pages.journal.page import JournalPage
from app.views.room import Room
from app.views.state.nobody import Nobody
from tests.helpers.journal_store import JournalStore, alarm_line, journal_store
from tests.helpers.room import RoomClock, make_room
from tests.helpers.xiasha import xiasha

T = 1_790_000_000_000
MIN = 60_000
HH, TRIP = "ps03/well/level:HH", "ps01/pump1/trip:trip"
LINES = (
    JournalEntry(Journal.EVENTS, "engine-started", T - 50 * MIN, "engine", detail={"epoch": 7}),
    alarm_line(C.RAISED, HH, T - 40 * MIN, S.UNACK, value=3.44, limit=3.4, priority=1, area="central"),
    alarm_line(
        C.ACKNOWLEDGED,
        HH,
        T - 39 * MIN,
        S.ACKED,
        priority=1,
        area="central",
        who="li",
        where="ws",
        note="=HYPERLINK(1)",
    ),
    alarm_line(C.RAISED, TRIP, T - 30 * MIN, S.UNACK, value=1.0, priority=2, area="west"),
    JournalEntry(Journal.AUDIT, "hold", T - 20 * MIN, "ps02/pump1", "wang", "ws", {"reason": "seal"}, "central"),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[JournalStore]:
    with journal_store(tmp_path, LINES) as made:
        yield made


@pytest.fixture
def room(qapp: QApplication, store: JournalStore) -> Room:
    return make_room(xiasha(), store=store.room, clock=RoomClock(T))


@pytest.fixture
def page(qtbot: QtBot, room: Room) -> JournalPage:
    made = JournalPage(room)
    qtbot.addWidget(made)
    made.resize(1640, 960)
    made.show()
    settle(made)
    return made


def settle(page: JournalPage, ticks: int = 10) -> None:
    for _ in range(ticks):
        page.tick()
    QCoreApplication.processEvents()


def ask(page: JournalPage) -> list[str]:
    """Ask without waiting for the pause after typing; return the kinds that are shown."""
    page.bar._timer.stop()
    page.ask()
    QCoreApplication.processEvents()
    return [e.kind for e in page.model.rows]


def test_everything_newest_first_and_in_words(page: JournalPage) -> None:
    """The running shift, all journals; an alarm's line says where, what, how much; marks carry the priority."""
    assert [e.kind for e in page.model.rows] == ["hold", "raised", "acknowledged", "raised", "engine-started"]
    assert page.model.texts(page.model.rows[3])[3:5] == (
        "Yueya Canal rain station · Forebay", "Level high-high: Raised, 3.44 m (≥ 3.40 m)",
    )  # fmt: skip
    assert page.model.data(page.model.index(3, 0), PRIORITY_ROLE) == 1
    assert [page.model.data(page.model.index(i, 0), SOUNDED_ROLE) for i in (1, 2, 3)] == [True, False, True]
    assert page.count.text() == "Lines: 5" and not page.older.isEnabled()


def test_each_condition_narrows(page: JournalPage) -> None:
    """Priority, journal, area, place by name, person by whole name, text in the detail; then all again."""
    bar = page.bar
    QTest.mouseClick(bar.toggles[1], Qt.MouseButton.LeftButton)
    assert bar._timer.isActive(), "one question for several quick changes"
    assert ask(page) == ["raised"]
    bar.toggles[1].setChecked(True)
    bar.journal.setCurrentIndex(bar.journal.findData("audit"))
    assert ask(page) == ["hold"]
    bar.journal.setCurrentIndex(0)
    bar.area.setCurrentIndex(bar.area.findData("west"))
    assert ask(page) == ["raised"]
    bar.area.setCurrentIndex(0)
    QTest.keyClicks(bar.place, "yueya forebay")
    assert ask(page) == ["acknowledged", "raised"]
    bar.place.clear()
    QTest.keyClicks(bar.who, "li")
    assert ask(page) == ["acknowledged"]
    bar.who.clear()
    QTest.keyClicks(bar.text, "SEAL")
    assert ask(page) == ["hold"]
    bar.text.clear()
    assert len(ask(page)) == 5


def test_a_span_of_ones_own(page: JournalPage) -> None:
    """From 13:40 to 13:55 UTC in the site's zone: the trip and the hold; such a span does not follow."""
    page.bar.spans["custom"].click()
    page.bar._set_time(page.bar.start, T - 35 * MIN)
    page.bar._set_time(page.bar.end, T - 10 * MIN)
    assert ask(page) == ["hold", "raised"] and page.bar.start.isVisible()
    assert "2026-09-21 21:38 – 2026-09-21 22:03" in page._span() and "Asia/Shanghai" in page._span()


def test_new_lines_come_in_and_never_move_what_is_read(page: JournalPage, store: JournalStore) -> None:
    """At the top they appear. With a line chosen, the same line stays at the same place on screen, and the count of
    new ones leads back to the top."""
    filler = tuple(alarm_line(C.RAISED, TRIP, T - 10 * MIN + i, S.UNACK, priority=2) for i in range(200))
    store.add(*filler)
    settle(page)
    assert page.model.rows[0].at_ms == filler[-1].at_ms and page.table.verticalScrollBar().value() == 0
    page.table.selectRow(3)
    read = page.model.rows[3]
    place = page.table.visualRect(page.table.currentIndex()).top()
    store.add(alarm_line(C.RAISED, HH, T - MIN, S.UNACK, priority=1), *filler[:0])
    settle(page)
    assert page.model.rows[0].what == HH and page.model.rows[page.table.currentIndex().row()] is read
    assert page.table.visualRect(page.table.currentIndex()).top() == place
    assert page.newest.isVisible() and page.newest.text() == "↑ Newest (1 new)"
    QTest.mouseClick(page.newest, Qt.MouseButton.LeftButton)
    assert page.table.verticalScrollBar().value() == 0 and not page.newest.isVisible()


def test_a_scrolled_list_stands_still(page: JournalPage, store: JournalStore) -> None:
    """Nothing chosen, scrolled by half a row: 30 new lines do not move it; a late line with an old time goes below."""
    store.add(*(alarm_line(C.RAISED, TRIP, T - 10 * MIN + i, S.UNACK) for i in range(200)))
    settle(page)
    bar = page.table.verticalScrollBar()
    bar.setValue(1000)
    top = page.model.rows[page.table.rowAt(2)]
    store.add(*(alarm_line(C.RAISED, HH, T - MIN + i, S.UNACK) for i in range(30)))
    settle(page)
    assert page.model.rows[page.table.rowAt(2)] is top
    store.add(JournalEntry(Journal.AUDIT, "signed_in", T - 45 * MIN, "", "li", "ws"))
    settle(page)
    assert page.model.rows[page.table.rowAt(2)] is top and page.model.rows[-2].kind == "signed_in"


def test_a_flood_of_lines_stays_bounded(
    page: JournalPage, store: JournalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At most 20 lines here: at the top the oldest go; while somebody reads, new ones are only counted, and the way
    back to the top asks anew."""
    monkeypatch.setattr(journal_page, "_MOST", 20)
    store.add(*(alarm_line(C.RAISED, TRIP, T - 10 * MIN + i, S.UNACK) for i in range(30)))
    settle(page)
    assert len(page.model.rows) == 20 and page.model.rows[0].at_ms == T - 10 * MIN + 29
    page.table.selectRow(19)
    read = page.model.rows[19]
    store.add(*(alarm_line(C.RAISED, HH, T - MIN + i, S.UNACK) for i in range(5)))
    settle(page)
    assert page.model.rows[19] is read and page.newest.text() == "↑ Newest (5 new)"
    QTest.mouseClick(page.newest, Qt.MouseButton.LeftButton)
    assert page.model.rows[0].what == HH and page.newest.isHidden()


def test_older_lines_come_as_one_scrolls(page: JournalPage, store: JournalStore) -> None:
    """1,200 lines: a page, then the next at the end of the list, then all of them; none twice."""
    store.add(*(alarm_line(C.RAISED, TRIP, T - 15 * MIN + i, S.UNACK) for i in range(1200)))
    ask(page)
    assert len(page.model.rows) == PAGE and page.count.text() == "Lines: 500+"
    page.table.scrollToBottom()
    assert len(page.model.rows) == 2 * PAGE
    QTest.mouseClick(page.older, Qt.MouseButton.LeftButton)
    assert len(page.model.rows) == 1205 and not page.older.isEnabled()
    assert len({(e.journal, e.seq) for e in page.model.rows}) == 1205


def test_the_pane_shows_all_of_a_line_and_speaks_both_languages(page: JournalPage, room: Room) -> None:
    """Times told apart, hash, number; what a person wrote is shown as text, never as markup."""
    page.table.selectRow(2)
    text = page.pane.toPlainText()
    assert "=HYPERLINK(1)" in text and "Source time" in text and page.model.rows[2].hash[:16] in text
    room.set_language("zh")
    assert "源时间" in page.pane.toPlainText() and "确认，li" in page.pane.toPlainText()
    assert page.model.texts(page.model.rows[0])[4] == "挂牌：seal"
    assert not page.grab().isNull()


def test_markup_in_a_note_stays_text(page: JournalPage, store: JournalStore) -> None:
    """`<b>` is shown."""
    store.add(alarm_line(C.ACKNOWLEDGED, HH, T - MIN, S.ACKED, who="li", note="<b>x</b><img src='a'>"))
    settle(page)
    page.table.selectRow(0)
    assert "<b>x</b><img src='a'>" in page.pane.toPlainText()


def test_a_place_is_asked_for_from_elsewhere_and_the_question_is_kept(page: JournalPage, room: Room) -> None:
    """A faceplate leads to all that was recorded of its equipment; span and choices are kept, words are not."""
    page.show_target("ps01/pump1")
    assert [e.kind for e in page.model.rows] == ["raised"] and page.bar.filter.span == "week"
    page.bar.toggles[4].click()
    page.bar._timer.stop()
    page.bar._tell()
    again = JournalPage(room)
    assert again.bar.filter.span == "week" and again.bar.filter.priorities == (1, 2, 3) and not again.bar.place.text()
    again.deleteLater()


@pytest.mark.parametrize(
    ("row", "page_id", "target"),
    [(0, "station", "ps02/pump1"), (1, "alarms", TRIP), (4, "", "")],
)
def test_a_line_leads_to_what_it_speaks_of(page: JournalPage, room: Room, row: int, page_id: str, target: str) -> None:
    """By Enter: an equipment, an alarm; the engine has no place."""
    gone: list[tuple[str, str]] = []
    room.navigate.connect(lambda *where: gone.append(where))
    page.table.setFocus()
    page.table.selectRow(row)
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert gone == ([(page_id, target)] if page_id else [])


def test_a_store_that_is_away_is_told(page: JournalPage, room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines stay; the next look asks again."""

    def away(work: Any, done: Any, failed: Any = None) -> None:
        failed("the store is away")

    door: Any = room._door
    with monkeypatch.context() as patched:
        patched.setattr(door, "query", away)
        settle(page)
        assert page.count.text() == "⚠ the store is away" and len(page.model.rows) == 5
    settle(page)
    assert page.count.text() == "Lines: 5"


def test_a_question_that_could_not_be_read_is_asked_again(
    page: JournalPage, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lines of the question before are no answer to it."""

    def away(work: Any, done: Any, failed: Any = None) -> None:
        failed("the store is away")

    door: Any = room._door
    with monkeypatch.context() as patched:
        patched.setattr(door, "query", away)
        page.show_target("ps02")
        settle(page)
        assert page.count.text() == "⚠ the store is away"
    settle(page)
    assert [e.what for e in page.model.rows] == ["ps02/pump1"] and page.count.text() == "Lines: 1"


def test_the_model_passes_qts_checks(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    """Replaced, continued, merged in the middle, in another language."""
    model = JournalModel()
    qtmodeltester.check(model)
    lines = [JournalEntry(Journal.EVENTS, "device-recovered", T + i, "plc-ps01", seq=i + 1) for i in range(300)]
    model.set_names(xiasha(), "en")
    model.replace(lines[150:100:-1])
    model.append(lines[100:50:-1])
    assert model.merge((lines[120], lines[20], lines[160], lines[161], lines[150])) == 3
    assert [e.seq for e in model.rows] == [162, 161, *range(151, 51, -1), 21]
    model.set_names(None, "zh")
    assert model.texts(model.rows[0])[4] == "通讯恢复"


# ---- exports


def export(page: JournalPage, suffix: str, file: Path) -> None:
    """Press the button, choose the file as the dialog would tell it, and close the dialog."""
    QTest.mouseClick(page.export.csv if suffix == ".csv" else page.export.xlsx, Qt.MouseButton.LeftButton)
    dialog = page.findChild(QFileDialog)
    assert dialog is not None and not dialog.isModal() and dialog.isVisible()
    dialog.fileSelected.emit(str(file))
    dialog.close()
    QCoreApplication.processEvents()


def test_all_that_is_asked_for_is_exported_as_csv(page: JournalPage, store: JournalStore, tmp_path: Path) -> None:
    """2,000 lines though 500 are on screen; a mark for UTF-8, CR LF, ISO times, no formula; the act is noted."""
    store.add(*(alarm_line(C.RAISED, TRIP, T - 15 * MIN + i, S.UNACK) for i in range(2000)))
    ask(page)
    file = tmp_path / "日志.csv"
    export(page, ".csv", file)
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf") and b"\r\n" in raw and [p.name for p in tmp_path.glob("*.part")] == []
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 2005 and rows[-1]["time"] == "2026-09-21T21:23:20.000+08:00"
    noted = next(r for r in rows if r["kind"] == "acknowledged")
    assert noted["note"] == "'=HYPERLINK(1)" and noted["text"].endswith("=HYPERLINK(1)") and noted["who"] == "li"
    assert page.export.said.text() == "2005 lines written to 日志.csv"
    ((person, kind, what, detail),) = page.room._door.acts  # type: ignore[attr-defined]
    assert (person, kind, what, detail["rows"]) == ("demo", "exported", "journal", 2005)
    assert detail["heads"]["alarms"][0] == 2003 and detail["asked"]["span"] == "shift"


def test_a_spreadsheet_has_times_text_and_what_was_asked(page: JournalPage, tmp_path: Path) -> None:
    """Times are numbers with a format, the note is a text cell, no cell is a formula; the second sheet has the
    question and the chain heads."""
    file = tmp_path / "journal.xlsx"
    page.bar.toggles[4].click()
    page.bar.toggles[3].click()
    ask(page)
    export(page, ".xlsx", file)
    with zipfile.ZipFile(file) as book:
        sheets = [book.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2)]
        styles, names = book.read("xl/styles.xml").decode(), book.read("xl/workbook.xml").decode()
    assert "<f>" not in sheets[0] and "=HYPERLINK(1)" in sheets[0]
    assert 'state="frozen"' in sheets[0] and "<autoFilter" in sheets[0] and "yyyy-mm-dd hh:mm:ss.000" in styles
    assert 'name="Journal"' in names and "What was asked" in names
    assert "Asia/Shanghai" in sheets[1] and "1, 2" in sheets[1]
    assert all(head.hash in sheets[1] for head in page.room._door.store.journal_heads())  # type: ignore[attr-defined]
    assert sheets[0].count("<row ") == 4


def test_nobody_exports_unnoted(page: JournalPage, room: Room) -> None:
    """Signed out, or locked: the buttons are grey and say why; everything can still be looked at."""
    person = room.person
    room.take_person(replace(person, locked=True))
    assert not page.export.csv.isEnabled() and "F2" in page.export.csv.toolTip()
    room.take_nobody(Nobody.ENDED)
    assert not page.export.xlsx.isEnabled() and len(ask(page)) == 5
    room.take_person(person)
    assert page.export.csv.isEnabled() and not page.export.csv.toolTip()


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_an_export_can_be_ended(
    page: JournalPage, tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ended while it is written: no file, no rest of one, also not among the system's temporary files, and no act; the
    buttons come back."""
    door: Any = page.room._door
    put: list[Any] = []
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.setattr(door, "read_long", lambda work, done, failed=None: put.append((work, done)))
    export(page, suffix, tmp_path / f"a{suffix}")
    assert page.export.cancel.isVisible() and not page.export.csv.isVisible()
    QTest.mouseClick(page.export.cancel, Qt.MouseButton.LeftButton)
    ((work, done),) = put
    done(work(door.store, door.ended))
    assert page.export.said.text() == "Ended, nothing was written" and page.export.csv.isVisible()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["scratch", "store"] and door.acts == []
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_what_stands_in_the_way_is_told_in_words(
    page: JournalPage, tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No folder; a folder where the file should be; a full disk. What stood there before stays."""
    export(page, suffix, tmp_path / "nowhere" / f"a{suffix}")
    assert page.export.said.text() == "Not written: the folder does not exist"
    taken = tmp_path / f"taken{suffix}"
    taken.mkdir()
    export(page, suffix, taken)
    assert page.export.said.text() == "Not written: this file may not be written, or another program has it open"
    old = tmp_path / f"old{suffix}"
    old.write_text("before")

    def full(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(table_files.os, "fsync", full)
        export(page, suffix, old)
    assert page.export.said.text() == "Not written: the disk is full" and old.read_text() == "before"
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([f"old{suffix}", "store", f"taken{suffix}"])
