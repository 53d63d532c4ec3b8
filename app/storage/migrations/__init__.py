"""Alembic migrations: one branch per owner, run by `app.storage.migrating`. Expand first, contract a release later."""
