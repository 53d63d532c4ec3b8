"""From samples to frames: deadband, quality, staleness, substitutes, late samples, key frames."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.pipeline import KEY_PERIOD_S, Pipeline
from app.model.quality import Quality
from app.model.records import AppliedSite, Substitute
from app.series.batch import SampleBatch, one_time
from app.series.frames import DecodedFrame, decode
from app.storage.contract import DELTA, KEY, LATE, FrameRow
from tests.helpers.clock import FakeClock
from tests.helpers.station import make_site

SITE = make_site()
LEVEL = next(t for t in SITE.tags if t.path == "ps01/well/level")
RUN = next(t for t in SITE.tags if t.path == "ps01/pump1/run")
DEADBAND = 0.05
BANDED = replace(SITE, tags=tuple(replace(t, deadband=DEADBAND) if t == LEVEL else t for t in SITE.tags))


class Line:
    """A pipeline with its clock, past its first key frame."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.pipeline = Pipeline(AppliedSite(3, "h", 0, "p", "r", BANDED), clock=self.clock)
        self.pipeline.frames()

    def hear(self, *samples: tuple[int, float, int], source_ms: tuple[int, ...] | None = None) -> None:
        """Hand in one reply of (number, value, quality)."""
        now = self.clock.now_ms()
        self.pipeline.samples(
            SampleBatch(
                np.array([s[0] for s in samples], dtype=np.int32),
                np.array([s[1] for s in samples]),
                np.array([s[2] for s in samples], dtype=np.uint16),
                np.array(source_ms or [now] * len(samples), dtype=np.int64),
                now,
            )
        )

    def rest(self, seconds: float) -> None:
        """Let time pass as it does in an engine, which never stops making frames."""
        left = seconds
        while left > 0:
            self.clock.advance(min(left, 1.0))
            left -= 1.0
            self.pipeline.frames()

    def delta(self) -> list[tuple[int, float, int]]:
        """Return the samples of the next delta frame as (number, value, quality)."""
        frame = self.frames()[DELTA]
        return [row for batch in frame.batches for row in _rows(batch)]

    def frames(self) -> dict[int, DecodedFrame]:
        """Return the frames of the next tick by kind."""
        return {row.kind: decode(row.payload, t=row.t) for row in self.pipeline.frames()}


def _rows(batch: SampleBatch) -> list[tuple[int, float, int]]:
    columns = (batch.tags.tolist(), batch.values.tolist(), batch.quality.tolist())
    return list(zip(*columns, strict=True))


def test_the_first_tick_carries_a_key_frame_with_every_tag() -> None:
    """A follower can begin with the first commit of an engine: every tag is there, not read yet."""
    pipeline = Pipeline(AppliedSite(3, "h", 0, "p", "r", SITE), clock=FakeClock())
    rows = {row.kind: row for row in pipeline.frames()}
    frame = decode(rows[KEY].payload, t=rows[KEY].t)
    assert frame.revision == 3 and len(frame) == len(SITE.tags)
    assert {q for batch in frame.batches for q in batch.quality.tolist()} == {Quality.NOT_YET}


def test_only_what_passes_the_deadband_goes_out() -> None:
    """The deadband counts from the value that was sent last, so that slow drift is not lost."""
    line = Line()
    line.hear((LEVEL.number, 2.0, 0))
    assert line.delta() == [(LEVEL.number, 2.0, 0)]
    line.hear((LEVEL.number, 2.04, 0))
    assert line.delta() == []
    line.hear((LEVEL.number, 2.06, 0))
    assert line.delta() == [(LEVEL.number, 2.06, 0)]


def test_the_sample_before_a_jump_goes_out_with_it() -> None:
    """At rest for long, drifting within the deadband, then a step: a line through what frames say is level and then
    steep, never one long slope. The last sample at rest comes first, with its own times; those before it do not
    come, and it comes once."""
    line = Line()
    line.hear((LEVEL.number, 2.0, 0))
    line.delta()
    for value in (2.01, 2.03, 2.02):
        line.rest(10.0)
        line.hear((LEVEL.number, value, 0))
        assert line.delta() == []
    rest_ms = line.clock.now_ms()
    line.clock.advance(0.2)
    line.hear((LEVEL.number, 3.0, 0))
    before, after = line.frames()[DELTA].batches
    assert (_rows(before), before.source_ms.tolist(), before.receipt_ms) == (
        [(LEVEL.number, 2.02, 0)],
        [rest_ms],
        rest_ms,
    )
    assert (_rows(after), after.receipt_ms) == ([(LEVEL.number, 3.0, 0)], rest_ms + 200)
    line.clock.advance(0.2)
    line.hear((LEVEL.number, 4.0, 0))
    assert line.delta() == [(LEVEL.number, 4.0, 0)]
    assert line.pipeline.look(LEVEL.path) == (4.0, 0, 0.0)


def test_a_constant_value_is_told_once_more_before_it_steps() -> None:
    """No drift at all: the sample before the step says until when it stood, also past a key frame. A switch has no
    slope: nothing is said before it."""
    line = Line()
    line.hear((LEVEL.number, 2.0, 0), (RUN.number, 0.0, 0))
    line.delta()
    line.clock.advance(1.0)
    line.hear((LEVEL.number, 2.0, 0), (RUN.number, 0.0, 0))
    line.pipeline.want_key()
    assert KEY in line.frames()
    line.clock.advance(1.0)
    line.hear((LEVEL.number, 3.0, 0), (RUN.number, 1.0, 0))
    assert line.delta() == [(LEVEL.number, 2.0, 0), (LEVEL.number, 3.0, 0), (RUN.number, 1.0, 0)]


def test_what_a_key_frame_has_carried_is_not_told_again_before_a_jump() -> None:
    """A key frame carries the drift within the deadband as it is: history has that sample from there."""
    line = Line()
    line.hear((LEVEL.number, 2.0, 0))
    line.delta()
    line.clock.advance(1.0)
    line.hear((LEVEL.number, 2.04, 0))
    line.pipeline.want_key()
    line.frames()
    line.clock.advance(1.0)
    line.hear((LEVEL.number, 3.0, 0))
    assert line.delta() == [(LEVEL.number, 3.0, 0)]


def test_the_last_good_sample_goes_out_before_a_quality_that_the_engine_gives() -> None:
    """A line dies long after the last change: until when the value was good is known."""
    line = Line()
    line.hear((LEVEL.number, 2.0, 0))
    line.rest(30.0)
    line.hear((LEVEL.number, 2.01, 0))
    line.delta()
    line.clock.advance(2.0)
    line.pipeline.lost((LEVEL.number,), Quality.COMM_LOST)
    assert line.delta() == [(LEVEL.number, 2.01, 0), (LEVEL.number, 2.01, Quality.COMM_LOST)]


def test_a_sample_that_a_source_repeats_is_not_told_twice() -> None:
    """A subscription that is made again says its last sample again, with the same source time."""
    line = Line()
    line.hear((LEVEL.number, 2.0, 0))
    line.delta()
    said_ms = line.clock.now_ms()
    line.rest(5.0)
    line.hear((LEVEL.number, 2.0, 0), source_ms=(said_ms,))
    line.rest(5.0)
    line.hear((LEVEL.number, 3.0, 0))
    assert line.delta() == [(LEVEL.number, 3.0, 0)]


def test_alarms_judge_every_sample_once_and_none_again_before_a_jump() -> None:
    """What goes out later for the sake of a curve was judged when it came."""
    line = Line()
    judged: list[float] = []
    line.pipeline.judge = lambda batch, _: judged.extend(batch.values.tolist())
    for value in (2.0, 2.01, 2.02, 3.0):
        line.clock.advance(1.0)
        line.hear((LEVEL.number, value, 0))
    assert line.delta() == [(LEVEL.number, v, 0) for v in (2.0, 2.02, 3.0)]
    assert judged == [2.0, 2.01, 2.02, 3.0]


def test_a_source_behind_a_substitute_tells_nothing_when_it_jumps() -> None:
    """While a person's value stands, neither the source's rest nor its jump is seen; what it says when the person's
    value goes is told once."""
    line = Line()
    line.hear((LEVEL.number, 2.0, 0))
    line.delta()
    line.pipeline.set_substitutes([Substitute(LEVEL.path, 1.5, "demo", "sensor", line.clock.now_ms(), 0)])
    line.delta()
    for value in (2.01, 3.0, 3.01):
        line.clock.advance(1.0)
        line.hear((LEVEL.number, value, 0))
    assert line.delta() == []
    line.pipeline.set_substitutes([])
    assert line.delta() == [(LEVEL.number, 3.01, 0)]
    line.clock.advance(1.0)
    line.hear((LEVEL.number, 4.0, 0))
    assert line.delta() == [(LEVEL.number, 4.0, 0)]


def test_every_sample_of_a_tick_goes_out_not_only_the_last() -> None:
    """A pump that starts and stops within one tick is seen to do both."""
    line = Line()
    line.hear((RUN.number, 1.0, 0))
    line.hear((RUN.number, 0.0, 0))
    assert line.delta() == [(RUN.number, 1.0, 0), (RUN.number, 0.0, 0)]


def test_a_change_of_quality_goes_out_whatever_the_value() -> None:
    """Good, then sensor fault with no value, then good again."""
    line = Line()
    line.hear((LEVEL.number, 2.0, 0))
    line.delta()
    line.hear((LEVEL.number, float("nan"), Quality.SENSOR_FAULT))
    ((number, value, quality),) = line.delta()
    assert (number, quality) == (LEVEL.number, Quality.SENSOR_FAULT) and np.isnan(value)
    line.hear((LEVEL.number, 2.0, 0))
    assert line.delta() == [(LEVEL.number, 2.0, 0)]


def test_stale_by_maximum_age_and_only_once() -> None:
    """No good reply within the tag's age: stale, told once; bad replies do not keep a value fresh."""
    line = Line()
    line.hear((LEVEL.number, 2.0, 0))
    line.delta()
    line.rest(LEVEL.max_age_s + 0.1)
    line.pipeline.age_out()
    assert line.delta() == [(LEVEL.number, 2.0, Quality.STALE)]
    line.pipeline.age_out()
    assert line.delta() == []


def test_confirmed_values_do_not_grow_old() -> None:
    """A subscription that speaks only of changes: a sign of life of its server keeps values, but wakes no bad one."""
    line = Line()
    line.hear((LEVEL.number, 2.0, 0), (RUN.number, 1.0, Quality.SENSOR_FAULT))
    line.delta()
    numbers = np.array([LEVEL.number, RUN.number], dtype=np.int32)
    for _ in range(4):
        line.rest(LEVEL.max_age_s * 0.9)
        line.pipeline.confirm(numbers)
        line.pipeline.age_out()
    assert line.delta() == []
    assert line.pipeline.look(RUN.path) == (1.0, Quality.SENSOR_FAULT, pytest.approx(np.inf))


def test_lost_tags_keep_their_last_value() -> None:
    """Communication lost is a quality; the last value stays visible beside it, and its age goes on."""
    line = Line()
    line.hear((LEVEL.number, 2.0, 0))
    line.delta()
    line.clock.advance(3.0)
    line.pipeline.lost((LEVEL.number, 9_999), Quality.COMM_LOST)
    assert line.delta() == [(LEVEL.number, 2.0, Quality.COMM_LOST)]
    assert line.pipeline.look(LEVEL.path) == (2.0, Quality.COMM_LOST, pytest.approx(3.0))


def test_a_substitute_stands_in_until_it_is_taken_back() -> None:
    """Manual value out, source hidden meanwhile, source shown again as it is by then."""
    line = Line()
    line.hear((LEVEL.number, 2.0, 0))
    line.delta()
    line.pipeline.set_substitutes([Substitute(LEVEL.path, 1.5, "demo", "sensor", line.clock.now_ms(), 0)])
    assert line.delta() == [(LEVEL.number, 1.5, Quality.MANUAL)]
    line.hear((LEVEL.number, 2.5, 0))
    assert line.delta() == []
    assert line.pipeline.look(LEVEL.path) == (1.5, Quality.MANUAL, 0.0)
    line.pipeline.set_substitutes([])
    assert line.delta() == [(LEVEL.number, 2.5, 0)]


def test_late_samples_go_into_a_frame_of_their_own() -> None:
    """A sample older than what is known, in a batch that is otherwise new, does not become the live value."""
    line = Line()
    line.hear((LEVEL.number, 2.0, 0), (RUN.number, 1.0, 0))
    line.delta()
    now = line.clock.now_ms()
    line.hear((LEVEL.number, 9.0, 0), (RUN.number, 0.0, 0), source_ms=(now - 60_000, now + 10))
    frames = line.frames()
    assert [row for b in frames[LATE].batches for row in _rows(b)] == [(LEVEL.number, 9.0, 0)]
    assert [row for b in frames[DELTA].batches for row in _rows(b)] == [(RUN.number, 0.0, 0)]
    assert line.pipeline.look(LEVEL.path) == (2.0, 0, 0.0)


def test_a_device_clock_that_is_set_back_is_live_all_the_same() -> None:
    """Everything of a batch is older than before: the clock moved, not the samples."""
    line = Line()
    line.hear((LEVEL.number, 2.0, 0), (RUN.number, 1.0, 0))
    line.delta()
    earlier = line.clock.now_ms() - 300_000
    line.hear((LEVEL.number, 3.0, 0), (RUN.number, 0.0, 0), source_ms=(earlier, earlier))
    assert line.delta() == [(LEVEL.number, 3.0, 0), (RUN.number, 0.0, 0)]


def test_t_never_decreases() -> None:
    """The wall clock is set back; frames go on in order."""
    line = Line()
    before = line.pipeline.frames()[0].t
    line.clock.step_wall(-3600.0)
    assert line.pipeline.frames()[0].t == before


def test_a_key_frame_each_minute_and_on_demand() -> None:
    """Key frames come by the monotonic clock, and after a gap."""
    line = Line()
    assert KEY not in line.frames()
    line.clock.advance(KEY_PERIOD_S)
    assert KEY in line.frames()
    line.pipeline.want_key()
    assert KEY in line.frames()
    assert KEY not in line.frames()


def test_a_restart_shows_last_values_as_stale() -> None:
    """Last values survive as stale; a manual value is not mistaken for the source's; damage is no catastrophe."""
    line = Line()
    line.hear((LEVEL.number, 2.0, 0), (RUN.number, 1.0, 0))
    line.pipeline.set_substitutes([Substitute(RUN.path, 0.0, "demo", "x", 1, 2)])
    line.pipeline.want_key()
    key = next(row for row in line.pipeline.frames() if row.kind == KEY)
    again = Line()
    again.pipeline.restore(key)
    assert again.pipeline.look(LEVEL.path) == (2.0, Quality.STALE, np.inf)
    found = again.pipeline.look(RUN.path)
    assert found is not None and found[1] == Quality.NOT_YET
    again.pipeline.restore(FrameRow(key.t, KEY, b"rubbish"))
    assert again.pipeline.look(LEVEL.path) == (2.0, Quality.STALE, np.inf)


def test_another_site_keeps_what_is_read_the_same_way() -> None:
    """One tag's address changes: it is unknown again, its neighbour keeps its value; old drivers' batches are let in
    only for tags that exist."""
    line = Line()
    line.hear((LEVEL.number, 2.0, 0), (RUN.number, 1.0, 0))
    moved = replace(RUN, point=replace(RUN.point, address=777))  # type: ignore[type-var,arg-type]
    tags = tuple(moved if t == RUN else t for t in BANDED.tags if t.path != "ps01/gate1/moving")
    gone = next(t.number for t in BANDED.tags if t.path == "ps01/gate1/moving")
    line.pipeline.change_site(AppliedSite(4, "h", 0, "p", "r", replace(BANDED, tags=tags)))
    line.hear((gone, 1.0, 0), (9_999, 1.0, 0))
    frames = line.frames()
    told = [tag for batch in frames[DELTA].batches for tag in batch.tags.tolist()]
    assert frames[DELTA].revision == 4 and told == [t.number for t in tags] and len(frames[KEY]) == len(tags)
    assert line.pipeline.look(LEVEL.path) == (2.0, 0, 0.0)
    found = line.pipeline.look(RUN.path)
    assert found is not None and found[1] == Quality.NOT_YET


@given(st.lists(st.tuples(st.floats(-5, 5), st.sampled_from([0, 65, 129, 131])), min_size=1, max_size=60))
def test_a_follower_never_differs_by_more_than_the_deadband(samples: list[tuple[float, int]]) -> None:
    """Whatever is heard, what frames say is the last value within the deadband, with exactly its quality."""
    line = Line()
    followed = (float("nan"), int(Quality.NOT_YET))
    for value, quality in samples:
        line.hear((LEVEL.number, value, quality))
        for _, sent, code in line.delta():
            followed = (sent, code)
        assert abs(followed[0] - value) <= DEADBAND and followed[1] == quality


ODD = st.sampled_from([0.0, 0.04, 0.06, 1.0, np.nan, np.inf, -np.inf])
REPLIES = st.lists(st.tuples(ODD, ODD, st.sampled_from([0, 65, 131])), min_size=1, max_size=6)


@given(REPLIES, st.booleans())
def test_a_driver_that_hands_in_the_same_tags_each_time_changes_nothing(
    replies: list[tuple[float, float, int]], run: bool
) -> None:
    """What is worked out once for lasting tags and one source time gives the frames that fresh columns give."""
    other = LEVEL.number + 1 if run else RUN.number
    lasting, fresh = Line(), Line()
    tags = np.array([LEVEL.number, other], dtype=np.int32)
    tags.flags.writeable = False
    for now, (first, second, quality) in enumerate(replies, lasting.clock.now_ms()):
        values, codes = np.array([first, second]), np.array([0, quality], dtype=np.uint16)
        lasting.pipeline.samples(SampleBatch(tags, values, codes, one_time(now, 2), now))
        fresh.pipeline.samples(SampleBatch(tags.copy(), values, codes, np.full(2, now), now))
    for name in ("value", "shown", "quality", "source_ms", "receipt_ms", "marked_ms", "said_ms", "seen", "held"):
        np.testing.assert_array_equal(getattr(lasting.pipeline.columns, name), getattr(fresh.pipeline.columns, name))
    assert [f.payload for f in lasting.pipeline.frames()] == [f.payload for f in fresh.pipeline.frames()]


@given(REPLIES)
def test_what_goes_out_is_what_the_rule_says(replies: list[tuple[float, float, int]]) -> None:
    """By the rule in words: further than the deadband, another quality, or a number where none was and the reverse; and
    before it the last one that was not so."""
    line = Line()
    expected: list[tuple[float, int]] = []
    shown, before = np.nan, int(Quality.NOT_YET)
    quiet: list[tuple[float, int]] = []
    for value, _, quality in replies:
        far = bool(np.isfinite(value) != np.isfinite(shown) or abs(value - shown) > DEADBAND)
        number = bool(np.isnan(value) != np.isnan(shown))
        still = bool(np.isinf(value) and value == shown)
        if (far and not still and not (np.isnan(value) and np.isnan(shown))) or number or quality != before:
            expected += [*quiet, (value, quality)]
            shown, quiet = value, []
        else:
            quiet = [(value, quality)]
        before = quality
        line.clock.advance(0.1)
        line.hear((LEVEL.number, value, quality))
    np.testing.assert_array_equal([(v, q) for _, v, q in line.delta()], np.array(expected).reshape(-1, 2).tolist())


def test_tags_of_a_former_site_are_left_out_each_time() -> None:
    """A driver of the former site may still hand in its lasting tags: the known ones count, the others never do."""
    line = Line()
    tags = np.array([LEVEL.number, 30_000], dtype=np.int32)
    tags.flags.writeable = False
    now = line.clock.now_ms()
    for value in (1.0, 2.0):
        line.pipeline.samples(SampleBatch(tags, np.array([value, 9.0]), np.zeros(2, np.uint16), one_time(now, 2), now))
        assert line.delta() == [(LEVEL.number, value, 0)]
