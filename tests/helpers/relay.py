"""A TCP relay between a driver and its server that can freeze, as a stopped process or a half-open path does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

__all__ = ["Relay", "relay_to"]


class Relay:
    """Passes bytes both ways until told otherwise."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.port = 0
        self.sent_to_server = 0
        """Bytes passed on towards the server."""
        self._running = asyncio.Event()
        self._running.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    def freeze(self) -> None:
        """Keep all connections and take new ones, but pass nothing on."""
        self._running.clear()

    def thaw(self) -> None:
        """Pass on again, also what waited."""
        self._running.set()

    async def start(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Drop everything."""
        if self._server is not None:
            self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self._writers.add(far_writer)
        for source, target, counted in ((reader, far_writer, True), (far_reader, writer, False)):
            task = asyncio.create_task(self._pump(source, target, counted))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter, counted: bool) -> None:
        try:
            while data := await source.read(65536):
                await self._running.wait()
                self.sent_to_server += len(data) if counted else 0
                target.write(data)
                await target.drain()
        except OSError:
            pass  # one side is gone: the other one is told below
        target.transport.abort()


@asynccontextmanager
async def relay_to(port: int) -> AsyncIterator[Relay]:
    """Run a relay in front of a port."""
    relay = Relay(port)
    await relay.start()
    try:
        yield relay
    finally:
        await relay.stop()
