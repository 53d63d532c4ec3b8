"""One connection to a Modbus endpoint: one question at a time, answers matched strictly to their question.

Our own and small, because pymodbus's client accepts replies of another function or length, lets a pending request wait
out its time when the connection drops, and costs twice the CPU (docs/adr/0013-modbus-client.md).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, cast

from app.devices.addresses import why_unreached
from app.devices.modbus.framing import DATA_AT, Framing, Question
from app.devices.modbus.pdu import answers, data_of
from app.errors import BadReply, InternalFault, LinkDown, Refused

__all__ = ["Line", "NoReply", "Note", "StreamLine", "open_tcp"]

Note = Callable[[str, bytes], None]
"""Told about bytes that answer nothing: a reason in words, and the bytes."""


class NoReply(LinkDown):
    """The line stands, but the unit said nothing in time."""


class Line(Protocol):
    """A connection that carries questions to units. Made by a connector; never reconnects by itself."""

    @property
    def ordered(self) -> bool:
        """True when replies carry no transaction number (RTU)."""

    @property
    def up(self) -> bool:
        """True while the connection stands; proves nothing about any unit."""

    def ask(self, unit: int, pdu: bytes, timeout_s: float, fence: Callable[[], None] | None = None) -> Awaitable[bytes]:
        """Send one request; what is returned gives the PDU of its reply. Call and await it in one `try`.

        `fence` runs in the same synchronous step, just before the bytes go to the transport; what it raises passes
        through and nothing is sent. Raises NoReply, LinkDown (the connection is gone) or BadReply. Never re-sends.
        """

    def read_each(
        self, questions: Sequence[Question], timeout_s: float, data: list[bytes], join_s: float
    ) -> Awaitable[object]:
        """Ask one read after the other, each as soon as the one before is answered; append what each reply carries.

        `timeout_s` holds for each. Ends with the last question, or sooner (after `join_s`, or when a reply needed a
        closer look), but never without an answer: ask on from there. Raises like `ask`, and Refused, when a question
        has no right answer: the one behind those whose data were appended. Call and await it in one `try`.
        """

    def close(self) -> None:
        """Close in good order. Idempotent."""

    def abort(self) -> None:
        """Drop the connection at once, with what has not left the machine yet. Idempotent."""

    async def wait_closed(self) -> None:
        """Wait until nothing of the connection is left."""


class StreamLine(asyncio.Protocol):
    """A Modbus connection over TCP with either framing."""

    def __init__(self, framing: Framing, note: Note) -> None:
        self._framing = framing
        self._note = note
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._open = False
        self._closed: asyncio.Future[None] = self._loop.create_future()
        self._stream = b""
        self._reply: asyncio.Future[bytes] | None = None
        self._unit = 0
        self._transaction = -1
        self._request = b""
        self._head = b""
        self._length = 0
        self._questions: Sequence[Question] = ()
        self._asked = 0
        self._data: list[bytes] | None = None
        self._timeout_s = self._until = 0.0
        self._stray = b""
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = self._expire_at = 0.0

    @property
    def ordered(self) -> bool:
        """See `Line.ordered`."""
        return self._framing.ordered

    @property
    def up(self) -> bool:
        """True while the connection stands."""
        return self._open

    def ask(self, unit: int, pdu: bytes, timeout_s: float, fence: Callable[[], None] | None = None) -> Awaitable[bytes]:
        """See `Line.ask`. Sends at once; no coroutine of its own, as this is the path of every request."""
        reply = self._promise()
        self._unit, self._request, self._stray = unit, pdu, b""
        self._data, self._length = None, 0
        self._transaction, frame = self._framing.wrap(unit, pdu)
        if fence is not None:
            fence()
        self._reply = reply
        self._expire_at = self._loop.time() + timeout_s
        if self._timer is None or self._timer_at > self._expire_at:
            self._arm()
        self._send(frame)
        return reply

    def read_each(
        self, questions: Sequence[Question], timeout_s: float, data: list[bytes], join_s: float
    ) -> Awaitable[object]:
        """See `Line.read_each`. One future for all: waking a task costs nearly as much as checking a reply."""
        self._reply = reply = self._promise()
        self._questions, self._asked, self._data = questions, 0, data
        self._timeout_s, self._until = timeout_s, self._loop.time() + join_s
        self._pose(questions[0])
        return reply

    def _promise(self) -> asyncio.Future[bytes]:
        if not self._open:
            raise LinkDown("not connected")
        if self._reply is not None and not self._reply.done():
            raise InternalFault("two questions at a time on one Modbus line")
        return self._loop.create_future()

    def _pose(self, question: Question) -> None:
        self._unit, self._request, self._stray = question.unit, question.pdu, b""
        self._transaction, frame, self._head = self._framing.pose(question)
        self._length = question.length if self._head else 0
        self._expire_at = self._loop.time() + self._timeout_s
        if self._timer is None or self._timer_at > self._expire_at:
            self._arm()
        self._send(frame)

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = self._expire_at
        self._timer = self._loop.call_at(self._timer_at, self._tick)

    def _tick(self) -> None:
        """End the wait of the pending question, if its time is over.

        One timer outlives many questions: making one per question would cost as much as sending it.
        """
        self._timer = None
        if self._reply is None or self._reply.done():
            return
        if self._expire_at <= self._loop.time() + 0.001:
            self._expire()
        else:
            self._arm()

    def _send(self, frame: bytes) -> None:
        """Hand the bytes to the kernel, now: the fence has just been passed."""
        if self._transport is not None:
            self._transport.write(frame)

    def close(self) -> None:
        """Close in good order."""
        self._open = False
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Reset the connection (SO_LINGER 0): bytes still in this kernel are thrown away, not delivered late."""
        self._open = False
        if self._transport is None:
            return
        sock = self._transport.get_extra_info("socket")
        if sock is not None:
            with contextlib.suppress(OSError):  # the peer was faster: nothing is left to throw away
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._transport.abort()

    async def wait_closed(self) -> None:
        """Wait until the socket is closed."""
        await asyncio.shield(self._closed)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the transport (called by the loop)."""
        self._transport = cast(asyncio.Transport, transport)
        self._open = True

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail the pending question at once (called by the loop)."""
        self._open = False
        self._transport = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._closed.done():
            self._closed.set_result(None)
        self._fail(LinkDown(f"connection lost: {exc}" if exc else "connection closed by the device"))

    def data_received(self, data: bytes) -> None:
        """Cut frames and match them with the question (called by the loop)."""
        if len(data) == self._length and data.startswith(self._head) and not self._stream:
            reply, right = self._reply, self._data
            if reply is not None and right is not None and not reply.done():
                right.append(data[DATA_AT:])
                self._go_on(reply)
                return
        stream = self._stream + data if self._stream else data
        try:
            while stream:
                frame, stream = self._framing.cut(stream)
                if frame is None:
                    break
                self._take(frame.transaction, frame.unit, frame.pdu)
        except BadReply as fault:
            stream = b""
            self._garbage(fault)
        self._stream = stream

    def _take(self, transaction: int, unit: int, pdu: bytes) -> None:
        reply = self._reply
        if reply is not None and reply.cancelled():
            return  # whoever asked is being cancelled
        if reply is None or reply.done():
            self._note("unasked reply", bytes((unit,)) + pdu)
        elif transaction != self._transaction:
            # Most often the late reply to a question that was given up: the right one may still come.
            self._miss(f"transaction {transaction} in answer to {self._transaction}", bytes((unit,)) + pdu)
        elif unit != self._unit:
            self._miss(f"unit {unit} in answer to unit {self._unit}", bytes((unit,)) + pdu)
        elif self.ordered and not answers(self._request, pdu):
            # Perhaps late, and the right one is behind it: taking neither would shift all answers by one.
            self._miss(f"a reply of another shape to function {self._request[0]}", bytes((unit,)) + pdu)
        elif self._data is None:
            reply.set_result(pdu)
        else:
            self._look_closer(reply, self._data, pdu)

    def _go_on(self, reply: asyncio.Future[bytes]) -> None:
        """Ask the next question, as a right reply came in one piece."""
        self._asked = asked = self._asked + 1
        if asked < len(self._questions) and self._open and self._loop.time() <= self._until:
            self._pose(self._questions[asked])
        else:
            self._length = 0
            reply.set_result(b"")

    def _look_closer(self, reply: asyncio.Future[bytes], data: list[bytes], pdu: bytes) -> None:
        """Judge a reply that is not, or not in one piece, the right one. Questions end here: what more is in the stream
        must never be taken for the answer to one that has not been asked yet."""
        question = self._questions[self._asked]
        self._length = 0
        try:
            data.append(data_of(pdu, question.function, question.size))
        except (Refused, BadReply) as fault:
            reply.set_exception(fault)
        else:
            reply.set_result(b"")

    def _miss(self, reason: str, raw: bytes) -> None:
        self._stray = raw
        self._note(reason, raw)

    def _garbage(self, fault: BadReply) -> None:
        if not self._fail(fault):
            self._note(str(fault), fault.raw)
        if not self.ordered:
            # A Modbus TCP stream that has lost its place never finds it again. RTU frames start anew after silence.
            self.abort()

    def _expire(self) -> None:
        if self._stream:
            rest, self._stream = self._stream, b""
            self._fail(BadReply("truncated reply", rest))
            if not self.ordered:
                self.abort()
        elif self._stray:
            self._fail(BadReply("no reply but a mismatched one", self._stray))
        else:
            self._fail(NoReply("no reply in time"))

    def _fail(self, fault: Exception) -> bool:
        if self._reply is None or self._reply.done():
            return False
        self._reply.set_exception(fault)
        return True


async def open_tcp(host: str, port: int, *, framing: Framing, timeout_s: float, note: Note) -> StreamLine:
    """Connect within `timeout_s` or raise LinkDown."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(timeout_s):
            _, line = await loop.create_connection(lambda: StreamLine(framing, note), host, port)
    except TimeoutError:
        raise LinkDown(f"{host}:{port} does not answer") from None
    except OSError as fault:
        raise LinkDown(f"{host}:{port}: {why_unreached(fault)}") from None
    return line
