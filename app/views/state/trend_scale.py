"""Ticks of both axes of a trend: round values, and round times in the site's zone. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

__all__ = ["Axis", "TimeTick", "axis_of", "time_ticks"]

_SECOND: Final = 1_000
_MINUTE: Final = 60 * _SECOND
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_STEPS: Final = (
    *(n * _SECOND for n in (1, 2, 5, 10, 15, 30)), *(n * _MINUTE for n in (1, 2, 5, 10, 15, 30)),
    *(n * _HOUR for n in (1, 2, 3, 6, 12)), *(n * _DAY for n in (1, 2, 5, 10)),
)  # fmt: skip
_MONTHS: Final = (1, 2, 3, 6, 12)
_MONTH_MS: Final = 30 * _DAY


@dataclass(frozen=True, slots=True)
class Axis:
    """A Y axis: its ends, its ticks and the decimals that tell them apart."""

    low: float
    high: float
    ticks: tuple[float, ...]
    decimals: int

    def text(self, value: float) -> str:
        """Write a tick."""
        text = f"{value:,.{self.decimals}f}".replace(",", " ")
        return text.replace("-", "−") if float(value) != 0 else text.replace("-", "")


def axis_of(low: float, high: float, *, least: float, count: int) -> Axis:
    """Return an axis that holds low to high with about `count` ticks; its ends are round, so that it stands while
    values move a little. `least` is the smallest span that fills it: noise stays flat."""
    if not (math.isfinite(low) and math.isfinite(high)):
        low, high = 0.0, 1.0
    least = max(least, 1e-9 * max(abs(low), abs(high)), 1e-12)
    if high - low < least:
        middle = (low + high) / 2
        low, high = middle - least / 2, middle + least / 2
    step = _round_step((high - low) / max(1, count))
    bottom, top = math.floor(low / (step / 2) + 1e-9) * step / 2, math.ceil(high / (step / 2) - 1e-9) * step / 2
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    first = math.ceil(bottom / step - 1e-9)
    last = math.floor(top / step + 1e-9)
    return Axis(bottom, top, tuple(k * step for k in range(first, last + 1)), decimals)


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= rough * (1 - 1e-9))


@dataclass(frozen=True, slots=True)
class TimeTick:
    """A tick of the time axis. `date` stands below `text` where another day begins, and at the first tick."""

    at_ms: int
    text: str
    date: str = ""


def time_ticks(start_ms: int, end_ms: int, timezone: str, *, most: int) -> tuple[TimeTick, ...]:
    """Return at most about `most` ticks on round local times; over a change of the clock local times go on."""
    zone = ZoneInfo(timezone)
    rough = (end_ms - start_ms) / max(1, most)
    step = next((s for s in _STEPS if s >= rough), None)
    if step is None:
        return _months(start_ms, end_ms, zone, rough)
    ticks: list[TimeTick] = []
    day = ""
    for at in _instants(start_ms, end_ms, zone, step):
        local = datetime.fromtimestamp(at / 1000, UTC).astimezone(zone)
        date = f"{local:%Y-%m-%d}"
        text = f"{local:%m-%d}" if step >= _DAY else f"{local:%H:%M:%S}" if step < _MINUTE else f"{local:%H:%M}"
        if step >= _DAY:
            year = date[:4]
            ticks.append(TimeTick(at, text, year if year != day else ""))
            day = year
        else:
            ticks.append(TimeTick(at, text, date if date != day else ""))
            day = date
    return tuple(ticks)


def _instants(start_ms: int, end_ms: int, zone: ZoneInfo, step: int) -> list[int]:
    """Return UTC ms of local times that are whole steps since local midnight (of days: since the month began)."""
    local = datetime.fromtimestamp(start_ms / 1000, UTC).astimezone(zone)
    day = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    found: list[int] = []
    if step >= _DAY:
        days = step // _DAY
        while (at := _utc(day, zone)) < end_ms:
            if at >= start_ms and ((day.day - 1) % days == 0 and (days == 1 or day.day - 1 + days // 2 < 30)):
                found.append(at)
            day += timedelta(days=1)
        return found
    each = timedelta(milliseconds=step)
    moment = day + each * int((local.replace(tzinfo=None) - day) / each)
    while True:
        at = _utc(moment, zone)
        if at >= end_ms:
            return found
        if at >= start_ms and (not found or at > found[-1]):
            found.append(at)
        moment += each


def _months(start_ms: int, end_ms: int, zone: ZoneInfo, rough: float) -> tuple[TimeTick, ...]:
    months = next((m for m in _MONTHS if m * _MONTH_MS >= rough), 12 * math.ceil(rough / (12 * _MONTH_MS)))
    local = datetime.fromtimestamp(start_ms / 1000, UTC).astimezone(zone)
    index = local.year * 12 + local.month - 1
    index -= index % months
    ticks: list[TimeTick] = []
    while (at := _utc(datetime(index // 12, index % 12 + 1, 1), zone)) < end_ms:  # noqa: DTZ001 - `_utc` gives the zone
        if at >= start_ms:
            ticks.append(TimeTick(at, f"{index // 12}-{index % 12 + 1:02d}"))
        index += months
    return tuple(ticks)


def _utc(local: datetime, zone: ZoneInfo) -> int:
    return round(local.replace(tzinfo=zone).timestamp() * 1000)
