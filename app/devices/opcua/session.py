"""One session with an OPC UA server: opened within a time, closed without waiting for a server that is gone.

asyncua's own reconnection stays off: it would hold requests, writes included, for up to a minute and then send them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import struct
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, Final

from asyncua import ua
from asyncua.client.client import Client
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256
from asyncua.crypto.uacrypto import CertProperties
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uaerrors import UaError, UaStatusCodeError

from app.devices import pinning
from app.devices.addresses import why_unreached
from app.devices.opcua.identity import own_identity
from app.devices.opcua.status import proves_not_taken
from app.devices.secrets import password_of
from app.errors import BadReply, ConfigurationFault, DeviceFault, LinkDown, QianliyanError, Refused
from app.model.spec import DeviceSpec

__all__ = ["CertificateOffered", "Session", "foreign_errors", "open_session", "server_certificate"]

_log: Final = logging.getLogger(__name__)
CLOSING_S: Final = 0.5
SESSION_TIMEOUT_MS: Final = 30_000
"""Servers in PLCs hold few sessions: one that we dropped must not block its place for an hour."""


class CertificateOffered(ConfigurationFault):
    """The server shows a certificate that nobody has accepted yet; it is kept as offered."""


@contextlib.asynccontextmanager
async def foreign_errors(timeout_s: float) -> AsyncIterator[None]:
    """Bound the time and turn whatever asyncua raises into our own errors."""
    try:
        async with asyncio.timeout(timeout_s):
            yield
    except QianliyanError:
        raise
    except TimeoutError:
        raise LinkDown("no answer in time") from None
    except UaStatusCodeError as fault:
        raise Refused(f"{type(fault).__name__}: {fault}", fault.code) from fault
    except OSError as fault:
        raise LinkDown(why_unreached(fault)) from fault
    except UaError as fault:
        if str(fault).startswith("No matching endpoints"):
            raise LinkDown("the server offers no endpoint of the stated security") from fault
        raise LinkDown(f"{type(fault).__name__}: {fault}") from fault
    except Exception as fault:  # parsers and ciphers raise anything when the other end sends rubbish
        raise BadReply(f"{type(fault).__name__}: {fault}") from fault


class Session:
    """A connected client. `lost` is set when the transport goes."""

    def __init__(self, client: Client, *, timeout_s: float) -> None:
        self.client: Final = client
        self.timeout_s: Final = timeout_s
        self.lost: Final = asyncio.Event()
        self.namespaces: tuple[str, ...] = ()

    @property
    def up(self) -> bool:
        """True while the transport stands."""
        return not self.lost.is_set() and self._transport() is not None

    def node_id(self, text: str) -> ua.NodeId:
        """Read `ns=2;s=…` or `nsu=URI;s=…`. Raises Refused for a text or a namespace that the server does not know."""
        try:
            node = ua.NodeId.from_string(text)
        except (UaError, ValueError) as fault:
            raise Refused(f"{text}: no node id", int(StatusCodes.BadNodeIdInvalid)) from fault
        if isinstance(node, ua.ExpandedNodeId) and node.NamespaceUri:
            if node.NamespaceUri not in self.namespaces:
                raise Refused(f"{text}: the server has no such namespace", int(StatusCodes.BadNodeIdUnknown))
            index = ua.Int16(self.namespaces.index(node.NamespaceUri))
            return ua.NodeId(node.Identifier, index, node.NodeIdType)
        return node

    async def read(self, nodes: list[ua.NodeId]) -> list[ua.DataValue]:
        """Read values by one Read call. Raises LinkDown, Refused or BadReply."""
        async with foreign_errors(self.timeout_s):
            found: list[ua.DataValue] = await self.client.uaclient.read_attributes(nodes, AttributeIds.Value)
        if len(found) != len(nodes):
            raise BadReply(f"{len(found)} values for {len(nodes)} nodes")
        return found

    async def write(self, values: list[tuple[ua.NodeId, ua.Variant]], fence: Callable[[], None]) -> None:
        """Write by one Write call, in order. `fence` runs right before the bytes go to the transport.

        Raises what the fence raises (nothing was sent; the session is then closed, as its sequence has a hole),
        LinkDown, Refused (nothing was taken) or BadReply (some were taken, or perhaps all).
        """
        parameters = ua.WriteParameters(
            NodesToWrite=[
                ua.WriteValue(NodeId=node, AttributeId=AttributeIds.Value, Value=ua.DataValue(variant))
                for node, variant in values
            ]
        )
        with self._fenced(fence) as gate:
            try:
                async with foreign_errors(self.timeout_s):
                    results = await self.client.uaclient.write(parameters)
            except DeviceFault as fault:
                if gate.fault is not None:
                    raise gate.fault from None
                if isinstance(fault, Refused) and not proves_not_taken(fault.code):
                    raise BadReply(f"perhaps written: {fault}") from fault
                raise
        bad = [result for result in results if not result.is_good()]
        unsure = any(not proves_not_taken(result.value) for result in bad)
        if len(results) != len(values) or unsure or (bad and len(bad) < len(values)):
            raise BadReply(f"perhaps written, or in part: {[result.name for result in results]}")
        if bad:
            raise Refused(f"write refused: {bad[0].name}", bad[0].value)

    async def close(self) -> None:
        """End the session in good order if the server answers at once, else drop it."""
        if self.up:
            try:
                async with asyncio.timeout(CLOSING_S):
                    await self.client.disconnect()
            except (TimeoutError, OSError, UaError):
                _log.debug("no orderly end of the session", exc_info=True)
        self.abort()
        await _let_go(self.client)

    def abort(self) -> None:
        """Reset the connection (SO_LINGER 0): bytes still in this kernel are thrown away, not delivered late."""
        self.lost.set()
        transport = self._transport()
        if transport is None:
            return
        sock = transport.get_extra_info("socket")
        if sock is not None:
            with contextlib.suppress(OSError):  # the peer was faster: nothing is left to throw away
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()

    def _transport(self) -> Any:
        protocol = self.client.uaclient.protocol
        return None if protocol is None else protocol.transport

    @contextlib.contextmanager
    def _fenced(self, fence: Callable[[], None]) -> Iterator[_Gate]:
        protocol: Any = self.client.uaclient.protocol
        if protocol is None or protocol.transport is None:
            raise LinkDown("not connected")
        gate = _Gate(protocol.transport, fence, asyncio.current_task())
        protocol.transport = gate
        try:
            yield gate
        finally:
            if protocol.transport is gate:
                protocol.transport = gate.transport
            if gate.fault is not None:
                self.abort()


class _Gate:
    """Stands before a transport and runs the fence in the same step as the bytes of one task's request.

    When the fence raises, nothing is sent and the transport is dropped: the encoded request took a sequence number
    that the server will never see.
    """

    def __init__(self, transport: Any, fence: Callable[[], None], task: asyncio.Task[Any] | None) -> None:
        self.transport: Final = transport
        self.fault: Exception | None = None
        self._fence = fence
        self._task = task

    def write(self, data: bytes) -> None:
        if asyncio.current_task() is self._task:
            try:
                self._fence()
            except Exception as fault:  # noqa: BLE001 - whatever it raises goes to the caller of the write
                self.fault = fault
                self.transport.abort()
                return
        self.transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.transport, name)


async def open_session(spec: DeviceSpec, *, private: Path, watchdog_s: float) -> Session:
    """Connect to a device's server. Raises LinkDown, Refused, BadReply, CertificateOffered or ConfigurationFault.

    `watchdog_s` is how often asyncua itself looks whether the server is alive.
    """
    timeout_s = spec.timeout_ms / 1000
    client = Client(spec.address, timeout=timeout_s, watchdog_intervall=watchdog_s, auto_reconnect=False)
    client.name = client.description = "Qianliyan"
    client.session_timeout = SESSION_TIMEOUT_MS
    if spec.user:
        client.set_user(spec.user)
        client.set_password(password_of(spec.id))
    if spec.security != "none":
        await _secure(client, spec, private)
    session = Session(client, timeout_s=timeout_s)
    try:
        await _connect(session)
    except (DeviceFault, asyncio.CancelledError):
        await session.close()
        raise
    return session


async def _connect(session: Session) -> None:
    async def lost(fault: Exception) -> None:
        session.lost.set()

    session.client.connection_lost_callback = lost
    # Connecting takes several requests, each of which has the time of one.
    async with foreign_errors(4 * session.timeout_s):
        await session.client.connect()
        session.namespaces = tuple(await session.client.get_namespace_array())


async def _secure(client: Client, spec: DeviceSpec, private: Path) -> None:
    if spec.security != "Basic256Sha256":
        raise ConfigurationFault(f"{spec.id}: security {spec.security!r} is not supported")
    shown = await server_certificate(spec.address, timeout_s=spec.timeout_ms / 1000)
    pinned = pinning.accepted(spec.id, private=private)
    if pinned is None or pinned.fingerprint != pinning.describe(shown).fingerprint:
        certificate = pinning.offer(spec.id, shown, private=private)
        what = "has a new certificate" if pinned else "shows a certificate"
        raise CertificateOffered(f"the server {what} that nobody has accepted: SHA-256 {certificate.fingerprint}")
    with pinning.keys_in(private):
        identity = own_identity(private)
        client.application_uri = identity.uri
        await client.set_security(
            SecurityPolicyBasic256Sha256,
            CertProperties(identity.certificate),
            CertProperties(identity.key),
            server_certificate=CertProperties(pinned.der, "der"),
            mode=ua.MessageSecurityMode.SignAndEncrypt,
        )


async def server_certificate(address: str, *, timeout_s: float) -> bytes:
    """Ask a server for its certificate over an open channel. Raises LinkDown, Refused or BadReply."""
    client = Client(address, timeout=timeout_s)
    try:
        async with foreign_errors(3 * timeout_s):
            endpoints = await client.connect_and_get_server_endpoints()
    finally:
        await _let_go(client)
    for endpoint in endpoints:
        if endpoint.SecurityMode == ua.MessageSecurityMode.SignAndEncrypt and endpoint.ServerCertificate:
            return bytes(endpoint.ServerCertificate)
    raise Refused("the server offers no endpoint that signs and encrypts")


async def _let_go(client: Client) -> None:
    protocol = client.uaclient.protocol
    if protocol is not None and protocol.transport is not None:
        protocol.transport.abort()
    # The loop tells the protocol of the lost transport on its next turns; closing is then immediate.
    for _ in range(3):
        await asyncio.sleep(0)
    await client.disconnect()
