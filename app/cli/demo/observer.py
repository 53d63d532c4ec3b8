"""Looks at the store as a room does, and measures: what came from which device, and how old it was."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Final

import numpy as np

from app.model.quality import Severity, severity
from app.model.records import AppliedSite, Lease
from app.storage.opening import open_room_store
from app.views.gateway.follower import Delivery, Follower
from app.views.state.live import LiveValues

__all__ = ["Observer"]

_AGES: Final = 200_000
"""A demo on a display may run for weeks."""


class Observer:
    """Follows one store. Used by one thread."""

    def __init__(self, address: str) -> None:
        self._store = open_room_store(address)
        self._follower = Follower(self._store)
        self.applied: AppliedSite | None = None
        self.live: LiveValues | None = None
        self.frames = 0
        self.changes = 0
        self.ages_ms: deque[float] = deque(maxlen=_AGES)
        """Receipt here minus receipt by the engine, of the newest batches that arrived live."""
        self._take(self._follower.load(), live=False)

    def step(self, timeout_s: float = 0.2) -> None:
        """Wait for the bell and take what is new."""
        self._follower.wait(timeout_s)
        self._take(self._follower.step(), live=True)

    def lease(self) -> Lease | None:
        """Return the lease as it stands; every commit of an engine renews it."""
        return self._store.lease()

    def until(self, condition: Callable[[], bool], *, timeout_s: float) -> bool:
        """Follow until `condition` holds; return False when it does not within `timeout_s`."""
        deadline = time.monotonic() + timeout_s
        while not condition():
            if time.monotonic() > deadline:
                return False
            self.step()
        return True

    def good_by_device(self) -> dict[str, tuple[int, int]]:
        """Return for each device how many of its tags with a point are good now, and how many it has."""
        if self.applied is None or self.live is None:
            return {}
        counts = {d.id: [0, 0] for d in self.applied.site.devices}
        for tag in self.applied.site.tags:
            if tag.point is not None and tag.device in counts:
                counts[tag.device][1] += 1
                counts[tag.device][0] += severity(int(self.live.quality[tag.number])) is Severity.GOOD
        return {device: (good, of) for device, (good, of) in counts.items()}

    def value(self, path: str) -> float:
        """Return the newest value of a tag, NaN if it is not good."""
        if self.live is None:
            return float("nan")
        found = self.live.get(path)
        return found.value if severity(found.quality) is Severity.GOOD else float("nan")

    def age_p95_ms(self) -> float:
        """Return the 95th percentile of the time from the engine's receipt to here."""
        return float(np.percentile(self.ages_ms, 95)) if self.ages_ms else float("nan")

    def close(self) -> None:
        """Close the store."""
        self._store.close()

    def _take(self, delivery: Delivery, *, live: bool) -> None:
        if delivery.applied is not None:
            self.applied, self.live = delivery.applied, LiveValues(delivery.applied.site)
        now_ms = time.time_ns() / 1e6
        for frame in delivery.frames:
            self.frames += 1
            for batch in frame.batches:
                self.changes += len(batch)
                if self.live is not None:
                    self.live.apply(batch)
                if live and not delivery.reload:
                    self.ages_ms.append(now_ms - batch.receipt_ms)
