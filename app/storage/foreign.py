"""The door of the store: what drivers and SQLAlchemy raise becomes an error of our tree."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy.exc as sa

from app.errors import InternalFault, StoreForbidden, StoreUnavailable

__all__ = ["mapped_errors"]

_NO_RIGHT = "42501"
"""PostgreSQL's insufficient_privilege."""


@contextmanager
def mapped_errors() -> Iterator[None]:
    """Turn foreign errors into ours: a broken rule of the schema is InternalFault, everything that the machine or the
    server does to us is StoreUnavailable (away, locked, full, read-only, damaged)."""
    try:
        yield
    except (sa.IntegrityError, sqlite3.IntegrityError) as error:
        raise InternalFault(f"the store refuses a row: {_first_line(error)}") from error
    except (sa.OperationalError, sa.InterfaceError, sa.InternalError, sa.TimeoutError, sa.DisconnectionError) as error:
        raise StoreUnavailable(f"the store does not answer: {_first_line(error)}") from error
    except sa.DatabaseError as error:
        if getattr(error.orig, "sqlstate", None) == _NO_RIGHT:
            raise StoreForbidden(f"this account of the store may not do that: {_first_line(error)}") from error
        if type(error) is sa.DatabaseError:  # SQLite: malformed, or not a database
            raise StoreUnavailable(f"the store is damaged: {_first_line(error)}") from error
        raise InternalFault(f"the store does not understand us: {_first_line(error)}") from error
    except sa.SQLAlchemyError as error:
        raise InternalFault(f"the store was used wrongly: {_first_line(error)}") from error
    except (sqlite3.Error, OSError) as error:
        raise StoreUnavailable(f"the store does not answer: {_first_line(error)}") from error


def _first_line(error: BaseException) -> str:
    """Return the driver's own words without SQLAlchemy's statement and link."""
    original = getattr(error, "orig", None) or error
    return str(original).strip().partition("\n")[0] or type(original).__name__
