"""An OPC UA server in process: asyncua, with or without security, that can be stopped and started again."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from asyncua import Server, ua
from asyncua.common.node import Node
from asyncua.crypto.permission_rules import User, UserRole

from app.devices.opcua.identity import own_identity

__all__ = ["NAMESPACE", "OpcUaPartner", "opcua_partner"]

NAMESPACE = "urn:test:plc"
USER, PASSWORD = "operator", "a pass word"
BLOCK_FIELDS = {
    "cmd/epoch": ua.VariantType.UInt32, "cmd/heartbeat": ua.VariantType.UInt16, "cmd/equipment": ua.VariantType.UInt16,
    "cmd/verb": ua.VariantType.UInt16, "cmd/value": ua.VariantType.Float, "cmd/sequence": ua.VariantType.UInt32,
    "echo/sequence": ua.VariantType.UInt32, "echo/result": ua.VariantType.UInt16, "echo/reason": ua.VariantType.UInt16,
    "echo/writes": ua.VariantType.UInt32,
}  # fmt: skip


class _Users:
    def get_user(self, iserver: Any, username: str | None = None, password: str | None = None,
                 certificate: Any = None) -> User | None:  # fmt: skip
        """Know one user."""
        return User(role=UserRole.User, name=username) if (username, password) == (USER, PASSWORD) else None


class OpcUaPartner:
    """Variables t0…t9 (doubles with their number as value) and a command block."""

    def __init__(self, folder: Path, *, secure: bool) -> None:
        self.folder = folder
        self.secure = secure
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.nodes: dict[str, Node] = {}
        self.server: Server | None = None

    async def start(self) -> None:
        """Serve, on the same port and with the same certificate as before."""
        self.server = server = Server(user_manager=_Users() if self.secure else None)
        await server.init()
        server.set_endpoint(f"opc.tcp://127.0.0.1:{self.port}/")
        if self.secure:
            await self._secure(server)
        else:
            server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
        index = await server.register_namespace(NAMESPACE)
        for n in range(10):
            node = ua.NodeId(f"t{n}", index)
            self.nodes[f"t{n}"] = await server.nodes.objects.add_variable(node, f"t{n}", float(n))
        for name, kind in BLOCK_FIELDS.items():
            node = ua.NodeId(name, index)
            self.nodes[name] = made = await server.nodes.objects.add_variable(node, name, 0, kind)
            await made.set_writable()
        await server.start()

    async def take_at_most(self, reads: int, monitors: int, *, say: bool) -> list[int]:
        """Refuse requests with more operations from now on, as small PLCs do, and `say` so in the standard's nodes or
        have no such nodes; return how many each request asks for from now on, reads and monitored items alike."""
        assert self.server is not None
        asked: list[int] = []

        def bounded(most: int, take: Callable[[Any], Any], items: str) -> Callable[[Any], Any]:
            def judge(parameters: Any) -> Any:
                asked.append(len(getattr(parameters, items)))
                if asked[-1] > most:
                    raise ua.UaStatusCodeError(ua.StatusCodes.BadTooManyOperations)
                return take(parameters)

            return judge

        limits = {"MaxNodesPerRead": reads, "MaxMonitoredItemsPerCall": monitors}
        for name, most in limits.items():
            number = getattr(ua.ObjectIds, f"Server_ServerCapabilities_OperationLimits_{name}")
            node = self.server.get_node(ua.NodeId(number))
            if say:
                await node.write_value(most, ua.VariantType.UInt32)
            else:
                await self.server.delete_nodes([node])
        attributes, items = self.server.iserver.attribute_service, self.server.iserver.subscription_service
        attributes.read = bounded(reads, attributes.read, "NodesToRead")  # type: ignore[method-assign]
        items.create_monitored_items = bounded(  # type: ignore[method-assign]
            monitors, items.create_monitored_items, "ItemsToCreate"
        )
        return asked

    async def stop(self) -> None:
        """Stop. asyncua leaves tasks of sessions whose client vanished: they are ended here."""
        if self.server is None:
            return
        await self.server.stop()
        self.server = None
        left = [task for task in asyncio.all_tasks() if "Internal" in str(getattr(task.get_coro(), "__qualname__", ""))]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _secure(self, server: Server) -> None:
        identity = own_identity(self.folder)
        server.set_security_policy([ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt])
        server.set_security_IDs(["Username"])
        await server.set_application_uri(identity.uri)
        await server.load_certificate(str(identity.certificate))
        await server.load_private_key(str(identity.key))


@asynccontextmanager
async def opcua_partner(folder: Path, *, secure: bool = False) -> AsyncIterator[OpcUaPartner]:
    """Run one on a free port."""
    partner = OpcUaPartner(folder, secure=secure)
    await partner.start()
    try:
        yield partner
    finally:
        await partner.stop()
