"""Alarms that wear people out: the ten most frequent, chattering, fleeting, stale."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from app.model.alarms.facts import Activation, Fact
from app.model.alarms.rates import HOUR_MS, Rules

__all__ = ["Counted", "Stale", "chattering", "fleeting", "most_frequent", "stale", "worst_day"]

_DAY_MS: Final = 24 * HOUR_MS


@dataclass(frozen=True, slots=True)
class Counted:
    """An alarm and how often; `share` of all annunciations (0 where that is not asked)."""

    path: str
    count: int
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Stale:
    """An alarm that stood active for more than a day: since when, until when (None: it still stands)."""

    path: str
    since_ms: int
    until_ms: int | None


def most_frequent(annunciated: Sequence[Fact], top: int) -> tuple[Counted, ...]:
    """Return the alarms annunciated most often, equals by path."""
    counts = Counter(f.path for f in annunciated)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:top]
    return tuple(Counted(path, n, n / len(annunciated)) for path, n in ranked)


def chattering(active: Iterable[Activation], start_ms: int, end_ms: int, rules: Rules) -> tuple[Counted, ...]:
    """Return alarms that returned at least 3 times within one minute, with the most returns in any minute."""
    returns: defaultdict[str, list[int]] = defaultdict(list)
    for a in active:
        if a.end_ms is not None and start_ms <= a.end_ms < end_ms and not a.aside:
            returns[a.path].append(a.end_ms)
    worst = {path: _most_within(sorted(times), rules.chatter_ms) for path, times in returns.items()}
    return _ranked({path: n for path, n in worst.items() if n >= rules.chatter_returns})


def _most_within(times: Sequence[int], length_ms: int) -> int:
    """Return the most times in any window of a length, its old end excluded."""
    most = low = 0
    for high, at_ms in enumerate(times):
        while times[low] <= at_ms - length_ms:
            low += 1
        most = max(most, high + 1 - low)
    return most


def fleeting(active: Sequence[Activation], start_ms: int, end_ms: int, rules: Rules) -> tuple[Counted, ...]:
    """Return alarms that were annunciated, gone in less than 10 s and did not come again within 60 s; how often.
    `active` by start."""
    starts: defaultdict[str, list[int]] = defaultdict(list)
    for a in active:
        starts[a.path].append(a.start_ms)
    found: Counter[str] = Counter()
    for a in active:
        if not a.annunciated or a.end_ms is None or not start_ms <= a.start_ms < end_ms:
            continue
        mine = starts[a.path]
        following = bisect_right(mine, a.start_ms)
        again = following < len(mine) and mine[following] <= a.end_ms + rules.fleeting_quiet_ms
        if a.end_ms - a.start_ms < rules.fleeting_ms and not again:
            found[a.path] += 1
    return _ranked(found)


def stale(active: Iterable[Activation], start_ms: int, end_ms: int, rules: Rules) -> tuple[Stale, ...]:
    """Return alarms that, somewhen in [start, end), had been active for more than 24 h. Those that are aside at their
    end (or now) are not in the list and do not count."""
    found = []
    for a in active:
        until = end_ms if a.end_ms is None else a.end_ms
        from_ms = max(a.start_ms + rules.stale_ms, start_ms)
        if not a.aside and from_ms < min(until, end_ms):
            found.append(Stale(a.path, a.start_ms, a.end_ms))
    return tuple(found)


def worst_day(found: Iterable[Stale], start_ms: int, end_ms: int, rules: Rules) -> int:
    """Return the most alarms that were stale on one UTC day."""
    days: Counter[int] = Counter()
    for s in found:
        from_ms = max(s.since_ms + rules.stale_ms, start_ms)
        until = min(end_ms if s.until_ms is None else s.until_ms, end_ms)
        days.update(range(from_ms // _DAY_MS, (until - 1) // _DAY_MS + 1))
    return max(days.values(), default=0)


def _ranked(counts: dict[str, int]) -> tuple[Counted, ...]:
    return tuple(Counted(path, n) for path, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])))
