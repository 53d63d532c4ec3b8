"""Stories of commands through the real desk: engine, store and writer are real, the wire and the clock are not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.engine.sending import NOT_TAKEN_S
from app.model.commands.block import Echo, EchoReason, EchoResult
from app.model.commands.machine import ACK_TIMEOUT_S, SELECTION_S
from app.model.reasons import reason_text
from app.model.records import CommandState as S
from app.model.records import Journal, Person, RequestKind
from app.model.spec import Site
from tests.helpers.engine_bench import ENGINEER, Bench, bench
from tests.helpers.station import make_site
from tests.helpers.wire import Plc

SITE = make_site(numbered=False)
OTHER = Person("li", "operator", "s2", "desk 2")
START = {"equipment": "ps01/pump1", "verb": "start", "value": None, "expect": "stopped", "reason": "test"}


async def _start(b: Bench) -> str:
    """Select pump 1 and ask for its start; return the request's id."""
    await b.select("ps01/pump1")
    request = b.ask(RequestKind.OPERATE, START)
    await b.flush()
    return request


async def test_start_with_feedback(tmp_path: Path) -> None:
    """select → intent → sent → executing → the pump runs: done; one block left, with the heartbeat of now."""
    async with bench(tmp_path, SITE) as b:
        request = await _start(b)
        assert b.states(request) == [S.INTENT, S.SENT, S.EXECUTING]
        await b.step(ps01__pump1__run=1.0)
        await b.flush()
        assert b.states(request) == [S.INTENT, S.SENT, S.EXECUTING, S.DONE]
        (out,) = b.sent
        lease = b.writer.status.lease
        assert lease is not None
        assert (out.epoch, out.equipment, out.verb) == (lease.epoch, 1, 1)
        assert out.sequence == lease.epoch % 1_000_000 * 1_000 + 1
        assert out.heartbeat == b.values["ps01/plc/heartbeat"] - 1


async def test_intent_is_durable_before_the_write_with_everything_in_one_commit(tmp_path: Path) -> None:
    """At the moment of the send the store already has claim, intent, audit and the readings that were checked."""
    async with bench(tmp_path, SITE) as b:
        seen: list[object] = []

        def look() -> None:
            (intent,) = [e for e in b.reader.journal_newest(Journal.COMMANDS) if e.kind == "intent"]
            (audit,) = [e for e in b.reader.journal_newest(Journal.AUDIT) if e.kind == "command"]
            seen.append((intent.detail["readings"]["ps01/pump1/run"][0], intent.who, audit.detail["reason"]))

        b.link.before_send = look
        request = await _start(b)
        assert seen == [(0.0, "demo", "test")]
        status = next(e for e in b.reader.equipment_after(0) if e.path == "ps01/pump1")
        assert (status.request_id, status.selected_by) == (request, "")


async def test_the_selection_is_used_up(tmp_path: Path) -> None:
    """start → done → start again without selecting: refused by name."""
    async with bench(tmp_path, SITE) as b:
        await _start(b)
        await b.step(ps01__pump1__run=1.0)
        again = await b.operate("ps01/pump1", "stop", expect="running")
        assert again.state is S.REFUSED and [r.check for r in again.reasons] == ["selection"]
        assert len(b.sent) == 1


async def test_selection_is_exclusive_and_expires(tmp_path: Path) -> None:
    """select → li selects: refused, names demo → 30 s → li selects: selected; demo's request says expired."""
    async with bench(tmp_path, SITE) as b:
        first = b.ask(RequestKind.SELECT, {"equipment": "ps01/pump1"})
        await b.flush()
        second = await b.select("ps01/pump1", person=OTHER)
        assert second.state is S.REFUSED and second.reasons[0].params["holder"] == "demo"
        b.clock.advance(SELECTION_S)
        await b.step()
        await b.flush()
        assert b.states(first) == [S.SELECTED, S.EXPIRED]
        assert (await b.select("ps01/pump1", person=OTHER)).state is S.SELECTED


async def test_selection_ends_with_the_session(tmp_path: Path) -> None:
    """select → the session ends → another may select."""
    async with bench(tmp_path, SITE) as b:
        await b.select("ps01/pump1")
        assert b.engine.commands.selected_sessions() == {"s1"}
        b.engine.commands.end_session("s1")
        assert (await b.select("ps01/pump1", person=OTHER)).state is S.SELECTED


async def test_one_command_at_a_time_per_station(tmp_path: Path) -> None:
    """start pump 1 → while it is on its way, start pump 2: refused, names pump 1."""
    async with bench(tmp_path, SITE) as b:
        await b.select("ps01/pump2")
        await _start(b)
        second = await b.operate("ps01/pump2", "start", expect="stopped")
        assert [(r.check, r.params["equipment"]) for r in second.reasons] == [("busy", "ps01/pump1")]
        assert len(b.sent) == 1


async def test_rejection_by_the_plc(tmp_path: Path) -> None:
    """start → the PLC rejects: failed with its reason."""
    async with bench(tmp_path, SITE) as b:
        b.link.plc = Plc.REJECTS
        request = await _start(b)
        assert b.states(request) == [S.INTENT, S.SENT, S.FAILED]
        assert [r.check for r in b.results(request)[-1].reasons] == ["plc_local"]


async def test_an_exception_reply_fails(tmp_path: Path) -> None:
    """start → the device answers the write with an exception: failed, nothing was taken."""
    async with bench(tmp_path, SITE) as b:
        b.link.plc = Plc.REFUSES
        request = await _start(b)
        assert b.states(request) == [S.INTENT, S.FAILED]


async def test_no_feedback_is_a_mismatch(tmp_path: Path) -> None:
    """start → accepted → 10 s without running: mismatch."""
    async with bench(tmp_path, SITE) as b:
        request = await _start(b)
        for _ in range(11):
            await b.step(1.0)
        await b.flush()
        assert b.states(request)[-2:] == [S.EXECUTING, S.MISMATCH]


async def test_feedback_from_before_the_command_does_not_count(tmp_path: Path) -> None:
    """stop a pump whose last reading says stopped → done only when it was read again."""
    async with bench(tmp_path, SITE) as b:
        await b.select("ps01/pump1")
        b.device.status.state = "up"
        request = b.ask(RequestKind.OPERATE, START | {"verb": "stop"})
        await b.flush()
        b.engine.tick()
        await b.flush()
        assert b.states(request)[-1] is S.EXECUTING
        await b.step()
        await b.flush()
        assert b.states(request)[-1] is S.DONE


async def test_missing_acknowledgement_ends_as_failed_when_the_plc_shows_it_took_nothing(tmp_path: Path) -> None:
    """start → written, never echoed → 4 s: unknown, connection aborted → the PLC shows no new write: failed."""
    async with bench(tmp_path, SITE) as b:
        b.link.plc = Plc.SILENT
        request = await _start(b)
        b.clock.advance(ACK_TIMEOUT_S)
        await b.step()
        await b.flush()
        assert b.states(request) == [S.INTENT, S.SENT, S.UNKNOWN] and b.link.aborts == 1
        for _ in range(int(NOT_TAKEN_S) + 2):
            await b.step(1.0)
        await b.flush()
        assert b.states(request)[-1] is S.FAILED and b.results(request)[-1].reasons[0].check == "not_taken"
        assert len(b.sent) == 1


@pytest.mark.parametrize(
    ("runs", "echo", "state"),
    [
        (1.0, (EchoResult.ACCEPTED, EchoReason.NONE, 1), S.DONE),
        (0.0, (EchoResult.ACCEPTED, EchoReason.NONE, 1), S.MISMATCH),
        (0.0, (EchoResult.REJECTED, EchoReason.OLD_HEARTBEAT, 1), S.FAILED),
        (0.0, (EchoResult.NONE, EchoReason.NONE, 0), S.FAILED),
    ],
)
async def test_a_frozen_plc_thaws(tmp_path: Path, runs: float, echo: tuple[int, int, int], state: S) -> None:
    """start → no reply to the write: unknown, never sent again → the PLC is back: its echo and the feedback judge."""
    async with bench(tmp_path, SITE) as b:
        b.link.plc = Plc.FROZEN
        request = await _start(b)
        assert b.states(request) == [S.INTENT, S.UNKNOWN] and b.link.aborts == 1
        b.device.lose()
        await b.step(6.0)
        b.device.status.state = "up"
        b.link.show(Echo(b.sent[0].sequence, *echo))
        for _ in range(16):
            await b.step(1.0, ps01__pump1__run=runs)
        await b.flush()
        assert b.states(request) == [S.INTENT, S.UNKNOWN, state]
        assert len(b.sent) == 1


async def test_an_old_echo_with_our_number_is_not_ours(tmp_path: Path) -> None:
    """The PLC still shows our very number as accepted, by whatever chance: our block waits for a new write counter."""
    async with bench(tmp_path, SITE) as b:
        lease = b.writer.status.lease
        assert lease is not None
        b.link.show(Echo(lease.epoch % 1_000_000 * 1_000 + 1, EchoResult.ACCEPTED, EchoReason.NONE, 41))
        b.link.plc = Plc.SILENT
        request = await _start(b)
        await b.step()
        await b.flush()
        assert b.states(request) == [S.INTENT, S.SENT]


async def test_link_lost_while_executing(tmp_path: Path) -> None:
    """start → accepted → the device is lost: unknown → it is back and the pump runs: done."""
    async with bench(tmp_path, SITE) as b:
        request = await _start(b)
        b.device.lose()
        await b.step()
        await b.flush()
        assert b.states(request)[-1] is S.UNKNOWN
        b.device.status.state = "up"
        for _ in range(4):
            await b.step(1.0, ps01__pump1__run=1.0)
        await b.flush()
        assert b.states(request)[-1] is S.DONE and len(b.sent) == 1


async def test_a_command_that_gets_old_on_the_way_is_not_sent(tmp_path: Path) -> None:
    """start → five seconds pass between the checks and the send: expired, and nothing left."""
    async with bench(tmp_path, SITE) as b:
        b.link.before_send = lambda: b.clock.advance(5.0)
        # The lease would be over as well: keep it out of the way of what is tested here.
        b.writer.fence = lambda: None  # type: ignore[method-assign]
        request = await _start(b)
        assert b.states(request) == [S.INTENT, S.EXPIRED] and b.sent == []
        assert [r.check for r in b.results(request)[-1].reasons] == ["expired", "not_sent"]


async def test_a_lease_that_ran_out_in_the_last_moment_stops_the_send(tmp_path: Path) -> None:
    """start → the process stands still for longer than the lease: nothing left."""
    async with bench(tmp_path, SITE) as b:
        b.link.before_send = lambda: b.clock.suspend(2.1)
        request = await _start(b)
        assert b.states(request) == [S.INTENT, S.FAILED] and b.sent == []
        assert [r.check for r in b.results(request)[-1].reasons] == ["lease_lost", "not_sent"]


async def test_a_request_is_done_once_however_often_it_is_delivered(tmp_path: Path) -> None:
    """The same id twice in a row, and again after a restart: one block."""
    async with bench(tmp_path, SITE) as b:
        await b.select("ps01/pump1")
        request = b.ask(RequestKind.OPERATE, START)
        b.ask(RequestKind.OPERATE, START, request_id=request)
        await b.flush()
        await b.step(ps01__pump1__run=1.0)
        assert len(b.sent) == 1


@pytest.mark.parametrize("steps", [0, 1])
async def test_after_a_restart_an_open_command_is_unknown_and_never_sent_again(tmp_path: Path, steps: int) -> None:
    """killed while sent or executing → restart: unknown, selections gone; the PLC took it: feedback says done."""
    async with bench(tmp_path, SITE) as b:
        if steps == 0:
            b.link.plc = Plc.SILENT
        request = await _start(b)
        await b.select("ps01/pump2")
        await b.engine.stop()
        await b.new_engine()
        b.link.show(Echo(b.sent[0].sequence, EchoResult.ACCEPTED, EchoReason.NONE, 1))
        await b.flush()
        assert S.UNKNOWN in b.states(request)
        assert b.engine.book.get("ps01/pump2").selected_by == ""
        for _ in range(4):
            await b.step(1.0, ps01__pump1__run=1.0)
        await b.flush()
        assert b.states(request)[-1] is S.DONE
        assert len(b.sent) == 1


async def test_killed_between_intent_and_send(tmp_path: Path) -> None:
    """intent is durable, the engine dies before the send → restart: unknown, then failed; nothing was ever sent."""
    async with bench(tmp_path, SITE) as b:
        await b.select("ps01/pump1")

        async def die(*_: object) -> None:
            return None

        b.engine.commands._flying._send = die  # type: ignore[assignment]
        request = b.ask(RequestKind.OPERATE, START)
        await b.flush()
        assert b.states(request) == [S.INTENT]
        await b.engine.stop()
        await b.new_engine()
        for _ in range(int(NOT_TAKEN_S) + 3):
            await b.step(1.0)
        await b.flush()
        assert b.states(request) == [S.INTENT, S.UNKNOWN, S.FAILED] and b.sent == []


async def test_hold_tags(tmp_path: Path) -> None:
    """hold → every command refused, naming the holder → a second hold is refused → unhold → commands go."""
    async with bench(tmp_path, SITE) as b:
        held = await b.do(RequestKind.HOLD, {"equipment": "ps01/pump1", "reason": "seal"})
        assert held.state is S.DONE
        await b.select("ps01/pump1")
        refused = await b.operate("ps01/pump1", "stop", expect="stopped")
        assert [(r.check, r.params["holder"]) for r in refused.reasons] == [("hold", "demo")]
        again = await b.do(RequestKind.HOLD, {"equipment": "ps01/pump1", "reason": "me too"}, person=OTHER)
        assert again.state is S.REFUSED
        off = {"equipment": "ps01/pump1", "hold": held.request_id, "reason": "done"}
        assert (await b.do(RequestKind.UNHOLD, off)).state is S.DONE
        assert (await b.operate("ps01/pump1", "stop", expect="stopped")).state is S.EXECUTING


async def test_only_the_hold_tag_that_was_seen_is_taken_off(tmp_path: Path) -> None:
    """demo's tag is replaced by li's in the same moment → demo's removal is refused and names li; so is one that names
    none. li's own removal is done once, and is in the journal with whose tag it was."""
    async with bench(tmp_path, SITE) as b:
        place, pump = RequestKind.HOLD, {"equipment": "ps01/pump1", "reason": "seal"}
        mine = await b.do(place, pump)
        off = {"equipment": "ps01/pump1", "hold": mine.request_id, "reason": "done"}
        assert (await b.do(RequestKind.UNHOLD, off)).state is S.DONE
        theirs = await b.do(place, pump | {"reason": "hands inside"}, person=OTHER)
        refused = await b.do(RequestKind.UNHOLD, off)
        assert [reason_text(r, "en") for r in refused.reasons] == [
            "Another hold tag hangs here now, by li: hands inside. It was not taken off"
        ]
        for unnamed in ({}, {"hold": None}, {"hold": 7}, {"hold": ""}):
            assert (await b.do(RequestKind.UNHOLD, pump | unnamed)).state is S.REFUSED
        hold = b.engine.book.get("ps01/pump1").hold
        assert hold is not None and (hold.person, hold.request_id) == ("li", theirs.request_id)
        seen = off | {"hold": hold.request_id}
        assert (await b.do(RequestKind.UNHOLD, seen, person=OTHER)).state is S.DONE
        again = await b.do(RequestKind.UNHOLD, seen, person=OTHER)
        assert [r.check for r in again.reasons] == ["nothing_to_do"]
        taken = [e for e in b.reader.journal_newest(Journal.AUDIT) if e.kind == "unhold"][-1]
        assert (taken.who, taken.detail["hold"], taken.detail["held_by"]) == ("li", theirs.request_id, "li")


async def test_a_hold_tag_outlives_its_engine_with_its_name(tmp_path: Path) -> None:
    """hold → restart → what a room saw before still names it."""
    async with bench(tmp_path, SITE) as b:
        held = await b.do(RequestKind.HOLD, {"equipment": "ps01/pump1", "reason": "seal"})
        await b.engine.stop()
        await b.new_engine()
        off = {"equipment": "ps01/pump1", "hold": held.request_id, "reason": "done"}
        assert (await b.do(RequestKind.UNHOLD, off)).state is S.DONE


def _late_site() -> Site:
    """Two pumps of a PLC without a command block."""
    site = make_site(numbered=False, late_execution=True)
    spec, point = site.equipment[0].commands[0], site.tags[0].point
    pumps = tuple(replace(e, commands=(replace(spec, point=point),)) for e in site.equipment[:2])
    return replace(site, equipment=pumps)


async def test_a_plc_that_may_execute_late_needs_a_persons_look(tmp_path: Path) -> None:
    """no command block, write times out → unknown and every pump of it blocked → accept late → free again."""
    async with bench(tmp_path, _late_site()) as b:
        b.link.plc = Plc.FROZEN
        await _start(b)
        assert b.engine.book.get("ps01/pump2").late_execution
        b.device.lose()
        await b.step(1.0)
        b.device.status.state = "up"
        for _ in range(12):
            await b.step(1.0)
        await b.select("ps01/pump2")
        refused = await b.operate("ps01/pump2", "start", expect="stopped")
        assert "late_execution" in [r.check for r in refused.reasons]
        late = {"device": "plc-ps01", "request": b.engine.book.get("ps01/pump2").late_request, "reason": "looked"}
        accepted = await b.do(RequestKind.ACCEPT_LATE, late)
        assert accepted.state is S.DONE and not b.engine.book.get("ps01/pump2").late_execution
        assert len(b.link.direct) == 1


async def test_only_the_late_command_that_was_seen_is_accepted(tmp_path: Path) -> None:
    """demo looked after one time-out, li accepted it and had another → demo's word is about neither: refused, and so is
    one that names none. Whoever saw the other one frees the PLC, and the journal says which it was."""
    async with bench(tmp_path, _late_site()) as b:
        b.link.plc = Plc.FROZEN
        first = await _start(b)
        seen = {"device": "plc-ps01", "request": first, "reason": "looked"}
        assert (await b.do(RequestKind.ACCEPT_LATE, seen, person=replace(OTHER, role="supervisor"))).state is S.DONE
        for path in ("ps01/pump1", "ps01/pump2"):
            b.engine.book.change(path, late_execution=True, late_request="another")
        refused = await b.do(RequestKind.ACCEPT_LATE, seen)
        assert [reason_text(r, "en") for r in refused.reasons] == ["Another command has timed out since: look again"]
        for unnamed in (None, 7, "", []):
            assert (await b.do(RequestKind.ACCEPT_LATE, seen | {"request": unnamed})).state is S.REFUSED
        assert b.engine.book.get("ps01/pump2").late_execution
        assert (await b.do(RequestKind.ACCEPT_LATE, seen | {"request": "another"})).state is S.DONE
        taken = [e for e in b.reader.journal_newest(Journal.AUDIT) if e.kind == "accept_late"]
        assert [e.detail["late"] for e in taken] == [first, "another"]
        assert not b.engine.book.get("ps01/pump1").late_execution


async def test_a_restart_with_a_command_on_a_plc_that_may_execute_late(tmp_path: Path) -> None:
    """no command block, killed while executing → restart: unknown, and a person must look before the next command."""
    async with bench(tmp_path, _late_site()) as b:
        request = await _start(b)
        assert b.states(request) == [S.INTENT, S.EXECUTING]
        await b.engine.stop()
        await b.new_engine()
        await b.flush()
        late = b.engine.book.get("ps01/pump2")
        assert b.states(request)[-1] is S.UNKNOWN and (late.late_execution, late.late_request) == (True, request)


async def test_a_live_store_obeys_whom_it_knows(tmp_path: Path) -> None:
    """Commands run on live stores too: what counts is the person's right, not the kind of the store."""
    async with bench(tmp_path, SITE, demo=False) as b:
        await b.select("ps01/pump1")
        refused = await b.operate("ps01/pump1", "start", expect="running")
        assert refused.state is S.REFUSED and "right" not in [r.check for r in refused.reasons]


async def test_a_closed_session_asks_in_vain(tmp_path: Path) -> None:
    """The engine re-reads the session: whatever the request says of itself, nobody is nobody."""
    async with bench(tmp_path, SITE) as b:
        refused = await b.do(RequestKind.HOLD, {"equipment": "ps01/pump1", "reason": "x"}, person=None)
        assert refused.state is S.REFUSED and [r.check for r in refused.reasons] == ["no_session"]


async def test_requests_that_make_no_sense_are_refused_by_name(tmp_path: Path) -> None:
    """A verb that is none, a value that is none, an equipment that is none, a reason that is missing."""
    async with bench(tmp_path, SITE) as b:
        odd = await b.do(RequestKind.OPERATE, START | {"verb": "dance", "value": "much", "equipment": "ps09/x"})
        assert [r.check for r in odd.reasons] == ["malformed", "malformed", "no_such_equipment"]
        silent = await b.do(RequestKind.OPERATE, START | {"reason": " "})
        assert "reason_missing" in [r.check for r in silent.reasons]
        old = await b.select("ps01/pump1", age_s=6.0)
        assert [r.check for r in old.reasons] == ["expired"]
        assert b.sent == [] and ENGINEER.session not in b.engine.commands.selected_sessions()
