"""When to try again: 0.5 s, doubling to 10 s, never two devices in step."""

from __future__ import annotations

from random import Random

__all__ = ["Backoff"]


class Backoff:
    """Gives the next delay in seconds. The jitter only shortens (by up to a quarter), so `most_s` is a promise."""

    def __init__(self, *, random: Random, first_s: float = 0.5, most_s: float = 10.0) -> None:
        self._random = random
        self._first_s = first_s
        self._most_s = most_s
        self._next_s = first_s

    def reset(self) -> None:
        """Start over: something good was heard."""
        self._next_s = self._first_s

    def next(self) -> float:
        """Return the delay before the next attempt and double the one after."""
        delay = self._next_s
        self._next_s = min(self._next_s * 2, self._most_s)
        return delay * self._random.uniform(0.75, 1.0)
