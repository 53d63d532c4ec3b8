"""PostgreSQL: one database with a schema per owner, for several workstations."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import psutil
import psycopg
import sqlalchemy as sa

from app.errors import StoreUnavailable
from app.storage.columns import HISTORY_OWNER, LIVE_OWNER
from app.storage.foreign import mapped_errors

__all__ = ["NoLock", "PostgresBackend", "PostgresBell", "without_password"]

_PAUSE_S: Final = 0.2
_CREATION_LOCK: Final = 0x51_4C_59
_CONNECT: Final[dict[str, Any]] = {
    "connect_timeout": 3,
    # A server that vanished without a word must be noticed before an operator wonders.
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 3000,
}
# A writer that stands still in the middle of a transaction is ended by the server, and frees what it locked. The
# engine's must not hold the lease's row for longer than the lease lasts. Elsewhere a short stall of one workstation
# costs nobody a request: the others wait for what it locked, longer than it may stand still.
_LIVE_PATIENCE_S: Final = (2, 3)
_PATIENCE_S: Final = (5, 6)
_WRITER_SETTINGS: Final = (
    "SET idle_in_transaction_session_timeout = '{idle}s'; SET lock_timeout = '{lock}s'; SET synchronous_commit = on"
)
_READER_SETTINGS: Final = "SET default_transaction_read_only = on; SET statement_timeout = '30s'"


class PostgresBackend:
    """The store in the database of a `postgresql://` URL."""

    name = "postgresql"
    lock_proves_absence = False
    # clock_timestamp, not now(): now() stands still within a transaction.
    now_ms: sa.ColumnElement[int] = sa.literal_column(
        "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)", sa.BigInteger()
    )

    def __init__(self, url: sa.URL) -> None:
        self._url = url.set(drivername="postgresql+psycopg")
        self.address = url.render_as_string(hide_password=True)
        self.dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)

    def exists(self, owner: str) -> bool:
        with _mapped_psycopg(), psycopg.connect(self.dsn, **_CONNECT) as connection:
            return connection.execute("SELECT to_regclass(%s)", (f"{owner}.meta",)).fetchone() != (None,)

    def create(self, owner: str, fill: Callable[[sa.Connection], None]) -> None:
        engine = sa.create_engine(self._url, connect_args=_CONNECT, poolclass=sa.NullPool)
        with mapped_errors(), engine.begin() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_CREATION_LOCK)))
            there = connection.execute(sa.select(sa.func.to_regclass(f"{owner}.meta"))).scalar()
            if there is None:
                connection.exec_driver_sql(f"CREATE SCHEMA IF NOT EXISTS {owner}")
                fill(connection)

    def writer(self, owner: str) -> sa.Engine:
        # The engine's commits find a broken connection out five times a second; on the desk it would be a person's
        # request that does, and fails.
        ping = owner != LIVE_OWNER
        engine = sa.create_engine(self._url, connect_args=_CONNECT, pool_size=1, max_overflow=0, pool_pre_ping=ping)
        idle, lock = _LIVE_PATIENCE_S if owner == LIVE_OWNER else _PATIENCE_S
        settings = _WRITER_SETTINGS.format(idle=idle, lock=lock)
        sa.event.listen(engine, "connect", lambda connection, _record: _run_settings(connection, settings))
        return engine

    def reader(self, owner: str) -> sa.Engine:
        # Bytes arrive as text unless they are asked for as they are: twice as many, and each looked at.
        how = {"cursor_factory": _BinaryCursor} if owner == HISTORY_OWNER else {}
        arguments = {**_CONNECT, **how}
        engine = sa.create_engine(
            self._url, connect_args=arguments, pool_size=1, max_overflow=3, isolation_level="AUTOCOMMIT"
        )
        sa.event.listen(engine, "connect", _set_up_reader)
        return engine

    def bell(self, owner: str) -> PostgresBell:
        return PostgresBell(self.dsn, channel(owner))

    def take_time(self, connection: sa.Connection) -> None:
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '30s'")

    def ring(self, connection: sa.Connection, owner: str) -> None:
        connection.exec_driver_sql(f"NOTIFY {channel(owner)}")

    def engine_lock(self) -> NoLock:
        return NoLock()

    def size(self, connection: sa.Connection) -> tuple[int, float]:
        with mapped_errors():
            size = int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())
            return size, self._used_fraction(connection)

    def history_size(self, connection: sa.Connection) -> int:
        tables = "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'history'"
        measured = "SELECT COALESCE(SUM(pg_total_relation_size(c.oid)), 0)"
        with mapped_errors():
            return int(connection.exec_driver_sql(f"{measured} {tables} AND c.relkind = 'r'").scalar_one())

    def integrity(self, connection: sa.Connection) -> list[str]:
        return []  # pg_amcheck and checksums are the server's own business

    def _used_fraction(self, connection: sa.Connection) -> float:
        """Measure the server's disk when it is ours and we may know where; 0 means unknown."""
        if self._url.host not in (None, "", "localhost", "127.0.0.1", "::1") and not self._url.host.startswith("/"):
            return 0.0
        folder = connection.exec_driver_sql(
            "SELECT setting FROM pg_settings WHERE name = 'data_directory'"  # no row without the right to read it
        ).scalar()
        try:
            return psutil.disk_usage(folder).percent / 100.0 if folder else 0.0
        except OSError:
            return 0.0  # a server in a container names a folder that is not ours


class PostgresBell:
    """LISTENs on a connection of its own: a query on a listening connection would dead-lock."""

    def __init__(self, dsn: str, name: str) -> None:
        self._dsn = dsn
        self._name = name
        self._connection: psycopg.Connection[Any] | None = None

    def wait(self, timeout_s: float) -> bool:
        try:
            if self._connection is None:
                self._listen()
                return True  # nothing is known of what was missed
            # A packet may bring several notifications; the generator must run to its end to be free again.
            return len(list(self._connection.notifies(timeout=timeout_s, stop_after=1))) > 0
        except psycopg.Error as error:
            self.close()
            time.sleep(_PAUSE_S)  # the caller's loop must not spin while the server is away
            raise StoreUnavailable(f"the store does not answer: {_said(error)}") from error

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _listen(self) -> None:
        connection = psycopg.connect(self._dsn, autocommit=True, **_CONNECT)
        connection.execute(f"LISTEN {self._name}")
        self._connection = connection


class _BinaryCursor(psycopg.Cursor[Any]):
    """Asks for all columns as they are in the server."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.format = psycopg.pq.Format.BINARY


class NoLock:
    """No lock besides the lease: engines of several machines share the server, and its clock judges."""

    def take(self, holder: str) -> None:
        """Do nothing."""

    def release(self) -> None:
        """Do nothing."""


def without_password(address: str) -> tuple[str, str]:
    """Split an address for PostgreSQL's own programs: the address without its password, and the password."""
    url = sa.make_url(address.replace("postgres://", "postgresql://", 1)).set(drivername="postgresql")
    bare = sa.URL.create(url.drivername, url.username, None, url.host, url.port, url.database, url.query)
    return bare.render_as_string(hide_password=False), url.password or ""


def channel(owner: str) -> str:
    """Return the name under which commits to an owner are announced."""
    return f"qianliyan_{owner}"


@contextmanager
def _mapped_psycopg() -> Iterator[None]:
    """Turn psycopg's own errors into ours, where no SQLAlchemy stands between."""
    try:
        yield
    except psycopg.Error as error:
        raise StoreUnavailable(f"the store does not answer: {_said(error)}") from error


def _said(error: psycopg.Error) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__


def _set_up_reader(connection: Any, record: object) -> None:
    _run_settings(connection, _READER_SETTINGS)


def _run_settings(connection: psycopg.Connection[Any], settings: str) -> None:
    """Run SET outside a transaction: a rollback would take it back."""
    before = connection.autocommit
    connection.autocommit = True
    for setting in settings.split("; "):
        connection.execute(setting.encode())
    connection.autocommit = before
