"""The past is what rooms saw: a recorder beside the room writes down values, qualities and alarms while an engine lives
through all that can happen to it; then any frame number is asked for, and must be the same to the bit."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

import numpy as np
import pytest

from app.clock import SystemClock
from app.engine.historian.opening import open_parts
from app.engine.historian.plan import HistorianPlan
from app.engine.historian.work import Historian, HistorianStatus
from app.model.alarms.status import AlarmState
from app.model.quality import Quality
from app.model.records import CommandState, RequestKind
from app.model.spec import Site
from app.model.spec_json import site_to_json
from app.series.batch import SampleBatch
from app.storage.contract import Tick
from app.storage.history_contract import HistoryReader, Mark
from app.storage.history_reading import open_history_reader
from app.storage.opening import open_engine_store, open_room_store
from app.views.state.alarm_book import AlarmBook
from app.views.state.live import LiveValues
from tests.helpers.alarmed import ALARMS, HH, AlarmBench, alarm_bench, alarmed_site
from tests.helpers.engine_bench import ENGINEER
from tests.helpers.historian import QUICK
from tests.helpers.room_recorder import RoomRecorder, Sight, standing

K = RequestKind
STEPS: Final = 420
LOW: Final = "ps01/pump1/speed_sp:low"
OTHER: Final = alarmed_site(
    *(replace(a, limit=3.3, priority=2) if a.path == HH else a for a in ALARMS if not a.path.endswith("starts_hour:H"))
)
"""The site that is applied in the middle: one alarm gone, one with another limit."""


class Life:
    """What happens to the station, by dice; `one` is a step of it."""

    def __init__(self, bench: AlarmBench, recorder: RoomRecorder, seed: int) -> None:
        self.bench, self.recorder = bench, recorder
        self.dice = random.Random(seed)
        self.level = 2.0
        self.lost = 0

    async def one(self) -> None:
        """Let some time pass with other values, and perhaps one thing besides."""
        bench, dice = self.bench, self.dice
        self.level = min(3.9, max(0.6, self.level + dice.uniform(-0.4, 0.4)))
        if self.lost and bench.device.status.state != "up":
            self.lost -= 1
            if not self.lost:
                bench.device.status.state = "up"
        changes = {
            "ps01__well__level": round(self.level, 3), "ps01__pump1__run": float(dice.random() < 0.8),
            "ps01__pump1__speed_sp": dice.choice((15.0, 35.0, 35.5)), "ps01__pump1__trip": float(dice.random() < 0.1),
            "ps01__pump2__trip": float(dice.random() < 0.1), "ps01__pump2__starts_hour": float(dice.randrange(10)),
            "ps01__well__start_level": dice.choice((1.8, 1.8, 0.5, -0.0)),
        }  # fmt: skip
        await bench.step(dice.choice((0.2, 2.0, 3.0, 4.5, 4.5)), **changes)
        self.recorder.look()
        act = dice.choice(
            (self.doubt, self.late, self.lose, self.acknowledge, self.shelve, self.service, self.change, *[None] * 9)
        )
        if act is not None:
            await act()
        await bench.flush()
        self.recorder.look()

    async def doubt(self) -> None:
        """Some values come with a quality of their own, or are no numbers."""
        if self.bench.device.status.state == "up":
            quality = self.dice.choice((Quality.UNCERTAIN, Quality.SENSOR_FAULT, Quality.SIMULATED))
            self.bench.device.hear({"ps01/well/level": self.dice.choice((3.7, math.nan))}, quality=quality)

    async def late(self) -> None:
        """A reply brings a sample that is much older than the rest of it."""
        device = self.bench.device
        if device.status.state != "up":
            return
        now, numbers, sink = self.bench.clock.now_ms(), device._numbers, device._sink
        assert sink is not None
        tags = np.array([numbers["ps01/well/level"], numbers["ps01/pump1/trip_code"]], np.int32)
        source = np.array([now - 4_000, now], np.int64)
        device._sink.samples(
            device.spec.id, SampleBatch(tags, np.array([9.9, 1.0]), np.zeros(2, np.uint16), source, now)
        )

    async def lose(self) -> None:
        """The device falls silent for some steps, long enough for values to go stale sometimes."""
        if self.bench.device.status.state == "up":
            self.bench.device.lose(self.dice.choice((Quality.COMM_LOST, Quality.BAD_REPLY)))
            self.lost = self.dice.randrange(1, 6)

    async def acknowledge(self) -> None:
        """Somebody acknowledges all that stands, with a note."""
        stands = standing(self.bench.reader.alarms_after(-1))
        waiting = [path for path, status in stands.items() if status.state.unacknowledged]
        if waiting:
            await self.bench.acknowledge(*waiting, note="看过")
        latched = [
            p for p, s in standing(self.bench.reader.alarms_after(-1)).items() if s.state is AlarmState.LATCH_ACK
        ]
        for path in latched:
            await self.bench.on_alarm(K.RESET_ALARM, path, occurrence=self.bench.row(path).occurrence)

    async def shelve(self) -> None:
        """Somebody puts an alarm aside, or takes it back."""
        path = self.dice.choice(("ps01/well/level:H", "ps01/well/level:L", LOW))
        if self.bench.row(path).shelf is None:
            await self.bench.on_alarm(
                K.SHELVE, path, duration_s=self.dice.choice((60.0, 600.0)), one_shot=self.dice.random() < 0.3
            )
        else:
            await self.bench.on_alarm(K.UNSHELVE, path)

    async def service(self) -> None:
        """Somebody takes an alarm out of service, or puts it back."""
        path = "ps01/pump2/trip:trip"
        if self.bench.row(path).out_of_service is None:
            await self.bench.on_alarm(K.OUT_OF_SERVICE, path, person=ENGINEER, work_order="WO-7")
        else:
            await self.bench.on_alarm(K.IN_SERVICE, path, person=ENGINEER)

    async def change(self) -> None:
        """An engineer changes a limit or a priority."""
        await self.bench.on_alarm(
            K.CHANGE_ALARM, HH, person=ENGINEER, limit=self.dice.choice((3.35, 3.5)), priority=self.dice.choice((1, 3))
        )


async def apply(bench: AlarmBench, site: Site) -> None:
    """Put another site in force while the engine runs."""
    request = bench.ask(K.APPLY_SITE, {"site": site_to_json(site), "reason": "other"})
    for _ in range(300):
        await bench.flush()
        if bench.results(request):
            break
    assert bench.states(request) == [CommandState.DONE], bench.results(request)


async def restart(bench: AlarmBench) -> None:
    """The engine ends, half a minute passes, another one begins."""
    await bench.engine.stop()
    await bench.writer.stop()
    bench.clock.advance(30.0)
    await bench.start()


def write_history(bench: AlarmBench) -> Mark:
    """Let the product's historian take what it can: whole periods of ten minutes. Return its mark."""
    parts = open_parts(bench.address)
    lease = bench.reader.lease()
    assert lease is not None
    parts.store.lead(lease.epoch)
    plan: HistorianPlan = QUICK
    historian = Historian(
        parts.store, parts.frames_after, parts.reader, clock=bench.clock, plan=plan, site=lambda: None,
        status=HistorianStatus(), tell=lambda kind, **detail: None,
    )  # fmt: skip
    for _ in range(100_000):
        if historian.step() > 0.0:
            break
    mark = parts.store.mark()
    parts.close()
    assert mark is not None
    return mark


@contextmanager
def reading(address: str) -> Iterator[HistoryReader]:
    reader = open_history_reader(address)
    yield reader
    reader.close()


def assert_same(reader: HistoryReader, sight: Sight) -> None:
    """Compare a frame number of the past with what was written down then."""
    moment = reader.moment(sight.seq)
    assert moment is not None and moment.revision == sight.revision, sight.seq
    top = len(sight.values)
    values, quality = np.full(top, np.nan), np.full(top, Quality.NOT_YET, np.uint16)
    known = moment.state.tags < top
    tags = moment.state.tags[known]
    values[tags], quality[tags] = moment.state.values[known], moment.state.quality[known]
    bits = values.view(np.int64), sight.values.view(np.int64)
    unlike = np.flatnonzero((bits[0] != bits[1]) & ~(np.isnan(values) & np.isnan(sight.values)))
    assert not len(unlike), (sight.seq, unlike, values[unlike], sight.values[unlike])
    assert (quality == sight.quality).all(), (sight.seq, np.flatnonzero(quality != sight.quality))
    assert standing(reader.alarms_at(sight.seq)) == sight.alarms, sight.seq


def assert_played(reader: HistoryReader, start: Sight, stops: list[Sight]) -> None:
    """Play from one frame number on, as the room does, and compare at each stop."""
    applied, moment = reader.site_of(start.revision), reader.moment(start.seq)
    assert applied is not None and moment is not None
    live, book, seq = LiveValues(applied.site), AlarmBook(), start.seq
    live.take_state(moment.state)
    book.replace(reader.alarms_at(seq))
    for stop in stops:
        for frame in reader.frames(seq, stop.seq):
            if frame.revision != applied.revision:
                applied, old = reader.site_of(frame.revision), live
                assert applied is not None
                live = LiveValues(applied.site)
                live.take_over(old)
            for batch in frame.batches:
                live.apply(batch)
        book.apply({status.path: status for _, status in reader.alarms_between(seq, stop.seq)})
        seq = stop.seq
        assert applied.revision == stop.revision
        nothing = np.isnan(live.values) & np.isnan(stop.values)
        same = nothing | (live.values.view(np.int64) == stop.values.view(np.int64))
        assert same.all() and (live.quality == stop.quality).all(), (start.seq, seq)
        assert standing(book.statuses.values()) == stop.alarms, (start.seq, seq)


def chosen(recorder: RoomRecorder, mark: Mark, dice: random.Random) -> list[Sight]:
    """Choose fifty frame numbers: within history and behind its mark, at key frames, the first and the last."""
    seqs = sorted(recorder.sights)
    before, after = [s for s in seqs if s <= mark.seq], [s for s in seqs if s > mark.seq]
    keys = [s for s in seqs if s in recorder.keys]
    assert len(before) > 60 and len(after) > 60 and len(keys) > 10
    wanted = {seqs[0], seqs[-1], max(before), min(after), *dice.sample(keys, 8)}
    rest = [s for s in dice.sample(before, len(before)) if s not in wanted][:20]
    rest += [s for s in dice.sample(after, len(after)) if s not in wanted]
    return [recorder.sights[s] for s in (*wanted, *rest[: 50 - len(wanted)])]


@pytest.mark.timeout(600)
@pytest.mark.logs("the lease had run out and was taken again")  # while the historian works in the same thread
async def test_fifty_frame_numbers_show_what_a_recorder_saw(empty_address: str) -> None:
    """Twenty minutes: values, doubts, late and lost ones, alarms raised, acknowledged, shelved, suppressed, out of
    service and changed; a site applied in the middle, a restart; the historian takes what it can, twice. Playing from
    one number to others shows the same as going there."""
    dice = random.Random(11)
    async with alarm_bench(empty_address, alarmed_site()) as bench:
        recorder = RoomRecorder(empty_address)
        life = Life(bench, recorder, seed=12)
        for i in range(STEPS):
            await life.one()
            if i == 2 * STEPS // 5:
                write_history(bench)
            if i == STEPS // 2:
                await apply(bench, OTHER)
                recorder.look()
            if i == 2 * STEPS // 3:
                await restart(bench)
                recorder.look()
            if i == STEPS - 50:
                mark = write_history(bench)
        met = [s for sight in recorder.sights.values() for s in sight.alarms.values()]
        assert {s.state for s in met} == {*AlarmState}, "the run must have met every state"
        assert any(s.shelf for s in met) and any(s.suppressed for s in met) and any(s.first_out for s in met)
        assert any(s.out_of_service for s in met) and any(s.override for s in met) and any(s.frozen for s in met)
        recorder.close()
    with reading(empty_address) as reader:
        for sight in chosen(recorder, mark, dice):
            assert_same(reader, sight)
        seqs = sorted(recorder.sights)
        for first in (3, len(seqs) // 3, len(seqs) // 2 - 10, 2 * len(seqs) // 3 - 10):
            assert_played(reader, recorder.sights[seqs[first]], [recorder.sights[s] for s in seqs[first:][:40:8]])
    let_frames_go(empty_address, mark)
    with reading(empty_address) as reader:
        for sight in chosen(recorder, mark, dice):
            assert_same(reader, sight)


def let_frames_go(address: str, mark: Mark) -> None:
    """Drop the frames that history has, as the engine does little by little."""
    engine = open_engine_store(address, clock=SystemClock())
    engine.take_lease("test")
    room = open_room_store(address)
    for _ in range(5_000):
        (first,) = room.frames_after(0, 1)
        if first.t >= mark.t_ms:
            break
        engine.commit(Tick(prune_before_ms=mark.t_ms))
    assert mark.seq - 20 < first.seq <= mark.seq, "frames of one instant go together"
    room.close()
    engine.release_lease()
    engine.close()
