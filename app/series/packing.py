"""The envelope of packed history: parts with their lengths behind a checksum that also says what they are.

    checksum u4 · parts: length (7 bits a byte, lowest first), bytes

The checksum is the CRC-32 of everything after it, seeded with a kind and a number (a tag): bytes that are read as
something else, or as another tag's, are refused like damaged ones.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from typing import Final

from app.errors import BadBlock

__all__ = ["BLOCK", "FRAMES", "ROLLUP", "STATE", "TIMES", "number_at", "packed_number", "seal", "unseal"]

TIMES, BLOCK, FRAMES, STATE, ROLLUP = 1, 2, 3, 4, 5
"""Kinds of packed bytes. Numbers are for ever."""

_SUM: Final = struct.Struct("<I")
_SEED: Final = struct.Struct("<Bq")
_LONGEST: Final = 10
"""Bytes of a packed number at most: 64 bits at 7 a byte."""


def seal(kind: int, number: int, parts: Sequence[bytes]) -> bytes:
    """Return parts as one string of bytes behind their checksum."""
    body = b"".join([packed_number(len(part)) + part for part in parts])
    return _SUM.pack(_checksum(kind, number, body)) + body


def unseal(kind: int, number: int, payload: bytes, count: int) -> tuple[bytes, ...]:
    """Return the parts of a string that `seal` made of as many. Raises BadBlock for anything else."""
    if len(payload) < _SUM.size:
        raise BadBlock(f"{len(payload)} bytes are too few for packed history")
    body = payload[_SUM.size :]
    if _SUM.unpack_from(payload)[0] != _checksum(kind, number, body):
        raise BadBlock("the checksum of packed history does not match")
    parts, at = [], 0
    for _ in range(count):
        length, at = number_at(body, at)
        parts.append(body[at : at + length])
        at += length
    if at != len(body):
        raise BadBlock("packed history has another length than it says")
    return tuple(parts)


def packed_number(number: int) -> bytes:
    """Return a whole number ≥ 0 in as few bytes as it needs, 7 bits each, lowest first."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def number_at(body: bytes, at: int) -> tuple[int, int]:
    """Return the packed number at a place and the place behind it. Raises BadBlock where none ends."""
    if at < len(body) and body[at] < 0x80:
        return body[at], at + 1  # nearly always
    number = 0
    for i, byte in enumerate(body[at : at + _LONGEST]):
        number |= (byte & 0x7F) << (7 * i)
        if byte < 0x80:
            return number, at + i + 1
    raise BadBlock("packed history ends within a number")


def _checksum(kind: int, number: int, body: bytes) -> int:
    return zlib.crc32(body, zlib.crc32(_SEED.pack(kind, number)))
