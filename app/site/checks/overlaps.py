"""Registers that two things claim."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.model.points import ModbusPoint, WordType, words_of
from app.model.spec import Facility
from app.site.compiling.bench import Bench
from app.site.compiling.layers import Layer

__all__ = ["check_overlaps"]

_BLOCK_WORDS: Final = {"base": 9, "echo": 6}
"""Length of a command block and of its echo: `app.model.commands.block`."""


@dataclass(frozen=True, slots=True)
class _Claim:
    name: str
    point: ModbusPoint
    words: int
    place: Layer

    def clashes(self, other: _Claim) -> bool:
        """Say whether both cannot be right. Bits may lie in a word that is also read whole; one place read twice in
        the same way is two names for one value."""
        a, b = self.point, other.point
        if a.address + self.words <= b.address or b.address + other.words <= a.address:
            return False
        if WordType.BIT in (a.type, b.type):
            return self.words != 1 or other.words != 1
        return (a.address, a.type, a.order, self.words) != (b.address, b.type, b.order, other.words)


def check_overlaps(bench: Bench, facilities: Iterable[Facility]) -> None:
    """Note every tag whose registers run into those of the one before it."""
    claims: dict[tuple[str, int, str], list[_Claim]] = {}
    for claim, device in (*_of_tags(bench), *_of_blocks(bench, facilities)):
        claims.setdefault((device, claim.point.unit, claim.point.table.value), []).append(claim)
    for (device, unit, table), found in claims.items():
        _check_table(f"{table} registers of {device}, unit {unit}", sorted(found, key=lambda c: c.point.address))


def _check_table(where: str, claims: list[_Claim]) -> None:
    for index, claim in enumerate(claims):
        # Nothing is longer than a text of 120 registers: look back no farther than that.
        before = (c for c in reversed(claims[:index]) if c.point.address + 120 > claim.point.address)
        other = next((c for c in before if claim.clashes(c)), None)
        if other is not None:
            loc = claim.place.loc
            message = f"{claim.name} at {claim.point.address} overlaps {other.name} at {other.point.address} ({where})"
            claim.place.source.fault(loc, message, cause="overlap")


def _of_tags(bench: Bench) -> Iterable[tuple[_Claim, str]]:
    for path, tag in bench.tags.items():
        if isinstance(tag.point, ModbusPoint):
            yield _Claim(path, tag.point, words_of(tag.point), bench.placed[path]), tag.device


def _of_blocks(bench: Bench, facilities: Iterable[Facility]) -> Iterable[tuple[_Claim, str]]:
    stations = {read.form.station: read for read in bench.folder.stations}
    for facility in facilities:
        for name, words in _BLOCK_WORDS.items():
            point = getattr(facility.block, name) if facility.block else None
            if facility.block and isinstance(point, ModbusPoint):
                station = stations[facility.id]
                place = Layer(station.document, ("command_block", name), station.form)
                yield _Claim(f"{facility.id}'s command block ({name})", point, words, place), facility.block.device
