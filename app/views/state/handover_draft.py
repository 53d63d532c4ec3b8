"""A sheet that is not signed yet: who read what of the highest priority, and whether it still tells how things are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.model.people import Handover, Signature
from app.views.state.handover_sheet import highest_items, standing

__all__ = ["LONGEST_MS", "Draft", "Item"]

LONGEST_MS: Final = 30 * 60_000
"""A sheet is signed within this, or made anew."""
Item = tuple[str, Mapping[str, Any]]
"""Section and row of something that both must read."""


class Draft:
    """`stale` turns true, for good, when anything of the highest priority is different from what the sheet says."""

    def __init__(self, sheet: Mapping[str, Any], sha256: str) -> None:
        self.sheet = sheet
        self.sha256 = sha256
        self.items: tuple[Item, ...] = tuple(highest_items(sheet))
        self.stale = False
        self._standing = standing(sheet)
        self._read: dict[str, set[str]] = {}

    def read(self, key: str, person: str) -> None:
        """Note that a person opened an item."""
        if person and key in self._standing:
            self._read.setdefault(key, set()).add(person)

    def has_read(self, key: str, person: str) -> bool:
        """Return whether a person opened an item."""
        return person in self._read.get(key, ())

    def unread(self, person: str) -> int:
        """Return how many items a person has not opened yet."""
        return sum(not self.has_read(key, person) for key in self._standing)

    def compare(self, sheet: Mapping[str, Any]) -> bool:
        """Compare with a sheet of now; return whether this one still holds. Half an hour later it does not: all else
        that it tells, and its chain heads, are too old."""
        old = int(sheet["at_ms"]) - int(self.sheet["at_ms"]) > LONGEST_MS
        self.stale = self.stale or old or standing(sheet) != self._standing
        return not self.stale

    def ready(self, outgoing: str, incoming: str) -> bool:
        """Return whether both read all of it and it still holds."""
        two = bool(outgoing and incoming) and outgoing != incoming
        return two and not self.stale and not self.unread(outgoing) and not self.unread(incoming)

    def handover(self) -> Handover:
        """Return what is to be signed; the store gives id, time and signatures."""
        nobody = Signature("", "", 0)
        shift = self.sheet["shift"]
        read = {key: sorted(people) for key, people in sorted(self._read.items())}
        return Handover(
            "", 0, shift["id"], shift["day"], nobody, nobody, self.sheet, self.sha256, self.sheet["heads"], read
        )
