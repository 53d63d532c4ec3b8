"""Follows a store as a room does: bell, then everything new since the last look. Blocking; no Qt.

Used by the feed's thread, and by benchmarks that measure the frame bus without a screen.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from app.errors import BadFrame
from app.model.alarms.status import AlarmStatus
from app.model.records import AppliedSite, EquipmentStatus, Result, Substitute
from app.series.frames import DecodedFrame, decode
from app.storage.contract import FrameRow, RoomStore

__all__ = ["Delivery", "Follower"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is new. `fresh` is how many of the frames were written after the follower began (signs of life).

    `alarms` are the rows that changed, one for each alarm; with `reload` all rows there are.

    `applied` is None unless the site in force changed (or this is a reload); `reload` says that the frames start
    anew from a keyframe. `substitutes` is the whole list.
    """

    frames: tuple[DecodedFrame, ...]
    fresh: int
    last_seq: int
    equipment: tuple[EquipmentStatus, ...]
    results: tuple[Result, ...]
    substitutes: tuple[Substitute, ...]
    applied: AppliedSite | None = None
    reload: bool = False
    """True at start, after an overflow and after a site change."""
    alarms: tuple[AlarmStatus, ...] = ()

    @property
    def empty(self) -> bool:
        """True when nobody needs to hear of it."""
        return not (self.frames or self.equipment or self.alarms or self.results or self.applied or self.reload)


class Follower:
    """One reader of one store, used by one thread."""

    def __init__(self, store: RoomStore, *, result_id: int = -1) -> None:
        """`result_id` is the last result seen before, so that none is missed over a lost store; −1: begin at now."""
        self._store = store
        self._seq = 0
        self._seen_seq = -1
        """Newest frame that was in the store before; those above it are signs of life. −1: not looked yet."""
        self._site_revision = 0
        self._equipment_revision = -1
        self._alarm_revision = -1
        self.result_id = result_id
        self.damaged = 0
        """Frames that could not be read since the start."""

    def wait(self, timeout_s: float) -> bool:
        """Wait for the bell."""
        return self._store.wait_bell(timeout_s)

    def load(self) -> Delivery:
        """Start anew: the site in force, the newest keyframe and all frames after it, all equipment."""
        applied = self._store.applied_site()
        self._site_revision = applied.revision if applied is not None else 0
        key = self._store.newest_keyframe()
        rows = [key] if key is not None else []
        self._seq = key.seq if key is not None else 0
        rows += self._rows()
        if self.result_id < 0:
            self.result_id = self._store.last_result_id()
        self._equipment_revision = self._alarm_revision = -1
        return self._deliver(rows, applied, reload=True)

    def step(self) -> Delivery:
        """Return what is new since the last call. A site change reloads, so that no new tag stays without value."""
        if self._store.site_revision_in_force() != self._site_revision:
            return self.load()
        return self._deliver(self._rows(), None, reload=False)

    def _rows(self) -> list[FrameRow]:
        rows: list[FrameRow] = []
        while True:
            more = self._store.frames_after(self._seq)
            if not more:
                return rows
            rows += more
            self._seq = more[-1].seq

    def _decoded(self, rows: list[FrameRow]) -> tuple[DecodedFrame, ...]:
        """Decode rows. A damaged frame is left out and named in the log: the next keyframe heals what it held."""
        frames = []
        for row in rows:
            try:
                frames.append(decode(row.payload, t=row.t))
            except BadFrame as error:
                self.damaged += 1
                _log.error("frame %d cannot be read: %s", row.seq, error)
        return tuple(frames)

    def _deliver(self, rows: list[FrameRow], applied: AppliedSite | None, *, reload: bool) -> Delivery:
        if self._seen_seq < 0:
            self._seen_seq = self._seq
        fresh = sum(r.seq > self._seen_seq for r in rows)
        self._seen_seq = max(self._seen_seq, self._seq)
        equipment = self._store.equipment_after(self._equipment_revision)
        self._equipment_revision = max((e.revision for e in equipment), default=self._equipment_revision)
        alarms = self._store.alarms_after(self._alarm_revision)
        self._alarm_revision = max((a.revision for a in alarms), default=self._alarm_revision)
        results = self._store.results_after(self.result_id)
        self.result_id = max((r.id for r in results), default=self.result_id)
        return Delivery(
            self._decoded(rows),
            fresh,
            self._seq,
            equipment,
            results,
            self._store.substitutes(),
            applied,
            reload,
            alarms,
        )
