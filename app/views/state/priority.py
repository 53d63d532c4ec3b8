"""How bad an abnormal value is, until alarms with priorities of their own exist.

1: danger to people, a spill now or near, or a room that sees nothing. 2: a machine, a level or a link out of order.
3: the rest that the site calls abnormal, and single values that cannot be trusted.
"""

from __future__ import annotations

from typing import Final

__all__ = ["role_priority", "zone_priority"]

_FIRST: Final = frozenset({"overflow_float"})
_SECOND: Final = frozenset({"trip", "high_float", "mains"})


def role_priority(role: str) -> int:
    """Return the priority of an abnormal discrete or enum value by its role (docs/equipment-types.md)."""
    return 1 if role in _FIRST else 2 if role in _SECOND else 3


def zone_priority(zone: str) -> int:
    """Return the priority of a measurement beyond HH, LL (1) or H, L (2)."""
    return 1 if zone in ("HH", "LL") else 2
