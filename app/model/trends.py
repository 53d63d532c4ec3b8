"""Groups of pens that people save: which tags, over which time, compared with what. Pure."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PENS", "Pen", "TrendGroup"]

PENS = 32
"""Pens of one trend at most."""


@dataclass(frozen=True, slots=True)
class Pen:
    """One line. `shift_ms` > 0 draws the tag as it was so much earlier (compare with yesterday: 86,400,000). `hue` is
    a place in the palette, −1: the next free one."""

    tag: str
    shift_ms: int = 0
    hue: int = -1
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class TrendGroup:
    """A saved trend. `owner` is the account that made it; `shared` ones are for everybody to open, and for the owner
    and supervisors to change. `span_ms` is how much time it shows. `id` is "" until it is saved."""

    name: str
    pens: tuple[Pen, ...]
    span_ms: int
    owner: str = ""
    shared: bool = False
    id: str = ""
    changed_ms: int = 0
