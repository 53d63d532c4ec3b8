"""Acceptance 6: the table verb × condition through the real desk. Refused means: every reason named, no write seen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.model.commands.verbs import Verb
from app.model.quality import Quality
from app.model.reasons import reason_text
from app.model.records import CommandState, Person, RequestKind, Result
from app.model.spec import Site
from tests.helpers.command_table import BLOCKS, CASES
from tests.helpers.engine_bench import Bench, bench
from tests.helpers.station import GOOD_START, make_site
from tests.helpers.wire import Plc

SITE = make_site(numbered=False)
LI = Person("li", "operator", "s2", "desk 2")
VIEWER = Person("demo", "viewer", "s1", "desk 1")

Prepare = Callable[[Bench, Verb], Awaitable[None]]


def _site(condition: str) -> Site:
    """Return the site for a condition that the site itself makes."""
    if condition == "commissioning":
        return replace(SITE, devices=tuple(replace(d, commissioning=True) for d in SITE.devices))
    if condition == "two persons":
        equipment = tuple(
            replace(e, commands=tuple(replace(c, two_person=True) for c in e.commands)) for e in SITE.equipment
        )
        return replace(SITE, equipment=equipment)
    return SITE


async def _value(b: Bench, role: str, value: float, verb: Verb) -> None:
    path = f"{CASES[verb][0]}/{role}"
    if path in b.values:
        b.values[path] = value
    await b.step()


async def _nothing(b: Bench, verb: Verb) -> None:
    """What the site or the request itself does needs no preparation."""


async def _store_away(b: Bench, verb: Verb) -> None:
    b.writer.status.committed_at = float("-inf")


async def _disk_full(b: Bench, verb: Verb) -> None:
    b.engine._disk.measured(0.951)


async def _by_another(b: Bench, verb: Verb) -> None:
    b.engine.commands.end_session("s1")
    await b.select(CASES[verb][0], person=LI)


async def _unselect(b: Bench, verb: Verb) -> None:
    b.engine.commands.end_session("s1")


async def _busy(b: Bench, verb: Verb) -> None:
    b.link.plc = Plc.SILENT
    await _execute(b, verb)


async def _execute(b: Bench, verb: Verb) -> None:
    await b.select("ps01/pump2", person=LI)
    await b.operate("ps01/pump2", "start", expect="stopped", person=LI)
    b.sent.clear()


async def _held(b: Bench, verb: Verb) -> None:
    await b.do(RequestKind.HOLD, {"equipment": CASES[verb][0], "reason": "seal"}, person=LI)


async def _unproven(b: Bench, verb: Verb) -> None:
    b.engine.book.change(CASES[verb][0], unproven=(str(verb),))


async def _late(b: Bench, verb: Verb) -> None:
    b.engine.book.change(CASES[verb][0], late_execution=True)


async def _link_down(b: Bench, verb: Verb) -> None:
    b.link.reachable = False
    b.link.abort()


async def _heartbeat_old(b: Bench, verb: Verb) -> None:
    for _ in range(6):
        b.values["ps01/plc/heartbeat"] -= 1.0
        await b.step(1.0)


async def _heartbeat_never(b: Bench, verb: Verb) -> None:
    b.engine.checking.heartbeats._last.clear()


async def _bad(b: Bench, verb: Verb) -> None:
    b.device.hear(b.values, quality=Quality.SENSOR_FAULT)


async def _old(b: Bench, verb: Verb) -> None:
    # The heartbeat goes on, everything else stands: only their age speaks against them.
    b.clock.advance(2.5)
    b.values["ps01/plc/heartbeat"] += 1.0
    b.device.hear({"ps01/plc/heartbeat": b.values["ps01/plc/heartbeat"]})
    b.engine.tick()
    await b.settle()


async def _tripped(b: Bench, verb: Verb) -> None:
    await _value(b, "trip", 1.0, verb)


async def _not_tripped(b: Bench, verb: Verb) -> None:
    await _value(b, "trip", 0.0, verb)


async def _local(b: Bench, verb: Verb) -> None:
    await _value(b, "remote", 0.0, verb)


async def _level_low(b: Bench, verb: Verb) -> None:
    await b.step(ps01__well__level=0.5)


async def _level_very_low(b: Bench, verb: Verb) -> None:
    await b.step(ps01__well__level=0.2)


async def _too_soon(b: Bench, verb: Verb) -> None:
    await _value(b, "start_wait", 41.3, verb)


async def _many_starts(b: Bench, verb: Verb) -> None:
    await _value(b, "starts_hour", 10.0, verb)


PREPARE: dict[str, Prepare] = {
    "no right": _nothing, "expired": _nothing, "other state": _nothing, "commissioning": _nothing,
    "two persons": _nothing, "store away": _store_away, "disk full": _disk_full, "selected by another": _by_another,
    "not selected": _unselect, "busy": _busy, "executing": _execute, "held": _held, "unproven": _unproven,
    "late execution": _late, "link down": _link_down, "local": _local, "heartbeat old": _heartbeat_old,
    "heartbeat never": _heartbeat_never, "bad value": _bad, "old value": _old, "tripped": _tripped,
    "not tripped": _not_tripped, "permissive": _level_low, "interlock": _level_very_low, "too soon": _too_soon,
    "too many starts": _many_starts,
}  # fmt: skip


async def _ask(b: Bench, verb: Verb, condition: str) -> Result:
    """Select, bring the condition about, and ask."""
    path, value, expect = CASES[verb]
    b.values = dict(GOOD_START) | {"ps01/plc/heartbeat": b.values["ps01/plc/heartbeat"]}
    if verb is Verb.RESET:
        b.values["ps01/pump1/trip"] = 1.0
    await b.step()
    await b.select(path)
    await PREPARE[condition](b, verb)
    b.sent.clear()
    return await b.operate(
        path,
        str(verb),
        value,
        "moving" if condition == "other state" else expect,
        person=VIEWER if condition == "no right" else Person("demo", "engineer", "s1", "desk 1"),
        age_s=5.1 if condition == "expired" else 0.1,
    )


def test_the_table_is_whole() -> None:
    """Every condition of the rules is brought about here."""
    assert set(PREPARE) == set(BLOCKS)


@pytest.mark.parametrize("condition", BLOCKS)
async def test_verb_by_condition(tmp_path: Path, condition: str) -> None:
    """Each verb under one condition: refused with the reason named and no write, or sent once."""
    check, blocked = BLOCKS[condition]
    async with bench(tmp_path, _site(condition)) as b:
        for number, verb in enumerate(Verb):
            if number:
                await b.engine.stop()
                b.engine.book.change(CASES[verb][0], hold=None, unproven=(), late_execution=False)
                await b.flush()
                await _forget(b)
            result = await _ask(b, verb, condition)
            named = {r.check: r for r in result.reasons if r.blocking}
            assert (check in named) == (verb in blocked), (verb, result)
            assert (result.state is CommandState.REFUSED) == bool(named), (verb, result)
            assert len(b.sent) == (0 if named else 1), (verb, result)
            for reason in result.reasons:
                assert reason_text(reason, "zh") and reason_text(reason, "en") != reason.check


async def _forget(b: Bench) -> None:
    """Begin anew, with nothing on its way: a command that was sent is told to have run."""
    await b.new_engine()
    for post in b.engine.commands._posts.values():
        post.command = type(post.command)()
    await b.flush()
