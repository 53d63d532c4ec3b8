"""Suppression by design: which rule holds, and what a bad value leaves open."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.alarms.rules import band_of, rule_text, suppressing
from app.model.commands.checks import holds
from app.model.quality import Quality
from app.model.terms import Condition, Label, Op

STOPPED = Condition(Label("泵停", "pump stopped"), "ps01/pump1/run", Op.EQ, 0.0)
LOW = Condition(Label("水位低", "level low"), "ps01/well/level", Op.LT, 1.0)
RULES = ((STOPPED, 0), (LOW, 1))
S, L = rule_text(STOPPED), rule_text(LOW)


@pytest.mark.parametrize(
    ("run", "level", "current", "said"),
    [
        ((1.0, Quality.GOOD), (2.0, Quality.GOOD), "", ""),
        ((0.0, Quality.GOOD), (2.0, Quality.GOOD), "", S),
        ((0.0, Quality.GOOD), (0.5, Quality.GOOD), "", S),
        ((0.0, Quality.GOOD), (0.5, Quality.GOOD), L, L),
        ((0.0, Quality.GOOD), (2.0, Quality.GOOD), L, S),
        ((1.0, Quality.GOOD), (0.5, Quality.COMM_LOST), L, None),
        ((1.0, Quality.GOOD), (2.0, Quality.COMM_LOST), "", None),
        ((1.0, Quality.GOOD), (math.nan, Quality.GOOD), L, None),
        ((0.0, Quality.STALE), (0.5, Quality.GOOD), "", L),
    ],
)
def test_which_rule_holds(run: tuple[float, int], level: tuple[float, int], current: str, said: str | None) -> None:
    """The one that held goes on; a bad value proves neither that one holds nor that none does."""
    assert suppressing(RULES, (run, level).__getitem__, current) == said


@given(
    st.sampled_from(Op), st.floats(-9, 9).map(lambda x: round(x, 1)), st.floats(-9, 9).map(lambda x: round(x, 1)),
    st.floats(-9, 9),
)  # fmt: skip
def test_within_its_band_a_rule_says_the_same(op: Op, limit: float, value: float, other: float) -> None:
    """A value that the band keeps back could not have changed the rule."""
    low, high = band_of(limit, value)
    rule = Condition(Label("", ""), "a/b/c", op, limit)
    if low < other < high:
        assert holds(rule, other) == holds(rule, value)
