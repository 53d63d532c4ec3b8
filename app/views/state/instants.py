"""Instants as people type and read them, in the site's zone. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

__all__ = ["instant_text", "parse_instant"]

_DATE: Final = r"(?:(\d{4})[-/.])?(\d{1,2})[-/.](\d{1,2})"
_TIME: Final = r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,3}))?)?"
_WHOLE: Final = re.compile(rf"{_DATE}(?:[ T]+{_TIME})?")
_OF_DAY: Final = re.compile(_TIME)
_AGO: Final = re.compile(r"[-−]\s*(\d+(?:[.,]\d+)?)\s*(s|sec|秒|m|min|分|分钟|h|小时|时|d|天|日)")
_UNITS: Final = {
    "s": 1,
    "秒": 1,
    "m": 60,
    "分": 60,
    "h": 3600,
    "小": 3600,
    "时": 3600,
    "d": 86_400,
    "天": 86_400,
    "日": 86_400,
}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def instant_text(ms: int, timezone: str, *, tenths: bool = False) -> str:
    """Write an instant as 2026-11-24 03:12:07, with tenths of a second if asked for."""
    local = _local(ms, timezone)
    return f"{local:%Y-%m-%d %H:%M:%S}" + (f".{local.microsecond // 100_000}" if tenths else "")


def parse_instant(text: str, timezone: str, *, now_ms: int) -> int | None:
    """Return the instant that a person means (UTC ms), None if that is not clear, or before 1970.

    2026-11-24 03:12:07.5, also without year, seconds or time (then the day's start); 03:12 alone is the last time that
    it was so; -15 min, -2h, −3 天 count back from now. A local time that was twice (a clock set back) is the first.
    """
    try:
        at = _parsed(text.strip(), _local(now_ms, timezone), now_ms)
    except (ValueError, OverflowError):
        return None
    return at if at is not None and at >= 0 else None


def _parsed(plain: str, now: datetime, now_ms: int) -> int | None:
    """Raises ValueError or OverflowError for an instant that no calendar has."""
    if ago := _AGO.fullmatch(plain):
        return now_ms - round(float(ago[1].replace(",", ".")) * _UNITS[ago[2][0]] * 1000)
    if whole := _WHOLE.fullmatch(plain):
        year, month, day, *clock = whole.groups()
        at = datetime(int(year or now.year), int(month), int(day), tzinfo=now.tzinfo) + _of_day(clock)
        return _ms(at.replace(year=at.year - 1) if year is None and _ms(at) > now_ms else at)
    if of_day := _OF_DAY.fullmatch(plain):
        at = now.replace(hour=0, minute=0, second=0, microsecond=0) + _of_day(list(of_day.groups()))
        return _ms(at - timedelta(days=1) if _ms(at) > now_ms else at)
    return None


def _of_day(clock: list[str | None]) -> timedelta:
    """Raises ValueError for a time that no clock shows."""
    hours, minutes, seconds, part = (*clock, None, None, None, None)[:4]
    if int(hours or 0) > 23 or int(minutes or 0) > 59 or int(seconds or 0) > 59:
        raise ValueError("no time of day")
    ms = int((part or "0").ljust(3, "0"))
    return timedelta(hours=int(hours or 0), minutes=int(minutes or 0), seconds=int(seconds or 0), milliseconds=ms)


def _ms(local: datetime) -> int:
    return round((local.astimezone(UTC) - _EPOCH) / timedelta(milliseconds=1))


def _local(ms: int, timezone: str) -> datetime:
    return (_EPOCH + timedelta(milliseconds=ms)).astimezone(_zone(timezone))


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
