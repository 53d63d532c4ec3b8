"""History held for an import: its one writer is whoever has the engine's lease, and that must be kept meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from app.clock import Clock
from app.errors import LeaseLost, QianliyanError
from app.model.records import JournalEntry
from app.storage.contract import EngineStore, Tick
from app.storage.history_contract import HistoryStore, ImportedSpan, StoredGroup

__all__ = ["HeldHistory"]

_RENEW_S: Final = 0.5
"""A fifth of what a lease lasts."""


class HeldHistory:
    """Writes history in the engine's place. `owner` has its lease; raises LeaseLost once somebody else took that."""

    def __init__(self, owner: EngineStore, history: HistoryStore, clock: Clock) -> None:
        self._owner = owner
        self._history = history
        self._clock = clock
        self._renewed = clock.monotonic()
        history.lead(owner.commit(Tick()).lease.epoch)

    def note_imported(self, spans: Sequence[ImportedSpan]) -> None:
        """Note how far samples of an import may hold."""
        self.keep()
        with self._renewing():
            self._history.note_imported(spans)

    def add(self, groups: Sequence[StoredGroup]) -> None:
        """Add groups of an import."""
        self.keep()
        with self._renewing():
            self._history.add(groups)

    def keep(self) -> None:
        """Renew the lease when it is time to; call it at least twice a second."""
        if self._clock.monotonic() - self._renewed >= _RENEW_S:
            self._commit(Tick())

    def journal(self, entry: JournalEntry) -> None:
        """Write a line."""
        self._commit(Tick(journal=(entry,)))

    def next_revision(self) -> int:
        """Return a number for an import."""
        return self._history.next_revision()

    def take_back(self, revision: int) -> int:
        """Remove what an import added; return how many samples."""
        self.keep()
        with self._renewing():
            return self._history.take_back(revision)

    @contextmanager
    def _renewing(self) -> Iterator[None]:
        """Renew the lease on a thread of its own while history works, however long that takes: nobody else uses the
        owner meanwhile."""
        over = threading.Event()

        def renew() -> None:
            while not over.wait(_RENEW_S):
                try:
                    self._owner.commit(Tick())
                except QianliyanError:
                    return  # our own next commit meets the same, and says it to whoever imports

        thread = threading.Thread(target=renew, name="lease of an import")
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _commit(self, tick: Tick) -> None:
        """Commit under our lease; one that ran out meanwhile (a slow disk, a machine asleep) is taken again, unless
        somebody else had it in between."""
        try:
            self._owner.commit(tick)
        except LeaseLost:
            self._history.lead(self._owner.retake_lease().epoch)
            self._owner.commit(tick)
        self._renewed = self._clock.monotonic()
