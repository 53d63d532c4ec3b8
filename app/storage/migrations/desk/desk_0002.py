"""People: passwords, roles in areas, sessions that end, signatures; acts, the log book, duties, handovers.

Expand only. Sessions from before have no end and no key: they count as ended, and everybody signs in anew.
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "desk_0002"
down_revision = "desk_0001"
branch_labels = None
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

_TEXT: Final = "TEXT DEFAULT '' NOT NULL"
_WHOLE: Final = {"postgresql": "BIGINT DEFAULT 0 NOT NULL", "sqlite": "INTEGER DEFAULT 0 NOT NULL"}
_FLAG: Final = {"postgresql": "BOOLEAN DEFAULT FALSE NOT NULL", "sqlite": "BOOLEAN DEFAULT 0 NOT NULL"}


def _name(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), primary_key=True) for name in names]


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _whole(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, _BIG, nullable=False) for name in names]


def upgrade() -> None:
    """Add columns to people, sessions and requests, and the new tables."""
    _columns()
    _people_tables()
    _log_book_tables()


def _columns() -> None:
    # In plain SQL: alembic writes the schema into ALTER TABLE, and SQLite has none.
    dialect = op.get_bind().dialect.name
    whole, flag = _WHOLE[dialect], _FLAG[dialect]
    _add("person", full_name=_TEXT, password=_TEXT, wrong=whole, locked_until_ms=whole, disabled=flag)
    _add("person", must_change=flag, created_ms=whole, last_seen_ms=whole)
    _add("session", key=_TEXT, ends_ms=whole, seen_ms=whole, locked=flag, second_to=_TEXT)
    _add("request", second=_TEXT, signature=_TEXT, second_signature=_TEXT)


def _add(table: str, **columns: str) -> None:
    prefix = "desk." if op.get_bind().dialect.name == "postgresql" else ""
    for name, declared in columns.items():
        op.execute(sa.text(f"ALTER TABLE {prefix}{table} ADD COLUMN {name} {declared}"))


def _people_tables() -> None:
    op.create_index("session_person", "session", ["person"], schema="desk")
    op.create_table(
        "area_role",
        *_name("person", "area", "role"),
        sa.Column("until_ms", _BIG, nullable=True),
        *_text("given_by"),
        schema="desk",
    )
    op.create_table(
        "act", *_name("id"), *_whole("at_ms"), *_text("kind", "who", "place", "what", "detail"), schema="desk"
    )
    op.create_index("act_at", "act", ["at_ms"], schema="desk")


def _log_book_tables() -> None:
    op.create_table(
        "note",
        *_name("id"),
        *_whole("at_ms"),
        *_text("person", "workstation", "text"),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        *_text("unpinned_by"),
        *_whole("unpinned_ms"),
        schema="desk",
    )
    op.create_index("note_at", "note", ["at_ms"], schema="desk")
    op.create_table("note_link", *_name("note", "link"), *_whole("place"), schema="desk")
    op.create_table("duty", *_name("day", "shift", "person"), *_text("given_by"), schema="desk")
    op.create_table("handover", *_name("id"), *_whole("at_ms"), *_text("body"), schema="desk")
    op.create_index("handover_at", "handover", ["at_ms"], schema="desk")
