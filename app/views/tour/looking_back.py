"""The tour in the past: to an alarm that was, every page as it stood, a refusal, time that goes on, and back to now."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtWidgets import QAbstractButton

from app.model.reasons import reason_text
from app.model.records import CommandState, RequestKind, Result
from app.views.state.alarm_book import ACTIVE
from app.views.tour.guide import Guide

__all__ = ["look_back"]

_ARRIVE_S: Final = 10.0
_PAGES: Final = (("overview", "Alt+1"), ("alarms", "Alt+2"), ("station", "Alt+3"))
_BEFORE_MS: Final = 45_000
"""How long before the newest alarm the tour looks around: the flood has not begun everywhere then."""


async def look_back(guide: Guide) -> None:
    """Go to an alarm of some time ago, look around in both languages, play, and come back."""
    room = guide.room
    await guide.set_language("zh")
    await guide.go("F4")
    guide.say("the time bar opens by a key", ok=guide.window.time.isVisible() and room.past is None)
    await guide.settle()
    await guide.picture("time-bar-zh")
    if not await _arrive(guide):
        return
    for language in ("zh", "en"):
        await guide.set_language(language)
        for page_id, keys in _PAGES:
            await guide.go(keys)
            if page_id == "alarms":
                guide.window.go(page_id, ACTIVE)
            await guide.settle(2.0)
            said = guide.window.time.strip.text
            guide.say(f"page {page_id} in the past, {language}", ok=guide.window.time.strip.isVisible(), seen=said)
            await guide.picture(f"past-{page_id}-{language}")
    await _ask_in_vain(guide)
    await _play(guide)
    await guide.go("F4")
    back = room.past is None and not guide.window.time.isVisible()
    guide.say("one key returns to now", ok=back and not room.engine_silent)


async def _arrive(guide: Guide) -> bool:
    """Press "alarm before", then look a little before it."""
    room, began = guide.room, time.monotonic()
    button = guide.find(QAbstractButton, "time-alarm-before")
    if button is None:
        guide.say("the past is shown", ok=False, seen="no button")
        return False
    await guide.click(button)
    there = await guide.until(lambda: room.past is not None, timeout_s=_ARRIVE_S)
    seconds = time.monotonic() - began
    seen = f"after {seconds * 1000:.0f} ms" if there else room.machine.said
    guide.say("the past is shown", ok=there, seen=seen)
    if there:
        room.machine.step(-_BEFORE_MS)
        await guide.until(lambda: not room.machine.waiting, timeout_s=_ARRIVE_S)
    return there


async def _ask_in_vain(guide: Guide) -> None:
    """Whatever asks in the past is refused before it reaches the store."""
    room = guide.room
    results: list[Result] = []
    room.result_arrived.connect(results.append)
    request = room.ask(RequestKind.ACKNOWLEDGE, {"alarms": [], "reason": ""})
    await guide.until(lambda: any(r.request_id == request for r in results), timeout_s=_ARRIVE_S)
    room.result_arrived.disconnect(results.append)
    mine = next((r for r in results if r.request_id == request), None)
    refused = mine is not None and mine.state is CommandState.REFUSED and mine.reasons[0].check == "past"
    seen = reason_text(mine.reasons[0], "en") if mine is not None and mine.reasons else ""
    guide.say("a request in the past is refused", ok=refused, seen=seen)


async def _play(guide: Guide) -> None:
    """Let time go on ten times as fast for some seconds."""
    room, past = guide.room, guide.room.past
    button = guide.find(QAbstractButton, "time-play-10")
    if button is None or past is None:
        guide.say("time goes on in the past", ok=False, seen="no button")
        return
    await guide.go("Alt+1")
    await guide.click(button)
    await guide.settle(2.0)
    gone = (room.past.at_ms - past.at_ms) / 1000 if room.past is not None else 0.0
    await guide.picture("past-playing-en")
    room.machine.pause()
    guide.say("time goes on in the past", ok=gone > 5, seen=f"{gone:.1f} s of then in about 2 s")
