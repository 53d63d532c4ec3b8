"""Alarms against engine and plant: a trip from its coming to its reset, and a killed engine that remembers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.cli.demo.observer import Observer
from app.model.alarms.status import AlarmState as A
from app.model.alarms.status import AlarmStatus
from app.model.records import CommandState as S
from app.model.records import Journal, RequestKind
from app.storage.contract import RoomStore
from app.storage.opening import open_room_store
from app.storage.verify import verify_store
from tests.helpers.house import House, Operator, open_house, until

PUMP = "ps02/pump2"
TRIP = f"{PUMP}/trip:trip"
COMM = "plc-ps01:comm"

pytestmark = [pytest.mark.timeout(240), pytest.mark.xdist_group("alarms-on-plant")]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Observer]]:
    """A house with plant and engine, every device giving values."""
    with open_house(tmp_path_factory.mktemp("house")) as house:
        _, observer = house.live_engine()
        yield house, observer


@pytest.fixture
def reader(live: tuple[House, Observer]) -> Iterator[RoomStore]:
    """What a room reads."""
    opened = open_room_store(live[0].stage.store)
    yield opened
    opened.close()


def row(reader: RoomStore, path: str) -> AlarmStatus:
    """Return an alarm's row."""
    return next((r for r in reader.alarms_after(-1) if r.path == path), AlarmStatus(path))


def kinds(reader: RoomStore, path: str) -> list[str]:
    """Return what an alarm did, oldest first."""
    return [e.kind for e in reader.journal_newest(Journal.ALARMS, 10_000) if e.what == path]


def gaps(reader: RoomStore) -> list[str]:
    """Return the gaps that engines found at their start."""
    return [e.kind for e in reader.journal_newest(Journal.EVENTS, 1_000) if e.kind == "alarms-gap"]


def acknowledge(operator: Operator, reader: RoomStore, path: str) -> S | None:
    """Acknowledge what stands now."""
    asked = operator.ask(RequestKind.ACKNOWLEDGE, alarms=[[path, row(reader, path).occurrence]], reason="seen")
    return operator.wait(asked)


def test_a_trip_is_raised_acknowledged_and_gone_with_its_reset(live: tuple[House, Observer], reader: RoomStore) -> None:
    """The plant trips pump 2 → raised → acknowledged → reset at the pump by command: normal, or its latch is let go."""
    house, operator = live[0], live[0].operator()
    house.control.fault("trip", PUMP, code="overload")
    assert until(lambda: row(reader, TRIP).state is A.UNACK, timeout_s=15.0), row(reader, TRIP)
    assert acknowledge(operator, reader, TRIP) is S.DONE and row(reader, TRIP).state is A.ACKED
    reset = operator.operate(PUMP, "reset", "tripped")
    assert operator.wait(reset) is S.DONE
    assert until(lambda: not row(reader, TRIP).state.active, timeout_s=15.0), row(reader, TRIP)
    if row(reader, TRIP).state is A.LATCH_ACK:
        let_go = operator.ask(RequestKind.RESET_ALARM, alarm=TRIP, occurrence=row(reader, TRIP).occurrence, reason="")
        assert operator.wait(let_go) is S.DONE
    assert until(lambda: row(reader, TRIP).state is A.NORM, timeout_s=20.0)
    assert kinds(reader, TRIP)[:3] == ["raised", "acknowledged", "returned"]


def test_a_killed_engine_leaves_acknowledgements_and_the_next_one_goes_on(
    live: tuple[House, Observer], reader: RoomStore
) -> None:
    """A line is cut: its alarm is acknowledged → kill -9 → the next engine: acknowledged still, raised once."""
    house, operator = live[0], live[0].operator()
    house.control.fault("drop", "plc-ps01")
    assert until(lambda: row(reader, COMM).state is A.UNACK, timeout_s=60.0), row(reader, COMM)
    assert acknowledge(operator, reader, COMM) is S.DONE
    occurrence = row(reader, COMM).occurrence
    engine = next(a for a in house.actors if a.role == "engine")
    epoch, before = house.epoch(), len(gaps(reader))
    engine.kill()
    assert engine.wait(10.0) is not None
    house.remove(engine)
    house.start_engine()
    assert until(lambda: house.epoch() > epoch, timeout_s=20.0)
    assert until(lambda: len(gaps(reader)) == before + 1, timeout_s=10.0)
    assert (row(reader, COMM).state, row(reader, COMM).occurrence) == (A.ACKED, occurrence)
    house.control.clear("drop", "plc-ps01")
    assert until(lambda: row(reader, COMM).state is A.NORM, timeout_s=60.0), row(reader, COMM)
    assert kinds(reader, COMM).count("raised") == 1 and "after-gap" not in kinds(reader, COMM)
    assert verify_store(house.stage.store).faults == []
