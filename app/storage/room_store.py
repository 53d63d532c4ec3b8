"""`live` for those who only read it: rooms, terminals, tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from app.model.alarms.status import AlarmStatus
from app.model.records import (
    AppliedSite,
    CommLine,
    EquipmentStatus,
    InternedText,
    Journal,
    JournalEntry,
    JournalHead,
    Lease,
    RawMessage,
    Result,
    Substitute,
)
from app.storage import reading
from app.storage import tables_live as live
from app.storage.alarm_rows import read_alarms
from app.storage.backend import Backend
from app.storage.columns import LIVE_OWNER
from app.storage.contract import LATE, FrameRow, JournalQuery, StoreFacts
from app.storage.foreign import mapped_errors
from app.storage.journal_query import query_journals
from app.storage.journals import entry_of, read_heads
from app.storage.lease import read_lease

__all__ = ["SqlRoomStore"]


class SqlRoomStore:
    """RoomStore over either backend. Each call is one short read."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._reader = backend.reader(LIVE_OWNER)
        self._bell = backend.bell(LIVE_OWNER)

    def wait_bell(self, timeout_s: float) -> bool:
        return self._bell.wait(timeout_s)

    def applied_site(self) -> AppliedSite | None:
        with self._reading() as connection:
            return reading.read_site(connection)

    def site_revision_in_force(self) -> int:
        with self._reading() as connection:
            return connection.execute(sa.select(sa.func.max(live.site.c.revision))).scalar() or 0

    def site_revision(self, revision: int) -> AppliedSite | None:
        with self._reading() as connection:
            return reading.read_site(connection, revision)

    def newest_keyframe(self) -> FrameRow | None:
        with self._reading() as connection:
            return reading.read_newest_keyframe(connection)

    def frames_after(self, seq: int, limit: int = 500) -> tuple[FrameRow, ...]:
        frame = live.frame.c
        query = sa.select(live.frame).where(frame.seq > seq, frame.kind != LATE).order_by(frame.seq).limit(limit)
        return tuple(reading.frame_of(row) for row in self._rows(query))

    def every_frame_after(self, seq: int, limit: int = 500) -> tuple[FrameRow, ...]:
        query = sa.select(live.frame).where(live.frame.c.seq > seq).order_by(live.frame.c.seq).limit(limit)
        return tuple(reading.frame_of(row) for row in self._rows(query))

    def frames_between(self, start_ms: int, end_ms: int) -> tuple[FrameRow, ...]:
        frame = live.frame.c
        query = sa.select(live.frame).where(frame.t >= start_ms, frame.t <= end_ms, frame.kind != LATE)
        return tuple(reading.frame_of(row) for row in self._rows(query.order_by(frame.seq)))

    def texts_after(self, number: int) -> tuple[InternedText, ...]:
        with self._reading() as connection:
            return reading.read_texts(connection, number)

    def last_result_id(self) -> int:
        with self._reading() as connection:
            return connection.execute(sa.select(sa.func.max(live.result.c.id))).scalar() or 0

    def results_after(self, result_id: int, limit: int = 500) -> tuple[Result, ...]:
        result = live.result.c
        query = sa.select(live.result).where(result.id > result_id).order_by(result.id).limit(limit)
        return tuple(reading.result_of(row) for row in self._rows(query))

    def results_of(self, request_id: str) -> tuple[Result, ...]:
        query = sa.select(live.result).where(live.result.c.request_id == request_id).order_by(live.result.c.id)
        return tuple(reading.result_of(row) for row in self._rows(query))

    def equipment_after(self, revision: int) -> tuple[EquipmentStatus, ...]:
        equipment = live.equipment.c
        query = sa.select(live.equipment).where(equipment.revision > revision).order_by(equipment.revision)
        return tuple(reading.equipment_of(row) for row in self._rows(query))

    def alarms_after(self, revision: int) -> tuple[AlarmStatus, ...]:
        with self._reading() as connection:
            return read_alarms(connection, revision)

    def substitutes(self) -> tuple[Substitute, ...]:
        with self._reading() as connection:
            return reading.read_substitutes(connection)

    def journal_query(self, query: JournalQuery) -> tuple[JournalEntry, ...]:
        with self._reading() as connection:
            return query_journals(connection, query)

    def journal_after(self, journal: Journal, seq: int, limit: int = 500) -> tuple[JournalEntry, ...]:
        entry = live.journal.c
        query = sa.select(live.journal).where(entry.journal == journal.value, entry.seq > seq)
        return tuple(entry_of(row) for row in self._rows(query.order_by(entry.seq).limit(limit)))

    def journal_newest(self, journal: Journal, limit: int = 200) -> tuple[JournalEntry, ...]:
        query = sa.select(live.journal).where(live.journal.c.journal == journal.value)
        rows = self._rows(query.order_by(live.journal.c.seq.desc()).limit(limit))
        return tuple(entry_of(row) for row in reversed(rows))

    def journal_heads(self) -> tuple[JournalHead, ...]:
        with self._reading() as connection:
            return tuple(read_heads(connection).values())

    def comm_newest(self, device: str = "", limit: int = 200) -> tuple[CommLine, ...]:
        rows = self._newest_of(live.comm, device, limit)
        return tuple(CommLine(r.at_ms, r.device, r.kind, r.text, bytes(r.raw)) for r in rows)

    def raw_newest(self, device: str = "", limit: int = 50) -> tuple[RawMessage, ...]:
        rows = self._newest_of(live.raw_message, device, limit)
        return tuple(RawMessage(r.at_ms, r.device, r.reason, bytes(r.raw)) for r in rows)

    def lease(self) -> Lease | None:
        with self._reading() as connection:
            return read_lease(connection)

    def facts(self) -> StoreFacts:
        with self._reading() as connection:
            return reading.read_facts(connection, self._backend)

    def close(self) -> None:
        self._bell.close()
        self._reader.dispose()

    def _newest_of(self, table: sa.Table, device: str, limit: int) -> list[sa.Row[Any]]:
        """Return the newest rows of a log, of one device or of all, oldest first."""
        query = sa.select(table).order_by(table.c.id.desc()).limit(limit)
        if device:
            query = query.where(table.c.device == device)
        return self._rows(query)[::-1]

    def _rows(self, query: sa.Select[Any]) -> list[sa.Row[Any]]:
        with self._reading() as connection:
            return list(connection.execute(query).all())

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with mapped_errors(), self._reader.connect() as connection:
            yield connection
