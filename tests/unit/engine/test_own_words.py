"""What the engine itself says of a tag, and what its source says after that: history, which goes by source times, must
end with what rooms were shown last."""

from __future__ import annotations

import numpy as np
import pytest

from app.engine.pipeline import Pipeline
from app.model.quality import Quality
from app.model.records import AppliedSite, Substitute
from app.series.batch import SampleBatch
from app.series.curves import exact_curve
from app.series.frames import KEY, decode
from app.series.gathering import GAP_MS, Gatherer
from app.series.samples import Gap, Samples
from app.storage.contract import FrameRow
from tests.helpers.clock import FakeClock
from tests.helpers.station import make_site

SITE = make_site()
RUN = next(t for t in SITE.tags if t.path == "ps01/pump1/run")
OLD_MS = 500_000
"""How long ago the source's value changed."""


class Told:
    """A pipeline and all frames that it made."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.frames: list[FrameRow] = []
        self.pipeline = self._begun()

    def hear(self, value: float, source_ms: int) -> None:
        """Hand in one reply about the tag, and tick."""
        now = self.clock.now_ms()
        tag, quality = np.array([RUN.number], np.int32), np.zeros(1, np.uint16)
        self.pipeline.samples(SampleBatch(tag, np.array([value]), quality, np.array([source_ms]), now))
        self.tick()

    def lose(self) -> None:
        """Lose the line to the device, and tick."""
        self.pipeline.lost([RUN.number], int(Quality.COMM_LOST))
        self.tick()

    def enter(self, *values: float) -> None:
        """Make this the manual value, or none, and tick."""
        now = self.clock.now_ms()
        self.pipeline.set_substitutes([Substitute(RUN.path, value, "demo", "x", now, now + 1) for value in values])
        self.tick()

    def tick(self, seconds: float = 1.0) -> None:
        """Make the frames of a tick; then time goes on."""
        self.frames += self.pipeline.frames()
        self.clock.advance(seconds)

    def begin_anew(self) -> None:
        """Let another engine take over what the last key frame says."""
        key = next(row for row in reversed(self.frames) if row.kind == KEY)
        self.pipeline = self._begun()
        self.pipeline.restore(key)

    def known(self) -> tuple[Samples, tuple[Gap, ...]]:
        """Return the tag's samples as history knows them, by source time, and the gaps."""
        gatherer = Gatherer()
        for seq, row in enumerate(self.frames, 1):
            gatherer.take(seq, row.t, row.kind, decode(row.payload, t=row.t))
        window, found = gatherer.window(), []
        for group in window.groups:
            for column in (c for c in group.columns if c.tag == RUN.number):
                at = np.arange(len(group.times)) if column.events is None else column.events
                its = (group.times.source_ms[at], group.times.seq[at], column.values, column.quality)
                found += list(zip(*(c.tolist() for c in its), strict=True))
        source, seq, values, quality = zip(*sorted(found), strict=True)
        samples = Samples(np.array(source), np.array(values), np.array(quality, np.uint16), np.array(seq))
        return samples, window.gaps

    def now(self) -> tuple[float, int]:
        """Return value and quality that a trend shows at the newest frame."""
        (samples, gaps), end = self.known(), self.frames[-1].t
        curve = exact_curve(RUN.number, samples, gaps, end - 1, end, end)
        return float(curve.mean[-1]), int(curve.quality[-1])

    def _begun(self) -> Pipeline:
        return Pipeline(AppliedSite(3, "h", 0, "p", "r", SITE), clock=self.clock)


@pytest.fixture
def told() -> Told:
    """Return a pipeline that heard a value whose source has had it for long."""
    it = Told()
    it.tick()
    it.hear(1.0, it.clock.now_ms() - OLD_MS)
    return it


def test_a_value_that_comes_back_with_its_old_time_holds_again(told: Told) -> None:
    """A server that reports changes tells the same value, of the same time, once the line is there again."""
    told.lose()
    told.hear(1.0, told.clock.now_ms() - OLD_MS)
    told.tick()
    assert told.now() == (1.0, Quality.GOOD)


def test_a_value_that_changed_before_the_loss_was_noticed_holds_too(told: Told) -> None:
    """Its time is before that of the loss, and yet it is what holds."""
    told.lose()
    told.hear(0.0, told.clock.now_ms() - 2_000)
    told.tick()
    assert told.now() == (0.0, Quality.GOOD)


def test_a_source_keeps_its_own_times_once_they_are_newer(told: Told) -> None:
    """Only what would stand before the engine's own words gets another time."""
    told.lose()
    own = told.clock.now_ms() - 300
    told.hear(0.0, own)
    assert own in told.known()[0].source_ms


def test_a_manual_value_that_was_taken_back_holds_no_longer(told: Told) -> None:
    """The source's value shows again, however old it is."""
    told.enter(0.0)
    told.enter()
    told.tick()
    assert told.now() == (1.0, Quality.GOOD)


def test_a_dead_sensor_is_dead_again_without_its_manual_value(told: Told) -> None:
    """The loss is older than the manual value, and yet it is what shows after it."""
    told.lose()
    told.enter(0.0)
    told.enter()
    told.tick()
    assert told.now()[1] == Quality.COMM_LOST


@pytest.mark.parametrize("pause_s", [GAP_MS / 1000 + 1, 86_400.0])
def test_what_is_the_same_after_a_gap_is_known_again(told: Told, pause_s: float) -> None:
    """The machine stood still, or its clock was set forward: what held before holds no longer, so it is said anew."""
    told.tick(pause_s)
    told.tick()
    told.tick()
    assert len(told.known()[1]) == 1
    assert told.now() == (1.0, Quality.GOOD)


def test_after_a_restart_manual_values_are_known_and_others_stale(told: Told) -> None:
    """Nothing changed, and nothing was heard yet."""
    told.enter(0.0)
    told.begin_anew()
    told.clock.advance(60)
    told.enter(0.0)
    told.tick()
    assert told.now() == (0.0, Quality.MANUAL)
    told.enter()
    told.tick()
    assert told.now()[1] == Quality.NOT_YET


def test_a_restart_makes_nothing_stale_that_was_before_it(told: Told) -> None:
    """Values are stale from the new engine's first frame on, not from their last reply."""
    told.hear(1.0, told.clock.now_ms())
    told.pipeline.want_key()
    told.tick()
    end = told.frames[-1].t
    told.begin_anew()
    told.clock.advance(60)
    told.tick()
    samples, _ = told.known()
    assert (samples.source_ms[samples.quality == Quality.STALE] > end).all()
    told.hear(1.0, told.clock.now_ms() - OLD_MS)
    told.tick()
    assert told.now() == (1.0, Quality.GOOD)


def test_a_clock_that_was_set_back_gives_nothing_another_time(told: Told) -> None:
    """What came before and after is not known then: the source's times stay."""
    told.lose()
    told.clock.step_wall(-3_600)
    own = told.clock.now_ms()
    told.hear(0.0, own)
    assert own in told.known()[0].source_ms


def test_a_restart_after_the_clock_was_set_back_says_nothing_of_the_future(told: Told) -> None:
    """Frames keep the time of the newest one until the clock is there again; what is said must not wait for it."""
    told.pipeline.want_key()
    told.tick()
    told.clock.step_wall(-20)
    told.begin_anew()
    told.tick()
    told.hear(1.0, told.clock.now_ms())
    for _ in range(30):
        told.tick()
    assert told.now() == (1.0, Quality.GOOD)


def test_alarms_and_formulas_hear_the_time_that_goes_out(told: Told) -> None:
    """A calculated tag has the newest time of what it is made of: it must not be from before the loss either."""
    heard: list[int] = []
    told.pipeline.judge = lambda batch, _: heard.extend(batch.source_ms.tolist())
    told.lose()
    told.hear(1.0, told.clock.now_ms() - OLD_MS)
    assert heard == sorted(heard) and len(heard) == 2
