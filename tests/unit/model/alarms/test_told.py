"""The newest line of an alarm says its whole record."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.model.alarms.status import AlarmState, AlarmStatus, OutOfService, Override, Shelf
from app.model.alarms.told import ROW, row_of, status_of
from app.model.records import Journal, JournalEntry
from app.storage.canonical import from_text, to_text

numbers = st.floats(allow_nan=False, allow_infinity=False)
times = st.integers(0, 2_000_000_000_000)
texts = st.text(st.characters(min_codepoint=32, max_codepoint=0x4FFF), max_size=8)
shelves = st.builds(Shelf, texts, texts, times, times, st.booleans(), texts, numbers, texts)
outs = st.builds(OutOfService, texts, texts, texts, times)
overrides = st.builds(
    Override, *(st.none() | numbers for _ in range(4)), st.none() | st.integers(1, 4), texts, texts, times
)
statuses = st.builds(
    AlarmStatus,
    path=st.just("ps01/well/level:HH"),
    state=st.sampled_from(AlarmState),
    priority=st.integers(1, 4),
    occurrence=texts,
    count=st.integers(0, 5),
    raised_ms=times,
    since_ms=times,
    annunciated_ms=times,
    unacked_ms=times,
    source_ms=times,
    value=st.none() | numbers,
    limit=st.none() | numbers,
    quality=st.integers(0, 300),
    frozen=st.booleans(),
    ack_by=texts,
    ack_ms=times,
    ack_note=texts,
    shelf=st.none() | shelves,
    suppressed=texts,
    suppressed_ms=times,
    out_of_service=st.none() | outs,
    override=st.none() | overrides,
    first_out=st.booleans(),
    escalated=st.integers(0, 3),
    escalated_to=texts,
)


def line(status: AlarmStatus, detail: dict[str, Any]) -> JournalEntry:
    """Return the line that the store gives back."""
    stored = from_text(to_text({**detail, ROW: row_of(status, detail)}))
    return JournalEntry(Journal.ALARMS, "raised", 5, status.path, detail=stored, priority=status.priority)


@given(statuses, statuses, st.booleans())
def test_a_line_gives_the_whole_record_back(status: AlarmStatus, other: AlarmStatus, same: bool) -> None:
    """Whatever the line's own names say, of this record or (after a site's change) of the one before."""
    said = status if same else other
    names = ("state", "value", "limit", "quality", "source_ms", "occurrence", "count")
    assert status_of(line(status, {name: getattr(said, name) for name in names})) == status


def test_a_line_like_the_record_keeps_little_besides() -> None:
    """Nothing is written twice: what the line says by itself, and defaults, are left out."""
    status = AlarmStatus("a", AlarmState.UNACK, 0, 2, "a@7", 1, 7, 7, 7, 7, 6, 3.5, 3.0, 0)
    detail = {
        "state": "unack",
        "value": 3.5,
        "limit": 3.0,
        "quality": 0,
        "source_ms": 6,
        "occurrence": "a@7",
        "count": 1,
    }
    assert row_of(status, detail) == {"raised_ms": 7, "since_ms": 7, "annunciated_ms": 7, "unacked_ms": 7}
    normal = AlarmStatus("a", since_ms=9, value=2.0, source_ms=8)
    detail |= {"state": "norm", "value": 2.0, "limit": None, "source_ms": 8}
    assert row_of(normal, detail) == {"since_ms": 9}


def test_a_line_from_before_rows_says_state_and_flags() -> None:
    """The alarm stands in its list; who put it there, and until when, is not invented."""
    detail = {
        "state": "acked",
        "occurrence": "ps01/a:HH@17",
        "count": 2,
        "flags": ["shelved", "suppressed"],
        "rule": "停|off",
    }
    entry = JournalEntry(Journal.ALARMS, "suppressed", 50, "ps01/a:HH", detail=detail, priority=1)
    status = status_of(entry)
    assert status.shelf is not None and (status.shelf.person, status.shelf.since_ms) == ("", 50)
    assert status == AlarmStatus(
        "ps01/a:HH", AlarmState.ACKED, 0, 1, "ps01/a:HH@17", 2, 17, 50, 17, shelf=status.shelf, suppressed="停|off",
        suppressed_ms=50,
    )  # fmt: skip


def test_what_a_newer_program_wrote_is_left_out() -> None:
    """Names and states that are not known do no harm."""
    row = {"colour": "blue", "shelf": {"person": "w", "reason": "r", "since_ms": 1, "until_ms": 2, "mood": 3}}
    entry = JournalEntry(Journal.ALARMS, "raised", 5, "a", detail={"state": "sleeping", ROW: row}, priority=3)
    assert status_of(entry) == replace(AlarmStatus("a", priority=3), shelf=Shelf("w", "r", 1, 2))
