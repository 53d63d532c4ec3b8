"""The spine: lease, applied sites, frames, results, journals, equipment, logs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "live_0001"
down_revision = None
branch_labels = ("live",)
depends_on = None

_BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, _BIG, primary_key=True, autoincrement=False)


def _name(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), primary_key=True)


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _whole(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, _BIG, nullable=False) for name in names]


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)


def upgrade() -> None:
    """Create all tables of `live`."""
    _state_tables()
    _frame_table()
    _request_tables()
    _log_tables()


def _state_tables() -> None:
    op.create_table(
        "meta",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        *_text("store_id"),
        sa.Column("demo", sa.Boolean(), nullable=False),
        *_whole("created_ms"),
        sa.Column("admits", sa.Integer(), nullable=False),
        schema="live",
    )
    op.create_table("lease", _key("id"), *_text("holder"), *_whole("epoch", "until_ms"), schema="live")
    op.execute(sa.text(f"INSERT INTO {_prefix()}lease (id, holder, epoch, until_ms) VALUES (1, '', 0, 0)"))
    op.create_table(
        "site", _key("revision"), *_text("hash"), *_whole("at_ms"), *_text("person", "reason", "body"), schema="live"
    )
    op.create_table(
        "tag",
        _key("number"),
        sa.Column("path", sa.Text(), nullable=False, unique=True),
        *_whole("since"),
        schema="live",
    )
    op.create_table("equipment", _name("path"), *_whole("revision"), *_text("body"), schema="live")
    op.create_index("equipment_revision", "equipment", ["revision"], schema="live")
    op.create_table(
        "substitute",
        _name("tag"),
        sa.Column("value", sa.Double(), nullable=False),
        *_text("person", "reason"),
        *_whole("since_ms", "until_ms"),
        schema="live",
    )


def _frame_table() -> None:
    op.create_table("frame", _key("seq"), *_whole("t", "kind"), _bytes("payload"), schema="live")
    only_keys = sa.text("kind = 1")
    op.create_index("frame_key", "frame", ["seq"], schema="live", sqlite_where=only_keys, postgresql_where=only_keys)
    op.create_index("frame_t", "frame", ["t"], schema="live")
    op.create_table("text", _key("number"), *_text("text"), schema="live")
    if op.get_bind().dialect.name == "postgresql":
        # Columns of floats do not shrink under pglz: trying costs the server more than it saves.
        op.execute("ALTER TABLE live.frame ALTER COLUMN payload SET STORAGE EXTERNAL")


def _request_tables() -> None:
    op.create_table("claim", _name("request_id"), *_whole("at_ms"), schema="live")
    op.create_table(
        "result",
        _key("id"),
        *_text("request_id"),
        *_whole("at_ms"),
        *_text("state", "reasons", "detail"),
        schema="live",
    )
    op.create_index("result_request", "result", ["request_id", "id"], schema="live")


def _log_tables() -> None:
    op.create_table(
        "journal",
        _name("journal"),
        _key("seq"),
        *_text("kind"),
        *_whole("at_ms"),
        *_text("what", "who", "place", "detail", "hash"),
        schema="live",
    )
    op.create_table(
        "comm", _key("id"), *_text("device"), *_whole("at_ms"), *_text("kind", "text"), _bytes("raw"), schema="live"
    )
    op.create_index("comm_device", "comm", ["device", "id"], schema="live")
    op.create_table(
        "raw_message", _key("id"), *_text("device"), *_whole("at_ms"), *_text("reason"), _bytes("raw"), schema="live"
    )
    op.create_index("raw_message_device", "raw_message", ["device", "id"], schema="live")


def _prefix() -> str:
    """Return what stands before a table's name in plain SQL: SQLite has no schemas."""
    return "live." if op.get_bind().dialect.name == "postgresql" else ""
