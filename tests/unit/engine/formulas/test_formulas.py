"""Formulas in the engine: what they are worked out of, when, in which order, and what is shown of it."""

from __future__ import annotations

import math

import pytest

from app.model.quality import UNCERTAIN, Quality
from app.model.records import Substitute
from app.model.spec import TagKind
from app.series.frames import decode
from app.storage.contract import DELTA
from tests.helpers.formula_bench import FormulaBench

ANALOG, DISCRETE = TagKind.ANALOG, TagKind.DISCRETE
FLOWS = {"a": ("m³/h", ANALOG), "b": ("m³/h", ANALOG), "run": ("", DISCRETE)}
CHAIN = {
    "last": ("third * 2", "m³/h", ANALOG),
    "third": ("second + first", "m³/h", ANALOG),
    "second": ("first + 1", "m³/h", ANALOG),
    "first": ("a + b", "m³/h", ANALOG),
}


def test_nothing_is_known_before_the_first_sample() -> None:
    """All that is calculated is as unknown as what it is made of."""
    b = FormulaBench(FLOWS, CHAIN)
    b.step()
    assert all(math.isnan(b.of(name)[0]) and b.of(name)[1] == Quality.NOT_YET for name in CHAIN)


def test_what_stands_on_another_is_worked_out_after_it_in_the_same_tick() -> None:
    """Whatever the order of the files: one tick, and the whole chain is of the same samples."""
    b = FormulaBench(FLOWS, CHAIN)
    b.step(a=1.0, b=2.0)
    assert [b.of(n) for n in ("first", "second", "third", "last")] == [(3.0, 0), (4.0, 0), (7.0, 0), (14.0, 0)]
    b.step(a=2.0)
    assert b.of("last") == (18.0, 0)


def test_only_what_changed_is_worked_out() -> None:
    """A tick without samples costs nothing; one sample costs the formulas that stand on it."""
    b = FormulaBench(FLOWS, {"x": ("a + 1", "m³/h", ANALOG), "y": ("b + 1", "m³/h", ANALOG)})
    b.step(a=1.0, b=1.0)
    done = b.formulas.evaluations
    b.step(0.2)
    assert b.formulas.evaluations == done
    b.step(0.2, a=2.0)
    assert b.formulas.evaluations == done + 1 and b.of("x") == (3.0, 0) and b.of("y") == (2.0, 0)


def test_time_alone_moves_functions_of_time_once_a_second() -> None:
    """A mean goes on while its value holds; five ticks of a second work it out once."""
    b = FormulaBench(FLOWS, {"mean": ("avg(a, 1min)", "m³/h", ANALOG)})
    b.step(a=0.0)
    b.step(30.0, a=60.0)
    done = b.formulas.evaluations
    for _ in range(10):
        b.step(0.2)
    assert b.formulas.evaluations - done == 2
    b.step(28.0)
    assert b.of("mean")[0] == pytest.approx(30.0, abs=1.0)


def test_the_source_time_is_that_of_the_newest_input_or_of_now() -> None:
    """A result is as old as what it is made of; one that time moves is of now."""
    b = FormulaBench(FLOWS, {"sum": ("a + b", "m³/h", ANALOG), "mean": ("avg(a, 1min)", "m³/h", ANALOG)})
    now = b.clock.now_ms()
    b.send(a=1.0, source_ms=now - 700)
    b.send(b=1.0, source_ms=now - 300)
    b.formulas.tick()
    assert b.source_ms("sum") == now - 300 and b.source_ms("mean") == now


@pytest.mark.parametrize("quality", [Quality.COMM_LOST, Quality.STALE, Quality.SENSOR_FAULT])
def test_a_bad_input_keeps_the_last_value_and_says_why(quality: Quality) -> None:
    """No number is made up: the last one stays, marked; it goes through the whole chain and ends with the cause."""
    b = FormulaBench(FLOWS, CHAIN)
    b.step(a=1.0, b=2.0)
    b.lose("a", quality=quality)
    b.step(b=50.0)
    assert [b.of(n) for n in ("first", "last")] == [(3.0, quality), (14.0, quality)]
    b.step(a=1.0)
    assert b.of("first") == (51.0, Quality.GOOD)


def test_uncertain_and_manual_values_go_through_marked() -> None:
    """The reason travels with the result; a value that a person entered is good, and shows as such."""
    b = FormulaBench(FLOWS, CHAIN)
    b.send(Quality.OUT_OF_RANGE, a=1.0)
    b.step(b=2.0)
    assert b.of("last") == (14.0, Quality.OUT_OF_RANGE)
    b.pipeline.set_substitutes([Substitute("ps/x/a", 5.0, "p", "r", b.clock.now_ms(), b.clock.now_ms() + 60_000)])
    b.formulas.tick()
    assert b.of("first") == (7.0, Quality.MANUAL)
    b.step(a=100.0)
    assert b.of("first") == (7.0, Quality.MANUAL), "the source is silent while a person speaks for it"
    b.pipeline.set_substitutes([])
    b.formulas.tick()
    assert b.of("first") == (102.0, Quality.GOOD)


def test_only_what_is_used_counts() -> None:
    """A branch that is not taken and a side that cannot change the result may be bad; `good` chooses a meter."""
    outputs = {
        "chosen": ("if(run, a, b)", "m³/h", ANALOG),
        "both": ("run and a > 1", "", DISCRETE),
        "either": ("run or a > 1", "", DISCRETE),
        "meter": ("if(good(a), a, b)", "m³/h", ANALOG),
    }
    b = FormulaBench(FLOWS, outputs)
    b.step(a=5.0, b=7.0, run=0.0)
    b.lose("a")
    b.step()
    assert b.of("chosen") == (7.0, 0) and b.of("both") == (0.0, 0) and b.of("meter") == (7.0, 0)
    assert b.of("either") == (1.0, Quality.COMM_LOST)
    b.step(run=1.0)
    assert b.of("chosen") == (7.0, Quality.COMM_LOST) and b.of("either") == (1.0, 0)


def test_no_number_is_bad_and_keeps_the_last_one() -> None:
    """Division by zero, the root of less than nothing, and what is too large."""
    outputs = {
        "ratio": ("a / b", "", ANALOG),
        "root": ("sqrt(a * b)", "m³/h", ANALOG),
        "huge": ("(a * 1 h / 1 m³) ^ 300", "", ANALOG),
    }
    b = FormulaBench(FLOWS, outputs)
    b.step(a=8.0, b=2.0)
    assert [b.of(n)[0] for n in ("ratio", "root")] == [4.0, 4.0]
    b.step(b=0.0)
    assert b.of("ratio") == (4.0, Quality.BAD)
    b.step(b=-1.0, a=1e9)
    assert b.of("root") == (0.0, Quality.BAD) and b.of("huge")[1] == Quality.BAD


def test_a_value_beyond_the_range_of_its_tag_is_uncertain() -> None:
    """As for one that an instrument sends."""
    from dataclasses import replace

    b = FormulaBench(FLOWS, {"sum": ("a + b", "m³/h", ANALOG)})
    b.site = replace(b.site, tags=tuple(replace(t, low=0.0, high=10.0) for t in b.site.tags))
    b.begin()
    b.step(a=4.0, b=4.0)
    assert b.of("sum") == (8.0, 0)
    b.step(a=40.0)
    assert b.of("sum") == (44.0, Quality.OUT_OF_RANGE)


def test_results_travel_in_frames_like_any_sample_within_their_deadband() -> None:
    """A room sees what passes the deadband of the calculated tag, in the frame of the same tick."""
    b = FormulaBench(FLOWS, CHAIN)
    b.pipeline.frames()
    b.clock.advance(0.2)
    b.send(a=1.0, b=2.0)
    b.formulas.tick()
    frame = decode(b.pipeline.frames()[0].payload, t=b.clock.now_ms())
    sent = {n: v for batch in frame.batches for n, v in zip(batch.tags.tolist(), batch.values.tolist(), strict=True)}
    assert sorted(sent.values()) == [1.0, 2.0, 3.0, 4.0, 7.0, 14.0]
    b.step(0.2, a=1.0)
    row = b.pipeline.frames()[0]
    assert row.kind == DELTA and not decode(row.payload, t=row.t).batches


def test_every_sample_counts_not_only_those_at_ticks() -> None:
    """Three samples between two ticks, each for as long as it held: nothing is polled."""
    b = FormulaBench(FLOWS, {"mean": ("avg(a, 1min)", "m³/h", ANALOG), "top": ("highest(a, 1min)", "m³/h", ANALOG)})
    b.step(a=0.0)
    b.step(59.0)
    for value in (0.0, 600.0, 0.0):
        b.clock.advance(0.05)
        b.send(a=value)
    b.step(0.85)
    assert b.of("mean")[0] == pytest.approx(0.5, abs=1e-6) and b.of("top")[0] == 600.0


def test_functions_of_functions_take_what_moves() -> None:
    """The highest rate of the last minutes: what time moves inside is taken each second."""
    b = FormulaBench({"level": ("m", ANALOG)}, {"worst": ("highest(rate(level, 1min), 10min)", "cm/min", ANALOG)})
    b.step(level=1.0)
    for second in range(120):
        b.step(level=1.0 + 0.001 * second)
    for _ in range(200):
        b.step()
    value, quality = b.of("worst")
    assert value == pytest.approx(6.0, rel=0.02) and quality == UNCERTAIN


def test_a_site_that_changes_leaves_alone_what_is_as_before() -> None:
    """A mean goes on over an applied site; another formula begins anew, and so does one that measures otherwise."""
    outputs = {"mean": ("avg(a, 1min)", "m³/h", ANALOG), "other": ("avg(a, 1min)", "m³/h", ANALOG)}
    b = FormulaBench(FLOWS, outputs)
    b.step(a=10.0)
    for _ in range(70):
        b.step()
    assert b.of("mean") == (10.0, 0) == b.of("other")
    after = FormulaBench(FLOWS, {**outputs, "other": ("avg(a + b, 1min)", "m³/h", ANALOG)}, clock=b.clock)
    b.site = after.site
    b.begin()
    b.step(b=5.0)
    assert b.of("mean") == (10.0, Quality.GOOD) and b.of("other")[1] == UNCERTAIN


def test_a_new_formula_is_worked_out_although_no_source_says_anything_new() -> None:
    """A subscription is silent while nothing changes; the applied site's formula has its value with the next tick."""
    b = FormulaBench(FLOWS, {"x": ("a + 1", "m³/h", ANALOG)})
    b.step(a=10.0, b=5.0)
    b.site = FormulaBench(FLOWS, {"x": ("a + b", "m³/h", ANALOG)}, clock=b.clock).site
    b.begin()
    b.step()
    assert b.of("x") == (15.0, Quality.GOOD)


def test_an_alarm_hears_of_every_sample_not_only_at_ticks() -> None:
    """A pulse between two ticks reaches it."""
    b = FormulaBench(FLOWS, {}, {"both": "run and a > 50"})
    b.step(a=60.0, run=0.0)
    b.told.clear()
    b.send(run=1.0)
    b.send(run=0.0)
    assert [(j.holds, j.quality) for j in b.told] == [(True, 0), (False, 0)]
    b.lose("a")
    assert b.told[-1].holds is False, "a false side decides"
    b.send(run=1.0)
    assert (b.told[-1].holds, b.told[-1].quality) == (None, Quality.COMM_LOST)


def test_an_alarm_hears_when_its_windows_are_full() -> None:
    """What it says before is not to be believed as an all-clear."""
    b = FormulaBench(FLOWS, {}, {"mean": "avg(a, 1min) > 5"})
    b.step(a=6.0)
    b.step(30.0)
    assert (b.told[-1].holds, b.told[-1].full) == (True, False)
    b.step(40.0)
    assert (b.told[-1].holds, b.told[-1].full) == (True, True)


def test_samples_count_from_their_sources_time() -> None:
    """Two changes that a subscription delivers together: the first held for as long as its source says."""
    b = FormulaBench(FLOWS, {"mean": ("avg(a, 1min)", "m³/h", ANALOG)})
    b.step(a=0.0)
    b.step(59.0)
    b.clock.advance(0.9)
    now = b.clock.now_ms()
    b.send(a=600.0, source_ms=now - 400)
    b.send(a=0.0, source_ms=now - 200)
    b.step(0.1)
    assert b.of("mean")[0] == pytest.approx(600.0 * 0.2 / 60.0, abs=1e-6)


def test_a_sample_goes_through_inner_functions_before_outer_ones() -> None:
    """What the inner one makes of it is what the outer one takes, with the same sample."""
    b = FormulaBench({"count": ("", TagKind.COUNTER)}, {"most": ("highest(increase(count, 1min), 10min)", "", ANALOG)})
    b.step(count=10.0)
    b.step(0.2, count=17.0)
    assert b.of("most")[0] == 7.0


def test_a_new_extreme_is_one_at_once() -> None:
    """Before it has held for any time."""
    b = FormulaBench(FLOWS, {"top": ("highest(a, 1min)", "m³/h", ANALOG), "low": ("lowest(a, 1min)", "m³/h", ANALOG)})
    b.step(a=5.0)
    b.step(a=9.0)
    assert (b.of("top")[0], b.of("low")[0]) == (9.0, 5.0)
    b.step(a=1.0)
    assert (b.of("top")[0], b.of("low")[0]) == (9.0, 1.0)
