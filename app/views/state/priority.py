"""Which colour a measurement has inside a zone of its limits; what an alarm is worth, the alarm itself says."""

from __future__ import annotations

__all__ = ["zone_priority"]


def zone_priority(zone: str) -> int:
    """Return the priority of a measurement beyond HH, LL (1) or H, L (2)."""
    return 1 if zone in ("HH", "LL") else 2
