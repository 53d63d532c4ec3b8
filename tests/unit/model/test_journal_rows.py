"""Cells of journal lines: what CSV and spreadsheets may not misread."""

from __future__ import annotations

import csv
import io
from zoneinfo import ZoneInfo

import pytest

from app.model.journal_rows import COLUMNS, Moment, cells_of, csv_row, iso_text, local_time, plain
from app.model.records import Journal, JournalEntry

SHANGHAI = ZoneInfo("Asia/Shanghai")
T = 1_790_000_000_007


def test_an_alarm_line_has_a_cell_for_every_column() -> None:
    """Numbers stay numbers, times are moments, what is missing is None."""
    detail = {"state": "unack", "from": "norm", "value": 3.5, "limit": 3.4, "quality": 0, "source_ms": T - 100}
    detail |= {"receipt_ms": 0, "flags": ["shelved"], "annunciated": True, "note": "seen", "occurrence": "o"}
    cells = cells_of(JournalEntry(Journal.ALARMS, "raised", T, "a:HH", "li", "desk", detail, "north", 1, 7, "ab"))
    assert list(cells) == [c.id for c in COLUMNS]
    assert (cells["value"], cells["limit"], cells["priority"], cells["annunciated"]) == (3.5, 3.4, 1, 1)
    assert cells["time"] == Moment(T) and cells["source_time"] == Moment(T - 100) and cells["receipt_time"] is None
    assert (cells["from"], cells["state"], cells["flags"], cells["note"]) == ("norm", "unack", "shelved", "seen")


def test_other_journals_keep_their_own_meaning_of_a_field() -> None:
    """`from` of an audit line is a record of its own, not a state; a text as a value is no number."""
    entry = JournalEntry(Journal.AUDIT, "x", T, detail={"from": {"a": 1}, "value": "12", "reason": "why"})
    cells = cells_of(entry)
    assert cells["from"] is None and cells["value"] is None and cells["note"] == "why"
    assert cells["priority"] is None and '"from"' in str(cells["detail"])


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", "＝1", "－1", "＋1", "＠a"])
def test_no_text_begins_a_formula(text: str) -> None:
    """What a spreadsheet would take for one gets an apostrophe; numbers are left alone."""
    assert plain(text) == f"'{text}"
    assert csv_row([text, -1.5, None], SHANGHAI) == [f"'{text}", -1.5, ""]
    out = io.StringIO()
    csv.writer(out).writerow(csv_row([text], SHANGHAI))
    out.seek(0)
    assert next(csv.reader(io.StringIO(out.getvalue(), newline=""))) == [f"'{text}"]


def test_harmless_texts_stay_as_they_are() -> None:
    """Names, quotes, Chinese."""
    assert [plain(t) for t in ("", "li", "a=b", "泵站")] == ["", "li", "a=b", "泵站"]


def test_times_carry_their_zone() -> None:
    """ISO 8601 with milliseconds and offset; for spreadsheets the same wall clock without it."""
    assert iso_text(T, SHANGHAI) == "2026-09-21T22:13:20.007+08:00"
    assert local_time(T, SHANGHAI).isoformat(timespec="milliseconds") == "2026-09-21T22:13:20.007"
    assert csv_row([Moment(T)], ZoneInfo("UTC")) == ["2026-09-21T14:13:20.007+00:00"]
