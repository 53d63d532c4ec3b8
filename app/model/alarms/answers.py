"""What people did about alarms: how long they took to acknowledge, and what was taken out of the list, by whom."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Final

from app.model.alarms.facts import Fact
from app.model.alarms.status import AlarmChange

__all__ = ["AckTimes", "Acknowledged", "Aside", "AsideTotal", "ack_times", "acknowledgements", "asides", "totals"]

_C = AlarmChange
_OPENS: Final = {_C.SHELVED: "shelved", _C.SUPPRESSED: "suppressed", _C.OUT_OF_SERVICE: "out_of_service"}
_CLOSES: Final = {
    _C.UNSHELVED: "shelved",
    _C.SHELF_ENDED: "shelved",
    _C.UNSUPPRESSED: "suppressed",
    _C.IN_SERVICE: "out_of_service",
}


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """One acknowledgement: after how many seconds, of which priority, where."""

    at_ms: int
    after_s: float
    priority: int
    workstation: str
    area: str


@dataclass(frozen=True, slots=True)
class AckTimes:
    """Seconds from the annunciation to the acknowledgement. `waiting`: not acknowledged yet. None without any."""

    count: int = 0
    waiting: int = 0
    mean_s: float | None = None
    median_s: float | None = None
    p95_s: float | None = None
    worst_s: float | None = None


@dataclass(frozen=True, slots=True)
class Aside:
    """One time for which an alarm was shelved, suppressed or out of service (`kind`); `until_ms` None: it still is.
    `person` is "" for a rule, `note` the reason."""

    path: str
    kind: str
    person: str
    since_ms: int
    until_ms: int | None
    note: str


@dataclass(frozen=True, slots=True)
class AsideTotal:
    """How often and how long (within the time asked for) one person took alarms out of the list."""

    kind: str
    person: str
    count: int
    seconds: float


def acknowledgements(facts: Iterable[Fact]) -> tuple[tuple[Acknowledged, ...], tuple[Fact, ...]]:
    """Return the acknowledgements, and the annunciations that still wait for one. The time runs from the first
    annunciation that nobody had acknowledged; it stops for an alarm that is put aside."""
    waiting: dict[str, Fact] = {}
    done = []
    for fact in facts:
        since = waiting.get(fact.path)
        if since is not None and fact.change is _C.ACKNOWLEDGED:
            after_s = max(0, fact.at_ms - since.at_ms) / 1000.0
            done.append(Acknowledged(fact.at_ms, after_s, since.priority, fact.workstation, fact.area))
        if fact.aside or not fact.state.unacknowledged:
            waiting.pop(fact.path, None)
        elif fact.annunciated:
            waiting.setdefault(fact.path, fact)
    return tuple(done), tuple(waiting.values())


def ack_times(done: Sequence[Acknowledged], waiting: int = 0) -> AckTimes:
    """Return the times of some acknowledgements; p95 is the nearest rank."""
    if not done:
        return AckTimes(waiting=waiting)
    times = sorted(a.after_s for a in done)
    p95 = times[math.ceil(0.95 * len(times)) - 1]
    return AckTimes(len(times), waiting, fmean(times), median(times), p95, times[-1])


def asides(facts: Iterable[Fact]) -> tuple[Aside, ...]:
    """Return what was put aside, by its beginning."""
    running: dict[tuple[str, str], Fact] = {}
    done = []
    for fact in facts:
        if fact.change in _OPENS:
            running.setdefault((fact.path, _OPENS[fact.change]), fact)
        kinds = tuple(_OPENS.values()) if fact.change is _C.GONE else (_CLOSES.get(fact.change, ""),)
        for kind in kinds:
            begun = running.pop((fact.path, kind), None)
            if begun is not None:
                done.append(_aside(begun, kind, max(begun.at_ms, fact.at_ms)))
    done += [_aside(begun, kind, None) for (_, kind), begun in running.items()]
    return tuple(sorted(done, key=lambda a: a.since_ms))


def _aside(begun: Fact, kind: str, until_ms: int | None) -> Aside:
    return Aside(begun.path, kind, begun.person, begun.at_ms, until_ms, begun.note)


def totals(found: Iterable[Aside], start_ms: int, end_ms: int) -> tuple[AsideTotal, ...]:
    """Return the sums per kind and person of what overlaps [start, end); what runs counts to the end."""
    seconds: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for a in found:
        until = end_ms if a.until_ms is None else a.until_ms
        seconds[a.kind, a.person].append(max(0, until - max(a.since_ms, start_ms)) / 1000.0)
    return tuple(AsideTotal(kind, person, len(s), sum(s)) for (kind, person), s in sorted(seconds.items()))
