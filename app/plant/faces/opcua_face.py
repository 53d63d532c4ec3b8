"""An OPC UA endpoint of the site: tags and command blocks on an asyncua server, behind a relay that can misbehave."""

from __future__ import annotations

import datetime as dt
import hmac
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlparse

from asyncua import ua
from asyncua.common.callback import CallbackType
from asyncua.crypto.permission_rules import User, UserRole
from asyncua.server.server import Server
from asyncua.server.user_managers import UserManager
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes

from app.errors import ConfigurationFault, EnvironmentFault
from app.model.commands.block import BlockOut, Echo, EchoReason
from app.model.points import OpcUaPoint
from app.model.spec import CommandSpec, DeviceSpec, Equipment, TagKind, TagSpec, TargetKind
from app.plant.faces.certificate import fingerprint_of, plant_identity
from app.plant.faces.linkfaults import Mismatch
from app.plant.faces.modbus import Traffic
from app.plant.faces.opcua_nodes import BLOCK_FIELDS, ECHO_FIELDS, Nodes, Variable, data_value, echo_values
from app.plant.faces.relay import Relay
from app.plant.programs.station import StationProgram

__all__ = ["OpcUaFace"]

LOOPBACK: Final = "127.0.0.1"
SECURE: Final = "Basic256Sha256"
CURRENT_TIME: Final = ua.NodeId(ua.Int32(ObjectIds.Server_ServerStatus_CurrentTime))
FAILED: Final = ua.StatusCode(ua.UInt32(StatusCodes.BadDeviceFailure))


@dataclass(slots=True)
class _Block:
    """A command block and its echo among the nodes."""

    station: StationProgram
    fields: dict[ua.NodeId, str]
    sequence: ua.NodeId
    echo: dict[str, Variable]


class OpcUaFace:
    """Serves the tags of one OPC UA device. Source times are those of the PLC's own clock."""

    def __init__(
        self,
        spec: DeviceSpec,
        tags: Sequence[TagSpec],
        stations: Sequence[StationProgram],
        *,
        private: Path,
        password: str | None,
    ) -> None:
        self.device = spec.id
        self.fingerprint: str | None = None
        self.mismatches: tuple[Mismatch, ...] = ()
        self.traffic = Traffic()
        self._spec, self._tags, self._private = spec, list(tags), private
        self._stations = [s for s in stations if any(t.path in s.plan.tags for t in tags)]
        self._password = _password(spec, password)
        url = urlparse(spec.address)
        self._relay = Relay(url.hostname or LOOPBACK, url.port or 4840, upstream=self._inner)
        self.faults = self._relay.faults
        self._server: Server | None = None
        self._points = {t.path: t.point for t in tags if isinstance(t.point, OpcUaPoint)}
        self._variables: dict[str, Variable] = {}
        self._blocks: list[_Block] = []
        self._direct: dict[ua.NodeId, tuple[StationProgram, Equipment, tuple[CommandSpec, ...]]] = {}
        self._shown: dict[str, float] = {}
        self._refused: set[str] = set()
        self._second = 0

    @property
    def address(self) -> str:
        """Return the endpoint's URL."""
        host, port = self._relay.listener.address
        return f"opc.tcp://{host}:{port}{urlparse(self._spec.address).path}"

    async def open(self) -> None:
        """Build the server and listen."""
        server = Server(user_manager=_Users(self._spec.user, self._password) if self._spec.user else None)
        await server.init()
        self._server = server
        await self._secure(server)
        await self._build(server)
        server.socket_address = (LOOPBACK, 0)
        server.set_endpoint(self.address)
        # The server's own clock task would hold up closing by a second; `publish` writes the time instead.
        server.disable_clock()
        await server.start()
        # Events are named by members of the enumeration, whatever the annotation says.
        server.iserver.subscribe_server_callback(cast("str", CallbackType.PostWrite), self._written)
        try:
            await self._relay.listener.open()
        except OSError as e:
            raise EnvironmentFault(f"{self.device}: cannot listen on {self.address}: {e.strerror or e}") from e

    async def close(self) -> None:
        """Stop listening, cut every connection, end the server."""
        await self._relay.close()
        server, self._server = self._server, None
        if server is not None and server.bserver is not None:
            await server.stop()

    async def publish(self, values: Mapping[str, float]) -> None:
        """Write the values that changed, with the PLC's time as source time."""
        if self._server is None:
            return
        at = self._time()
        for path, variable in self._variables.items():
            value = values.get(path)
            if value is not None and _changed(value, self._shown.get(path)):
                self._shown[path] = value
                await self._show(path, variable, value, at)
        if int(at.timestamp()) != self._second:
            self._second = int(at.timestamp())
            now = ua.DataValue(ua.Variant(at, ua.VariantType.DateTime))
            await self._server.write_attribute_value(CURRENT_TIME, now)

    async def apply_faults(self) -> None:
        """Bring port and connections in line with the faults."""
        await self._relay.apply_faults()

    def cut(self) -> None:
        """Reset every connection."""
        self._relay.listener.cut()

    def refuse(self, path: str, refused: bool) -> None:
        """Give the tag's node the status BadDeviceFailure, or its value back, with the next publishing."""
        if path not in self._variables:
            raise KeyError(path)
        self._refused.add(path) if refused else self._refused.discard(path)
        self._shown.pop(path, None)

    def describe(self) -> dict[str, Any]:
        """Return address, traffic and whether the line is disturbed."""
        self.traffic.connections = self._relay.connections
        return {"address": self.address, **asdict(self.traffic), "disturbed": self.faults.active}

    def _inner(self) -> tuple[str, int]:
        """Return where the server behind the relay listens."""
        assert self._server is not None and self._server.bserver is not None
        return LOOPBACK, self._server.bserver.port

    async def _secure(self, server: Server) -> None:
        """Set certificate, policy and identity tokens."""
        identity = plant_identity(self._private, self.device)
        await server.set_application_uri(identity.uri)
        server.set_server_name(f"Plant {self.device}")
        policy = ua.SecurityPolicyType.NoSecurity
        if self._spec.security == SECURE:
            self.fingerprint = fingerprint_of(identity)
            await server.load_certificate(identity.certificate, "PEM")
            await server.load_private_key(identity.key, format="PEM")
            policy = ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt
        server.set_security_policy([policy])
        tokens: list[type] = [ua.UserNameIdentityToken] if self._spec.user else [ua.AnonymousIdentityToken]
        server.set_identity_tokens(tokens)

    async def _build(self, server: Server) -> None:
        nodes = Nodes(server, f"urn:qianliyan:plant:{self.device}:tags")
        for tag in self._tags:
            variable = await nodes.add_tag(tag)
            if tag.kind is not TagKind.TEXT:
                self._variables[tag.path] = variable
        for station in self._stations:
            block = station.plan.block
            if block is not None and block.device == self.device:
                await self._add_block(nodes, station, block.base, block.echo)
            self._add_direct(station)
        for node in self._direct:
            await server.get_node(node).set_writable()

    async def _add_block(self, nodes: Nodes, station: StationProgram, base: object, echo: object) -> None:
        if not isinstance(base, OpcUaPoint) or not isinstance(echo, OpcUaPoint):
            raise ConfigurationFault(f"{station.plan.id}: the command block of an OPC UA device needs node prefixes")
        name = station.plan.id
        fields = await nodes.add_fields(base, f"{name}/cmd", BLOCK_FIELDS, writable=True)
        shown = await nodes.add_fields(echo, f"{name}/echo", ECHO_FIELDS, writable=False)
        by_node = {v.node: field for field, v in fields.items()}
        self._blocks.append(_Block(station, by_node, fields["sequence"].node, shown))

    def _add_direct(self, station: StationProgram) -> None:
        """Note the nodes that commands without a block are written to: they must be tags, which have a type."""
        by_node = {v.node.to_string(): v.node for v in self._variables.values()}
        for equipment in station.plan.equipment:
            for spec in equipment.commands:
                if isinstance(spec.point, OpcUaPoint) and spec.point.node in by_node:
                    same = tuple(c for c in equipment.commands if c.point == spec.point)
                    self._direct[by_node[spec.point.node]] = (station, equipment, same)

    async def _show(self, path: str, variable: Variable, value: float, at: dt.datetime) -> None:
        assert self._server is not None
        point = self._points[path]
        shown = data_value((value - point.offset) / point.scale, variable.type, at)
        if path in self._refused:
            shown = ua.DataValue(ua.Variant(None, ua.VariantType.Null), FAILED, SourceTimestamp=shown.SourceTimestamp)
        await self._server.write_attribute_value(variable.node, shown)

    async def _written(self, event: Any, _service: Any) -> None:
        """Look at a Write call that has been carried out: a command block, or direct commands."""
        if not event.is_external:
            return
        self.traffic.writes += 1
        values = event.request_params.NodesToWrite
        taken = {
            v.NodeId: v.Value.Value.Value for v, r in zip(values, event.response_params, strict=True) if r.is_good()
        }
        for block in self._blocks:
            if block.sequence in taken:
                last = values[-1].NodeId == block.sequence
                await self._take_block(block, taken, whole=last and block.fields.keys() <= taken.keys())
        for node, value in taken.items():
            if node in self._direct:
                _obey_direct(*self._direct[node], float(value))

    async def _take_block(self, block: _Block, taken: Mapping[ua.NodeId, Any], *, whole: bool) -> None:
        if whole:
            fields = {name: taken[node] for node, name in block.fields.items()}
            echo = block.station.command(BlockOut(**fields))
        else:
            # A part of a block is no command: it could join the head of one with the tail of another.
            echo = block.station.desk.reject(int(taken[block.sequence]), EchoReason.REFUSED)
        await self._show_echo(block, echo)

    async def _show_echo(self, block: _Block, echo: Echo) -> None:
        assert self._server is not None
        at = self._time()
        for name, value in echo_values(echo).items():
            variable = block.echo[name]
            await self._server.write_attribute_value(variable.node, data_value(value, variable.type, at))

    def _time(self) -> dt.datetime:
        """Return the PLC's own time."""
        seconds = self._stations[0].clock_s() if self._stations else 0.0
        return dt.datetime.fromtimestamp(seconds, dt.UTC)


class _Users(UserManager):
    """Knows one user and the password that the environment gave."""

    def __init__(self, user: str, password: str) -> None:
        self._user, self._password = user, password

    def get_user(
        self, iserver: Any, username: str | None = None, password: str | None = None, certificate: Any = None
    ) -> User | None:
        """Return the user when name and password are right, None otherwise."""
        right = hmac.compare_digest((password or "").encode(), self._password.encode())
        return User(role=UserRole.User, name=username) if right and username == self._user else None


def _obey_direct(station: StationProgram, equipment: Equipment, commands: Sequence[CommandSpec], raw: float) -> None:
    """Carry out what one node says: a verb's code, or the value of a set-point."""
    for spec in commands:
        if spec.target is not TargetKind.NONE and isinstance(spec.point, OpcUaPoint):
            station.command_direct(equipment, spec, raw * spec.point.scale + spec.point.offset)
        elif spec.code == raw:
            station.command_direct(equipment, spec, 0.0)


def _password(spec: DeviceSpec, password: str | None) -> str:
    if spec.user and not password:
        name = f"QIANLIYAN_PASSWORD_{spec.id.upper().replace('-', '_')}"
        raise ConfigurationFault(f"{spec.id}: its server asks for a password; set {name}")
    return password or ""


def _changed(new: float, old: float | None) -> bool:
    return old is None or (new != old and not (math.isnan(new) and math.isnan(old)))
