"""Devices, and whether their addresses can be."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from app.model.spec import DeviceSpec, Protocol, ScanGroup
from app.site.compiling.bench import Bench
from app.site.forms.devices import DeviceForm

__all__ = ["devices_of"]

_SERIAL_OPTIONS = {"baudrate", "parity", "stopbits", "bytesize"}


def devices_of(bench: Bench, *, demo: bool, addresses: Mapping[str, str]) -> tuple[DeviceSpec, ...]:
    """Return the devices, with `addresses` in place of those written; addresses that cannot be are faults."""
    return tuple(_device(name, form, bench, demo, addresses) for name, form in bench.devices.items())


def _device(name: str, form: DeviceForm, bench: Bench, demo: bool, addresses: Mapping[str, str]) -> DeviceSpec:
    assert bench.folder.devices is not None
    document = bench.folder.devices.document
    loc = ("devices", name)
    address = addresses.get(name, form.address)
    if message := _address_fault(form.protocol, address) or (demo and _not_loopback(form.protocol, address)):
        document.fault((*loc, "address"), message)
    if form.protocol is not Protocol.OPCUA:
        for key in ("security", "user"):
            if key in form.model_fields_set and getattr(form, key) not in ("", "none"):
                document.fault((*loc, key), f"Modbus knows no {key}: this is for OPC UA")
    elif form.user and form.security == "none":
        document.fault((*loc, "user"), "with security none the password would travel in clear: use Basic256Sha256")
    if form.clock is not None and (message := bench.tag_missing(form.clock)):
        document.fault((*loc, "clock"), message)
    return DeviceSpec(
        id=name,
        label=form.label.label(),
        protocol=form.protocol,
        address=address,
        groups=tuple(ScanGroup(group, period) for group, period in form.periods_ms.items()),
        timeout_ms=form.timeout_ms,
        max_gap=form.max_gap,
        max_block=form.max_block,
        security=form.security,
        user=form.user,
        clock=form.clock,
        commissioning=form.commissioning,
        late_execution=form.echo == "none",
    )


def _address_fault(protocol: Protocol, address: str) -> str:
    """Return a sentence if `address` cannot be one of `protocol`."""
    if protocol is Protocol.MODBUS_RTU:
        return _serial_fault(address)
    scheme, example = ("opc.tcp", "opc.tcp://10.0.0.5:4840/") if protocol is Protocol.OPCUA else ("", "10.0.0.5:502")
    try:
        parts = urlsplit(address if scheme else f"//{address}")
        good = parts.scheme == scheme and bool(parts.hostname) and (parts.port is not None and parts.port > 0)
    except ValueError:
        good = False
    if not good or any(character.isspace() for character in address):
        return f"{address!r} is not an address of {protocol.value}, such as {example}"
    if parts.username or parts.password:
        return "an address carries no user and no password"
    if not scheme and (parts.path or parts.query or parts.fragment):
        return f"{address!r} has something after the port"
    return ""


def _serial_fault(address: str) -> str:
    port, _, options = address.partition("?")
    unknown = [key for key, _ in parse_qsl(options, keep_blank_values=True) if key not in _SERIAL_OPTIONS]
    if not port or unknown or any(character.isspace() for character in port):
        return f"{address!r} is not a serial port such as /dev/ttyS0?baudrate=9600&parity=E&stopbits=1"
    return ""


def _host_of(protocol: Protocol, address: str) -> str:
    """Return the host part of an address; "" for a serial port."""
    if protocol is Protocol.MODBUS_RTU:
        return ""
    return urlsplit(address if protocol is Protocol.OPCUA else f"//{address}").hostname or ""


def _not_loopback(protocol: Protocol, address: str) -> str:
    host = _host_of(protocol, address)
    try:
        inside = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        inside = False
    return "" if inside else f"a demo site speaks to loopback addresses alone, not to {host or address}"
