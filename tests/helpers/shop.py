"""A store in a folder with the demo site in force, and a pen that writes frames as the engine would."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.clock import SystemClock
from app.model.alarms.status import AlarmStatus
from app.model.quality import Quality
from app.model.records import AppliedSite, EquipmentStatus, JournalEntry, Result
from app.model.spec import Site
from app.series.frames import encode
from app.storage.contract import DELTA, KEY, FrameRow, Tick
from app.storage.opening import create_store, open_engine_store
from app.views.state.live import LiveValues
from tests.helpers.feeding import batch_of

__all__ = ["Shop"]


class Shop:
    """Use in one thread; `close` at the end."""

    def __init__(self, folder: Path, site: Site) -> None:
        self.address = str(folder)
        self.clock = SystemClock()
        create_store(self.address, demo=True)
        self._store = open_engine_store(self.address, clock=self.clock)
        self._store.take_lease("test")
        self.applied: AppliedSite = self._store.apply_site(site, "test", "for the test")
        self._live = LiveValues(self.applied.site)

    def apply(self, site: Site) -> AppliedSite:
        """Put another site in force."""
        self.applied = self._store.apply_site(site, "test", "changed")
        self._live = LiveValues(self.applied.site)
        return self.applied

    def write(self, values: Mapping[str, float], *, key: bool = False, quality: int = Quality.GOOD) -> None:
        """Commit one frame with these values; an empty one is a heartbeat."""
        now = self.clock.now_ms()
        batches = (batch_of(self._live, values, t=now, quality=quality),) if values else ()
        payload = encode(batches, t=now, revision=self.applied.revision)
        self._store.commit(Tick(frames=(FrameRow(now, KEY if key else DELTA, payload),)))

    def tell(
        self,
        *,
        results: tuple[Result, ...] = (),
        equipment: tuple[EquipmentStatus, ...] = (),
        journal: tuple[JournalEntry, ...] = (),
        claims: tuple[str, ...] = (),
        alarms: tuple[AlarmStatus, ...] = (),
    ) -> None:
        """Commit what is no frame."""
        self._store.commit(Tick(results=results, equipment=equipment, journal=journal, claims=claims, alarms=alarms))

    def close(self) -> None:
        """Give the store back."""
        self._store.close()
