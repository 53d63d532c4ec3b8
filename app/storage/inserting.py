"""Inserts that meet a row of the same key, alike on both backends."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

__all__ = ["inserting_once", "replacing"]


def inserting_once(connection: sa.Connection, table: sa.Table) -> sa.Insert:
    """Return an insert that leaves a row of the same key as it is."""
    insert: sa.Insert = _insert(connection, table).on_conflict_do_nothing()
    return insert


def replacing(connection: sa.Connection, table: sa.Table) -> sa.Insert:
    """Return an insert that writes over a row of the same key."""
    insert = _insert(connection, table)
    rest = {c.name: insert.excluded[c.name] for c in table.columns if not c.primary_key}
    replaced: sa.Insert = insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=rest)
    return replaced


def _insert(connection: sa.Connection, table: sa.Table) -> Any:
    """Return the dialect's own insert: only these know what to do about a key that is there."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as insert_postgres

        return insert_postgres(table)
    from sqlalchemy.dialects.sqlite import insert as insert_sqlite

    return insert_sqlite(table)
