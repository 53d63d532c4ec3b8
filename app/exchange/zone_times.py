"""The wall clock of a zone and UTC, for whole columns of times.

Rules come from the IANA database through `zoneinfo`; it has no columns, so the moments at which a zone changes its
offset are looked for once per year and kept.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

__all__ = ["offsets_at", "to_utc", "year_start_ms"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_MS: Final = 86_400_000
_MARGIN_MS: Final = 2 * _DAY_MS
"""More than any zone is away from UTC, and than any change moves a clock."""

Longs = NDArray[np.int64]


def offsets_at(utc_ms: Longs, zone: ZoneInfo) -> Longs:
    """Return how far a zone's wall clock is ahead of UTC at instants, ms."""
    if not len(utc_ms):
        return np.empty(0, np.int64)
    changes, offsets = _segments(int(utc_ms.min()), int(utc_ms.max()), zone)
    return offsets[np.searchsorted(changes, utc_ms, "right")]


def to_utc(wall_ms: Longs, zone: ZoneInfo) -> tuple[Longs, Longs, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the instants at which a wall clock shows times (ms since 1970 as the clock counts): the earlier and the
    later one, which of them are two (an hour that came twice), and which are none (an hour that was left out; both
    instants then are as if the clock had not been moved)."""
    if not len(wall_ms):
        none = np.empty(0, np.bool_)
        return wall_ms, wall_ms, none, none
    changes, offsets = _segments(int(wall_ms.min()) - _MARGIN_MS, int(wall_ms.max()) + _MARGIN_MS, zone)
    if not len(changes):
        utc = wall_ms - offsets[0]
        none = np.zeros(len(wall_ms), np.bool_)
        return utc, utc, none, none
    begins = changes + offsets[1:]  # wall clock at which each segment but the first begins …
    ends = changes + offsets[:-1]  # … and at which each but the last ends
    last = np.searchsorted(begins, wall_ms, "right")
    first = np.searchsorted(ends, wall_ms, "right")
    # A time within both of two neighbours came twice; one within neither was left out.
    missing = first > last
    early = np.minimum(first, last)
    return wall_ms - offsets[early], wall_ms - offsets[last], first < last, missing


def year_start_ms(year: int) -> int:
    """Return the first instant of a year in UTC."""
    return int((datetime(year, 1, 1, tzinfo=UTC) - _EPOCH).total_seconds() * 1000)


def _segments(low_ms: int, high_ms: int, zone: ZoneInfo) -> tuple[Longs, Longs]:
    """Return the changes of offset within a time, and the offset before the first and after each."""
    years = range(_year(low_ms), _year(high_ms) + 1)
    found = [change for year in years for change in _changes(zone, year)]
    offsets = [_offset(years[0], zone), *(offset for _, offset in found)]
    return np.array([at for at, _ in found], np.int64), np.array(offsets, np.int64)


def _offset(year: int, zone: ZoneInfo) -> int:
    return _ahead(year_start_ms(year), zone)


def _year(ms: int) -> int:
    return (_EPOCH + timedelta(milliseconds=ms)).year


@lru_cache(maxsize=4_000)
def _changes(zone: ZoneInfo, year: int) -> tuple[tuple[int, int], ...]:
    """Return (instant, offset from then on) for each change of a year, to the second."""
    found = []
    end = year_start_ms(year + 1) if year < 9_999 else year_start_ms(year) + 365 * _DAY_MS
    before = _ahead(year_start_ms(year), zone)
    for day in range(year_start_ms(year), end, _DAY_MS):
        after = _ahead(day + _DAY_MS, zone)
        if after != before:
            found.append((_moment(day, day + _DAY_MS, before, zone), after))
            before = after
    return tuple(found)


def _moment(low: int, high: int, before: int, zone: ZoneInfo) -> int:
    """Return the first second of a day whose offset is no longer `before`."""
    while high - low > 1_000:
        middle = (low + high) // 2_000 * 1_000
        if _ahead(middle, zone) == before:
            low = middle
        else:
            high = middle
    return high


def _ahead(ms: int, zone: ZoneInfo) -> int:
    offset = (_EPOCH + timedelta(milliseconds=ms)).astimezone(zone).utcoffset()
    return 0 if offset is None else int(offset.total_seconds() * 1000)
