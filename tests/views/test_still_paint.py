"""What stands still is painted once: a new figure costs itself alone, and the screen is what painting anew gives."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.model.quality import Quality
from app.views import theme
from app.views.pages.station import StationPage
from app.views.room import Room
from app.views.state.scale import Scale
from app.views.state.values import Mark, Shown
from app.views.state.zone_time import time_text
from app.views.widgets import ink
from app.views.widgets.headline import CardContent, HeadlineCard
from app.views.widgets.pump_table import PumpRow, PumpTable
from app.views.widgets.trend import StationTrend, columns_of
from tests.helpers.room import make_room, set_values
from tests.views.station_site import make_site, normal_values
from tests.views.test_station_paint import area, mimic, tick

NOW = 1_790_000_012_345


@pytest.fixture(autouse=True)
def themed(qapp: QApplication) -> Iterator[None]:
    theme.apply_theme(qapp)
    yield


def anew(widget: QWidget) -> QImage:
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def on_screen(widget: QWidget) -> QImage:
    """Return what stands on the screen, painted piece by piece."""
    QApplication.processEvents()
    grabbed = QApplication.primaryScreen().grabWindow(widget.winId()).toImage()
    return grabbed.convertToFormat(QImage.Format.Format_RGB32)


def test_a_cut_text_is_no_wider_than_its_room() -> None:
    """Tabular figures are wider than others: a text that is drawn with them is cut for them."""
    text = "1111 lines written to trend_2026-11-11_111111.csv"
    for width in range(60, 260, 7):
        cut = ink.elided(text, float(width), theme.BODY, tabular=True)
        assert cut.endswith("…") and ink.text_width(cut, theme.BODY, tabular=True) <= width


@pytest.mark.parametrize("text", ["12.34", "−0.5", "1号泵 运行", "Pump 1", "m³/h", "NH₃-N"])
def test_text_laid_out_once_is_the_text_that_the_painter_draws(qtbot: QtBot, text: str) -> None:
    """Pixel for pixel, for digits, signs, Chinese and small letters."""
    pictures = [QImage(200, 40, QImage.Format.Format_RGB32) for _ in range(2)]
    for picture in pictures:
        picture.fill(theme.PANEL)
    kept, plain = (QPainter(p) for p in pictures)
    width = ink.draw_text(kept, 10.4, 25.5, text, size=theme.STRONG, weight=600, tabular=True)
    plain.setFont(ink.face(theme.STRONG, 600, tabular=True))
    plain.setPen(theme.TEXT)
    plain.drawText(QPointF(10.4, 25.5), text)
    kept.end()
    plain.end()
    blank = QImage(200, 40, QImage.Format.Format_RGB32)
    blank.fill(theme.PANEL)
    assert pictures[0] == pictures[1] != blank
    assert width == pytest.approx(ink.text_width(text, theme.STRONG, 600, tabular=True))


def test_kept_texts_are_bounded() -> None:
    """A week of figures does not fill the memory."""
    for kept in (ink._kept.line, ink.text_width, ink.elided, ink._pen):
        assert kept.cache_info().maxsize is not None


def test_a_pen_is_shared_and_stays_as_it_was_made() -> None:
    """One pen per look; two colours never share one."""
    assert ink.pen(theme.TEXT, 2.0) is ink.pen(theme.TEXT, 2.0)
    assert ink.pen(theme.TEXT, 2.0).color() == theme.TEXT
    clear = QColor(10, 20, 30, 40)
    assert ink.pen(clear).color() == clear


def test_a_new_figure_asks_for_its_own_place_alone(qtbot: QtBot) -> None:
    """The current of a pump changes: less than the pump is painted, and nothing beside it. A trip: the whole pump."""
    made, room = mimic(qtbot)
    made.asked.clear()
    set_values(room, {"one/pump2/current": 23.4})
    assert tick(made, room) == 1
    whole = area(made, "one/pump2").adjusted(-1, -1, 1, 1)
    (figure,) = made.asked
    assert figure is not None and whole.contains(figure)
    assert figure.width() * figure.height() < 0.7 * whole.width() * whole.height()
    made.asked.clear()
    set_values(room, {"one/pump2/trip": 1.0})
    tick(made, room)
    assert any(r is not None and r.width() >= whole.width() - 4 for r in made.asked)


def test_the_screen_in_pieces_is_the_screen_painted_anew(qtbot: QtBot) -> None:
    """Figures, qualities, trips, running pumps, hover, silence and language: piece by piece it never differs."""
    site = make_site(4, rain=True)
    room = make_room(site)
    page = StationPage(room)
    qtbot.addWidget(page)
    page.resize(1640, 980)
    page.show()
    calm = normal_values(site, now_ms=room.now_ms())
    for step, change in enumerate((_calm, _figures, _trip, _qualities, _hover, _silence, _chinese, _calm)):
        change(page, room, calm)
        page.tick()
        seen = on_screen(page)
        page.mimic._ground = None  # or the picture of what stands still would be compared with itself
        for card in page.headline.cards().values():
            card._still = None
        whole = anew(page)
        assert seen == whole, f"step {step}: {change.__name__}"


def _calm(_page: StationPage, room: Room, calm: dict[str, float]) -> None:
    room.take_silence(False)
    set_values(room, calm)


def _figures(_page: StationPage, room: Room, calm: dict[str, float]) -> None:
    set_values(room, {path: value * 1.013 + 0.01 for path, value in calm.items() if value not in (0.0, 1.0, 2.0)})


def _trip(_page: StationPage, room: Room, _calm: dict[str, float]) -> None:
    set_values(room, {"one/pump1/trip": 1.0, "one/pump2/run": 0.0, "one/pump3/run": 1.0})


def _qualities(_page: StationPage, room: Room, calm: dict[str, float]) -> None:
    for k, quality in enumerate((Quality.STALE, Quality.COMM_LOST, Quality.BAD, Quality.UNCERTAIN, Quality.MANUAL)):
        set_values(room, {p: v for i, (p, v) in enumerate(sorted(calm.items())) if i % 6 == k}, quality=quality)


def _hover(page: StationPage, _room: Room, _calm: dict[str, float]) -> None:
    node = next(n for n in page.mimic.plan.nodes if n.kind == "pump")
    at = QPointF(node.cx, node.cy)
    none = Qt.MouseButton.NoButton
    moved = QMouseEvent(
        QEvent.Type.MouseMove, at, page.mimic.mapToGlobal(at), none, none, Qt.KeyboardModifier.NoModifier
    )  # fmt: skip
    before = anew(page.mimic)
    QApplication.sendEvent(page.mimic, moved)
    assert anew(page.mimic) != before


def _silence(page: StationPage, room: Room, _calm: dict[str, float]) -> None:
    QApplication.sendEvent(page.mimic, QEvent(QEvent.Type.Leave))
    room.take_silence(True)


def _chinese(_page: StationPage, room: Room, _calm: dict[str, float]) -> None:
    room.set_language("zh")


def test_a_card_paints_its_picture_once_for_many_figures(qtbot: QtBot) -> None:
    """Figure and pointer move over the same picture; another zone, note or size makes another one."""
    card = HeadlineCard()
    qtbot.addWidget(card)
    card.resize(260, 92)
    scale = Scale(0.0, 5.0, (0.2, 0.6), ())
    looks, pictures = [], []
    for content in (
        CardContent("Level", Shown("2.30", "m", value=2.3), scale),
        CardContent("Level", Shown("2.31", "m", value=2.31), scale),
        CardContent("Level", Shown("2.31", "m", Mark.STALE, "9 s", 2.31), scale),
        CardContent("Level", Shown("2.31", "m", value=2.31), scale, priority=2),
    ):
        card.set_content(content)
        looks.append(anew(card))
        pictures.append(card._still)
    assert pictures[0] is pictures[1] and pictures[3] is not pictures[1]
    assert all(a != b for k, a in enumerate(looks) for b in looks[k + 1 :])
    card.resize(300, 92)
    anew(card)
    assert card._still is not pictures[3]


class _CountingTable(PumpTable):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[QRect | None] = []

    def update(self, *args: object) -> None:  # type: ignore[override]
        self.asked.append(QRect(*args) if args else None)  # type: ignore[call-overload]
        super().update(*args)  # type: ignore[call-overload]


def _row(hours: str, word: str = "stopped") -> PumpRow:
    return PumpRow("Pump 1", word, False, (Shown(hours), Shown("7"), Shown("1/10"), Shown("—")))


def test_a_table_repaints_figures_words_or_all_of_it(qtbot: QtBot) -> None:
    """New hours: the figures of that row. A new word: the row. Figures that need another width: the heads move too."""
    table = _CountingTable()
    qtbot.addWidget(table)
    table.resize(520, 200)
    table.set_heads(("Pump", "State", "Run-hours", "Starts", "In 1 h", "Wait"))
    table.set_rows((_row("12"), _row("13")))
    table.show()
    table.asked.clear()
    table.set_rows((_row("14"), _row("13")))
    (figures,) = table.asked
    assert figures is not None and figures.left() > 60 and figures.bottom() < 90
    table.asked.clear()
    table.set_rows((_row("14"), _row("13", "running")))
    assert all(r is None or r.left() == 0 for r in table.asked) and table.asked
    table.asked.clear()
    table.set_rows((_row("123456789.12"), _row("13", "running")))
    assert table.asked == [None]
    assert on_screen(table) == anew(table)


def test_a_trend_runs_through_a_view_that_stands(qtbot: QtBot) -> None:
    """Seconds later the range is the same, the curves moved, and ticks name whole minutes of the site's day."""
    trend = StationTrend()
    qtbot.addWidget(trend)
    trend.resize(600, 200)
    trend.set_station(timezone="Asia/Shanghai", level_range=(0.0, 5.0), flow_range=None, limits=(("HH", 4.0),))
    times = np.array([NOW - 600_000, NOW - 60_000], np.int64)
    empty = (np.empty(0, np.int64), np.empty(0))
    ranges, ends = [], []
    for later in (0, 7_300):
        trend.set_data((times, np.array([2.0, 2.5])), empty, now_ms=NOW + later, seconds=900.0)
        ranges.append([round(x) for x in trend._item.viewRange()[0]])
        ends.append(float(trend._level.getData()[0][-1]))
        (_, ticks), *_ = trend._axis.tickValues(-900.0, 0.0, 600.0)
        at = [round(t * 1000) + NOW + later for t in ticks]
        assert len(ticks) >= 4 and all(ms % 60_000 == 0 for ms in at)
        assert trend._axis.tickStrings(ticks, 1.0, 180.0) == [
            time_text(ms, "Asia/Shanghai", seconds=False) for ms in at
        ]  # fmt: skip
    assert ranges == [[-900, 0], [-900, 0]]
    assert ends == pytest.approx([-60.0, -67.3])


def test_names_of_near_limits_stand_beside_each_other(qtbot: QtBot) -> None:
    """No name covers another one, in a high view and in a low one; each stays on its own line."""
    assert columns_of([100, 92, 80, 20]) == [0, 1, 0, 0]
    assert columns_of([50, 50, 50]) == [0, 1, 2]
    trend = StationTrend()
    qtbot.addWidget(trend)
    limits = (("HH", 3.4), ("H", 3.1), ("overflow", 3.8), ("LL", 0.8))
    trend.set_station(timezone="UTC", level_range=(0.0, 5.0), flow_range=None, limits=limits)
    trend.show()
    for size in ((600, 240), (420, 150)):
        trend.resize(*size)
        qtbot.waitUntil(lambda wide=size[0]: wide / 2 < trend._item.vb.width() < wide)
        on_screen(trend)
        boxes = [line.label.mapRectToScene(line.label.boundingRect()) for line in trend._limits]
        for i, box in enumerate(boxes):
            assert not any(box.adjusted(1, 1, -1, -1).intersects(other) for other in boxes[:i])
