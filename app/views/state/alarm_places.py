"""Where an operator goes from an alarm. Pure."""

from __future__ import annotations

from app.model.alarms.spec import AlarmSpec

__all__ = ["place_to_go"]


def place_to_go(spec: AlarmSpec | None, path: str) -> tuple[str, str]:
    """Return page and target: what the site says, else the equipment, tag or device with the point focused."""
    if spec is None:
        return "station", path.partition(":")[0]
    if spec.page == "system":
        return "system", spec.target or spec.device
    return spec.page, spec.target or spec.equipment or spec.tag or spec.facility or path.partition(":")[0]
