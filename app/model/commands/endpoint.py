"""Which endpoint an equipment's commands go to."""

from __future__ import annotations

from collections.abc import Callable

from app.model.spec import Equipment, Facility, Site

__all__ = ["command_device", "command_device_at"]


def command_device(equipment: Equipment, facility: Facility, device_of: Callable[[str], str | None]) -> str:
    """Return the device of the command block, else the one that the equipment's tags come from; "" without any.
    `device_of` returns the device of a tag by its path, None or "" for a tag without one."""
    if facility.block is not None:
        return facility.block.device
    devices = [device_of(path) for _, path in equipment.tags]
    return next((d for d in devices if d), facility.devices[0] if facility.devices else "")


def command_device_at(site: Site, path: str) -> str | None:
    """Return the device that the commands of the equipment at `path` go to; None without such an equipment."""
    equipment = next((e for e in site.equipment if e.path == path), None)
    if equipment is None:
        return None
    facility = next(f for f in site.facilities if f.id == equipment.facility)
    return command_device(equipment, facility, {t.path: t.device for t in site.tags}.get)
