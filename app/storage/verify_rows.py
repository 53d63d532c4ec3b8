"""Checks what stands beside frames and journals: rows of alarms, and handovers with the heads that they recorded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from app.storage import tables_desk as desk
from app.storage import tables_live as live
from app.storage.alarm_rows import alarm_of
from app.storage.handing_over import handover_of, sheet_hash
from app.storage.row_checks import UNREADABLE

__all__ = ["alarm_faults", "handover_faults"]


def alarm_faults(connection: sa.Connection) -> Iterator[str]:
    """Yield what is wrong with the rows of alarms: followers rely on revisions that differ."""
    seen: dict[int, str] = {}
    for row in connection.execute(sa.select(live.alarm).order_by(live.alarm.c.path)):
        try:
            alarm_of(row)
        except UNREADABLE as error:
            yield f"alarm {row.path} cannot be read: {error}"
        if row.revision in seen:
            yield f"alarms {seen[row.revision]} and {row.path} have one revision"
        seen[row.revision] = row.path


def handover_faults(desks: sa.Connection, lives: sa.Connection) -> Iterator[str]:
    """Yield what is wrong with signed handovers, and where a journal no longer has the head that was signed: a tail
    that was cut off, or a chain that was made anew."""
    for row in desks.execute(sa.select(desk.handover).order_by(desk.handover.c.at_ms, desk.handover.c.id)):
        try:
            handover = handover_of(row)
            heads = [(str(name), int(seq), str(digest)) for name, (seq, digest) in handover.heads.items()]
        except UNREADABLE as error:
            yield f"handover {row.id} cannot be read: {error}"
            continue
        if sheet_hash(handover.sheet) != handover.sha256:
            yield f"handover {row.id} is not what its hash says"
        for name, seq, digest in heads:
            if seq and _hash_at(lives, name, seq) != digest:
                yield f"journal {name}: entry {seq} is not the one that handover {row.id} of {handover.day} signed"


def _hash_at(connection: sa.Connection, name: str, seq: int) -> Any:
    entry = live.journal.c
    return connection.execute(sa.select(entry.hash).where(entry.journal == name, entry.seq == seq)).scalar()
