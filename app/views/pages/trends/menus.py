"""Menus of the trends page: what a pen may be compared with, and all that can be done with one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from app.model.shifts import shift_at
from app.model.spec import Site
from app.views.room import Room
from app.views.state.trend_words import COMPARES, shift_text

if TYPE_CHECKING:
    from app.views.pages.trends.page import TrendsPage

__all__ = ["PenMenu", "compare_menu"]


class _PenActions(QMenu):
    """Dies when it closes. Its actions carry (what, parameter)."""

    def __init__(self, page: TrendsPage, place: int, room: Room) -> None:
        super().__init__(page)
        self._page, self._place, self._room = page, place, room
        self.triggered.connect(self._do)
        self.aboutToHide.connect(self.deleteLater)

    def add_compares(self) -> None:
        """Offer yesterday, last week and the like; what is compared already is ticked."""
        pens, language = self._page.pens.pens, self._room.language
        pen = pens[self._place]
        there = {p.shift_ms for p in pens if p.tag == pen.tag}
        for shift_ms, label in (*((ms, text.get(language)) for ms, text in COMPARES), *self._shift()):
            action = self.add_action(f"{label}   {shift_text(shift_ms, language)}", "compare", shift_ms)
            action.setCheckable(True)
            action.setChecked(shift_ms in there)

    def add_action(self, text: str, what: str, parameter: object = None) -> QAction:
        """Add one."""
        action = QAction(text, self)
        action.setData((what, parameter))
        self.addAction(action)
        return action

    def _shift(self) -> tuple[tuple[int, str], ...]:
        """Return the shift before, of a calendar whose shifts are of one length."""
        site = self._room.applied.site if self._room.applied is not None else None
        length = _shift_ms(site, self._room.shown_ms())
        return ((length, self.tr("The shift before")),) if length else ()

    @Slot(QAction)
    def _do(self, action: QAction) -> None:
        what, parameter = action.data()
        page, place = self._page, self._place
        if what == "compare":
            page.compare(place, parameter)
        elif what == "hide":
            page.toggle(place)
        elif what == "remove":
            page.remove(place)
        elif what == "go":
            self._room.navigate.emit(parameter, page.pens.pens[place].tag)


class PenMenu(_PenActions):
    """All that can be done with one pen."""

    def __init__(self, page: TrendsPage, place: int, room: Room) -> None:
        super().__init__(page, place, room)
        pen = page.pens.pens[place]
        self.add_action(self.tr("Show") if pen.hidden else self.tr("Hide  (H)"), "hide")
        self.add_action(self.tr("Take away  (Delete)"), "remove")
        self.addSeparator()
        self.add_compares()
        self.addSeparator()
        self.add_action(self.tr("Where it is"), "go", "station")
        self.add_action(self.tr("Its alarms"), "go", "alarms")
        self.add_action(self.tr("Its journal"), "go", "events")


def compare_menu(page: TrendsPage, place: int, room: Room) -> QMenu:
    """Return the menu of what the pen at a place may be compared with."""
    menu = _PenActions(page, place, room)
    menu.add_compares()
    return menu


def _shift_ms(site: Site | None, now_ms: int) -> int:
    shift = shift_at(site.shifts, now_ms, site.timezone) if site is not None else None
    return shift.end_ms - shift.start_ms if shift is not None else 0
