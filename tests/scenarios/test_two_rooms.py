"""Two rooms on one store with a live engine: what one does the other sees, and nobody's request gets lost.

Both rooms are the product's own, in one process but each with its own feed, its own door and its own person. How soon
one sees the other is measured by benchmarks/two_rooms.py; here only what comes is judged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.model.alarms.status import AlarmState, AlarmStatus
from app.model.records import CommandState, Journal, RequestKind, Result
from app.storage.demo_people import DEMO_NAME, DEMO_SECOND, DEMO_SECOND_PASSWORD
from app.storage.opening import create_store, open_room_store
from app.storage.verify import verify_store
from app.views.actions.acknowledge import acknowledge
from tests.helpers.alarmed import HH, alarmed_site
from tests.helpers.live_engine import LiveEngine, live_engine
from tests.helpers.postgres import fresh_database, running_postgres, wants_no_postgres
from tests.helpers.two_rooms import RoomEnd, until_shown

LOW, TRIP = "ps01/well/level:L", "ps01/pump1/trip:trip"
WELL, HIGH_M, CALM_M = "ps01/well/level", 3.9, 2.0
ROUNDS, EACH = 5, 12

pytestmark = [pytest.mark.timeout(180), pytest.mark.xdist_group("two-rooms")]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give a new demo store on either backend."""
    with ExitStack() as stack:
        address = str(tmp_path / "store")
        if request.param == "postgresql":
            if wants_no_postgres():
                pytest.skip("QIANLIYAN_TEST_NO_POSTGRES is set")
            address = stack.enter_context(fresh_database(stack.enter_context(running_postgres())))
        create_store(address, demo=True)
        yield address


@pytest.fixture
def engine(address: str) -> Iterator[LiveEngine]:
    """An engine that judges the small station."""
    with live_engine(address, alarmed_site()) as made:
        yield made


@pytest.fixture
def rooms(address: str, engine: LiveEngine, qapp: QApplication) -> Iterator[tuple[RoomEnd, RoomEnd]]:
    """Two rooms, another person in each."""
    with RoomEnd(address, qapp) as east, RoomEnd(address, qapp) as west:
        east.sign_in(lambda desk: desk.sign_in_demo("east"))
        west.sign_in(lambda desk: desk.people.sign_in(DEMO_SECOND, DEMO_SECOND_PASSWORD, "west"))
        yield east, west


def _raise(engine: LiveEngine, rooms: Sequence[RoomEnd]) -> None:
    """Let the well be too full, and wait until both rooms show it unacknowledged."""
    engine.values[WELL] = HIGH_M
    _shown(rooms, HH, AlarmState.UNACK)


def _shown(rooms: Sequence[RoomEnd], path: str, state: AlarmState) -> None:
    assert until_shown(rooms, lambda: all(r.status(path).state is state for r in rooms)), [
        r.status(path) for r in rooms
    ]


def _answers(rooms: Sequence[RoomEnd], asked: Sequence[tuple[RoomEnd, str]]) -> list[Result]:
    """Wait until each room has the answers to its own requests; return one of each."""
    assert until_shown(rooms, lambda: all(request in room.answers for room, request in asked))
    return [room.answers[request] for room, request in asked]


def _acknowledged(address: str, status: AlarmStatus) -> list[str]:
    """Return who acknowledged an occurrence, by the journal."""
    reader = open_room_store(address)
    try:
        lines = reader.journal_after(Journal.ALARMS, 0, 5_000)
    finally:
        reader.close()
    return [e.who for e in lines if e.kind == "acknowledged" and e.detail["occurrence"] == status.occurrence]


def test_what_one_acknowledges_is_acknowledged_in_the_other(
    address: str, engine: LiveEngine, rooms: tuple[RoomEnd, RoomEnd]
) -> None:
    """East acknowledges, west sees by whom and with which words; then the other way round."""
    for one, other, name in ((*rooms, DEMO_NAME), (*rooms[::-1], DEMO_SECOND)):
        _raise(engine, rooms)
        request = acknowledge(one.room, [one.status(HH)], "looking at it")
        _shown((one, other), HH, AlarmState.ACKED)
        seen = other.status(HH)
        assert (seen.ack_by, seen.ack_note, seen) == (name, "looking at it", one.status(HH))
        assert _answers(rooms, [(one, request)])[0].state is CommandState.DONE
        assert other.room.book.tally().unacknowledged == one.room.book.tally().unacknowledged
        engine.values[WELL] = CALM_M
        _shown(rooms, HH, AlarmState.NORM)


def test_both_acknowledge_at_once(address: str, engine: LiveEngine, rooms: tuple[RoomEnd, RoomEnd]) -> None:
    """Nobody is refused, and one acknowledgement counts."""
    for _ in range(ROUNDS):
        _raise(engine, rooms)
        status = rooms[0].status(HH)
        asked = [(room, acknowledge(room.room, [status])) for room in rooms]
        answers = _answers(rooms, asked)
        assert [a.state for a in answers] == [CommandState.DONE] * 2
        named = [[HH, status.occurrence]]
        assert sorted(a.detail["acknowledged"] for a in answers) == [[], named]
        assert sorted(a.detail["already"] for a in answers) == [[], named]
        _shown(rooms, HH, AlarmState.ACKED)
        assert _acknowledged(address, status) == [rooms[0].status(HH).ack_by] == [rooms[1].status(HH).ack_by]
        engine.values[WELL] = CALM_M
        _shown(rooms, HH, AlarmState.NORM)
    assert verify_store(address).faults == []


def test_requests_of_two_people_in_flight_at_once_are_all_answered(
    address: str, engine: LiveEngine, rooms: tuple[RoomEnd, RoomEnd]
) -> None:
    """Twelve requests of each, none waiting for another: every one is answered once, to both rooms, and the audit says
    who it was."""
    east, west = rooms
    asked = []
    for number in range(EACH):
        change = {"alarm": LOW, "limit": 0.5 + number / 100, "reason": f"east {number}"}
        asked.append((east, east.room.ask(RequestKind.CHANGE_ALARM, change)))
        kind = RequestKind.IN_SERVICE if number % 2 else RequestKind.OUT_OF_SERVICE
        asked.append((west, west.room.ask(kind, {"alarm": TRIP, "work_order": "WO-7", "reason": f"west {number}"})))
    answers = _answers(rooms, asked)
    assert [a.state for a in answers] == [CommandState.DONE] * (2 * EACH)
    assert until_shown(rooms, lambda: all(set(r.answers) >= {request for _, request in asked} for r in rooms))
    assert east.twice == west.twice == []
    assert _audit(address) == {**{f"east {n}": DEMO_NAME for n in range(EACH)},
                               **{f"west {n}": DEMO_SECOND for n in range(EACH)}}  # fmt: skip
    last = 0.5 + (EACH - 1) / 100
    assert until_shown(rooms, lambda: all(r.status(LOW).limit == last for r in rooms))
    assert all(r.status(TRIP).out_of_service is None for r in rooms)


def _audit(address: str) -> dict[str, str]:
    """Return by reason who asked for something about alarms."""
    reader = open_room_store(address)
    try:
        lines = reader.journal_after(Journal.AUDIT, 0, 5_000)
    finally:
        reader.close()
    kinds = (RequestKind.CHANGE_ALARM, RequestKind.OUT_OF_SERVICE, RequestKind.IN_SERVICE)
    return {e.detail["reason"]: e.who for e in lines if e.kind in kinds}
