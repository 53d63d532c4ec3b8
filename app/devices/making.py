"""From a device of the site to its driver and to its command link: the only place that knows all protocols."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from app.clock import Clock
from app.devices.base import Device
from app.devices.modbus.device import Connector, ModbusDevice
from app.devices.modbus.framing import Mbap, Rtu
from app.devices.modbus.line import Line, Note, open_tcp
from app.errors import ConfigurationFault
from app.model.spec import DeviceSpec, Protocol, TagSpec

__all__ = ["make_device"]


def make_device(spec: DeviceSpec, tags: Sequence[TagSpec], *, clock: Clock, private: Path,
                random: Random | None = None, intern: Callable[[str], float] | None = None) -> Device:  # fmt: skip
    """Make the driver of a device for its tags (numbered; those without a point are left out).

    `private` is this workstation's folder for keys and certificates. `random` gives the jitter of the back-off.
    `intern` gives a text its number. Raises ConfigurationFault for an address that cannot be read.
    """
    return ModbusDevice(spec, tags, clock=clock, connect=_tcp_connector(spec), random=random, intern=intern)


def _tcp_connector(spec: DeviceSpec) -> Connector:
    host, port = host_and_port(spec.address)
    rtu = spec.protocol is Protocol.MODBUS_RTU_TCP

    async def connect(note: Note) -> Line:
        framing = Rtu() if rtu else Mbap()
        return await open_tcp(host, port, framing=framing, timeout_s=spec.timeout_ms / 1000, note=note)

    return connect


def host_and_port(address: str) -> tuple[str, int]:
    """Split `host:port` (IPv6 in brackets; port 502 if none). Raises ConfigurationFault."""
    host, _, port = address.rpartition(":") if not address.endswith("]") and ":" in address else (address, "", "502")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ConfigurationFault(f"address {address!r}: expected host:port")
    return host.strip("[]"), int(port)
