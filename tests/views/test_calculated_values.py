"""Calculated tags in the room: beside the other values of their equipment, with what they are worked out of."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.model.quality import Quality
from app.views import theme
from app.views.pages.station import StationPage
from tests.helpers.room import make_room, set_values
from tests.helpers.xiasha import calm_values, xiasha


@pytest.mark.parametrize(("language", "name"), [("en", "Energy per 1000 m³ in 1 h"), ("zh", "近 1 小时千立方米电耗")])
def test_a_faceplate_shows_the_value_and_says_how_it_comes_about(
    qtbot: QtBot, qapp: QApplication, language: str, name: str
) -> None:
    """The value stands among the others with its own quality; the formula is written below; a window that is not full
    does not make the equipment uncertain."""
    theme.apply_theme(qapp)
    site = xiasha()
    room = make_room(site, language=language)
    set_values(room, calm_values(site, now_ms=room.now_ms()))
    set_values(room, {"ps01/supply/specific_energy": 24.9}, quality=Quality.UNCERTAIN)
    page = StationPage(room)
    qtbot.addWidget(page)
    page.resize(1712, 1004)
    page.show()
    page.open_faceplate("ps01/supply")
    for _ in range(6):
        page.tick()
        QCoreApplication.processEvents()
    plate = page.dock.faceplates[0]
    rows = {row.label: row for row in plate.facts.others.rows}
    assert (rows[name].shown.text, rows[name].shown.unit) == ("24.9", "kWh/1000m³")
    lines = [line.text for line in plate.facts.formulas.lines]
    assert f"{name} = increase(energy, 1h) / increase(outflow/total, 1h)" in lines and len(lines) == 3
    content = plate.head.content
    assert content is not None and not content.doubtful and content.quality in ("good", "良好")
    page.open_faceplate("ps01/gas")
    page.tick()
    assert not page.dock.faceplates[0].facts.formulas.lines
