"""Health of what stands behind the screen, in a few words: engine, devices, site. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from app.model.quality import BAD
from app.model.records import AppliedSite
from app.views.state.live import LiveValues

__all__ = ["HealthLine", "devices_up", "health_lines"]


@dataclass(frozen=True, slots=True)
class HealthLine:
    """One line: what, how it is, and whether that is a trouble."""

    name: str
    text: str
    bad: bool


def devices_up(live: LiveValues) -> tuple[int, int]:
    """Return how many devices are up and how many there are (those being commissioned are not counted)."""
    ids = [d.id for d in live.site.devices if not d.commissioning]
    states = [live.get(f"dev/{i}/state") for i in ids]
    return sum(s.quality < BAD and s.value == 1 for s in states), len(ids)


def health_lines(
    applied: AppliedSite | None, live: LiveValues | None, language: str, *, silent: bool
) -> tuple[HealthLine, ...]:
    """Return the three lines at the foot of the rail."""
    zh = language == "zh"
    engine = HealthLine(
        "采集引擎" if zh else "Engine",
        ("无响应" if silent else "运行") if zh else ("silent" if silent else "running"),
        silent,
    )
    if applied is None or live is None:
        return (engine, HealthLine("站点" if zh else "Site", "无" if zh else "none applied", True))
    up, total = devices_up(live)
    devices = HealthLine(
        "设备在线" if zh else "Devices up",
        f"{up} / {total}" if not silent else "? / " + str(total),
        silent or up < total,
    )
    return (engine, devices, HealthLine("站点配置" if zh else "Site", f"{applied.site.id} r{applied.revision}", False))
