"""What a room shows and sounds while engines die and come back, and what a dying room does to the rest."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from app.storage.verify import verify_store
from tests.helpers.house import House, fresh_values, until
from tests.helpers.witness import Witness

MODBUS = ("plc-ps01", "plc-ps02", "gw-rain")
pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def witness(house: House) -> Iterator[Witness]:
    """A room on the house's store."""
    room = Witness(house.stage)
    yield room
    room.close()


def test_a_silent_engine_greys_everything_and_sounds_until_it_is_back(house: House, witness: Witness) -> None:
    """Values on screen → engine killed → every value grey and a sound → engine back → values, and no sound."""
    engine, _ = house.live_engine()
    assert until(lambda: witness.newest(values=True, silent=False) is not None, timeout_s=30), witness.log()
    killed_ms = time.time_ns() // 1_000_000
    engine.kill()
    house.remove(engine)
    assert until(lambda: witness.newest(silent=True, grey=True, sounding=True, values=False) is not None, timeout_s=15)
    assert until(lambda: witness.heard_after(killed_ms) is not None, timeout_s=15)
    house.start_engine()
    assert until(
        lambda: witness.newest(silent=False, grey=False, sounding=False, values=True) is not None, timeout_s=30
    )
    assert witness.close() == 0
    assert "CRITICAL" not in witness.log() and "ERROR" not in witness.log()


def test_killing_the_room_stops_nothing(house: House, witness: Witness) -> None:
    """The room is killed → frames go on, devices give fresh values, the store is sound."""
    engine, observer = house.live_engine()
    assert until(lambda: witness.newest(values=True) is not None, timeout_s=30), witness.log()
    witness.kill()
    assert fresh_values(observer, MODBUS, timeout_s=15)
    assert engine.code is None
    assert verify_store(house.stage.store).faults == []
