"""Numbers of history that are given once and for ever: of revisions, and of groups in a month."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from app.storage.inserting import replacing
from app.storage.tables_history import progress

__all__ = ["count_drop", "first_group", "next_revision"]

_REVISION: Final = "revision given last"
_DROPPED: Final = "months dropped"
_GROUPS_BITS: Final = 24
"""Groups of one life of a month: two to the power of this."""


def next_revision(connection: sa.Connection) -> int:
    """Return a number for an import or a correction, never given before."""
    return _count(connection, _REVISION)


def count_drop(connection: sa.Connection) -> None:
    """Count a month that is about to be dropped. Should it come back, its groups get numbers that no reader knows."""
    _count(connection, _DROPPED)


def first_group(connection: sa.Connection) -> int:
    """Return the number before that of the first group in a month made now; its changes are counted from there too, so
    that no copy of an earlier life passes for one of this."""
    return _value(connection, _DROPPED) << _GROUPS_BITS


def _count(connection: sa.Connection, name: str) -> int:
    value = _value(connection, name) + 1
    connection.execute(replacing(connection, progress), {"name": name, "value": value})
    return value


def _value(connection: sa.Connection, name: str) -> int:
    return connection.execute(sa.select(progress.c.value).where(progress.c.name == name)).scalar() or 0
