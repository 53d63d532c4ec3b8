"""Values to registers, as the plant's own encoding has it."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.points import ModbusPoint, Table, WordOrder, WordType
from app.plant.faces.codec import encode, encode_text, from_registers, to_registers
from app.plant.faces.image import UnitImage

WHOLE = {
    WordType.U16: (0, 2**16 - 1),
    WordType.I16: (-(2**15), 2**15 - 1),
    WordType.U32: (0, 2**32 - 1),
    WordType.I32: (-(2**31), 2**31 - 1),
}


def point(kind: WordType, order: WordOrder = WordOrder.ABCD, **over: object) -> ModbusPoint:
    return ModbusPoint(1, Table.HOLDING, 0, kind, order, **over)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("order", "wire"),
    [
        (WordOrder.ABCD, "3f9df3b6"),
        (WordOrder.CDAB, "f3b63f9d"),
        (WordOrder.BADC, "9d3fb6f3"),
        (WordOrder.DCBA, "b6f39d3f"),
    ],
)
def test_a_float_goes_over_the_wire_in_each_word_order(order: WordOrder, wire: str) -> None:
    """1.234 is 3F9DF3B6 in IEEE 754; each order moves its words and bytes as its name says."""
    assert encode(point(WordType.F32, order), 1.234).hex() == wire


def test_a_64_bit_value_extends_the_same_rule() -> None:
    """Words reversed, bytes swapped within words."""
    assert to_registers(point(WordType.U64, WordOrder.CDAB), 0x0102030405060708).hex() == "0708050603040102"
    assert to_registers(point(WordType.U64, WordOrder.BADC), 0x0102030405060708).hex() == "0201040306050807"


def test_scale_and_offset_are_undone_and_rounded() -> None:
    """value = raw × 0.1 − 40: 21.47 °C is raw 615."""
    assert encode(point(WordType.U16, scale=0.1, offset=-40.0), 21.47) == (615).to_bytes(2, "big")


def test_integers_are_held_within_their_type_and_nan_is_the_largest_raw_value() -> None:
    """Out of range saturates instead of wrapping; a broken sensor reads 7FFF or FFFF."""
    assert encode(point(WordType.I16), 40_000) == b"\x7f\xff"
    assert encode(point(WordType.I16), -40_000) == b"\x80\x00"
    assert encode(point(WordType.U16), -3) == b"\x00\x00"
    assert encode(point(WordType.U16), math.nan) == b"\xff\xff"
    assert math.isnan(from_registers(point(WordType.F32), encode(point(WordType.F32), math.nan)))


@given(st.sampled_from(sorted(WHOLE)), st.sampled_from(list(WordOrder)), st.data())
def test_whole_numbers_survive_the_round_trip(kind: WordType, order: WordOrder, data: st.DataObject) -> None:
    """Every whole number of a type comes back in every word order."""
    low, high = WHOLE[kind]
    value = data.draw(st.integers(low, high))
    p = point(kind, order)
    assert from_registers(p, to_registers(p, value)) == value


@given(st.sampled_from(list(WordOrder)), st.floats(width=32, allow_nan=False))
def test_floats_survive_the_round_trip(order: WordOrder, value: float) -> None:
    """Every float32 comes back in every word order."""
    p = point(WordType.F32, order)
    assert from_registers(p, to_registers(p, value)) == value


def test_text_is_cut_or_filled_to_its_registers() -> None:
    """Two bytes a register, zero-filled."""
    assert encode_text(point(WordType.TEXT, length=3), "PS01") == b"PS01\0\0"
    assert encode_text(point(WordType.TEXT, length=1), "PS01") == b"PS"


def test_bits_share_a_register_and_leave_each_other_alone() -> None:
    """Bits 0 and 9 are set and cleared one by one; a swapped word order moves them to the other byte."""
    low, high = point(WordType.BIT, bit=0), point(WordType.BIT, bit=9)
    image = UnitImage([low, high])

    image.set(low, 1.0)
    image.set(high, 1.0)
    assert image.get(Table.HOLDING, 0, 1) == b"\x02\x01"
    image.set(low, 0.0)
    assert image.get(Table.HOLDING, 0, 1) == b"\x02\x00"
    swapped = UnitImage([point(WordType.BIT, WordOrder.BADC, bit=0)])
    swapped.set(point(WordType.BIT, WordOrder.BADC, bit=0), 1.0)
    assert swapped.get(Table.HOLDING, 0, 1) == b"\x01\x00"


def test_an_image_ends_behind_its_last_point_and_refuses_what_is_refused() -> None:
    """Gaps read zero, beyond the end is illegal, and one refused register spoils every read that touches it."""
    image = UnitImage([point(WordType.U16), ModbusPoint(1, Table.HOLDING, 4, WordType.F32)])

    assert image.get(Table.HOLDING, 0, 6) == bytes(12)
    assert image.get(Table.HOLDING, 0, 7) is None
    assert image.get(Table.INPUT, 0, 1) is None
    image.refused.add((Table.HOLDING, 2))
    assert image.get(Table.HOLDING, 1, 2) is None
    assert image.get(Table.HOLDING, 3, 3) == bytes(6)
