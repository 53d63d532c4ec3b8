"""Reads asked one after the other on one line: each answer strictly its own question's, none lost, none shifted."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from app.devices.modbus.framing import Framing, Mbap, Question, Rtu
from app.devices.modbus.line import StreamLine
from app.devices.modbus.pdu import read_request
from app.errors import BadReply, LinkDown, Refused
from app.model.points import Table

QUESTIONS = [Question(1, read_request(Table.HOLDING, 10 * i, 1), 2) for i in range(3)]


class Wire:
    """Plays the transport: keeps what was sent, says what the test makes it say."""

    def __init__(self, framing: Framing) -> None:
        self.sent: list[bytes] = []
        self.noted: list[str] = []
        self.data: list[bytes] = []
        self.framing = framing
        self.line = StreamLine(framing, lambda reason, raw: self.noted.append(reason))
        self.line.connection_made(cast(asyncio.Transport, self))

    def write(self, frame: bytes) -> None:
        self.sent.append(frame)

    def get_extra_info(self, name: str) -> None:
        return None

    def abort(self) -> None:
        self.line.connection_lost(None)

    def read(self, join_s: float = 60.0) -> asyncio.Future[object]:
        """Ask the three questions."""
        return cast(asyncio.Future[object], self.line.read_each(QUESTIONS, 60.0, self.data, join_s))

    def reply(self, pdu: bytes, *, number: int | None = None) -> bytes:
        """Return the frame that answers the newest question."""
        if isinstance(self.framing, Rtu):
            return Rtu().wrap(1, pdu)[1]
        sent = self.sent[-1][:2] if number is None else number.to_bytes(2)
        return sent + (len(pdu) + 1).to_bytes(4) + b"\x01" + pdu


def right(value: int) -> bytes:
    """Return the PDU that carries one register."""
    return bytes((3, 2, 0, value))


async def test_the_next_question_goes_out_with_the_answer_to_the_one_before() -> None:
    """One question at a time on the wire; the caller is woken once, when all are answered."""
    wire = Wire(Mbap())
    asked = wire.read()
    for i in range(3):
        assert len(wire.sent) == i + 1 and not asked.done()
        wire.line.data_received(wire.reply(right(i)))
    await asked
    assert wire.data == [b"\0\0", b"\0\1", b"\0\2"] and wire.noted == []
    wire.line.abort()


async def test_an_answer_in_pieces_counts_and_ends_the_series_there() -> None:
    """Whoever asks goes on behind what was answered."""
    wire = Wire(Mbap())
    asked = wire.read()
    frame = wire.reply(right(7))
    wire.line.data_received(frame[:5])
    assert not asked.done()
    wire.line.data_received(frame[5:])
    await asked
    assert wire.data == [b"\0\7"] and len(wire.sent) == 1
    wire.line.abort()


@pytest.mark.parametrize("framing", [Mbap, Rtu])
async def test_more_than_one_answer_at_once_is_never_taken_for_the_next(framing: type[Framing]) -> None:
    """On RTU the second would fit the next question, which has not been asked yet: taking it would shift all others."""
    wire = Wire(framing())
    asked = wire.read()
    wire.line.data_received(wire.reply(right(1)) + wire.reply(right(2)))
    await asked
    assert wire.data == [b"\0\1"] and len(wire.sent) == 1 and wire.noted == ["unasked reply"]
    wire.line.abort()


async def test_a_refusal_in_the_midst_keeps_what_came_before() -> None:
    """The fault is the question's behind those that were answered."""
    wire = Wire(Mbap())
    asked = wire.read()
    wire.line.data_received(wire.reply(right(1)))
    wire.line.data_received(wire.reply(b"\x83\x02"))
    with pytest.raises(Refused) as refusal:
        await asked
    assert refusal.value.code == 2 and wire.data == [b"\0\1"] and len(wire.sent) == 2
    wire.line.abort()


@pytest.mark.parametrize("pdu", [b"\x04\2\0\1", b"\x03\4\0\1\0\1", b"\x03\2\0", b"\x03\4\0\1"])
async def test_a_reply_of_another_function_or_count_is_no_answer(pdu: bytes) -> None:
    """The short way asks for every byte up to the data, the long one says what is wrong."""
    wire = Wire(Mbap())
    asked = wire.read()
    wire.line.data_received(wire.reply(pdu))
    with pytest.raises(BadReply):
        await asked
    assert wire.data == [] and len(wire.sent) == 1
    wire.line.abort()


async def test_a_late_answer_is_noted_and_the_right_one_still_counts() -> None:
    """Another transaction number is another question's, however right the rest is."""
    wire = Wire(Mbap())
    asked = wire.read(join_s=-1.0)
    wire.line.data_received(wire.reply(right(9), number=77))
    assert not asked.done() and wire.noted == ["transaction 77 in answer to 1"]
    wire.line.data_received(wire.reply(right(1)))
    await asked
    assert wire.data == [b"\0\1"]
    wire.line.abort()


async def test_a_slow_series_ends_early_and_a_lost_line_at_once() -> None:
    """When the time to join is over, what is there is handed in; nothing is asked on a line that is gone."""
    wire = Wire(Mbap())
    asked = wire.read(join_s=-1.0)
    wire.line.data_received(wire.reply(right(1)))
    await asked
    assert wire.data == [b"\0\1"] and len(wire.sent) == 1
    asked = wire.read()
    wire.line.abort()
    with pytest.raises(LinkDown):
        await asked
    assert wire.data == [b"\0\1"]
