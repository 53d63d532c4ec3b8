"""Kills of the engine in the middle of a storm of alarms, while people act: two in CI, twenty in `make prove`."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.clock import SystemClock
from app.model.alarms.status import AlarmState as A
from app.model.alarms.status import AlarmStatus
from app.storage.verify import verify_store
from tests.helpers.alarm_crowd import Crowd
from tests.helpers.alarm_replay import differences, replay
from tests.helpers.alarm_storm import ACKNOWLEDGED, LIMIT, PRIORITY, SHELVED, SOUNDING, Storm, pause
from tests.helpers.house import until
from tests.helpers.postgres import fresh_database, running_postgres, wants_no_postgres

KILLS = 20
SHORTEST_S, LONGEST_S = 1.0, 6.0
SET_BACK_S = -300.0
"""Less than the restart window of ten minutes: acknowledgements stand."""
FAR_BACK_S = -3_600.0
SLACK_MS = 3_000
MOVES = ("raised", "returned", "realarmed", "acknowledged")
ACTS = {"acknowledged", "shelved", "out-of-service", "changed"}


@pytest.fixture
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the address of a store that is not made yet: a folder, or a database where a test names PostgreSQL."""
    if getattr(request, "param", "sqlite") == "sqlite":
        yield str(tmp_path / "store")
        return
    if wants_no_postgres():
        pytest.skip("QIANLIYAN_TEST_NO_POSTGRES is set")
    with running_postgres() as server, fresh_database(server) as url:
        yield url


@pytest.fixture
def storm(address: str) -> Iterator[Storm]:
    """A storm with a first engine: some standing alarms acknowledged, one shelved for an hour, some left sounding."""
    made = Storm(address)
    try:
        made.start()
        made.settle()
        yield made
    finally:
        made.close()


@pytest.fixture
def crowd(storm: Storm) -> Iterator[Crowd]:
    """Somebody who acts all the time."""
    made = Crowd(storm.address)
    made.start()
    yield made
    made.stop()


def _kill_again_and_again(storm: Storm, kills: int) -> None:
    """Kill and start; each third engine's wall clock is five minutes behind. After each kill rows equal the journal."""
    dice = random.Random(7)
    before = storm.rows()
    for number in range(kills):
        pause(dice.uniform(SHORTEST_S, LONGEST_S))
        storm.kill()
        assert storm.faults() == []
        _assert_standing(storm.rows(), before)
        storm.start(offset_s=SET_BACK_S if number % 3 == 1 else 0.0)
    pause(SHORTEST_S)


def _assert_standing(rows: dict[str, AlarmStatus], before: dict[str, AlarmStatus]) -> None:
    """What nobody touches is as it was: nothing sounded again, and the shelf ends when it did."""
    for paths, state in ((ACKNOWLEDGED, A.ACKED), (SOUNDING, A.UNACK)):
        assert [p for p in paths if rows[p].state is not state] == []
        assert [
            p for p in paths if (rows[p].occurrence, rows[p].count) != (before[p].occurrence, before[p].count)
        ] == []
    was, now = before[SHELVED].shelf, rows[SHELVED].shelf
    assert was is not None and now is not None
    assert (now.until_boot, now.boot_id) == (was.until_boot, was.boot_id)


def _end(storm: Storm, crowd: Crowd) -> None:
    """Let everybody rest: every request has one answer, rows equal the journal, the chains hold."""
    crowd.stop()
    assert until(lambda: storm.unanswered(crowd.asked) == [], timeout_s=20.0), storm.unanswered(crowd.asked)[:5]
    storm.kill()
    assert storm.faults() == []
    assert {line.kind for line in storm.lines if line.who} >= ACTS
    assert verify_store(storm.address).faults == []


@pytest.mark.timeout(240)
def test_kills_in_a_storm_lose_nothing_and_a_clock_set_back_lengthens_no_shelf(storm: Storm, crowd: Crowd) -> None:
    """Two kills while a person acts. Then an engine whose wall clock is an hour behind: the shelf has as long to go as
    before, and its stamp says so by that clock."""
    _kill_again_and_again(storm, 2)
    _end(storm, crowd)
    storm.start(offset_s=FAR_BACK_S)
    assert until(lambda: abs(_stamped_off_ms(storm, FAR_BACK_S)) < SLACK_MS, timeout_s=20.0)


def _stamped_off_ms(storm: Storm, offset_s: float) -> float:
    """Return how far the shelf's stamp is from its end by the boot clock, told by a wall clock that is off."""
    shelf = storm.rows()[SHELVED].shelf
    assert shelf is not None
    clock = SystemClock()
    return shelf.until_ms - (clock.now_ms() + 1e3 * (offset_s + shelf.until_boot - clock.boot()))


def test_a_line_that_is_missing_is_found(storm: Storm) -> None:
    """The judge of these tests is not blind: without any one line of an alarm that moves, the journal says otherwise
    than the rows, or contradicts itself."""
    pause(SHORTEST_S)
    storm.kill()
    assert storm.faults() == []
    moves = [
        i for i, line in enumerate(storm.lines) if line.kind in ("raised", "returned", "realarmed", "acknowledged")
    ]
    for i in random.Random(3).sample(moves, 20):
        lost = [*storm.lines[:i], *storm.lines[i + 1 :]]
        assert differences(replay(lost, limit=LIMIT, priority=PRIORITY), storm.rows()) != []


@pytest.mark.prove
@pytest.mark.timeout(900)
@pytest.mark.parametrize("address", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_twenty_kills_in_a_storm(storm: Storm, crowd: Crowd) -> None:
    """Twenty kills at 500 transitions a second, on either backend."""
    _kill_again_and_again(storm, KILLS)
    _end(storm, crowd)
    print(f"\n{KILLS} kills in {len(storm.lines):,} lines and {len(crowd.asked)} requests: no fault;")
    print(dict(Counter(line.kind for line in storm.lines)))
