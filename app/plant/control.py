"""The plant's control port: one JSON object a line over loopback, and the client for it.

Ask: `{"do": "fault", "kind": "trip", "target": "ps01/pump1", "params": {"code": "overload"}}`, and likewise `clear`,
`state`, `scenario` (`name`), `addresses`. Answer: `{"ok": true, "result": …}` or `{"ok": false, "error": "…"}`.
"""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from app.errors import ConfigurationFault, EnvironmentFault, QianliyanError

if TYPE_CHECKING:
    from app.plant.faults import Param
    from app.plant.plant import Plant

__all__ = ["ControlServer", "PlantControl"]

MAX_LINE: Final = 65_536


class ControlServer:
    """Serves the control port. Anyone on this machine may use it: the plant is for demo, training and tests."""

    def __init__(self, plant: Plant, host: str, port: int) -> None:
        self._plant, self._host, self._port = plant, host, port
        self._server: asyncio.Server | None = None
        self._links: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> tuple[str, int]:
        """Listen and return host and port. Raises EnvironmentFault when the port is taken."""
        try:
            self._server = await asyncio.start_server(self._accept, self._host, self._port, limit=MAX_LINE)
        except OSError as e:
            raise EnvironmentFault(f"control port {self._host}:{self._port}: {e.strerror or e}") from e
        host, port = self._server.sockets[0].getsockname()[:2]
        return str(host), int(port)

    async def close(self) -> None:
        """Stop listening and hang up."""
        if self._server is None:
            return
        self._server.close()
        for link in tuple(self._links):
            link.transport.abort()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._server.wait_closed()
        self._server = None

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._tasks.add(task)
        self._links.add(writer)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                writer.write(json.dumps(await self._answer(line)).encode() + b"\n")
                await writer.drain()
        except (ConnectionError, ValueError):
            pass  # the client has gone, or sends a line without end: hang up
        finally:
            self._links.discard(writer)
            writer.transport.abort()

    async def _answer(self, line: bytes) -> Mapping[str, Any]:
        try:
            asked = json.loads(line)
            return {"ok": True, "result": await self._do(asked)}
        except QianliyanError as e:
            return {"ok": False, "error": str(e)}
        except (ValueError, KeyError, TypeError, AttributeError) as e:
            return {"ok": False, "error": f"cannot be understood: {e!r}"}

    async def _do(self, asked: Mapping[str, Any]) -> Any:
        plant = self._plant
        match asked["do"]:
            case "fault":
                return await plant.fault(asked["kind"], asked["target"], **asked.get("params", {}))
            case "clear":
                return await plant.clear(asked.get("kind", ""), asked.get("target", ""))
            case "scenario":
                return plant.begin(asked["name"])
            case "state":
                return plant.state()
            case "addresses":
                return plant.addresses()
            case other:
                raise ConfigurationFault(f"unknown: {other!r}; known: fault, clear, scenario, state, addresses")


class PlantControl:
    """Speaks to a plant in another process (or thread). Blocking; one connection per call, bounded by `timeout_s`.

    Every method raises EnvironmentFault when the plant cannot be reached and ConfigurationFault when it refuses.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 15020, *, timeout_s: float = 5.0) -> None:
        self._address, self._timeout_s = (host, port), timeout_s

    def fault(self, kind: str, target: str, **params: Param) -> None:
        """Make a fault (app.plant.faults.FaultKind); it is in force when this returns."""
        self._ask({"do": "fault", "kind": kind, "target": target, "params": params})

    def clear(self, kind: str = "", target: str = "") -> int:
        """Undo faults of a kind and target; empty means any. Returns how many there were."""
        return int(self._ask({"do": "clear", "kind": kind, "target": target}))

    def state(self) -> dict[str, Any]:
        """Return what is true in the plant now."""
        return dict(self._ask({"do": "state"}))

    def scenario(self, name: str) -> None:
        """Start a scenario: dry or storm."""
        self._ask({"do": "scenario", "name": name})

    def addresses(self) -> dict[str, Any]:
        """Return where the plant's servers listen."""
        return dict(self._ask({"do": "addresses"}))

    def _ask(self, question: Mapping[str, Any]) -> Any:
        try:
            with socket.create_connection(self._address, self._timeout_s) as link, link.makefile("rwb") as stream:
                stream.write(json.dumps(question).encode() + b"\n")
                stream.flush()
                line = stream.readline()
        except OSError as e:
            host, port = self._address
            raise EnvironmentFault(f"no plant answers at {host}:{port}: {e.strerror or e}") from e
        if not line:
            raise EnvironmentFault("the plant hung up")
        answer = json.loads(line)
        if not answer["ok"]:
            raise ConfigurationFault(answer["error"])
        return answer["result"]
