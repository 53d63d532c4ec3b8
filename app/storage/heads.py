"""The newest number of everything that the engine numbers: read once, then carried from commit to commit.

This is sound because `live` has one writer, which the lease guards: whoever loses it forgets the heads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import sqlalchemy as sa

from app.model.records import Journal, JournalHead
from app.storage import tables_live as live
from app.storage.journals import read_heads

__all__ = ["Heads", "load_heads"]


@dataclass(slots=True)
class Heads:
    """Last numbers used; 0 before the first."""

    frame: int
    result: int
    equipment: int
    alarm: int
    text: int
    comm: int
    raw: int
    journals: dict[Journal, JournalHead]

    def copy(self) -> Heads:
        """Return a copy to count on in one transaction, so that a rollback forgets it."""
        return replace(self, journals=dict(self.journals))


def load_heads(connection: sa.Connection, *, frame: int) -> Heads:
    """Read the heads inside a transaction that holds the lease. `frame` is the least that the newest frame may be: one
    that history has."""
    return Heads(
        frame=max(frame, _greatest(connection, live.frame.c.seq)),
        result=_greatest(connection, live.result.c.id),
        equipment=_greatest(connection, live.equipment.c.revision),
        alarm=_greatest(connection, live.alarm.c.revision),
        text=_greatest(connection, live.text.c.number),
        comm=_greatest(connection, live.comm.c.id),
        raw=_greatest(connection, live.raw_message.c.id),
        journals=read_heads(connection),
    )


def _greatest(connection: sa.Connection, column: sa.Column[int]) -> int:
    return connection.execute(sa.select(sa.func.max(column))).scalar() or 0
