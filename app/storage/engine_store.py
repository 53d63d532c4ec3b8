"""`live` for its owner, the engine."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from app.clock import Clock
from app.errors import LeaseLost, StoreUnavailable
from app.model.alarms.status import AlarmStatus
from app.model.records import (
    AppliedSite,
    CommandState,
    EquipmentStatus,
    InternedText,
    Lease,
    Result,
    Substitute,
)
from app.model.spec import Site
from app.storage import reading
from app.storage import tables_live as live
from app.storage.alarm_rows import read_alarms
from app.storage.applying import write_site
from app.storage.backend import Backend
from app.storage.columns import LIVE_OWNER
from app.storage.contract import FrameRow, Receipt, StoreFacts, Tick
from app.storage.foreign import mapped_errors
from app.storage.heads import Heads, load_heads
from app.storage.history_visits import mark_of
from app.storage.lease import end_lease, renew_lease, retake_lease, take_lease
from app.storage.tick_writing import write_tick

__all__ = ["SqlEngineStore"]

_log: Final = logging.getLogger(__name__)


@dataclass(slots=True)
class _Fenced:
    """A transaction in which our lease has been renewed, and the heads it counts on."""

    connection: sa.Connection
    heads: Heads
    lease: Lease
    renewed_boot: float


class SqlEngineStore:
    """EngineStore over either backend. One connection writes, another reads."""

    def __init__(self, backend: Backend, clock: Clock) -> None:
        self._backend = backend
        self._clock = clock
        self._writer = backend.writer(LIVE_OWNER)
        self._reader = backend.reader(LIVE_OWNER)
        self._lock = backend.engine_lock()
        self._lease: Lease | None = None
        self._lost: Lease | None = None
        self._heads: Heads | None = None
        self._tried: Heads | None = None
        """The heads before a commit of which nobody knows whether it was done."""
        self._floor = 0
        """Number of the last frame that history has, read with the lease: a copy of `live` may be older than the copy
        of history beside it, and no number may stand for two frames."""

    def take_lease(self, holder: str) -> Lease:
        self._lock.take(holder)
        try:
            self._floor = self._history_floor()
            with mapped_errors(), self._writer.begin() as connection:
                lease = take_lease(
                    connection, self._backend.now_ms, holder=holder, force=self._backend.lock_proves_absence
                )
        except BaseException:
            self._lock.release()
            raise
        self._lease, self._heads = lease, None
        return lease

    def _history_floor(self) -> int:
        """Return the number of the last frame that history has. History that cannot be read must not keep an engine
        from pumps: it goes on from `live`, whose newest frame is the newer one unless both were copied back."""
        try:
            mark = mark_of(self._backend)
        except StoreUnavailable as error:
            _log.error("history cannot be read, frames are numbered on from those in live: %s", error)
            return 0
        return 0 if mark is None else mark.seq

    def retake_lease(self) -> Lease:
        if self._lost is None:
            raise LeaseLost("there is no lease that could be taken again")
        with mapped_errors(), self._writer.begin() as connection:
            lease = retake_lease(connection, self._backend.now_ms, self._lost)
        self._lease, self._lost, self._heads = lease, None, None
        return lease

    def release_lease(self) -> None:
        if self._lease is not None:
            with mapped_errors(), self._writer.begin() as connection:
                end_lease(connection, self._lease)
        self._lease = self._heads = None
        self._lock.release()

    def commit(self, tick: Tick, *, after: int | None = None) -> Receipt:
        started = self._clock.monotonic()
        with self._fenced() as work:
            if after is None or not self._is_there(work.heads, after):
                self._tried = work.heads.copy()
                write_tick(work.connection, tick, work.heads, self._backend.now_ms)
        self._tried = None
        return Receipt(work.lease, work.renewed_boot, work.heads.frame, self._clock.monotonic() - started)

    def _is_there(self, heads: Heads, after: int) -> bool:
        """Return whether an earlier try of a tick was written. Frames alone do not tell: after a long outage ticks
        come without any."""
        return heads.frame > after or (self._tried is not None and heads != self._tried)

    def apply_site(self, site: Site, person: str, reason: str) -> AppliedSite:
        with self._fenced() as work:
            # Ten thousand tags are read, numbered and compared for seconds between two statements.
            self._backend.take_time(work.connection)
            return write_site(
                work.connection, site, person=person, reason=reason, at_ms=self._clock.now_ms(), heads=work.heads
            )

    @contextmanager
    def _fenced(self) -> Iterator[_Fenced]:
        """Open a transaction whose first act renews the lease; on any failure forget what we believed to know."""
        if self._lease is None:
            raise LeaseLost("no lease is held: take it first")
        # Read before anything is sent: the lease may end earlier than we think, never later.
        boot = self._clock.boot()
        try:
            with mapped_errors(), self._writer.begin() as connection:
                lease = renew_lease(connection, self._backend.now_ms, self._lease)
                heads = load_heads(connection, frame=self._floor) if self._heads is None else self._heads.copy()
                work = _Fenced(connection, heads, lease, boot)
                yield work
                self._backend.ring(connection, LIVE_OWNER)
        except LeaseLost:
            self._lost, self._lease, self._heads = self._lease, None, None
            raise
        except BaseException:
            self._heads = None
            raise
        self._lease, self._heads = work.lease, work.heads

    def last_seq(self) -> int:
        with self._reading() as connection:
            return max(self._floor, connection.execute(sa.select(sa.func.max(live.frame.c.seq))).scalar() or 0)

    def claimed(self, request_ids: Sequence[str]) -> frozenset[str]:
        with self._reading() as connection:
            query = sa.select(live.claim.c.request_id).where(live.claim.c.request_id.in_(list(request_ids)))
            return frozenset(connection.execute(query).scalars())

    def texts(self) -> tuple[InternedText, ...]:
        with self._reading() as connection:
            return reading.read_texts(connection)

    def applied_site(self) -> AppliedSite | None:
        with self._reading() as connection:
            return reading.read_site(connection)

    def site_revision(self, revision: int) -> AppliedSite | None:
        with self._reading() as connection:
            return reading.read_site(connection, revision)

    def equipment(self) -> tuple[EquipmentStatus, ...]:
        with self._reading() as connection:
            rows = connection.execute(sa.select(live.equipment).order_by(live.equipment.c.path))
            return tuple(reading.equipment_of(row) for row in rows)

    def alarms(self) -> tuple[AlarmStatus, ...]:
        with self._reading() as connection:
            return read_alarms(connection)

    def last_frame_ms(self) -> int:
        newest = sa.select(live.frame.c.t).order_by(live.frame.c.seq.desc()).limit(1)
        with self._reading() as connection:
            return connection.execute(newest).scalar() or 0

    def substitutes(self) -> tuple[Substitute, ...]:
        with self._reading() as connection:
            return reading.read_substitutes(connection)

    def open_commands(self) -> tuple[Result, ...]:
        later = live.result.alias("later")
        newer = sa.exists().where(later.c.request_id == live.result.c.request_id, later.c.id > live.result.c.id)
        open_states = [s.value for s in CommandState if not s.final or s is CommandState.UNKNOWN]
        query = sa.select(live.result).where(live.result.c.state.in_(open_states), ~newer)
        with self._reading() as connection:
            return tuple(reading.result_of(row) for row in connection.execute(query.order_by(live.result.c.id)))

    def newest_keyframe(self) -> FrameRow | None:
        with self._reading() as connection:
            return reading.read_newest_keyframe(connection)

    def frames_after(self, seq: int, limit: int = 500) -> tuple[FrameRow, ...]:
        with self._reading() as connection:
            return reading.read_frames_after(connection, seq, limit)

    def facts(self) -> StoreFacts:
        with self._reading() as connection:
            return reading.read_facts(connection, self._backend)

    def close(self) -> None:
        self._lease = self._lost = self._heads = None
        self._writer.dispose()
        self._reader.dispose()
        self._lock.release()

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with mapped_errors(), self._reader.connect() as connection:
            yield connection
