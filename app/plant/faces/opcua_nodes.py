"""The address space of an OPC UA PLC: one folder per equipment, tags and command blocks as variables."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from asyncua import ua
from asyncua.server.server import Server
from asyncua.ua.status_codes import StatusCodes

from app.errors import ConfigurationFault
from app.model.commands.block import Echo
from app.model.points import OpcUaPoint
from app.model.spec import TagKind, TagSpec

__all__ = ["BLOCK_FIELDS", "ECHO_FIELDS", "Nodes", "Variable", "data_value"]

BLOCK_FIELDS: Final = {
    "epoch": ua.VariantType.UInt32,
    "heartbeat": ua.VariantType.UInt16,
    "equipment": ua.VariantType.UInt16,
    "verb": ua.VariantType.UInt16,
    "value": ua.VariantType.Float,
    "sequence": ua.VariantType.UInt32,
}
ECHO_FIELDS: Final = {
    "sequence": ua.VariantType.UInt32,
    "result": ua.VariantType.UInt16,
    "reason": ua.VariantType.UInt16,
    "writes": ua.VariantType.UInt32,
}
FLOATS: Final = (ua.VariantType.Float, ua.VariantType.Double)
FIRST_OWN_NAMESPACE: Final = 2


@dataclass(slots=True)
class Variable:
    """One node with a value."""

    node: ua.NodeId
    type: ua.VariantType


class Nodes:
    """Makes and finds the variables of one server."""

    def __init__(self, server: Server, uri: str) -> None:
        self._server, self._uri = server, uri
        self._folders: dict[str, Any] = {}

    async def add_tag(self, tag: TagSpec) -> Variable:
        """Make the variable of a tag."""
        assert isinstance(tag.point, OpcUaPoint)
        kind = _type_of(tag)
        start: Any = f"{tag.path.split('/')[0].upper()} PLC 1.0" if kind is ua.VariantType.String else _zero(kind)
        return await self._add(tag.point.node, tag.path.rsplit("/", 1), start, kind)

    async def add_fields(
        self, prefix: OpcUaPoint, folder: str, fields: dict[str, ua.VariantType], *, writable: bool
    ) -> dict[str, Variable]:
        """Make the variables of a command block or its echo below a prefix."""
        made: dict[str, Variable] = {}
        for name, kind in fields.items():
            made[name] = await self._add(prefix.node + name, (folder, name), _zero(kind), kind)
            if writable:
                await self._server.get_node(made[name].node).set_writable()
        return made

    async def _add(self, text: str, place: Sequence[str], start: Any, kind: ua.VariantType) -> Variable:
        node = await self._node_id(text)
        folder = await self._folder(place[0] if len(place) > 1 else "tags")
        try:
            await folder.add_variable(node, ua.QualifiedName(place[-1], node.NamespaceIndex), start, varianttype=kind)
        except ua.uaerrors.BadNodeIdExists:
            raise ConfigurationFault(f"two tags name the node {text}") from None
        return Variable(node, kind)

    async def _folder(self, name: str) -> Any:
        """Return the folder of an equipment. Small folders: adding a variable is quadratic in its siblings."""
        if name not in self._folders:
            label = ua.QualifiedName(name, FIRST_OWN_NAMESPACE)
            node = ua.NodeId(ua.String(f"folder/{name}"), ua.Int16(FIRST_OWN_NAMESPACE))
            self._folders[name] = await self._server.nodes.objects.add_folder(node, label)
        return self._folders[name]

    async def _node_id(self, text: str) -> ua.NodeId:
        """Read `nsu=URI;s=…` or `ns=2;s=…`, and give the server the namespaces that are named."""
        if text.startswith("nsu="):
            uri, _, rest = text[4:].partition(";")
            index = await self._server.register_namespace(uri)
            return ua.NodeId.from_string(f"ns={index};{rest}")
        try:
            node = ua.NodeId.from_string(text)
        except (ua.uaerrors.UaError, ValueError):
            raise ConfigurationFault(f"{text!r} is not an OPC UA node") from None
        known = len(await self._server.get_namespace_array())
        for index in range(known, node.NamespaceIndex + 1):
            await self._server.register_namespace(self._uri if index == FIRST_OWN_NAMESPACE else f"{self._uri}:{index}")
        return node


def data_value(raw: float, kind: ua.VariantType, at: dt.datetime) -> ua.DataValue:
    """Return a value with its source time `at` (UTC); not-a-number becomes BadSensorFailure without a value."""
    if math.isnan(raw):
        status = ua.StatusCode(ua.UInt32(StatusCodes.BadSensorFailure))
        return ua.DataValue(ua.Variant(None, ua.VariantType.Null), status, SourceTimestamp=_time(at))
    return ua.DataValue(_variant(raw, kind), SourceTimestamp=_time(at))


def echo_values(echo: Echo) -> dict[str, int]:
    """Return the echo by field."""
    return {
        "sequence": echo.sequence,
        "result": int(echo.result),
        "reason": int(echo.reason),
        "writes": echo.writes,
    }


def _time(at: dt.datetime) -> ua.DateTime:
    return ua.DateTime.fromtimestamp(at.timestamp(), dt.UTC)


def _variant(raw: float, kind: ua.VariantType) -> ua.Variant:
    if kind is ua.VariantType.Boolean:
        return ua.Variant(raw >= 0.5, kind)
    return ua.Variant(raw if kind in FLOATS else round(raw), kind)


def _zero(kind: ua.VariantType) -> Any:
    return False if kind is ua.VariantType.Boolean else 0.0 if kind in FLOATS else 0


def _type_of(tag: TagSpec) -> ua.VariantType:
    match tag.kind:
        case TagKind.DISCRETE:
            return ua.VariantType.Boolean
        case TagKind.ENUM:
            return ua.VariantType.Int32
        case TagKind.TEXT:
            return ua.VariantType.String
        case TagKind.COUNTER if tag.decimals == 0:
            return ua.VariantType.UInt32
        case _:
            return ua.VariantType.Double
