"""A look on site after a command timed out, said through the faceplate."""

from __future__ import annotations

from collections.abc import Iterator

from pytestqt.qtbot import QtBot

from app.model.records import CommandState, EquipmentStatus, Journal, JournalEntry, Reason, RequestKind
from app.storage.contract import JournalQuery
from tests.helpers.room import FakeDoor
from tests.views.test_station_commands import Desk

WRITTEN = {"r7": ("one/pump2", "start"), "r8": ("one/pump3", "stop")}


class Commands:
    """A store that has only the intents of these commands."""

    def journal_query(self, query: JournalQuery) -> tuple[JournalEntry, ...]:
        return tuple(self._lines(query.text))

    def _lines(self, request: str) -> Iterator[JournalEntry]:
        path, verb = WRITTEN[request]
        detail = {"request": request, "verb": verb}
        yield JournalEntry(Journal.COMMANDS, "intent", 1_760_000_000_000, path, "li", detail=detail)


def _timed_out(desk: Desk, request: str) -> None:
    desk.revision += 1
    status = EquipmentStatus("one/pump2", desk.revision, late_execution=bool(request), late_request=request)
    desk.room.take_equipment([status])
    desk.later()


def test_a_look_on_site_is_about_the_command_that_the_form_names(qtbot: QtBot) -> None:
    """Grey verbs and a button → the form names what timed out → another one times out meanwhile: the form means the
    first, and the engine refuses it in words. The next form names and means the other. Then button and form go."""
    desk = Desk(qtbot)
    door, plate = desk.room._door, desk.plate.late
    assert isinstance(door, FakeDoor) and not plate.isVisible()
    door.store = Commands()
    _timed_out(desk, "r7")
    assert not desk.button("command-start").isEnabled() and "may still execute it" in desk.plate.commands.note.text()
    desk.press("late")
    assert plate.what.text() == "Timed out: Start · Pump 2, by li at 2025-10-09 Thu 16:53:20"
    assert not desk.button("late-confirm").isEnabled()
    plate.reason.setText("stands still, valve shut")
    _timed_out(desk, "r8")
    desk.press("late-confirm")
    seen = {"device": "plc-one", "request": "r7", "reason": "stands still, valve shut"}
    assert desk.asked[-1] == (RequestKind.ACCEPT_LATE, seen)
    desk.answer(CommandState.REFUSED, Reason("late_execution", {"why": "other"}))
    assert plate.said.text() == "Another command has timed out since: look again"
    desk.press("late")
    assert plate.what.text().startswith("Timed out: Stop pump (normal) · ")
    plate.reason.setText("both stand still")
    desk.press("late-confirm")
    assert desk.asked[-1][1]["request"] == "r8"
    desk.answer(CommandState.DONE)
    _timed_out(desk, "")
    assert not plate.isVisible() and desk.button("command-start").isEnabled()
