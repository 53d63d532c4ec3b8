"""A Modbus server for the plant, small and cheap, whose faults are exact.

Functions 1–6, 15 and 16; exceptions 1–3, and 0x0B for a unit that is not there (Modbus TCP only: an RTU line stays
silent). pymodbus' server was not taken: it offers no hold on single replies.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.plant.faces.framing import Framing, Request
from app.plant.faces.linkfaults import LinkFaults, Mismatch
from app.plant.faces.listener import Listener

__all__ = ["Answering", "ModbusServer", "Traffic"]


class Answering(Protocol):
    """What answers a request: returns the reply PDU, or None for silence."""

    def __call__(self, unit: int, pdu: bytes) -> bytes | None: ...


@dataclass(slots=True)
class Traffic:
    """Requests that arrived and were looked at; `writes` are those with functions 5, 6, 15 and 16."""

    connections: int = 0
    requests: int = 0
    writes: int = 0


class ModbusServer:
    """Serves one endpoint. `framing` makes the framing of a connection."""

    def __init__(self, host: str, port: int, *, framing: Callable[[], Framing], answer: Answering) -> None:
        self.faults = LinkFaults()
        self.traffic = Traffic()
        self._answer = answer
        self._random = random.Random(f"{host}:{port}")
        self.listener = Listener(host, port, lambda: _Link(self, framing()))

    def reply(self, request: Request, framing: Framing) -> bytes | None:
        """Return the bytes that answer one request, spoilt as the faults say; None for silence."""
        self.traffic.requests += 1
        if request.pdu[:1] in (b"\x05", b"\x06", b"\x0f", b"\x10"):
            self.traffic.writes += 1
        pdu = self._answer(request.unit, request.pdu)
        if pdu is None or request.unit in self.faults.silent_units:
            return None
        transaction, unit, pdu = self._mismatched(request, pdu)
        frame = framing.frame(transaction, unit, pdu)
        return self._random.randbytes(len(frame)) if self.faults.garbage else frame

    async def apply_faults(self) -> None:
        """Bring port and connections in line with `faults` after they changed."""
        if self.faults.dropped:
            await self.listener.shut()
        else:
            await self.listener.open()
        self.listener.freeze(self.faults.frozen)

    def _mismatched(self, request: Request, pdu: bytes) -> tuple[int, int, bytes]:
        transaction, unit = request.transaction, request.unit
        match self.faults.mismatch:
            case Mismatch.FUNCTION:
                pdu = bytes([pdu[0] ^ 7]) + pdu[1:]
            case Mismatch.COUNT:
                pdu = pdu[:1] + bytes([max(0, pdu[1] - 2)]) + pdu[2:-2] if len(pdu) > 3 else pdu
            case Mismatch.TRANSACTION:
                transaction = (transaction + 1) & 0xFFFF
            case Mismatch.UNIT:
                unit = (unit + 1) & 0xFF
        return transaction, unit, pdu


class _Link(asyncio.Protocol):
    """One connection of a client."""

    def __init__(self, server: ModbusServer, framing: Framing) -> None:
        self.transport: asyncio.Transport | None = None
        self._server, self._framing = server, framing
        self._unread = b""
        """What came in spite of the freeze: Python 3.11.2 (Debian 12) reads on when paused in `connection_made`."""
        self._late: deque[asyncio.TimerHandle] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._server.listener.connections.add(self)
        self._server.traffic.connections += 1
        if self._server.listener.frozen:
            self.freeze()

    def connection_lost(self, exc: Exception | None) -> None:
        self._server.listener.connections.discard(self)
        self.transport = None
        for handle in self._late:
            handle.cancel()

    def data_received(self, data: bytes) -> None:
        if self._server.listener.frozen:
            self._unread += data
            return
        if self._server.faults.half_open:
            return
        try:
            requests = self._framing.feed(data)
        except ValueError:
            # Not Modbus: a PLC hangs up on such a client.
            if self.transport is not None:
                self.transport.abort()
            return
        for request in requests:
            reply = self._server.reply(request, self._framing)
            if reply is not None:
                self._send(reply)

    def freeze(self) -> None:
        if self.transport is not None:
            self.transport.pause_reading()

    def thaw(self) -> None:
        unread, self._unread = self._unread, b""
        if unread:
            self.data_received(unread)
        if self.transport is not None:
            self.transport.resume_reading()

    def _send(self, reply: bytes) -> None:
        delay_s = self._server.faults.delay_s
        if delay_s <= 0:
            self._write(reply)
            return
        self._late.append(asyncio.get_running_loop().call_later(delay_s, self._write_late, reply))

    def _write_late(self, reply: bytes) -> None:
        self._late.popleft()
        self._write(reply)

    def _write(self, reply: bytes) -> None:
        if self.transport is not None and not self._server.faults.half_open:
            self.transport.write(reply)
