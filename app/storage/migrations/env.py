"""Runs the revisions of one owner on the connection that `app.storage.migrating` hands over. Alembic executes it."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table_schema=context.config.attributes["version_schema"],
)
with context.begin_transaction():
    context.run_migrations()
