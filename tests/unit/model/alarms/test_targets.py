"""Targets stand beside figures that exist."""

from __future__ import annotations

import pytest

from app.model.alarms.performance import performance
from app.model.alarms.targets import FEWEST, TARGETS, Target, Verdict, figures, verdict

BY_NAME = {t.figure: t for t in TARGETS}


def test_every_target_has_its_figure() -> None:
    """Each target names a figure, says where it is from, and is named in both languages."""
    found = figures(performance([], 0, 3_600_000))
    assert set(BY_NAME) == set(found) - {"priority_4"} and len(BY_NAME) == len(TARGETS)
    assert all(t.source and t.label.zh != t.label.en and t.value <= t.most for t in TARGETS)


@pytest.mark.parametrize(
    ("figure", "value", "expected"),
    [
        ("average", 1.0, Verdict.MET), ("average", 1.5, Verdict.NEAR), ("average", 2.1, Verdict.MISSED),
        ("peak", 10.0, Verdict.MET), ("peak", 11.0, Verdict.MISSED), ("stale", 5.0, Verdict.MISSED),
        ("chattering", 0.0, Verdict.MET), ("chattering", 1.0, Verdict.MISSED), ("top_share", 3.0, Verdict.NEAR),
    ],
)  # fmt: skip
def test_how_a_figure_stands(figure: str, value: float, expected: Verdict) -> None:
    """At most the target: met; up to what can be managed: near; above: missed."""
    target: Target = BY_NAME[figure]
    assert verdict(target, value, 1000) is expected


@pytest.mark.parametrize("figure", [t.figure for t in TARGETS])
def test_a_share_of_few_alarms_is_no_finding(figure: str) -> None:
    """Neither a good nor a bad share is judged below thirty alarms; counts and shares of time always are."""
    target = BY_NAME[figure]
    shares = {"top_share", "priority_1", "priority_2", "priority_3"}
    for value in (0.0, 100_000.0):
        assert (verdict(target, value, FEWEST - 1) is Verdict.FEW) is (figure in shares)
        assert verdict(target, value, FEWEST) is (Verdict.MISSED if value else Verdict.MET)
