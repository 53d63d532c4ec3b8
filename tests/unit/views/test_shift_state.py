"""Shifts, weeks and notes as the shift page shows them. No Qt."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.model.people import Duty, Note
from app.views.state.duty_week import monday_of, week_of
from app.views.state.note_rows import link_page, linkable, note_rows
from app.views.state.sentences import Names
from app.views.state.shift_time import handed_over, running_shift, shift_line, shifts_to_hand_over
from tests.helpers.alarms import NOW
from tests.helpers.xiasha import xiasha

HOUR = 3_600_000
EVENING = 1_789_992_000_000
"""2026-09-21 20:00 in Shanghai: the night shift begins."""


def test_the_running_shift_counts_down() -> None:
    """Name and hours left, in both languages; nothing without a site or a calendar."""
    assert shift_line(xiasha(), EVENING // 60_000, "zh") == "夜班 −11:59"
    assert shift_line(xiasha(), (EVENING - HOUR) // 60_000, "en") == "Day shift −0:59"
    assert shift_line(None, 0, "en") == "" and shift_line(replace(xiasha(), shifts=()), 0, "en") == ""


def test_just_after_a_change_the_shift_before_is_handed_over() -> None:
    """Within the first hour of a shift; then the running one."""
    site = xiasha()
    before = [handed_over(site, EVENING + minutes * 60_000) for minutes in (-1, 1, 59, 60)]
    assert [s.spec.id for s in before if s is not None] == ["day", "day", "day", "night"]
    assert [s.spec.id for s in shifts_to_hand_over(site, EVENING)] == ["night", "day"]
    assert handed_over(None, EVENING) is None


def test_a_week_has_a_cell_per_shift_and_marks_the_running_one() -> None:
    """Persons in order of name; the night shift after midnight still belongs to the day before."""
    site = xiasha()
    monday = monday_of(site, EVENING + 6 * HOUR)
    assert monday == date(2026, 9, 21)
    duties = [Duty("2026-09-21", "night", "wang"), Duty("2026-09-21", "night", "li")]
    week = week_of(site, monday, duties, EVENING + 6 * HOUR, "en")
    assert [name for name, _ in week.shifts] == ["Day shift", "Night shift"] and week.shifts[1][1] == "20:00–08:00"
    assert len(week.cells) == 2 and all(len(row) == 7 for row in week.cells)
    running = [c for row in week.cells for c in row if c.left]
    assert [(c.day, c.persons, c.left) for c in running] == [("2026-09-21", ("li", "wang"), "6:00")]
    assert week.days[0] == "Mon 09-21" and week.today == 0
    assert week_of(None, monday, (), EVENING, "en").cells == ()
    assert running_shift(site, EVENING + 6 * HOUR) is not None


def test_notes_are_searched_in_text_person_and_places() -> None:
    """Pinned ones stay on top and stand once; every word must be found."""
    names = Names(xiasha(), "en")
    top = Note("p", NOW - 9, "sun", "d", "one pump\nonly", ("ps02/pump1",), True)
    notes = (top, Note("n", NOW - 5, "li", "d", "rack cleaned", ("ps01",)))
    rows = note_rows((top,), notes, names, "UTC", "", now_ms=NOW)
    assert [(r.note.id, r.on_top) for r in rows] == [("p", True), ("n", False)]
    assert rows[0].cells[2] == "one pump only"
    for words, found in (("XUELIN rack", ["n"]), ("li", ["n"]), ("ps02/pump1", ["p"]), ("rack pump", [])):
        assert [r.note.id for r in note_rows((top,), notes, names, "UTC", words, now_ms=NOW)] == found


def test_links_lead_to_the_page_of_the_thing() -> None:
    """Alarms to their own place, devices to System, everything else to its station; all of them can be picked."""
    site = xiasha()
    specs = {a.path: a for a in site.alarms}
    assert link_page("gw-rain", specs, site) == ("system", "gw-rain")
    assert link_page("ps01/pump1", specs, site) == ("station", "ps01/pump1")
    page, target = link_page("ps01/well/level:HH", specs, site)
    assert page == "station" and target
    paths = {path for _, path in linkable(site, Names(site, "zh"))}
    assert {"ps01", "ps01/pump1", "gw-rain", "ps01/well/level", "ps01/well/level:HH"} <= paths
    assert not any(path.startswith("dev/") for path in paths)
