"""Half an hour of everything: memory of engine and room stays flat, and nothing is logged that should not be."""

from __future__ import annotations

from collections.abc import Iterator

import psutil
import pytest

from tests.helpers.house import House
from tests.helpers.intervals import Intervals
from tests.helpers.witness import Witness

pytestmark = [pytest.mark.prove, pytest.mark.timeout(3600)]

WARM_UP_MIN, SOAK_MIN = 5, 30
GROWTH = 1.02


@pytest.fixture
def witness(house: House) -> Iterator[Witness]:
    """A room on the house's store."""
    room = Witness(house.stage)
    yield room
    room.close()


def test_memory_is_flat(house: House, witness: Witness) -> None:
    """Five minutes to warm up, then thirty: the last five minutes' mean is at most 2 % above the first five's."""
    engine, observer = house.live_engine()
    processes = {"engine": psutil.Process(engine.pid), "room": psutil.Process(witness.process.pid)}
    follow = Intervals(observer, [])
    memory: dict[str, list[float]] = {name: [] for name in processes}
    for minute in range(WARM_UP_MIN + SOAK_MIN):
        follow.follow(60.0)
        for name, process in processes.items():
            memory[name].append(process.memory_info().rss / 1e6)
        print(f"minute {minute + 1}: " + ", ".join(f"{n} {m[-1]:.1f} MB" for n, m in memory.items()), flush=True)
    for name, sizes in memory.items():
        first, last = (sum(part) / len(part) for part in (sizes[WARM_UP_MIN : WARM_UP_MIN + 5], sizes[-5:]))
        print(f"{name}: {first:.1f} → {last:.1f} MB ({100 * (last / first - 1):+.2f} %)")
        assert last <= GROWTH * first, name
    assert "ERROR" not in witness.log() and "ERROR" not in engine.log.read_text(encoding="utf-8")
