"""A small Modbus server that misbehaves on command. It shares no code with the product."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

__all__ = ["ScriptedServer", "scripted_server"]


def crc(data: bytes) -> bytes:
    """Compute the RTU checksum bit by bit."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = (value >> 1) ^ 0xA001 if value & 1 else value >> 1
    return struct.pack("<H", value)


@dataclass
class ScriptedServer:
    """One listener. Registers are shared by all units; `fault` is read anew for each request.

    Faults: "" (serve), silent, late, wrong function, wrong count, odd count, wrong transaction, wrong unit, truncated,
    garbage, drop, failed (exception 4), acknowledge (5), busy (6), no target (11), refuse (2).
    """

    rtu: bool = False
    registers: dict[int, int] = field(default_factory=lambda: {n: n for n in range(200)})
    fault: str = ""
    late_s: float = 0.4
    dead_units: set[int] = field(default_factory=set)
    bad_addresses: set[int] = field(default_factory=set)
    requests: list[tuple[int, bytes]] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    _server: asyncio.Server | None = None
    _open: set[asyncio.Transport] = field(default_factory=set)

    async def start(self) -> None:
        """Listen, on the same port as before if there was one."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and reset all connections."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.drop_all()
        for _ in range(3):  # the loop tells of lost connections on its next turns
            await asyncio.sleep(0)

    def drop_all(self) -> None:
        """Reset all connections."""
        for transport in self._open:
            transport.abort()

    @property
    def writes(self) -> list[bytes]:
        """Return all write requests that arrived."""
        return [pdu for _, pdu in self.requests if pdu[0] in (5, 6, 15, 16, 22)]

    def answer(self, unit: int, pdu: bytes) -> bytes:
        """Return the right PDU for a request."""
        function, address, count = struct.unpack(">BHH", pdu[:5])
        if function in (1, 2):
            bits = [self.registers.get(address + i, 0) & 1 for i in range(count)]
            packed = bytes(sum(bit << k for k, bit in enumerate(bits[i : i + 8])) for i in range(0, count, 8))
            return struct.pack(">BB", function, len(packed)) + packed
        if function in (3, 4):
            words = range(address, address + count)
            if any(a not in self.registers or a in self.bad_addresses for a in words):
                return struct.pack(">BB", function | 0x80, 2)
            return struct.pack(f">BB{count}H", function, 2 * count, *(self.registers[a] for a in words))
        if function == 16:
            for i in range(count):
                self.registers[address + i] = struct.unpack(">H", pdu[6 + 2 * i : 8 + 2 * i])[0]
            return pdu[:5]
        if function in (5, 6):
            self.registers[address] = count
            return pdu[:5]
        if function == 22:
            clear, put = struct.unpack(">HH", pdu[3:7])
            self.registers[address] = (self.registers[address] & clear) | (put & ~clear)
            return pdu
        return struct.pack(">BB", function | 0x80, 1)


class _Connection(asyncio.Protocol):
    def __init__(self, server: ScriptedServer) -> None:
        self.server = server
        self.stream = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.server.connections += 1
        self.server._open.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self.server._open.discard(self.transport)

    def data_received(self, data: bytes) -> None:
        self.stream += data
        while (size := self.frame_size()) and len(self.stream) >= size:
            frame, self.stream = self.stream[:size], self.stream[size:]
            self.take(frame)

    def frame_size(self) -> int:
        """Return the size of the request that begins here, 0 if it cannot be told yet."""
        if not self.server.rtu:
            return 6 + int.from_bytes(self.stream[4:6]) if len(self.stream) >= 6 else 0
        if len(self.stream) < 8:
            return 0
        return {16: 9 + self.stream[6], 22: 10}.get(self.stream[1], 8)

    def take(self, frame: bytes) -> None:
        server = self.server
        number, unit = (b"", frame[0]) if server.rtu else (frame[:2], frame[6])
        pdu = frame[1:-2] if server.rtu else frame[7:]
        server.requests.append((unit, pdu))
        if unit in server.dead_units or server.fault == "silent":
            return
        if server.fault == "drop":
            self.transport.abort()
        elif server.fault == "late":
            asyncio.get_running_loop().call_later(server.late_s, self.reply, number, unit, server.answer(unit, pdu))
        else:
            self.misreply(server.fault, number, unit, pdu)

    def misreply(self, fault: str, number: bytes, unit: int, pdu: bytes) -> None:
        right = self.server.answer(unit, pdu)
        exceptions = {"failed": 4, "acknowledge": 5, "busy": 6, "no target": 11, "refuse": 2}
        if fault in exceptions:
            self.reply(number, unit, bytes((pdu[0] | 0x80, exceptions[fault])))
        elif fault == "wrong function":
            self.reply(number, unit, bytes((right[0] ^ 7,)) + right[1:])
        elif fault == "wrong count":
            self.reply(number, unit, bytes((right[0], 2)) + right[2:4])
        elif fault == "odd count":
            self.reply(number, unit, bytes((right[0], right[1] - 1)) + right[2:-1])
        elif fault == "wrong transaction":
            self.reply(bytes((number[0] ^ 0x55, number[1])), unit, right)
        elif fault == "wrong unit":
            self.reply(number, unit ^ 0x40, right)
        elif fault == "truncated":
            self.reply(number, unit, right, keep=-3)
        elif fault == "garbage":
            self.transport.write(bytes(range(0x90, 0xD0)))
        else:
            self.reply(number, unit, right)

    def reply(self, number: bytes, unit: int, pdu: bytes, keep: int | None = None) -> None:
        if self.transport.is_closing():
            return
        body = bytes((unit,)) + pdu
        header = number + struct.pack(">HH", 0, len(body))
        frame = body + crc(body) if self.server.rtu else header + body
        self.transport.write(frame[:keep])


@asynccontextmanager
async def scripted_server(*, rtu: bool = False) -> AsyncIterator[ScriptedServer]:
    """Run one on a free port."""
    server = ScriptedServer(rtu=rtu)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
