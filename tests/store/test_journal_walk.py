"""Walking through all lines of a question, and judging new ones as the store does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.model.records import Journal, JournalEntry
from app.storage.contract import EngineStore, JournalQuery, RoomStore, Tick
from app.storage.journal_walk import pages_of
from app.views.gateway.journal import journal_first, journal_newer, journal_older, matches

LINES = tuple(
    JournalEntry(
        journal=(Journal.ALARMS, Journal.AUDIT)[i % 2],
        kind=("raised", "returned", "signed_in")[i % 3],
        at_ms=i // 3,
        what=("ps01/well/level:HH", "ps01", "ps010/x", "泵站/1")[i % 4],
        who=("", "li", "wang")[i % 3],
        detail={"note": ("", "Ä pump", 'say "HI"', "line\nbreak", "50 %")[i % 5]},
        area=("", "north", "south")[i % 3],
        priority=i % 5,
    )
    for i in range(120)
)

QUERIES = (
    JournalQuery(),
    JournalQuery(journals=(Journal.AUDIT,)),
    JournalQuery(start_ms=7, end_ms=20),
    JournalQuery(areas=("north",), priorities=(1, 2)),
    JournalQuery(places=("ps01",)),
    JournalQuery(places=("泵站", "ps010")),
    JournalQuery(kinds=("raised",), who="li"),
    JournalQuery(text="hi"),
    JournalQuery(text='"hi"'),
    JournalQuery(text="ä pump"),
    JournalQuery(text="line\nbreak"),
    JournalQuery(text="%"),
)


@pytest.fixture
def filled(engine: EngineStore, room: RoomStore) -> RoomStore:
    engine.commit(Tick(journal=LINES))
    return room


@pytest.mark.parametrize("query", QUERIES, ids=str)
def test_a_walk_meets_every_line_once_and_a_line_is_judged_as_the_store_judges_it(
    filled: RoomStore, query: JournalQuery
) -> None:
    """Pages of 7 give what one page gives; `matches` picks the same lines out of all."""
    every = filled.journal_query(JournalQuery(limit=1000))
    walked = [line for page in pages_of(filled, query, size=7) for line in page]
    assert walked == list(filled.journal_query(replace(query, limit=1000)))
    assert [line for line in every if matches(query, line)] == walked


def test_new_lines_are_found_by_their_number_whatever_their_time(filled: RoomStore, engine: EngineStore) -> None:
    """First page, then: one line of now, one with an old time, one that is not asked for."""
    query = JournalQuery(priorities=(1,))
    first = journal_first(query)(filled)
    assert first.whole and len(first.entries) == 24
    assert journal_newer(query, first.seen)(filled).entries == ()
    engine.commit(
        Tick(
            journal=(
                JournalEntry(Journal.AUDIT, "late", 3, priority=1),
                JournalEntry(Journal.ALARMS, "raised", 99, priority=1),
                JournalEntry(Journal.ALARMS, "raised", 100, priority=2),
            )
        )
    )
    newer = journal_newer(query, first.seen)(filled)
    assert [(e.kind, e.at_ms) for e in newer.entries] == [("raised", 99), ("late", 3)]
    assert newer.seen[Journal.ALARMS] == first.seen[Journal.ALARMS] + 2
    assert journal_newer(query, newer.seen)(filled).entries == ()


def test_older_pages_go_on_where_the_last_line_stands(filled: RoomStore) -> None:
    """Behind a line in the middle."""
    query = JournalQuery()
    every = filled.journal_query(JournalQuery(limit=1000))
    older = journal_older(query, every[49])(filled)
    assert older.entries == every[50:] and older.whole
