"""Packed history: what goes in comes out bit by bit, and damage is always BadBlock."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as nst
from numpy.typing import NDArray

from app.errors import BadBlock, InternalFault
from app.series import columns
from app.series.blocks import newest_in_block, pack_block, unpack_block
from app.series.columns import CONST, PCO, RAW, RUNS, ZLIB, codec_of, pack_column, unpack_column
from app.series.times import pack_frames, pack_state, pack_times, unpack_frames, unpack_state, unpack_times
from app.series.windows import State, TagColumn, Times

TYPES = ("f8", "f4", "i8", "i4", "i2", "u8", "u4", "u2")
T = 1_800_000_000_000


@st.composite
def any_column(draw: st.DrawFn) -> NDArray[Any]:
    """Draw a column of any bits, with runs or without."""
    dtype = np.dtype(draw(st.sampled_from(TYPES)))
    bits = np.dtype(f"u{dtype.itemsize}")
    values = draw(nst.arrays(bits, st.integers(0, 60), elements=nst.from_dtype(bits)))
    runs = draw(st.lists(st.integers(1, 40), min_size=len(values), max_size=len(values)))
    return np.repeat(values, runs if draw(st.booleans()) else 1).view(dtype)


def times(n: int, rng: np.random.Generator) -> Times:
    """Make events as polls give them."""
    source = T + np.arange(n) * 1_000 + rng.integers(0, 4, n)
    return Times(np.arange(n) * 5 + 7, source, source + rng.integers(2, 9, n))


@given(any_column())
def test_a_column_comes_out_bit_by_bit(column: NDArray[Any]) -> None:
    """Any type, any bits: NaN payloads, negative zero, infinities."""
    back = unpack_column(pack_column(column))
    assert back.dtype == column.dtype
    assert back.tobytes() == column.tobytes()


@given(any_column())
def test_a_column_comes_out_without_pcodec(column: NDArray[Any]) -> None:
    """Where pcodec is missing zlib stands in, and both programs read it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "pcodec", None)
        packed = pack_column(column)
        assert unpack_column(packed).tobytes() == column.tobytes()
    assert unpack_column(packed).tobytes() == column.tobytes()


def test_each_shape_gets_its_codec() -> None:
    """Constants, steps, noise and a few values: each is packed as it is smallest."""
    noise = np.round(np.random.default_rng(1).normal(5, 1, 600), 2)
    assert codec_of(pack_column(np.full(600, np.nan))) == CONST
    assert len(pack_column(np.zeros(600, np.uint16))) == 5
    assert codec_of(pack_column(np.repeat(noise[:12], 50))) == RUNS
    assert codec_of(pack_column(noise)) == PCO
    assert len(pack_column(noise)) < 1.4 * len(noise)
    assert codec_of(pack_column(noise[:3])) == RAW


def test_without_pcodec_noise_is_zlib_and_pco_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program without pcodec says so instead of failing in another way."""
    noise = np.round(np.random.default_rng(1).normal(5, 1, 600), 2)
    packed = pack_column(noise)
    monkeypatch.setattr(columns, "pcodec", None)
    assert codec_of(pack_column(noise)) == ZLIB
    with pytest.raises(BadBlock, match="not installed"):
        unpack_column(packed)


def test_what_is_no_column_is_refused() -> None:
    """Other types and shapes are a defect of ours."""
    for column in (np.zeros(3, np.bool_), np.zeros((2, 2)), np.zeros(3, "U1")):
        with pytest.raises(InternalFault):
            pack_column(column)


@given(st.binary(max_size=40))
def test_foreign_bytes_are_bad_blocks(body: bytes) -> None:
    """Bytes behind a good checksum of nothing that we packed raise BadBlock in every reader, and nothing else."""
    for reader in (unpack_times, unpack_frames, unpack_state, _tag_seven):
        with pytest.raises(BadBlock):
            reader(zlib.crc32(body).to_bytes(4, "little") + body)


@given(st.data(), st.integers(0, 2**32))
def test_damage_is_found(data: st.DataObject, seed: int) -> None:
    """One to four changed bytes, or a cut, of anything packed raise BadBlock."""
    rng = np.random.default_rng(seed)
    n = data.draw(st.integers(1, 40))
    block = pack_block(TagColumn(7, None, rng.normal(5, 1, n), np.zeros(n, np.uint16)))
    for packed, reader in ((pack_times(times(n, rng)), unpack_times), (block, _tag_seven)):
        hurt = bytearray(packed)
        for _ in range(data.draw(st.integers(1, 4))):
            hurt[data.draw(st.integers(0, len(hurt) - 1))] ^= data.draw(st.integers(1, 255))
        if hurt != packed:
            with pytest.raises(BadBlock):
                reader(bytes(hurt))
        with pytest.raises(BadBlock):
            reader(packed[: data.draw(st.integers(0, len(packed) - 1))])


def _tag_seven(packed: bytes) -> TagColumn:
    return unpack_block(7, packed)


def test_a_block_is_not_read_as_another_tags() -> None:
    """The checksum knows the tag, and what kind of thing was packed."""
    packed = pack_block(TagColumn(7, None, np.ones(3), np.zeros(3, np.uint16)))
    with pytest.raises(BadBlock):
        unpack_block(8, packed)
    with pytest.raises(BadBlock):
        unpack_times(packed)


@given(
    st.lists(st.integers(-(2**63), 2**63 - 1), max_size=30),
    st.lists(st.integers(-(2**63), 2**63 - 1), min_size=30, max_size=30),
)
def test_times_come_out(first: list[int], second: list[int]) -> None:
    """Any numbers and times, also those whose difference does not fit."""
    a = np.array(first, dtype=np.int64)
    b = np.array(second[: len(a)], dtype=np.int64)
    back = unpack_times(pack_times(Times(a, a, b)))
    assert [c.tobytes() for c in (back.seq, back.source_ms, back.receipt_ms)] == [c.tobytes() for c in (a, a, b)]
    assert unpack_frames(pack_frames(a)).tobytes() == a.tobytes()


def test_receipt_goes_the_shorter_way() -> None:
    """A steady answer time costs nothing beside jittered source times; so does one receipt for many source times."""
    rng = np.random.default_rng(2)
    source = T + np.cumsum(rng.integers(1, 2_000, 600))
    alone = len(pack_times(Times(np.arange(600), source, source)))
    assert len(pack_times(Times(np.arange(600), source, source + 5))) < alone + 8
    assert len(pack_times(Times(np.arange(600), source, np.full(600, T)))) < alone + 12


@given(st.lists(st.integers(0, 5_000), max_size=40, unique=True))
def test_the_events_of_a_block_come_out(places: list[int]) -> None:
    """A tag's places among the events of its group, ascending."""
    events = np.array(sorted(places), dtype=np.int32)
    column = TagColumn(3, events, np.arange(float(len(events))), np.full(len(events), 64, np.uint16))
    back = unpack_block(3, pack_block(column))
    assert back.events is not None
    assert back.events.dtype == np.int32
    assert back.events.tolist() == events.tolist()
    assert (back.values.tolist(), back.quality.tolist()) == (column.values.tolist(), column.quality.tolist())


@given(st.lists(st.integers(0, 300), max_size=60, unique=True), st.integers(0, 300), st.integers(0, 301), st.booleans())
def test_the_newest_sample_before_an_event(places: list[int], first: int, end: int, every: bool) -> None:
    """It is the one that unpacking everything finds, however the block was packed."""
    events = np.arange(301, dtype=np.int32) if every else np.array(sorted(places), dtype=np.int32)
    values = np.random.default_rng(len(events)).normal(5, 1, len(events))
    codes = (events % 3).astype(np.uint16)
    packed = pack_block(TagColumn(3, None if every else events, values, codes))
    at = np.flatnonzero((events >= first) & (events < end))
    want = (int(events[at[-1]]), float(values[at[-1]]), int(codes[at[-1]])) if len(at) else None
    assert newest_in_block(3, packed, first, end) == want


def test_a_state_comes_out() -> None:
    """The state of all tags, and of none."""
    n = 50
    state = State(
        np.arange(n, dtype=np.int32), np.linspace(0, 1, n), np.full(n, 129, np.uint16), np.full(n, T), np.full(n, T + 3)
    )
    for want in (state, State(*(c[:0] for c in _columns(state)))):
        back = unpack_state(pack_state(want))
        assert [c.tobytes() for c in _columns(back)] == [c.tobytes() for c in _columns(want)]


def _columns(state: State) -> list[NDArray[Any]]:
    return [state.tags, state.values, state.quality, state.source_ms, state.receipt_ms]
