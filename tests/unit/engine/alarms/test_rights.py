"""Role × action through the engine: whoever may not is refused by name, changes nothing, and stands in the audit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.model.alarms.status import AlarmState as A
from app.model.records import CommandState as S
from app.model.records import Journal, RequestKind
from tests.helpers.alarmed import HH, AlarmBench, alarm_bench, alarmed_site
from tests.helpers.rights_table import ALLOWED, PEOPLE, WHO

H = "ps01/well/level:H"
TRIP = "ps01/pump1/trip:trip"
PUMP = "ps01/pump1"
OF_RIGHTS = {"right", "no_session", "session_locked", "forged"}


def _payload(b: AlarmBench, kind: RequestKind) -> dict[str, Any]:
    """Return a request that would be done, as the alarms and the pump stand now."""
    alarms = {
        RequestKind.ACKNOWLEDGE: {"alarms": [[HH, b.row().occurrence]]},
        RequestKind.RESET_ALARM: {"alarm": TRIP, "occurrence": b.row(TRIP).occurrence},
        RequestKind.SHELVE: {"alarm": H, "duration_s": 3_600},
        RequestKind.UNSHELVE: {"alarm": H},
        RequestKind.OUT_OF_SERVICE: {"alarm": H, "work_order": "4711"},
        RequestKind.IN_SERVICE: {"alarm": H},
        RequestKind.CHANGE_ALARM: {"alarm": H, "limit": 2.9},
    }
    others = {
        RequestKind.OPERATE: {"equipment": PUMP, "verb": "start", "value": None, "expect": "any"},
        RequestKind.SUBSTITUTE: {"tag": "ps01/well/level", "value": 1.0, "until_ms": b.clock.now_ms() + 60_000},
        RequestKind.UNSUBSTITUTE: {"tag": "ps01/well/level"},
        RequestKind.ACCEPT_LATE: {"device": "plc-ps01"},
        RequestKind.APPLY_SITE: {"site": "{}"},
        RequestKind.ROLL_BACK_SITE: {"revision": 99},
        RequestKind.PIN_CERTIFICATE: {"device": "none", "fingerprint": "00"},
    }
    return {"reason": "test"} | (alarms | others).get(kind, {"equipment": PUMP})


async def _scene(b: AlarmBench) -> None:
    """HH stands unacknowledged, H acknowledged; the trip of pump 1 is latched and acknowledged."""
    await b.waited(3, ps01__well__level=3.5, ps01__pump1__trip=1.0)
    await b.acknowledge(H, TRIP)
    await b.moved(ps01__pump1__trip=0.0)
    assert (b.state(), b.state(H), b.state(TRIP)) == (A.UNACK, A.ACKED, A.LATCH_ACK)


@pytest.mark.parametrize("kind", list(RequestKind))
async def test_role_by_action(tmp_path: Path, kind: RequestKind) -> None:
    """Everybody asks the same; who may not gets REFUSED for his right, and no row and no sent block comes of it."""
    async with alarm_bench(tmp_path) as b:
        await _scene(b)
        for who in sorted(WHO, key=lambda w: w in ALLOWED[kind]):
            rows, equipment, lines = b.reader.alarms_after(-1), b.reader.equipment_after(0), len(b.audit())
            request = b.ask(kind, _payload(b, kind), person=PEOPLE.get(who), forged=who == "forged")
            await b.flush()
            await b.flush()
            checks = {r.check for r in b.results(request)[-1].reasons}
            if who in ALLOWED[kind]:
                assert not checks & OF_RIGHTS, (who, checks)
                continue
            assert checks & OF_RIGHTS and b.states(request) == [S.REFUSED], (who, checks)
            assert ("forged" in checks) == (who == "forged")
            assert (b.reader.alarms_after(-1), b.reader.equipment_after(0)) == (rows, equipment) and b.sent == []
            (refused,) = b.audit()[lines:]
            person = PEOPLE.get(who)
            assert (refused.kind, refused.who) == (f"{kind}-refused", person.name if person else "")


async def test_a_forged_row_names_nobody_as_the_one_who_did_it(tmp_path: Path) -> None:
    """A row in the name of an engineer that he did not sign: the audit says what it claims, not that he asked."""
    async with alarm_bench(tmp_path) as b:
        await _scene(b)
        result = await b.acknowledge(forged=True)
        assert result.state is S.REFUSED and [r.check for r in result.reasons] == ["forged"]
        line = b.audit()[-1]
        assert (line.who, line.detail["says"], b.state()) == ("", "li", A.UNACK)


async def test_one_alarm_of_another_area_refuses_the_whole_request(tmp_path: Path) -> None:
    """The operator of the east acknowledges HH and one of the west in one request: neither is."""
    west = "ps01/pump2/starts_hour:H"
    async with alarm_bench(tmp_path) as b:
        await b.moved(ps01__well__level=3.5, ps01__pump2__starts_hour=9.0)
        result = await b.acknowledge(HH, west, person=PEOPLE["operator"])
        assert [(r.check, r.params["what"]) for r in result.reasons] == [("right", west)]
        assert b.state() is b.state(west) is A.UNACK
        assert (await b.acknowledge(HH, person=PEOPLE["operator"])).state is S.DONE
        assert (await b.acknowledge(west, person=PEOPLE["operator of another area"])).state is S.DONE


@pytest.mark.parametrize(
    ("who", "hours", "state"),
    [("operator", 8, S.DONE), ("operator", 9, S.REFUSED), ("supervisor", 9, S.DONE), ("supervisor", 169, S.REFUSED)],
)
async def test_how_long_a_shelf_may_last_depends_on_who_shelves(tmp_path: Path, who: str, hours: int, state: S) -> None:
    """8 h for an operator, a week for a supervisor; a minute at least for everybody."""
    async with alarm_bench(tmp_path) as b:
        await _scene(b)
        result = await b.on_alarm(RequestKind.SHELVE, H, person=PEOPLE[who], duration_s=hours * 3_600)
        assert result.state is state, result
        assert (b.row(H).shelf is not None) == (state is S.DONE)
        short = await b.on_alarm(RequestKind.SHELVE, HH, person=PEOPLE[who], second=PEOPLE["engineer"], duration_s=59)
        assert [r.params["why"] for r in short.reasons] == ["shelf_range"]


SECONDS = [
    (None, "two_person", ""),
    (PEOPLE["supervisor"], "two_person", "same"),
    (PEOPLE["viewer"], "two_person", "right"),
    (PEOPLE["operator of another area"], "two_person", "right"),
]


@pytest.mark.parametrize(("second", "check", "why"), SECONDS)
async def test_the_highest_priority_is_shelved_by_two(tmp_path: Path, second: Any, check: str, why: str) -> None:
    """Alone, with oneself, with somebody without the right: refused; with an operator of the area: both are told."""
    async with alarm_bench(tmp_path) as b:
        await _scene(b)
        sam = PEOPLE["supervisor"]
        refused = await b.on_alarm(RequestKind.SHELVE, HH, person=sam, second=second, duration_s=600)
        assert [(r.check, r.params.get("why", "")) for r in refused.reasons] == [(check, why)]
        assert b.row().shelf is None
        done = await b.on_alarm(RequestKind.SHELVE, HH, person=sam, second=PEOPLE["operator"], duration_s=600)
        shelf = b.row().shelf
        assert done.detail["second"] == "olga" and shelf is not None and (shelf.person, shelf.second) == ("sam", "olga")
        assert b.lines()[-1].detail["second"] == "olga" and b.audit()[-1].detail["second"] == "olga"


async def test_a_command_of_two_persons_is_sent_with_the_second_signature_and_names_both(tmp_path: Path) -> None:
    """The gate's opening needs two: alone refused; with sam: sent, and intent, audit and result name him."""
    site = alarmed_site()
    gate = next(e for e in site.equipment if e.path == "ps01/gate1")
    guarded = replace(gate, commands=tuple(replace(c, two_person=c.verb == "open") for c in gate.commands))
    site = replace(site, equipment=tuple(guarded if e is gate else e for e in site.equipment))
    async with alarm_bench(tmp_path, site) as b:
        olga, sam = PEOPLE["operator"], PEOPLE["supervisor"]
        await b.select("ps01/gate1", person=olga)
        alone = await b.operate("ps01/gate1", "open", person=olga)
        assert [r.check for r in alone.reasons] == ["two_person"] and b.sent == []
        both = await b.operate("ps01/gate1", "open", person=olga, second=sam)
        assert both.state is S.EXECUTING and both.detail["second"] == "sam" and len(b.sent) == 1
        (intent,) = [e for e in b.reader.journal_newest(Journal.COMMANDS, 100) if e.kind == "intent"]
        (audit,) = [e for e in b.audit() if e.kind == "command"]
        assert (intent.who, intent.detail["second"], intent.detail["second_session"]) == ("olga", "sam", "s-s")
        assert (audit.who, audit.detail["second"]) == ("olga", "sam")
