"""Whether an engine stands still, judged by the watcher's own clocks and only for time it was awake for. Pure."""

from __future__ import annotations

from typing import Final

__all__ = ["LATE_S", "LONGEST_PAUSE_S", "PAUSE_S", "STANDS_AFTER_S", "Standstill", "next_pause_s", "waits_s"]

STANDS_AFTER_S: Final = 10.0
"""No sign of life for this long: the lease lives for 2.5 s, an engine on a busy disk shows itself each second."""
LATE_S: Final = 4.0
"""A look that comes later than this after the one before says nothing: we ourselves stood still, or the machine did."""

PAUSE_S: Final = 60.0
LONGEST_PAUSE_S: Final = 3600.0
_SOON: Final = 10
"""So many pauses after the last kill a machine counts as sound again."""


class Standstill:
    """Takes a sign of life at each look; adds up for how long it has been the same."""

    def __init__(self) -> None:
        self._sign: object = None
        self._silent_s = 0.0
        self._looked: tuple[float, float] | None = None

    @property
    def silent_s(self) -> float:
        """For how long the sign has not changed, as far as we saw it."""
        return self._silent_s

    @property
    def stands(self) -> bool:
        """True when that is too long."""
        return self._silent_s >= STANDS_AFTER_S

    def look(self, sign: object, *, monotonic: float, boot: float) -> None:
        """Take the sign of now. `boot` is the clock that goes on in suspend."""
        before, self._looked = self._looked, (monotonic, boot)
        passed = 0.0 if before is None else monotonic - before[0]
        late = before is None or passed > LATE_S or boot - before[1] > LATE_S
        if late or sign != self._sign:
            self._sign, self._silent_s = sign, 0.0
        else:
            self._silent_s += passed

    def forget(self) -> None:
        """Begin anew: the sign could not be looked for."""
        self._looked, self._silent_s = None, 0.0


def waits_s(last_boot: float, pause_s: float, *, boot: float) -> float:
    """Return for how long nothing may be killed yet after a kill at `last_boot`; a time ahead is of an earlier boot."""
    return max(0.0, last_boot + pause_s - boot) if last_boot <= boot else 0.0


def next_pause_s(last_boot: float, pause_s: float, *, boot: float) -> float:
    """Return the pause after a kill at `boot`: twice the last one's if that was lately, so that a machine that is only
    overloaded does not lose one engine after the other."""
    lately = last_boot <= boot < last_boot + _SOON * pause_s
    return min(LONGEST_PAUSE_S, 2.0 * pause_s) if lately else PAUSE_S
