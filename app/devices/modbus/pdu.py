"""Modbus requests and replies without their frames (Modbus application protocol V1.1b3, chapter 6). Pure."""

from __future__ import annotations

from struct import Struct
from typing import Final

from app.errors import BadReply, Refused
from app.model.points import Table

__all__ = [
    "GATEWAY_CODES",
    "NOT_TAKEN_CODES",
    "READ_FUNCTION",
    "REFUSAL_CODES",
    "answers",
    "byte_count",
    "check_write",
    "data_of",
    "mask_write_request",
    "read_request",
    "write_bit_request",
    "write_word_request",
    "write_words_request",
]

READ_FUNCTION: Final[dict[Table, int]] = {Table.COIL: 1, Table.DISCRETE: 2, Table.HOLDING: 3, Table.INPUT: 4}
REFUSAL_CODES: Final = frozenset({1, 2, 3, 4})
"""Exceptions that speak of the addresses asked for: illegal function, address, value, and the failure that several
PLCs answer in their place. Other codes (busy, acknowledge…) speak of the moment."""
GATEWAY_CODES: Final = frozenset({10, 11})
"""The gateway answers in place of a unit that does not."""
NOT_TAKEN_CODES: Final = frozenset({1, 2, 3, 6, 10})
"""Exceptions to a write that prove that nothing was taken (V1.1b3, chapter 7). Not among them: 4, which a device
answers when it failed in the middle of the action; 5, by which it accepts what takes long; 11, by which a gateway says
that it passed the request on and heard nothing."""
_EXCEPTIONS: Final = {
    1: "illegal function",
    2: "illegal data address",
    3: "illegal data value",
    4: "device failure",
    5: "acknowledge",
    6: "device busy",
    8: "memory parity error",
    10: "gateway path unavailable",
    11: "gateway target does not answer",
}
_THREE: Final = Struct(">BHH")
_FOUR: Final = Struct(">BHHB")
_MASK: Final = Struct(">BHHH")


def read_request(table: Table, address: int, count: int) -> bytes:
    """Return a read of `count` registers or bits."""
    return _THREE.pack(READ_FUNCTION[table], address, count)


def byte_count(table: Table, count: int) -> int:
    """Return how many data bytes the reply to such a read must carry."""
    return (count + 7) // 8 if table in (Table.COIL, Table.DISCRETE) else 2 * count


def write_words_request(address: int, words: bytes) -> bytes:
    """Return a write of several registers (function 16); `words` are their bytes as on the wire."""
    return _FOUR.pack(16, address, len(words) // 2, len(words)) + words


def write_word_request(address: int, word: int) -> bytes:
    """Return a write of one register (function 6)."""
    return _THREE.pack(6, address, word)


def write_bit_request(address: int, value: bool) -> bytes:
    """Return a write of one coil (function 5)."""
    return _THREE.pack(5, address, 0xFF00 if value else 0)


def mask_write_request(address: int, bit: int, value: bool) -> bytes:
    """Return a write of one bit of a register that leaves the others alone (function 22)."""
    mask = 1 << bit
    return _MASK.pack(22, address, 0xFFFF & ~mask, mask if value else 0)


def answers(request: bytes, pdu: bytes) -> bool:
    """Return True if a reply has the shape of an answer to this request: function, and for reads the length."""
    if pdu[0] != request[0]:
        return pdu[0] == request[0] | 0x80
    if request[0] > 4:
        return True
    count = int.from_bytes(request[3:5])
    return len(pdu) - 2 == ((count + 7) // 8 if request[0] <= 2 else 2 * count)


def data_of(pdu: bytes, function: int, size: int) -> bytes:
    """Return the data of a read's reply, which must be of this function with `size` bytes.

    Raises Refused (an exception reply) or BadReply (any other mismatch).
    """
    if len(pdu) == size + 2 and pdu[0] == function and pdu[1] == size:
        return pdu[2:]
    _check_exception(pdu, function)
    if pdu[0] != function:
        raise BadReply(f"function {pdu[0]} in answer to function {function}", pdu)
    raise BadReply(f"{len(pdu) - 2} data bytes (said {pdu[1] if len(pdu) > 1 else 'none'}), asked for {size}", pdu)


def check_write(request: bytes, pdu: bytes) -> None:
    """Check the reply to a write against its request: the first five bytes come back (function 22: all).

    Raises Refused or BadReply.
    """
    expected = request if request[0] == 22 else request[:5]
    if pdu == expected:
        return
    _check_exception(pdu, request[0])
    raise BadReply("the reply does not repeat the write", pdu)


def _check_exception(pdu: bytes, function: int) -> None:
    if len(pdu) == 2 and pdu[0] == function | 0x80:
        raise Refused(f"exception {pdu[1]} ({_EXCEPTIONS.get(pdu[1], 'unknown')})", pdu[1])
    if not pdu:
        raise BadReply("empty reply", pdu)
