"""A store with the product's own historian beside it, in one thread and on a fake clock: a day passes in seconds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from app.clock import SystemClock
from app.engine.historian.opening import open_parts
from app.engine.historian.plan import HistorianPlan
from app.engine.historian.thread import HistorianParts
from app.engine.historian.work import Historian, HistorianStatus
from app.errors import LeaseLost
from app.model.records import AppliedSite
from app.model.spec import Site
from app.series.blocks import unpack_block
from app.series.times import unpack_times
from app.storage.contract import FrameRow, Tick
from app.storage.history_contract import GroupKind, HistoryStore
from app.storage.opening import create_store, open_engine_store
from tests.helpers.clock import FakeClock
from tests.helpers.history_witness import Seen, bits

__all__ = ["QUICK", "HistorianHouse", "samples_in"]

QUICK = HistorianPlan(rest=0.0, read_s=1.0, settle_ms=0, look_s=1.0)
"""The product's own plan without its pauses."""


class HistorianHouse:
    """An engine's store at `address`, of which only frames are written, and a historian that a test lets work."""

    def __init__(self, address: str, site: Site, *, clock: FakeClock, plan: HistorianPlan = QUICK) -> None:
        self.clock = clock
        self.address = address
        self.told: list[tuple[str, dict[str, Any]]] = []
        self._plan = plan
        create_store(address, demo=True)
        self.engine = open_engine_store(address, clock=SystemClock())
        self.lease = self.engine.take_lease("historian under test")
        self.applied: AppliedSite = self.engine.apply_site(site, "test", "test")
        self.site: Site = self.applied.site
        self.frames: list[FrameRow] = []
        self.open()

    def open(self) -> None:
        """Begin anew, as a historian after a restart does."""
        self.status = HistorianStatus()
        self.parts: HistorianParts = open_parts(self.address)
        self.parts.store.lead(self.lease.epoch)
        self.historian = Historian(
            self.parts.store,
            self.parts.frames_after,
            self.parts.reader,
            clock=self.clock,
            plan=self._plan,
            site=lambda: self.site,
            status=self.status,
            tell=self._tell,
        )

    @property
    def store(self) -> HistoryStore:
        """History as its owner sees it."""
        return self.parts.store

    def commit(self, frames: Sequence[FrameRow], *, prune_before_ms: int | None = None) -> None:
        """Commit frames as an engine does."""
        tick = Tick(frames=tuple(frames), prune_before_ms=prune_before_ms)
        try:
            self.engine.commit(tick)
        except LeaseLost:
            self._take_again()
            self.engine.commit(tick)
        self.frames += frames

    def work(self, most: int = 1_000_000) -> int:
        """Let the historian do small steps until nothing is left; returns how many it did."""
        self.clock.advance(self._plan.look_s)
        for step in range(most):
            if self.historian.step() > 0.0:
                return step
        return most

    def restart(self) -> None:
        """End the historian wherever it is, and begin anew."""
        self.parts.close()
        self.open()

    def close(self) -> None:
        """Let go of the store."""
        self.parts.close()
        self.engine.close()

    def _take_again(self) -> None:
        """Take our lease anew, as engines do: it ends by the store's own clock, and a busy machine takes longer."""
        self.lease = self.engine.retake_lease()
        self.parts.store.lead(self.lease.epoch)

    def _tell(self, kind: str, **detail: Any) -> None:
        self.told.append((kind, detail))


def samples_in(store: HistoryStore, kind: GroupKind = GroupKind.SEEN) -> dict[int, list[Seen]]:
    """Return every sample that history holds of a kind, by tag, in the order of the frames."""
    found: dict[int, list[Seen]] = defaultdict(list)
    for month in store.months():
        for group in store.groups(month, 0, 1 << 60, kind):
            times = unpack_times(group.times)
            for block in group.blocks:
                column = unpack_block(block.tag, block.payload)
                events = range(len(times)) if column.events is None else column.events.tolist()
                rows = zip(events, column.values.tolist(), column.quality.tolist(), strict=True)
                found[block.tag] += [(int(times.seq[e]), int(times.source_ms[e]), bits(v), q) for e, v, q in rows]
    # Samples of one frame keep their order: sorting is stable.
    return {tag: sorted(rows, key=_by_frame) for tag, rows in found.items()}


def _by_frame(row: Seen) -> int:
    return row[0]
