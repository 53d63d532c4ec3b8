"""Times as a terminal prints them: in the site's zone, with its offset, so that nobody must ask which zone it was."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

__all__ = ["shown_time"]


def shown_time(utc_ms: int, zone: ZoneInfo, to: str = "seconds") -> str:
    """Return a time, such as "2026-11-27 02:08:39+08:00"; `to` is its smallest part, as in `datetime.isoformat`."""
    return datetime.fromtimestamp(utc_ms / 1000, UTC).astimezone(zone).isoformat(" ", to)
