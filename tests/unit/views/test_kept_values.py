"""Stories of what is kept between two looks: what moved, what is suspect, and how values are put into words."""

from __future__ import annotations

import numpy as np

from app.model.quality import Quality
from app.views.state.face import FaceReader, face_of
from app.views.state.live import LiveValues, TagGroups
from app.views.state.readings import reader
from app.views.state.values import Mark, show
from tests.helpers.feeding import feed
from tests.helpers.xiasha import calm_values, xiasha

NOW = 1_790_000_000_000
LEVEL = "ps01/well/level"


def calm() -> LiveValues:
    live = LiveValues(xiasha())
    feed(live, calm_values(live.site, now_ms=NOW), t=NOW)
    return live


def moved(live: LiveValues, path: str) -> int:
    spec = live.spec(path)
    assert spec is not None
    return int(live.moved[spec.number])


def test_an_equal_sample_moves_nothing_and_another_quality_does() -> None:
    """A sample that repeats value and quality has a new stamp alone; a new value, quality or silence moves the tag."""
    live = calm()
    spec = live.spec(LEVEL)
    assert spec is not None
    before, stamp, value = moved(live, LEVEL), int(live.stamp[spec.number]), live.get(LEVEL).value
    feed(live, {LEVEL: value}, t=NOW + 500)
    assert moved(live, LEVEL) == before and int(live.stamp[spec.number]) > stamp
    steps = [before]
    feed(live, {LEVEL: value}, t=NOW + 1000, quality=Quality.STALE)
    steps.append(moved(live, LEVEL))
    feed(live, {LEVEL: value + 0.1}, t=NOW + 1500)
    steps.append(moved(live, LEVEL))
    live.set_engine_silent(True)
    steps.append(moved(live, LEVEL))
    assert steps == sorted(set(steps))


def test_groups_tell_which_of_them_moved() -> None:
    """One look over groups of tags, among them an empty one, names those with a tag that moved."""
    live = calm()
    numbers = {path: live.spec(path).number for path in (LEVEL, "ps02/well/level")}  # type: ignore[union-attr]
    one, two = (np.array([n], np.int32) for n in numbers.values())
    groups = TagGroups([np.empty(0, np.int32), one, np.concatenate([one, two]), two])
    seen = live.clock
    assert live.moved_since(groups, seen) == []
    feed(live, {LEVEL: live.get(LEVEL).value + 0.1}, t=NOW)
    assert live.moved_since(groups, seen) == [1, 2]
    assert live.moved_since(TagGroups([]), -1) == []


def test_what_stands_still_is_put_into_words_once() -> None:
    """The same object is handed out until the tag moves; it is what `show` says."""
    live = calm()
    first = live.showing.of(LEVEL, now_ms=NOW, language="en")
    feed(live, {LEVEL: live.get(LEVEL).value}, t=NOW + 500)
    assert live.showing.of(LEVEL, now_ms=NOW + 500, language="en") is first
    feed(live, {LEVEL: live.get(LEVEL).value + 0.1}, t=NOW + 1000)
    now = live.showing.of(LEVEL, now_ms=NOW + 1000, language="en")
    assert now != first
    assert now == show(live.get(LEVEL), live.spec(LEVEL), now_ms=NOW + 1000, language="en")


def test_a_stale_value_grows_older_though_nothing_moves() -> None:
    """Its age is said anew each time."""
    live = calm()
    feed(live, {LEVEL: 1.0}, t=NOW, quality=Quality.STALE)
    ages = [live.showing.of(LEVEL, now_ms=NOW + s * 1000, language="en").note for s in (5, 6, 130)]
    assert ages == ["5 s", "6 s", "2 min"]


def test_silence_and_language_are_never_missed() -> None:
    """A silent engine greys at once, a state is said in the language that is asked for, and both come back."""
    live = calm()
    run = "ps01/pump1/run"
    feed(live, {run: 1.0}, t=NOW)
    words = [live.showing.of(run, now_ms=NOW, language=x).text for x in ("zh", "en", "zh", "en")]
    assert words[0] == words[2] != words[1] == words[3]
    live.set_engine_silent(True)
    assert live.showing.of(run, now_ms=NOW, language="en").mark is Mark.LOST
    live.set_engine_silent(False)
    assert live.showing.of(run, now_ms=NOW, language="en").mark is Mark.PLAIN


def test_a_face_that_is_read_again_is_the_face_read_anew() -> None:
    """Whatever moves (state, mode, trip, quality, silence), a kept reader says what a new one says."""
    live = calm()
    pump = next(e for e in live.site.equipment if e.symbol == "pump")
    kept = FaceReader(pump, live, ("run", "current"))
    tags = dict(pump.tags)
    words = []
    for role, value, quality in (
        ("run", 1.0, Quality.GOOD), ("mode", 1.0, Quality.GOOD), ("remote", 0.0, Quality.GOOD),
        ("trip", 1.0, Quality.GOOD), ("trip", 0.0, Quality.GOOD), ("run", 1.0, Quality.COMM_LOST),
        ("run", 0.0, Quality.GOOD), ("mode", 2.0, Quality.BAD),
    ):  # fmt: skip
        feed(live, {tags[role]: value}, t=NOW, quality=quality)
        face = kept.read(None, session="me", now_ms=NOW, language="en")
        assert face == face_of(
            pump, live, None, roles=("run", "current"), session="me", now_ms=NOW, language="en"
        )  # fmt: skip
        words.append((face.word, face.mode, face.local, face.mark))
    assert [w[0] for w in words] == [
        "running", "running", "running", "tripped", "running", "unknown", "stopped", "stopped",
    ]  # fmt: skip
    assert words[1][1] == "H" and words[2][2] and words[5][3] is Mark.COMM and words[7][1] == "?"
    live.set_engine_silent(True)
    assert kept.read(None, session="me", now_ms=NOW, language="en").mark is Mark.LOST


def test_a_value_is_as_old_as_the_device_behind_it_was_heard() -> None:
    """Nothing changed for a minute: of a calculated tag the devices behind it count, as of any other its own; what the
    engine makes itself is of now. Once the device is silent both are old."""
    live = calm()
    later = NOW + 60_000
    made = next(t.path for t in live.site.tags if t.formula is not None and live.devices_of(t) == {"plc-ps01"})
    feed(live, {made: 1.0, "dev/plc-ps01/last_good": NOW}, t=NOW)
    paths = (LEVEL, made, "dev/plc-ps01/state")
    ages = [found.age_s for path in paths if (found := reader(live, now_ms=later)(path)) is not None]
    assert ages[:2] == [58.5, 58.5] and ages[2] == 0.0
    feed(live, {"dev/plc-ps01/last_good": later}, t=later)
    ages = [found.age_s for path in paths if (found := reader(live, now_ms=later)(path)) is not None]
    assert ages == [0.0, 0.0, 0.0]
