"""Words of a station stay whole where room is short: the state of a pump is never what gives way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtGui import QPainter
from pytestqt.qtbot import QtBot

from app.model.spec import Label
from app.views import theme
from app.views.state.station import equipment_of
from app.views.state.values import Shown
from app.views.widgets import mimic_art
from app.views.widgets.alarm_ink import elided_place
from app.views.widgets.ink import draw_text, elided_name, text_width
from app.views.widgets.mimic import Mimic
from app.views.widgets.mimic_words import MimicWords
from app.views.widgets.pump_table import PumpRow, PumpTable
from tests.helpers.room import make_room, set_values
from tests.views.station_site import make_site, normal_values

LONG = "Submersible sewage pump of the northern half"


def mimic(qtbot: QtBot, width: int, *, name: str = "", relief: bool = False, **values: float) -> Mimic:
    """Return a station's mimic so many px wide; `name` is what every equipment is called."""
    site = make_site(3, rain=relief)
    equipment = equipment_of(site, site.facilities[0])
    if name:
        equipment = tuple(replace(e, label=Label(name, name)) for e in equipment)
    room = make_room(site)
    assert room.live is not None
    set_values(room, normal_values(site, now_ms=room.now_ms()) | {f"one/{k}": v for k, v in values.items()})
    made = Mimic()
    qtbot.addWidget(made)
    made.resize(width, 480)
    made.set_words(MimicWords("en", overflow="Overflow", hold="T", local="Local", start_wait="{}", starts_hour="{}"))
    made.set_station(room.live, site.facilities[0], equipment, relief=relief)
    made.tick(room.equipment, session="session-1", now_ms=room.now_ms(), force=True)
    return made


@pytest.mark.parametrize("name", ["Pump", LONG])
@pytest.mark.parametrize("width", [940, 1000, 1290, 1680])
def test_every_pump_says_its_state_in_words(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, width: int, name: str
) -> None:
    """Also with a long name, and beside an open faceplate: colour alone is not enough."""
    made = mimic(qtbot, width, name=name)
    told: list[tuple[str, float, float, float]] = []

    def tell(painter: QPainter, x: float, baseline: float, text: str, **more: object) -> float:
        wide = draw_text(painter, x, baseline, text, **more)  # type: ignore[arg-type]
        told.append((text, x, baseline, wide))
        return wide

    monkeypatch.setattr(mimic_art, "draw_text", tell)
    made.grab()
    for node in (n for n in made.plan.nodes if n.kind == "pump"):
        box = node.box
        here = [t for t in told if abs(t[2] - node.cy) < box.h / 2 and node.cx < t[1] < box.right]
        words = [(x, wide) for text, x, _, wide in here if text in ("running", "stopped")]
        names = [(x, wide) for text, x, _, wide in here if text.startswith(name[:3])]
        assert len(words) == len(names) == 1, (width, name)
        assert all(x + wide <= box.right for x, wide in (*words, *names)), (width, name)


@pytest.mark.parametrize("width", [940, 1290])
def test_a_pump_that_a_person_took_over_says_so(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    """H or O stands there whole, however short room is."""
    made = mimic(qtbot, width, name=LONG, **{"pump2/mode": 1.0})
    drawn: list[tuple[str, float]] = []

    def tell(_painter: QPainter, x: float, _cy: float, letter: str) -> float:
        drawn.append((letter, x + 18))
        return 18.0

    monkeypatch.setattr(mimic_art, "draw_mode", tell)
    made.grab()
    node = next(n for n in made.plan.nodes if n.equipment.path == "one/pump2")
    assert [right <= node.box.right for letter, right in drawn if letter == "H"] == [True]


def test_an_open_relief_gate_alone_lets_no_water_out(qtbot: QtBot) -> None:
    """It stands open for the day when the well is full: then the line to the river flows, and not before."""
    assert mimic(qtbot, 1400, relief=True)._running == {"one/pump1"}
    full = mimic(qtbot, 1400, relief=True, **{"well/overflow_float": 1.0})
    assert full._running == {"one/pump1", "one/gate1"}


def test_long_names_leave_room_for_the_other_columns(qtbot: QtBot) -> None:
    """The table of pumps cuts names before it cuts states or figures."""
    table = PumpTable()
    qtbot.addWidget(table)
    figures = tuple(Shown(text) for text in ("1200.0", "4201", "1/10", "0:42"))
    for width in (300, 420):
        table.resize(width, 200)
        table.set_heads(("Pump", "State", "Run-hours", "Starts", "In 1 h", "Wait"))
        table.set_rows((PumpRow(LONG, "stopped", loud=False, figures=figures),))
        places = table._columns()
        assert places[1] + text_width("stopped", theme.BODY, 600) < places[4] - 20 and places[5] <= width


def test_names_that_begin_alike_stay_apart_when_they_are_cut(qapp: object) -> None:
    """Stations of one district differ at their ends; an equipment is named also behind a long station."""
    names = [f"Hangzhou Qiantang District pumping station {n}" for n in range(1, 10)]
    assert len({elided_name(n, 120.0, theme.BODY) for n in names}) == len(names)
    assert elided_place(f"{names[0]} · Pump 2", 160.0, theme.BODY).endswith("1 · Pump 2")
