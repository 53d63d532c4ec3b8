"""Looking through an OPC UA server: every variable with the address that a site file needs."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from pathlib import Path

from asyncua import ua
from asyncua.common.node import Node
from asyncua.ua.object_ids import ObjectIds

from app.devices.opcua.session import Session, foreign_errors, open_session
from app.model.spec import DeviceSpec

__all__ = ["Found", "browse"]


@dataclass(frozen=True, slots=True)
class Found:
    """One variable. `node` is written as in site files; `status` is the server's own word."""

    path: str
    node: str
    type: str
    value: str
    status: str


async def browse(spec: DeviceSpec, *, private: Path, most: int) -> list[Found]:
    """Connect and return up to `most` variables below the Objects folder, the server's own diagnostics left out.

    Raises LinkDown, Refused, BadReply, CertificateOffered or ConfigurationFault.
    """
    session = await open_session(spec, private=private, watchdog_s=3600.0)
    try:
        return await _walk(session, most)
    finally:
        await session.close()


async def _walk(session: Session, most: int) -> list[Found]:
    found: list[Found] = []
    seen: set[ua.NodeId] = {ua.NodeId(ua.Int32(ObjectIds.Server))}
    waiting: deque[tuple[str, Node]] = deque([("", session.client.nodes.objects)])
    while waiting and len(found) < most:
        path, node = waiting.popleft()
        async with foreign_errors(session.timeout_s):
            children = await node.get_children_descriptions()
        for child in children:
            if child.NodeId in seen:
                continue
            seen.add(child.NodeId)
            name = f"{path}/{child.BrowseName.Name}".lstrip("/")
            below = session.client.get_node(child.NodeId)
            waiting.append((name, below))
            if child.NodeClass == ua.NodeClass.Variable and len(found) < most:
                found.append(await _look(session, name, below))
    return found


async def _look(session: Session, path: str, node: Node) -> Found:
    async with foreign_errors(session.timeout_s):
        data = await node.read_data_value(raise_on_bad_status=False)
    value = "" if data.Value is None else str(data.Value.Value)
    kind = "" if data.Value is None else data.Value.VariantType.name
    status = data.StatusCode.name if data.StatusCode is not None else "Good"
    return Found(path, _address(session, node.nodeid), kind, value, status)


def _address(session: Session, node: ua.NodeId) -> str:
    """Write a node id with its namespace's name: numbers of namespaces may change with a server's restart."""
    text = node.to_string()
    index = int(node.NamespaceIndex)
    if index == 0 or index >= len(session.namespaces):
        return text
    return text.replace(f"ns={index};", f"nsu={session.namespaces[index]};", 1)
