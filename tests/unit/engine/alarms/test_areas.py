"""A right in one area is none in another, whatever else a request names besides what it acts on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.model.records import CommandState as S
from app.model.records import Person, RequestKind
from app.model.spec_json import site_to_json
from app.model.whereabouts import Whereabouts
from tests.helpers.alarmed import HH, alarm_bench, alarmed_site

SITE = alarmed_site()
OF_WEST = Person("otto", "viewer", "s-w", "desk 1", (("west", "engineer"), ("west", "supervisor")))
WEST = "ps01/pump2/starts_hour:H"
"""An alarm of the west; everything else of the station belongs to the east."""

LURES: tuple[Mapping[str, Any], ...] = (
    {"alarm": WEST},
    {"alarms": [[WEST, ""]]},
    {"tag": WEST, "device": WEST, "facility": "west", "area": "west", "areas": ["west"]},
)

ACTIONS: tuple[tuple[RequestKind, Mapping[str, Any]], ...] = (
    (RequestKind.SELECT, {"equipment": "ps01/pump1"}),
    (RequestKind.CANCEL, {"equipment": "ps01/pump1"}),
    (RequestKind.OPERATE, {"equipment": "ps01/pump1", "verb": "start", "value": None, "expect": "any"}),
    (RequestKind.HOLD, {"equipment": "ps01/pump1"}),
    (RequestKind.UNHOLD, {"equipment": "ps01/pump1"}),
    (RequestKind.PROVE, {"equipment": "ps01/pump1"}),
    (RequestKind.SUBSTITUTE, {"tag": "ps01/well/level", "value": 1.0, "until_ms": 1 << 50}),
    (RequestKind.UNSUBSTITUTE, {"tag": "ps01/well/level"}),
    (RequestKind.ACCEPT_LATE, {"device": "plc-ps01"}),
    (RequestKind.PIN_CERTIFICATE, {"device": "plc-ps01", "fingerprint": "00"}),
    (RequestKind.APPLY_SITE, {"site": site_to_json(SITE)}),
    (RequestKind.ROLL_BACK_SITE, {"revision": 1}),
    (RequestKind.RESET_ALARM, {"alarm": HH, "occurrence": "x"}),
    (RequestKind.SHELVE, {"alarm": HH, "duration_s": 600}),
    (RequestKind.UNSHELVE, {"alarm": HH}),
    (RequestKind.OUT_OF_SERVICE, {"alarm": HH, "work_order": "1"}),
    (RequestKind.IN_SERVICE, {"alarm": HH}),
    (RequestKind.CHANGE_ALARM, {"alarm": HH, "limit": 3.9}),
    (RequestKind.ACKNOWLEDGE, {"alarms": [[HH, "x"]]}),
)


def test_every_kind_of_request_is_among_the_actions() -> None:
    """A new kind must say on what it acts."""
    assert {kind for kind, _ in ACTIONS} == set(RequestKind)


@pytest.mark.parametrize("lure", LURES, ids=["alarm", "alarms", "others"])
async def test_naming_a_thing_of_ones_own_area_gives_no_right_elsewhere(
    tmp_path: Path, lure: Mapping[str, Any]
) -> None:
    """An engineer and supervisor of the west names an alarm of his beside what is the east's, or nobody's alone."""
    async with alarm_bench(tmp_path) as b:
        revision = b.reader.site_revision_in_force()
        for kind, payload in ACTIONS:
            result = await b.do(kind, {"reason": "test"} | dict(lure) | payload, person=OF_WEST)
            assert result.state is S.REFUSED, kind
            assert "right" in {r.check for r in result.reasons}, (kind, result.reasons)
        assert b.reader.site_revision_in_force() == revision and b.sent == [] and b.reader.equipment_after(0) == ()


async def test_a_right_in_one_area_is_enough_there(tmp_path: Path) -> None:
    """The same person shelves the alarm of the west, whatever of the east he names besides."""
    async with alarm_bench(tmp_path) as b:
        payload = {"alarm": WEST, "equipment": "ps01/pump1", "duration_s": 600, "reason": "test"}
        assert (await b.do(RequestKind.SHELVE, payload, person=OF_WEST)).state is S.DONE


def test_what_is_no_path_is_nowhere() -> None:
    """Numbers, lists, objects and nothing at all where a path should be: no area."""
    where = Whereabouts(SITE)
    for odd in (1, None, [HH], {HH: HH}, True, float("nan")):
        assert where.of_request(RequestKind.SHELVE, {"alarm": odd}) == ()
        assert where.of_request(RequestKind.ACKNOWLEDGE, {"alarms": odd}) == ()
        assert where.of_request(RequestKind.ACKNOWLEDGE, {"alarms": [[odd], []]}) == ()
    assert where.of_request(RequestKind.ACKNOWLEDGE, {"alarms": [[HH, ""], [WEST, ""], [HH, ""]]}) == ("east", "west")


async def test_who_has_no_right_makes_nobody_speak_with_the_plc(tmp_path: Path) -> None:
    """A hundred commands of somebody who may none there: refused for the right alone, and the line stays as it was."""
    payload = {"equipment": "ps01/pump1", "verb": "start", "value": None, "expect": "any", "reason": "test"}
    async with alarm_bench(tmp_path) as b:
        await b.select("ps01/pump1")
        asked_before = b.link.reads
        for _ in range(100):
            request = b.ask(RequestKind.OPERATE, payload, person=OF_WEST)
        await b.flush()
        assert "right" in {r.check for r in b.results(request)[-1].reasons}
        assert not {"link", "not_connected"} & {r.check for r in b.results(request)[-1].reasons}
        assert b.link.reads == asked_before
