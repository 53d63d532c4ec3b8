"""Decoding against an encoder that knows nothing of it: letters on the wire, one value at a time."""

from __future__ import annotations

import math
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.devices.batching import Item, plan
from app.devices.decoding import compile_blocks
from app.devices.encoding import register_bytes
from app.errors import Refused
from app.model.points import ModbusPoint, Table, WordOrder, WordType, words_of
from app.model.quality import Quality

WIRE = {
    ("abcd", 2): "AB", ("cdab", 2): "AB", ("badc", 2): "BA", ("dcba", 2): "BA",
    ("abcd", 4): "ABCD", ("cdab", 4): "CDAB", ("badc", 4): "BADC", ("dcba", 4): "DCBA",
    ("abcd", 8): "ABCDEFGH", ("cdab", 8): "GHEFCDAB", ("badc", 8): "BADCFEHG", ("dcba", 8): "HGFEDCBA",
}  # fmt: skip
LETTERS = {"u16": ">H", "i16": ">h", "u32": ">I", "i32": ">i", "u64": ">Q", "i64": ">q", "f32": ">f", "f64": ">d"}
LIMITS = {"u16": (0, 2**16 - 1), "i16": (-(2**15), 2**15 - 1), "u32": (0, 2**32 - 1), "i32": (-(2**31), 2**31 - 1),
          "u64": (0, 2**53), "i64": (-(2**53), 2**53)}  # fmt: skip


def on_the_wire(kind: str, order: str, raw: float) -> bytes:
    """Encode one value byte by byte, by the letters of its order."""
    big = struct.pack(LETTERS[kind], raw)
    return bytes(big["ABCDEFGH".index(letter)] for letter in WIRE[order, len(big)])


@st.composite
def raw_values(draw: st.DrawFn) -> tuple[str, str, float]:
    """Draw a type, an order and a raw value that the type holds exactly."""
    kind = draw(st.sampled_from(list(LETTERS)))
    order = draw(st.sampled_from(["abcd", "cdab", "badc", "dcba"]))
    if kind in LIMITS:
        return kind, order, draw(st.integers(*LIMITS[kind]))
    return kind, order, draw(st.floats(allow_nan=False, allow_infinity=False, width=32 if kind == "f32" else 64))


@given(st.lists(raw_values(), min_size=1, max_size=12), st.lists(st.integers(0, 3), min_size=12, max_size=12))
def test_decodes_every_type_and_order_as_the_letters_say(drawn: list[tuple[str, str, float]], gaps: list[int]) -> None:
    """Mixed values with gaps between them come back exactly, each under its own tag number."""
    items, data, at = [], b"", 100
    for number, ((kind, order, raw), gap) in enumerate(zip(drawn, gaps, strict=False), start=1):
        data += b"\xee\xee" * gap
        at += gap
        point = ModbusPoint(1, Table.HOLDING, at, WordType(kind), WordOrder(order))
        items.append(Item(number, f"a/b/{number}", point))
        data += on_the_wire(kind, order, raw)
        at += words_of(point)
    (block,) = plan(items, max_gap=8, max_block=125)
    decoder = compile_blocks([block])
    values, quality = decoder.decode(data[2 * (block.address - 100) :])
    got = dict(zip(decoder.tags.tolist(), values.tolist(), strict=True))
    assert got == {number: float(raw) for number, (_, _, raw) in enumerate(drawn, start=1)}
    assert not quality.any()


@given(raw_values())
def test_encoding_is_the_reverse(drawn: tuple[str, str, float]) -> None:
    """What is written to a PLC has the letters of the point's order too."""
    kind, order, raw = drawn
    point = ModbusPoint(1, Table.HOLDING, 0, WordType(kind), WordOrder(order))
    assert register_bytes(point, raw) == on_the_wire(kind, order, raw)


@pytest.mark.parametrize("value", [-1, 65536, math.nan, math.inf])
def test_a_value_that_its_register_cannot_hold_is_refused(value: float) -> None:
    """Nothing is wrapped or clipped on its way to a PLC."""
    with pytest.raises(Refused):
        register_bytes(ModbusPoint(1, Table.HOLDING, 0, WordType.U16), value)


@given(st.integers(0, 0xFFFF), st.sampled_from(["abcd", "cdab", "badc", "dcba"]))
def test_reads_all_bits_of_a_register(word: int, order: str) -> None:
    """Bit 0 is the least significant of the register in its order."""
    items = [Item(bit, f"a/b/{bit}", ModbusPoint(1, Table.HOLDING, 7, WordType.BIT, WordOrder(order), bit=bit))
             for bit in range(16)]  # fmt: skip
    (block,) = plan(items, max_gap=8, max_block=120)
    decoder = compile_blocks([block])
    values, _ = decoder.decode(on_the_wire("u16", order, word))
    assert sum(int(v) << n for n, v in zip(decoder.tags.tolist(), values, strict=True)) == word


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_reads_coils_in_the_order_of_the_protocol(coils: list[bool]) -> None:
    """The first coil is the lowest bit of the first byte (application protocol 6.1)."""
    data = bytearray((len(coils) + 7) // 8)
    for place, coil in enumerate(coils):
        data[place // 8] |= coil << (place % 8)
    items = [Item(n, f"a/b/{n}", ModbusPoint(1, Table.COIL, 10 + n, WordType.BIT)) for n in range(len(coils))]
    (block,) = plan(items, max_gap=8, max_block=120)
    decoder = compile_blocks([block])
    values, _ = decoder.decode(bytes(data))
    assert {n: bool(v) for n, v in zip(decoder.tags.tolist(), values, strict=True)} == dict(enumerate(coils))


def one(kind: WordType, data: bytes, *, scale: float = 1.0, offset: float = 0.0, low: float | None = None,
        high: float | None = None) -> tuple[float, int]:  # fmt: skip
    """Decode a single value."""
    point = ModbusPoint(1, Table.HOLDING, 0, kind, scale=scale, offset=offset)
    (block,) = plan([Item(1, "a/b/c", point, low, high)], max_gap=0, max_block=120)
    values, quality = compile_blocks([block]).decode(data)
    return float(values[0]), int(quality[0])


@pytest.mark.parametrize("raw", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("limit", [None, 10.0])
def test_what_is_no_number_is_a_sensor_fault(raw: float, limit: float | None) -> None:
    """NaN and both infinities are bad and carry no value, with and without a range."""
    value, quality = one(WordType.F32, struct.pack(">f", raw), high=limit)
    assert math.isnan(value) and quality == Quality.SENSOR_FAULT


def test_scales_before_it_judges_the_range() -> None:
    """value = raw × scale + offset; outside low–high it is kept and uncertain."""
    data = struct.pack(">H", 1000)
    assert one(WordType.U16, data, scale=0.01, offset=-5, low=0, high=5) == (5.0, Quality.GOOD)
    assert one(WordType.U16, data, scale=0.02, offset=-5, low=0, high=5) == (15.0, Quality.OUT_OF_RANGE)
    assert one(WordType.U16, data, scale=0.001, offset=-5, low=0, high=5) == (-4.0, Quality.OUT_OF_RANGE)


def test_a_text_becomes_the_number_its_interner_gives() -> None:
    """UTF-8 up to the first zero byte; scaling of neighbours does not touch it; without an interner it is bad."""
    data = "泵 1".encode().ljust(8, b"\0") + struct.pack(">H", 3)
    items = [
        Item(1, "a/b/text", ModbusPoint(1, Table.HOLDING, 0, WordType.TEXT, length=4, scale=9.0), high=1.0),
        Item(2, "a/b/n", ModbusPoint(1, Table.HOLDING, 4, WordType.U16, scale=10)),
    ]
    (block,) = plan(items, max_gap=0, max_block=120)
    texts: list[str] = []

    def intern(text: str) -> float:
        texts.append(text)
        return 77.0

    decoder = compile_blocks([block], intern=intern)
    values, quality = decoder.decode(data)
    assert dict(zip(decoder.tags.tolist(), values.tolist(), strict=True)) == {1: 77.0, 2: 30.0}
    assert texts == ["泵 1"] and not quality.any()
    _, quality = compile_blocks([block]).decode(data)
    assert Quality.SENSOR_FAULT in quality


def test_the_quality_of_good_replies_is_shared_and_cannot_be_changed() -> None:
    """The usual case allocates nothing; a consumer that wrote into it would spoil later batches."""
    (block,) = plan([Item(1, "a/b/c", ModbusPoint(1, Table.HOLDING, 0, WordType.U16))], max_gap=0, max_block=1)
    decoder = compile_blocks([block])
    _, first = decoder.decode(b"\0\1")
    _, second = decoder.decode(b"\0\2")
    assert first is second and first.dtype == np.uint16
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 1
