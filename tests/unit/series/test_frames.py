"""The frame codec: what goes in comes out, and damage never does."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as nst

from app.errors import BadFrame, InternalFault
from app.model.quality import Quality
from app.series.batch import SampleBatch
from app.series.frames import decode, encode

T = 1_800_000_000_000
I8 = st.integers(-(2**63), 2**63 - 1)
TIMES = st.one_of(st.integers(T - 10_000, T + 10_000), st.integers(T - 2**33, T + 2**33), I8)
CODES = st.one_of(st.just(0), st.sampled_from([int(q) for q in Quality]), st.integers(0, 65_535))


@st.composite
def batches(draw: st.DrawFn) -> SampleBatch:
    """Draw one batch: any values, any quality, source times near and far."""
    n = draw(st.integers(0, 12))
    numbers = draw(st.lists(st.integers(0, 2**31 - 1), min_size=n, max_size=n, unique=True))
    return SampleBatch(
        tags=np.array(numbers, dtype=np.int32),
        values=draw(nst.arrays(np.float64, n, elements=st.floats(width=64))),
        quality=np.array(draw(st.lists(CODES, min_size=n, max_size=n)), dtype=np.uint16),
        source_ms=np.array(draw(st.lists(TIMES, min_size=n, max_size=n)), dtype=np.int64),
        receipt_ms=draw(TIMES),
    )


def batch_of(n: int, *, quality: int = 0, offset_ms: int = -40) -> SampleBatch:
    """Make n samples as a poll gives them."""
    return SampleBatch(
        tags=np.arange(1, n + 1, dtype=np.int32),
        values=np.linspace(0.0, 10.0, n),
        quality=np.full(n, quality, dtype=np.uint16),
        source_ms=np.full(n, T + offset_ms, dtype=np.int64),
        receipt_ms=T - 20,
    )


def assert_same(got: SampleBatch, want: SampleBatch) -> None:
    """Compare bit by bit, NaN payloads included, and the column types."""
    for name, kind in (("tags", "i4"), ("values", "f8"), ("quality", "u2"), ("source_ms", "i8")):
        column = getattr(got, name)
        assert column.dtype == np.dtype(kind)
        assert column.tobytes() == getattr(want, name).tobytes()
    assert got.receipt_ms == want.receipt_ms


@given(st.lists(batches(), max_size=5), st.integers(0, 2**32 - 1), st.one_of(st.just(T), I8))
def test_what_goes_in_comes_out(samples: list[SampleBatch], revision: int, t: int) -> None:
    """Any batches come back bit by bit under any time and revision."""
    frame = decode(encode(samples, t=t, revision=revision), t=t)
    assert frame.revision == revision
    assert len(frame) == sum(len(b) for b in samples)
    assert len(frame.batches) == len(samples)
    for got, want in zip(frame.batches, samples, strict=True):
        assert_same(got, want)


@given(st.lists(batches(), max_size=3), st.data())
@settings(max_examples=300)
def test_changed_bytes_are_refused(samples: list[SampleBatch], data: st.DataObject) -> None:
    """One to three changed bytes anywhere in a payload raise BadFrame."""
    payload = bytearray(encode(samples, t=T, revision=7))
    places = data.draw(st.lists(st.integers(0, len(payload) - 1), min_size=1, max_size=3, unique=True))
    for place in places:
        payload[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(BadFrame):
        decode(bytes(payload), t=T)


@given(st.lists(batches(), max_size=3), st.data())
def test_cut_and_lengthened_payloads_are_refused(samples: list[SampleBatch], data: st.DataObject) -> None:
    """A payload that lost its tail or gained bytes raises BadFrame."""
    payload = encode(samples, t=T, revision=7)
    cut = data.draw(st.integers(0, len(payload) - 1))
    with pytest.raises(BadFrame):
        decode(payload[:cut], t=T)
    with pytest.raises(BadFrame):
        decode(payload + data.draw(st.binary(min_size=1, max_size=20)), t=T)


@given(st.binary(max_size=400))
def test_noise_is_refused(noise: bytes) -> None:
    """Bytes that no encoder made raise BadFrame and nothing else."""
    with pytest.raises(BadFrame):
        decode(noise, t=T)


@given(st.integers(0, 3), st.binary(min_size=12, max_size=120))
def test_a_body_that_contradicts_itself_is_refused(flags: int, body: bytes) -> None:
    """A good checksum over a senseless body gives BadFrame or a frame whose columns agree, never another error."""
    checksum = zlib.crc32(body, zlib.crc32(struct.pack("<q", T), flags))
    try:
        frame = decode(struct.pack("<BBI", 1, flags, checksum) + body, t=T)
    except BadFrame:
        return
    assert encode(frame.batches, t=T, revision=frame.revision)[6:18] == body[:12]


def test_another_frames_time_is_refused() -> None:
    """A payload read under the wrong `t` would shift every source time, so it is refused."""
    with pytest.raises(BadFrame, match="checksum"):
        decode(encode([batch_of(3)], t=T, revision=1), t=T + 200)


def test_an_unknown_codec_is_named() -> None:
    """A codec byte of a later program is refused by its number."""
    with pytest.raises(BadFrame, match="codec 9"):
        decode(b"\x09" + encode([], t=T, revision=1)[1:], t=T)


def test_the_heartbeat_is_small() -> None:
    """A frame with nothing in it takes 18 bytes and decodes to no batches."""
    payload = encode([], t=T, revision=3)
    assert len(payload) == 18
    assert decode(payload, t=T).batches == ()


def test_quality_costs_nothing_while_all_is_good() -> None:
    """400 good changes take 16 bytes each; one uncertain value adds the column."""
    good = encode([batch_of(400)], t=T, revision=1)
    assert len(good) == 18 + 12 + 400 * 16
    assert len(encode([batch_of(400, quality=Quality.UNCERTAIN)], t=T, revision=1)) == len(good) + 800


def test_far_source_times_stay_exact() -> None:
    """A device clock that is decades off keeps its exact time, beside neighbours that fit."""
    batch = batch_of(4)
    batch.source_ms[:] = [0, T - (2**31 - 1), T - 2**31, T + 2**31]
    got = decode(encode([batch], t=T, revision=1), t=T).batches[0]
    assert got.source_ms.tolist() == [0, T - (2**31 - 1), T - 2**31, T + 2**31]


def test_defects_of_the_caller_are_named() -> None:
    """Unequal columns, a negative tag number and an impossible revision raise InternalFault before anything is made."""
    good = batch_of(2)
    short = SampleBatch(good.tags, good.values[:1], good.quality, good.source_ms, T)
    negative = SampleBatch(np.array([-1, 2], dtype=np.int32), good.values, good.quality, good.source_ms, T)
    for batch in (short, negative):
        with pytest.raises(InternalFault):
            encode([batch], t=T, revision=1)
    with pytest.raises(InternalFault):
        encode([good], t=T, revision=-1)
