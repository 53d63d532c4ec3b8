"""Cuts a byte stream into Modbus requests and frames the answers: Modbus TCP (MBAP) and RTU over TCP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

__all__ = ["Framing", "Mbap", "Request", "Rtu", "crc16"]

MAX_ADU: Final = 260


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came. `transaction` is 0 in RTU."""

    transaction: int
    unit: int
    pdu: bytes


class Framing(Protocol):
    """How requests are cut out of a stream, and answers put into one. One per connection."""

    def feed(self, data: bytes) -> list[Request]:
        """Take bytes and return the requests that are complete now. Raises ValueError when the stream is lost."""

    def frame(self, transaction: int, unit: int, pdu: bytes) -> bytes:
        """Return an answer as it goes over the wire."""


class Mbap:
    """Modbus TCP: seven bytes of header (Modbus messaging on TCP/IP V1.0b, 3.1.3)."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> list[Request]:
        """Cut by the header's length field. Raises ValueError for a header that is none."""
        self._held += data
        found: list[Request] = []
        while len(self._held) >= 8:
            length = int.from_bytes(self._held[4:6], "big")
            if self._held[2:4] != b"\0\0" or not 2 <= length <= MAX_ADU - 6:
                raise ValueError("not a Modbus TCP header")
            if len(self._held) < 6 + length:
                break
            frame, self._held = self._held[: 6 + length], self._held[6 + length :]
            found.append(Request(int.from_bytes(frame[:2], "big"), frame[6], frame[7:]))
        return found

    def frame(self, transaction: int, unit: int, pdu: bytes) -> bytes:
        """Put the header before the answer."""
        return transaction.to_bytes(2, "big") + b"\0\0" + (len(pdu) + 1).to_bytes(2, "big") + bytes([unit]) + pdu


class Rtu:
    """RTU over TCP: unit, PDU and CRC. The length follows from the function, as TCP keeps no silence between frames."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> list[Request]:
        """Cut by function code. Bytes with a wrong CRC are dropped up to the end of what came: as after a silence."""
        self._held += data
        found: list[Request] = []
        while (size := self._size()) and len(self._held) >= size:
            frame, rest = self._held[:size], self._held[size:]
            if crc16(frame[:-2]) != int.from_bytes(frame[-2:], "little"):
                self._held = b""
                break
            self._held = rest
            found.append(Request(0, frame[0], frame[1:-2]))
        return found

    def frame(self, transaction: int, unit: int, pdu: bytes) -> bytes:
        """Put the unit before the answer and the CRC behind it."""
        body = bytes([unit]) + pdu
        return body + crc16(body).to_bytes(2, "little")

    def _size(self) -> int:
        """Return the length of the frame that begins here, 0 while that is not known."""
        if len(self._held) < 2:
            return 0
        function = self._held[1]
        if function in (1, 2, 3, 4, 5, 6):
            return 8
        if function in (15, 16):
            return 9 + self._held[6] if len(self._held) > 6 else 0
        # An unknown function: take all that came as one frame, so that it can be answered with exception 1.
        return max(4, len(self._held))


def crc16(data: bytes) -> int:
    """Return the Modbus CRC: polynomial 0xA001 reflected, start 0xFFFF (Modbus over serial line V1.02, 6.2.2)."""
    crc = 0xFFFF
    for byte in data:
        crc = (crc >> 8) ^ _TABLE[(crc ^ byte) & 0xFF]
    return crc


def _table_entry(value: int) -> int:
    for _ in range(8):
        value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return value


_TABLE: Final = tuple(_table_entry(i) for i in range(256))
