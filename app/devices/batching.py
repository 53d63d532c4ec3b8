"""Which registers are read with which request: blocks over small gaps, and how to find the point that a device refuses.

Pure. Limits per request are those of the Modbus application protocol V1.1b3, 6.1-6.4: 125 registers, 2,000 bits.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from app.errors import ConfigurationFault
from app.model.points import ModbusPoint, Table, words_of

__all__ = ["MAX_BITS", "MAX_REGISTERS", "Avoided", "Block", "Found", "Item", "isolate", "plan"]

MAX_REGISTERS: Final = 125
MAX_BITS: Final = 2000


@dataclass(frozen=True, slots=True)
class Item:
    """One tag to be read: its number, where it is, and its engineering range (None: no limit)."""

    number: int
    path: str
    point: ModbusPoint
    low: float | None = None
    high: float | None = None

    @property
    def end(self) -> int:
        """Return the first address behind the item."""
        return self.point.address + words_of(self.point)


@dataclass(frozen=True, slots=True)
class Block:
    """One read request and the items it serves. `count` in registers, or bits for coils and discrete inputs."""

    unit: int
    table: Table
    address: int
    count: int
    items: tuple[Item, ...]


@dataclass(slots=True)
class Avoided:
    """What a unit has taught us: addresses it refuses, and places that one read must not cross.

    A place `a` means: no request may hold both `a - 1` and `a`.
    """

    addresses: set[tuple[Table, int]] = field(default_factory=set)
    places: set[tuple[Table, int]] = field(default_factory=set)

    def blocks(self, table: Table, start: int, end: int, address: int) -> bool:
        """Return True if a block from `start` to `end` may not be continued by an item at `address`."""
        if any((table, place) in self.places for place in range(start + 1, address + 1)):
            return True
        return any((table, gap) in self.addresses for gap in range(end, address))


def plan(items: Iterable[Item], *, max_gap: int, max_block: int, avoided: Avoided | None = None) -> tuple[Block, ...]:
    """Return the requests that read all items, fewest first by address, per unit and table.

    Gaps up to `max_gap` registers (16 times as many bits) are read along. Items that touch an avoided address are left
    out: they are retried alone. Raises ConfigurationFault for an item that no single request can hold.
    """
    known = avoided or Avoided()
    wanted = sorted((item for item in items if not _touches(item, known)), key=_place)
    blocks: list[Block] = []
    for _, group in groupby(wanted, key=lambda item: (item.point.unit, item.point.table)):
        run: list[Item] = []
        for item in group:
            _check_size(item)
            if run and not _joins(run, item, max_gap=max_gap, max_block=max_block, avoided=known):
                blocks.append(_block(run))
                run = []
            run.append(item)
        blocks.append(_block(run))
    return tuple(blocks)


@dataclass(slots=True)
class Found:
    """What an isolation found: blocks that are refused alone, and places that a read must not cross."""

    alone: list[Block] = field(default_factory=list)
    places: list[tuple[Table, int]] = field(default_factory=list)


def isolate(block: Block) -> Generator[Block, bool, Found]:
    """Bisect a refused block: yields parts to read, takes True (accepted) or False (refused), returns what was found.

    A part whose two halves are both accepted was refused for what lies between them (a hole in the device's map, or
    its limit on the size of a read). Costs at most 2 × log2(n) reads for one bad point among n.
    """
    found = Found()
    yield from _bisect(_atoms(block.items), found)
    return found


def _bisect(atoms: list[tuple[Item, ...]], found: Found) -> Generator[Block, bool, None]:
    if len(atoms) == 1:
        found.alone.append(_block(atoms[0]))
        return
    middle = len(atoms) // 2
    verdicts: list[bool] = []
    for half in (atoms[:middle], atoms[middle:]):
        accepted = yield _block([item for atom in half for item in atom])
        verdicts.append(accepted)
        if not accepted:
            yield from _bisect(half, found)
    if all(verdicts):
        point = atoms[middle][0].point
        found.places.append((point.table, point.address))


def _atoms(items: Collection[Item]) -> list[tuple[Item, ...]]:
    """Group items that overlap (bits of one register): a device can only refuse them together."""
    atoms: list[list[Item]] = []
    end = -1
    for item in sorted(items, key=_place):
        if item.point.address < end:
            atoms[-1].append(item)
        else:
            atoms.append([item])
        end = max(end, item.end)
    return [tuple(atom) for atom in atoms]


def _place(item: Item) -> tuple[int, str, int]:
    return item.point.unit, item.point.table.value, item.point.address


def _block(items: Collection[Item]) -> Block:
    first = next(iter(items)).point
    end = max(item.end for item in items)
    return Block(first.unit, first.table, first.address, end - first.address, tuple(items))


def _touches(item: Item, avoided: Avoided) -> bool:
    point = item.point
    return any((point.table, address) in avoided.addresses for address in range(point.address, item.end))


def _joins(run: list[Item], item: Item, *, max_gap: int, max_block: int, avoided: Avoided) -> bool:
    bits = item.point.table in (Table.COIL, Table.DISCRETE)
    gap, limit = (max_gap * 16, min(max_block * 16, MAX_BITS)) if bits else (max_gap, min(max_block, MAX_REGISTERS))
    start = run[0].point.address
    end = max(known.end for known in run)
    if item.point.address - end > gap or max(end, item.end) - start > limit:
        return False
    return not avoided.blocks(item.point.table, start, end, item.point.address)


def _check_size(item: Item) -> None:
    bits = item.point.table in (Table.COIL, Table.DISCRETE)
    limit = MAX_BITS if bits else MAX_REGISTERS
    if words_of(item.point) > limit:
        raise ConfigurationFault(f"{item.path}: {words_of(item.point)} registers; one Modbus read holds {limit}")
