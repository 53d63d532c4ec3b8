"""Commands that hang on calculated tags: what they are worked out of is as old as for any other tag."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.model.formulas.spec import Apply, Formula, Node, Number, Op, Over, OverTime, Tag
from app.model.records import CommandState as S
from app.model.records import RequestKind, Result
from app.model.spec import Condition, Label, ScanGroup, Site, TagKind, TagSpec
from app.model.spec import Op as Sign
from tests.helpers.engine_bench import Bench, bench
from tests.helpers.station import make_site

PUMP, RUN, LEVEL, CLOCK = "ps01/pump1", "ps01/pump1/run", "ps01/well/level", "ps01/plc/clock"
RESTS = Apply(Op.NOT, (Tag(RUN),))
DEEP = Apply(Op.AND, (Apply(Op.GT, (Tag(LEVEL), Number(1.0))), Apply(Op.GT, (Tag(CLOCK), Number(0.0)))))


def site_with(root: Node, *, feedback: bool) -> Site:
    """Return the station with a calculated tag, that proves the stop of pump 1 or permits its start. The PLC's clock is
    read in a slow group, of 10 s."""
    site, label = make_site(numbered=False), Label("x", "x")
    made = TagSpec("ps01/x/x", label, TagKind.DISCRETE, formula=Formula("x", root))
    condition = Condition(label, made.path, Sign.EQ, 1.0)
    pump = site.equipment[0]
    if feedback:
        stop = replace(pump.commands[1], feedback=(condition,))
        pump = replace(pump, commands=(pump.commands[0], stop, *pump.commands[2:]))
    else:
        pump = replace(pump, permissives=(condition,))
    device = replace(site.devices[0], groups=(ScanGroup("fast", 1000), ScanGroup("slow", 10_000)))
    tags = tuple(replace(t, group="slow", max_age_s=30.0) if t.path == CLOCK else t for t in site.tags)
    return replace(site, equipment=(pump, *site.equipment[1:]), devices=(device,), tags=(*tags, made))


async def stop(b: Bench) -> str:
    """Ask for the stop of pump 1; return the request's id."""
    await b.select(PUMP)
    payload = {"equipment": PUMP, "verb": "stop", "value": None, "expect": "stopped", "reason": "test"}
    request = b.ask(RequestKind.OPERATE, payload)
    await b.flush()
    return request


async def silence(b: Bench, *silent: str, seconds: float, **changes: float) -> None:
    """Let time pass with replies each second about all but some tags."""
    for path, value in changes.items():
        b.values[path.replace("__", "/")] = value
    for _ in range(round(seconds)):
        b.clock.advance(1.0)
        b.values["ps01/plc/heartbeat"] += 1.0
        b.device.hear({path: value for path, value in b.values.items() if path not in silent})
        b.engine.tick()
        await b.settle()


async def test_feedback_of_before_the_command_does_not_count(tmp_path: Path) -> None:
    """stop a pump of which the last reading says that it rests → ticks without a reading of it: executing, although all
    else is read and the tag worked out → it is read: done."""
    async with bench(tmp_path, site_with(RESTS, feedback=True)) as b:
        request = await stop(b)
        await silence(b, RUN, seconds=2)
        await b.flush()
        assert b.states(request)[-1] is S.EXECUTING
        await b.step()
        await b.flush()
        assert b.states(request)[-1] is S.DONE


async def test_a_window_proves_nothing_before_it_lies_behind_the_command(tmp_path: Path) -> None:
    """stop, proven by three seconds of rest: what was at rest before the stop does not count."""
    rested = Apply(Op.EQ, (Over(OverTime.HIGHEST, Tag(RUN), 3.0), Number(0.0)))
    async with bench(tmp_path, site_with(rested, feedback=True)) as b:
        await silence(b, seconds=5)
        request = await stop(b)
        await silence(b, seconds=3)
        await b.flush()
        assert b.states(request)[-1] is S.EXECUTING
        await silence(b, seconds=1)
        await b.flush()
        assert b.states(request)[-1] is S.DONE


@asynccontextmanager
async def permitted_by(folder: Path, root: Node) -> AsyncIterator[Bench]:
    """Run the station where a calculated tag permits the start of pump 1, which is selected."""
    async with bench(folder, site_with(root, feedback=False)) as b:
        await silence(b, seconds=1)
        await b.select(PUMP)
        yield b


async def start(b: Bench) -> Result:
    return await b.operate(PUMP, "start", expect="stopped")


@pytest.mark.parametrize(("silent", "seconds", "limit_s"), [(LEVEL, 3, 2.0), (CLOCK, 21, 20.0)])
async def test_a_permissive_is_as_old_as_its_input(tmp_path: Path, silent: str, seconds: int, limit_s: float) -> None:
    """No reply about one input for longer than two of its own periods: refused, as the input itself would be."""
    async with permitted_by(tmp_path, DEEP) as b:
        await silence(b, silent, seconds=seconds)
        refused = await start(b)
        assert refused.state is S.REFUSED and b.sent == []
        (reason,) = (r for r in refused.reasons if r.blocking and r.params["tag"] == "ps01/x/x")
        assert reason.check == "quality"
        assert (reason.params["age_s"], reason.params["limit_s"]) == (float(seconds), limit_s)


async def test_a_slow_input_is_not_held_to_the_period_of_a_fast_one(tmp_path: Path) -> None:
    """Ten seconds old is young for what is read each ten seconds."""
    async with permitted_by(tmp_path, DEEP) as b:
        await silence(b, CLOCK, seconds=10)
        assert (await start(b)).state is S.EXECUTING


async def test_a_permissive_is_of_the_moment_in_which_it_is_asked(tmp_path: Path) -> None:
    """The level falls, and before the next tick a start is asked for: not permitted."""
    async with permitted_by(tmp_path, DEEP) as b:
        b.device.hear({LEVEL: 0.5})
        refused = await start(b)
        assert [r.check for r in refused.reasons if r.blocking] == ["permissive"]
