"""What people ask of alarms, and what comes of it: done once, answered always, refused without a trace on the alarm."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.engine.alarms.desk import MOST_AT_ONCE
from app.model.alarms.status import AlarmState as A
from app.model.people import Act
from app.model.records import CommandState as S
from app.model.records import Journal, Person, RequestKind
from app.storage.verify import verify_store
from tests.helpers.alarmed import HH, LI, alarm_bench
from tests.helpers.engine_bench import ENGINEER

H, L, TRIP = "ps01/well/level:H", "ps01/well/level:L", "ps01/pump1/trip:trip"
WANG = Person("wang", "operator", "s3", "desk 3")


async def test_two_rooms_at_once_make_one_acknowledgement_and_no_error(tmp_path: Path) -> None:
    """Li and Wang acknowledge the same occurrence in one tick: both DONE, one line, by the first."""
    async with alarm_bench(tmp_path) as b:
        await b.moved(ps01__well__level=3.5)
        payload = {"alarms": [[HH, b.row().occurrence]], "reason": ""}
        first = b.ask(RequestKind.ACKNOWLEDGE, payload, person=LI)
        second = b.ask(RequestKind.ACKNOWLEDGE, payload, person=WANG)
        await b.flush()
        assert b.states(first) == b.states(second) == [S.DONE]
        assert b.kinds() == ["raised", "acknowledged"] and b.row().ack_by == "li"
        assert b.results(second)[-1].detail["already"] == [[HH, b.row().occurrence]]
        assert [e.who for e in b.audit() if e.kind == "acknowledge"] == ["li", "wang"]


async def test_requests_of_two_people_in_flight_at_once_are_both_answered(tmp_path: Path) -> None:
    """A command of Li is on its way while Wang shelves and acknowledges: everybody is answered."""
    async with alarm_bench(tmp_path) as b:
        await b.moved(ps01__well__level=3.2)
        await b.select("ps01/pump1", person=LI)
        start = {"equipment": "ps01/pump1", "verb": "start", "value": None, "expect": "stopped", "reason": "x"}
        command = b.ask(RequestKind.OPERATE, start, person=LI)
        shelving = b.ask(RequestKind.SHELVE, {"alarm": H, "duration_s": 600, "reason": "x"}, person=WANG)
        await b.flush()
        assert b.states(command)[-1] is S.EXECUTING and b.states(shelving) == [S.DONE]


async def test_only_the_occurrence_that_was_seen_is_acknowledged(tmp_path: Path) -> None:
    """Raised, acknowledged, returned, raised anew: the old occurrence is over, the new one stays unacknowledged."""
    async with alarm_bench(tmp_path) as b:
        await b.moved(ps01__well__level=3.5)
        seen = b.row().occurrence
        await b.acknowledge()
        await b.moved(ps01__well__level=2.0)
        await b.moved(ps01__well__level=3.5)
        late = await b.do(RequestKind.ACKNOWLEDGE, {"alarms": [[HH, seen]], "reason": ""}, person=LI)
        assert late.state is S.DONE and late.detail == {"acknowledged": [], "already": [[HH, seen]]}
        assert b.state() is A.UNACK and b.row().occurrence != seen


async def test_flags_row_line_audit_and_result_are_one_commit(tmp_path: Path) -> None:
    """Shelve H: nothing of it is in the store before the tick, all of it after; the chains hold."""
    async with alarm_bench(tmp_path) as b:
        await b.waited(3, ps01__well__level=3.2)
        request = b.ask(RequestKind.SHELVE, {"alarm": H, "duration_s": 600, "reason": "noise"}, person=LI)
        assert b.states(request) == [] and b.row(H).shelf is None and b.kinds(H) == ["raised"]
        b.engine.tick()
        await b.settle()
        shelf = b.row(H).shelf
        assert b.states(request) == [S.DONE] and shelf is not None and shelf.person == "li" and b.row(H).aside
        assert b.kinds(H)[-1] == "shelved" and b.audit()[-1].kind == "shelve"
        assert (b.audit()[-1].what, b.audit()[-1].detail["reason"]) == (H, "noise")
        assert verify_store(b.address).faults == []


async def test_from_the_shelf_to_service_and_back(tmp_path: Path) -> None:
    """H stands acknowledged → shelved, out of service, unshelved, in service: unacknowledged anew, once."""
    async with alarm_bench(tmp_path) as b:
        await b.waited(3, ps01__well__level=3.2)
        await b.acknowledge(H)
        assert (await b.on_alarm(RequestKind.SHELVE, H, duration_s=600)).state is S.DONE
        out = await b.on_alarm(RequestKind.OUT_OF_SERVICE, H, person=ENGINEER, work_order="4711")
        taken = b.row(H).out_of_service
        assert out.state is S.DONE and taken is not None and (taken.work_order, taken.person) == ("4711", "demo")
        assert (await b.on_alarm(RequestKind.UNSHELVE, H, reason="")).state is S.DONE
        assert b.row(H).aside and not b.row(H).listed
        assert (await b.on_alarm(RequestKind.IN_SERVICE, H, person=ENGINEER)).state is S.DONE
        kinds = ["shelved", "out-of-service", "unshelved", "in-service", "realarmed"]
        assert b.kinds(H)[2:] == kinds and b.state(H) is A.UNACK
        again = await b.on_alarm(RequestKind.UNSHELVE, H)
        assert [r.check for r in again.reasons] == ["nothing_to_do"]


async def test_a_one_shot_shelf_ends_when_the_alarm_returns(tmp_path: Path) -> None:
    """Shelved once → the level falls: the shelf ended."""
    async with alarm_bench(tmp_path) as b:
        await b.waited(3, ps01__well__level=3.2)
        await b.on_alarm(RequestKind.SHELVE, H, duration_s=600, one_shot=True)
        await b.moved(ps01__well__level=2.0)
        assert b.row(H).shelf is None and b.kinds(H)[-1] == "shelf-ended" and b.state(H) is A.NORM


async def test_a_latch_is_let_go_only_after_it_returned_and_was_acknowledged(tmp_path: Path) -> None:
    """Reset while it stands, while unacknowledged: refused by name; then done; then nothing to do."""
    async with alarm_bench(tmp_path) as b:
        await b.moved(ps01__pump1__trip=1.0)
        occurrence = b.row(TRIP).occurrence

        async def reset() -> tuple[S, list[str]]:
            result = await b.on_alarm(RequestKind.RESET_ALARM, TRIP, occurrence=occurrence)
            return result.state, [str(r.params.get("why", r.check)) for r in result.reasons]

        assert await reset() == (S.REFUSED, ["active"])
        await b.moved(ps01__pump1__trip=0.0)
        assert await reset() == (S.REFUSED, ["unacknowledged"])
        await b.acknowledge(TRIP)
        assert await reset() == (S.DONE, [])
        assert b.state(TRIP) is A.NORM and await reset() == (S.REFUSED, ["nothing_to_do"])


async def test_a_changed_limit_is_judged_at_once_and_goes_back_to_what_the_site_says(tmp_path: Path) -> None:
    """2.8 m, H at 3.0 → changed to 2.7 without delay: raised; null: 3.0 again, returned; each with its line."""
    async with alarm_bench(tmp_path) as b:
        await b.moved(ps01__well__level=2.8)
        done = await b.on_alarm(RequestKind.CHANGE_ALARM, H, person=ENGINEER, limit=2.7, on_delay_s=0.0)
        assert done.state is S.DONE and done.detail["changed"] == {"limit": [3.0, 2.7], "on_delay_s": [2.0, 0.0]}
        override = b.row(H).override
        assert override is not None and (override.limit, override.person, override.reason) == (2.7, "demo", "test")
        assert b.kinds(H) == ["changed", "raised"] and b.lines(H)[0].who == "demo"
        await b.on_alarm(RequestKind.CHANGE_ALARM, H, person=ENGINEER, limit=None, on_delay_s=None)
        assert b.kinds(H)[2:] == ["changed", "returned"] and b.row(H).override is None and b.row(H).limit == 3.0
        again = await b.on_alarm(RequestKind.CHANGE_ALARM, H, person=ENGINEER, limit=None)
        assert [r.check for r in again.reasons] == ["nothing_to_do"]


CHANGES: list[tuple[str, Mapping[str, Any], str]] = [
    (H, {"limit": 3.4}, "neighbour"),
    (H, {"limit": 3.6}, "neighbour"),
    (H, {"limit": 0.9}, "neighbour"),
    (L, {"limit": 3.2}, "neighbour"),
    (H, {"limit": float("nan")}, "value"),
    (H, {"limit": "3.1"}, "value"),
    (H, {"limit": True}, "value"),
    (H, {"deadband": -0.1}, "range"),
    (H, {"on_delay_s": 3_601.0}, "range"),
    (H, {"priority": 5}, "value"),
    (H, {"priority": 1.5}, "value"),
    (TRIP, {"limit": 1.0}, "no_such_setting"),
    ("ps01/well/level:deviation", {"limit": 0.0}, "range"),
]


@pytest.mark.parametrize(("path", "fields", "why"), CHANGES)
async def test_a_change_that_makes_no_sense_is_refused(
    tmp_path: Path, path: str, fields: Mapping[str, Any], why: str
) -> None:
    """Beyond a neighbour, no number, negative, no such setting: refused by name, nothing changed."""
    async with alarm_bench(tmp_path) as b:
        result = await b.on_alarm(RequestKind.CHANGE_ALARM, path, person=ENGINEER, **fields)
        assert result.state is S.REFUSED and [r.params.get("why") for r in result.reasons] == [why]
        assert b.row(path).override is None and b.kinds(path) == []


MALFORMED: list[tuple[RequestKind, Mapping[str, Any]]] = [
    (RequestKind.ACKNOWLEDGE, {}),
    (RequestKind.ACKNOWLEDGE, {"alarms": []}),
    (RequestKind.ACKNOWLEDGE, {"alarms": HH}),
    (RequestKind.ACKNOWLEDGE, {"alarms": [HH]}),
    (RequestKind.ACKNOWLEDGE, {"alarms": [[HH, 7]]}),
    (RequestKind.ACKNOWLEDGE, {"alarms": [[["x"], "y"]]}),
    (RequestKind.ACKNOWLEDGE, {"alarms": [[HH, "x"]] * (MOST_AT_ONCE + 1)}),
    (RequestKind.ACKNOWLEDGE, {"alarms": [["ps01/no:H", "x"]]}),
    (RequestKind.RESET_ALARM, {"alarm": TRIP, "occurrence": {"x": 10**400}}),
    (RequestKind.SHELVE, {"alarm": H, "duration_s": "600"}),
    (RequestKind.SHELVE, {"alarm": H, "duration_s": 10**400}),
    (RequestKind.SHELVE, {"alarm": H, "duration_s": 600, "one_shot": 1}),
    (RequestKind.SHELVE, {"alarm": H, "duration_s": 600, "reason": " "}),
    (RequestKind.SHELVE, {"alarm": ["H"], "duration_s": 600}),
    (RequestKind.UNSHELVE, {"alarm": "x" * 1_000_000}),
    (RequestKind.OUT_OF_SERVICE, {"alarm": H, "work_order": "  "}),
    (RequestKind.OUT_OF_SERVICE, {"alarm": H, "work_order": 4711}),
    (RequestKind.IN_SERVICE, {"alarm": H}),
    (RequestKind.CHANGE_ALARM, {"alarm": H}),
    (RequestKind.CHANGE_ALARM, {"alarm": H, "limit": [3.0]}),
]


@pytest.mark.parametrize(("kind", "payload"), MALFORMED)
async def test_what_nobody_should_write_is_refused_and_changes_nothing(
    tmp_path: Path, kind: RequestKind, payload: Mapping[str, Any]
) -> None:
    """Wrong types, nothing, too much: refused, and no row or line comes of it."""
    async with alarm_bench(tmp_path) as b:
        await b.moved(ps01__well__level=3.5)
        rows, lines = b.reader.alarms_after(-1), len(b.reader.journal_newest(Journal.ALARMS, 1_000))
        result = await b.do(kind, {"reason": "x"} | dict(payload))
        assert result.state is S.REFUSED and result.reasons
        assert b.reader.alarms_after(-1) == rows
        assert len(b.reader.journal_newest(Journal.ALARMS, 1_000)) == lines


async def test_acts_come_into_the_audit_once_and_for_ever(tmp_path: Path) -> None:
    """Two acts, told twice, also to the next engine: two lines, with when, who, where and what."""
    acts = (
        Act("a1", 1_759_000_000_000, "signed_in", "li", "desk 2"),
        Act("a2", 1_759_000_001_000, "silenced", "li", "desk 2", "priority 1", {"alarms": 2}),
    )
    async with alarm_bench(tmp_path) as b:
        for _ in range(2):
            b.engine.note_acts(acts)
            await b.flush()
        await b.end()
        await b.start()
        b.engine.note_acts((*acts, Act("a3", 1_759_000_002_000, "signed_out", "li", "desk 2")))
        await b.flush()
        lines = [e for e in b.audit() if e.who == "li"]
        assert [(e.kind, e.at_ms, e.where) for e in lines] == [
            ("signed_in", 1_759_000_000_000, "desk 2"),
            ("silenced", 1_759_000_001_000, "desk 2"),
            ("signed_out", 1_759_000_002_000, "desk 2"),
        ]
        assert lines[1].what == "priority 1" and lines[1].detail["alarms"] == 2
        assert verify_store(b.address).faults == []
