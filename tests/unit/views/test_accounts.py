"""Accounts as rows, who may let whom cover what, and until when."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.model.people import Account, Grant, OpenSession
from app.model.records import Person
from app.views.state.accounts import LONGEST_COVER_MS, account_rows, assignable, cover_ends, session_rows
from tests.helpers.xiasha import xiasha

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUR = 3_600_000


def at(hour: int, minute: int = 0) -> int:
    """Return UTC ms of a time of day at the site."""
    return int(datetime(2026, 11, 26, hour, minute, tzinfo=SHANGHAI).timestamp() * 1000)


@pytest.mark.parametrize(
    ("account", "state"),
    [
        (Account("a", "A", "viewer"), "—"),
        (Account("a", "A", "viewer", disabled=True), "disabled"),
        (Account("a", "A", "viewer", locked_until_ms=at(12, 1)), "locked out for 1:00"),
        (Account("a", "A", "viewer", locked_until_ms=at(12)), "—"),
        (Account("a", "A", "viewer", disabled=True, must_change=True), "disabled · new password due"),
    ],
)
def test_states_of_an_account(account: Account, state: str) -> None:
    """In words; a lock-out with what is left of it."""
    (row,) = account_rows([account], [], xiasha(), "en", now_ms=at(12))
    assert row.cells[4] == state and row.strong == (state.startswith(("disabled", "locked")))


def test_areas_have_names_and_ends() -> None:
    """A grant for good, one that ends, one in all areas, one in an area that the site does not know."""
    grants = (
        Grant("west", "operator"), Grant("east", "operator", at(20)), Grant("*", "supervisor"), Grant("moon", "viewer"),
    )  # fmt: skip
    (row,) = account_rows([Account("a", "A", "viewer", grants)], [], xiasha(), "en", now_ms=at(12))
    assert row.cells[3] == (
        "West: Operator; East: Operator until 2026-11-26 Thu 20:00; all areas: Supervisor; moon: Viewer"
    )
    (row,) = account_rows([Account("a", "A", "viewer", grants)], [], None, "zh", now_ms=at(12))
    assert row.cells[3].startswith("west: 值班员")


def test_who_is_signed_in_is_told_in_both_lists() -> None:
    """Also that a session is locked."""
    session = OpenSession("s", "a", "ws-2", at(8), at(12), locked=True)
    (row,) = account_rows([Account("a", "A", "viewer")], [session], xiasha(), "en", now_ms=at(12))
    assert row.cells[4] == "signed in"
    assert session_rows([session], xiasha(), "en")[0].cells == ("a", "ws-2", "2026-11-26 Thu 08:00", "locked")
    assert session_rows([session], xiasha(), "zh")[0].cells[3] == "已锁定"


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        (at(7, 59), [at(8), at(20)]),
        (at(8), [at(20)]),
        (at(16), [at(20), at(20) + 12 * HOUR]),
        (at(20), [at(20) + 12 * HOUR]),
    ],
)
def test_a_cover_ends_with_the_present_or_the_next_shift(now: int, ends: list[int]) -> None:
    """As far as that is within what the store takes; with the shift that ends then."""
    found = cover_ends(xiasha(), now)
    assert [e.until_ms for e in found] == ends
    assert all(e.shift is not None and e.until_ms - now <= LONGEST_COVER_MS for e in found)


def test_a_site_without_shifts_covers_by_hours() -> None:
    """Four, eight or twelve hours, each with its figure."""
    site = replace(xiasha(), shifts=())
    assert [(e.until_ms - at(8), e.hours) for e in cover_ends(site, at(8))] == [
        (4 * HOUR, 4), (8 * HOUR, 8), (12 * HOUR, 12),
    ]  # fmt: skip
    assert len(cover_ends(None, int(datetime.now(UTC).timestamp()))) == 3


def test_who_may_let_people_cover_where() -> None:
    """A supervisor of an area: there. Of the whole site: everywhere. A locked one, an operator, nobody: nowhere."""
    west = Person("w", "viewer", "s", "ws", (("west", "supervisor"),))
    assert assignable(west, xiasha()) == ("west",)
    assert assignable(Person("c", "supervisor", "s", "ws"), xiasha()) == ("west", "central", "east")
    assert assignable(replace(west, locked=True), xiasha()) == ()
    assert assignable(Person("o", "operator", "s", "ws"), xiasha()) == ()
    assert assignable(west, None) == ()
