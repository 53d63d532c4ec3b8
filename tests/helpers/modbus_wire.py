"""A bare Modbus TCP client for tests that look at single bytes."""

from __future__ import annotations

import asyncio
import socket
import struct
from dataclasses import dataclass

__all__ = ["Wire", "block_pdu", "open_wire", "read_pdu"]

PATIENCE_S = 10.0
"""How long an answer that must come may take on a busy machine."""


@dataclass(slots=True)
class Wire:
    """One connection. Transactions are whatever the test says."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def send(self, pdu: bytes, *, transaction: int = 1, unit: int = 1) -> None:
        """Send one request."""
        self.writer.write(struct.pack(">HHHB", transaction, 0, len(pdu) + 1, unit) + pdu)

    async def receive(self) -> tuple[int, int, bytes]:
        """Return (transaction, unit, PDU) of the next reply."""
        async with asyncio.timeout(PATIENCE_S):
            transaction, _, length, unit = struct.unpack(">HHHB", await self.reader.readexactly(7))
            return transaction, unit, await self.reader.readexactly(length - 1)

    async def ask(self, pdu: bytes) -> bytes:
        """Send one request and return the reply's PDU."""
        self.send(pdu)
        return (await self.receive())[2]

    async def silent(self, seconds: float = 0.3) -> bool:
        """Return True when nothing arrives for `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self.reader.read(1)
                return False
        except TimeoutError:
            return True

    async def cut(self) -> bool:
        """Return True when the other side hangs up."""
        async with asyncio.timeout(PATIENCE_S):
            try:
                return await self.reader.read(1) == b""
            except ConnectionError:
                return True

    async def reset(self) -> None:
        """Close with RST, as an aborted connection does."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await self.close()

    async def close(self) -> None:
        """Close without waiting for anything to be delivered."""
        self.writer.transport.abort()
        await asyncio.sleep(0)


async def open_wire(port: int) -> Wire:
    """Connect to a server on loopback."""
    return Wire(*await asyncio.open_connection("127.0.0.1", port))


def read_pdu(address: int, count: int, function: int = 3) -> bytes:
    """Return a read request."""
    return struct.pack(">BHH", function, address, count)


def block_pdu(base: int, *, heartbeat: int, equipment: int, verb: int, sequence: int, epoch: int = 1) -> bytes:
    """Return one write of a whole command block in the standard word order."""
    words = struct.pack(">IHHHfI", epoch, heartbeat, equipment, verb, 0.0, sequence)
    return struct.pack(">BHHB", 16, base, 9, 18) + words
