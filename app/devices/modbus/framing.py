"""Frames around a Modbus PDU: MBAP (Modbus TCP) and RTU (here over TCP). Pure.

Sources: Modbus messaging on TCP/IP V1.0b, 3.1.3; Modbus over serial line V1.02, 2.5.1 and appendix B (CRC).
"""

from __future__ import annotations

from struct import Struct
from typing import Final, NamedTuple, Protocol

from app.errors import BadReply

__all__ = ["DATA_AT", "Frame", "Framing", "Mbap", "Question", "Rtu", "crc16"]

_MBAP: Final = Struct(">HHHB")
_BEHIND_NUMBER: Final = Struct(">HHB")
_LARGEST_PDU: Final = 253
DATA_AT: Final = 9
"""Where the data of a read's reply begin in Modbus TCP: behind the header, the function and the byte count."""


class Frame(NamedTuple):
    """One reply as received. `transaction` is -1 where the protocol has none."""

    transaction: int
    unit: int
    pdu: bytes


class Question:
    """A read that is asked again and again: its bytes, and those that the only right reply begins with, made once.

    `size` is how many data bytes the reply must carry. `mbap` and `head` are what follows the transaction number in a
    Modbus TCP request and in its reply up to the data; `length` is the whole reply's.
    """

    __slots__ = ("function", "head", "length", "mbap", "pdu", "size", "unit")

    def __init__(self, unit: int, pdu: bytes, size: int) -> None:
        self.unit: Final = unit
        self.pdu: Final = pdu
        self.function: Final = pdu[0]
        self.size: Final = size
        self.mbap: Final = _BEHIND_NUMBER.pack(0, len(pdu) + 1, unit) + pdu
        self.head: Final = _BEHIND_NUMBER.pack(0, size + 3, unit) + bytes((pdu[0], size))
        self.length: Final = DATA_AT + size


class Framing(Protocol):
    """Makes request frames and cuts a stream into reply frames."""

    @property
    def ordered(self) -> bool:
        """Return True when replies carry no transaction number: a late reply can then look like the answer
        to a newer question."""

    def wrap(self, unit: int, pdu: bytes) -> tuple[int, bytes]:
        """Return the transaction number (or -1) and the bytes to send."""

    def pose(self, question: Question) -> tuple[int, bytes, bytes]:
        """Return the transaction number (or -1), the bytes to send, and the bytes up to the data that only the right
        reply begins with: none where a reply needs more than that to be told."""

    def cut(self, stream: bytes) -> tuple[Frame | None, bytes]:
        """Return the first frame of the stream and the rest; None while it is incomplete.

        Raises BadReply when the stream can be no Modbus reply.
        """


class Mbap:
    """Modbus TCP. One instance per connection: it counts the transactions."""

    ordered: Final = False

    def __init__(self) -> None:
        self._transaction = 0

    def wrap(self, unit: int, pdu: bytes) -> tuple[int, bytes]:
        """Return a new transaction number and the request with its header."""
        self._transaction = transaction = self._transaction % 0xFFFF + 1
        return transaction, _MBAP.pack(transaction, 0, len(pdu) + 1, unit) + pdu

    def pose(self, question: Question) -> tuple[int, bytes, bytes]:
        """See Framing.pose: the usual case of every request."""
        self._transaction = transaction = self._transaction % 0xFFFF + 1
        number = transaction.to_bytes(2)
        return transaction, number + question.mbap, number + question.head

    def cut(self, stream: bytes) -> tuple[Frame | None, bytes]:
        """Cut by the header's length. A wrong protocol number or length loses the place in the stream for good."""
        if len(stream) < 7:
            return None, stream
        transaction, protocol, length, unit = _MBAP.unpack_from(stream)
        if protocol != 0 or not 3 <= length <= _LARGEST_PDU + 1:
            raise BadReply(f"no Modbus TCP header (protocol {protocol}, length {length})", stream)
        end = length + 6
        if len(stream) < end:
            return None, stream
        return Frame(transaction, unit, stream[7:end]), stream[end:]


class Rtu:
    """Modbus RTU frames, as serial gateways pass them on."""

    ordered: Final = True

    def wrap(self, unit: int, pdu: bytes) -> tuple[int, bytes]:
        """Return -1 and the request with unit and CRC."""
        body = bytes((unit,)) + pdu
        return -1, body + crc16(body).to_bytes(2, "little")

    def pose(self, question: Question) -> tuple[int, bytes, bytes]:
        """See Framing.pose. The CRC of an RTU frame must be checked, and whether another one is behind it."""
        return *self.wrap(question.unit, question.pdu), b""

    def cut(self, stream: bytes) -> tuple[Frame | None, bytes]:
        """Cut by what the function code says of the reply's length, then check the CRC."""
        size = _rtu_size(stream)
        if size is None or len(stream) < size:
            return None, stream
        body = stream[: size - 2]
        if crc16(body) != int.from_bytes(stream[size - 2 : size], "little"):
            raise BadReply("CRC mismatch", stream)
        return Frame(-1, body[0], body[1:]), stream[size:]


def _rtu_size(stream: bytes) -> int | None:
    """Return the length of the reply frame that begins here, None if more bytes are needed to tell."""
    if len(stream) < 3:
        return None
    function = stream[1]
    if function & 0x80:
        return 5
    if function <= 4 and function:
        return 5 + stream[2]
    if function in (5, 6, 15, 16):
        return 8
    if function == 22:
        return 10
    raise BadReply(f"no reply of a function that was asked for ({function})", stream)


def _crc_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
        table.append(crc)
    return tuple(table)


_TABLE: Final = _crc_table()


def crc16(data: bytes) -> int:
    """Return the CRC-16 of Modbus RTU (polynomial 0xA001 reflected, start 0xFFFF); sent low byte first."""
    crc = 0xFFFF
    table = _TABLE
    for byte in data:
        crc = (crc >> 8) ^ table[(crc ^ byte) & 0xFF]
    return crc
