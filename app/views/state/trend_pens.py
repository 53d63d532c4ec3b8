"""The pens of a trend: which tags, in which order and hue, which is chosen, and which axis each one stands on. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from app.model.spec import TagKind, TagSpec
from app.model.trends import PENS, Pen

__all__ = ["PALETTE", "Added", "TrendPens", "Zone", "is_strip", "zones_of"]

PALETTE: Final = PENS
"""Places in the palette: eight hues, each in four styles of line, so that no two pens look alike."""
_STRIPS: Final = (TagKind.DISCRETE, TagKind.ENUM)


class Added(StrEnum):
    """What became of a pen that was to be added."""

    ADDED = "added"
    THERE = "there"
    """It was there already; now it is the chosen one."""
    FULL = "full"
    UNKNOWN = "unknown"
    """The site has no such tag."""
    TEXT = "text"
    """The tag holds text: there is nothing to draw."""


class TrendPens:
    """`pens` in the order of the legend; `chosen` is the place of the chosen one, −1 for none. `revision` grows with
    every change of what is drawn."""

    def __init__(self) -> None:
        self.pens: tuple[Pen, ...] = ()
        self.chosen = -1
        self.revision = 0

    @property
    def current(self) -> Pen | None:
        """Return the chosen pen."""
        return self.pens[self.chosen] if 0 <= self.chosen < len(self.pens) else None

    def add(self, spec: TagSpec | None, shift_ms: int = 0) -> Added:
        """Add a tag, or say why not. What was added, or was there, is the chosen one."""
        if spec is None:
            return Added.UNKNOWN
        if spec.kind is TagKind.TEXT:
            return Added.TEXT
        place = self._place(spec.path, shift_ms)
        if place >= 0:
            self.choose(place)
            return Added.THERE
        if len(self.pens) >= PENS:
            return Added.FULL
        self._take((*self.pens, Pen(spec.path, shift_ms, self._free_hue())))
        self.chosen = len(self.pens) - 1
        return Added.ADDED

    def compare(self, place: int, shift_ms: int) -> Added:
        """Draw a pen's tag as it was so much earlier, in its hue and right below it; asked again, take that away."""
        pen = self.pens[place]
        there = self._place(pen.tag, shift_ms)
        if there >= 0:
            self.remove(there)
            return Added.THERE
        if len(self.pens) >= PENS:
            return Added.FULL
        twin = Pen(pen.tag, shift_ms, pen.hue)
        self._take((*self.pens[: place + 1], twin, *self.pens[place + 1 :]))
        self.chosen = place
        return Added.ADDED

    def remove(self, place: int) -> None:
        """Take a pen away; the next one is chosen."""
        if 0 <= place < len(self.pens):
            self._take((*self.pens[:place], *self.pens[place + 1 :]))
            self.chosen = min(self.chosen - (place < self.chosen), len(self.pens) - 1)

    def toggle(self, place: int) -> None:
        """Hide a pen or show it again; its row stays."""
        pens = list(self.pens)
        pens[place] = replace(pens[place], hidden=not pens[place].hidden)
        self._take(tuple(pens))

    def choose(self, place: int) -> None:
        """Choose a pen: its limits are drawn, and it stands before the others."""
        if place != self.chosen and -1 <= place < len(self.pens):
            self.chosen = place
            self.revision += 1

    def replace(self, pens: Iterable[Pen], known: Sequence[str] | set[str]) -> int:
        """Take the pens of a group, those whose tags the site has; return how many it does not have."""
        asked = tuple(pens)
        kept = [p for p in asked if p.tag in known][:PENS]
        self.pens = ()
        for pen in kept:
            hue = pen.hue if 0 <= pen.hue < PALETTE else self._free_hue()
            self.pens = (*self.pens, replace(pen, hue=hue))
        self.chosen = -1
        self.revision += 1
        return len(asked) - len(kept)

    def _place(self, tag: str, shift_ms: int) -> int:
        return next((i for i, p in enumerate(self.pens) if (p.tag, p.shift_ms) == (tag, shift_ms)), -1)

    def _free_hue(self) -> int:
        taken = {p.hue for p in self.pens}
        return next(h for h in range(PALETTE + 1) if h not in taken)

    def _take(self, pens: tuple[Pen, ...]) -> None:
        self.pens = pens
        self.revision += 1


@dataclass(frozen=True, slots=True)
class Zone:
    """One Y axis: `places` are those of its pens. Every unit has one; a discrete or enum tag has a strip."""

    unit: str
    places: tuple[int, ...]
    strip: bool = False


def is_strip(spec: TagSpec) -> bool:
    """Return True for a tag that is drawn as a strip of states."""
    return spec.kind in _STRIPS


def zones_of(pens: Sequence[Pen], specs: Sequence[TagSpec]) -> tuple[Zone, ...]:
    """Return the axes from top to bottom: units in the order of their first pens, then strips. Hidden pens have none;
    a compared strip stands right below its own."""
    units: dict[str, list[int]] = {}
    strips: list[Zone] = []
    for i, (pen, spec) in enumerate(zip(pens, specs, strict=True)):
        if pen.hidden:
            continue
        if is_strip(spec):
            strips.append(Zone("", (i,), strip=True))
        else:
            units.setdefault(spec.unit, []).append(i)
    return (*(Zone(unit, tuple(places)) for unit, places in units.items()), *strips)
