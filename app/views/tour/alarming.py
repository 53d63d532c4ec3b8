"""The tour on the alarm page: a flood, an acknowledgement and a shelf by the keyboard, each seen to be kept."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.model.alarms.status import AlarmState
from app.model.alarms.status import AlarmStatus as Status
from app.views.pages.alarms.page import AlarmsPage
from app.views.tour.guide import Guide

__all__ = ["acknowledge", "flood", "shelve"]

_FLOOD_S: Final = 60.0
_ANSWER_S: Final = 10.0


async def flood(guide: Guide) -> None:
    """Ask for a flood, see that the banner names it, and picture what an operator looks at."""
    room = guide.room
    guide.say("flood-wanted")
    seen = await guide.until(lambda: room.book.flood(room.now_ms()) is not None, timeout_s=_FLOOD_S)
    found = room.book.flood(room.now_ms())
    guide.say("the flood is named", ok=seen, seen="" if found is None else f"{found.count} alarms, first {found.first}")
    for language in ("zh", "en"):
        await guide.set_language(language)
        for keys, name in (("Alt+1", "overview"), ("Alt+2", "alarms")):
            await guide.go(keys)
            await guide.settle()
            await guide.picture(f"{name}-{language}-flood")


async def acknowledge(guide: Guide) -> None:
    """Acknowledge the highest alarm that waits, by the keyboard; the store's row says who did it."""
    page = await _page(guide)
    path = next((s.path for s in _listed(guide) if s.state is AlarmState.UNACK), "")
    if not path or not page.list.choose_path(path):
        guide.say("an alarm is acknowledged", ok=False, seen="none waits")
        return
    guide.press(page.list, Qt.Key.Key_Space)
    done = await guide.until(lambda: bool(guide.room.book.status(path).ack_by), timeout_s=_ANSWER_S)
    status = guide.room.book.status(path)
    guide.say("an alarm is acknowledged", ok=done, seen=f"{path} by {status.ack_by}, now {status.state}")
    await guide.settle()
    await guide.picture("alarms-en-acknowledged")


async def shelve(guide: Guide) -> None:
    """Put a lesser alarm aside with a reason; it leaves the list and stands among the shelved ones."""
    page = await _page(guide)
    path = next((s.path for s in reversed(_listed(guide)) if s.priority > 1), "")
    if not path or not page.list.choose_path(path):
        guide.say("an alarm is shelved", ok=False, seen="none that may be")
        return
    guide.press(page.list, Qt.Key.Key_S)
    form = page.detail.forms["shelve"]
    QTest.keyClicks(form.reason, "tour: sensor is being cleaned")
    guide.press(form.reason, Qt.Key.Key_Return)
    done = await guide.until(lambda: guide.room.book.status(path).shelf is not None, timeout_s=_ANSWER_S)
    shelf = guide.room.book.status(path).shelf
    seen = path if shelf is None else f"{path} by {shelf.person} for {(shelf.until_ms - shelf.since_ms) // 60_000} min"
    guide.say("an alarm is shelved", ok=done, seen=seen)
    button = guide.find(QWidget, "segment-shelved")
    if button is not None:
        await guide.click(button)
        await guide.settle()
        await guide.picture("alarms-en-shelved")


async def _page(guide: Guide) -> AlarmsPage:
    """Go to the alarm page, where all that is active is listed."""
    await guide.go("Alt+2")
    page = guide.window.pages["alarms"]
    assert isinstance(page, AlarmsPage)
    page.show_target("active")
    await guide.settle(0.3)
    return page


def _listed(guide: Guide) -> list[Status]:
    """Return the alarms of the main list, highest first."""
    book = guide.room.book
    return [book.status(path) for path in book.main]
