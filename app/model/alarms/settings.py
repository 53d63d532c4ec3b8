"""What of an alarm may be changed at run time: limit, deadband, delays and priority as they are in force."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import Any, Final

from app.model.alarms.conditions import Bounds
from app.model.alarms.spec import PRIORITIES, AlarmKind, AlarmSpec
from app.model.alarms.status import Override
from app.model.records import Reason

__all__ = ["Settings", "cleaned", "refusal"]

_NAMES: Final = ("limit", "deadband", "on_delay_s", "off_delay_s", "priority")
_NOT_NEGATIVE: Final = ("deadband", "on_delay_s", "off_delay_s")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings in force. `bounds` are limit and deadband for the judges."""

    limit: float | None
    deadband: float
    on_delay_s: float
    off_delay_s: float
    priority: int
    bounds: Bounds

    @classmethod
    def of(cls, spec: AlarmSpec, override: Override | None) -> Settings:
        """Return what the site says, where the override does not say otherwise."""
        chosen: dict[str, Any] = {name: getattr(spec, name) for name in _NAMES}
        if override is not None:
            changed = {name: getattr(override, name) for name in _NAMES}
            chosen |= {name: value for name, value in changed.items() if value is not None}
        none = 0.0 if spec.kind is AlarmKind.STUCK else math.nan
        limit = none if chosen["limit"] is None else chosen["limit"]
        return cls(**chosen, bounds=Bounds(limit, chosen["deadband"]))

    def differences(self, before: Settings) -> dict[str, list[Any]]:
        """Return what changed since `before`: name -> [from, to]."""
        names = (f.name for f in fields(self) if f.name in _NAMES)
        both = {name: [getattr(before, name), getattr(self, name)] for name in names}
        return {name: pair for name, pair in both.items() if pair[0] != pair[1]}


def cleaned(override: Override | None) -> Override | None:
    """Return an override that overrides something, else None."""
    if override is None or all(getattr(override, name) is None for name in _NAMES):
        return None
    return override


def refusal(override: Override | None) -> Reason | None:
    """Return why such values cannot be: no number, negative, or no priority."""
    given = {name: getattr(override, name, None) for name in _NAMES}
    for name, value in given.items():
        if value is None:
            continue
        wrong = not math.isfinite(value) or (name in _NOT_NEGATIVE and value < 0)
        if wrong or (name == "priority" and value not in PRIORITIES):
            return Reason("alarm", {"why": "value", "what": name})
    return None
