"""Dates and times of day in the site's zone. Pure; the language is an argument. Ages and periods: state.values."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

__all__ = ["date_text", "time_text", "zone_text"]


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def time_text(ms: int, timezone: str, *, seconds: bool = True) -> str:
    """Write the time of day of UTC `ms` in the site's zone; "—" for 0."""
    return _time(ms // 1000, timezone, "%H:%M:%S" if seconds else "%H:%M") if ms > 0 else "—"


def date_text(ms: int, timezone: str, language: str) -> str:
    """Write date and weekday of UTC `ms` in the site's zone."""
    return _date(ms // 60_000, timezone, language)


def zone_text(ms: int, timezone: str) -> str:
    """Name the zone and its offset at UTC `ms`, as "Asia/Shanghai UTC+8"."""
    return _offset(ms // 60_000, timezone)


# Kept: the clock of every window asks ten times a second for the same second, and rows for the times they have.


@lru_cache(maxsize=512)
def _time(second: int, timezone: str, form: str) -> str:
    return _local(second, timezone).strftime(form)


@lru_cache(maxsize=64)
def _date(minute: int, timezone: str, language: str) -> str:
    local = _local(60 * minute, timezone)
    days = ("周一周二周三周四周五周六周日", "MonTueWedThuFriSatSun")
    day = days[0][2 * local.weekday() :][:2] if language == "zh" else days[1][3 * local.weekday() :][:3]
    return f"{local:%Y-%m-%d} {day}"


@lru_cache(maxsize=64)
def _offset(minute: int, timezone: str) -> str:
    if timezone == "UTC":
        return timezone
    offset = _local(60 * minute, timezone).utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset is not None else 0
    hours, rest = divmod(abs(minutes), 60)
    return f"{timezone} UTC{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02d}" if rest else "")


def _local(second: int, timezone: str) -> datetime:
    return datetime.fromtimestamp(second, UTC).astimezone(_zone(timezone))
