"""Specs of devices and tags for driver tests."""

from __future__ import annotations

from app.model.points import ModbusPoint, OpcUaPoint, Table, WordType
from app.model.spec import DeviceSpec, Label, Protocol, ScanGroup, TagKind, TagSpec

__all__ = ["device_spec", "modbus_tag", "opcua_tag"]

NAME = Label("设备", "device")


def device_spec(address: str, *, protocol: Protocol = Protocol.MODBUS_TCP, period_ms: int = 50, timeout_ms: int = 150,
                security: str = "none", user: str = "", clock: str | None = None) -> DeviceSpec:  # fmt: skip
    """Make a device with one scan group "fast" and quick times."""
    groups = (ScanGroup("fast", period_ms), ScanGroup("slow", 10 * period_ms))
    return DeviceSpec("plc", NAME, protocol, address, groups=groups, timeout_ms=timeout_ms, security=security,
                      user=user, clock=clock)  # fmt: skip


def modbus_tag(number: int, address: int, *, unit: int = 1, kind: WordType = WordType.U16, group: str = "fast",
               table: Table = Table.HOLDING) -> TagSpec:  # fmt: skip
    """Make a tag of a register."""
    point = ModbusPoint(unit, table, address, kind)
    return TagSpec(f"s/e/t{number}", NAME, TagKind.ANALOG, number=number, device="plc", group=group, point=point)


def opcua_tag(number: int, node: str, *, group: str = "fast", high: float | None = None) -> TagSpec:
    """Make a tag of a node."""
    return TagSpec(f"s/e/t{number}", NAME, TagKind.ANALOG, number=number, device="plc", group=group,
                   point=OpcUaPoint(node), high=high)  # fmt: skip
