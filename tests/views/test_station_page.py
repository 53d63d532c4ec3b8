"""The station page offscreen: stations, keyboard, faceplates, languages, and nothing left behind."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.model.numbering import number_tags
from app.model.quality import Quality
from app.model.spec import Site
from app.site.loading import load_site
from app.views import theme
from app.views.pages.station import StationPage
from app.views.room import Room
from app.views.state.station import Health
from tests.helpers.alarms import raise_at
from tests.helpers.room import RoomClock, make_room, set_values
from tests.views.station_site import make_site, normal_values

XIASHA = Path(__file__).parents[2] / "resources" / "sites" / "xiasha"


@pytest.fixture(autouse=True)
def themed(qapp: QApplication) -> Iterator[None]:
    theme.apply_theme(qapp)
    yield


def open_page(qtbot: QtBot, site: Site | None = None, *, clock: RoomClock | None = None) -> tuple[StationPage, Room]:
    site = make_site(3) if site is None else site
    room = make_room(site, clock=clock)
    if site.id == "test":
        set_values(room, normal_values(site, now_ms=room.now_ms()))
    page = StationPage(room)
    qtbot.addWidget(page)
    page.resize(1712, 1004)
    page.show()
    settle(page)
    return page, room


def settle(page: StationPage, ticks: int = 6) -> None:
    for _ in range(ticks):
        page.tick()
        QCoreApplication.processEvents()


def test_the_first_station_is_shown_with_its_headline(qtbot: QtBot) -> None:
    """The page opens on the site's first station: cards, mimic, pumps and trend are filled."""
    page, _ = open_page(qtbot)
    cards = page.headline.cards()
    level = cards["one/well/level"].content
    assert page.title() == "East Harbour station" and level is not None
    assert (level.shown.text, level.caption) == ("2.31", "Wet well · Wet well level")
    overflow, pumps = cards["overflow"].content, cards["pumps"].content
    assert overflow is not None and (overflow.shown.text, overflow.note) == ("—", "Level does not rise")
    assert pumps is not None and (pumps.shown.whole, pumps.note) == ("1 / 3", "3 available · 41.3 kW")
    assert [r.word for r in page.below.table.rows] == ["running", "stopped", "stopped"]


def test_no_line_is_drawn_over_the_time_in_which_the_page_was_away(qtbot: QtBot) -> None:
    """What was known before is no past of what is seen after: the past is read anew when the page comes back."""
    clock = RoomClock()
    page, room = open_page(qtbot, clock=clock)
    page.hide()
    clock.advance(300.0)
    set_values(room, normal_values(make_site(3), now_ms=room.now_ms()))
    asked: list[tuple[str, ...]] = []
    room.recent = lambda paths, seconds, done, **_: asked.append(tuple(paths))  # type: ignore[method-assign,misc]
    page.show()
    settle(page)
    times, _ = page._traces.series("one/well/level")
    assert len(asked) == 1 and "one/well/level" in asked[0]
    assert len(times) and times[0] > room.now_ms() - 10_000


def test_no_line_goes_on_while_the_engine_is_silent(qtbot: QtBot) -> None:
    """It ends when the engine fell silent; once it is back frames tell how it went on."""
    clock = RoomClock()
    page, room = open_page(qtbot, clock=clock)
    asked: list[tuple[str, ...]] = []
    room.recent = lambda paths, seconds, done, **_: asked.append(tuple(paths))  # type: ignore[method-assign,misc]
    room.take_silence(True)
    clock.advance(60.0)
    settle(page)
    times, values = page._traces.held("one/well/level", now_ms=room.now_ms())
    known = times[~np.isnan(values)]
    assert known[-1] <= room.now_ms() - 60_000 and np.isnan(values[-1]) and not asked
    room.take_silence(False)
    settle(page)
    assert len(asked) == 1


def test_the_chooser_walks_by_keyboard_and_tells_states(qtbot: QtBot) -> None:
    """Right goes to the next station, Home back; a station without communication says so."""
    page, room = open_page(qtbot)
    page.chooser.setFocus()
    QTest.keyClick(page.chooser, Qt.Key.Key_Right)
    assert page.facility is not None and page.facility.id == "two"
    QTest.keyClick(page.chooser, Qt.Key.Key_Home)
    assert page.facility.id == "one"
    set_values(room, {"dev/plc-two/state": 2.0, "one/pump2/trip": 1.0})
    raise_at(room.book, "one/pump2", 2)
    settle(page)
    one, two = page.chooser.items
    assert (one.health, one.priority, one.line) == (Health.ABNORMAL, 2, "1 tripped · Pumps 1 of 3")
    assert (two.health, two.line) == (Health.NO_COMMUNICATION, "No communication")


def test_the_mimic_is_walked_by_keyboard_and_enter_opens(qtbot: QtBot) -> None:
    """Tab and arrows move the mark over equipment with names for screen readers; Enter opens the faceplate."""
    page, _ = open_page(qtbot)
    page.mimic.setFocus()
    names = [page.mimic.accessibleName()]
    for _ in range(3):
        QTest.keyClick(page.mimic, Qt.Key.Key_Tab)
        names.append(page.mimic.accessibleName())
    assert len(set(names)) == 4 and all(" · one/" in n for n in names)
    page.mimic.focus_equipment("one/pump1")
    QTest.keyClick(page.mimic, Qt.Key.Key_Down)
    assert page.mimic.accessibleName().startswith("Pump 2 · one/pump2 · stopped")
    QTest.keyClick(page.mimic, Qt.Key.Key_Return)
    assert [f.equipment.path for f in page.dock.faceplates] == ["one/pump2"]
    assert page.dock.faceplates[0].isVisible() and page.dock.width() > 300


def test_a_click_opens_one_faceplate_and_pinning_keeps_it(qtbot: QtBot) -> None:
    """Another equipment takes the place of an unpinned faceplate, stands beside a pinned one, and none is doubled."""
    page, _ = open_page(qtbot)
    node = next(n for n in page.mimic.plan.nodes if n.equipment.path == "one/pump1")
    QTest.mouseClick(page.mimic, Qt.MouseButton.LeftButton, pos=_point(node.cx, node.cy))
    page.open_faceplate("one/pump2")
    assert _open(page) == ["one/pump2"]
    page.dock.faceplates[0].head.pin.click()
    page.open_faceplate("one/pump3")
    page.open_faceplate("one/pump2")
    assert _open(page) == ["one/pump2", "one/pump3"]
    page.dock.faceplates[1].head.pin.click()
    assert [f.is_pinned for f in page.dock.faceplates] == [False, True]
    QTest.keyClick(page.dock.faceplates[0], Qt.Key.Key_Escape)
    assert _open(page) == ["one/pump3"]
    page.dock.faceplates[0].head.close_button.click()
    assert _open(page) == [] and not page.dock.isVisible()


def test_a_target_leads_to_station_and_equipment(qtbot: QtBot) -> None:
    """A tag's path shows its station and opens its equipment; a facility's path shows the station alone."""
    page, _ = open_page(qtbot)
    page.show_target("two/pump1/current")
    assert page.facility is not None and page.facility.id == "two" and _open(page) == ["two/pump1"]
    page.show_target("one")
    assert page.facility.id == "one"
    page.show_target("no/such/thing")
    assert page.facility.id == "one"


def test_the_faceplate_tells_conditions_timers_and_quality(qtbot: QtBot) -> None:
    """Permissives carry live value, limit and state; the timers read as a person asks for them."""
    page, room = open_page(qtbot)
    set_values(room, {"one/pump2/start_wait": 42.0, "one/pump2/ready": 0.0, "one/pump2/starts_hour": 10.0})
    page.open_faceplate("one/pump2")
    settle(page)
    plate = page.dock.faceplates[0]
    level, ready = plate.facts.permissives.rows
    assert (level.shown.whole, level.limit, level.verdict.value) == ("2.31 m", "> 0.60", "met")
    assert (ready.shown.text, ready.verdict.value) == ("no", "fails")
    wait, starts = plate.facts.timers.rows[:2]
    assert (wait.label, wait.shown.text) == ("Start allowed in", "0:42")
    assert (starts.label, starts.shown.text, starts.verdict.value) == ("Starts this hour", "10/10", "warns")
    head = plate.head.content
    assert head is not None and (head.word, head.chips, head.quality) == ("stopped", ("Auto", "Remote"), "good")
    set_values(room, {"one/pump2/current": 0.0}, quality=Quality.COMM_LOST, age_s=75)
    settle(page)
    head = plate.head.content
    assert head is not None and head.doubtful and head.quality.endswith("75 s")


def test_time_to_overflow_appears_while_the_level_rises(qtbot: QtBot) -> None:
    """A rise of 0.06 m/min towards the overflow level shows minutes; a lost level takes them away at once."""
    clock = RoomClock()
    page, room = open_page(qtbot, clock=clock)
    for k in range(60):
        clock.advance(2)
        set_values(room, {"one/well/level": 3.0 + k * 0.002, "dev/plc-one/last_good": float(room.now_ms())})
        page.tick()
    settle(page)
    card = page.headline.cards()["overflow"]
    assert card.content is not None and card.content.shown.unit == "min"
    assert 20 <= int(card.content.shown.text) <= 28 and card.content.note.startswith("▲ 0.06")
    set_values(room, {"one/well/level": 3.1}, quality=Quality.SENSOR_FAULT)
    settle(page)
    assert (card.content.shown.text, card.content.note) == ("—", "Level not known")


def test_the_recent_past_is_read_once_when_the_page_is_shown(qtbot: QtBot) -> None:
    """Showing reads a quarter of an hour of the drawn tags; ticks do not read again, hiding and showing does."""
    site = make_site(2)
    room = make_room(site)
    reads: list[tuple[str, ...]] = []
    room.recent = lambda paths, seconds, done: reads.append(tuple(paths))  # type: ignore[method-assign]
    page = StationPage(room)
    qtbot.addWidget(page)
    page.show()
    settle(page)
    assert len(reads) == 1 and set(reads[0]) == {"one/well/level", "one/outflow/flow"}
    page.hide()
    page.show()
    settle(page)
    assert len(reads) == 2


def test_names_switch_language_live(qtbot: QtBot) -> None:
    """Names and states follow the room's language without a new page, in an open faceplate too."""
    page, room = open_page(qtbot)
    page.open_faceplate("one/pump1")
    room.set_language("zh")
    settle(page)
    head = page.dock.faceplates[0].head.content
    assert page.title() == "东港泵站" and page.chooser.items[0].name == "东港泵站"
    assert head is not None and (head.name, head.word) == ("1号泵", "运行")
    assert page.below.table.rows[0].name == "1号泵" and page.mimic.words.language == "zh"
    room.set_language("en")
    settle(page)
    assert page.dock.faceplates[0].head.content is not None
    assert page.dock.faceplates[0].head.content.name == "Pump 1"


def test_a_silent_engine_makes_everything_unknown(qtbot: QtBot) -> None:
    """Every station, pump and command says so within one tick."""
    page, room = open_page(qtbot)
    page.open_faceplate("one/pump1")
    room.take_silence(True)
    page.tick()
    assert {i.line for i in page.chooser.items} == {"Engine silent"}
    plate = page.dock.faceplates[0]
    assert not any(b.isEnabled() for b in plate.commands.buttons.values())
    assert "local panel" in plate.commands.note.text()
    assert not plate.hold.open_button.isEnabled()


def test_a_room_without_a_site_shows_an_empty_page(qtbot: QtBot) -> None:
    """Before a site is in force nothing is shown and nothing fails; the first site fills the page."""
    room = make_room(None)
    page = StationPage(room)
    qtbot.addWidget(page)
    page.show()
    settle(page)
    assert page.facility is None and page.chooser.items == ()
    filled = make_room(make_site(2))
    assert filled.applied is not None
    room.take_site(filled.applied)
    settle(page)
    assert page.facility is not None and len(page.chooser.items) == 2


def test_a_new_site_keeps_station_and_faceplate(qtbot: QtBot) -> None:
    """Applying a site with one pump fewer keeps the station and drops the faceplate of the missing pump alone."""
    page, room = open_page(qtbot)
    page.open_faceplate("one/pump1")
    page.dock.faceplates[0].head.pin.click()
    page.open_faceplate("one/pump3")
    smaller = make_room(make_site(2))
    assert smaller.applied is not None
    room.take_site(smaller.applied)
    settle(page)
    assert _open(page) == ["one/pump1"] and page.dock.faceplates[0].is_pinned
    assert sum(n.kind == "pump" for n in page.mimic.plan.nodes) == 2


def test_every_station_of_the_demo_zone_opens(qtbot: QtBot) -> None:
    """Each of the zone's stations lays out without overlap and opens a faceplate for each of its equipment."""
    site = number_tags(load_site(XIASHA), {})
    page, _ = open_page(qtbot, site)
    for item in page.chooser.items:
        page.chooser.choose(item.id)
        settle(page, 1)
        boxes = [n.box for n in page.mimic.plan.nodes]
        assert len(boxes) > 8 and not any(a.meets(b) for k, a in enumerate(boxes) for b in boxes[k + 1 :])
        for equipment in (e for e in site.equipment if e.facility == item.id):
            page.open_faceplate(equipment.path)
            assert _open(page) == [equipment.path]


def test_a_page_that_is_closed_leaves_nothing(qtbot: QtBot) -> None:
    """After use with two faceplates, page, mimic, faceplates and trend are gone once the page is deleted."""
    room = make_room(make_site(3))
    assert room.live is not None
    set_values(room, normal_values(room.live.site, now_ms=room.now_ms()))
    page = StationPage(room)
    page.show()
    page.open_faceplate("one/pump1")
    page.dock.faceplates[0].head.pin.click()
    page.open_faceplate("one/pump2")
    dropped = weakref.ref(page.dock.faceplates[1])
    page.open_faceplate("one/pump3")
    settle(page)
    _delete_later()
    assert dropped() is None, "a faceplate that was replaced stays in memory"
    kept = [weakref.ref(x) for x in (page, page.mimic, page.dock.faceplates[0], page.below.trend, page.headline)]
    page.close()
    page.deleteLater()
    del page
    _delete_later()
    assert [r() for r in kept] == [None] * len(kept)


def _delete_later() -> None:
    for _ in range(3):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QCoreApplication.processEvents()
        gc.collect()


def _point(x: float, y: float):  # type: ignore[no-untyped-def]
    from PySide6.QtCore import QPoint

    return QPoint(int(x), int(y))


def _open(page: StationPage) -> list[str]:
    return [f.equipment.path for f in page.dock.faceplates]
