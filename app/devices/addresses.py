"""Where an address leads: read by the same function for whoever connects and for whoever forbids it."""

from __future__ import annotations

import ipaddress
import os
from urllib.parse import urlparse

from app.errors import ConfigurationFault
from app.model.spec import DeviceSpec, Protocol

__all__ = ["host_and_port", "is_loopback", "why_unreached"]


def host_and_port(address: str) -> tuple[str, int]:
    """Split `host:port` (IPv6 in brackets; port 502 if none). Raises ConfigurationFault."""
    host, _, port = address.rpartition(":") if not address.endswith("]") and ":" in address else (address, "", "502")
    if not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ConfigurationFault(f"address {address!r}: expected host:port")
    return host.strip("[]"), int(port)


def why_unreached(error: OSError) -> str:
    """Return the system's words for an address that cannot be reached, in place of which asyncio puts its own."""
    number = error.errno or 0  # below 0: a name that is not known, whose words are left alone
    return os.strerror(number) if number > 0 else error.strerror or str(error)


def is_loopback(spec: DeviceSpec) -> bool:
    """Return whether a device's address stays on this machine. Serial ports do not: a cable may lead anywhere."""
    if spec.protocol is Protocol.MODBUS_RTU:
        return False
    try:
        # asyncua takes its URL apart by urlparse.
        host = urlparse(spec.address).hostname if spec.protocol is Protocol.OPCUA else host_and_port(spec.address)[0]
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except (ValueError, ConfigurationFault):
        return False
