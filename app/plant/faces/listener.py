"""A listening port whose connections can be frozen, cut or refused at will."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Final, Protocol, cast

__all__ = ["Connection", "Listener", "reset"]

LINGER_NONE: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""On, for no time: what makes a close a reset. Windows keeps two shorts."""


class Connection(Protocol):
    """What a protocol on such a port must offer."""

    transport: asyncio.Transport | None

    def freeze(self) -> None:
        """Stop reading."""

    def thaw(self) -> None:
        """Read on, beginning with what came meanwhile."""


class Listener:
    """Accepts connections on one address and keeps them. `make` makes the protocol of a new connection."""

    def __init__(self, host: str, port: int, make: Callable[[], asyncio.Protocol]) -> None:
        self._host, self._port, self._make = host, port, make
        self._server: asyncio.Server | None = None
        self.connections: set[Connection] = set()
        self.frozen = False

    @property
    def address(self) -> tuple[str, int]:
        """Return host and port; the port that was found when 0 was asked for."""
        return self._host, self._port

    async def open(self) -> None:
        """Listen. Raises OSError when the port is taken."""
        if self._server is not None:
            return
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._make, self._host, self._port, reuse_address=True)
        self._port = self._server.sockets[0].getsockname()[1]

    async def shut(self) -> None:
        """Stop listening and cut every connection with a reset."""
        server, self._server = self._server, None
        if server is not None:
            server.close()
        self.cut()
        if server is not None:
            await server.wait_closed()

    def cut(self) -> None:
        """Reset every connection; the port stays open."""
        for connection in tuple(self.connections):
            if connection.transport is not None:
                reset(connection.transport)

    def freeze(self, frozen: bool) -> None:
        """Stop reading on every connection, present and future, or read on."""
        self.frozen = frozen
        for connection in tuple(self.connections):
            connection.freeze() if frozen else connection.thaw()


def reset(transport: asyncio.Transport) -> None:
    """Close with RST instead of FIN, as a process that dies with unread data does."""
    sock = cast("socket.socket | None", transport.get_extra_info("socket"))
    if sock is not None:
        with suppress(OSError):  # already closed by the other side
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)
    transport.abort()
