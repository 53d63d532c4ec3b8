"""A formula as it was read: words and where they stand, before anything is known of tags and units."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Call", "Problem", "Quantity", "Reference", "Syntax"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, and where in the text it stands (from 0)."""

    at: int
    message: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number; `unit` is "" where none was written."""

    at: int
    value: float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A tag as it was written, or with `parameter` the name that stood in braces."""

    at: int
    name: str
    parameter: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A sign or a function with its arguments. `at` is where the sign or the function's name stands."""

    at: int
    name: str
    args: tuple[Syntax, ...]


Syntax = Quantity | Reference | Call
