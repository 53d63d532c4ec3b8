"""Decides what of the past is to be read for a picture, and whether what was read still does. Pure; UTC ms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["Part", "Wanted", "parts_of", "still_does", "wanted_for"]

_ASIDE: Final = 0.5
"""Part of the picture that is read on each side besides, so that a hand that pans sees curves come in."""
_FOLLOWING_ASIDE: Final = 0.1
_PART: Final = 8
"""Tags of one question: a picture of many pens comes in parts."""
_FINER, _COARSER = 0.45, 1.6
"""Entries per px, relative to what was asked, between which a picture may be scaled."""
_TAIL: Final = 1_500
"""Live values behind what was read, above which the past is read anew."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A time to be read, with `points` entries of `each_ms`."""

    start_ms: int
    end_ms: int
    points: int

    @property
    def each_ms(self) -> float:
        """Return the time of one entry."""
        return (self.end_ms - self.start_ms) / self.points


@dataclass(frozen=True, slots=True)
class Part:
    """Tags of one question, by the places of their lines, and how much earlier they are asked for."""

    places: tuple[int, ...]
    shift_ms: int


def wanted_for(start_ms: int, end_ms: int, width_px: int, *, following: bool) -> Wanted:
    """Return what to read for a picture: about one entry per px, and something on its sides."""
    span = end_ms - start_ms
    aside = round(span * (_FOLLOWING_ASIDE if following else _ASIDE))
    behind = round(span * _FOLLOWING_ASIDE) if following else aside
    points = max(16, round(width_px * (span + aside + behind) / span))
    return Wanted(start_ms - aside, end_ms + behind, points)


def still_does(read: Wanted | None, start_ms: int, end_ms: int, width_px: int, *, tail: int = 0) -> bool:
    """Return whether a picture can be drawn well from what was read."""
    if read is None or start_ms < read.start_ms or end_ms > read.end_ms or tail > _TAIL:
        return False
    wished = (end_ms - start_ms) / max(1, width_px)
    return _FINER < wished / read.each_ms < _COARSER


def parts_of(shifts: Sequence[int], skip: Iterable[int] = ()) -> tuple[Part, ...]:
    """Split lines, given by their shifts, into questions; `skip` are places that need none."""
    gone, found = set(skip), list[Part]()
    for shift in dict.fromkeys(shifts):
        places = [i for i, s in enumerate(shifts) if s == shift and i not in gone]
        found += [Part(tuple(places[k : k + _PART]), shift) for k in range(0, len(places), _PART)]
    return tuple(found)
