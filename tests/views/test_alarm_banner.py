"""The banner, the horn and the room's own alarms: what is shown above every page, heard, silenced and acknowledged."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from app.model.alarms.status import AlarmState, AlarmStatus, OutOfService, Shelf
from app.model.records import Person, RequestKind
from app.views import theme
from app.views.pages.equipment_menu import EquipmentMenu
from app.views.shell.banner_row import ROW_HEIGHT, BannerRow
from app.views.state.abnormal_rows import row_texts
from app.views.state.banner_items import ROWS, banner_items
from app.views.state.own_alarms import OwnKind
from app.views.widgets.ink import text_width
from tests.helpers.alarms import raised
from tests.helpers.room import FakeDoor
from tests.views.test_room_shell import Desk

HH, LL, TRIP = "ps01/well/level:HH", "ps01/well/level:LL", "ps02/pump1/trip:trip"


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication) -> Iterator[Desk]:
    made = Desk(qapp)
    made.beats()
    yield made
    made.translations.use("en")


def rows(desk: Desk) -> list[BannerRow]:
    return [r for r in desk.window.header.banner.rows if r.item is not None and not r.isHidden()]


def submitted(desk: Desk) -> list[tuple[RequestKind, dict[str, object]]]:
    door = desk.room._door
    assert isinstance(door, FakeDoor)
    return [(kind, payload) for _, kind, payload in door.submitted]


def acts(desk: Desk) -> list[tuple[str, str]]:
    door = desk.room._door
    assert isinstance(door, FakeDoor)
    return [(kind, what) for _, kind, what, _ in door.acts]


def test_counts_are_those_of_the_rows(desk: Desk) -> None:
    """Unacknowledged and acknowledged by priority; what stands aside is counted apart and leads to its list."""
    spec = desk.room.book.specs
    shelf, out = Shelf("li", "r", 1, 2), OutOfService("wang", "r", "WO-1", 1)
    desk.room.take_alarms(
        [
            raised(spec[HH]), raised(spec[LL]), raised(spec[TRIP], AlarmState.ACKED),
            raised(spec["ps03/well/level:HH"], shelf=shelf), raised(spec["ps04/well/level:HH"], out_of_service=out),
        ]
    )  # fmt: skip
    desk.beats(1)
    counts = desk.window.header.banner.counts
    assert counts.numbers.counts == ((1, 0), (0, 0), (1, 1), (0, 0))
    assert {s: b.count for s, b in counts.aside.items()} == {"shelved": 1, "suppressed": 0, "out_of_service": 1}
    QTest.mouseClick(counts.aside["shelved"], Qt.MouseButton.LeftButton)
    assert desk.window.page.page_id == "alarms"
    assert desk.window.pages["alarms"].bar.segment == "shelved"  # type: ignore[attr-defined]


def test_the_highest_and_the_newest_are_in_words(desk: Desk) -> None:
    """Three highest, and in the last line the newest when it is none of them."""
    book = desk.room.book
    high = [s for s in book.specs.values() if s.priority <= 2][:5]
    low = next(s for s in book.specs.values() if s.priority == 4)
    desk.room.take_alarms([*(raised(s, ago_s=500) for s in high), raised(low, ago_s=1)])
    items = banner_items(book, (), ())
    assert [i.path for i in items[:3]] == book.main.first(3) and len(items) == ROWS
    assert items[3].path == low.path and items[3].newest and not any(i.newest for i in items[:3])


def test_nothing_in_the_header_touches_its_edges(desk: Desk) -> None:
    """Four lines and the flood's stand clear of the upper edge and of the demo's stripes; the site's name is whole."""
    header = desk.window.header
    lines = [*header.banner.rows, header.banner.counts.numbers, header.banner.counts.flood]
    for part in lines:
        top = part.mapTo(header, QPoint(0, 0)).y()
        assert top >= 6
        assert top + part.height() <= header.height() - 10
    tops = sorted(r.mapTo(header, QPoint(0, 0)).y() for r in header.banner.rows)
    assert all(b - a >= ROW_HEIGHT for a, b in itertools.pairwise(tops))
    site = desk.room.applied.site  # type: ignore[union-attr]
    assert text_width(site.label.en, theme.BODY) <= header._title.width()


def test_the_limit_gives_way_before_the_value(desk: Desk) -> None:
    """A narrow line tells the value without its limit, a wide one both."""
    desk.alarms(HH)
    row = rows(desk)[0]
    line = row._maker.line(HH, desk.room.now_ms())
    assert "≥" in row._said(line, "value") and "≥" not in row._said(line, "figure")
    assert line.cells["figure"] and row._said(line, "figure") in row._said(line, "value")


def test_a_condition_is_said_once(desk: Desk) -> None:
    """The state's name often is that of the condition, but for a capital letter."""
    desk.alarms(TRIP)
    line = rows(desk)[0]._maker.line(TRIP, desk.room.now_ms())
    assert (line.cells["what"], line.cells["value"]) == ("Tripped", "tripped")
    assert rows(desk)[0]._said(line, "value").split("  ")[0] == "Tripped"
    assert "tripped" not in rows(desk)[0]._said(line, "value")
    assert any(row_texts(r, "en")[1] == "Tripped" for r in desk.room.watch.rows)


def test_one_key_acknowledges_the_first_line_but_not_in_haste(desk: Desk) -> None:
    """F8 asks for the highest; a line that became another one a moment ago is left alone."""
    desk.alarms(TRIP)
    desk.clock.advance(1.0)
    desk.frame()
    desk.alarms(HH)
    assert rows(desk)[0].item.path == HH  # type: ignore[union-attr]
    QTest.keyClick(desk.window, Qt.Key.Key_F8)
    assert submitted(desk) == [], "the hand meant the line before"
    desk.clock.advance(0.6)
    desk.frame()
    QTest.keyClick(desk.window, Qt.Key.Key_F8)
    assert submitted(desk) == [(RequestKind.ACKNOWLEDGE, {"alarms": [[HH, f"o-{HH}"]], "reason": ""})]


def test_a_click_goes_there_and_the_right_end_acknowledges(desk: Desk) -> None:
    """Two targets in one line, told apart by what is drawn."""
    desk.alarms(HH)
    desk.clock.advance(1.0)
    desk.frame()
    row = rows(desk)[0]
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(row.width() - 20, 11))
    assert len(submitted(desk)) == 1 and desk.window.page.page_id == "overview"
    QTest.mouseClick(row, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(120, 11))
    assert desk.window.page.page_id == "station"


def test_a_viewer_has_nothing_to_press(desk: Desk) -> None:
    """Without the right nothing is offered and nothing is asked."""
    desk.room.take_person(Person("guest", "viewer", "s", "ws"))
    desk.alarms(HH)
    desk.clock.advance(1.0)
    desk.frame()
    assert not rows(desk)[0].acknowledgeable
    QTest.keyClick(desk.window, Qt.Key.Key_F8)
    assert submitted(desk) == []


def test_a_flood_is_named_with_its_first_alarm(desk: Desk) -> None:
    """Eleven in ten minutes: since when, how many, which was first; it goes when it is over."""
    book = desk.room.book
    wanted = list(book.specs.values())[:12]
    desk.room.take_alarms([raised(s, ago_s=60.0 - i) for i, s in enumerate(wanted)])
    desk.clock.advance(1.0)
    desk.frame()
    text = desk.window.header.banner.counts.flood.text
    assert "12 alarms" in text and book.label(wanted[0].path).en in text
    flood, place, what = desk.window.header.banner.counts.flood._parts
    assert "12" in flood and place in text and what == book.label(wanted[0].path).en
    desk.clock.advance(1200.0)
    desk.frame()
    assert desk.window.header.banner.counts.flood.text == ""


def test_each_priority_sounds_until_acknowledged_and_silence_is_noted(desk: Desk) -> None:
    """The highest sounds; silence stops it and acknowledges nothing; what comes later sounds again."""
    desk.alarms(TRIP)
    assert desk.sounder.played[0] == "priority-3"
    desk.alarms(HH)
    assert desk.sounder.played[-1] == "priority-1" and len(desk.sounder.played) == 2
    QTest.keyClick(desk.window, Qt.Key.Key_F9)
    desk.clock.advance(60.0)
    desk.frame()
    assert len(desk.sounder.played) == 2 and desk.room.book.tally().unacknowledged == 2
    assert acts(desk) == [("silenced", "priority-1")]
    assert desk.window.header.silence.accessibleName() == "Silenced"
    desk.alarms(LL)
    assert desk.sounder.played[-1] == "priority-3"
    desk.alarms(HH, LL, TRIP, state=AlarmState.ACKED)
    assert desk.window.header.silence.accessibleName() == "Quiet"


def test_a_silent_engine_keeps_the_rows_and_marks_them(desk: Desk) -> None:
    """The silent block takes the upper half; below it the highest rows stay; acknowledging alarms has to wait."""
    desk.alarms(HH)
    desk.clock.advance(2.0)
    desk.beats(1)
    banner = desk.window.header.banner
    assert banner._silent.isVisible() and banner._silent.waits
    assert [r.item.path for r in rows(desk)] == [HH]  # type: ignore[union-attr]
    assert not rows(desk)[0].acknowledgeable and not desk.room.book.known


def test_a_lost_engine_must_be_acknowledged_also_when_it_is_back(desk: Desk) -> None:
    """It sounds until acknowledged; one that came back in the meantime waits as a line of its own."""
    desk.clock.advance(2.0)
    desk.beats(1)
    assert desk.room.own.sounds(OwnKind.ENGINE)
    desk.frame()
    desk.beats(1)
    (row,) = rows(desk)
    assert row.item is not None and row.item.own is not None and not row.item.own.stands
    assert "was silent" in row.toolTip() and not desk.beat.horn.sounding
    desk.clock.advance(1.0)
    desk.frame()
    QTest.keyClick(desk.window, Qt.Key.Key_F8)
    assert rows(desk) == [] and acts(desk) == [("acknowledged", "room:engine")]


def test_f8_acknowledges_a_silence_and_it_stays_on_screen(desk: Desk) -> None:
    """The horn stops, the block stays: grey is not forgotten."""
    desk.clock.advance(2.0)
    desk.beats(1)
    QTest.keyClick(desk.window, Qt.Key.Key_F8)
    desk.beats(1)
    assert not desk.beat.horn.sounding and desk.window.header.banner._silent.isVisible()
    assert not desk.window.header.banner._silent.waits


def test_a_store_that_is_away_is_an_alarm_of_its_own(desk: Desk) -> None:
    """Not the engine is said to be silent then: nobody knows."""
    desk.feed.trouble = "no connection to the server"
    desk.clock.advance(2.0)
    desk.beats(1)
    assert [(o.kind, o.stands) for o in desk.room.own.rows] == [(OwnKind.STORE, True)]
    assert desk.sounder.played == ["engine-lost"]
    assert any("no connection" in r.toolTip() for r in rows(desk))
    desk.feed.trouble = ""
    desk.frame()


def test_lost_sound_must_be_acknowledged_and_calls_through_the_task_bar(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing can be heard: a flashing line, and the system's task bar asks for a look; so does each new alarm."""
    called: list[object] = []
    monkeypatch.setattr(QApplication, "alert", lambda window, _ms=0: called.append(window))
    desk.sounder.trouble = "no player is installed"
    desk.beats(1)
    assert called and rows(desk)[0].flashing and "no player" in rows(desk)[0].toolTip()
    desk.room.acknowledge_own(OwnKind.AUDIO)
    called.clear()
    desk.alarms(HH)
    assert called and all(w is desk.window for w in called)


def test_flashing_is_one_clock_and_can_be_stopped(desk: Desk) -> None:
    """On and off in the same moment everywhere, once a second; with reduced motion it stays on."""
    desk.alarms(HH)
    seen = []
    for _ in range(10):
        desk.clock.advance(0.25)
        desk.frame()
        seen.append(desk.room.flash.on)
    changes = sum(a != b for a, b in itertools.pairwise(seen))
    assert 4 <= changes <= 5
    desk.room.flash.set_reduced(True)
    for _ in range(5):
        desk.clock.advance(0.25)
        desk.frame()
        assert desk.room.flash.on


def test_sounds_are_tested_and_motion_is_set_on_the_system_page(desk: Desk) -> None:
    """Each press plays the next sound; the box stops the flashing and is kept."""
    desk.window.go("system", "")
    test = desk.window.findChild(QAbstractButton, "test-sound")
    still = desk.window.findChild(QAbstractButton, "reduced-motion")
    assert test is not None and still is not None
    for _ in range(5):
        test.click()
    assert desk.sounder.played == ["engine-lost", "priority-1", "priority-2", "priority-3", "priority-4"]
    still.click()
    assert desk.room.flash.reduced and desk.room.preferences.get("reduced_motion") is True


def test_the_equipment_lists_its_alarms_with_limits(desk: Desk, qtbot: QtBot) -> None:
    """In the faceplate: what stands first, then the rest; a click leads to the alarm."""
    desk.alarms(HH)
    desk.window.go("station", "ps01/well")
    plate = desk.window.page.dock.faceplate("ps01/well")  # type: ignore[attr-defined]
    specs = [s for s in desk.room.book.specs.values() if s.equipment == "ps01/well"]
    assert plate.alarms.paths[0] == HH and len(plate.alarms.paths) == len(specs)
    with qtbot.waitSignal(desk.room.navigate, timeout=1000) as caught:
        QTest.mouseClick(plate.alarms, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(60, 30))
    assert caught.args == ["alarms", HH]
    desk.room.take_alarms([AlarmStatus(HH)])
    desk.window.go("station", "ps01/well")
    desk.beats(1)
    assert plate.alarms.paths[0] != HH


def test_a_right_click_offers_the_alarms_of_an_equipment(desk: Desk, qtbot: QtBot) -> None:
    """What stands there first, then all of them and the history; the station lists what stands with it."""
    desk.alarms(HH, TRIP)
    desk.window.go("station", "ps01")
    page = desk.window.page
    desk.beats(1)
    assert page.below.alarms.paths == (HH,)  # type: ignore[attr-defined]
    page.mimic.menu_asked.emit("ps01/well", QPoint(600, 400))  # type: ignore[attr-defined]
    menu = page.findChild(EquipmentMenu)
    assert menu is not None
    texts = [a.text() for a in menu.actions() if a.text()]
    assert texts[0].startswith("1  Level") and texts[-2:] == ["Alarms of this equipment", "History"]
    with qtbot.waitSignal(desk.room.navigate, timeout=1000) as caught:
        menu.actions()[0].trigger()
    assert caught.args == ["alarms", HH]
    menu.close()
