"""Sites are changed under a running engine; manual values stand in for sensors; certificates are accepted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.engine.pruning import FRAMES_KEPT_MS
from app.errors import StoreUnavailable
from app.model.quality import Quality
from app.model.reasons import reason_text
from app.model.records import CommandState as S
from app.model.records import Journal, Person, RequestKind
from app.model.spec import Label, Site
from app.model.spec_json import site_to_json
from app.storage.contract import EngineStore
from tests.helpers.engine_bench import Bench, bench
from tests.helpers.station import make_site
from tests.helpers.wire import FakeDevice, Plc

SITE = make_site(numbered=False)
LEVEL = "ps01/well/level"
OTHER = Person("li", "supervisor", "s2", "desk 2")


def with_second_device(site: Site) -> Site:
    """Return the site with a PLC more, that has one tag."""
    device = replace(site.devices[0], id="plc-ps02", address="127.0.0.1:15022", clock=None)
    tag = replace(site.tags[0], path="ps02/well/level", device="plc-ps02", number=0)
    return replace(site, devices=(*site.devices, device), tags=(*site.tags, tag))


def with_moved_pump(site: Site) -> Site:
    """Return the site with pump 1 at another index of the command block."""
    pump = replace(site.equipment[0], index=77)
    return replace(site, equipment=(pump, *site.equipment[1:]))


class Cold(Bench):
    """A bench whose device never starts."""

    async def warm(self) -> None:
        self.device = FakeDevice(SITE.devices[0], (), self.clock)


async def apply(b: Bench, site: Site) -> S:
    """Ask for a site and return how it ended."""
    request = b.ask(RequestKind.APPLY_SITE, {"site": site_to_json(site), "reason": "test"})
    for _ in range(300):
        await b.flush()
        if b.results(request):
            return b.results(request)[-1].state
    raise AssertionError("no answer")


async def test_devices_that_are_as_before_keep_running(tmp_path: Path) -> None:
    """A PLC is added: its driver starts, the other's is not touched, values go on, the difference is journaled."""
    async with bench(tmp_path, SITE) as b:
        first = b.device
        assert await apply(b, with_second_device(SITE)) is S.DONE
        assert b.devices_made == ["plc-ps01", "plc-ps02"] and first in b.engine.devices.each()
        assert b.engine.pipeline.look(LEVEL) == (2.0, 0, pytest.approx(0.0, abs=0.3))
        (event,) = [e for e in b.reader.journal_newest(Journal.EVENTS) if e.kind == "site-applied"]
        assert event.detail["counts"]["added device"] == 1 and event.who == "demo"
        applied = b.reader.applied_site()
        assert applied is not None and applied.revision == 2 == b.engine.pipeline.revision


async def test_commands_that_arrive_elsewhere_are_disabled_until_proven(tmp_path: Path) -> None:
    """The pump's index changes → its commands are refused by name, others are not → prove → they go."""
    async with bench(tmp_path, SITE) as b:
        assert await apply(b, with_moved_pump(SITE)) is S.DONE
        await b.warm()
        await b.select("ps01/pump1")
        refused = await b.operate("ps01/pump1", "stop", expect="stopped")
        assert [r.check for r in refused.reasons] == ["unproven"]
        await b.select("ps01/pump2")
        assert (await b.operate("ps01/pump2", "stop", expect="stopped")).state is S.EXECUTING
        await b.step()
        proof = {"equipment": "ps01/pump1", "revision": 2, "reason": "saw it stop"}
        proven = await b.do(RequestKind.PROVE, proof)
        assert proven.state is S.DONE and "start" in proven.detail["verbs"]
        assert (await b.operate("ps01/pump1", "stop", expect="stopped")).state is S.EXECUTING
        assert b.sent[-1].equipment == 77


async def test_only_the_addresses_that_were_compared_are_proven(tmp_path: Path) -> None:
    """Compared by revision 2, and by then the pump moved once more → refused, as is a proof that names no revision:
    its commands stay disabled. Compared again by the revision in force → they go, and the journal says by which."""
    async with bench(tmp_path, SITE) as b:
        assert await apply(b, with_moved_pump(SITE)) is S.DONE
        assert await apply(b, SITE) is S.DONE
        proof = {"equipment": "ps01/pump1", "revision": 2, "reason": "compared"}
        refused = await b.do(RequestKind.PROVE, proof)
        assert [reason_text(r, "en") for r in refused.reasons] == [
            "Revision 3 of the site is in force now, and 2 was compared with the PLC: compare again"
        ]
        for odd in (None, "3", 3.0, True, 4, 0):
            assert (await b.do(RequestKind.PROVE, proof | {"revision": odd})).state is S.REFUSED
        assert "start" in b.engine.book.get("ps01/pump1").unproven
        assert (await b.do(RequestKind.PROVE, proof | {"revision": 3})).state is S.DONE
        assert b.engine.book.get("ps01/pump1").unproven == ()
        (taken,) = [e for e in b.reader.journal_newest(Journal.AUDIT) if e.kind == "prove"]
        assert taken.detail["revision"] == 3


async def test_nothing_is_proven_while_the_site_changes(tmp_path: Path) -> None:
    """The pump's commands are disabled already for the site that comes: what was compared is the one that goes."""
    async with bench(tmp_path, SITE) as b:
        assert await apply(b, with_moved_pump(SITE)) is S.DONE
        b.engine.commands.closed = True
        refused = await b.do(RequestKind.PROVE, {"equipment": "ps01/pump1", "revision": 2, "reason": "compared"})
        assert [r.check for r in refused.reasons] == ["site_changing"]
        assert "start" in b.engine.book.get("ps01/pump1").unproven


@pytest.mark.logs("could not go over to it")
async def test_disabled_before_the_site_is_in_force(tmp_path: Path) -> None:
    """The engine fails, or is killed, between the store and its own change: the moved command is disabled, nothing is
    sent by half a site, the asker is told, and a restart begins with the new one."""
    async with bench(tmp_path, SITE) as b:

        async def die(applied: object) -> None:
            raise RuntimeError("killed")

        b.engine._site_desk._change = die  # type: ignore[assignment]
        assert await apply(b, with_moved_pump(SITE)) is S.FAILED and b.reader.site_revision_in_force() == 2
        await b.select("ps01/pump2")
        refused = await b.operate("ps01/pump2", "stop", expect="stopped")
        assert "site_changing" in [r.check for r in refused.reasons] and b.sent == []
        await b.engine.stop()
        await b.new_engine()
        assert "start" in b.engine.book.get("ps01/pump1").unproven


async def test_refused_while_a_command_is_on_its_way(tmp_path: Path) -> None:
    """start → apply: refused, names the pump; done → apply: done."""
    async with bench(tmp_path, SITE) as b:
        await b.select("ps01/pump1")
        await b.operate("ps01/pump1", "start", expect="stopped")
        request = b.ask(RequestKind.APPLY_SITE, {"site": site_to_json(with_moved_pump(SITE)), "reason": "test"})
        for _ in range(300):
            await b.flush()
            if b.results(request):
                break
        (refused,) = b.results(request)
        assert [(r.check, r.params["equipment"]) for r in refused.reasons] == [("command_in_flight", "ps01/pump1")]
        await b.step(ps01__pump1__run=1.0)
        assert await apply(b, with_moved_pump(SITE)) is S.DONE


async def test_an_unknown_outcome_does_not_hold_up_a_site_and_is_still_resolved(tmp_path: Path) -> None:
    """frozen: unknown, the device is lost for now → apply: done → the device is back: the outcome is found out."""
    async with bench(tmp_path, SITE) as b:
        b.link.plc = Plc.FROZEN
        await b.select("ps01/pump1")
        asked = await b.operate("ps01/pump1", "start", expect="stopped")
        b.device.lose()
        await b.step(1.0)
        assert asked.state is S.UNKNOWN and await apply(b, with_second_device(SITE)) is S.DONE
        first = next(d for d in b.engine.devices.each() if d.spec.id == "plc-ps01")
        first.status.state = "up"
        b.device = first  # type: ignore[assignment]
        for _ in range(12):
            await b.step(1.0)
        await b.flush()
        assert b.states(asked.request_id)[-1] is S.FAILED


async def test_no_site_that_cannot_be_or_may_not_be(tmp_path: Path) -> None:
    """Rubbish, another site's id, and on a demo store an address beyond this machine: refused by name."""
    async with bench(tmp_path, SITE) as b:
        away = replace(SITE, devices=(replace(SITE.devices[0], address="192.0.2.7:502"),))
        for site, check in (("{", "bad_site"), (site_to_json(replace(SITE, id="other")), "other_site"),
                            (site_to_json(away), "not_loopback")):  # fmt: skip
            request = b.ask(RequestKind.APPLY_SITE, {"site": site, "reason": "test"})
            for _ in range(300):
                await b.flush()
                if b.results(request):
                    break
            assert [r.check for r in b.results(request)[-1].reasons] == [check]
        assert b.reader.site_revision_in_force() == 1


async def test_roll_back(tmp_path: Path) -> None:
    """apply → roll back to 1: the first site again as revision 3, tags keep their numbers; revision 9 is none."""
    async with bench(tmp_path, SITE) as b:
        before = b.reader.applied_site()
        label = replace(SITE, label=Label("新", "New"))
        assert await apply(b, label) is S.DONE
        request = b.ask(RequestKind.ROLL_BACK_SITE, {"revision": 1, "reason": "back"})
        unknown = b.ask(RequestKind.ROLL_BACK_SITE, {"revision": 9, "reason": "back"})
        for _ in range(300):
            await b.flush()
            if b.results(request) and b.results(unknown):
                break
        after = b.reader.applied_site()
        assert before is not None and after is not None
        assert after.revision == 3 and after.site == before.site
        assert b.results(request)[-1].state is S.DONE
        assert [r.check for r in b.results(unknown)[-1].reasons] == ["no_such_revision"]


async def test_a_substitute_with_its_end(tmp_path: Path) -> None:
    """enter → shown manual, in the store → its time is over: the sensor again, and an event says so."""
    async with bench(tmp_path, SITE) as b:
        until = b.clock.now_ms() + 60_000
        entered = await b.do(
            RequestKind.SUBSTITUTE, {"tag": LEVEL, "value": 1.2, "until_ms": until, "reason": "sensor out"}
        )
        assert entered.state is S.DONE and b.engine.pipeline.look(LEVEL) == (1.2, Quality.MANUAL, 0.0)
        assert [s.tag for s in b.reader.substitutes()] == [LEVEL]
        await b.engine.stop()
        await b.new_engine()
        assert b.engine.pipeline.look(LEVEL) == (1.2, Quality.MANUAL, 0.0)
        b.clock.advance(60.0)
        await b.step(1.0)
        await b.flush()
        assert b.reader.substitutes() == () and b.engine.pipeline.look(LEVEL) == (2.0, 0, 0.0)
        assert "substitute-ended" in [e.kind for e in b.reader.journal_newest(Journal.EVENTS)]


async def test_a_substitute_is_taken_back(tmp_path: Path) -> None:
    """enter → take back: the sensor again; a second time there is nothing to do."""
    async with bench(tmp_path, SITE) as b:
        payload = {"tag": LEVEL, "value": 1, "until_ms": b.clock.now_ms() + 60_000, "reason": "x"}
        await b.do(RequestKind.SUBSTITUTE, payload)
        (seen,) = b.reader.substitutes()
        back = {"tag": LEVEL, "since_ms": seen.since_ms, "reason": "ok"}
        assert (await b.do(RequestKind.UNSUBSTITUTE, back)).state is S.DONE
        assert b.engine.pipeline.look(LEVEL) == (2.0, 0, pytest.approx(0.0, abs=0.3))
        again = await b.do(RequestKind.UNSUBSTITUTE, back)
        assert [r.check for r in again.reasons] == ["nothing_to_do"]


async def test_only_the_manual_value_that_was_seen_is_taken_back(tmp_path: Path) -> None:
    """demo's value is replaced by li's → demo's taking back is refused and names li's; so is one that names none.
    li's own is done, also by the next engine, and is in the journal with whose value it was."""
    async with bench(tmp_path, SITE) as b:
        payload = {"tag": LEVEL, "value": 1.0, "until_ms": b.clock.now_ms() + 60_000, "reason": "x"}
        await b.do(RequestKind.SUBSTITUTE, payload)
        (mine,) = b.reader.substitutes()
        b.clock.advance(1.0)
        await b.do(RequestKind.SUBSTITUTE, payload | {"value": 2.5, "reason": "probe dirty"}, person=OTHER)
        back = {"tag": LEVEL, "since_ms": mine.since_ms, "reason": "ok"}
        refused = await b.do(RequestKind.UNSUBSTITUTE, back)
        assert [reason_text(r, "en") for r in refused.reasons] == [
            "Another manual value is in force now, 2.5 by li: probe dirty. It was not taken back"
        ]
        (theirs,) = b.reader.substitutes()
        for odd in (None, str(theirs.since_ms), float(theirs.since_ms), True, []):
            assert (await b.do(RequestKind.UNSUBSTITUTE, back | {"since_ms": odd})).state is S.REFUSED
        assert b.engine.pipeline.look(LEVEL)[:2] == (2.5, Quality.MANUAL)
        await b.engine.stop()
        await b.new_engine()
        seen = back | {"since_ms": theirs.since_ms}
        assert (await b.do(RequestKind.UNSUBSTITUTE, seen, person=OTHER)).state is S.DONE
        taken = [e for e in b.reader.journal_newest(Journal.AUDIT) if e.kind == "unsubstitute"][-1]
        assert (taken.who, taken.detail["value"], taken.detail["entered_by"]) == ("li", 2.5, "li")


@pytest.mark.parametrize(
    ("change", "check"),
    [
        ({"tag": "ps01/none"}, "no_such_tag"),
        ({"tag": "engine/cpu"}, "no_such_tag"),
        ({"value": float("nan")}, "malformed"),
        ({"value": True}, "malformed"),
        ({"until_ms": 5}, "malformed"),
        ({"until_ms": 9_999_999_999_999}, "malformed"),
        ({"reason": ""}, "reason_missing"),
    ],
)
async def test_no_substitute_without_sense_and_end(tmp_path: Path, change: dict[str, object], check: str) -> None:
    """A tag that is none or the engine's own, a value that is none, an end in the past or years away: refused."""
    async with bench(tmp_path, SITE) as b:
        payload = {"tag": LEVEL, "value": 1.2, "until_ms": b.clock.now_ms() + 60_000, "reason": "x"} | change
        refused = await b.do(RequestKind.SUBSTITUTE, payload)
        assert [r.check for r in refused.reasons] == [check]


async def test_accepting_a_certificate_reconnects_the_device(tmp_path: Path) -> None:
    """The fingerprint reaches the key folder, the device's pause is cut short, the audit names who did it."""
    async with bench(tmp_path, SITE) as b:
        done = await b.do(RequestKind.PIN_CERTIFICATE, {"device": "plc-ps01", "fingerprint": "ab", "reason": "seen"})
        assert done.state is S.DONE and b.accepted == [("plc-ps01", "ab")] and b.device.reconnects == 1
        none = await b.do(RequestKind.PIN_CERTIFICATE, {"device": "plc-ps99", "fingerprint": "ab", "reason": "seen"})
        assert [r.check for r in none.reasons] == ["no_such_device"]


@pytest.mark.logs("no loopback address")
async def test_a_demo_store_starts_no_device_beyond_this_machine(tmp_path: Path) -> None:
    """The site came in before the rule, or by another way: the engine itself refuses the address."""
    away = replace(SITE, devices=(replace(SITE.devices[0], address="192.0.2.7:502"),))
    async with bench(tmp_path, away, make=Cold) as b:
        assert b.devices_made == []
        await b.flush()
        assert "device-refused" in [e.kind for e in b.reader.journal_newest(Journal.EVENTS)]


async def test_old_frames_are_pruned_each_second(tmp_path: Path) -> None:
    """A day later the first frames go, a few per commit."""
    async with bench(tmp_path, SITE) as b:
        facts = b.reader.facts()
        b.clock.advance(FRAMES_KEPT_MS / 1000 + 60)
        for _ in range(3):
            await b.step(1.0)
        assert b.reader.facts().oldest_frame_ms > facts.oldest_frame_ms


def fail_apply(b: Bench, *, committed: bool) -> None:
    """Make the next `apply_site` end with an outage, whether the store took it or not."""
    run = b.writer.run

    async def failing(call: Callable[[EngineStore], Any]) -> Any:
        if "apply_site" not in call.__code__.co_names:
            return await run(call)
        b.writer.run = run  # type: ignore[method-assign]
        if committed:
            await run(call)
        raise StoreUnavailable("the connection broke")

    b.writer.run = failing  # type: ignore[method-assign,assignment]


async def test_a_site_whose_answer_was_lost_is_in_force_in_the_engine_too(tmp_path: Path) -> None:
    """apply → the store takes it, its answer is lost → the store is asked: done, and the moved pump is disabled."""
    async with bench(tmp_path, SITE) as b:
        fail_apply(b, committed=True)
        assert await apply(b, with_moved_pump(SITE)) is S.DONE
        applied = b.reader.applied_site()
        assert applied is not None and applied.revision == 2 == b.engine.pipeline.revision
        assert "start" in b.engine.book.get("ps01/pump1").unproven and not b.engine.commands.closed


async def test_a_site_that_the_store_did_not_take_changes_nothing(tmp_path: Path) -> None:
    """apply → the store goes before it is written: refused, the old site goes on and no command is disabled."""
    async with bench(tmp_path, SITE) as b:
        fail_apply(b, committed=False)
        assert await apply(b, with_moved_pump(SITE)) is S.REFUSED
        assert b.engine.pipeline.revision == 1 and b.engine.book.get("ps01/pump1").unproven == ()
        assert not b.engine.commands.closed


async def test_two_sites_at_once_are_put_in_force_one_after_the_other_or_refused(tmp_path: Path) -> None:
    """Two applies in one batch: each is answered, and what is in force in engine and store is the same."""
    async with bench(tmp_path, SITE) as b:
        sites = (with_moved_pump(SITE), with_second_device(SITE))
        asked = [b.ask(RequestKind.APPLY_SITE, {"site": site_to_json(s), "reason": "x"}) for s in sites]
        for _ in range(300):
            await b.flush()
            if all(b.results(r) for r in asked):
                break
        assert {b.states(r)[-1] for r in asked} <= {S.DONE, S.REFUSED}
        applied = b.reader.applied_site()
        assert applied is not None and applied.revision == b.engine.pipeline.revision
        assert applied.site == b.engine.pipeline.columns.site


@pytest.mark.logs("met a defect and is refused")
async def test_an_apply_that_meets_a_defect_is_answered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asked hears that it was refused; commands are open again."""
    async with bench(tmp_path, SITE) as b:

        def trip(*_: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr("app.engine.site_desk.difference", trip)
        assert await apply(b, with_second_device(SITE)) is S.REFUSED
        assert not b.engine.commands.closed
