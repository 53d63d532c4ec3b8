"""Running figures of the feed and of the GUI's tick, for the System page, the tour and benchmarks."""

from __future__ import annotations

import threading
from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.model.quality import BAD
from app.series.frames import DecodedFrame

__all__ = ["FeedStats"]

_KEEP: Final = 500
"""Deliveries whose ages are kept: about 100 s."""


class FeedStats:
    """Written by the feed's thread (`took`) and by the GUI thread (`applied`, `ticked`); read by the GUI thread."""

    def __init__(self) -> None:
        self.frames = 0
        self.overflows = 0
        self.apply_ms: deque[float] = deque(maxlen=_KEEP)
        self.tick_ms: deque[float] = deque(maxlen=_KEEP)
        self.lag_ms: deque[float] = deque(maxlen=_KEEP)
        """From the engine's receipt of a reply to its arrival here, one per batch."""
        self._ages: deque[NDArray[np.int64]] = deque(maxlen=_KEEP)
        self._arrivals: deque[float] = deque(maxlen=_KEEP)
        self._lock = threading.Lock()

    def took(self, frames: tuple[DecodedFrame, ...], *, now_ms: int, monotonic: float) -> None:
        """Note fresh frames as they arrive: how old each good value is by its own source time."""
        ages = [now_ms - b.source_ms[b.quality < BAD] for f in frames for b in f.batches]
        with self._lock:
            self.frames += len(frames)
            self._arrivals.extend([monotonic] * len(frames))
            self.lag_ms.extend(float(now_ms - b.receipt_ms) for f in frames for b in f.batches)
            if ages:
                self._ages.append(np.concatenate(ages))

    def frames_per_second(self, monotonic: float) -> float:
        """Return frames per second over the last 10 s."""
        with self._lock:
            return sum(monotonic - t < 10 for t in self._arrivals) / 10

    def age_ms(self, percent: float) -> float:
        """Return a percentile of value ages on arrival (room − source), NaN while nothing came."""
        with self._lock:
            kept = list(self._ages)
        return float(np.percentile(np.concatenate(kept), percent)) if kept else float("nan")

    @staticmethod
    def of(ring: deque[float], percent: float) -> float:
        """Return a percentile of one of the rings, NaN while empty."""
        kept = list(ring)  # a copy in one step: the feed's thread may append meanwhile
        return float(np.percentile(kept, percent)) if kept else float("nan")
