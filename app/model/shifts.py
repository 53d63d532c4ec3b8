"""Shifts of a control room: which one runs at an instant, in the site's own time zone. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.model.terms import Label

__all__ = ["Shift", "ShiftSpec", "shift_at", "shifts_between"]

_DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class ShiftSpec:
    """One shift of the daily calendar. Minutes after local midnight; `end` ≤ `start` means that it ends on the next
    day. The shifts of a site cover the day without gap or overlap."""

    id: str
    label: Label
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift of one day: `day` is the local date on which it starts; times are UTC ms, end excluded."""

    spec: ShiftSpec
    day: date
    start_ms: int
    end_ms: int


def shift_at(specs: tuple[ShiftSpec, ...], at_ms: int, zone: str) -> Shift | None:
    """Return the shift that runs at a UTC instant, None if the calendar has none then."""
    found = shifts_between(specs, at_ms, at_ms + 1, zone)
    return found[0] if found else None


def shifts_between(specs: tuple[ShiftSpec, ...], start_ms: int, end_ms: int, zone: str) -> tuple[Shift, ...]:
    """Return the shifts that overlap [start, end), in order of time."""
    local = ZoneInfo(zone)
    day = datetime.fromtimestamp(start_ms / 1000, UTC).astimezone(local).date() - timedelta(days=1)
    last = datetime.fromtimestamp(end_ms / 1000, UTC).astimezone(local).date()
    found = []
    while day <= last:
        found += [_shift(spec, day, local) for spec in specs]
        day += timedelta(days=1)
    overlapping = (s for s in found if s.start_ms < end_ms and s.end_ms > start_ms)
    return tuple(sorted(overlapping, key=lambda s: s.start_ms))


def _shift(spec: ShiftSpec, day: date, zone: ZoneInfo) -> Shift:
    end_day = day if spec.end > spec.start else day + timedelta(days=1)
    return Shift(spec, day, _instant(day, spec.start, zone), _instant(end_day, spec.end, zone))


def _instant(day: date, minute: int, zone: ZoneInfo) -> int:
    """Return the UTC ms of a local minute; in an hour that exists twice the first one counts."""
    days, minute = divmod(minute, _DAY_MINUTES)
    moment = datetime.combine(day + timedelta(days=days), time(minute // 60, minute % 60), zone)
    return int(moment.timestamp() * 1000)
