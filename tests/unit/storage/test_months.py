"""The calendar of history: months in UTC, the spans of rollup rows, and times that are none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.errors import InternalFault
from app.storage.months import (
    DAY_MS,
    HOUR_MS,
    LONGEST_SPAN_MS,
    MINUTE_MS,
    days_of,
    month_name,
    month_named,
    month_of,
    next_month,
    span_end,
)


def ms(*at: int) -> int:
    return int(datetime(*at, tzinfo=UTC).timestamp() * 1000)  # type: ignore[arg-type, misc]


def test_a_month_begins_at_its_first_instant_and_ends_before_the_next() -> None:
    """Also over the end of a year and on a leap day."""
    for at in (ms(2026, 1, 1), ms(2026, 1, 31, 23, 59, 59) + 999):
        assert month_of(at) == ms(2026, 1, 1)
    assert month_of(ms(2026, 2, 1) - 1) == ms(2026, 1, 1)
    assert month_of(ms(2028, 2, 29)) == ms(2028, 2, 1)
    assert next_month(ms(2026, 12, 1)) == ms(2027, 1, 1)
    assert month_of(-1) == ms(1969, 12, 1)


@pytest.mark.parametrize("name", ["2026-01", "1970-01", "2099-12", "0999-03"])
def test_names_go_both_ways(name: str) -> None:
    """What a month is called names it."""
    month = month_named(name)
    assert month is not None
    assert (month_name(month), month_of(month)) == (name, month)


@pytest.mark.parametrize("name", ["", "2026", "2026-13", "2026-1", "2026-01-02", "2026-01 ", "x2026-01"])
def test_what_names_no_month_is_none(name: str) -> None:
    """Other files in the folder are not taken for months."""
    assert month_named(name) is None


def test_rows_of_rollups_span_a_day_a_month_or_a_year() -> None:
    """By their level; no span is longer than what readers look back."""
    assert span_end(MINUTE_MS, ms(2026, 3, 1)) == ms(2026, 3, 2)
    assert span_end(HOUR_MS, ms(2026, 2, 1)) == ms(2026, 3, 1)
    assert span_end(DAY_MS, ms(2028, 1, 1)) == ms(2029, 1, 1)
    for level, starts in ((HOUR_MS, [ms(2026, m, 1) for m in range(1, 13)]), (DAY_MS, [ms(2028, 1, 1)])):
        assert max(span_end(level, start) - start for start in starts) == LONGEST_SPAN_MS[level]
    with pytest.raises(InternalFault):
        span_end(HOUR_MS + 1, 0)


def test_days_include_both_ends() -> None:
    """A time within one day is that day; midnight is the next."""
    day = ms(2026, 3, 1)
    assert list(days_of(day + 5, day + 6)) == [day]
    assert list(days_of(day - 1, day)) == [day - DAY_MS, day]


def test_what_is_no_time_is_a_defect() -> None:
    """Nobody makes a file for the year 300,000."""
    with pytest.raises(InternalFault):
        month_of(1 << 62)
