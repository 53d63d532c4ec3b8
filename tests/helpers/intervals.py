"""How evenly each device is read, seen from the store."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from app.cli.demo.observer import Observer

__all__ = ["Intervals"]


class Intervals:
    """Collects the times of good replies of each device while it follows, as `dev/<id>/last_good` tells them."""

    def __init__(self, observer: Observer, devices: Sequence[str]) -> None:
        self._observer = observer
        self._times: dict[str, list[float]] = {d: [] for d in devices}

    def follow(self, seconds: float) -> None:
        """Follow the store for a while."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._observer.step(0.1)
            for device, times in self._times.items():
                last = self._observer.value(f"dev/{device}/last_good")
                if np.isfinite(last) and (not times or last > times[-1]):
                    times.append(last)

    def clear(self) -> None:
        """Forget what was seen, for the next stretch."""
        for times in self._times.values():
            times.clear()

    def p95_ms(self, device: str) -> float:
        """Return the 95th percentile of the time between two good replies, in ms; NaN with fewer than ten."""
        gaps = np.diff(self._times[device])
        return float(np.percentile(gaps, 95)) if len(gaps) >= 10 else float("nan")
