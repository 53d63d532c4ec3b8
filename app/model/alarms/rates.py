"""How fast alarms came: fixed ten-minute periods for average and peak, a sliding window for floods. UTC ms.

Rules: ISA-18.2 / IEC 62682 as quoted at second hand; docs/alarm-states.md has the sources.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

__all__ = ["HOUR_MS", "Flood", "Peak", "Rules", "busy_share", "clipped_share", "floods", "live_flood", "peak"]

HOUR_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class Rules:
    """What counts as what; sources differ, so a centre may set its own. Lengths in ms."""

    period_ms: int = 600_000
    busy_above: int = 10
    busy_hour_above: int = 30
    flood_above: int = 10
    flood_below: int = 5
    chatter_returns: int = 3
    chatter_ms: int = 60_000
    fleeting_ms: int = 10_000
    fleeting_quiet_ms: int = 60_000
    stale_ms: int = 24 * HOUR_MS
    top: int = 10


@dataclass(frozen=True, slots=True)
class Peak:
    """The fixed period with most alarms, the first of equals."""

    start_ms: int
    count: int


@dataclass(frozen=True, slots=True)
class Flood:
    """From the alarm that made it a flood to the moment at which it ended (None: it runs). `count` has also the alarms
    of the window that made it one; `first` is the first of those."""

    start_ms: int
    end_ms: int | None
    count: int
    first: str


def peak(times: Iterable[int], period_ms: int) -> Peak:
    """Return the fixed UTC period with most alarms."""
    counts = Counter(t // period_ms for t in times)
    if not counts:
        return Peak(0, 0)
    best = min(counts, key=lambda period: (-counts[period], period))
    return Peak(best * period_ms, counts[best])


def busy_share(times: Iterable[int], start_ms: int, end_ms: int, period_ms: int, above: int) -> float:
    """Return the share of the fixed UTC periods that overlap [start, end) in which more than `above` came."""
    periods = -(-end_ms // period_ms) - start_ms // period_ms
    counts = Counter(t // period_ms for t in times)
    return sum(1 for n in counts.values() if n > above) / periods if periods > 0 else 0.0


def floods(came: Iterable[tuple[int, str]], end_ms: int, rules: Rules) -> tuple[Flood, ...]:
    """Return the floods of alarms that came at (UTC ms, path), as known at `end_ms`.

    The window is the last ten minutes, its old end excluded. It begins when more than 10 are in it, and ends when
    fewer than 5 are.
    """
    alarms = sorted((at_ms, path) for at_ms, path in came if at_ms <= end_ms)
    times = [at_ms for at_ms, _ in alarms]
    found: list[Flood] = []
    for i, at_ms in enumerate(times):
        low = bisect_right(times, at_ms - rules.period_ms)
        if found and found[-1].end_ms is None:
            found[-1] = replace(found[-1], count=found[-1].count + 1)
        elif i + 1 - low > rules.flood_above:
            found.append(Flood(at_ms, None, i + 1 - low, alarms[low][1]))
        if found and found[-1].end_ms is None:
            found[-1] = replace(found[-1], end_ms=_end(times, i, end_ms, rules))
    return tuple(found)


def _end(times: Sequence[int], i: int, end_ms: int, rules: Rules) -> int | None:
    """Return when the window falls below the end of a flood after alarm `i`, None if the next alarm or the end of what
    is known comes first."""
    falls_ms = times[i + 1 - rules.flood_below] + rules.period_ms
    if i + 1 < len(times):
        return falls_ms if falls_ms < times[i + 1] else None
    return falls_ms if falls_ms <= end_ms else None


def live_flood(came: Iterable[tuple[int, str]], now_ms: int, rules: Rules | None = None) -> Flood | None:
    """Return the flood that runs now, for the banner; None without one."""
    found = floods(came, now_ms, rules or Rules())
    return found[-1] if found and found[-1].end_ms is None else None


def clipped_share(found: Iterable[Flood], start_ms: int, end_ms: int) -> float:
    """Return the share of [start, end) that was in a flood."""
    within = (min(end_ms if f.end_ms is None else f.end_ms, end_ms) - max(f.start_ms, start_ms) for f in found)
    return sum(max(0, ms) for ms in within) / (end_ms - start_ms) if end_ms > start_ms else 0.0
