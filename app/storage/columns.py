"""Column types that mean the same on both backends."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

__all__ = ["DESK_OWNER", "HISTORY_OWNER", "LIVE_OWNER", "OWNERS", "big", "meta_columns"]

DESK_OWNER: Final = "desk"
LIVE_OWNER: Final = "live"
HISTORY_OWNER: Final = "history"
OWNERS: Final = (DESK_OWNER, LIVE_OWNER, HISTORY_OWNER)
"""In the order of creation and backup: whoever sees `live` may rely on `desk`, and what left `live` is in `history`."""

# SQLite keeps a row by its INTEGER PRIMARY KEY itself; BIGINT would cost a second tree.
big: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def meta_columns() -> tuple[sa.Column[object], ...]:
    """Return the columns of an owner's `meta`: one row that says what this store is, for ever."""
    columns: tuple[sa.Column[object], ...] = (
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_ms", big, nullable=False),
        sa.Column("admits", sa.Integer(), nullable=False),
    )
    return columns
