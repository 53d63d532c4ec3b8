"""The shift page on a live store: two people hand over, the log book, the calendar, the paper."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from app.errors import EnvironmentFault
from app.model.alarms.status import AlarmState, AlarmStatus
from app.model.records import Journal, JournalEntry, Reason
from app.storage import tables_desk, tables_live
from app.storage.opening import backend_of
from app.views.gateway.store_door import StoreDoor
from app.views.i18n import Translations
from app.views.pages.shift.duty_form import DutyForm
from app.views.pages.shift.note_form import NoteForm
from app.views.pages.shift.page import ShiftPage
from app.views.pages.shift.paper import HEIGHT, WIDTH, SheetPages
from app.views.room import Room
from app.views.state.handover_html import Paper
from app.views.state.shift_time import shifts_to_hand_over
from tests.helpers.people import PASSWORD, change_desk, cheap_passwords
from tests.helpers.shift_world import GAS, ShiftWorld, command, shift_world, standing

ENTER, SPACE = Qt.Key.Key_Return, Qt.Key.Key_Space


@pytest.fixture
def world(qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ShiftWorld]:
    """A room in which one alarm of the highest priority stands, acknowledged."""
    cheap_passwords(monkeypatch)
    with shift_world(tmp_path, (standing(GAS, AlarmState.ACKED),)) as made:
        yield made


def show(qtbot: QtBot, world: ShiftWorld) -> ShiftPage:
    page = ShiftPage(world.room)
    qtbot.addWidget(page)
    page.resize(1644, 980)
    page.show()
    page.activateWindow()
    settle(page)
    return page


def settle(page: ShiftPage) -> None:
    page.tick()
    QCoreApplication.processEvents()


def comes(page: ShiftPage, name: str, password: str = PASSWORD) -> None:
    """Who takes over gives name and password by keyboard."""
    form = page.handover.pane.second.form
    for field, text in (("second-name", name), ("second-password", password)):
        form.fields[field].setText(text)
    QTest.keyClick(form.fields["second-password"], ENTER)
    settle(page)


def read_all(page: ShiftPage) -> None:
    """Whoever reads now opens every item by the keyboard."""
    table = page.handover.pane.read.table
    table.selectRow(0)
    for n in range(len(page.handover.pane.read.model.rows)):
        QTest.keyClick(table, (ENTER, SPACE)[n % 2])
    settle(page)


def hand_over(page: ShiftPage) -> None:
    """Make the sheet, let wang and li read it, and sign."""
    QTest.keyClick(page.new, ENTER)
    settle(page)
    read_all(page)
    comes(page, "li")
    read_all(page)
    QTest.keyClick(page.handover.pane.sign, ENTER)
    settle(page)


def test_two_people_hand_over_with_an_alarm_of_the_highest_priority_standing(
    qtbot: QtBot, world: ShiftWorld, tmp_path: Path
) -> None:
    """Refused unread; read by both, each for himself; signed; kept with both names and hash; printed; session given."""
    page = show(qtbot, world)
    QTest.keyClick(page.new, SPACE)
    settle(page)
    pane = page.handover.pane
    assert [r.read for r in pane.read.model.rows] == [(False, False)]
    assert not pane.sign.isEnabled() and "wang: 1 unread" in pane.said.text()
    read_all(page)
    assert [r.read for r in pane.read.model.rows] == [(True, False)] and not pane.sign.isEnabled()
    comes(page, "li", "not the password")
    assert pane.second.person is None and not pane.second.form.refusal.isHidden()
    comes(page, "li")
    assert "li: 1 unread" in pane.said.text() and not pane.sign.isEnabled()
    read_all(page)
    assert [r.read for r in pane.read.model.rows] == [(True, True)] and pane.sign.isEnabled()
    QTest.keyClick(pane.sign, ENTER)
    settle(page)
    (kept,) = world.desk.log_book.handovers()
    assert (kept.outgoing.person, kept.incoming.person) == ("wang", "li") and set(kept.read) == {
        f"active:{GAS}:o-{GAS}"
    }
    assert [(r.cells[2], r.verdict) for r in page.model.rows] == [("wang → li", "✓ whole")]
    assert world.room.person.name == "wang"
    page.handover.print_to(str(tmp_path / "sheet.pdf"))
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    assert world.door.acts[-1][:3] == ("wang", "printed", kept.id)
    assert world.door.acts[-1][3]["sha256"] == kept.sha256
    give = page.handover.kept.give
    assert not give.isHidden()
    give.fields["give-password"].setText(PASSWORD)
    QTest.keyClick(give.fields["give-password"], ENTER)
    assert world.room.person.name == "li" and give.isHidden()
    assert world.desk.session(world.people["wang"].session) is None


def test_a_change_of_the_highest_priority_stops_the_signing(qtbot: QtBot, world: ShiftWorld) -> None:
    """A new alarm between reading and signing: the sheet says so, nothing is kept, a new one can be made and signed."""
    page = show(qtbot, world)
    page.make_sheet()
    read_all(page)
    comes(page, "li")
    read_all(page)
    pane = page.handover.pane
    assert pane.sign.isEnabled()
    world.alarms(standing(GAS, AlarmState.ACKED), standing("ps02/gas/h2s:HH"))
    for _ in range(20):  # two seconds: it looks no more often
        settle(page)
    assert not pane.sign.isEnabled() and "make the sheet anew" in pane.said.text() and not pane.second.isVisible()
    assert world.desk.log_book.handovers() == ()
    QTest.keyClick(page.handover.again, ENTER)
    settle(page)
    assert len(pane.read.model.rows) == 2 and "wang: 2 unread" in pane.said.text()


def test_a_command_that_became_unknown_is_seen_when_signing(qtbot: QtBot, world: ShiftWorld) -> None:
    """What the room is not told of at once is looked at before the signatures: nothing is kept."""
    page = show(qtbot, world)
    page.make_sheet()
    read_all(page)
    comes(page, "li")
    read_all(page)
    now = world.clock.now_ms()
    world.journal(command("r", "intent", now), command("r", "unknown", now))
    QTest.keyClick(page.handover.pane.sign, ENTER)
    settle(page)
    assert world.desk.log_book.handovers() == () and page.handover.pane.draft is not None
    assert page.handover.pane.draft.stale and not page.handover.pane.sign.isEnabled()


def test_after_his_minute_the_second_person_signs_once_more(qtbot: QtBot, world: ShiftWorld) -> None:
    """Reading takes longer than a minute; what he read stays read."""
    page = show(qtbot, world)
    page.make_sheet()
    read_all(page)
    comes(page, "li")
    world.clock.advance(61)
    settle(page)
    pane = page.handover.pane
    assert pane.second.person is None
    read_all(page)
    assert [r.read for r in pane.read.model.rows] == [(True, True)] and not pane.sign.isEnabled()
    comes(page, "li")
    assert pane.sign.isEnabled()


def test_nobody_hands_over_to_himself_and_a_viewer_takes_nothing_over(qtbot: QtBot, world: ShiftWorld) -> None:
    """The desk refuses; the sentence is on screen and nothing is kept."""
    page = show(qtbot, world)
    page.make_sheet()
    read_all(page)
    comes(page, "wang")
    assert page.handover.pane.second.person is None
    comes(page, "zhou")
    read_all(page)
    QTest.keyClick(page.handover.pane.sign, ENTER)
    settle(page)
    assert world.desk.log_book.handovers() == () and not page.handover.pane.refusal.isHidden()


def test_another_person_who_signs_second_has_to_read_himself(qtbot: QtBot, world: ShiftWorld) -> None:
    """Ticks belong to a person, not to a side; who sits here can be chosen to read again."""
    page = show(qtbot, world)
    page.make_sheet()
    read_all(page)
    comes(page, "li")
    read_all(page)
    pane = page.handover.pane
    pane.second.reset()
    comes(page, "sun")
    assert [r.read for r in pane.read.model.rows] == [(True, False)] and pane.read.reader == "sun"
    QTest.keyClick(pane.read.readers["out"], ENTER)
    assert pane.read.reader == "wang"


def test_a_cut_journal_shows_beside_the_handovers(qtbot: QtBot, world: ShiftWorld) -> None:
    """The recorded heads are gone, or another line stands there; a sheet changed in the store is told too."""
    world.journal(JournalEntry(Journal.EVENTS, "engine-started", world.clock.now_ms(), "engine"))
    page = show(qtbot, world)
    hand_over(page)
    assert page.model.rows[0].verdict == "✓ whole"
    engine = backend_of(world.address).writer("live")
    with engine.begin() as connection:
        journal = tables_live.journal
        connection.execute(sa.delete(journal).where(journal.c.journal == "events"))
    engine.dispose()
    page.ask()
    settle(page)
    assert page.model.rows[0].verdict == "✗ cut: Event" and page.model.rows[0].bad
    assert "was cut" in page.handover.kept.said.text()
    body = sa.func.replace(tables_desk.handover.c.body, '"frozen":false', '"frozen":true')
    change_desk(world.address, sa.update(tables_desk.handover).values(body=body))
    page.ask()
    assert page.model.rows[0].verdict == "✗ sheet changed"


def test_a_note_is_written_linked_pinned_and_taken_from_the_top(qtbot: QtBot, world: ShiftWorld) -> None:
    """By keyboard: text, a path, a name, Ctrl+Enter; its link leads to the place; unpinned, it stays in the log."""
    page = show(qtbot, world)
    form = page.log.form
    QTest.keyClicks(form.text, "rack cleaned")
    for typed in ("ps01/pump1", "nothing like this"):
        form.picker.field.setText(typed)
        QTest.keyClick(form.picker.field, ENTER)
    assert form.picker.links == ("ps01/pump1",)
    form.pinned.setChecked(True)
    QTest.keyClick(form.text, ENTER, Qt.KeyboardModifier.ControlModifier)
    settle(page)
    (row,) = page.log.model.rows
    assert row.on_top and row.note.person == "wang" and row.note.links == ("ps01/pump1",)
    assert form.text.toPlainText() == "" and form.picker.links == ()
    page.log.table.selectRow(0)
    with qtbot.waitSignal(world.room.navigate, timeout=1000) as caught:
        page.log.detail._links.itemAt(0).widget().click()
    assert caught.args == ["station", "ps01/pump1"]
    QTest.keyClick(page.log.detail.unpin, ENTER)
    settle(page)
    assert [r.on_top for r in page.log.model.rows] == [False] and world.desk.log_book.pinned() == ()


def test_the_log_is_searched_and_asked_for_a_time_and_a_place(qtbot: QtBot, world: ShiftWorld) -> None:
    """Words, the notes of one place, the notes of a shift chosen in the calendar."""
    book, wang = world.desk.log_book, world.people["wang"]
    book.add_note(wang, "seal leaks", ("ps02/pump1",))
    book.add_note(wang, "gate greased", ("ps05",))
    page = show(qtbot, world)
    assert len(page.log.model.rows) == 2
    page.log.search.setText("GREASED")
    qtbot.waitUntil(lambda: len(page.log.model.rows) == 1)
    page.log.search.clear()
    page.show_target("ps02")
    qtbot.waitUntil(lambda: [r.note.text for r in page.log.model.rows] == ["seal leaks"])
    page.log.about.click()
    assert len(page.log.model.rows) == 2
    page.calendar.grid.setFocus()
    QTest.keyClick(page.calendar.grid, Qt.Key.Key_Down)
    QTest.keyClick(page.calendar.buttons["before"], ENTER)
    page.calendar.grid.choose(page.calendar.monday.isoformat(), "day")
    assert page.log.model.rows == []


def test_an_alarm_or_an_equipment_leads_to_a_note_about_it(qtbot: QtBot, world: ShiftWorld) -> None:
    """The target opens the form with the link chosen; the log book is in front."""
    page = show(qtbot, world)
    page.show_target("handover")
    page.show_target(f"note:{GAS}")
    assert page.log.form.picker.links == (GAS,) and page.tabs["log"].isChecked()
    assert page.log.form.text.hasFocus()


def test_a_viewer_reads_and_cannot_write(qtbot: QtBot, world: ShiftWorld) -> None:
    """Nothing can be written, planned or signed; everything can be read."""
    world.desk.log_book.add_note(world.people["wang"], "seal leaks")
    world.room.take_person(world.people["zhou"])
    page = show(qtbot, world)
    QTest.keyClicks(page.log.form.text, "mine")
    page.make_sheet()
    settle(page)
    assert len(page.log.model.rows) == 1 and not page.log.form.write.isEnabled()
    assert not page.calendar.buttons["edit"].isEnabled() and not page.handover.pane.sign.isEnabled()
    assert "Only operators" in page.handover.pane.said.text()


def test_the_shift_before_can_be_chosen_to_hand_over(qtbot: QtBot, world: ShiftWorld) -> None:
    """The button names the shift; one that is neither running nor the one before does not count."""
    page = show(qtbot, world)
    site = world.room.applied.site if world.room.applied is not None else None
    running, before = shifts_to_hand_over(site, world.clock.now_ms())
    page.calendar._monday = before.day - timedelta(days=before.day.weekday())
    page.calendar.ask()
    page.calendar.grid.choose(before.day.isoformat(), before.spec.id)
    assert before.spec.label.en in page.new.text() and f"{before.day:%m-%d}" in page.new.text()
    page.make_sheet()
    assert page.handover.sheet is not None
    assert page.handover.sheet["start_ms"] == before.start_ms and running.start_ms == before.end_ms
    page.calendar._monday -= timedelta(days=7)
    page.calendar.ask()
    page.calendar.grid.choose(page.calendar.monday.isoformat(), "day")
    assert page.shift_to_hand_over() in (running, before)


def test_a_supervisor_writes_who_is_on_duty(qtbot: QtBot, world: ShiftWorld) -> None:
    """Arrows choose a shift, Enter opens the list of accounts, Space ticks, the button writes; others cannot."""
    page = show(qtbot, world)
    day = page.calendar.monday.isoformat()
    page.calendar.grid.choose(day, "night")
    QTest.keyClick(page.calendar.grid, ENTER)
    assert page.calendar.form.isHidden()
    world.room.take_person(world.people["sun"])
    QTest.keyClick(page.calendar.grid, ENTER)
    form = page.calendar.form
    assert form.isVisible() and form.people.count() == 5
    for n, name in enumerate(("admin", "li", "sun", "wang", "zhou")):
        form.people.setCurrentRow(n)
        if name in ("li", "wang"):
            QTest.keyClick(form.people, SPACE)
    QTest.keyClick(form.go, ENTER)
    settle(page)
    assert [(d.shift, d.person, d.by) for d in world.desk.log_book.duties(day, day)] == [
        ("night", "li", "sun"),
        ("night", "wang", "sun"),
    ]
    cell = page.calendar.grid.cell
    assert cell is not None and cell.persons == ("li", "wang") and form.isHidden()


def test_a_form_that_waits_or_could_not_read_loses_nothing(qtbot: QtBot, world: ShiftWorld) -> None:
    """Without the list of people nobody is taken off duty; while a note is kept no other is begun in its place."""
    away = (Reason("store", {"why": "away", "error": "busy"}),)
    world.room.desk = lambda _work, _done, refused: refused(away)  # type: ignore[method-assign]
    duty = DutyForm(world.room)
    qtbot.addWidget(duty)
    duty.begin("2026-11-26", "day", "Day", ("wang",))
    assert not duty.go.isEnabled()
    waiting: list[object] = []
    world.room.desk = lambda *asked: waiting.append(asked)  # type: ignore[method-assign]
    note = NoteForm(world.room)
    qtbot.addWidget(note)
    note.text.setPlainText("the rack is clean")
    note.write.click()
    assert len(waiting) == 1 and note.text.isReadOnly()


def test_esc_leaves_the_duty_form_and_the_week_before_is_another(qtbot: QtBot, world: ShiftWorld) -> None:
    """Nothing is written; the week is read anew."""
    world.room.take_person(world.people["sun"])
    page = show(qtbot, world)
    first = page.calendar.monday
    page.calendar.grid.choose(first.isoformat(), "day")
    QTest.keyClick(page.calendar.grid, ENTER)
    QTest.keyClick(page.calendar.form.people, Qt.Key.Key_Escape)
    assert page.calendar.form.isHidden() and world.desk.log_book.duties("2000-01-01", "2100-01-01") == ()
    QTest.keyClick(page.calendar.buttons["before"], ENTER)
    assert (first - page.calendar.monday).days == 7
    QTest.keyClick(page.calendar.buttons["today"], ENTER)
    assert page.calendar.monday == first


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_paper_has_head_foot_and_chinese(qtbot: QtBot, world: ShiftWorld, language: str) -> None:
    """Several pages; each has ink in head, body and foot; a page differs from the next one."""
    paths = [a.path for a in world.room.book.specs.values()][:40]
    world.alarms(*(replace(standing(p), raised_ms=world.clock.now_ms()) for p in paths))
    page = show(qtbot, world)
    hand_over(page)
    (kept,) = world.desk.log_book.handovers() or (None,)
    sheet = page.handover.sheet
    assert sheet is not None
    pages = SheetPages(sheet, Paper(language, "ab" * 32, kept=kept))
    assert pages.count > 1
    images = [_picture(pages, n) for n in range(pages.count)]
    for image in images:
        for top, bottom in ((50, 90), (110, 900), (HEIGHT - 100, HEIGHT - 40)):
            assert _ink(image, int(top), int(bottom)) > 50
    assert images[0] != images[1]


def _picture(pages: SheetPages, number: int) -> QImage:
    image = QImage(int(WIDTH), int(HEIGHT), QImage.Format.Format_Grayscale8)
    image.fill(255)
    painter = QPainter(image)
    pages.paint(painter, number)
    painter.end()
    return image


def _ink(image: QImage, top: int, bottom: int) -> int:
    """Return how many dark pixels there are between two lines."""
    return sum(image.pixelColor(x, y).value() < 120 for y in range(top, bottom, 2) for x in range(image.width()))


def test_the_file_is_chosen_beside_everything_else(qtbot: QtBot, world: ShiftWorld, tmp_path: Path) -> None:
    """The dialog is no modal one; a folder that cannot be written is said and leaves nothing."""
    page = show(qtbot, world)
    page.make_sheet()
    settle(page)
    QTest.keyClick(page.handover.print, ENTER)
    dialog = page.handover.findChild(QFileDialog)
    assert dialog is not None and not dialog.isModal() and dialog.isVisible()
    dialog.reject()
    assert page.handover._dialog is None
    world.door.acts.clear()
    blocked = tmp_path / "a file"
    blocked.write_text("x")
    with pytest.raises(EnvironmentFault, match="a file"):  # the real door turns it into a sentence on the page
        page.handover.print_to(str(blocked / "sheet.pdf"))
    assert world.door.acts == [] and not (blocked.parent / "sheet.pdf.new").exists()


def test_the_page_speaks_both_languages_and_paints(qtbot: QtBot, qapp: QApplication, world: ShiftWorld) -> None:
    """Log, sheet and calendar in Chinese and English; without a site it says nothing wrong."""
    translations = Translations(qapp)
    world.room._translate = translations.use
    world.desk.log_book.add_note(world.people["wang"], "seal leaks", ("ps02/pump1",), pinned=True)
    page = show(qtbot, world)
    page.make_sheet()
    try:
        world.room.set_language("zh")
        settle(page)
        assert page.title() == "值班" and "当前报警" in page.handover.page.toPlainText()
        assert page.log.model.data(page.log.model.index(0, 2)).startswith("置顶")
        assert not page.grab().isNull()
        world.room.set_language("en")
        settle(page)
        assert "Active alarms" in page.handover.page.toPlainText() and not page.grab().isNull()
        assert page.handover.pane.second._head.what.endswith(" shift")
    finally:
        translations.use("en")
    world.room.take_site(None)
    settle(page)
    assert not page.new.isEnabled() and page.calendar.grid.week.cells == ()


def test_the_page_leaves_nothing_behind(qtbot: QtBot, world: ShiftWorld) -> None:
    """After its end nobody keeps it: signals of the room lead to no dead page."""
    page = ShiftPage(world.room)
    page.show()
    page.make_sheet()
    gone = weakref.ref(page)
    page.hide()
    page.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    del page
    gc.collect()
    assert gone() is None
    world.alarms(AlarmStatus(GAS))
    world.room.set_language("zh")
    assert not [c for c in world.room.findChildren(QObject) if type(c).__module__.startswith("app.views.pages.shift")]


def test_the_same_over_worker_threads(qtbot: QtBot, world: ShiftWorld, tmp_path: Path) -> None:
    """With the real door: sheet, signatures, verdict and paper come from workers; nothing blocks and nothing leaks."""
    door = StoreDoor(world.address)
    try:
        room = Room(door, person=world.people["wang"], clock=world.clock, language="en")
        room.take_site(world.room.applied)
        room.take_silence(False)
        room.take_alarms(world.store.alarms_after(-1), whole=True)
        page = ShiftPage(room)
        qtbot.addWidget(page)
        page.show()
        page.make_sheet()
        pane = page.handover.pane
        qtbot.waitUntil(lambda: len(pane.read.model.rows) == 1)
        read_all(page)
        comes(page, "li")
        qtbot.waitUntil(lambda: pane.second.person is not None)
        read_all(page)
        pane.sign.click()
        qtbot.waitUntil(lambda: [r.verdict for r in page.model.rows] == ["✓ whole"])
        file = tmp_path / "paper" / "sheet.pdf"
        page.handover.print_to(str(file))
        qtbot.waitUntil(lambda: str(file) in page.handover.said.text())
        assert file.read_bytes().startswith(b"%PDF") and list(file.parent.iterdir()) == [file]
        qtbot.waitUntil(lambda: any(a.kind == "printed" for a in world.desk.acts(0)))
        page.hide()
    finally:
        door.close()
