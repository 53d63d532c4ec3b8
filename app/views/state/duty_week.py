"""A week of shifts with who is on duty. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.model.people import Duty
from app.model.shifts import ShiftSpec
from app.model.spec import Site
from app.views.state.shift_time import left_text, running_shift
from app.views.state.zone_time import date_text

__all__ = ["DutyCell", "DutyWeek", "monday_of", "week_of"]

_DAYS: Final = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


@dataclass(frozen=True, slots=True)
class DutyCell:
    """One shift of one day. `left` is how long it lasts still, "" unless it runs now."""

    day: str
    shift: str
    persons: tuple[str, ...]
    left: str = ""


@dataclass(frozen=True, slots=True)
class DutyWeek:
    """`days` are the heads of the columns, `shifts` (name, hours) those of the rows; `cells[row][column]`."""

    days: tuple[str, ...] = ()
    shifts: tuple[tuple[str, str], ...] = ()
    cells: tuple[tuple[DutyCell, ...], ...] = ()
    today: int = -1
    """The column of today, -1 if it is in another week."""


def monday_of(site: Site | None, now_ms: int) -> date:
    """Return the Monday of the week in which the running shift began."""
    shift = running_shift(site, now_ms)
    zone = site.timezone if site is not None else "UTC"
    day = shift.day if shift is not None else date.fromisoformat(date_text(now_ms, zone, "en")[:10])
    return day - timedelta(days=day.weekday())


def week_of(site: Site | None, monday: date, duties: Sequence[Duty], now_ms: int, language: str) -> DutyWeek:
    """Return the week that begins with `monday`."""
    if site is None or not site.shifts:
        return DutyWeek()
    days = [monday + timedelta(days=n) for n in range(7)]
    running = running_shift(site, now_ms)
    on: dict[tuple[str, str], list[str]] = {}
    for duty in duties:
        on.setdefault((duty.day, duty.shift), []).append(duty.person)
    order = sorted(site.shifts, key=_start)
    cells = []
    for spec in order:
        row = []
        for day in days:
            runs = running is not None and (running.spec.id, running.day) == (spec.id, day)
            left = left_text(running, now_ms) if runs and running is not None else ""
            persons = tuple(sorted(on.get((day.isoformat(), spec.id), ())))
            row.append(DutyCell(day.isoformat(), spec.id, persons, left))
        cells.append(tuple(row))
    heads = tuple(f"{name} {day:%m-%d}" for name, day in zip(_DAYS[language], days, strict=True))
    named = tuple((s.label.get(language), f"{_clock(s.start)}–{_clock(s.end)}") for s in order)
    today = days.index(running.day) if running is not None and running.day in days else -1
    return DutyWeek(heads, named, tuple(cells), today)


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def _start(spec: ShiftSpec) -> int:
    return spec.start
