"""Alarms over a restart and over a change of the site: what stood before stands on, what fell away is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from app.model.alarms.settings import Settings, cleaned
from app.model.alarms.spec import AlarmSpec
from app.model.alarms.status import AlarmStatus

__all__ = ["GAP_LIMIT_S", "fallen_overrides", "gap_s", "is_long"]

GAP_LIMIT_S: Final = 600.0
"""After a longer absence an acknowledgement from before does not count for what still stands ."""

_FIELDS: Final = ("limit", "deadband", "on_delay_s", "off_delay_s", "priority")


def gap_s(last_frame_ms: int, now_ms: int) -> float | None:
    """Return for how long nobody judged, None if nobody ever did. Negative when the clock was set back."""
    return (now_ms - last_frame_ms) / 1000.0 if last_frame_ms else None


def is_long(gap: float | None) -> bool:
    """Return whether a gap is too long to rely on acknowledgements. A clock that was set back by more than the limit
    does not say how long it was: it counts as too long."""
    return gap is not None and abs(gap) > GAP_LIMIT_S


def fallen_overrides(status: AlarmStatus, old: AlarmSpec, new: AlarmSpec) -> tuple[AlarmStatus, dict[str, list[Any]]]:
    """Return a status without what was changed at run time and what the site now says otherwise, and what that
    changed: name -> [from, to]."""
    override = status.override
    if override is None:
        return status, {}
    fallen = [f for f in _FIELDS if getattr(override, f) is not None and getattr(old, f) != getattr(new, f)]
    if not fallen:
        return status, {}
    nothing: dict[str, Any] = dict.fromkeys(fallen)
    rest = cleaned(replace(override, **nothing))
    changed = Settings.of(new, rest).differences(Settings.of(new, override))
    return replace(status, override=rest), changed
