"""The trends page: pens, time, reads that are cancelled, cursors, marks, and that nothing of it stays behind."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.errors import StoreUnavailable
from app.model.quality import Quality
from app.model.trends import PENS
from app.series.samples import Gap
from app.storage.history_contract import Stop
from app.views import theme
from app.views.pages.trends.page import TrendsPage
from app.views.past.view import PastView
from app.views.state.trend_marks import MarkKind
from app.views.widgets import trend_frame
from app.views.widgets.ink import text_width
from app.views.widgets.trend_scene import lay_out
from tests.views.trend_world import HOUR, INFLOW, LEVEL, NOW, RUN, TrendWorld

DAY = 24 * HOUR


@pytest.fixture
def world(qtbot: QtBot) -> Iterator[TrendWorld]:
    made = TrendWorld()
    qtbot.addWidget(made.page)
    yield made
    made.page.hide()


def key(page: TrendsPage, which: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(page.canvas, which, held)


def x_of(world: TrendWorld, at_ms: int) -> QPoint:
    layout = world.page.canvas.layout_
    assert layout is not None
    return QPoint(round(layout.x(at_ms)), round(layout.plot.center().y()))


def wheel(world: TrendWorld, at: QPoint, turns: int) -> None:
    QApplication.sendEvent(
        world.page.canvas,
        QWheelEvent(
            QPointF(at), QPointF(world.page.canvas.mapToGlobal(at)), QPoint(), QPoint(0, 120 * turns),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        ),
    )  # fmt: skip


def test_a_fresh_page_shows_the_first_stations_group(world: TrendWorld) -> None:
    """Never empty: headline tags and pump runs, live, with curves from history."""
    page = world.page
    tags = [p.tag for p in page.pens.pens]
    assert tags[0] == LEVEL and RUN in tags and page.bar.badge.text == "LIVE" and page.bar.live.isHidden()
    assert all(line.known for line in page.scenes.lines) and page.reads.idle
    assert page.reads.gaps and page.canvas.scene is not None and page.canvas.scene.gaps


def test_an_alarms_tag_is_added_once_and_chosen(world: TrendWorld) -> None:
    """T on an alarm comes here with its tag; coming again chooses it only."""
    world.page.show_target("ps01/pump1/current")
    world.page.show_target("ps01/pressure/pressure:HH")
    count = len(world.page.pens.pens)
    world.page.show_target("ps01/pump1/current")
    assert len(world.page.pens.pens) == count
    current = world.page.pens.current
    assert current is not None and current.tag == "ps01/pump1/current" and current.hue >= 0


def test_the_thirty_third_pen_is_refused_with_a_sentence(world: TrendWorld) -> None:
    """Thirty-two stay as they are, and the line above the picture says why."""
    live = world.room.live
    assert live is not None
    paths = [t.path for t in live.site.tags if t.path.startswith("ps01/")]
    world.page.take_tags(tuple(paths[: PENS + 5]))
    world.settle()
    assert len(world.page.pens.pens) == PENS
    assert "32 pens are the most" in world.page.bar.said.text()


def test_a_tag_that_is_nowhere_is_said(world: TrendWorld) -> None:
    """And nothing changes."""
    before = world.page.pens.pens
    world.page.show_target("ps99/nothing")
    assert world.page.pens.pens == before and "nothing to draw at ps99/nothing" in world.page.bar.said.text()


def test_a_picture_that_is_moved_pauses_and_comes_back_by_a_key(world: TrendWorld) -> None:
    """Page Up pauses with badge, frame and button; L follows again."""
    page = world.page
    key(page, Qt.Key.Key_PageUp)
    assert page.bar.badge.text.startswith("PAUSED · ") and not page.bar.live.isHidden()
    assert page.canvas.scene is not None and not page.canvas.scene.live
    edges = page.window_.edges(world.clock.ms)
    world.later(60)
    assert page.window_.edges(world.clock.ms) == edges
    key(page, Qt.Key.Key_L)
    assert page.bar.badge.text == "LIVE" and page.window_.edges(world.clock.ms)[1] > world.clock.ms


def test_zoom_refetches_after_a_rest_and_cancels_what_is_stale(world: TrendWorld, qtbot: QtBot) -> None:
    """Three wheels in a row: the old curves stay meanwhile, what was asked before is cancelled, one question stays."""
    page, door = world.page, world.door
    key(page, Qt.Key.Key_3)
    world.settle()
    asked, known = len(world.reader.asked), page.scenes.lines[0].entries
    door.holds_past = True
    at = x_of(world, NOW - 12 * HOUR)
    wheel(world, at, 6)
    assert page.scenes.lines[0].entries is known and not page.reads.idle
    qtbot.waitUntil(lambda: len(door.past) > 0)
    first = list(door.past)
    assert page.reads.progress < 1
    wheel(world, at, 6)
    wheel(world, at, 6)
    qtbot.waitUntil(lambda: len(door.past) > len(first))
    assert all(t.cancelled for t in first)
    door.answer_past()
    world.settle()
    assert page.reads.idle and page.reads.progress == 1
    assert len(world.reader.asked) - asked == 1, "only the last question was read"
    start, end = page.window_.edges(NOW)
    assert world.reader.asked[-1][1] < start and world.reader.asked[-1][2] > end
    assert page.scenes.lines[0].entries is not known


def test_a_small_pan_reads_nothing(world: TrendWorld, qtbot: QtBot) -> None:
    """The sides were read with it."""
    page = world.page
    key(page, Qt.Key.Key_PageUp)
    qtbot.waitUntil(lambda: page.reads.idle)
    asked = len(world.reader.asked)
    page.canvas.panned.emit(-HOUR // 10)
    world.settle()
    assert len(world.reader.asked) == asked and page.reads.idle


def test_a_drag_pans_and_a_box_zooms(world: TrendWorld, qtbot: QtBot) -> None:
    """Left moves the picture with the hand; right draws the time that is shown next."""
    page, canvas = world.page, world.page.canvas
    start, end = page.window_.edges(NOW)
    at = x_of(world, NOW - HOUR // 2)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    QTest.mouseMove(canvas, at + QPoint(100, 0))
    QTest.mouseMove(canvas, at + QPoint(200, 0))
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at + QPoint(200, 0))
    moved = page.window_.edges(NOW)
    assert not page.window_.live and moved[0] < start and moved[1] - moved[0] == end - start
    assert canvas.first is None, "a drag sets no cursor"
    left, right = x_of(world, moved[0] + HOUR // 4), x_of(world, moved[0] + HOUR // 2)
    QTest.mousePress(canvas, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, left)
    QTest.mouseMove(canvas, left + QPoint(40, 0))
    QTest.mouseMove(canvas, right)
    QTest.mouseRelease(canvas, Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, right)
    boxed = page.window_.edges(NOW)
    assert boxed[1] - boxed[0] == pytest.approx(HOUR // 4, rel=0.02)
    qtbot.waitUntil(lambda: page.reads.idle)


def test_live_values_reach_picture_and_table(world: TrendWorld) -> None:
    """A value of now stands in the table with its quality and time, and the line goes on with it."""
    world.later(1.0)
    world.set({LEVEL: 3.21})
    world.later(0.5)
    row = world.row(LEVEL)
    assert (row.value.text, row.value.unit, row.texts["quality"]) == ("3.21", "m", "good")
    line = world.page.scenes.views()[0].line
    assert line.read(world.clock.ms).value == 3.21  # type: ignore[union-attr]
    world.later(1.0)
    world.set({LEVEL: 3.3}, quality=Quality.SENSOR_FAULT)
    world.later(0.5)
    assert world.row(LEVEL).value.text == "????" and world.row(LEVEL).grave


def test_pictures_are_made_at_most_four_times_a_second(world: TrendWorld) -> None:
    """Ten ticks of new values in a second: four pictures at a short span, one at an hour."""
    page = world.page
    page.show_span(120_000)
    world.settle()
    counts = []
    for span in (120_000, HOUR):
        page.show_span(span)
        QCoreApplication.processEvents()
        before = page.canvas.paints
        for i in range(20):
            world.set({LEVEL: 2.0 + i / 100})
            world.later(0.1)
            QCoreApplication.processEvents()
        counts.append(page.canvas.paints - before)
    assert 6 <= counts[0] <= 9 and 1 <= counts[1] <= 3


def test_the_cursor_tells_every_pen_with_quality_and_source_time(world: TrendWorld) -> None:
    """By mouse and by keys; in a bad span no number, in a hole nothing at all."""
    page = world.page
    at = NOW - 20 * 60_000
    QTest.mouseClick(page.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, x_of(world, at))
    page.canvas.hover = None
    page.show_values()
    assert page.canvas.first == pytest.approx(at, abs=3000)
    assert world.row(LEVEL).texts["source"].startswith("09-21 21:53:") and world.row(LEVEL).texts["quality"] == "good"
    page.canvas.put_cursor(NOW - 47 * 60_000)
    assert world.row(INFLOW).value.text == "????" and world.row(INFLOW).texts["quality"] == "sensor fault"
    page.canvas.put_cursor(NOW - 27 * 60_000)
    assert world.row(LEVEL).value.text == "—" and world.row(LEVEL).texts["source"] == "—"
    before = page.canvas.first
    key(page, Qt.Key.Key_Left)
    assert page.canvas.first is not None and before is not None and page.canvas.first < before
    key(page, Qt.Key.Key_Escape)
    assert page.canvas.first is None


def test_a_second_cursor_tells_differences(world: TrendWorld) -> None:
    """Shift with an arrow sets it; its columns appear and go with it."""
    page = world.page
    page.canvas.put_cursor(NOW - 15 * 60_000)
    for _ in range(40):
        key(page, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert page.canvas.second is not None and page.canvas.first is not None and page.canvas.second > page.canvas.first
    row, line = world.row(LEVEL), page.scenes.views()[0].line
    one, other = line.read(page.canvas.first), line.read(page.canvas.second)
    assert one is not None and other is not None and row.second is not None
    assert float(row.texts["delta"].replace("−", "-")) == pytest.approx(other.value - one.value, abs=0.006)
    assert "second" in [name for name, *_ in page.table.columns()]
    key(page, Qt.Key.Key_Escape)
    assert "second" not in [name for name, *_ in page.table.columns()]


def test_a_cursor_that_stands_reads_the_sample_itself(world: TrendWorld, qtbot: QtBot) -> None:
    """Where the picture has buckets, the table says so first, then the sample with its own time."""
    page = world.page
    key(page, Qt.Key.Key_3)
    world.settle()
    page.canvas.put_cursor(NOW - 7 * HOUR)
    assert world.row(LEVEL).texts["source"].startswith("≈") and world.row(LEVEL).range_
    qtbot.waitUntil(lambda: not world.row(LEVEL).texts["source"].startswith("≈"))
    assert world.row(LEVEL).range_ == "" and world.row(LEVEL).texts["source"].endswith(".000")


def test_yesterday_is_drawn_beside_today(world: TrendWorld) -> None:
    """In a row of its own, with the value and the real time of yesterday; the same again takes it away."""
    page = world.page
    page.compare(0, DAY // 2)
    world.settle()
    row = world.row(LEVEL, DAY // 2)
    assert row.shifted and row.name == "Level  −12 h" and row.place == 1
    page.canvas.put_cursor(NOW - 20 * 60_000)
    assert world.row(LEVEL, DAY // 2).texts["source"].startswith("09-21 09:")
    page.compare(0, DAY // 2)
    assert len([p for p in page.pens.pens if p.tag == LEVEL]) == 1


def test_figures_are_those_of_the_visible_time(world: TrendWorld) -> None:
    """Min, max, mean, integral with its unit, and for a pump how long it ran."""
    row = world.row(LEVEL)
    assert float(row.texts["least"]) <= float(row.texts["mean"]) <= float(row.texts["greatest"])
    assert row.texts["integral"].endswith("m·h") and world.row(INFLOW).texts["integral"].endswith("m³")
    assert "min" in world.row(RUN).texts["integral"] and "least" not in world.row(RUN).texts


def test_figures_wait_for_what_they_are_of(world: TrendWorld, qtbot: QtBot) -> None:
    """Another time has none until it was read: those of the part that is known would pass for those of all."""
    page, door = world.page, world.door
    assert world.row(LEVEL).texts["mean"]
    door.holds_past = True
    key(page, Qt.Key.Key_3)
    world.settle()
    assert "mean" not in world.row(LEVEL).texts
    door.answer_past()
    world.settle()
    entries = page.scenes.lines[0].entries
    mean = float(np.average(entries.mean, weights=entries.covered * (entries.end - entries.start)))
    assert page.reads.idle and float(world.row(LEVEL).texts["mean"]) == pytest.approx(mean, abs=0.02)


def test_low_axes_write_no_figure_over_another(world: TrendWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight units in a low picture: ticks are a line apart, and the longest unit stands left of the axes."""
    page = world.page
    for path in ("outflow/flow", "supply/voltage", "pump1/current", "pump1/power", "supply/specific_energy", "gas/h2s"):
        page.add(f"ps01/{path}")
    world.settle()
    assert page.canvas.scene is not None
    layout = lay_out(page.canvas.scene, QRectF(0, 0, 1600, 420))
    units = [box.zone.unit for box in layout.boxes if box.axis is not None]
    assert len(units) >= 8 and layout.plot.left() > 10 + max(text_width(u, theme.CAPTION, 600) for u in units)
    drawn: list[tuple[float, str]] = []

    def draw(_painter: QPainter, _x: float, y: float, text: str, **more: object) -> None:
        if more.get("align") == "right":
            drawn.append((y, text))

    monkeypatch.setattr(trend_frame, "draw_text", draw)
    painter = QPainter(image := QImage(1600, 420, QImage.Format.Format_RGB32))
    trend_frame.draw_axes(painter, layout, page.canvas.scene)
    painter.end()
    figures = [y for y, _ in drawn[:-1]]
    assert not image.isNull() and len(figures) >= len(units)
    assert min(abs(a - b) for i, a in enumerate(figures) for b in figures[:i]) >= 12


def test_names_of_limits_never_meet_and_stand_on_their_lines(world: TrendWorld) -> None:
    """Also where an axis is so low that its lines are closer than a line of text: then they stand side by side."""
    page = world.page
    page.choose(0)
    world.settle()
    for height in (260, 420, 900):
        assert page.canvas.scene is not None
        scene = replace(page.canvas.scene, whole=True)
        box = lay_out(scene, QRectF(0, 0, 1600, height)).boxes[0]
        names = trend_frame.limit_names(scene, box)
        places = [place for _, place, _ in names]
        assert len(names) == len(scene.pens[0].limits) > 4, height
        assert not any(a.intersects(b) for i, a in enumerate(places) for b in places[:i]), height
        for limit, place, _ in names:
            assert box.rect.contains(place) and place.top() <= box.y(limit.value) <= place.bottom(), (height, limit)


def test_no_line_lies_on_the_frame_of_its_axis(world: TrendWorld) -> None:
    """A flow of nothing, or one at the very top of its scale, is seen."""
    assert world.page.canvas.scene is not None
    for box in lay_out(world.page.canvas.scene, QRectF(0, 0, 1600, 420)).boxes:
        if box.axis is not None:
            low, high = box.y(box.axis.low), box.y(box.axis.high)
            assert box.rect.bottom() - low >= 3 and high - box.rect.top() >= 3


def test_marks_stand_in_the_lane_and_lead_to_their_places(world: TrendWorld) -> None:
    """Alarm, command and note; N walks through them, Enter goes there."""
    page, places = world.page, list[tuple[str, str]]()
    world.room.navigate.connect(lambda *place: places.append(place))
    assert page.canvas.scene is not None
    kinds = [m.kind for m in page.canvas.scene.marks if m.at_ms > NOW - HOUR]
    assert kinds == [MarkKind.NOTE, MarkKind.ALARM, MarkKind.COMMAND]
    key(page, Qt.Key.Key_N)
    key(page, Qt.Key.Key_N)
    assert page.canvas.first == NOW - 40 * 60_000
    key(page, Qt.Key.Key_Return)
    assert places == [("alarms", f"{LEVEL}:HH")]


def test_pens_are_found_by_typing(world: TrendWorld) -> None:
    """Ctrl+F, words, Enter: the pen is there; the list closes with Escape, and with another one the words go."""
    page = world.page
    search = page.bar.search
    search.begin()
    QTest.keyClicks(search.field, "pump2 current")
    assert search.results.isVisible() and search.results.current is not None
    QTest.keyClick(search.field, Qt.Key.Key_Return)
    assert page.pens.current is not None and page.pens.current.tag == "ps01/pump2/current"
    QTest.keyClick(search.field, Qt.Key.Key_Escape)
    assert not search.results.isVisible() and search.field.text()
    QTest.keyClick(search.field, Qt.Key.Key_Escape)
    assert not search.results.isVisible() and not search.field.text()


def test_rows_hide_and_go_by_keys(world: TrendWorld) -> None:
    """H hides, Delete takes away, arrows choose."""
    page = world.page
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    assert page.pens.chosen == 0
    QTest.keyClick(page.table, Qt.Key.Key_H)
    assert page.pens.pens[0].hidden and world.row(LEVEL).hidden
    count = len(page.pens.pens)
    QTest.keyClick(page.table, Qt.Key.Key_Delete)
    assert len(page.pens.pens) == count - 1 and page.pens.pens[0].tag != LEVEL


def test_a_time_limit_is_said_and_read_again(world: TrendWorld) -> None:
    """Pens that were not read in time are counted; R reads again."""
    page = world.page
    world.reader.late = 2
    key(page, Qt.Key.Key_4)
    world.settle()
    assert page.reads.late == len(page.pens.pens) - 2
    assert f"{len(page.pens.pens) - 2} pens were not read in time" in page.bar.said.text()
    world.reader.late = None
    page.read_again()
    world.settle()
    assert page.reads.late == 0 and page.bar.said.text() == ""


def test_a_history_that_is_away_is_said_and_live_values_go_on(world: TrendWorld) -> None:
    """The sentence of the store stands above the picture."""

    def away(_stop: Stop) -> None:
        raise StoreUnavailable("the history cannot be reached")

    page = world.page
    world.reader.before = away
    key(page, Qt.Key.Key_5)
    world.settle()
    assert "the history cannot be reached" in page.bar.said.text()
    world.later(1.0)
    world.set({LEVEL: 3.0})
    world.later(0.5)
    assert world.row(LEVEL).value.text == "3.00"
    world.reader.before = None
    world.later(16.0)
    world.settle()
    assert page.bar.said.text() == "", "tried again by itself"


def test_an_engine_that_was_away_leaves_a_hole(world: TrendWorld) -> None:
    """What came live before does not hold until what comes after: history is asked for what lies between."""
    page = world.page
    world.later(1.0)
    world.set({LEVEL: 3.0})
    world.later(0.5)
    away = Gap(world.clock.ms, world.clock.ms + 20_000)
    world.room.take_silence(True)
    world.later(20.0)
    world.reader.holes = (*world.reader.holes, away)
    asked = len(world.reader.asked)
    world.room.take_silence(False)
    world.set({LEVEL: 3.4})
    world.later(1.0)
    world.settle()
    line = page.scenes.views()[0].line
    assert len(world.reader.asked) > asked and away in page.reads.gaps
    assert line.read(away.start_ms + 10_000) is None
    assert line.read(world.clock.ms).value == 3.4  # type: ignore[union-attr]


def test_a_hidden_page_does_nothing_and_comes_back_whole(world: TrendWorld) -> None:
    """What came meanwhile is read from history, not guessed between two live values."""
    page = world.page
    page.hide()
    asked = len(world.reader.asked)
    world.later(60)
    world.set({LEVEL: 3.5})
    page.show()
    world.settle()
    assert len(world.reader.asked) > asked
    line = page.scenes.views()[0].line
    assert line.tail_length <= 1 and line.read(world.clock.ms - 500) is not None


def test_another_language_is_taken_at_once(world: TrendWorld) -> None:
    """Names of tags, quality and units of time."""
    world.room.set_language("zh")
    world.settle()
    assert world.row(LEVEL).name == "液位" and world.row(LEVEL).texts["quality"] == "良好"


def test_the_room_goes_to_the_instant_of_the_cursor(world: TrendWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    """By key or by the button, which is there while a cursor is."""
    asked = list[int]()
    monkeypatch.setattr(world.room.machine, "go", asked.append)
    page = world.page
    key(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asked == [] and page.bar.moment.isHidden()
    page.canvas.put_cursor(NOW - HOUR // 2)
    page.bar.moment.click()
    key(page, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asked == [NOW - HOUR // 2] * 2


def test_in_the_past_the_picture_ends_at_the_instant_that_is_shown(world: TrendWorld) -> None:
    """The line of now stands there, nothing behind it is asked for or drawn, and coming back is live again."""
    page, then = world.page, NOW - 3 * HOUR
    world.room.past = PastView(then, 1)
    world.room.time_jumped.emit()
    world.settle()
    assert page.bar.badge.text == "FOLLOWS THE PAST" and page.window_.edges(then)[1] < then + HOUR
    assert page.canvas.scene is not None and page.canvas.scene.now_ms == then
    assert world.reader.asked[-1][2] <= then + 1
    shown = [line.entries for line in page.scenes.lines]
    assert all(len(e) and e.end[-1] <= then + 1 for e in shown)
    world.room.past = None
    world.room.time_jumped.emit()
    world.settle()
    assert page.bar.badge.text == "LIVE" and world.reader.asked[-1][2] > NOW


def test_the_page_dies_with_its_window(qtbot: QtBot, qapp: QApplication) -> None:
    """No line, timer or follower keeps it."""
    made = TrendWorld()
    gone = weakref.ref(made.page)
    made.page.hide()
    made.page.deleteLater()
    room, made.page = made.room, None  # type: ignore[assignment]
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    assert gone() is None and room.live is not None
