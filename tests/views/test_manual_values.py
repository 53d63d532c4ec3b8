"""Manual values through the faceplate: entered for a time, and taken back as they were seen."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.model.records import CommandState, Reason, RequestKind, Substitute
from tests.views.test_station_commands import Desk

LEVEL = "one/well/level"


def _in_force(desk: Desk, value: float, person: str, since_ms: int) -> None:
    until_ms = desk.room.now_ms() + 3_600_000
    desk.room.take_substitutes([Substitute(LEVEL, value, person, "probe", since_ms, until_ms)])


def _speak(desk: Desk, language: str) -> None:
    """Switch the language as the shell does."""
    desk.room.set_language(language)
    desk.plate.retranslate()
    desk.tick()


def test_a_manual_value_is_entered_for_a_limited_time(qtbot: QtBot) -> None:
    """A measurement, a value, an end and a reason make a substitute."""
    desk = Desk(qtbot, "one/well")
    plate = desk.plate.substitute
    desk.press("substitute")
    plate.value.setValue(2.75)
    plate.hours.setCurrentIndex(1)
    plate.reason.setText("probe is being cleaned")
    desk.press("substitute-confirm")
    kind, payload = desk.asked[-1]
    assert kind is RequestKind.SUBSTITUTE and payload["tag"] == "one/well/level" and payload["value"] == 2.75
    assert payload["until_ms"] == desk.room.now_ms() + 4 * 3_600_000


def test_a_form_names_the_manual_value_it_was_opened_for(qtbot: QtBot) -> None:
    """While one writes the reason the value is replaced, and the language switched: the form still means the old one,
    and the engine refuses it in words. The next form means the new one."""
    desk = Desk(qtbot, "one/well")
    plate = desk.plate.substitute
    _in_force(desk, 2.0, "demo", 5)
    desk.press("substitute")
    plate.reason.setText("probe is clean")
    _in_force(desk, 2.5, "li", 9)
    _speak(desk, "zh")
    assert plate.go.text() == "Take manual value back" and plate.reason.text() == "probe is clean"
    desk.press("substitute-confirm")
    assert desk.asked[-1] == (RequestKind.UNSUBSTITUTE, {"tag": LEVEL, "since_ms": 5, "reason": "probe is clean"})
    _speak(desk, "en")
    other = Reason("other_substitute", {"value": 2.5, "holder": "li", "reason": "probe"})
    desk.answer(CommandState.REFUSED, other)
    assert plate.said.text() == "Another manual value is in force now, 2.5 by li: probe. It was not taken back"
    desk.press("substitute")
    plate.reason.setText("li asked me to")
    desk.press("substitute-confirm")
    assert desk.asked[-1][1]["since_ms"] == 9


def test_a_form_that_enters_a_manual_value_takes_nobody_elses_back(qtbot: QtBot) -> None:
    """While one writes the reason another enters a value, and the language is switched: what was typed is asked."""
    desk = Desk(qtbot, "one/well")
    plate = desk.plate.substitute
    desk.press("substitute")
    plate.value.setValue(2.75)
    plate.reason.setText("probe")
    _in_force(desk, 2.5, "li", 9)
    _speak(desk, "zh")
    desk.press("substitute-confirm")
    assert (desk.asked[-1][0], desk.asked[-1][1]["value"]) == (RequestKind.SUBSTITUTE, 2.75)
