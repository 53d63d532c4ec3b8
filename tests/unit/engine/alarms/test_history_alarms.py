"""The engine's own values alarm like any other: history that fails, and history that stands still."""

from __future__ import annotations

from pathlib import Path

from app.engine.historian.plan import MINUTE_MS
from app.model.alarms.spec import AlarmKind
from app.model.alarms.status import AlarmState
from app.model.records import Journal
from tests.helpers.alarmed import alarm_bench, alarmed_site, make_alarm

FAILED, STALLED = "engine/history:failed", "engine/history_lag:stalled"
SITE = alarmed_site(
    make_alarm(FAILED, AlarmKind.STATE, values=(2,), facility="", areas=("east", "west")),
    make_alarm(STALLED, limit=1_800.0, side=1, deadband=60.0, facility="", areas=("east", "west")),
)


async def test_a_defect_alarms_at_once_and_goes_when_it_works_again(tmp_path: Path) -> None:
    """Works → failed: unacknowledged → acknowledged by an operator of one of the areas → works: gone."""
    async with alarm_bench(tmp_path, SITE) as b:
        b.history.mark_ms = b.clock.now_ms()
        await b.waited(2)
        assert b.state(FAILED) is AlarmState.NORM
        b.history.failed = "ZeroDivisionError()"
        await b.waited(2)
        assert b.state(FAILED) is AlarmState.UNACK and b.kinds(FAILED) == ["raised"]
        await b.acknowledge(FAILED)
        b.history.failed = ""
        await b.waited(2)
        assert b.state(FAILED) is AlarmState.NORM


async def test_a_mark_that_stands_for_half_an_hour_alarms_and_frames_stay(tmp_path: Path) -> None:
    """The mark stands: after half an hour the alarm comes, and no frame that history lacks is dropped; it moves on, and
    the alarm's condition is gone."""
    async with alarm_bench(tmp_path, SITE) as b:
        mark_ms = b.history.mark_ms = b.clock.now_ms()
        first = b.reader.facts().oldest_frame_ms
        for minute in range(1, 33):
            b.clock.advance(MINUTE_MS / 1000 - 1)
            await b.moved(1.0)
            assert (b.state(STALLED) is AlarmState.NORM) == (minute <= 30), minute
        for _ in range(3):
            await b.moved(1.0)
        assert first <= b.reader.facts().oldest_frame_ms <= mark_ms
        b.history.mark_ms = b.clock.now_ms()
        await b.waited(3)
        assert b.state(STALLED) is AlarmState.RTN_UNACK
        assert "frames-dropped-unkept" not in {e.kind for e in b.reader.journal_newest(Journal.EVENTS)}
