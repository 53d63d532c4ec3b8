"""The steps of the tour, in their order."""

from __future__ import annotations

import time
from typing import Final

from app.model.quality import Severity, severity
from app.model.reasons import reason_text
from app.model.records import CommandState, Result
from app.views.feed_stats import FeedStats
from app.views.state.abnormal_rows import AbnormalRow, Kind, row_texts
from app.views.state.station import stations_of
from app.views.tour.guide import Guide
from app.views.tour.operating import Operator

__all__ = ["act", "measure", "upset", "values", "visit"]

_VALUES_S: Final = 30.0
_UPSET_S: Final = 60.0
_LOOK_AROUND_S: Final = 8.0


async def values(guide: Guide) -> None:
    """Wait for a site, a signed-in person, and a good value from every device."""
    room = guide.room
    await guide.until(lambda: room.applied is not None and not room.engine_silent, timeout_s=_VALUES_S)
    guide.say("the engine speaks", ok=not room.engine_silent)
    await guide.until(lambda: not _waiting(guide), timeout_s=_VALUES_S)
    missing = _waiting(guide)
    seconds = time.monotonic() - guide.began_s
    guide.say("values from every device on screen", ok=not missing, seen=", ".join(missing) or f"after {seconds:.2f} s")
    await guide.until(lambda: bool(room.person.name), timeout_s=10)
    guide.say("somebody is signed in", ok=bool(room.person.name), seen=f"{room.person.name} ({room.person.role})")
    await guide.settle(_LOOK_AROUND_S)


def _waiting(guide: Guide) -> list[str]:
    """Return the devices that have given no good value yet."""
    live = guide.room.live
    if live is None:
        return ["no site is applied"]
    missing = []
    for device in live.site.devices:
        numbers = [t.number for t in live.site.tags if t.device == device.id and t.point is not None]
        if not any(severity(int(live.quality[n])) is Severity.GOOD for n in numbers):
            missing.append(device.id)
    return missing


async def visit(guide: Guide, state: str) -> None:
    """Visit every page in both languages by the keyboard and take its picture."""
    stations = stations_of(guide.room.applied.site) if guide.room.applied is not None else ()
    for language in ("zh", "en"):
        await guide.set_language(language)
        for i, page_id in enumerate(guide.window.pages, 1):
            await guide.go(f"Alt+{i % 10}")
            await guide.settle()
            right = guide.window.page.page_id == page_id
            guide.say(f"page {page_id} in {language}, {state}", ok=right, seen=guide.window.page.title())
            if page_id == "station":
                for n, facility in enumerate(stations, 1):
                    await guide.go(f"Ctrl+{n}")
                    await guide.settle()
                    await guide.picture(f"station-{facility.id}-{language}-{state}")
            else:
                await guide.picture(f"{page_id}-{language}-{state}")


async def act(guide: Guide) -> None:
    """Start a pump as an operator does; then ask for something that must be refused."""
    operator = Operator(guide)
    await guide.set_language("zh")
    pump = await operator.find_startable(timeout_s=60)
    if pump is None:
        guide.say("a pump starts by the operator's path", ok=False, seen=" | ".join(operator.against.values()))
        return
    outcome, seconds = await operator.start(pump)
    running = operator.is_running(pump)
    seen = f"{pump.path}: {outcome} after {seconds:.1f} s, running: {running}"
    guide.say("a pump starts by the operator's path", ok=outcome == CommandState.DONE and running, seen=seen)
    await guide.settle()
    await guide.picture("faceplate-zh-started")
    await guide.set_language("en")
    await guide.settle()
    await guide.picture("faceplate-en-started")
    shown = await operator.be_refused(pump)
    guide.say("the faceplate says why a command is refused", ok=bool(shown), seen="; ".join(shown))
    await guide.picture("faceplate-en-refused")
    result = await operator.insist(pump)
    refused = result is not None and result.state is CommandState.REFUSED
    guide.say("the engine refuses it too", ok=refused, seen=_reasons(result))
    await operator.give_up(pump)
    outcome = await operator.hand_back(pump)
    guide.say("the pump is handed back to its PLC", ok=outcome == CommandState.DONE, seen=f"{pump.path}: {outcome}")
    await operator.close(pump)


def _reasons(result: Result | None) -> str:
    if result is None:
        return "no answer"
    return f"{result.state}: " + "; ".join(reason_text(r, "en") for r in result.reasons)


async def upset(guide: Guide) -> None:
    """Ask for an upset, see that the room recognises it, and picture it."""
    before = {r.key for r in guide.room.watch.rows}
    guide.say("upset-wanted")
    asked = time.monotonic()

    def new_rows() -> list[AbnormalRow]:
        return [r for r in guide.room.watch.rows if r.key not in before and r.kind is Kind.ALARM]

    await guide.until(lambda: bool(new_rows()), timeout_s=_UPSET_S)
    new = new_rows()
    seconds = time.monotonic() - asked
    if not new:
        guide.say("the upset is recognised", ok=False, seen=f"nothing new in {_UPSET_S:.0f} s")
        return
    where, what, _todo = row_texts(new[0], "en")
    guide.say("the upset is recognised", ok=True, seen=f"{where}: {what}, after {seconds:.1f} s")
    await guide.settle(_LOOK_AROUND_S)
    await visit(guide, "upset")
    await guide.go("Alt+1")
    await guide.go("F6")
    page, path = guide.room.watch.rows[0].page, guide.room.watch.rows[0].path
    there = guide.window.page.page_id == page
    guide.say("one key leads to the worst condition", ok=there, seen=f"{guide.window.page.page_id} {path}")


async def measure(guide: Guide) -> None:
    """Tell the figures of feed and screen."""
    feed = guide.parts.feed
    stats = feed.stats
    guide.say("from the engine's receipt to the room p95", seen=f"{FeedStats.of(stats.lag_ms, 95):.0f} ms")
    guide.say("value age on arrival p50", seen=f"{stats.age_ms(50):.0f} ms")
    guide.say("value age on arrival p95", seen=f"{stats.age_ms(95):.0f} ms")
    guide.say("cost of applying a delivery p95", seen=f"{FeedStats.of(stats.apply_ms, 95):.2f} ms")
    guide.say("cost of a tick of the screen p50", seen=f"{FeedStats.of(stats.tick_ms, 50):.2f} ms")
    guide.say("cost of a tick of the screen p95", seen=f"{FeedStats.of(stats.tick_ms, 95):.2f} ms")
    guide.say("frames per second", seen=f"{stats.frames_per_second(guide.room.monotonic()):.1f}")
    guide.say("frames followed", seen=str(stats.frames))
    freezes = guide.parts.freeze
    guide.say("freezes of the screen", seen=f"{freezes.freezes}, longest {freezes.longest_s * 1000:.0f} ms")
    guide.say("no overflow of the feed", ok=stats.overflows == 0, seen=str(stats.overflows))
    guide.say("no error that nobody caught", ok=guide.parts.faults.count == 0, seen=str(guide.parts.faults.count))
