"""What cannot be believed at a handover: devices without communication, tags of abnormal quality. Pure, plain data."""

from __future__ import annotations

from typing import Final

from app.model.quality import UNCERTAIN, Quality
from app.model.spec import DeviceSpec, Site, TagSpec
from app.views.state.handover_alarms import Row, both
from app.views.state.handover_facts import Asked

__all__ = ["quality_sections"]

_UP: Final = 1.0
_NAMED: Final = 20
"""Tags of one device that are named; of more the sheet says how many."""


def quality_sections(asked: Asked) -> tuple[list[Row], list[Row]]:
    """Return the devices that do not answer, and for each other device its tags of abnormal quality (uncertain, bad or
    simulated; manual values have a section of their own). With a silent engine nothing is up, and all of it is said."""
    site = asked.applied.site
    by_device = _abnormal(site, asked)
    down = [d for d in site.devices if asked.devices.get(d.id) != _UP and not d.commissioning]
    silent = {d.id for d in down}
    devices = [_device(d, asked, len(by_device.get(d.id, []))) for d in down]
    tags = [_group(d, by_device[d.id], asked) for d in site.devices if d.id in by_device and d.id not in silent]
    return devices, tags


def _abnormal(site: Site, asked: Asked) -> dict[str, list[TagSpec]]:
    found: dict[str, list[TagSpec]] = {}
    for tag in site.tags:
        now = asked.tags.get(tag.path)
        if tag.device and tag.point is not None and now is not None and _is_abnormal(now.quality):
            found.setdefault(tag.device, []).append(tag)
    return found


def _is_abnormal(quality: int) -> bool:
    return quality >= UNCERTAIN or quality == Quality.SIMULATED


def _device(device: DeviceSpec, asked: Asked, count: int) -> Row:
    return {
        "device": device.id,
        "label": both(device.label),
        "last_good_ms": asked.last_good.get(device.id, 0),
        "tags": count,
    }


def _group(device: DeviceSpec, tags: list[TagSpec], asked: Asked) -> Row:
    named = [
        {
            "tag": t.path,
            "label": both(t.label),
            "quality": asked.tags[t.path].quality,
            "source_ms": asked.tags[t.path].source_ms,
        }
        for t in sorted(tags, key=_path)[:_NAMED]
    ]
    return {"device": device.id, "label": both(device.label), "count": len(tags), "tags": named}


def _path(tag: TagSpec) -> str:
    return tag.path
