"""Pixels of a station: each quality looks its own way, and nothing is painted again without need."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.model.quality import Quality
from app.model.records import EquipmentStatus, Hold
from app.model.spec import Label, TagKind, TagSpec
from app.views import theme
from app.views.room import Room
from app.views.state.station import equipment_of
from app.views.state.values import Mark, Shown
from app.views.widgets.indicator import AnalogIndicator
from app.views.widgets.ink import text_width, wrapped
from app.views.widgets.mimic import Mimic
from app.views.widgets.mimic_words import MimicWords
from app.views.widgets.sprites import Sprites
from app.views.widgets.symbols import SYMBOLS
from app.views.widgets.value_label import ValueLabel
from tests.helpers.alarms import raise_at
from tests.helpers.room import make_room, set_values
from tests.views.station_site import make_site, normal_values


@pytest.fixture(autouse=True)
def themed(qapp: QApplication) -> Iterator[None]:
    theme.apply_theme(qapp)
    yield


class CountingMimic(Mimic):
    """Notes what it is asked to paint again."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[QRect | None] = []

    def update(self, *args: object) -> None:  # type: ignore[override]
        self.asked.append(args[0] if args and isinstance(args[0], QRect) else None)
        super().update(*args)  # type: ignore[arg-type]


def image_of(widget: QWidget) -> QImage:
    return widget.grab().toImage()


def share(image: QImage, colour: QColor, *, near: int = 40, area: QRect | None = None) -> float:
    """Return the share of pixels that are near a colour."""
    box = image.rect() if area is None else area
    hits = 0
    for y in range(box.top(), box.bottom() + 1):
        for x in range(box.left(), box.right() + 1):
            c = image.pixelColor(x, y)
            apart = abs(c.red() - colour.red()) + abs(c.green() - colour.green()) + abs(c.blue() - colour.blue())
            hits += apart < near
    return hits / max(1, box.width() * box.height())


def label(qtbot: QtBot, shown: Shown) -> QImage:
    made = ValueLabel(size=22)
    qtbot.addWidget(made)
    made.resize(180, 40)
    made.set_shown(shown)
    return image_of(made)


def mimic(qtbot: QtBot, *, pumps: int = 3, rain: bool = False, relief: bool = False) -> tuple[CountingMimic, Room]:
    site = make_site(pumps, rain=rain)
    room = make_room(site)
    assert room.live is not None
    set_values(room, normal_values(site, now_ms=room.now_ms()))
    made = CountingMimic()
    qtbot.addWidget(made)
    made.resize(1400, 520)
    made.set_words(MimicWords("en", overflow="Overflow", hold="T", local="Local"))
    made.set_station(room.live, site.facilities[0], equipment_of(site, site.facilities[0]), relief=relief)
    tick(made, room, force=True)
    return made, room


def tick(made: Mimic, room: Room, *, force: bool = False) -> int:
    return made.tick(room.equipment, session="session-1", now_ms=room.now_ms(), force=force)


def area(made: Mimic, path: str) -> QRect:
    box = next(n.box for n in made.plan.nodes if n.equipment.path == path and n.kind != "inflow")
    return QRect(int(box.x), int(box.y), int(box.w), int(box.h))


def test_every_quality_paints_differently(qtbot: QtBot) -> None:
    """No two marks of the same number give the same picture."""
    pictures = {
        mark: label(
            qtbot, Shown("2.35", "m", mark, {Mark.MANUAL: "M", Mark.SIMULATED: "S", Mark.STALE: "75 s"}.get(mark, ""))
        )
        for mark in Mark
    }
    marks = list(pictures)
    for k, one in enumerate(marks):
        for other in marks[k + 1 :]:
            assert pictures[one] != pictures[other], f"{one} looks like {other}"


def test_bad_values_are_magenta_and_good_ones_are_not(qtbot: QtBot) -> None:
    """Magenta means bad instrument or communication, and nothing else."""
    assert share(label(qtbot, Shown("????", "", Mark.BAD)), theme.TEXT_BAD, near=60) > 0.01
    assert share(label(qtbot, Shown("COMM", "", Mark.COMM)), theme.TEXT_BAD, near=60) > 0.02
    for mark in (Mark.PLAIN, Mark.UNCERTAIN, Mark.STALE, Mark.MANUAL, Mark.SIMULATED, Mark.LOST):
        assert share(label(qtbot, Shown("2.35", "m", mark)), theme.TEXT_BAD, near=60) == 0.0


def test_stale_and_lost_values_are_paler(qtbot: QtBot) -> None:
    """The darkest ink of a stale or lost value is far lighter than that of a good one."""

    def darkest(mark: Mark) -> int:
        image = label(qtbot, Shown("2.35", "m", mark))
        return min(image.pixelColor(x, y).lightness() for x in range(image.width()) for y in range(image.height()))

    plain = darkest(Mark.PLAIN)
    assert darkest(Mark.STALE) > plain + 40
    assert darkest(Mark.LOST) > plain + 40


def test_a_label_paints_again_only_when_it_looks_different(qtbot: QtBot) -> None:
    """An equal value is refused before anything is painted."""
    made = ValueLabel()
    qtbot.addWidget(made)
    made.set_caption("Level")
    assert made.set_shown(Shown("2.35", "m"))
    assert not made.set_shown(Shown("2.35", "m"))
    assert made.accessibleName() == "Level 2.35 m"


def test_a_normal_station_has_no_colour(qtbot: QtBot) -> None:
    """Grey is normal: no priority colour and no magenta anywhere on a quiet mimic."""
    made, _ = mimic(qtbot)
    image = image_of(made).scaled(700, 260)
    for colour in (*theme.PRIORITY.values(), theme.BAD, theme.TEXT_TRIP):
        assert share(image, colour, near=60) == 0.0


def test_a_trip_marks_one_pump_beside_its_symbol(qtbot: QtBot) -> None:
    """The indicator appears next to the tripped pump alone, and the symbol keeps its colours."""
    made, room = mimic(qtbot)
    symbol = next(n for n in made.plan.nodes if n.equipment.path == "one/pump2")
    inside = QRect(int(symbol.cx - 14), int(symbol.cy - 14), 28, 28)
    before = image_of(made).copy(inside)
    set_values(room, {"one/pump2/trip": 1.0})
    raise_at(room.book, "one/pump2", 2)
    tick(made, room)
    image = image_of(made)
    assert share(image, theme.PRIORITY[2], area=area(made, "one/pump2")) > 0.001
    assert share(image, theme.PRIORITY[2], area=area(made, "one/pump3")) == 0.0
    assert image.copy(inside) == before


def test_a_running_pump_is_light_and_a_stopped_one_is_not(qtbot: QtBot) -> None:
    """Running is a light fill, stopped is grey, and a dead line shows neither as running."""
    made, room = mimic(qtbot)

    def light(path: str) -> float:
        node = next(n for n in made.plan.nodes if n.equipment.path == path)
        r = int(node.radius * 0.8)
        return share(image_of(made), theme.RUNNING, area=QRect(int(node.cx) - r, int(node.cy) - r, 2 * r, 2 * r))

    assert light("one/pump1") > 0.3 and light("one/pump2") < 0.02
    set_values(room, {"one/pump1/run": 1.0}, quality=Quality.COMM_LOST)
    tick(made, room)
    assert light("one/pump1") < 0.02


def test_the_well_is_filled_to_its_level_and_never_from_a_bad_value(qtbot: QtBot) -> None:
    """Twice the level is about twice the water; without a level there is hatch instead of water."""
    made, room = mimic(qtbot)

    def water() -> float:
        return share(image_of(made), theme.WATER, near=12, area=area(made, "one/well"))

    set_values(room, {"one/well/level": 1.0})
    tick(made, room)
    low = water()
    set_values(room, {"one/well/level": 2.2})
    tick(made, room)
    assert 1.6 < water() / low < 2.6
    set_values(room, {"one/well/level": 2.2}, quality=Quality.SENSOR_FAULT)
    tick(made, room)
    assert water() < low / 4


def test_only_what_changed_is_painted_again(qtbot: QtBot) -> None:
    """One new current repaints one pump's rectangle; the same text, and a tick without news, repaint nothing."""
    made, room = mimic(qtbot)
    tick(made, room)
    made.asked.clear()
    assert tick(made, room) == 0 and made.asked == []
    set_values(room, {"one/pump1/current": 86.21})
    assert tick(made, room) == 0 and made.asked == []
    set_values(room, {"one/pump1/current": 87.9})
    assert tick(made, room) == 1
    assert [area(made, "one/pump1").contains(r.center()) for r in made.asked if r is not None] == [True]
    assert None not in made.asked


def test_the_background_is_painted_once_per_set_of_running_pumps(qtbot: QtBot) -> None:
    """A pump that starts thickens its pipes: then, and only then, all is painted again."""
    made, room = mimic(qtbot)
    made.asked.clear()
    set_values(room, {"one/pump2/run": 1.0})
    tick(made, room)
    assert None in made.asked
    before = image_of(made)
    made.asked.clear()
    tick(made, room)
    assert made.asked == [] and image_of(made) == before


def test_hold_tag_and_selection_have_marks(qtbot: QtBot) -> None:
    """A hold tag and somebody's selection change the pump's picture, and taking them away brings it back."""
    made, room = mimic(qtbot)
    box = area(made, "one/pump2")
    plain = image_of(made).copy(box)
    held = EquipmentStatus("one/pump2", 1, hold=Hold("wang", "impeller", room.now_ms()))
    mine = EquipmentStatus("one/pump2", 2, "demo", "session-1", room.now_ms() + 9000)
    pictures = []
    for status in (held, mine):
        room.take_equipment([status])
        tick(made, room, force=True)
        pictures.append(image_of(made).copy(box))
    assert pictures[0] != plain and pictures[1] != plain and pictures[0] != pictures[1]
    assert share(pictures[1], theme.FOCUS) > 0.001
    room.take_equipment([EquipmentStatus("one/pump2", 3)])
    tick(made, room, force=True)
    assert image_of(made).copy(box) == plain


def test_a_silent_engine_greys_everything(qtbot: QtBot) -> None:
    """No pump runs, no pipe flows, and the darkest figure of the level is paler than before."""
    made, room = mimic(qtbot)
    before = image_of(made)
    room.take_silence(True)
    tick(made, room)
    face = made.face("one/pump1")
    assert face is not None and face.word == "unknown" and face.mark is Mark.LOST
    assert all(f is None or not f.filled for f in (made.face("one/pump1"), made.face("one/pump2")))
    assert image_of(made) != before


def test_sprites_are_kept_per_state_and_pixel_ratio(qtbot: QtBot) -> None:
    """A second picture of the same state is not painted, another state or pixel ratio is."""
    from PySide6.QtGui import QPainter, QPixmap

    sprites = Sprites()
    for ratio, filled, count in ((1.0, True, 1), (1.0, True, 1), (1.0, False, 2), (2.0, True, 3)):
        ground = QPixmap(200, 200)
        ground.setDevicePixelRatio(ratio)
        painter = QPainter(ground)
        sprites.draw(painter, "pump", 50, 50, 20, filled=filled)
        painter.end()
        assert len(sprites) == count


@pytest.mark.parametrize("symbol", [*SYMBOLS, "gate:opened", "gate:closed", "gate:between", "never heard of"])
def test_every_symbol_paints_something(symbol: str, qtbot: QtBot) -> None:
    """No symbol is an empty picture, and a type that nobody drew gets a box."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QPainter, QPixmap

    ground = QPixmap(80, 80)
    ground.fill(Qt.GlobalColor.white)
    painter = QPainter(ground)
    Sprites().draw(painter, symbol, 40, 40, 16, filled=False)
    painter.end()
    assert share(ground.toImage(), QColor("white"), near=6) < 0.98


def test_gate_pictures_tell_open_from_closed(qtbot: QtBot) -> None:
    """The same gate, opened and closed, gives two pictures; in the relief line it carries water only when open."""
    made, room = mimic(qtbot, rain=True, relief=True)
    opened = image_of(made)
    set_values(room, {"one/gate1/opened": 0.0, "one/gate1/closed": 1.0, "one/gate1/position": 0.0})
    tick(made, room)
    assert image_of(made) != opened


@pytest.mark.parametrize(
    "text", ["Run every pump, call the supervisor, the crew and the authority " * 3, "全部泵投入运行，" * 12]
)
def test_a_long_text_is_cut_between_lines_not_through_one(qapp: QApplication, text: str) -> None:
    """At most so many lines, each of which fits; an ellipsis says that there is more, and a short text has none."""
    lines = wrapped(text, 240.0, theme.BODY, lines=2)
    assert len(lines) == 2 and lines[1].endswith("…") and text.startswith(lines[0])
    assert text[len(lines[0]) :].lstrip().startswith(lines[1][:4])
    assert all(text_width(line, theme.BODY) <= 241 for line in lines)
    assert wrapped("→ reset", 240.0, theme.BODY, lines=2) == ("→ reset",)


@pytest.mark.parametrize(("priority", "colour"), [(0, theme.OUTLINE), (2, theme.PRIORITY[2]), (3, theme.PRIORITY[3])])
def test_a_reached_zone_has_the_colour_of_the_alarm_that_stands(qtbot: QtBot, priority: int, colour: QColor) -> None:
    """Beyond HH with an alarm of any priority: that one's colour and no other; while none stands: dark."""
    spec = TagSpec("one/well/level", Label("液位", "Level"), TagKind.ANALOG, low=0.0, high=5.0, marks=(("HH", 3.0),))
    made = AnalogIndicator(spec, "Level")
    qtbot.addWidget(made)
    made.resize(90, 200)
    assert made.set_shown(Shown("3.50", "m", value=3.5), priority=priority)
    assert not made.set_shown(Shown("3.50", "m", value=3.5), priority=priority)
    image = image_of(made)
    assert share(image, colour, near=12) > 0.02
    for other in theme.PRIORITY.values():
        assert other == colour or share(image, other, near=12) == 0.0


def test_the_names_of_marks_stand_inside_their_indicator(qtbot: QtBot) -> None:
    """The longest of them, in the width that a faceplate has: nothing of it is cut off at the left."""
    marks = (("stop", 1.0), ("start3", 2.8))
    spec = TagSpec("one/well/level", Label("液位", "Level"), TagKind.ANALOG, low=0.0, high=5.0, marks=marks)
    made = AnalogIndicator(spec, "Level")
    made.set_caption("Level", "en")
    qtbot.addWidget(made)
    made.resize(88, 200)
    made.set_shown(Shown("3.50", "m", value=3.5), setpoint=2.0)
    image = image_of(made)
    for x in (0, made.width() - 1):
        assert len({image.pixel(x, y) for y in range(image.height())}) == 1


def test_a_well_beyond_its_limit_has_the_colour_of_its_own_alarm(qtbot: QtBot) -> None:
    """The level's alarm colours its bar, not another one at the same well, and nothing does without one."""
    made, room = mimic(qtbot)
    set_values(room, {"one/well/level": 4.2})
    raise_at(room.book, "one/well", 2)
    tick(made, room)
    well = next(f for a, f in zip(made._arts, made._faces, strict=True) if a.node.equipment.path == "one/well")
    assert (well.priority, well.alarm("level")) == (2, 0)
    raise_at(room.book, "one/well", 3, role="level")
    tick(made, room, force=True)
    well = next(f for a, f in zip(made._arts, made._faces, strict=True) if a.node.equipment.path == "one/well")
    assert (well.priority, well.alarm("level")) == (2, 3)
    assert share(image_of(made), theme.PRIORITY[3], area=area(made, "one/well")) > 0.005
