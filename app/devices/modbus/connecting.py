"""How the line of a Modbus device is opened, by its protocol."""

from __future__ import annotations

from app.devices.addresses import host_and_port
from app.devices.modbus.device import Connector
from app.devices.modbus.framing import Mbap, Rtu
from app.devices.modbus.line import Line, Note, open_tcp
from app.model.spec import DeviceSpec, Protocol

__all__ = ["connector"]


def connector(spec: DeviceSpec) -> Connector:
    """Return what opens a line to the device. Raises ConfigurationFault for an address that cannot be read."""
    if spec.protocol is Protocol.MODBUS_RTU:
        return _serial_connector(spec)
    host, port = host_and_port(spec.address)
    rtu = spec.protocol is Protocol.MODBUS_RTU_TCP

    async def connect(note: Note) -> Line:
        framing = Rtu() if rtu else Mbap()
        return await open_tcp(host, port, framing=framing, timeout_s=spec.timeout_ms / 1000, note=note)

    return connect


def _serial_connector(spec: DeviceSpec) -> Connector:
    from app.devices.modbus.serial import open_serial, serial_port

    port = serial_port(spec.address)

    async def connect(note: Note) -> Line:
        return await open_serial(port, note=note)

    return connect
