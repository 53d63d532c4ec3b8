"""A small site for tests of the store."""

from __future__ import annotations

from app.model.spec import Area, DeviceSpec, Label, Protocol, Site, TagKind, TagSpec

__all__ = ["small_site"]


def small_site(*tags: str) -> Site:
    """Return a site with one device and a tag `ps01/pump1/<name>` for each name."""
    return Site(
        id="test",
        label=Label("试验", "Test"),
        timezone="Asia/Shanghai",
        demo=True,
        areas=(Area("east", Label("东区", "East")),),
        devices=(DeviceSpec("plc", Label("控制器", "PLC"), Protocol.MODBUS_TCP, "127.0.0.1:502"),),
        tags=tuple(TagSpec(f"ps01/pump1/{name}", Label(name, name), TagKind.ANALOG, device="plc") for name in tags),
    )
