"""Inserts of thousands of rows at a time, past SQLAlchemy's own bookkeeping."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from app.errors import InternalFault, StoreUnavailable

__all__ = ["insert_rows"]


def insert_rows(connection: sa.Connection, table: sa.Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows of all columns of a table, in their order, in the connection's transaction."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        _copy(connection, table, rows)
    else:
        connection.exec_driver_sql(_insert_text(table), list(rows))


@lru_cache
def _insert_text(table: sa.Table) -> str:
    places = ", ".join("?" for _ in table.columns)
    return f'INSERT INTO "{table.name}" VALUES ({places})'


def _copy(connection: sa.Connection, table: sa.Table, rows: Sequence[tuple[Any, ...]]) -> None:
    import psycopg  # a folder does not pay for the server's driver

    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(_copy_text(table)) as copy:
            copy.set_types(_types(table))
            for row in rows:
                copy.write_row(row)
    except psycopg.IntegrityError as error:
        raise InternalFault(f"the store refuses a row: {str(error).strip()}") from error
    except psycopg.Error as error:
        raise StoreUnavailable(f"the store does not answer: {str(error).strip()}") from error


@lru_cache
def _copy_text(table: sa.Table) -> str:
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    return f'COPY {table.schema}."{table.name}" ({columns}) FROM STDIN (FORMAT BINARY)'


def _types(table: sa.Table) -> list[str]:
    return [_type_of(column) for column in table.columns]


def _type_of(column: sa.Column[Any]) -> str:
    if isinstance(column.type, sa.LargeBinary):
        return "bytea"
    return "text" if isinstance(column.type, sa.Text) else "int8"
