"""A TCP relay before a server that knows no faults: it is slow, frozen, half-open, cut or garbled in its place.

The OPC UA server behind it listens on a port that only the relay knows.
"""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable

from app.plant.faces.linkfaults import LinkFaults
from app.plant.faces.listener import Listener, reset

__all__ = ["Relay"]


class Relay:
    """Passes bytes between clients and the server at `upstream`, spoilt as `faults` say."""

    def __init__(self, host: str, port: int, *, upstream: Callable[[], tuple[str, int]]) -> None:
        self.faults = LinkFaults()
        self.connections = 0
        self._upstream = upstream
        self._random = random.Random(f"{host}:{port}")
        self._dials: set[asyncio.Task[None]] = set()
        self.listener = Listener(host, port, self._accept)

    async def close(self) -> None:
        """Stop listening and cut everything."""
        await self.listener.shut()
        for dial in tuple(self._dials):
            dial.cancel()
        if self._dials:
            await asyncio.wait(self._dials)

    async def apply_faults(self) -> None:
        """Bring port and connections in line with `faults` after they changed."""
        if self.faults.dropped:
            await self.listener.shut()
        else:
            await self.listener.open()
        self.listener.freeze(self.faults.frozen)

    def spoilt(self, data: bytes) -> bytes:
        """Return what a client receives in place of `data`."""
        return self._random.randbytes(len(data)) if self.faults.garbage else data

    def dial(self, client: _ClientSide) -> None:
        """Connect a new client to the server."""
        self.connections += 1
        task = asyncio.get_running_loop().create_task(self._dial(client))
        self._dials.add(task)
        task.add_done_callback(self._dials.discard)

    async def _dial(self, client: _ClientSide) -> None:
        host, port = self._upstream()
        try:
            await asyncio.get_running_loop().create_connection(lambda: _ServerSide(client), host, port)
        except OSError:
            client.end()

    def _accept(self) -> asyncio.Protocol:
        return _ClientSide(self)


class _ClientSide(asyncio.Protocol):
    """The client's connection. What it reads before the server's side stands is kept: a request not to read
    has no effect in `connection_made` of Python 3.11.2, which is Debian 12's."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.transport: asyncio.Transport | None = None
        self._server: _ServerSide | None = None
        self._early = b""
        self._late: deque[asyncio.TimerHandle] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.pause_reading()
        self.relay.listener.connections.add(self)
        self.relay.dial(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.relay.listener.connections.discard(self)
        self.transport = None
        for handle in self._late:
            handle.cancel()
        if self._server is not None:
            self._server.end()

    def data_received(self, data: bytes) -> None:
        if self._server is None or self.relay.listener.frozen:
            self._early += data
        elif not self.relay.faults.half_open:
            self._server.write(data)

    def joined(self, server: _ServerSide) -> None:
        """Take the server's side: from now on bytes pass."""
        self._server = server
        if self.transport is None:
            server.end()
        elif self.relay.listener.frozen:
            server.hold(True)
        else:
            self._pass_early()
            self.transport.resume_reading()

    def freeze(self) -> None:
        """Stop reading on both sides."""
        self._hold(True)

    def thaw(self) -> None:
        """Read on, on both sides."""
        self._pass_early()
        self._hold(False)

    def write(self, data: bytes) -> None:
        """Pass the server's bytes on, late if so asked."""
        delay_s = self.relay.faults.delay_s
        if delay_s > 0:
            self._late.append(asyncio.get_running_loop().call_later(delay_s, self._write_late, data))
        else:
            self._write(data)

    def end(self) -> None:
        """Cut the client."""
        if self.transport is not None:
            reset(self.transport)

    def _pass_early(self) -> None:
        """Pass on what came before the server's side stood, or while nothing was to be read."""
        if self._server is not None and self._early:
            early, self._early = self._early, b""
            self.data_received(early)

    def _hold(self, held: bool) -> None:
        if self._server is None or self.transport is None:
            return  # not joined yet: `joined` looks at the listener itself
        self._server.hold(held)
        self.transport.pause_reading() if held else self.transport.resume_reading()

    def _write_late(self, data: bytes) -> None:
        self._late.popleft()
        self._write(data)

    def _write(self, data: bytes) -> None:
        if self.transport is not None and not self.relay.faults.half_open:
            self.transport.write(self.relay.spoilt(data))


class _ServerSide(asyncio.Protocol):
    """Our connection to the server behind."""

    def __init__(self, client: _ClientSide) -> None:
        self._client = client
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._client.joined(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self._client.end()

    def data_received(self, data: bytes) -> None:
        self._client.write(data)

    def write(self, data: bytes) -> None:
        """Pass the client's bytes on."""
        if self._transport is not None:
            self._transport.write(data)

    def hold(self, held: bool) -> None:
        """Stop reading, or read on."""
        if self._transport is not None:
            self._transport.pause_reading() if held else self._transport.resume_reading()

    def end(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()
