"""The room's own values as the checks of a command want them: each with its age and its scan period."""

from __future__ import annotations

from collections.abc import Callable

from app.model.commands.checks import Reading
from app.model.quality import BAD
from app.views.state.live import LiveValues

__all__ = ["ChangeWatch", "ageless", "device_up", "reader"]

_MISSING_AGE_S = 1e9
_UNDERWAY_MS = 1_500
"""The engine reports a device's last good poll once a second, and frames take up to half a second: what is known here
may be that much younger than it seems. The engine, which judges in the end, has no such doubt."""


def reader(live: LiveValues, *, now_ms: int) -> Callable[[str], Reading | None]:
    """Return what `checks.failing` and `state_word` read with.

    Only changes travel to the room, so a good value is as old as its device's last good poll, a calculated one as
    that of the device behind it which was heard last (it may do without the others: the engine knows, and judges in the
    end); what the engine makes itself is of now. Any other value counts from its own source time.
    """

    def read(path: str) -> Reading | None:
        spec = live.spec(path)
        if spec is None:
            return None
        value = live.get(path)
        since = value.source_ms
        if value.quality < BAD:
            heard = (_last_good_ms(live, device) + _UNDERWAY_MS for device in live.devices_of(spec))
            since = max(since, max(heard, default=now_ms))
        age_s = (now_ms - since) / 1000.0 if since > 0 else _MISSING_AGE_S
        return Reading(value.value, value.quality, max(0.0, age_s), live.period_s(spec), spec.unit)

    return read


def ageless(live: LiveValues) -> Callable[[str], Reading | None]:
    """Return what `state_word` reads with where nobody asks for ages: a third of the price of `reader`."""

    def read(path: str) -> Reading | None:
        if live.spec(path) is None:
            return None
        value = live.get(path)
        return Reading(value.value, value.quality, 0.0)

    return read


def device_up(live: LiveValues, device: str) -> bool:
    """Return True when the engine says that the device's link is up (and the engine itself speaks)."""
    state = live.get(f"dev/{device}/state")
    return state.quality < BAD and state.value == 1


class ChangeWatch:
    """Remembers when tags changed last by this workstation's monotonic clock: a PLC's own clock may be minutes off."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, float]] = {}

    def look(self, live: LiveValues, path: str, *, monotonic: float) -> None:
        """Note the tag's stamp; call on each tick."""
        spec = live.spec(path)
        if spec is None:
            return
        stamp = int(live.stamp[spec.number])
        if path not in self._seen or self._seen[path][0] != stamp:
            self._seen[path] = (stamp, monotonic)

    def age_s(self, path: str, *, monotonic: float) -> float | None:
        """Return seconds since the last change that was seen here, None when never looked at or never received."""
        seen = self._seen.get(path)
        return None if seen is None or seen[0] == 0 else monotonic - seen[1]


def _last_good_ms(live: LiveValues, device: str) -> int:
    last = live.get(f"dev/{device}/last_good")
    return int(last.value) if last.quality < BAD and last.value == last.value else 0
