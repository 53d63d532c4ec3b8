"""The audit page: what people did in sentences, asked for by time, person, kind, place and words; its export."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.clock import SystemClock
from app.model.records import Journal, JournalEntry
from app.storage.contract import EngineStore, Tick
from app.storage.opening import open_engine_store, open_room_store
from app.views.actions.export_audit import audit_export
from app.views.gateway import journal
from app.views.pages.audit.page import AuditPage
from tests.helpers.people import cheap_passwords
from tests.views.people_world import World, world_of

HOUR = 3_600_000
CHANGE = {
    "from": {"role": "viewer", "grants": []},
    "to": {"role": "operator", "grants": [{"area": "west", "role": "operator"}]},
}


class Books:
    """The engine's pen: lines of journals, some hours ago."""

    def __init__(self, store: EngineStore, now_ms: int) -> None:
        self._store = store
        self.now_ms = now_ms

    def write(self, *lines: tuple[float, str, str, str, dict[str, object]], journal: Journal = Journal.AUDIT) -> None:
        """Append (hours ago, kind, what, who, detail)."""
        entries = tuple(
            JournalEntry(journal, kind, self.now_ms - int(ago * HOUR), what, who, "ws-1", detail)
            for ago, kind, what, who, detail in lines
        )
        self._store.commit(Tick(journal=entries))


@pytest.fixture
def world(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[World, Books]]:
    cheap_passwords(monkeypatch)
    monkeypatch.setattr(journal, "PAGE", 50)
    address = tmp_path / "store"
    for made in world_of(qapp, address, pages={"audit": AuditPage}):
        pen = open_engine_store(str(address), clock=SystemClock())
        pen.take_lease("test")
        rooms = open_room_store(str(address))
        made.door.store = rooms
        made.clock.ms = made.desk.now_ms()
        made.founded()
        made.sign_in("wang", "operator")
        books = Books(pen, made.clock.ms)
        books.write(
            (30.0, "signed_in", "", "li", {}),
            (3.0, "account_changed", "li", "admin", CHANGE),
            (2.0, "shelve", "ps01/well/level:HH", "li", {"duration_s": 3600.0, "reason": "=1+1", "second": "admin"}),
            (1.0, "sign_in_failed", "", "mallory", {"why": "wrong"}),
        )
        books.write(
            (0.5, "refused", "ps03/gate1", "li", {"verb": "open", "reasons": ["two_person"]}), journal=Journal.COMMANDS
        )
        books.write((0.4, "device-failed", "plc-ps01", "", {"text": "no reply"}), journal=Journal.EVENTS)
        made.window.go("audit", "")
        made.beats()
        yield made, books
        pen.close()
        rooms.close()


def page(world: World) -> AuditPage:
    found = world.window.page
    assert isinstance(found, AuditPage)
    return found


def kinds(world: World) -> list[str]:
    return [row.entry.kind for row in page(world).model.rows]


def ask(world: World) -> None:
    """Let the pause after the last change pass."""
    page(world).bar._timer.stop()
    page(world).ask()


def choose(world: World, kind: str) -> None:
    page(world).table.selectRow(kinds(world).index(kind))


def test_what_people_did_is_told_newest_first(world: tuple[World, Books]) -> None:
    """Acts and commands of a day, not what devices did, nor what is older; in sentences with names."""
    desk, _ = world
    QAbstractItemModelTester(page(desk).model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert kinds(desk) == ["refused", "sign_in_failed", "shelve", "account_changed"]
    sentences = {row.entry.kind: row.cells[4] for row in page(desk).model.rows}
    assert sentences["account_changed"] == "Account changed: li, areas — → West: Operator; role Viewer → Operator"
    assert sentences["sign_in_failed"] == "Could not sign in: Wrong name or password"
    assert sentences["shelve"] == "Alarm shelved: 60 min (second: admin), =1+1"
    desk.room.set_language("zh")
    told = {row.entry.kind: row.cells[4] for row in page(desk).model.rows}
    assert told["account_changed"] == "修改账户：li，区域 — → 西片: 值班员；角色 观察员 → 值班员"
    assert all(told[k] != sentences[k] for k in told)


def test_questions_by_time_person_kind_place_and_words(world: tuple[World, Books]) -> None:
    """Each alone, then together; a place asks for everything under it."""
    desk, _ = world
    bar = page(desk).bar
    bar.span.setCurrentIndex(bar.span.findData(7))
    ask(desk)
    assert "signed_in" in kinds(desk)
    bar.who.setCurrentText("li")
    ask(desk)
    assert kinds(desk) == ["refused", "shelve", "signed_in"]
    bar.place.setCurrentIndex(bar.place.findData("ps01"))
    ask(desk)
    assert kinds(desk) == ["shelve"]
    bar.place.setCurrentIndex(0)
    bar.kind.setCurrentIndex(bar.kind.findData("signed_in"))
    ask(desk)
    assert kinds(desk) == ["signed_in"]
    bar.kind.setCurrentIndex(0)
    bar.who.setCurrentText("")
    bar.text.setText("MALLORY")
    ask(desk)
    assert kinds(desk) == ["sign_in_failed"]
    bar.text.clear()
    bar.span.setCurrentIndex(bar.span.findData(0))
    assert not bar.start.isHidden() and not bar.live
    ask(desk)
    assert "signed_in" not in kinds(desk) and "account_changed" in kinds(desk)


def test_typing_asks_once_a_moment_later(world: tuple[World, Books], qtbot: QtBot) -> None:
    """Ten keys are one question."""
    desk, _ = world
    with qtbot.waitSignal(page(desk).bar.changed, timeout=5000):
        QTest.keyClick(desk.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(page(desk).bar.text, "mallory")
        assert len(kinds(desk)) == 4
    assert kinds(desk) == ["sign_in_failed"]


def test_pages_are_read_as_one_scrolls_and_new_lines_come_on_top(world: tuple[World, Books]) -> None:
    """120 lines: 50 at once, the next ones at the end of the list; a new act appears by itself, nothing twice."""
    desk, books = world
    books.write(*((0.3 + i / 1000, "silenced", f"n{i}", "li", {}) for i in range(116)))
    ask(desk)
    assert len(kinds(desk)) == 50 and page(desk).count.text() == "Lines: 50+"
    bar = page(desk).table.verticalScrollBar()
    for _ in range(4):
        desk.beats()
        bar.setValue(bar.maximum())
    desk.beats()
    assert len(kinds(desk)) == 120 and page(desk).count.text() == "Lines: 120"
    bar.setValue(0)
    books.write((0.2, "locked", "", "li", {}))
    desk.beats(21)
    assert kinds(desk)[0] == "locked" and len(kinds(desk)) == 121
    order = [(r.entry.at_ms, str(r.entry.journal), r.entry.seq) for r in page(desk).model.rows]
    assert order == sorted(order, reverse=True) and len(set(order)) == 121


def test_a_line_opens_with_from_to_why_workstation_and_hash(world: tuple[World, Books]) -> None:
    """Everything that was recorded; the second signer too."""
    desk, _ = world
    choose(desk, "account_changed")
    values = page(desk).detail.values
    assert values["change"].text().splitlines() == ["areas  — → West: Operator", "role  Viewer → Operator"]
    assert values["workstation"].text() == "ws-1" and values["who"].text() == "admin"
    entry = page(desk).model.rows[page(desk).table.currentIndex().row()].entry
    assert values["hash"].text().replace(" ", "") == entry.hash and len(entry.hash) == 64
    choose(desk, "shelve")
    assert values["why"].text() == "=1+1" and values["second"].text() == "admin"
    assert "ps01/well/level:HH" in values["place"].text() and values["change"].isHidden()


def test_an_export_is_whole_noted_with_what_was_asked_and_harmless(world: tuple[World, Books], tmp_path: Path) -> None:
    """All lines of the question, with sentences and hashes; a reason that looks like a formula is text; the journal
    learns who took what out of it."""
    desk, _ = world
    found = page(desk)
    found.bar.who.setCurrentText("li")
    ask(desk)
    dialog = found.export.begin(".csv", audit_export(desk.room, found.bar.query(desk.room.now_ms())))
    dialog.close()
    file = tmp_path / "out.csv"
    found.export.write(str(file))
    (note,) = desk.door.acts
    assert note[:3] == ("wang", "exported", "audit") and note[3]["rows"] == 2 and note[3]["file"] == str(file)
    assert note[3]["asked"]["who"] == "li" and "audit" in note[3]["heads"]
    text = file.read_text(encoding="utf-8-sig")
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.reader(lines))
    assert len(rows) == 3 and "Alarm shelved: 60 min (second: admin), =1+1" in rows[2]
    assert all(entry.entry.hash in text for entry in found.model.rows)
    assert not any(cell.startswith("=") for row in rows for cell in row)
    assert "lines written" in found.export.said.text()


def test_nobody_exports_without_answering_for_it(world: tuple[World, Books]) -> None:
    """Signed out, or locked: anybody may look, the export is grey and says why."""
    desk, _ = world
    from app.views.actions.lock import lock
    from app.views.actions.sign_out import sign_out

    lock(desk.room)
    csv_button = page(desk).export.csv
    assert not csv_button.isEnabled() and "locked" in csv_button.toolTip()
    sign_out(desk.room)
    assert not csv_button.isEnabled() and "sign in" in csv_button.toolTip()
    assert len(kinds(desk)) == 4


def test_every_text_of_the_page_is_translated(world: tuple[World, Books]) -> None:
    """Heads, filters, captions and tips differ between the languages."""
    desk, _ = world
    found = page(desk)

    def words() -> list[str]:
        heads = [found.model.heading(i) for i in range(6)]
        boxes = [b.itemText(i) for b in (found.bar.span, found.bar.kind) for i in range(2)]
        captions = [c.text() for n, c in found.detail._captions.items() if n != "hash"]
        return [*heads, *boxes, *captions, found.export.csv.text(), found.title(), found.bar.text.placeholderText()]

    english = words()
    desk.room.set_language("zh")
    assert all(e != c for e, c in zip(english, words(), strict=True))
