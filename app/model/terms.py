"""The small words that every record of a site uses: names in two languages, named values, conditions."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Condition", "Label", "Op", "State"]


@dataclass(frozen=True, slots=True)
class Label:
    """A name in both languages of the room."""

    zh: str
    en: str

    def get(self, language: str) -> str:
        """Return the text in `language` ("zh" or "en")."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class State:
    """Name of one value of a discrete or enum tag."""

    value: int
    label: Label


class Op(StrEnum):
    """How a condition compares."""

    EQ = "=="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="


@dataclass(frozen=True, slots=True)
class Condition:
    """`tag op value` must hold. Used for permissives, interlocks, feedback and suppression."""

    label: Label
    tag: str
    op: Op
    value: float
