"""Requests out of a byte stream."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.plant.faces.framing import Mbap, Request, Rtu, crc16

READ = bytes.fromhex("03 0000 000a")
WRITE = bytes.fromhex("10 0064 0002 04 0001 0002")


def rtu(unit: int, pdu: bytes) -> bytes:
    body = bytes([unit]) + pdu
    return body + crc16(body).to_bytes(2, "little")


def test_the_crc_is_the_one_of_the_standard() -> None:
    """01 03 00 00 00 0A carries C5 CD on the wire, the example found in every Modbus primer."""
    assert crc16(bytes.fromhex("01 0300 0000 0a")).to_bytes(2, "little").hex() == "c5cd"


@given(st.data())
def test_modbus_tcp_requests_come_out_whole_however_the_stream_is_cut(data: st.DataObject) -> None:
    """Two requests, cut anywhere, come out in order and once."""
    stream = b"\x00\x07\x00\x00\x00\x06\x01" + READ + b"\x00\x08\x00\x00\x00\x0b\x02" + WRITE
    cut = data.draw(st.integers(0, len(stream)))
    framing = Mbap()

    assert framing.feed(stream[:cut]) + framing.feed(stream[cut:]) == [Request(7, 1, READ), Request(8, 2, WRITE)]


@given(st.data())
def test_rtu_requests_come_out_whole_however_the_stream_is_cut(data: st.DataObject) -> None:
    """Lengths follow from the functions, also where a frame is cut inside its header."""
    stream = rtu(3, READ) + rtu(4, WRITE)
    cut = data.draw(st.integers(0, len(stream)))
    framing = Rtu()

    assert framing.feed(stream[:cut]) + framing.feed(stream[cut:]) == [Request(0, 3, READ), Request(0, 4, WRITE)]


def test_a_wrong_crc_is_dropped_and_the_next_request_is_read() -> None:
    """A frame that was hit on the line is silence; the next one is answered."""
    framing = Rtu()
    hit = bytearray(rtu(3, READ))
    hit[3] ^= 1

    assert framing.feed(bytes(hit)) == []
    assert framing.feed(rtu(3, READ)) == [Request(0, 3, READ)]


def test_an_unknown_function_comes_out_so_that_it_can_be_refused() -> None:
    """Function 43 in RTU has no length rule here: what came together is one request."""
    assert Rtu().feed(rtu(3, b"\x2b\x0e\x01\x00")) == [Request(0, 3, b"\x2b\x0e\x01\x00")]


@pytest.mark.parametrize("header", ["0001 0001 0006", "0001 0000 0001", "0001 0000 0400"])
def test_what_is_no_modbus_tcp_header_loses_the_stream(header: str) -> None:
    """A wrong protocol id or an impossible length means that the stream cannot be trusted any more."""
    with pytest.raises(ValueError, match="header"):
        Mbap().feed(bytes.fromhex(header) + b"\x01\x03\x00\x00")


def test_answers_are_framed_as_requests_are() -> None:
    """Transaction and length before the answer in TCP, the CRC behind it in RTU."""
    assert Mbap().frame(9, 1, b"\x03\x02\x00\x05").hex() == "0009000000050103020005"
    assert Rtu().frame(0, 3, b"\x83\x02") == rtu(3, b"\x83\x02")
