"""Two rooms on one store, on both backends: what one acknowledges the other sees at once, and both may at once."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.model.alarms.status import AlarmState as A
from app.model.alarms.status import AlarmStatus
from app.model.records import CommandState as S
from app.model.records import Journal, RequestKind
from app.storage.opening import create_store, open_desk_store, open_room_store
from tests.helpers.alarmed import HH, alarmed_site
from tests.helpers.house import until
from tests.helpers.live_engine import LiveEngine, live_engine
from tests.helpers.postgres import fresh_database, running_postgres, wants_no_postgres

ROUNDS = 3

pytestmark = [pytest.mark.timeout(120)]


class Seat:
    """One room: a person, what the person writes, and what the screens read."""

    def __init__(self, address: str, name: str) -> None:
        self.reader = open_room_store(address)
        self._desk = open_desk_store(address)
        self.person = self._desk.sign_in_demo(name)
        self.revision = -1
        self.rows: dict[str, AlarmStatus] = {}

    def acknowledge(self, occurrence: str) -> str:
        """Ask for an acknowledgement of HH and return the request's id."""
        return self._desk.submit(RequestKind.ACKNOWLEDGE, self.person, {"alarms": [[HH, occurrence]], "reason": ""})

    def follow(self, state: A, longest_s: float = 20.0) -> None:
        """Follow by the bell, as a room does, until HH stands so."""
        deadline = time.monotonic() + longest_s
        while self.rows.get(HH, AlarmStatus(HH)).state is not state:
            assert time.monotonic() < deadline, self.rows.get(HH)
            self.reader.wait_bell(1.0)
            for row in self.reader.alarms_after(self.revision):
                self.rows[row.path], self.revision = row, row.revision

    def close(self) -> None:
        """Sign out."""
        self._desk.end_session(self.person.session)
        self._desk.close()
        self.reader.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[LiveEngine, Seat, Seat]]:
    """An engine and two rooms on one store."""
    with ExitStack() as stack:
        address = str(tmp_path / "store")
        if request.param == "postgres":
            if wants_no_postgres():
                pytest.skip("QIANLIYAN_TEST_NO_POSTGRES is set")
            address = stack.enter_context(fresh_database(stack.enter_context(running_postgres())))
        create_store(address, demo=True)
        engine = stack.enter_context(live_engine(address, alarmed_site()))
        seats = Seat(address, "room 1"), Seat(address, "room 2")
        for seat in seats:
            stack.callback(seat.close)
        yield engine, *seats


def test_what_one_room_acknowledges_the_other_sees(house: tuple[LiveEngine, Seat, Seat]) -> None:
    """HH comes → room 1 acknowledges → room 2 sees it; several times. How fast: benchmarks/alarm_flood.py."""
    engine, one, two = house
    for _ in range(ROUNDS):
        engine.values["ps01/well/level"] = 3.5
        one.follow(A.UNACK)
        two.follow(A.UNACK)
        one.acknowledge(one.rows[HH].occurrence)
        two.follow(A.ACKED)
        engine.values["ps01/well/level"] = 2.0
        one.follow(A.NORM)
        two.follow(A.NORM)


def test_both_acknowledge_at_once(house: tuple[LiveEngine, Seat, Seat]) -> None:
    """Both commit the same acknowledgement: both are answered DONE, and one line tells of it."""
    engine, one, two = house
    engine.values["ps01/well/level"] = 3.5
    one.follow(A.UNACK)
    asked = [seat.acknowledge(one.rows[HH].occurrence) for seat in (one, two)]
    assert until(lambda: all(one.reader.results_of(a) for a in asked), timeout_s=20.0)
    assert [one.reader.results_of(a)[-1].state for a in asked] == [S.DONE, S.DONE]
    kinds = [e.kind for e in one.reader.journal_newest(Journal.ALARMS, 1_000) if e.what == HH]
    assert kinds == ["raised", "acknowledged"]
