"""Reads of the log book: notes of a time, who is on duty in a week, handovers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.model.people import Account, Duty, Handover, Note
from app.storage.contract import DeskStore

__all__ = ["Notes", "read_accounts", "read_duties", "read_handovers", "read_notes"]

_KEPT = 50


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes of a time, newest first, and those that are pinned now, oldest first."""

    notes: tuple[Note, ...]
    pinned: tuple[Note, ...]


def read_notes(start_ms: int, end_ms: int, *, link: str = "") -> Callable[[DeskStore], Notes]:
    """Read notes written in [start, end); `link`: only those that speak of it or of what is under it."""

    def work(desk: DeskStore) -> Notes:
        return Notes(desk.log_book.notes(start_ms, end_ms, link=link), desk.log_book.pinned())

    return work


def read_duties(first_day: str, last_day: str) -> Callable[[DeskStore], tuple[Duty, ...]]:
    """Read who is on the shifts of these days, both included."""

    def work(desk: DeskStore) -> tuple[Duty, ...]:
        return desk.log_book.duties(first_day, last_day)

    return work


def read_accounts(desk: DeskStore) -> tuple[Account, ...]:
    """Read who can be on duty: accounts that may sign in."""
    return tuple(a for a in desk.people.accounts() if not a.disabled)


def read_handovers(desk: DeskStore) -> tuple[Handover, ...]:
    """Read the newest signed handovers."""
    return desk.log_book.handovers(_KEPT)
