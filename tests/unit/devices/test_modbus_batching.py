"""Stories of block planning: what is read together, what a refused block teaches."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.devices.batching import Avoided, Block, Found, Item, isolate, plan
from app.errors import ConfigurationFault
from app.model.points import ModbusPoint, Table, WordType, words_of


def item(address: int, *, kind: WordType = WordType.U16, table: Table = Table.HOLDING, unit: int = 1, bit: int = 0,
         length: int = 1) -> Item:  # fmt: skip
    """Make an item whose number and path tell its address."""
    point = ModbusPoint(unit, table, address, kind, bit=bit, length=length)
    return Item(address * 16 + bit, f"a/b/{address}.{bit}", point)


def spans(blocks: tuple[Block, ...]) -> list[tuple[int, int]]:
    """Return (address, count) of each block."""
    return [(block.address, block.count) for block in blocks]


def run_isolation(block: Block, bad: set[int], holes: set[int]) -> tuple[Found, int, set[str]]:
    """Play a device that refuses reads of `bad` or `holes`; return what was found, the reads and what was read."""
    search = isolate(block)
    reads, served = 0, set[str]()
    try:
        part = next(search)
        while True:
            reads += 1
            accepted = not any(a in bad | holes for a in range(part.address, part.address + part.count))
            if accepted:
                served |= {one.path for one in part.items}
            part = search.send(accepted)
    except StopIteration as end:
        found: Found = end.value
        return found, reads, served


def test_reads_over_a_small_gap_and_not_over_a_large_one() -> None:
    """A gap of max_gap is read along, one more starts a new block."""
    blocks = plan([item(0), item(9), item(19)], max_gap=8, max_block=120)
    assert spans(blocks) == [(0, 10), (19, 1)]


def test_a_block_never_passes_its_limit() -> None:
    """A value that would end behind max_block starts the next block whole."""
    blocks = plan([item(a, kind=WordType.F32) for a in range(0, 12, 2)], max_gap=8, max_block=5)
    assert spans(blocks) == [(0, 4), (4, 4), (8, 4)]


def test_the_protocol_limits_hold_whatever_the_site_says() -> None:
    """125 registers and 2,000 bits at most, even with a larger max_block."""
    registers = plan([item(a) for a in range(300)], max_gap=0, max_block=1000)
    bits = plan([item(a, table=Table.COIL, kind=WordType.BIT) for a in range(4100)], max_gap=0, max_block=1000)
    assert spans(registers) == [(0, 125), (125, 125), (250, 50)]
    assert spans(bits) == [(0, 2000), (2000, 2000), (4000, 100)]


def test_units_and_tables_are_never_mixed() -> None:
    """The same address in another table or unit is another block."""
    items = [item(0), item(1, table=Table.INPUT), item(2, unit=2), item(3)]
    blocks = plan(items, max_gap=8, max_block=120)
    assert {(b.unit, b.table, b.address, b.count) for b in blocks} == {
        (1, Table.HOLDING, 0, 4), (1, Table.INPUT, 1, 1), (2, Table.HOLDING, 2, 1),
    }  # fmt: skip


def test_a_text_longer_than_a_read_is_a_configuration_fault() -> None:
    """No request can hold 126 registers, and the message names the tag."""
    with pytest.raises(ConfigurationFault, match="a/b/0"):
        plan([item(0, kind=WordType.TEXT, length=126)], max_gap=8, max_block=120)


def test_one_bad_point_is_found_and_its_neighbours_are_read() -> None:
    """Among 100 points the bad one is found with few reads, and all others have been served on the way."""
    (block,) = plan([item(a) for a in range(100)], max_gap=8, max_block=120)
    found, reads, served = run_isolation(block, bad={37}, holes=set())
    assert [b.address for b in found.alone] == [37] and found.places == []
    assert reads <= 14 and len(served) == 99


def test_bits_of_one_register_are_refused_together() -> None:
    """Overlapping items form one atom: the device cannot refuse only one of them."""
    (block,) = plan([item(0), item(1, kind=WordType.BIT, bit=3), item(1, kind=WordType.BIT, bit=4)],
                    max_gap=8, max_block=120)  # fmt: skip
    found, _, _ = run_isolation(block, bad={1}, holes=set())
    (alone,) = found.alone
    assert {one.point.bit for one in alone.items} == {3, 4}


def test_a_hole_between_points_becomes_a_place_not_to_cross() -> None:
    """When every point is good the block was refused for the gap: the next plan does not bridge it."""
    items = [item(0), item(1), item(6), item(7)]
    (block,) = plan(items, max_gap=8, max_block=120)
    found, _, served = run_isolation(block, bad=set(), holes={3})
    assert found.alone == [] and found.places == [(Table.HOLDING, 6)] and len(served) == 4
    again = plan(items, max_gap=8, max_block=120, avoided=Avoided(places=set(found.places)))
    assert spans(again) == [(0, 2), (6, 2)]


def test_an_avoided_point_is_left_out_and_not_bridged() -> None:
    """Neighbours of a refused point are read around it."""
    avoided = Avoided(addresses={(Table.HOLDING, 2)})
    blocks = plan([item(a) for a in range(5)], max_gap=8, max_block=120, avoided=avoided)
    assert spans(blocks) == [(0, 2), (3, 2)]


KINDS = st.sampled_from([WordType.U16, WordType.F32, WordType.F64])
ITEMS = st.lists(st.builds(lambda a, k: item(a, kind=k), st.integers(0, 400), KINDS), min_size=1, max_size=40,
                 unique_by=lambda one: one.point.address)  # fmt: skip


@given(ITEMS, st.integers(0, 20), st.integers(4, 125))
def test_every_item_is_in_exactly_one_block_that_covers_it(items: list[Item], max_gap: int, max_block: int) -> None:
    """Whatever the layout, nothing is lost, nothing is read twice and no limit is passed."""
    blocks = plan(items, max_gap=max_gap, max_block=max_block)
    assert sorted(one.path for b in blocks for one in b.items) == sorted(one.path for one in items)
    for block in blocks:
        assert block.count <= max_block
        for one in block.items:
            start = one.point.address - block.address
            assert start >= 0 and start + words_of(one.point) <= block.count


@given(ITEMS, st.sets(st.integers(0, 400), max_size=5), st.sets(st.integers(0, 400), max_size=5))
def test_after_isolation_every_planned_block_is_accepted(items: list[Item], bad: set[int], holes: set[int]) -> None:
    """A few rounds of learning lead to a plan that the device accepts, and good points stay in it."""
    used = {a for one in items for a in range(one.point.address, one.end)}
    bad, holes = bad & used, holes - used
    avoided = Avoided()
    for _ in range(30):
        blocks = plan(items, max_gap=8, max_block=120, avoided=avoided)
        refused = [b for b in blocks if (bad | holes) & set(range(b.address, b.address + b.count))]
        if not refused:
            break
        for block in refused:
            found, _, _ = run_isolation(block, bad, holes)
            avoided.places.update(found.places)
            avoided.addresses.update((b.table, a) for b in found.alone for a in range(b.address, b.address + b.count))
    else:
        pytest.fail("the plan never became acceptable")
    served = {one.path for b in blocks for one in b.items}
    untouched = {one.path for one in items if not any((Table.HOLDING, a) in avoided.addresses
                                                      for a in range(one.point.address, one.end))}  # fmt: skip
    assert served == untouched
