"""The figures of the performance page, and each beside its target. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from app.model.alarms.facts import Fact
from app.model.alarms.performance import Performance, performance
from app.model.alarms.rates import Rules
from app.model.alarms.status import AlarmStatus
from app.model.alarms.targets import TARGETS, Target, Verdict, figures, verdict
from app.model.terms import Label

__all__ = ["ENOUGH_DAYS", "VERDICTS", "DayLoad", "KpiRow", "Report", "kpi_rows", "report_of"]

ENOUGH_DAYS: Final = 30
"""Days that a judgement of an alarm system needs."""
_DAY_MS: Final = 86_400_000
VERDICTS: Final[dict[Verdict, Label]] = {
    Verdict.MET: Label("达标", "within"),
    Verdict.NEAR: Label("尚可", "manageable"),
    Verdict.MISSED: Label("超出", "outside"),
    Verdict.FEW: Label("报警太少", "too few"),
}
_WHOLE: Final = frozenset(("peak", "per_day", "chattering", "fleeting", "stale"))


@dataclass(frozen=True, slots=True)
class DayLoad:
    """One day of the site's zone, as far as the period covers it: annunciations per ten minutes on average, and in the
    fixed ten minutes with most."""

    day: str
    alarms: int
    average: float
    peak: int


@dataclass(frozen=True, slots=True)
class Report:
    """`bins` are annunciations per fixed UTC ten minutes from `first_ms` on. `lines` were read; `whole` is False when
    there were more."""

    found: Performance
    first_ms: int
    bins: tuple[int, ...]
    days: tuple[DayLoad, ...]
    lines: int
    whole: bool

    @property
    def short(self) -> bool:
        """True when the period is too short to judge the alarm system by."""
        return self.found.end_ms - self.found.start_ms < ENOUGH_DAYS * _DAY_MS


@dataclass(frozen=True, slots=True)
class KpiRow:
    """A figure beside its target."""

    target: Target
    figure: float
    verdict: Verdict

    @property
    def text(self) -> str:
        """Write the figure."""
        if self.target.unit == "%":
            return f"{self.figure:.1f} %"
        return f"{self.figure:.0f}" if self.target.figure in _WHOLE else f"{self.figure:.2f}"

    @property
    def target_text(self) -> str:
        """Write the target: at most so much, and in brackets what can still be managed."""
        unit = f" {self.target.unit}" if self.target.unit else ""
        most = f" (≤ {self.target.most:g}{unit})" if self.target.most != self.target.value else ""
        return f"≤ {self.target.value:g}{unit}{most}"


def report_of(
    facts: Sequence[Fact],
    start_ms: int,
    end_ms: int,
    *,
    standing: Iterable[AlarmStatus] = (),
    zone: str = "UTC",
    lines: int = 0,
    whole: bool = True,
) -> Report:
    """Work out the figures of [start, end). `facts` in the journal's order."""
    found = performance(facts, start_ms, end_ms, standing=standing)
    times = [f.at_ms for f in facts if f.annunciated and start_ms <= f.at_ms < end_ms]
    period = Rules().period_ms
    first = start_ms // period
    counts = Counter(t // period - first for t in times)
    bins = tuple(counts[i] for i in range(max(0, -(-end_ms // period) - first)))
    return Report(found, first * period, bins, _days(times, start_ms, end_ms, zone, period), lines, whole)


def kpi_rows(report: Report) -> tuple[KpiRow, ...]:
    """Return every figure that has a target."""
    values, alarms = figures(report.found), report.found.alarms
    return tuple(KpiRow(t, values[t.figure], verdict(t, values[t.figure], alarms)) for t in TARGETS)


def _days(times: Sequence[int], start_ms: int, end_ms: int, zone: str, period: int) -> tuple[DayLoad, ...]:
    loads = []
    for day, low, high in _spans(start_ms, end_ms, ZoneInfo(zone)):
        mine = [t for t in times if low <= t < high]
        peak = max(Counter(t // period for t in mine).values(), default=0)
        loads.append(DayLoad(day, len(mine), len(mine) * period / (high - low), peak))
    return tuple(loads)


def _spans(start_ms: int, end_ms: int, zone: ZoneInfo) -> list[tuple[str, int, int]]:
    """Return the days of a zone that a period touches, each clipped to it."""
    day = datetime.fromtimestamp(start_ms / 1000, UTC).astimezone(zone).date()
    spans = []
    low = start_ms
    while low < end_ms:
        following = datetime.combine(day + timedelta(days=1), datetime.min.time(), zone)
        high = min(end_ms, int(following.timestamp() * 1000))
        spans.append((day.isoformat(), low, high))
        day, low = day + timedelta(days=1), high
    return spans
