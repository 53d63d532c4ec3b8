"""What a row of the abnormal list says: what, where, since when, how bad, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.model.alarms.status import AlarmState
from app.model.spec import Label

__all__ = ["NO_VALUE", "AbnormalRow", "Kind", "row_texts"]

NO_VALUE: Final = Label("", "")


class Kind(StrEnum):
    """What sort of abnormality a row tells."""

    ENGINE = "engine"
    """No new frame: nothing on screen is to be believed."""
    OVERFLOW = "overflow"
    """A well will spill soon at its present rise: the room's own outlook, no alarm."""
    ALARM = "alarm"
    """An alarm of the main list."""

    @property
    def untrusted(self) -> bool:
        """True for rows about missing knowledge (drawn in the colour of bad communication)."""
        return self is Kind.ENGINE


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
    state: AlarmState = AlarmState.ACKED
    """Of an alarm; what the room tells by itself waits for no acknowledgement here."""


def row_texts(row: AbnormalRow, language: str) -> tuple[str, str, str]:
    """Return the three lines of a row: where, what with its value (unless that says the same), what to do."""
    value = row.value.get(language)
    what = row.what.get(language)
    return (
        row.where.get(language),
        f"{what}  {value}" if value and value.casefold() != what.casefold() else what,
        f"→ {row.todo.get(language)}",
    )
