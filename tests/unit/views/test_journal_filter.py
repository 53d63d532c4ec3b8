"""What the journal page asks of the store."""

from __future__ import annotations

import pytest

from app.model.records import Journal
from app.model.shifts import ShiftSpec
from app.model.terms import Label
from app.views.state.journal_filter import CUSTOM, DAY, SHIFT, WEEK, JournalFilter, filter_of, places_of, span_ms
from tests.helpers.xiasha import xiasha

T = 1_790_000_000_000
"""2026-09-21 22:13:20 in Shanghai."""
HOUR = 3_600_000
DAY_SHIFT = ShiftSpec("day", Label("白班", "Day"), 8 * 60, 20 * 60)
NIGHT = ShiftSpec("night", Label("夜班", "Night"), 20 * 60, 8 * 60)


@pytest.mark.parametrize(
    ("asked", "start"),
    [
        (JournalFilter(SHIFT), T - 2 * HOUR - 13 * 60_000 - 20_000),
        (JournalFilter(DAY), T - 24 * HOUR),
        (JournalFilter(WEEK), T - 7 * 24 * HOUR),
    ],
)
def test_a_span_that_ends_now_has_no_end(asked: JournalFilter, start: int) -> None:
    """The running shift begins at 20:00 in the site's zone."""
    found = span_ms(asked, T, (DAY_SHIFT, NIGHT), "Asia/Shanghai")
    assert found == (start, 1 << 62) and asked.live


def test_without_shifts_a_shift_is_eight_hours_and_a_custom_span_is_what_was_written() -> None:
    """Fallbacks."""
    assert span_ms(JournalFilter(SHIFT), T, (), "UTC")[0] == T - 8 * HOUR
    custom = JournalFilter(CUSTOM, 5, 9)
    assert span_ms(custom, T, (), "UTC") == (5, 9) and not custom.live


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", ()),
        ("ps01/pump1", ("ps01/pump1",)),
        ("学林街污水泵站", ("ps01",)),
        ("xuelin pump 2 ready", ("ps01/pump2/ready",)),
        ("yueya forebay", ("ps03/well",)),
        ("Xuelin Street sewage station · Pump 1", ("ps01/pump1",)),
        ("nowhere at all", ("nowhere at all",)),
    ],
)
def test_written_words_mean_places(words: str, found: tuple[str, ...]) -> None:
    """Paths, names in either language, as they stand in the list; what lies under a place is found with it."""
    assert places_of(words, xiasha()) == found


def test_every_priority_asks_nothing() -> None:
    """So that lines without a priority are found; two of them ask for those."""
    assert JournalFilter().asked_priorities == () and JournalFilter(priorities=()).asked_priorities == ()
    assert JournalFilter(priorities=(1, 2)).asked_priorities == (1, 2)


def test_it_is_kept_without_its_words() -> None:
    """Span, journal, area and priorities come back; what cannot be read counts as not kept."""
    asked = JournalFilter(DAY, journal=Journal.ALARMS, area="mid", priorities=(1,), text="x", who="li", place="ps01")
    assert filter_of(asked.to_json()) == JournalFilter(DAY, journal=Journal.ALARMS, area="mid", priorities=(1,))
    for broken in (None, 3, [], {"span": "moon"}, {"journal": "moon"}, {"priorities": 7, "span": 4}):
        assert filter_of(broken) == JournalFilter()
