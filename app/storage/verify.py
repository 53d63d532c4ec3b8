"""Checks a whole store: files, chains, applied sites, alarms, handovers, every frame, and history."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from app.errors import BadFrame, ConfigurationFault
from app.model.records import Journal, JournalHead
from app.model.spec_json import site_from_json
from app.series.frames import decode
from app.storage import tables_live as live
from app.storage.backend import Backend
from app.storage.columns import DESK_OWNER, LIVE_OWNER, OWNERS
from app.storage.foreign import mapped_errors
from app.storage.history_visits import mark_of
from app.storage.journals import FIRST, row_hash
from app.storage.migrating import check_revision, meta_of
from app.storage.opening import existing_backend, require_owner
from app.storage.reading import frame_of
from app.storage.row_checks import UNREADABLE
from app.storage.verify_history import HistoryFound, check_history
from app.storage.verify_rows import alarm_faults, handover_faults

__all__ = ["StoreReport", "verify_store"]

_CHUNK: Final = 500


@dataclass(slots=True)
class StoreReport:
    """What was found. `heads` are what a signed handover records: a cut tail shows against them alone."""

    address: str
    frames: int = 0
    samples: int = 0
    entries: int = 0
    sites: int = 0
    heads: dict[Journal, JournalHead] = field(default_factory=dict)
    history: HistoryFound = field(default_factory=HistoryFound)
    faults: list[str] = field(default_factory=list)


def verify_store(address: str, *, progress: Callable[[int], None] | None = None) -> StoreReport:
    """Check the store at `address`, also while an engine writes to it; `progress` gets the number of frames and groups
    of history so far.

    Every fault found stands in the report as one sentence. Raises StoreUnavailable and StoreTooOld.
    """
    backend = existing_backend(address)
    report = StoreReport(backend.address)
    identities = {owner: _check_owner(backend, owner, report) for owner in OWNERS}
    if len(set(identities.values())) > 1:
        report.faults.append("desk, live and history were not made together: one of them comes from another store")
    engine = backend.reader(LIVE_OWNER)
    try:
        with mapped_errors(), engine.connect() as connection:
            _check_sites(connection, report)
            for journal in Journal:
                _check_journal(connection, journal, report)
            report.faults += alarm_faults(connection)
            _check_handovers(backend, connection, report)
            tell = progress or _no_progress
            # First what leaves `live`, then where it arrives: what is in neither is lost.
            mark = mark_of(backend)
            _check_frames(connection, report, tell, covered=0 if mark is None else mark.seq)
            oldest = _oldest(connection)
            _check_history(backend, identities[DESK_OWNER][0], oldest, report, tell)
    finally:
        engine.dispose()
    return report


def _no_progress(done: int) -> None:
    """Tell nobody."""


def _check_history(
    backend: Backend, store_id: str, oldest: int, report: StoreReport, progress: Callable[[int], None]
) -> None:
    done = report.frames

    def next_group() -> None:
        nonlocal done
        done += 1
        progress(done)

    report.history = check_history(backend, store_id, progress=next_group)
    report.faults += report.history.faults
    mark = report.history.mark
    if mark is not None and oldest > mark.seq + 1:
        report.faults.append(f"frames {mark.seq + 1} to {oldest - 1} are neither in live nor in history")


def _check_owner(backend: Backend, owner: str, report: StoreReport) -> tuple[str, bool]:
    require_owner(backend, owner)
    engine = backend.reader(owner)
    try:
        with mapped_errors(), engine.connect() as connection:
            check_revision(backend, connection, owner)
            report.faults += [f"{owner}: {said}" for said in backend.integrity(connection)]
            meta = meta_of(owner).c
            row = connection.execute(sa.select(meta.store_id, meta.demo)).one()
            return row.store_id, bool(row.demo)
    finally:
        engine.dispose()


def _check_handovers(backend: Backend, lives: sa.Connection, report: StoreReport) -> None:
    engine = backend.reader(DESK_OWNER)
    try:
        with engine.connect() as desks:
            report.faults += handover_faults(desks, lives)
    finally:
        engine.dispose()


def _check_sites(connection: sa.Connection, report: StoreReport) -> None:
    for row in connection.execute(sa.select(live.site).order_by(live.site.c.revision)):
        report.sites += 1
        if hashlib.sha256(row.body.encode()).hexdigest() != row.hash:
            report.faults.append(f"site revision {row.revision} is not what its hash says")
        try:
            site_from_json(row.body)
        except ConfigurationFault as error:
            report.faults.append(f"site revision {row.revision} cannot be read: {error}")


def _check_journal(connection: sa.Connection, journal: Journal, report: StoreReport) -> None:
    """Walk one chain from its first entry. After a fault the walk goes on from what is stored, so that one changed
    entry is one fault."""
    head = JournalHead(journal, 0, FIRST)
    while rows := _journal_rows(connection, journal, head.seq):
        for row in rows:
            report.entries += 1
            if not isinstance(row.seq, int):  # SQLite sorts it behind all numbers
                report.faults.append(f"journal {journal}: the number of an entry is none: {row.seq!r:.40}")
                report.heads[journal] = head
                return
            if row.seq != head.seq + 1:
                report.faults.append(f"journal {journal}: entries {head.seq + 1} to {row.seq - 1} are missing")
            elif _hash_of(row, head.hash) != row.hash:
                report.faults.append(f"journal {journal}: entry {row.seq} or the hash before it was changed")
            head = JournalHead(journal, row.seq, row.hash)
    report.heads[journal] = head


def _journal_rows(connection: sa.Connection, journal: Journal, after: int) -> list[sa.RowMapping]:
    entry = live.journal.c
    query = sa.select(live.journal).where(entry.journal == journal.value, entry.seq > after)
    return list(connection.execute(query.order_by(entry.seq).limit(_CHUNK)).mappings())


def _hash_of(row: sa.RowMapping, before: str) -> str:
    try:
        return row_hash(before, dict(row))
    except UNREADABLE:  # a hash that is not even hexadecimal, bytes where a text was
        return ""


def _check_frames(
    connection: sa.Connection, report: StoreReport, progress: Callable[[int], None], *, covered: int
) -> None:
    """Walk through all frames. Those up to number `covered` are in history, and need not be here."""
    last_seq = last_t = 0
    for rows in _frame_chunks(connection):
        for row in rows:
            report.frames += 1
            if not _is_frame(row):
                report.faults.append(f"frame {row[0]}: columns are not of the kinds that we write")
                continue
            frame = frame_of(row)
            if last_seq and frame.seq > max(last_seq, covered) + 1 and _oldest(connection) <= last_seq:
                report.faults.append(f"frames {last_seq + 1} to {frame.seq - 1} are missing")
            if frame.t < last_t:
                report.faults.append(f"frame {frame.seq} is older than the one before it")
            try:
                report.samples += len(decode(frame.payload, t=frame.t))
            except BadFrame as error:
                report.faults.append(f"frame {frame.seq}: {error}")
            last_seq, last_t = frame.seq, frame.t
        progress(report.frames)


def _is_frame(row: Sequence[Any]) -> bool:
    """Return whether the columns hold what they should: SQLite keeps in them whatever it is given."""
    seq, t, kind, payload = row
    return all(isinstance(number, int) for number in (seq, t, kind)) and isinstance(payload, bytes | memoryview)


def _frame_chunks(connection: sa.Connection) -> Iterator[list[sa.Row[tuple[int, int, int, bytes]]]]:
    """Read frames a chunk at a time: no transaction stays open over the whole walk, which would keep the writer's
    log from being reused."""
    last = 0
    while True:
        query = sa.select(live.frame).where(live.frame.c.seq > last).order_by(live.frame.c.seq).limit(_CHUNK)
        rows = list(connection.execute(query).all())
        if not rows:
            return
        last = rows[-1].seq
        yield rows


def _oldest(connection: sa.Connection) -> int:
    """Return the oldest frame's number now: a gap that pruning overtook is none."""
    return connection.execute(sa.select(sa.func.min(live.frame.c.seq))).scalar() or 0
