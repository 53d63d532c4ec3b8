"""Whatever happens in whatever order: the rows are what the journal says, and no acknowledgement is lost."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from app.model.alarms.status import AlarmChange, AlarmState
from app.model.quality import Quality
from app.model.records import Journal, RequestKind
from app.storage.verify import verify_store
from tests.helpers.alarmed import HH, AlarmBench, alarm_bench
from tests.helpers.engine_bench import ENGINEER

PATHS = (HH, "ps01/well/level:H", "ps01/pump1/trip:trip", "ps01/pump1/speed_sp:low", "plc-ps01:comm")
STEPS = 60


async def _one(b: AlarmBench, chance: random.Random) -> None:
    """Let one thing happen."""
    path = chance.choice(PATHS)
    match chance.randrange(10):
        case 0 | 1 | 2:
            b.values["ps01/well/level"] = chance.choice((2.0, 3.05, 3.35, 3.5))
            b.values["ps01/pump1/trip"] = float(chance.randrange(2))
            b.values["ps01/pump1/run"] = float(chance.randrange(2))
        case 3:
            await b.acknowledge(path)
        case 4:
            await b.on_alarm(RequestKind.SHELVE, path, second=ENGINEER, duration_s=60, one_shot=chance.random() < 0.5)
        case 5:
            await b.on_alarm(RequestKind.UNSHELVE, path)
        case 6:
            await b.on_alarm(RequestKind.RESET_ALARM, path, occurrence=b.row(path).occurrence)
        case 7:
            b.device.hear(b.values, quality=chance.choice((Quality.SENSOR_FAULT, Quality.UNCERTAIN)))
        case 8:
            b.device.lose() if chance.random() < 0.5 else setattr(b.device.status, "state", "up")
        case 9:
            await b.end()
            b.clock.step_wall(chance.choice((0.0, 5.0, -5.0)))
            await b.start()
    await b.moved(chance.choice((0.2, 1.0, 5.0)))


@pytest.mark.parametrize("seed", range(4))
async def test_rows_are_what_the_journal_says(tmp_path: Path, seed: int) -> None:
    """60 random things; after each the newest line of an alarm names its state, and only a new annunciation takes an
    acknowledgement away."""
    chance = random.Random(seed)
    async with alarm_bench(tmp_path) as b:
        acknowledged: dict[str, str] = {}
        for _ in range(STEPS):
            await _one(b, chance)
            rows = {row.path: row for row in b.reader.alarms_after(-1)}
            lines = b.reader.journal_newest(Journal.ALARMS, 10_000)
            for path, row in rows.items():
                mine = [e for e in lines if e.what == path]
                assert mine[-1].detail["state"] == row.state, (path, mine[-1])
                again = {AlarmChange.REALARMED, AlarmChange.RAISED, AlarmChange.AFTER_GAP}
                if acknowledged.get(path) == row.occurrence and row.occurrence:
                    was_again = any(e.kind in again for e in mine[-4:])
                    assert row.state is not AlarmState.UNACK or was_again, (path, row)
                acknowledged[path] = row.occurrence if row.state is AlarmState.ACKED else ""
        assert verify_store(b.address).faults == []
