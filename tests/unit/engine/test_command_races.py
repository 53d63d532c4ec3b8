"""What happens beside, after and in the middle of a command: a stop that goes past it, a hold tag in the last moment, a
PLC that moved, a restart while its outcome is unknown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.engine.sending import NOT_TAKEN_S
from app.errors import StoreUnavailable
from app.model.commands.block import Echo, EchoReason, EchoResult
from app.model.records import CommandState as S
from app.model.records import Journal, Person, RequestKind
from app.model.spec import Label
from app.model.spec_json import site_to_json
from app.storage.contract import Receipt, Tick
from tests.helpers.engine_bench import Bench, bench
from tests.helpers.station import make_site
from tests.helpers.wire import Plc

SITE = make_site(numbered=False)
OTHER = Person("li", "operator", "s2", "desk 2")
START = {"equipment": "ps01/pump1", "verb": "start", "value": None, "expect": "stopped", "reason": "test"}
OPEN = {"equipment": "ps01/gate1", "verb": "open", "value": None, "expect": "closed", "reason": "test"}


async def _start(b: Bench) -> str:
    """Select pump 1 and ask for its start; return the request's id."""
    await b.select("ps01/pump1")
    request = b.ask(RequestKind.OPERATE, START)
    await b.flush()
    return request


async def test_a_gate_that_moves_can_be_stopped(tmp_path: Path) -> None:
    """open → executing → stop by another person: sent, done; the open was superseded; a start of a pump waits."""
    async with bench(tmp_path, SITE) as b:
        await b.select("ps01/gate1")
        opening = b.ask(RequestKind.OPERATE, OPEN)
        await b.flush()
        await b.step(ps01__gate1__moving=1.0, ps01__gate1__closed=0.0)
        assert (await b.select("ps01/pump1")).state is S.SELECTED
        busy = await b.operate("ps01/pump1", "start", expect="stopped")
        assert busy.state is S.REFUSED and [r.check for r in busy.reasons] == ["busy"]
        assert (await b.select("ps01/gate1", person=OTHER)).state is S.SELECTED
        await b.operate("ps01/gate1", "stop", expect="moving", person=OTHER)
        await b.step(ps01__gate1__moving=0.0)
        await b.flush()
        assert b.states(opening)[-1] is S.CANCELLED and b.results(opening)[-1].reasons[0].check == "superseded"
        row = b.engine.book.get("ps01/gate1")
        assert (row.verb, row.state) == ("stop", S.DONE) and [o.verb for o in b.sent] == [8, 2]
        audit = [e.kind for e in b.reader.journal_newest(Journal.AUDIT) if e.what == "ps01/gate1"]
        assert audit == ["command", "command-cancelled", "command", "command-done"]


async def test_nothing_goes_past_a_command_that_the_plc_has_not_answered(tmp_path: Path) -> None:
    """start → written, no echo → select and stop: refused, the block is taken."""
    async with bench(tmp_path, SITE) as b:
        b.link.plc = Plc.SILENT
        await b.select("ps01/pump2")
        await _start(b)
        assert (await b.select("ps01/pump1", person=OTHER)).reasons[0].check == "busy"
        refused = await b.operate("ps01/pump2", "stop", expect="stopped")
        assert [r.check for r in refused.reasons] == ["busy"] and len(b.sent) == 1


async def test_a_stop_goes_past_an_unknown_start(tmp_path: Path) -> None:
    """start → link lost: unknown → the PLC is back → stop: sent at once; the start's echo is gone and not asked."""
    async with bench(tmp_path, SITE) as b:
        b.link.plc = Plc.FROZEN
        request = await _start(b)
        b.link.plc = Plc.ACCEPTS
        await b.select("ps01/pump1")
        stopping = b.ask(RequestKind.OPERATE, START | {"verb": "stop"})
        await b.flush()
        await b.step(ps01__pump1__run=0.0)
        await b.flush()
        assert b.states(request) == [S.INTENT, S.UNKNOWN, S.UNKNOWN]
        assert b.states(stopping)[-1] is S.DONE and [o.verb for o in b.sent] == [1, 2]


def _hold(b: Bench) -> None:
    b.ask(RequestKind.HOLD, {"equipment": "ps01/pump1", "reason": "hands in it"}, person=OTHER)


def _to_local(b: Bench) -> None:
    b.values["ps01/pump1/remote"] = 0.0
    b.device.hear(b.values)


def _trip(b: Bench) -> None:
    b.values["ps01/pump1/trip"] = 1.0
    b.device.hear(b.values)


@pytest.mark.parametrize(("happens", "check"), [(_hold, "hold"), (_to_local, "remote"), (_trip, "expect")])
async def test_what_changes_between_the_checks_and_the_send_stops_it(
    tmp_path: Path, happens: Callable[[Bench], None], check: str
) -> None:
    """start → while the intent is written and the line waited for: a hold tag, Local, a trip: failed, nothing sent."""
    async with bench(tmp_path, SITE) as b:
        b.link.before_send = lambda: happens(b)
        request = await _start(b)
        assert b.states(request) == [S.INTENT, S.FAILED] and b.sent == []
        checks = [r.check for r in b.results(request)[-1].reasons]
        assert checks[0] == check and checks[-1] == "not_sent"


@pytest.mark.logs("sending a command met a defect")
async def test_a_defect_in_the_send_leaves_no_command_on_its_way_for_ever(tmp_path: Path) -> None:
    """The link raises what it never should: unknown, the connection is dropped, the PLC's own account resolves it."""
    async with bench(tmp_path, SITE) as b:

        def trip() -> None:
            raise ZeroDivisionError

        b.link.before_send = trip
        request = await _start(b)
        assert b.states(request) == [S.INTENT, S.UNKNOWN] and b.link.aborts == 1
        for _ in range(int(NOT_TAKEN_S) + 2):
            await b.step(1.0)
        await b.flush()
        assert b.states(request)[-1] is S.FAILED


async def test_a_typed_in_value_proves_no_command_done(tmp_path: Path) -> None:
    """start → executing → somebody types in that the pump runs: no proof; ten seconds on: mismatch."""
    async with bench(tmp_path, SITE) as b:
        request = await _start(b)
        until_ms = b.clock.now_ms() + 60_000
        typed = {"tag": "ps01/pump1/run", "value": 1.0, "until_ms": until_ms, "reason": "sensor"}
        assert (await b.do(RequestKind.SUBSTITUTE, typed)).state is S.DONE
        for _ in range(11):
            await b.step(1.0)
        await b.flush()
        assert b.states(request)[-1] is S.MISMATCH


async def test_a_unit_that_falls_silent_behind_its_gateway_is_a_lost_link(tmp_path: Path) -> None:
    """start → executing → the endpoint answers, the PLC's own values are lost: unknown, not a mismatch."""
    async with bench(tmp_path, SITE) as b:
        request = await _start(b)
        b.device.lose()
        b.device.status.state = "up"
        b.engine.tick()
        await b.flush()
        assert b.states(request)[-1] is S.UNKNOWN
        for _ in range(70):
            b.clock.advance(1.0)
            b.engine.tick()
        await b.flush()
        assert b.states(request)[-1] is S.UNKNOWN, "nobody was heard, so nothing is known"


async def test_an_unknown_command_whose_plc_moved_is_not_judged_by_the_echo_of_another(tmp_path: Path) -> None:
    """start → unknown → a site that gives the PLC another address → that one shows our number: feedback decides."""
    async with bench(tmp_path, SITE) as b:
        b.link.plc = Plc.FROZEN
        request = await _start(b)
        b.device.lose()
        moved = make_site(numbered=False, address="127.0.0.1:15099")
        applied = await b.do(RequestKind.APPLY_SITE, {"site": site_to_json(moved), "reason": "moved"})
        await b.flush()
        assert b.states(request)[-1] is S.UNKNOWN, applied
        b.link.show(Echo(b.sent[0].sequence, EchoResult.REJECTED, EchoReason.LOCAL, 7))
        for _ in range(3):
            await b.step(1.0, ps01__pump1__run=1.0)
        await b.flush()
        assert b.states(request)[-1] is S.DONE


async def test_an_unknown_command_is_still_asked_for_after_a_restart(tmp_path: Path) -> None:
    """start → unknown while the PLC is away → the engine restarts → the PLC is back and took it: done."""
    async with bench(tmp_path, SITE) as b:
        b.link.plc = Plc.FROZEN
        request = await _start(b)
        b.device.lose()
        await b.step()
        await b.flush()
        assert b.states(request)[-1] is S.UNKNOWN
        await b.engine.stop()
        await b.new_engine()
        b.link.show(Echo(b.sent[0].sequence, EchoResult.ACCEPTED, EchoReason.NONE, 1))
        for _ in range(4):
            await b.step(1.0, ps01__pump1__run=1.0)
        await b.flush()
        assert b.states(request)[-1] is S.DONE and len(b.sent) == 1


async def test_a_superseded_unknown_command_is_let_rest_by_a_restart(tmp_path: Path) -> None:
    """start → unknown → stop: done → restart: the start is not taken up again."""
    async with bench(tmp_path, SITE) as b:
        b.link.plc = Plc.FROZEN
        request = await _start(b)
        b.link.plc = Plc.ACCEPTS
        await b.select("ps01/pump1")
        await b.operate("ps01/pump1", "stop", expect="stopped")
        await b.step(ps01__pump1__run=0.0)
        await b.flush()
        before = b.states(request)
        await b.engine.stop()
        await b.new_engine()
        await b.flush()
        assert b.states(request) == before and b.engine.book.get("ps01/pump1").state is S.DONE


async def test_two_operates_in_one_batch_send_once(tmp_path: Path) -> None:
    """The same command twice, by two requests of one session, heard together: one block, the other is refused."""
    async with bench(tmp_path, SITE) as b:
        await b.select("ps01/pump1")
        requests = [b.ask(RequestKind.OPERATE, START) for _ in range(2)]
        await b.flush()
        assert sorted(b.states(r)[-1] for r in requests) == [S.EXECUTING, S.REFUSED] and len(b.sent) == 1


@pytest.mark.parametrize("kind", [RequestKind.CANCEL, None])
async def test_a_cancel_or_a_session_that_ends_with_an_operate_wins(tmp_path: Path, kind: RequestKind | None) -> None:
    """operate, and before the PLC was asked the selection is given back or its session ends: refused, nothing sent."""
    async with bench(tmp_path, SITE) as b:
        await b.select("ps01/pump1")
        request = b.ask(RequestKind.OPERATE, START)
        if kind is None:
            b.engine.commands.end_session("s1")
        else:
            b.ask(kind, {"equipment": "ps01/pump1"})
        await b.flush()
        assert b.states(request) == [S.REFUSED] and b.sent == []
        assert "selection" in [r.check for r in b.results(request)[-1].reasons]


async def test_a_site_that_changes_while_the_line_is_being_made_refuses_the_command(tmp_path: Path) -> None:
    """operate waits for its connection → a site with the pump elsewhere comes into force → refused, nothing sent."""
    async with bench(tmp_path, SITE) as b:
        await b.select("ps01/pump1")
        gate, connect = asyncio.Event(), b.link.connect
        b.link.abort()

        async def slow() -> None:
            await gate.wait()
            await connect()

        b.link.connect = slow  # type: ignore[method-assign]
        request = b.ask(RequestKind.OPERATE, START)
        moved = replace(SITE, equipment=(replace(SITE.equipment[0], index=77), *SITE.equipment[1:]))
        applied = b.ask(RequestKind.APPLY_SITE, {"site": site_to_json(moved), "reason": "moved"})
        for _ in range(100):
            await b.flush()
            if b.results(applied):
                break
        assert b.states(applied) == [S.DONE]
        gate.set()
        await b.flush()
        assert b.states(request) == [S.REFUSED] and b.sent == []
        assert "site_changing" in [r.check for r in b.results(request)[-1].reasons]


async def test_an_answer_about_an_unknown_command_that_comes_after_its_post_changed_is_told_once(
    tmp_path: Path,
) -> None:
    """unknown → its PLC is asked, and answers only after another site is in force: one final state, no second one."""
    async with bench(tmp_path, SITE) as b:
        b.link.plc = Plc.FROZEN
        request = await _start(b)
        gate = asyncio.Event()

        async def slow(block: object) -> Echo:
            await gate.wait()
            return Echo(b.sent[0].sequence, EchoResult.REJECTED, EchoReason.LOCAL, 9)

        b.link.read_echo = slow  # type: ignore[method-assign]
        await b.step()
        renamed = replace(SITE, label=Label("x", "x"))
        applied = b.ask(RequestKind.APPLY_SITE, {"site": site_to_json(renamed), "reason": "x"})
        for _ in range(100):
            await b.flush()
            if b.results(applied):
                break
        gate.set()
        for _ in range(3):
            await b.step(1.0)
        await b.flush()
        assert b.states(request) == [S.INTENT, S.UNKNOWN, S.FAILED]


async def test_an_intent_that_is_not_known_to_be_durable_is_never_sent(tmp_path: Path) -> None:
    """The store goes in the moment of the intent and is back later: the intent is there, then failed; nothing left."""
    async with bench(tmp_path, SITE) as b:
        await b.select("ps01/pump1")
        commit = b.writer.commit

        async def goes(tick: Tick) -> Receipt:
            b.writer.put(tick)  # spooled: it is written when the store is back
            raise StoreUnavailable("away")

        b.writer.commit = goes  # type: ignore[method-assign]
        request = b.ask(RequestKind.OPERATE, START)
        await b.flush()
        b.writer.commit = commit  # type: ignore[method-assign]
        for _ in range(10):
            await b.step(1.0)
        await b.flush()
        assert b.states(request) == [S.INTENT, S.FAILED] and b.sent == []
        assert [r.check for r in b.results(request)[-1].reasons] == ["store", "not_sent"]
        await b.engine.stop()
        await b.new_engine()
        await b.flush()
        assert b.states(request) == [S.INTENT, S.FAILED] and b.sent == []


async def test_an_intent_that_became_durable_under_another_epoch_is_never_sent(tmp_path: Path) -> None:
    """The lease ran out while the intent was on its way, and was taken anew: its number is of a life that is over."""
    async with bench(tmp_path, SITE) as b:
        await b.select("ps01/pump1")
        commit = b.writer.commit

        async def renewed(tick: Tick) -> Receipt:
            receipt = await commit(tick)
            return replace(receipt, lease=replace(receipt.lease, epoch=receipt.lease.epoch + 1))

        b.writer.commit = renewed  # type: ignore[method-assign]
        request = b.ask(RequestKind.OPERATE, START)
        await b.flush()
        assert b.states(request) == [S.INTENT, S.FAILED] and b.sent == []
        assert [r.check for r in b.results(request)[-1].reasons] == ["lease_lost", "not_sent"]


async def test_no_block_leaves_without_the_plcs_heartbeat(tmp_path: Path) -> None:
    """The counter was not read (yet): also a stop is refused by name, instead of being rejected by the PLC."""
    async with bench(tmp_path, SITE) as b:
        await b.select("ps01/pump1")
        b.values.pop("ps01/plc/heartbeat")
        b.device.lose()
        b.device.status.state = "up"
        b.device.hear(b.values)
        refused = await b.operate("ps01/pump1", "stop", expect="stopped")
        assert refused.state is S.REFUSED and b.sent == []
        assert [r.check for r in refused.reasons if r.blocking] == ["heartbeat"]
        b.values["ps01/plc/heartbeat"] = 70.0
