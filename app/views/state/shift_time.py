"""The shift that runs, how long it lasts still, and which one is handed over now. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from app.model.shifts import Shift, ShiftSpec, shift_at, shifts_between
from app.model.spec import Site
from app.views.state.values import clock_text

__all__ = ["JUST_BEGUN_MS", "handed_over", "left_text", "running_shift", "shift_line", "shifts_to_hand_over"]

JUST_BEGUN_MS: Final = 3_600_000
"""A shift that began within this hour is still being taken over: what is handed over then is the one before."""
_DAY_MS: Final = 86_400_000


def running_shift(site: Site | None, now_ms: int) -> Shift | None:
    """Return the shift that runs now, None without a site or where its calendar has none."""
    return shift_at(site.shifts, now_ms, site.timezone) if site is not None else None


def shift_line(site: Site | None, minute: int, language: str) -> str:
    """Return the running shift with what is left of it, "" without one. `minute`: UTC ms / 60,000; kept, because the
    header of every window asks ten times a second."""
    if site is None or not site.shifts:
        return ""
    return _line(site.shifts, site.timezone, minute, language)


@lru_cache(maxsize=16)
def _line(specs: tuple[ShiftSpec, ...], zone: str, minute: int, language: str) -> str:
    at_ms = minute * 60_000 + 59_999  # what is left as whole minutes, the same all through the minute
    shift = shift_at(specs, at_ms, zone)
    return f"{shift.spec.label.get(language)} −{left_text(shift, at_ms)}" if shift is not None else ""


def left_text(shift: Shift, now_ms: int) -> str:
    """Return how long a shift lasts still, in hours and minutes: `5:12`."""
    return clock_text(max(0, shift.end_ms - now_ms) // 60_000)


def shifts_to_hand_over(site: Site | None, now_ms: int) -> tuple[Shift, ...]:
    """Return the shifts that may be handed over now: the running one and the one before, newest first."""
    if site is None:
        return ()
    begun = shifts_between(site.shifts, now_ms - 2 * _DAY_MS, now_ms + 1, site.timezone)
    return tuple(reversed(begun[-2:]))


def handed_over(site: Site | None, now_ms: int) -> Shift | None:
    """Return the shift that people hand over now: the running one, just after a change the one before."""
    shifts = shifts_to_hand_over(site, now_ms)
    if len(shifts) > 1 and now_ms - shifts[0].start_ms < JUST_BEGUN_MS:
        return shifts[1]
    return shifts[0] if shifts else None
