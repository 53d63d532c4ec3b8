"""What the room knows about itself: handed to the System page and to the tour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from app.views.feed import Feed
from app.views.freeze import FreezeMonitor

__all__ = ["Gauges", "Insight"]


class Gauges(Protocol):
    """Whoever has queues to show."""

    def gauges(self) -> tuple[int, int]:
        """Return how many reads and how many requests wait."""


@dataclass(frozen=True, slots=True)
class Insight:
    """Feed (with its figures), freezes, and the queues of the door."""

    feed: Feed
    freeze: FreezeMonitor
    gauges: Gauges
