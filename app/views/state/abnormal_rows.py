"""What a row of the abnormal list says: what, where, since when, how bad, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.model.spec import Label

__all__ = ["NO_VALUE", "AbnormalRow", "Counts", "Kind", "counts_of", "order", "row_texts"]

NO_VALUE: Final = Label("", "")


class Kind(StrEnum):
    """What sort of abnormality a row tells."""

    ENGINE = "engine"
    """No new frame: nothing on screen is to be believed."""
    LINK = "link"
    """A device gives no fresh value at all. One row for the device, not one per tag."""
    VALUES = "values"
    """Some values of a device that answers cannot be trusted."""
    LIMIT = "limit"
    """A measurement beyond H, HH, L or LL."""
    STATE = "state"
    """A discrete or enum value that the site calls abnormal."""
    OVERFLOW = "overflow"
    """A well will spill soon at its present rise."""
    COMMAND = "command"
    """A command whose outcome is not what was asked, or not known."""
    CLOCK = "clock"
    """A device's clock is off."""

    @property
    def untrusted(self) -> bool:
        """True for rows about missing knowledge (drawn in the colour of bad communication)."""
        return self in (Kind.ENGINE, Kind.LINK, Kind.VALUES, Kind.CLOCK)


@dataclass(frozen=True, slots=True)
class AbnormalRow:
    """One row. `key` stays the same while the condition stands.

    `path` is the place to go to: a facility, equipment, tag or device (`page` says on which page).
    `since_ms` is UTC; `since_known` is False for what stood already when the room opened.
    `frozen` is True when the value behind the row can no longer be trusted, so that the row stays as it was.
    """

    key: str
    priority: int
    kind: Kind
    page: str
    path: str
    facility: str
    what: Label
    where: Label
    todo: Label
    value: Label = NO_VALUE
    since_ms: int = 0
    since_known: bool = True
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of each sort stand: what the banner counts."""

    devices: int
    """Devices with no communication, or with values that cannot be trusted."""
    trips: int
    levels: int
    commands: int
    other: int

    @property
    def total(self) -> int:
        """Return the number of rows."""
        return self.devices + self.trips + self.levels + self.commands + self.other


def counts_of(rows: tuple[AbnormalRow, ...]) -> Counts:
    """Count rows for the banner."""
    devices = sum(r.kind in (Kind.LINK, Kind.VALUES) for r in rows)
    trips = sum(r.kind is Kind.STATE and r.path.endswith("/trip") for r in rows)
    levels = sum(r.kind in (Kind.LIMIT, Kind.OVERFLOW) or r.path.endswith("_float") for r in rows)
    commands = sum(r.kind is Kind.COMMAND for r in rows)
    return Counts(devices, trips, levels, commands, len(rows) - devices - trips - levels - commands)


def row_texts(row: AbnormalRow, language: str) -> tuple[str, str, str]:
    """Return the three lines of a row: where, what with its value, what to do."""
    value = row.value.get(language)
    what = row.what.get(language)
    return row.where.get(language), f"{what}  {value}" if value else what, f"→ {row.todo.get(language)}"


def order(row: AbnormalRow) -> tuple[int, bool, int, str]:
    """Sort by priority, known before frozen, newest first, then by key so that equal rows never swap places."""
    return (row.priority, row.frozen, -row.since_ms, row.key)
