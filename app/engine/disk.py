"""Watches the disk that holds the store: warns at 80 %, has commands refused at 95 %."""

from __future__ import annotations

from typing import Final

from app.engine.outbox import Outbox

__all__ = ["FULL", "WARN", "DiskWatch"]

WARN: Final = 0.80
FULL: Final = 0.95
BACK: Final = 0.01
"""How far below a mark it must fall before that counts, so that a disk at the mark does not flood the journal."""


class DiskWatch:
    """Turns measurements into events, each once, and knows whether the disk counts as full."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._warned = False
        self.full = False

    def measured(self, used_fraction: float) -> None:
        """Take a measurement: the used part of the disk, 0 to 1."""
        if not self._warned and used_fraction >= WARN:
            self._warned = True
            self._outbox.event("disk-filling", "store", used=round(used_fraction, 3))
        elif self._warned and used_fraction < WARN - BACK:
            self._warned = False
            self._outbox.event("disk-ok", "store", used=round(used_fraction, 3))
        if not self.full and used_fraction >= FULL:
            self.full = True
            self._outbox.event("disk-full", "store", used=round(used_fraction, 3))
        elif self.full and used_fraction < FULL - BACK:
            self.full = False
            self._outbox.event("disk-not-full", "store", used=round(used_fraction, 3))
