"""Writes the parts of one tick inside the commit's transaction."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from app.errors import InternalFault
from app.model.alarms.status import AlarmStatus
from app.model.records import CommLine, EquipmentStatus, InternedText, JournalEntry, RawMessage, Result, Substitute
from app.storage import tables_live as live
from app.storage.alarm_rows import alarm_body
from app.storage.canonical import clean, to_text
from app.storage.contract import COMM_KEPT, KEY, RAW_BYTES, RAW_KEPT, TEXT_COUNT, TEXT_LENGTH, FrameRow, Tick
from app.storage.heads import Heads
from app.storage.inserting import replacing
from app.storage.journals import append_entries
from app.storage.reading import equipment_body, reasons_text

__all__ = ["write_journal", "write_tick"]

_PRUNED_AT_ONCE: Final = 20
_INSERT_FRAMES: Final = sa.insert(live.frame)
"""Built once: each tick has frames, and building costs as much as inserting one."""


def write_tick(connection: sa.Connection, tick: Tick, heads: Heads, now_ms: sa.ColumnElement[int]) -> None:
    """Write all parts of `tick` and count `heads` on. Raises InternalFault for a second claim of a request."""
    _write_claims(connection, tick.claims, now_ms)
    _write_texts(connection, tick.texts, heads)
    _write_frames(connection, tick.frames, heads)
    _write_results(connection, tick.results, heads)
    write_journal(connection, tick.journal, heads)
    _write_equipment(connection, tick.equipment, heads)
    _write_alarms(connection, tick.alarms, heads)
    if tick.substitutes is not None:
        _write_substitutes(connection, tick.substitutes)
    _write_comm(connection, tick.comm, heads)
    _write_raw(connection, tick.raw, heads)
    if tick.prune_before_ms is not None:
        _prune(connection, tick.prune_before_ms)


def write_journal(connection: sa.Connection, entries: tuple[JournalEntry, ...], heads: Heads) -> None:
    """Append entries to their chains."""
    append_entries(connection, entries, heads.journals, frame=heads.frame)


def _write_claims(connection: sa.Connection, claims: tuple[str, ...], now_ms: sa.ColumnElement[int]) -> None:
    for request_id in claims:
        connection.execute(sa.insert(live.claim).values(request_id=request_id, at_ms=now_ms))


def _write_texts(connection: sa.Connection, texts: tuple[InternedText, ...], heads: Heads) -> None:
    for item in texts:
        if len(item.text) > TEXT_LENGTH or not heads.text < item.number <= TEXT_COUNT:
            raise InternalFault(f"text number {item.number} of {len(item.text)} characters cannot be interned")
        connection.execute(sa.insert(live.text), {"number": item.number, "text": clean(item.text)})
        heads.text = item.number


def _write_frames(connection: sa.Connection, frames: tuple[FrameRow, ...], heads: Heads) -> None:
    rows = []
    for frame in frames:
        heads.frame += 1
        rows.append({"seq": heads.frame, "t": frame.t, "kind": frame.kind, "payload": frame.payload})
    if rows:
        connection.execute(_INSERT_FRAMES, rows)


def _write_results(connection: sa.Connection, results: tuple[Result, ...], heads: Heads) -> None:
    for result in results:
        heads.result += 1
        row = {
            "id": heads.result,
            "request_id": result.request_id,
            "at_ms": result.at_ms,
            "state": result.state.value,
            "reasons": reasons_text(result.reasons),
            "detail": to_text(result.detail),
        }
        connection.execute(sa.insert(live.result), row)


def _write_equipment(connection: sa.Connection, statuses: tuple[EquipmentStatus, ...], heads: Heads) -> None:
    for status in statuses:
        heads.equipment += 1
        row = {"revision": heads.equipment, "body": equipment_body(status)}
        found = connection.execute(sa.update(live.equipment).where(live.equipment.c.path == status.path).values(row))
        if found.rowcount == 0:
            connection.execute(sa.insert(live.equipment).values(path=status.path, **row))


def _write_alarms(connection: sa.Connection, statuses: tuple[AlarmStatus, ...], heads: Heads) -> None:
    """Replace rows in one statement; of several for one alarm in a tick only the last counts."""
    last = {status.path: status for status in statuses}
    if not last:
        return
    first = heads.alarm + 1
    heads.alarm += len(last)
    rows = [{"path": s.path, "revision": n, "body": alarm_body(s)} for n, s in enumerate(last.values(), first)]
    connection.execute(replacing(connection, live.alarm), rows)


def _write_substitutes(connection: sa.Connection, substitutes: tuple[Substitute, ...]) -> None:
    connection.execute(sa.delete(live.substitute))
    for item in substitutes:
        row = {
            "tag": item.tag,
            "value": item.value,
            "person": clean(item.person),
            "reason": clean(item.reason),
            "since_ms": item.since_ms,
            "until_ms": item.until_ms,
        }
        connection.execute(sa.insert(live.substitute), row)


def _write_comm(connection: sa.Connection, lines: tuple[CommLine, ...], heads: Heads) -> None:
    rows = []
    for line in lines:
        heads.comm += 1
        row = {"id": heads.comm, "device": line.device, "at_ms": line.at_ms, "kind": clean(line.kind)}
        rows.append({**row, "text": clean(line.text), "raw": line.raw[:RAW_BYTES]})
    _append_to_ring(connection, live.comm, rows, COMM_KEPT)


def _write_raw(connection: sa.Connection, messages: tuple[RawMessage, ...], heads: Heads) -> None:
    rows = []
    for message in messages:
        heads.raw += 1
        row = {"id": heads.raw, "device": message.device, "at_ms": message.at_ms, "reason": clean(message.reason)}
        rows.append({**row, "raw": message.raw[:RAW_BYTES]})
    _append_to_ring(connection, live.raw_message, rows, RAW_KEPT)


def _append_to_ring(connection: sa.Connection, table: sa.Table, rows: list[dict[str, Any]], kept: int) -> None:
    """Append rows and drop what is beyond the newest `kept` of each device that got one."""
    if not rows:
        return
    connection.execute(sa.insert(table), rows)
    for device in {row["device"] for row in rows}:
        mine = table.c.device == device
        newest = sa.select(table.c.id).where(mine).order_by(table.c.id.desc())
        last_dropped = newest.offset(kept).limit(1).scalar_subquery()
        connection.execute(sa.delete(table).where(mine, table.c.id <= last_dropped))


def _prune(connection: sa.Connection, before_ms: int) -> None:
    """Drop at most 20 of the oldest frames. What the newest keyframe begins stays: readers start there, and the next
    number follows the greatest one that is left."""
    connection.execute(_PRUNE, {"before": before_ms})


def _pruning() -> sa.Delete:
    frame = live.frame
    newest_key = sa.select(sa.func.max(frame.c.seq)).where(frame.c.kind == sa.literal_column(str(KEY)))
    oldest = sa.select(frame.c.seq, frame.c.t).order_by(frame.c.seq).limit(_PRUNED_AT_ONCE).subquery()
    old = oldest.c.t < sa.bindparam("before")
    doomed = sa.select(oldest.c.seq).where(old, oldest.c.seq < newest_key.scalar_subquery())
    return sa.delete(frame).where(frame.c.seq.in_(doomed))


_PRUNE: Final = _pruning()
