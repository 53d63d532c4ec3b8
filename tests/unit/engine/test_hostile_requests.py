"""Requests as nobody should write them: of wrong types, without bounds, from the future, or unreadable."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.config import Config
from app.engine.desk import FUTURE_S
from app.engine.outbox import Asked
from app.engine.payloads import LONGEST_REASON, LONGEST_WORD
from app.engine.running import _Run
from app.model.records import CommandState as S
from app.model.records import Journal, Request, RequestKind
from app.storage.opening import backend_of, create_store, open_desk_store
from app.storage.tables_desk import request as request_table
from tests.helpers.clock import FakeClock
from tests.helpers.engine_bench import ENGINEER, bench
from tests.helpers.station import make_site

SITE = make_site(numbered=False)
START = {"equipment": "ps01/pump1", "verb": "start", "value": None, "expect": "stopped", "reason": "test"}
HUGE = 10**400
LONG = "长" * 1_000_000
CASES: list[tuple[RequestKind, Mapping[str, Any]]] = [
    (RequestKind.OPERATE, START | {"value": HUGE}),
    (RequestKind.OPERATE, START | {"value": float("nan")}),
    (RequestKind.OPERATE, START | {"value": "40"}),
    (RequestKind.OPERATE, START | {"value": True}),
    (RequestKind.OPERATE, START | {"verb": ["start"]}),
    (RequestKind.OPERATE, START | {"verb": LONG}),
    (RequestKind.OPERATE, START | {"expect": LONG}),
    (RequestKind.OPERATE, START | {"expect": {}}),
    (RequestKind.OPERATE, START | {"equipment": LONG}),
    (RequestKind.OPERATE, START | {"equipment": None}),
    (RequestKind.OPERATE, START | {"reason": ["no", "text"]}),
    (RequestKind.OPERATE, START | {"reason": LONG}),
    (RequestKind.SELECT, {"equipment": {"path": "ps01/pump1"}}),
    (RequestKind.CANCEL, {}),
    (RequestKind.HOLD, {"equipment": "ps01/pump1", "reason": "x" * (LONGEST_REASON + 1)}),
    (RequestKind.SUBSTITUTE, {"tag": "ps01/well/level", "value": HUGE, "until_ms": 1, "reason": "x"}),
    (RequestKind.SUBSTITUTE, {"tag": "ps01/well/level", "value": 1.0, "until_ms": HUGE, "reason": "x"}),
    (RequestKind.SUBSTITUTE, {"tag": "ps01/well/level", "value": 1.0, "until_ms": -1, "reason": "x"}),
    (RequestKind.UNSUBSTITUTE, {"tag": LONG, "reason": "x"}),
    (RequestKind.ROLL_BACK_SITE, {"revision": HUGE, "reason": "x"}),
    (RequestKind.ROLL_BACK_SITE, {"revision": True, "reason": "x"}),
    (RequestKind.ROLL_BACK_SITE, {"revision": -1, "reason": "x"}),
    (RequestKind.APPLY_SITE, {"site": "[" * 100_000, "reason": "x"}),
    (RequestKind.APPLY_SITE, {"site": {"id": "x"}, "reason": "x"}),
    (RequestKind.PIN_CERTIFICATE, {"device": "plc-ps01", "fingerprint": HUGE, "reason": LONG}),
    (RequestKind.PROVE, {"equipment": LONG, "reason": "x"}),
    (RequestKind.ACCEPT_LATE, {"device": [], "reason": "x"}),
]


async def test_every_malformed_request_is_refused_in_few_words_and_none_takes_another_with_it(tmp_path: Path) -> None:
    """All of them at once, then a good one: each refused, short in store and journal; the good one is done."""
    async with bench(tmp_path, SITE) as b:
        requests = [b.ask(kind, payload) for kind, payload in CASES]
        good = b.ask(RequestKind.HOLD, {"equipment": "ps01/pump2", "reason": "seal"})
        for _ in range(5):
            await b.step()
        await b.flush()
        assert [b.states(r) for r in requests] == [[S.REFUSED]] * len(CASES)
        assert b.states(good) == [S.DONE] and b.sent == [] and b.fatal == []
        written = [e.detail for j in Journal for e in b.reader.journal_newest(j)]
        written += [r.detail for i in requests for r in b.results(i)]
        assert max(len(str(detail)) for detail in written) < 20 * LONGEST_WORD


@pytest.mark.logs("met a defect and is refused")
async def test_a_request_that_meets_a_defect_is_refused_and_the_next_one_is_done(tmp_path: Path) -> None:
    """A defect of ours in the middle of a batch: refused, logged with its trace, and the batch goes on."""
    async with bench(tmp_path, SITE) as b:

        def trip(asked: Asked, person: object) -> None:
            b.engine.outbox.claim(asked.request.id)
            raise ZeroDivisionError

        b.engine._desk._doing[RequestKind.PROVE] = trip
        first = b.ask(RequestKind.PROVE, {"equipment": "ps01/pump1", "reason": "x"})
        second = b.ask(RequestKind.HOLD, {"equipment": "ps01/pump1", "reason": "x"})
        await b.flush()
        assert (b.states(first), b.states(second)) == ([S.REFUSED], [S.DONE]) and b.fatal == []


@pytest.mark.parametrize("kind", [RequestKind.SELECT, RequestKind.OPERATE, RequestKind.HOLD])
async def test_a_request_from_the_future_is_refused(tmp_path: Path, kind: RequestKind) -> None:
    """The clock was set back by an hour after it was made: its true age is not known."""
    async with bench(tmp_path, SITE) as b:
        await b.select("ps01/pump1")
        result = await b.do(kind, START, age_s=-3_600.0)
        assert result.state is S.REFUSED and "future" in [r.check for r in result.reasons]
        assert b.sent == []


def test_a_request_never_gains_time_by_a_clock_that_is_set_back() -> None:
    """Just within the tolerance it counts as new; from then on it grows old like any other."""
    asked = Asked(Request("r", RequestKind.OPERATE, 0, ENGINEER, {}), ENGINEER, -FUTURE_S, at=100.0)
    assert asked.age(100.0) == 0.0 and asked.age(104.0) == 4.0


def test_only_requests_made_under_our_lease_are_surely_new(tmp_path: Path) -> None:
    """Older ones, and those that a clock set back shows anew, may have been claimed by an engine before us."""
    clock = FakeClock()
    run = _Run(Config(str(tmp_path), tmp_path), clock)
    run._began = clock.monotonic() - 10.0
    ages = {0.1: True, 9.9: True, 10.1: False, 3_600.0: False, -1.0: False}
    for age_s, new in ages.items():
        asked = Asked(Request("r", RequestKind.HOLD, 0, ENGINEER, {}), ENGINEER, age_s, clock.monotonic())
        assert run._surely_new(asked) is new, age_s


@pytest.mark.logs("cannot be read and is left alone")
def test_a_request_that_cannot_be_read_leaves_the_others_heard(tmp_path: Path) -> None:
    """A kind of a newer program, a payload that is no object, one that is no JSON: passed over, the next one comes."""
    address = str(tmp_path / "store")
    create_store(address, demo=True)
    desk = open_desk_store(address)
    person = desk.sign_in_demo("desk 1")
    for change in ({"kind": "teleport"}, {"payload": "[]"}, {"payload": "{"}, {"payload": "9" * 5_000}):
        request_id = desk.submit(RequestKind.HOLD, person, {})
        engine = backend_of(address).writer("desk")
        with engine.begin() as connection:
            connection.execute(sa.update(request_table).where(request_table.c.id == request_id).values(**change))
        engine.dispose()
    good = desk.submit(RequestKind.HOLD, person, {"equipment": "x"})
    for _ in range(2):
        assert [r.id for r in desk.recent(60.0)] == [good]
    desk.close()
