"""The spine: people, sessions and requests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "desk_0001"
down_revision = None
branch_labels = ("desk",)
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _name(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), primary_key=True)


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    """Create all tables of `desk`."""
    op.create_table(
        "meta",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        *_text("store_id"),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_ms", _BIG, nullable=False),
        sa.Column("admits", sa.Integer(), nullable=False),
        schema="desk",
    )
    op.create_table("person", _name("name"), *_text("role"), schema="desk")
    op.create_table(
        "session",
        _name("id"),
        *_text("person", "workstation"),
        sa.Column("opened_ms", _BIG, nullable=False),
        sa.Column("ended_ms", _BIG, nullable=True),
        schema="desk",
    )
    op.create_table(
        "request",
        _name("id"),
        *_text("kind"),
        sa.Column("at_ms", _BIG, nullable=False),
        *_text("person", "role", "session", "workstation", "payload"),
        schema="desk",
    )
    op.create_index("request_at", "request", ["at_ms"], schema="desk")
