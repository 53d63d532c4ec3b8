"""Questions to the journals, against a model that looks at every line."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.clock import SystemClock
from app.model.records import Journal, JournalEntry
from app.storage.canonical import to_text
from app.storage.contract import EngineStore, JournalQuery, RoomStore, Tick
from app.storage.opening import create_store, open_engine_store, open_room_store

PLACES = (
    "ps01",
    "ps01/well",
    "ps01/well/level:high",
    "ps01:mode",
    "ps010",
    "PS01/well",
    "ps0_",
    "ps0%/a",
    "a\\b",
    "泵站",
)
WHO = ("", "zhang", "Zhang", "li'; --")
TEXTS = ("", "a", "%", "_", "\\", 'say "hi"', "HI", "Ä", "ä", "泵", "high", "zhang", "line\nbreak")
AREAS = ("", "north", "south")
KINDS = ("raised", "Raised", "returned", "a_b")

ENTRIES = st.builds(
    JournalEntry,
    journal=st.sampled_from(Journal),
    kind=st.sampled_from(KINDS),
    at_ms=st.integers(0, 6),
    what=st.sampled_from(PLACES),
    who=st.sampled_from(WHO),
    detail=st.fixed_dictionaries({}, optional={"note": st.sampled_from(TEXTS), "n": st.integers(0, 3)}),
    area=st.sampled_from(AREAS),
    priority=st.integers(0, 4),
)


def some(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """Few of the values, often none."""
    return st.just(()) | st.lists(st.sampled_from(values), max_size=2).map(tuple)


QUERIES = st.builds(
    JournalQuery,
    journals=st.just(tuple(Journal)) | st.lists(st.sampled_from(Journal), max_size=3).map(tuple),
    start_ms=st.integers(0, 3),
    end_ms=st.integers(3, 8) | st.just(1 << 62),
    areas=some(AREAS),
    places=some((*PLACES, "ps0", "ps01/well/level")) | st.just(PLACES[:9]),
    kinds=some(KINDS),
    priorities=st.just(()) | st.lists(st.integers(0, 4), max_size=2).map(tuple),
    who=st.just("") | st.sampled_from(WHO),
    text=st.just("") | st.sampled_from(TEXTS),
    limit=st.integers(1, 4),
)


def folded(text: str) -> str:
    """Small ASCII letters."""
    return "".join(c.lower() if c.isascii() else c for c in text)


def stands_under(what: str, place: str) -> bool:
    """Whether a path is a place or below it."""
    return what == place or what.startswith((place + "/", place + ":"))


def meets(entry: JournalEntry, query: JournalQuery) -> bool:
    """The model: what the contract says, line by line."""
    says = [entry.kind, entry.what, entry.who]
    return (
        query.start_ms <= entry.at_ms < query.end_ms
        and entry.journal in query.journals
        and (not query.areas or entry.area in query.areas)
        and (not query.kinds or entry.kind in query.kinds)
        and (not query.priorities or entry.priority in query.priorities)
        and (not query.who or entry.who == query.who)
        and (
            not query.places or any(entry.what == p or entry.what.startswith((p + "/", p + ":")) for p in query.places)
        )
        and (
            any(folded(query.text) in folded(said) for said in says)
            or folded(to_text(query.text)[1:-1]) in folded(to_text(entry.detail))
        )
    )


def place_of(entry: JournalEntry) -> tuple[int, str, int]:
    """Where the next page goes on."""
    return entry.at_ms, entry.journal.value, entry.seq


def all_pages(room: RoomStore, query: JournalQuery) -> list[JournalEntry]:
    """Ask page by page until one is not full."""
    found: list[JournalEntry] = []
    while True:
        page = room.journal_query(query)
        assert len(page) <= query.limit
        found += page
        if len(page) < query.limit:
            return found
        query = dataclasses.replace(query, before=place_of(page[-1]))


@pytest.fixture
def fill(engine: EngineStore) -> Callable[[list[JournalEntry]], None]:
    """Give a function that appends lines."""
    return lambda entries: engine.commit(Tick(journal=tuple(entries))) and None  # type: ignore[func-returns-value]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ENTRIES, max_size=25), st.lists(QUERIES, min_size=1, max_size=12))
def test_pages_are_what_the_model_says(
    fill: Callable[[list[JournalEntry]], None],
    room: RoomStore,
    entries: list[JournalEntry],
    queries: list[JournalQuery],
) -> None:
    """Any question, asked page by page, gives every line that meets it, once, newest first. Lines of the examples
    before stay in the store, so that the journals grow."""
    fill(entries)
    everything = [e for kind in Journal for e in room.journal_after(kind, 0, limit=100_000)]
    for query in queries:
        wanted = sorted((e for e in everything if meets(e, query)), key=place_of, reverse=True)
        assert all_pages(room, dataclasses.replace(query, limit=7 * query.limit)) == wanted


def test_lines_that_come_meanwhile_do_not_disturb_the_pages(engine: EngineStore, room: RoomStore) -> None:
    """New lines are newer: the pages behind them are as if they had not come."""
    engine.commit(Tick(journal=tuple(JournalEntry(Journal.ALARMS, "raised", n) for n in range(5))))
    first = room.journal_query(JournalQuery(limit=2))
    engine.commit(Tick(journal=tuple(JournalEntry(Journal.ALARMS, "raised", 5 + n) for n in range(5))))
    rest = all_pages(room, JournalQuery(limit=2, before=place_of(first[-1])))
    assert [e.at_ms for e in (*first, *rest)] == [4, 3, 2, 1, 0]


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (JournalQuery(start_ms=5), "journal_time"),
        (JournalQuery(places=("ps01",)), "journal_what"),
        (JournalQuery(places=tuple(f"ps{n}" for n in range(97))), "journal_time"),
        (JournalQuery(who="zhang"), "journal_who"),
    ],
)
def test_questions_use_the_indexes(tmp_path: Path, query: JournalQuery, index: str) -> None:
    """SQLite answers each of the usual questions by its index, and never walks the whole journal."""
    address = str(tmp_path / "store")
    create_store(address, demo=True)
    engine, room = open_engine_store(address, clock=SystemClock()), open_room_store(address)
    try:
        engine.take_lease("test")
        lines = (JournalEntry(Journal.ALARMS, "raised", n, f"ps{n % 97:02d}/a:b", WHO[n % 3]) for n in range(5_000))
        engine.commit(Tick(journal=tuple(lines)))
        plans = _plans(room, query)
        assert plans and all(index in plan and "SCAN" not in plan for plan in plans)
        assert index == "journal_what" or not any("TEMP B-TREE" in plan for plan in plans)
    finally:
        engine.close()
        room.close()


def _plans(room: RoomStore, query: JournalQuery) -> list[str]:
    """Return SQLite's plans for the statements that a question becomes."""
    said: list[str] = []

    def explain(connection: sa.Connection, cursor: object, statement: str, parameters: Any, *_rest: object) -> None:
        rows = connection.connection.driver_connection.execute("EXPLAIN QUERY PLAN " + statement, parameters)  # type: ignore[union-attr]
        said.append("; ".join(str(row[-1]) for row in rows))

    reader: sa.Engine = room._reader  # type: ignore[attr-defined]
    sa.event.listen(reader, "before_cursor_execute", explain)
    room.journal_query(query)
    return said
