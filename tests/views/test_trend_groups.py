"""Saved groups of pens: opened from the menu, kept under a name, renamed, removed, refused with the desk's reason."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app.errors import AccessRefused
from app.model.records import Person
from app.model.trends import Pen, TrendGroup
from tests.views.trend_world import HOUR, LEVEL, TrendWorld


class Kept:
    """A `TrendStore` in memory."""

    def __init__(self) -> None:
        self.by_id = {"g1": TrendGroup("Night watch", (Pen(LEVEL), Pen("ps01/gone")), 8 * HOUR, "li", True, "g1", 1)}

    def groups(self, _person: Person) -> tuple[TrendGroup, ...]:
        return tuple(self.by_id.values())

    def save(self, by: Person, group: TrendGroup) -> TrendGroup:
        if any(g.name == group.name and g.id != group.id for g in self.by_id.values()):
            raise AccessRefused(("trend_group", {"why": "exists", "name": group.name}))
        kept = replace(group, owner=group.owner or by.name, id=group.id or f"g{len(self.by_id) + 1}")
        self.by_id[kept.id] = kept
        return kept

    def remove(self, _by: Person, group_id: str) -> None:
        del self.by_id[group_id]


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def world(qtbot: QtBot, kept: Kept) -> Iterator[TrendWorld]:
    made = TrendWorld(show=False)
    made.door.people = SimpleNamespace(log_book=made.door.people.log_book, trends=kept)
    qtbot.addWidget(made.page)
    made.page.show()
    made.settle()
    yield made
    made.page.hide()


def actions(world: TrendWorld) -> dict[str, QAction]:
    """Open the menu and return what it offers."""
    world.page.groups.open_menu()
    menu = world.page.findChildren(QMenu)[-1]
    found = {a.text().strip(): a for a in menu.actions() if a.data() is not None}
    menu.close()
    return found


def test_stations_and_saved_groups_are_offered_and_open(world: TrendWorld) -> None:
    """A saved one brings its pens and its span; a tag that is gone is counted."""
    offered = actions(world)
    assert "Night watch" in offered and "Xuelin Street sewage station" in offered
    offered["Night watch"].trigger()
    world.settle()
    assert [p.tag for p in world.page.pens.pens] == [LEVEL] and world.page.window_.span_ms == 8 * HOUR
    assert world.page.bar.said.text().startswith("1 tags") and "Night watch" in world.page.bar.buttons["group"].text()


def test_what_is_shown_is_kept_under_a_name(world: TrendWorld, kept: Kept) -> None:
    """A new name makes a new group, which is the open one; its pens have their looks."""
    page = world.page
    page.bar.buttons["save"].click()
    form = page.groups.form
    assert form.isVisible()
    form.form.fields["group-name"].setText("My pumps")
    form.shared.setChecked(True)
    form.form.go.click()
    assert not form.isVisible() and page.group is not None and page.group.name == "My pumps"
    saved = kept.by_id[page.group.id]
    assert saved.shared and saved.pens == page.pens.pens and saved.span_ms == HOUR
    page.add("ps01/pump1/current")
    assert page.bar.buttons["group"].text() == "My pumps * ▾"
    page.bar.buttons["save"].click()
    form.form.go.click()
    assert len(kept.by_id) == 2 and len(kept.by_id[saved.id].pens) == len(page.pens.pens)


def test_a_group_is_renamed_and_removed(world: TrendWorld, kept: Kept) -> None:
    """The same group under another name; then gone, while its pens stay on screen."""
    actions(world)["Night watch"].trigger()
    actions(world)["Rename “Night watch”…"].trigger()
    form = world.page.groups.form
    form.form.fields["group-name"].setText("Day watch")
    form.form.go.click()
    assert kept.by_id["g1"].name == "Day watch"
    actions(world)["Remove “Day watch”…"].trigger()
    assert form.isVisible() and form.question.isVisible()
    form.form.go.click()
    assert kept.by_id == {} and world.page.pens.pens and world.page.group is not None and world.page.group.id == ""


def test_a_name_that_is_taken_is_refused_in_words(world: TrendWorld, kept: Kept) -> None:
    """The form stays open with the reason; Escape closes it."""
    page = world.page
    page.bar.buttons["save"].click()
    form = page.groups.form
    form.form.fields["group-name"].setText("Night watch")
    form.form.go.click()
    assert form.isVisible() and form.form.refusal.text() != "" and len(kept.by_id) == 1
    page.bar.buttons["save"].click()
    assert not form.isVisible()
