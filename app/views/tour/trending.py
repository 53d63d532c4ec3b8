"""The tour on the trends page: an engine that was away, an alarm's trend by its key, live, paused, compared, marks."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.model.counting import Count
from app.views.pages.alarms.page import AlarmsPage
from app.views.pages.trends.page import TrendsPage
from app.views.state.trend_groups import facility_of
from app.views.tour.guide import Guide

__all__ = ["trend"]

_AWAY_S: Final = 60.0
_ANSWER_S: Final = 15.0
_CLOSER: Final = 9
"""Presses of + from an hour down to some eight minutes: a fresh store has no more."""
_EARLIER_MS: Final = 120_000


async def trend(guide: Guide) -> None:
    """Ask for a gap, go from an alarm to its trend, and picture the page in each of its states."""
    await _gap(guide)
    page = await _from_alarm(guide)
    if page is None:
        return
    for language in ("zh", "en"):
        await guide.set_language(language)
        await _live(guide, page, language)
        await _paused(guide, page, language)
        await _marked(guide, page, language)
    guide.press(page.canvas, Qt.Key.Key_L)


async def _gap(guide: Guide) -> None:
    """Let the engine be away for some seconds: nobody records anything then."""
    room = guide.room
    guide.say("gap-wanted")
    away = await guide.until(lambda: room.engine_silent, timeout_s=_AWAY_S)
    back = away and await guide.until(lambda: not room.engine_silent, timeout_s=_AWAY_S)
    guide.say("the engine was away and came back", ok=back)
    await guide.settle(3.0)


async def _from_alarm(guide: Guide) -> TrendsPage | None:
    """Press T on the first alarm that has a tag."""
    await guide.go("Alt+2")
    await guide.settle()
    alarms, book = guide.window.page, guide.room.book
    assert isinstance(alarms, AlarmsPage)
    path = next((p for p in alarms.list.visible_paths() if p in book.specs and book.specs[p].tag), "")
    tag = book.specs[path].tag if path else ""
    if path and alarms.list.choose_path(path):
        guide.press(alarms.list, Qt.Key.Key_T)
    page = guide.window.page
    there = isinstance(page, TrendsPage) and any(p.tag == tag for p in page.pens.pens)
    guide.say("a key leads from an alarm to its trend", ok=there, seen=tag)
    return page if isinstance(page, TrendsPage) else None


async def _live(guide: Guide, page: TrendsPage, language: str) -> None:
    live = guide.room.live
    station = facility_of(live.site, page.pens.pens[-1].tag) if live is not None else None
    if station is not None:
        page.show_target(station.id)
    guide.press(page.canvas, Qt.Key.Key_L)
    guide.press(page.canvas, Qt.Key.Key_1)
    for _ in range(_CLOSER):
        guide.press(page.canvas, Qt.Key.Key_Plus)
    read = await guide.until(lambda: page.reads.idle and all(line.known for line in page.scenes.lines), timeout_s=15)
    await guide.settle()
    seen = page.bar.said.text() or f"{Count(len(page.pens.pens)):pen}, {Count(len(page.reads.gaps)):gap}"
    guide.say(f"trends live in {language}", ok=read and page.window_.live and not page.reads.trouble, seen=seen)
    await guide.picture(f"trends-{language}-live")


async def _paused(guide: Guide, page: TrendsPage, language: str) -> None:
    """Pause, set both cursors, and compare with two minutes earlier."""
    guide.press(page.canvas, Qt.Key.Key_Space)
    for _ in range(40):
        QTest.keyClick(page.canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    for _ in range(24):
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        QTest.keyClick(page.canvas, Qt.Key.Key_Right, both)
    await guide.settle()
    stands = not page.window_.live and page.canvas.second is not None
    guide.say(f"trends paused in {language}", ok=stands, seen=page.bar.badge.text)
    await guide.picture(f"trends-{language}-paused")
    page.compare(0, _EARLIER_MS)
    await guide.until(lambda: page.reads.idle, timeout_s=_ANSWER_S)
    await guide.settle()
    guide.say(f"trends compared in {language}", ok=page.pens.pens[1].shift_ms == _EARLIER_MS)
    await guide.picture(f"trends-{language}-compared")
    page.compare(0, _EARLIER_MS)


async def _marked(guide: Guide, page: TrendsPage, language: str) -> None:
    """Walk to a mark: what happened is told."""
    page.canvas.clear_cursors()
    guide.press(page.canvas, Qt.Key.Key_N)
    await guide.settle()
    marks, gaps = len(page.marks.marks), len(page.reads.gaps)
    guide.say(
        f"trends with gaps and marks in {language}",
        ok=marks > 0 and gaps > 0,
        seen=f"{Count(marks):mark}, {Count(gaps):gap}",
    )
    await guide.picture(f"trends-{language}-marks")
    page.canvas.clear_cursors()
