"""How the alarm system performs, from the lines of its journal: the figures of ISA-18.2 / EEMUA 191, with targets.

Counted are annunciations: transitions into unacknowledged of alarms that were not aside. Figures of less than 30 days
say little about a system, but much about a day. What each word means is in `rates.Rules`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.model.alarms import answers, nuisance, rates
from app.model.alarms.answers import Acknowledged, AckTimes, Aside, AsideTotal
from app.model.alarms.facts import Fact, activations
from app.model.alarms.nuisance import Counted, Stale
from app.model.alarms.rates import HOUR_MS, Flood, Peak, Rules
from app.model.alarms.spec import PRIORITIES
from app.model.alarms.status import AlarmStatus

__all__ = ["Performance", "Position", "PriorityShare", "Workstation", "performance"]


@dataclass(frozen=True, slots=True)
class PriorityShare:
    """How many annunciations had a priority, and how long people took to acknowledge them."""

    priority: int
    count: int
    share: float
    acknowledged: AckTimes


@dataclass(frozen=True, slots=True)
class Position:
    """What the operator position of one area had to bear."""

    name: str
    alarms: int
    average: float
    peak: Peak
    flood_share: float
    acknowledged: AckTimes


@dataclass(frozen=True, slots=True)
class Workstation:
    """Where people acknowledged; alarms themselves belong to no workstation."""

    name: str
    acknowledged: AckTimes


@dataclass(frozen=True, slots=True)
class Performance:
    """Figures of [start, end). `average` and `peak` per ten minutes; shares are 0 to 1.

    `busy_share`: ten-minute periods with more than 10. `busy_hours`: hours with more than 30. `stale_worst_day`: the
    most stale alarms on one UTC day. `asides` are all times of shelving and the like that overlap; `aside_totals` sums.
    """

    start_ms: int
    end_ms: int
    alarms: int
    average: float
    peak: Peak
    busy_share: float
    busy_hours: float
    floods: tuple[Flood, ...]
    flood_share: float
    top: tuple[Counted, ...]
    top_share: float
    chattering: tuple[Counted, ...]
    fleeting: tuple[Counted, ...]
    stale: tuple[Stale, ...]
    stale_worst_day: int
    priorities: tuple[PriorityShare, ...]
    asides: tuple[Aside, ...]
    aside_totals: tuple[AsideTotal, ...]
    areas: tuple[Position, ...]
    workstations: tuple[Workstation, ...]

    @property
    def per_day(self) -> float:
        """Alarms per day at this average."""
        return self.average * 144


def performance(
    facts: Sequence[Fact],
    start_ms: int,
    end_ms: int,
    *,
    standing: Iterable[AlarmStatus] = (),
    rules: Rules | None = None,
) -> Performance:
    """Return the figures of [start, end). `facts` in the journal's order, better from some time before `start_ms` on,
    so that what ran at the start is known; `standing` are the rows of now, when `end_ms` is now."""
    rules = rules or Rules()
    known = [f for f in facts if f.at_ms < end_ms]
    counted = [f for f in known if f.annunciated and f.at_ms >= start_ms]
    load = _load(known, start_ms, end_ms, rules)
    active = activations(known, standing)
    times = [f.at_ms for f in counted]
    top = nuisance.most_frequent(counted, rules.top)
    stale = nuisance.stale(active, start_ms, end_ms, rules)
    asides = tuple(
        a for a in answers.asides(known) if a.since_ms < end_ms and (a.until_ms is None or a.until_ms > start_ms)
    )
    done, waiting = answers.acknowledgements(known)
    done = tuple(a for a in done if a.at_ms >= start_ms)
    return Performance(
        start_ms=start_ms,
        end_ms=end_ms,
        alarms=load.alarms,
        average=load.average,
        peak=load.peak,
        busy_share=rates.busy_share(times, start_ms, end_ms, rules.period_ms, rules.busy_above),
        busy_hours=rates.busy_share(times, start_ms, end_ms, HOUR_MS, rules.busy_hour_above),
        floods=load.floods,
        flood_share=load.flood_share,
        top=top,
        top_share=sum(c.share for c in top),
        chattering=nuisance.chattering(active, start_ms, end_ms, rules),
        fleeting=nuisance.fleeting(active, start_ms, end_ms, rules),
        stale=stale,
        stale_worst_day=nuisance.worst_day(stale, start_ms, end_ms, rules),
        priorities=tuple(_priority(p, counted, done, waiting) for p in PRIORITIES),
        asides=asides,
        aside_totals=answers.totals(asides, start_ms, end_ms),
        areas=_areas(known, done, waiting, start_ms, end_ms, rules),
        workstations=_workstations(done),
    )


@dataclass(frozen=True, slots=True)
class _Load:
    """What came in a time, of a whole site or an area."""

    alarms: int
    average: float
    peak: Peak
    floods: tuple[Flood, ...]
    flood_share: float


def _load(facts: Iterable[Fact], start_ms: int, end_ms: int, rules: Rules) -> _Load:
    came = [(f.at_ms, f.path) for f in facts if f.annunciated]
    times = [at_ms for at_ms, _ in came if at_ms >= start_ms]
    periods = (end_ms - start_ms) / rules.period_ms
    found = rates.floods(came, end_ms, rules)
    found = tuple(f for f in found if f.end_ms is None or f.end_ms > start_ms)
    return _Load(
        len(times),
        len(times) / periods if periods > 0 else 0.0,
        rates.peak(times, rules.period_ms),
        found,
        rates.clipped_share(found, start_ms, end_ms),
    )


def _priority(
    priority: int, counted: Sequence[Fact], done: Iterable[Acknowledged], waiting: Iterable[Fact]
) -> PriorityShare:
    count = sum(1 for f in counted if f.priority == priority)
    mine = [a for a in done if a.priority == priority]
    times = answers.ack_times(mine, sum(1 for f in waiting if f.priority == priority))
    return PriorityShare(priority, count, count / len(counted) if counted else 0.0, times)


def _areas(
    facts: Sequence[Fact],
    done: Sequence[Acknowledged],
    waiting: Sequence[Fact],
    start_ms: int,
    end_ms: int,
    rules: Rules,
) -> tuple[Position, ...]:
    """Return what the people of each area had to bear."""
    positions = []
    for area in sorted({f.area for f in facts if f.annunciated and f.at_ms >= start_ms}):
        load = _load([f for f in facts if f.area == area], start_ms, end_ms, rules)
        mine = [a for a in done if a.area == area]
        times = answers.ack_times(mine, sum(1 for f in waiting if f.area == area))
        positions.append(Position(area, load.alarms, load.average, load.peak, load.flood_share, times))
    return tuple(positions)


def _workstations(done: Sequence[Acknowledged]) -> tuple[Workstation, ...]:
    names = sorted({a.workstation for a in done})
    return tuple(Workstation(n, answers.ack_times([a for a in done if a.workstation == n])) for n in names)
