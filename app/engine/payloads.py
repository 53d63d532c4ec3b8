"""What others wrote into a request, read with suspicion: of any type, any size, any number that JSON can say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["LONGEST_REASON", "LONGEST_WORD", "clipped", "number_in", "reason_of", "text_of", "whole_in"]

LONGEST_REASON: Final = 500
"""Characters of a reason; it stands in journals, on hold tags and on every screen."""
LONGEST_WORD: Final = 200
"""Characters kept of anything else."""
GREATEST: Final = 1e300
"""Whole numbers of JSON have no bound, floats have: beyond it nothing is compared or converted."""


def text_of(payload: Mapping[str, Any], key: str) -> str:
    """Return a word of a request, cut to a sane length; "" if it is absent or of another kind."""
    value = payload.get(key)
    return value[:LONGEST_WORD] if isinstance(value, str) else ""


def reason_of(payload: Mapping[str, Any]) -> str:
    """Return the reason that a person gave, "" if none or if it is no text."""
    value = payload.get("reason")
    return value.strip() if isinstance(value, str) else ""


def number_in(value: Any) -> float | None:
    """Return a finite number of a request; None for anything else, true and false among it."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -GREATEST < value < GREATEST:
        return None
    return float(value)


def whole_in(value: Any, *, low: int, high: int) -> int | None:
    """Return a whole number from `low` to `high`, None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high else None


def clipped(value: Any) -> str | float | int | bool | None:
    """Return any value of a request as what may stand in an answer and in a journal."""
    if value is None or isinstance(value, bool):
        return value
    number = number_in(value)
    if number is not None:
        return value if isinstance(value, float) or abs(value) < 2**53 else number
    return (value if isinstance(value, str) else repr(value)[:LONGEST_WORD])[:LONGEST_WORD]
