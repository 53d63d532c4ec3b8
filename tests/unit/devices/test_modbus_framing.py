"""Frames and PDUs: cut rightly from any stream, refused when they can be no reply."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.devices.modbus.framing import DATA_AT, Framing, Mbap, Question, Rtu, crc16
from app.devices.modbus.pdu import (
    answers,
    check_write,
    data_of,
    mask_write_request,
    read_request,
    write_bit_request,
    write_word_request,
    write_words_request,
)
from app.errors import BadReply, Refused
from app.model.points import Table


def bitwise_crc(data: bytes) -> int:
    """Compute the CRC as the standard's appendix B describes it, bit by bit."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc


@given(st.binary(max_size=300))
def test_the_crc_is_the_standards(data: bytes) -> None:
    """The table-driven sum equals the bitwise one."""
    assert crc16(data) == bitwise_crc(data)


def test_the_crc_of_a_known_frame() -> None:
    """01 03 00 00 00 0A ends with C5 CD, as any Modbus tool shows."""
    assert Rtu().wrap(1, read_request(Table.HOLDING, 0, 10)) == (-1, bytes.fromhex("01030000000AC5CD"))


PDUS = st.one_of(
    st.integers(1, 125).flatmap(lambda n: st.binary(min_size=2 * n, max_size=2 * n)).map(
        lambda data: bytes((3, len(data))) + data
    ),
    st.sampled_from([b"\x83\x02", b"\x10\x00\x01\x00\x02", b"\x06\x00\x01\x00\x02", bytes.fromhex("160001FFFE0001")]),
)  # fmt: skip


@pytest.mark.parametrize("framing", [Mbap, Rtu])
@given(pdus=st.lists(st.tuples(st.integers(0, 255), PDUS), min_size=1, max_size=5), cut=st.integers(1, 40))
def test_frames_come_back_whole_however_the_stream_is_cut(
    framing: type[Framing], pdus: list[tuple[int, bytes]], cut: int
) -> None:
    """Any chunking of consecutive frames gives the same frames."""
    maker, reader = framing(), framing()
    sent = [(maker.wrap(unit, pdu), unit, pdu) for unit, pdu in pdus]
    stream, got, rest = b"".join(frame for (_, frame), _, _ in sent), [], b""
    for start in range(0, len(stream), cut):
        rest += stream[start : start + cut]
        while True:
            frame, rest = reader.cut(rest)
            if frame is None:
                break
            got.append(tuple(frame))
    assert got == [(number, unit, pdu) for (number, _), unit, pdu in sent] and rest == b""


QUESTION = Question(7, read_request(Table.HOLDING, 0, 2), 4)
RIGHT = bytes.fromhex("0001 0000 0007 07 03 04 01020304")


def test_a_read_is_posed_with_the_bytes_of_any_request() -> None:
    """The bytes made once for many scans are those made for one question."""
    for framing in (Mbap, Rtu):
        assert framing().pose(QUESTION)[:2] == framing().wrap(7, QUESTION.pdu)


@given(st.one_of(st.just(RIGHT), st.binary(max_size=20), st.binary(min_size=4, max_size=4).map(RIGHT[:9].__add__)))
def test_the_short_way_agrees_with_the_long_one(data: bytes) -> None:
    """Whatever begins like the right reply and has its length, `cut` and `data_of` take with the same data."""
    number, _, head = Mbap().pose(QUESTION)
    if len(data) == QUESTION.length and data.startswith(head):
        frame, rest = Mbap().cut(data)
        assert frame is not None and frame[:2] == (number, 7) and rest == b""
        assert data_of(frame.pdu, QUESTION.function, QUESTION.size) == data[DATA_AT:]


@pytest.mark.parametrize("place", range(9))
def test_every_byte_before_the_data_counts(place: int) -> None:
    """Number, protocol, length, unit, function and byte count: one other bit, and it is not the right reply."""
    head = Mbap().pose(QUESTION)[2]
    assert RIGHT.startswith(head) and len(RIGHT) == QUESTION.length
    wrong = bytearray(RIGHT)
    wrong[place] ^= 1
    assert not wrong.startswith(head)


def test_an_rtu_reply_is_never_told_by_its_beginning() -> None:
    """Its CRC must be checked, so there is no short way."""
    assert Rtu().pose(QUESTION)[2] == b""


def test_transaction_numbers_differ_and_stay_in_range() -> None:
    """They wrap from 65,535 to 1: zero is never used, so a device that always answers zero is noticed."""
    mbap = Mbap()
    numbers = [mbap.wrap(1, b"\x03")[0] for _ in range(65_536)]
    assert numbers[0] == 1 and numbers[65_534] == 65_535 and numbers[65_535] == 1


@pytest.mark.parametrize("stream", ["DEADBEEFDEADBEEF", "00010000FFFF0103", "0001000000010103"])
def test_garbage_is_no_modbus_tcp(stream: str) -> None:
    """A wrong protocol number or an impossible length cannot be resynchronised."""
    with pytest.raises(BadReply):
        Mbap().cut(bytes.fromhex(stream))


@pytest.mark.parametrize("stream", ["0103020001FFFF", "01630000000000"])
def test_garbage_is_no_rtu(stream: str) -> None:
    """A wrong CRC and a function that nobody asks for are told at once."""
    with pytest.raises(BadReply):
        Rtu().cut(bytes.fromhex(stream))


def test_the_data_of_a_right_reply() -> None:
    """Function and byte count agree: the data is what follows."""
    assert data_of(b"\x03\x04\1\2\3\4", 3, 4) == b"\1\2\3\4"


@pytest.mark.parametrize(
    "pdu", ["04040102 0304", "03020102", "030401", "0304010203", "03", "", "84 02", "030401020304 05"]
)
def test_a_reply_that_does_not_match_is_bad(pdu: str) -> None:
    """Another function, count, byte count or length is never taken for an answer."""
    with pytest.raises(BadReply):
        data_of(bytes.fromhex(pdu), 3, 4)


def test_an_exception_reply_is_a_refusal_with_its_code() -> None:
    """Function | 0x80 with one byte is an answer in good order."""
    with pytest.raises(Refused, match="illegal data address") as caught:
        data_of(b"\x83\x02", 3, 4)
    assert caught.value.code == 2


def test_a_write_must_be_repeated_by_its_reply() -> None:
    """Address and quantity (function 16), value (5, 6) and both masks (22) are checked."""
    many = write_words_request(100, bytes(18))
    assert many == bytes.fromhex("1000640009 12") + bytes(18)
    check_write(many, many[:5])
    check_write(write_word_request(7, 9), bytes.fromhex("0600070009"))
    check_write(write_bit_request(7, True), bytes.fromhex("050007FF00"))
    mask = mask_write_request(4, 3, True)
    assert mask == bytes.fromhex("160004FFF70008")
    check_write(mask, mask)
    for reply in (b"\x10\0\x64\0\x08", b"\x10\0\x65\0\x09", b"\x06\0\x64\0\x09", b""):
        with pytest.raises(BadReply):
            check_write(many, reply)
    with pytest.raises(Refused):
        check_write(many, b"\x90\x03")


def test_shapes_of_answers_on_lines_without_transaction_numbers() -> None:
    """Function and length must fit the question; an exception fits by its function."""
    request = read_request(Table.HOLDING, 0, 2)
    assert answers(request, b"\x03\x04\0\0\0\0") and answers(request, b"\x83\x02")
    assert not answers(request, b"\x03\x02\0\0") and not answers(request, b"\x84\x02")
    assert answers(read_request(Table.COIL, 0, 9), b"\x01\x02\0\0")
