"""Functions of time against a naive oracle that keeps every sample: the same value within a slot, and its quality."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.formulas.states import Moment, State
from app.engine.formulas.sums import Since
from app.engine.formulas.windows import SLOTS, window_of
from app.model.formulas.spec import OverTime
from app.model.quality import BAD, UNCERTAIN, Quality

GOOD, BAD_LINK = int(Quality.GOOD), int(Quality.COMM_LOST)
WINDOW = 240.0
"""So that a slot is one second."""


@dataclass(frozen=True)
class Sample:
    """A value from a time on; None: bad."""

    at: float
    value: float | None


@dataclass(frozen=True)
class Past:
    """Every sample that ever came, from time 0, at `now`."""

    samples: tuple[Sample, ...]
    now: float

    def pieces(self, start: float) -> list[tuple[float, float, float]]:
        """Return (from, to, value) of everything known between a time and now."""
        ends = [*(s.at for s in self.samples[1:]), self.now]
        cut = [
            (max(start, s.at), end, s.value) for s, end in zip(self.samples, ends, strict=True) if s.value is not None
        ]
        return [(a, b, v) for a, b, v in cut if b > a]

    def at(self, when: float) -> float | None:
        """Return the value that held at a time, None if none was known."""
        held = [s for s in self.samples if s.at <= when]
        return held[-1].value if held else None

    def steps(self, start: float) -> list[tuple[float, float]]:
        """Return (when, by how much) the value grew since a time; a gap hides none."""
        known = [(s.at, s.value) for s in self.samples if s.value is not None]
        return [(at, after - before) for (_, before), (at, after) in pairwise(known) if at > start and after > before]


def fed(state: State, past: Past) -> tuple[float, int]:
    """Let a state live through the past and read it now."""
    for sample in past.samples:
        bad = sample.value is None
        state.take(sample.at, math.nan if bad else sample.value, BAD_LINK if bad else GOOD)
    moment = Moment()
    moment.now = past.now
    return state.read(moment)


def _samples(values: st.SearchStrategy[float | None]) -> st.SearchStrategy[Past]:
    """Samples at whole seconds, so that no slot is cut by one."""

    def past(steps: list[tuple[int, float | None]], tail: int) -> Past:
        at, samples = 0.0, [Sample(0.0, None)]
        for gap, value in steps:
            at += gap
            samples.append(Sample(at, value))
        return Past(tuple(samples), at + tail)

    return st.builds(
        past, st.lists(st.tuples(st.integers(1, 90), values), min_size=1, max_size=40), st.integers(1, 300)
    )


_VALUES = _samples(st.one_of(st.none(), st.floats(-1e3, 1e3), st.floats(-1e3, 1e3)))
_TRUTHS = _samples(st.one_of(st.none(), st.sampled_from((0.0, 1.0)), st.sampled_from((0.0, 1.0))))


def mean(past: Past) -> float:
    """The mean by time of what is known in the window; of nothing known before now, the value of now."""
    pieces = past.pieces(past.now - WINDOW)
    return sum((b - a) * v for a, b, v in pieces) / sum(b - a for a, b, _ in pieces)


def total(past: Past) -> float:
    """Value × time of what is known in the window."""
    return sum((b - a) * v for a, b, v in past.pieces(past.now - WINDOW))


@pytest.mark.parametrize(("function", "expected"), [(OverTime.AVG, mean), (OverTime.TOTAL, total)])
@given(past=_VALUES)
def test_sums_over_time_are_those_of_every_sample(
    function: OverTime, expected: Callable[[Past], float], past: Past
) -> None:
    """By hold, gaps left out. Bad now is bad; less than 95 % known is uncertain."""
    value, quality = fed(window_of(function, WINDOW, 0.0), past)
    last = past.samples[-1].value
    if last is None:
        assert quality == BAD_LINK and math.isnan(value)
        return
    known = sum(b - a for a, b, _ in past.pieces(past.now - WINDOW))
    assert value == pytest.approx(expected(past), abs=1e-6, rel=1e-9)
    assert quality == (GOOD if known >= 0.95 * WINDOW else UNCERTAIN)


@pytest.mark.parametrize(("function", "pick"), [(OverTime.LOWEST, min), (OverTime.HIGHEST, max)])
@given(past=_VALUES)
def test_extremes_are_those_of_every_sample(function: OverTime, pick: Callable[..., float], past: Past) -> None:
    """The window reaches back to the beginning of its oldest slot, a second here."""
    value, _ = fed(window_of(function, WINDOW, 0.0), past)
    if past.samples[-1].value is not None:
        whole = pick(v for _, _, v in past.pieces(past.now - WINDOW))
        slot = pick(v for _, _, v in past.pieces(past.now - WINDOW - 1.0))
        assert value in (whole, slot)


@given(past=_VALUES)
def test_a_counter_grows_by_its_steps_up(past: Past) -> None:
    """Steps down count as none, and what it grew in a gap counts when it is seen again."""
    value, _ = fed(window_of(OverTime.INCREASE, WINDOW, 0.0), past)
    if past.samples[-1].value is not None:
        inner = sum(by for _, by in past.steps(past.now - WINDOW))
        outer = sum(by for _, by in past.steps(past.now - WINDOW - 1.0))
        assert value == pytest.approx(inner, abs=1e-6) or value == pytest.approx(outer, abs=1e-6)


@given(past=_TRUTHS)
def test_starts_are_counted(past: Past) -> None:
    """Each time that it became true, seen or after a gap."""
    value, _ = fed(window_of(OverTime.STARTS, WINDOW, 0.0), past)
    if past.samples[-1].value is not None:
        assert len(past.steps(past.now - WINDOW)) <= value <= len(past.steps(past.now - WINDOW - 1.0))


@given(past=_VALUES)
def test_the_past_value_is_that_of_then(past: Past) -> None:
    """`delay` is what held a window ago, or bad when that was not known; bad now does not matter."""
    value, quality = fed(window_of(OverTime.DELAY, WINDOW, 0.0), past)
    then = past.now - WINDOW
    around = {past.at(then), past.at(then - 1e-6)} if then >= 0 else {None}
    assert (value in around and quality == GOOD) or (None in around and quality >= BAD)


@given(past=_VALUES)
def test_a_rate_is_the_movement_over_the_window(past: Past) -> None:
    """Per second. Before a whole window is known: over what is known, and uncertain."""
    value, quality = fed(window_of(OverTime.RATE, WINDOW, 0.0), past)
    now = past.samples[-1].value
    then = past.now - WINDOW
    if now is None:
        assert quality == BAD_LINK
    elif quality == GOOD:
        ends = (past.at(then), past.at(then - 1e-6))
        assert any(end is not None and value == pytest.approx((now - end) / WINDOW, abs=1e-9) for end in ends)
    else:
        assert quality in (UNCERTAIN, Quality.NOT_YET)


@given(past=_TRUTHS)
def test_since_counts_from_when_it_became_true(past: Past) -> None:
    """Unbroken; a gap breaks it and leaves it uncertain until it was false once."""
    value, quality = fed(Since(0.0), past)
    last = past.samples[-1].value
    if last is None:
        assert quality == BAD_LINK
        return
    run = []
    for sample in reversed(past.samples):
        if sample.value != 1.0:
            break
        run.append(sample.at)
    assert value == (past.now - run[-1] if run else 0.0)
    before = past.samples[len(past.samples) - len(run) - 1].value if run else 0.0
    assert quality == (GOOD if before == 0.0 else UNCERTAIN)


@settings(max_examples=20)
@given(st.lists(st.tuples(st.floats(0.01, 400.0), st.floats(0, 100)), min_size=1, max_size=300))
def test_no_number_of_samples_makes_a_window_grow(steps: list[tuple[float, float]]) -> None:
    """240 slots and one, whatever comes in whatever rhythm, and the mean stays between the extremes."""
    state, at = window_of(OverTime.AVG, 600.0, 0.0), 0.0
    for gap, value in steps:
        at += gap
        state.take(at, value, GOOD)
    moment = Moment()
    moment.now = at + 1.0
    value, _ = state.read(moment)
    lists = [getattr(state, name) for cls in type(state).__mro__ for name in getattr(cls, "__slots__", ())]
    assert {len(x) for x in lists if isinstance(x, list)} == {SLOTS + 1}
    assert -1e-9 <= value <= 100.0 + 1e-9


def test_half_a_slot_counts_with_its_half() -> None:
    """Between two slots the oldest leaves bit by bit: the mean does not jump."""
    state, moment = window_of(OverTime.AVG, WINDOW, 0.0), Moment()
    state.take(0.0, 100.0, GOOD)
    state.take(1.0, 0.0, GOOD)
    means = []
    for tenth in range(11):
        moment.now = 240.0 + tenth / 10
        means.append(round(state.read(moment)[0] * WINDOW, 6))
    assert means == [100.0 - 10.0 * tenth for tenth in range(11)]
