"""The engine is killed, paused or doubled; the store, the PLCs and the next engine are looked at from outside."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.model.records import CommandState
from app.storage.verify import verify_store
from tests.helpers.house import House, fresh_values, open_house, signal_to, until
from tests.helpers.postgres import fresh_database, running_postgres, wants_no_postgres

EXIT_HELD, EXIT_LOST = 3, 4
MODBUS = ("plc-ps01", "plc-ps02", "gw-rain")
UNTOUCHED = {"ps01": 0, "ps02": 0, "ps03": 0, "ps04": 0, "ps05": 0}
pytestmark = pytest.mark.timeout(180)


def test_a_killed_engine_loses_nothing_that_was_committed(house: House) -> None:
    """Killed → started again → a higher epoch, fresh values from every device, chains and frames sound, no write."""
    engine, observer = house.live_engine()
    epoch = house.epoch()
    engine.kill()
    assert engine.code == -signal.SIGKILL
    house.remove(engine)
    house.start_engine()
    devices = [d.id for d in house.stage.site.devices]
    assert fresh_values(observer, devices, timeout_s=30), house.last_words()
    assert house.epoch() > epoch
    assert house.writes() == UNTOUCHED
    assert verify_store(house.stage.store).faults == []


def test_a_command_in_flight_is_never_sent_again(house: House) -> None:
    """A slow PLC holds a command at "sent" → the engine dies and comes back → unknown, and the PLC saw one write."""
    engine, _ = house.live_engine()
    operator = house.operator()
    house.control.fault("slow", "plc-ps01", delay_s=0.6)
    request = operator.operate("ps01/pump1", "auto", "any")
    assert operator.wait(request, CommandState.SENT, timeout_s=15) is CommandState.SENT, (
        operator.results(request),
        house.last_words(),
    )
    engine.kill()
    house.remove(engine)
    assert until(lambda: house.writes()["ps01"] == 1, timeout_s=15)
    house.control.clear()
    _, observer = house.live_engine()
    assert fresh_values(observer, MODBUS, timeout_s=15)
    states = [r.state for r in operator.results(request)]
    assert states.count(CommandState.SENT) == 1 and CommandState.UNKNOWN in states
    assert house.writes() == UNTOUCHED | {"ps01": 1}


def test_a_second_engine_names_the_holder(house: House) -> None:
    """A second engine on the same store ends with code 3 and says who holds the lease; the first goes on."""
    engine, observer = house.live_engine()
    second = house.start_engine()
    assert second.wait(30) == EXIT_HELD
    assert f"process {engine.pid}" in second.last_words()
    house.remove(second)
    assert fresh_values(observer, MODBUS, timeout_s=15)


@pytest.fixture
def server_house(tmp_path: Path) -> Iterator[House]:
    """A house on PostgreSQL, where a second engine may take over."""
    if wants_no_postgres():
        pytest.skip("this machine has no PostgreSQL, by its owner's word")
    with (
        running_postgres() as server,
        fresh_database(server) as database,
        open_house(tmp_path, store=database) as house,
    ):
        yield house


@pytest.mark.postgres
def test_a_paused_engine_that_wakes_after_its_lease_does_nothing(server_house: House) -> None:
    """Paused past its lease → another engine leads and obeys a command → the paused one wakes: it ends with code 4,
    the new epoch stands, and the PLC saw the new engine's one write only."""
    house = server_house
    paused, observer = house.live_engine()
    first = house.epoch()
    operator = house.operator()
    signal_to(paused, signal.SIGSTOP)
    try:
        house.start_engine()
        assert until(lambda: house.epoch() > first, timeout_s=20)
        second = house.epoch()
        assert fresh_values(observer, MODBUS, timeout_s=20), house.last_words()
        request = operator.operate("ps01/pump1", "auto", "any")
        assert operator.wait(request) is CommandState.DONE, operator.results(request)
    finally:
        signal_to(paused, signal.SIGCONT)
    assert paused.wait(20) == EXIT_LOST, paused.last_words()
    house.remove(paused)
    assert fresh_values(observer, MODBUS, timeout_s=20)
    assert house.epoch() == second
    assert house.writes() == UNTOUCHED | {"ps01": 1}
    assert verify_store(house.stage.store).faults == []
