"""What the figures should be: targets as data, each with where it is from. They are quoted at second hand; none was
read in the standards themselves, and a centre judges itself over at least 30 days.

A share of the alarms is judged only where there were at least `FEWEST` of them: among ten alarms the ten most frequent
are always all of them, and one alarm of a priority is a tenth. The share itself is told as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.model.alarms.performance import Performance
from app.model.terms import Label

__all__ = ["FEWEST", "TARGETS", "Target", "Verdict", "figures", "verdict"]


class Verdict(StrEnum):
    """How a figure stands beside its target."""

    MET = "met"
    NEAR = "near"
    """Above what is very likely acceptable, not above what can be managed."""
    MISSED = "missed"
    FEW = "few"
    """A share of fewer than `FEWEST` alarms: no finding either way."""


FEWEST: Final = 30
"""Alarms of the period from which on a share of them is judged; a rule of this product, from no standard."""


@dataclass(frozen=True, slots=True)
class Target:
    """A figure should be at most `value`; up to `most` it can be managed (the same where sources give one number).
    `figure` is a key of `figures`; shares in percent."""

    figure: str
    label: Label
    value: float
    most: float
    unit: str
    source: str

    @property
    def of_alarms(self) -> bool:
        """True for a share of the period's alarms, not of its time."""
        return self.figure == "top_share" or self.figure.startswith("priority_")


_ISA: Final = "ISA-18.2-2016"
_IEC: Final = "IEC 62682:2014"
_EXIDA: Final = "ISA-18.2; exida"

TARGETS: Final[tuple[Target, ...]] = (
    Target("average", Label("平均每 10 分钟报警数", "Alarms per 10 min, average"), 1.0, 2.0, "", _ISA),
    Target("per_day", Label("平均每天报警数", "Alarms per day, average"), 144.0, 288.0, "", _IEC),
    Target("peak", Label("任一 10 分钟最多报警数", "Most alarms in any 10 min"), 10.0, 10.0, "", _ISA),
    Target("busy_share", Label("超过 10 个报警的 10 分钟时段", "10 min with more than 10"), 1.0, 1.0, "%", _ISA),
    Target("busy_hours", Label("超过 30 个报警的小时", "Hours with more than 30"), 1.0, 1.0, "%", _IEC),
    Target("flood_share", Label("处于报警泛滥的时间", "Time in a flood"), 1.0, 1.0, "%", _ISA),
    Target("top_share", Label("最频繁 10 个报警所占比例", "Share of the ten most frequent"), 1.0, 5.0, "%", _ISA),
    Target("chattering", Label("抖动报警", "Chattering alarms"), 0.0, 0.0, "", _ISA),
    Target("fleeting", Label("瞬时报警", "Fleeting alarms"), 0.0, 0.0, "", _ISA),
    Target("stale", Label("任一天滞留超过 24 小时的报警", "Stale alarms (> 24 h) on any day"), 4.0, 4.0, "", _ISA),
    Target("priority_1", Label("1 级报警所占比例", "Share of priority 1"), 1.0, 1.0, "%", _EXIDA),
    Target("priority_2", Label("2 级报警所占比例", "Share of priority 2"), 5.0, 5.0, "%", _EXIDA),
    Target("priority_3", Label("3 级报警所占比例", "Share of priority 3"), 15.0, 15.0, "%", _EXIDA),
)


def figures(found: Performance) -> dict[str, float]:
    """Return the figures that have targets; shares in percent."""
    named = {
        "average": found.average,
        "per_day": found.per_day,
        "peak": float(found.peak.count),
        "busy_share": found.busy_share * 100.0,
        "busy_hours": found.busy_hours * 100.0,
        "flood_share": found.flood_share * 100.0,
        "top_share": found.top_share * 100.0,
        "chattering": float(len(found.chattering)),
        "fleeting": float(len(found.fleeting)),
        "stale": float(found.stale_worst_day),
    }
    return named | {f"priority_{p.priority}": p.share * 100.0 for p in found.priorities}


def verdict(target: Target, figure: float, alarms: int) -> Verdict:
    """Return how a figure stands beside its target; `alarms` is how many the period had."""
    if target.of_alarms and alarms < FEWEST:
        return Verdict.FEW
    if figure <= target.value:
        return Verdict.MET
    return Verdict.NEAR if figure <= target.most else Verdict.MISSED
