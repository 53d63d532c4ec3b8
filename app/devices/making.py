"""From a device of the site to its driver and to its command link: the only place that knows all protocols.

Protocol modules are imported when a site needs them: asyncua alone costs the start of an engine half a second.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Final

from app.clock import Clock
from app.devices.base import CommandLink, Device
from app.errors import ConfigurationFault, LinkDown
from app.model.spec import DeviceSpec, Protocol, TagSpec

__all__ = ["LONGEST_WAIT_MS", "make_command_link", "make_device"]


LONGEST_WAIT_MS: Final = 4_000
"""How long a reply to a command is waited for at most."""


def make_device(spec: DeviceSpec, tags: Sequence[TagSpec], *, clock: Clock, private: Path,
                random: Random | None = None, intern: Callable[[str], float] | None = None) -> Device:  # fmt: skip
    """Make the driver of a device for its tags (numbered; those without a point are left out).

    `private` is this workstation's folder for keys and certificates. `random` gives the jitter of the back-off.
    `intern` gives a text its number. Raises ConfigurationFault for an address that cannot be read.
    """
    if spec.protocol is Protocol.OPCUA:
        from app.devices.opcua.device import OpcUaDevice

        return OpcUaDevice(spec, tags, clock=clock, private=private, random=random, intern=intern)
    from app.devices.modbus.connecting import connector
    from app.devices.modbus.device import ModbusDevice

    return ModbusDevice(spec, tags, clock=clock, connect=connector(spec), random=random, intern=intern)


def make_command_link(spec: DeviceSpec, *, private: Path, device: Device | None = None) -> CommandLink:
    """Make the command link of a device, apart from its polling.

    Only a serial line cannot be opened twice: there `device` must be the driver that polls it, and commands take turns
    with its questions. A command waits for a reply no longer than `LONGEST_WAIT_MS`, however slow the device may be
    polled: later than that its acknowledgement is missing. Raises ConfigurationFault.
    """
    spec = replace(spec, timeout_ms=min(spec.timeout_ms, LONGEST_WAIT_MS))
    if spec.protocol is Protocol.OPCUA:
        from app.devices.opcua.command import OpcUaCommandLink

        return OpcUaCommandLink(spec, private=private)
    from app.devices.modbus.command import ModbusCommandLink
    from app.devices.modbus.connecting import connector
    from app.devices.modbus.device import ModbusDevice
    from app.devices.modbus.line import Line

    timeout_s = spec.timeout_ms / 1000
    if spec.protocol is not Protocol.MODBUS_RTU:
        connect = connector(spec)
        return ModbusCommandLink(lambda: connect(_ignore_stray), timeout_s=timeout_s)
    if not isinstance(device, ModbusDevice):
        raise ConfigurationFault(f"{spec.id}: commands on a serial line need the driver that polls it")

    async def borrow() -> Line:
        if device.line is None or not device.line.up:
            raise LinkDown("the serial line is not open")
        return device.line

    borrowing: Callable[[], Awaitable[Line]] = borrow
    return ModbusCommandLink(borrowing, timeout_s=timeout_s)


def _ignore_stray(reason: str, raw: bytes) -> None:
    """Let go of bytes that answer nothing: a command's own mismatch is raised with its bytes."""
