"""The key to the highest alarm leads to one of now, wherever the room looks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.views.state.alarm_places import place_to_go
from tests.helpers.past_desk import PastDesk


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication) -> Iterator[PastDesk]:
    made = PastDesk(qapp)
    yield made
    made.translations.use("en")
    made.close()


def test_from_the_past_the_key_leads_to_the_highest_alarm_of_now(desk: PastDesk) -> None:
    """Another alarm stood then: the room is back in the present, at the place of the one that stands now."""
    window = desk.window()
    by_place = {place_to_go(a, a.path): a.path for a in desk.site.alarms if place_to_go(a, a.path)[0] == "station"}
    (then, old), (now, new) = list(by_place.items())[:2]
    desk.stood(500, old)
    desk.stands(new)
    desk.room.machine.go_frame(600)
    assert desk.room.past is not None and list(desk.room.book.main) == [old]
    QTest.keyClick(window, Qt.Key.Key_F6)
    assert desk.room.past is None and now != then
    assert window._history._places[-1] == now
