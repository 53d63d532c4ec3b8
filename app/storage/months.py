"""The calendar of history, in UTC: months, which are its files and partitions, and the spans that rollup rows cover."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from app.errors import InternalFault

__all__ = [
    "DAY_MS",
    "HOUR_MS",
    "LONGEST_SPAN_MS",
    "MINUTE_MS",
    "days_of",
    "month_name",
    "month_named",
    "month_of",
    "next_month",
    "span_end",
]

MINUTE_MS: Final = 60_000
HOUR_MS: Final = 3_600_000
DAY_MS: Final = 86_400_000
LONGEST_SPAN_MS: Final = {MINUTE_MS: DAY_MS, HOUR_MS: 31 * DAY_MS, DAY_MS: 366 * DAY_MS}
"""By level: how long the span of one row of rollups may be."""


def month_of(at_ms: int) -> int:
    """Return the first instant of the month that holds an instant."""
    at = _at(at_ms)
    return _ms(at.year, at.month)


def next_month(month_ms: int) -> int:
    """Return the first instant of the month after one."""
    at = _at(month_ms)
    return _ms(at.year + 1, 1) if at.month == 12 else _ms(at.year, at.month + 1)


def month_name(month_ms: int) -> str:
    """Return a month as `2026-11`."""
    at = _at(month_ms)
    return f"{at.year:04d}-{at.month:02d}"  # strftime pads years on some systems only


def month_named(name: str) -> int | None:
    """Return the first instant of the month that `2026-11` names, None for what names none."""
    try:
        at = datetime.strptime(name, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        return None
    month = _ms(at.year, at.month)
    return month if month_name(month) == name else None


def span_end(level_ms: int, start_ms: int) -> int:
    """Return the end of the span of a row of rollups: a day of minutes, a month of hours, a year of days. Raises
    InternalFault for a level that is none."""
    if level_ms == MINUTE_MS:
        return start_ms + DAY_MS
    if level_ms == HOUR_MS:
        return next_month(start_ms)
    if level_ms == DAY_MS:
        return _ms(_at(start_ms).year + 1, 1)
    raise InternalFault(f"there are no rollups of {level_ms} ms")


def days_of(lo_ms: int, hi_ms: int) -> range:
    """Return the first instants of the days from one instant to another, both included."""
    return range(lo_ms - lo_ms % DAY_MS, hi_ms + 1, DAY_MS)


def _at(at_ms: int) -> datetime:
    try:
        return datetime.fromtimestamp(at_ms / 1000.0, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise InternalFault(f"{at_ms} is no time that history could keep") from error


def _ms(year: int, month: int) -> int:
    return int(datetime(year, month, 1, tzinfo=UTC).timestamp()) * 1000
