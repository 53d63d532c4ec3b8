"""The demo site with numbers, and values with which nothing is abnormal."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from app.model.numbering import number_tags
from app.model.spec import Site, TagKind, TagSpec
from app.site.loading import load_site

__all__ = ["calm_values", "xiasha"]

FOLDER = Path(__file__).parents[2] / "resources" / "sites" / "xiasha"
_ON = {"remote", "ready", "mains", "program", "opened"}
_FIXED = {"mode": 2.0, "state": 1.0, "rate": 100.0, "clock_offset": 0.1, "cpu": 5.0, "memory": 90.0, "disk": 30.0}


@lru_cache(maxsize=1)
def xiasha() -> Site:
    """Return the demo site, loaded once."""
    return number_tags(load_site(FOLDER), {})


def calm_values(site: Site, *, now_ms: int) -> dict[str, float]:
    """Return a value for each tag: pumps stopped in Auto, levels in the middle of their normal band, devices up."""
    values = {tag.path: _calm(tag) for tag in site.tags}
    for device in site.devices:
        values[f"dev/{device.id}/last_good"] = float(now_ms - 200)
        if device.clock is not None:
            values[device.clock] = now_ms / 1000
    return values


def _calm(tag: TagSpec) -> float:
    role = tag.path.rpartition("/")[2]
    if role in _FIXED and (tag.path.startswith(("dev/", "engine/")) or role == "mode"):
        return _FIXED[role]
    if tag.kind in (TagKind.DISCRETE, TagKind.ENUM):
        value = 1 if role in _ON else 0
        if value in tag.abnormal:
            value = next(s.value for s in tag.states if s.value not in tag.abnormal)
        return float(value)
    if tag.path.startswith(("dev/", "engine/")):
        return 0.0
    low = tag.normal_low if tag.normal_low is not None else tag.low or 0.0
    high = tag.normal_high if tag.normal_high is not None else low
    return low + 0.4 * (high - low)
