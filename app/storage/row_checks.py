"""Whether a row is one that a program of ours wrote. SQLite keeps in a column whatever it is given, and whoever reads
rows of others must not stumble over one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import sqlalchemy as sa

from app.errors import StoreUnavailable
from app.storage.canonical import from_text

__all__ = ["UNREADABLE", "checked_object", "checked_types", "our_own"]

UNREADABLE: Final = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""What reading a row may raise that no program of ours wrote."""
_DEEPEST: Final = 50
"""Objects within objects; those of our programs are a tenth of that."""


@contextmanager
def our_own(what: str, name: object) -> Iterator[None]:
    """Read a row that nobody but the engine writes. Raises StoreUnavailable for one that no program of ours wrote:
    passed over, a hold tag or a command that is on its way would be gone."""
    try:
        yield
    except UNREADABLE as fault:
        raise StoreUnavailable(f"the store is damaged: {what} {name} cannot be read: {fault}") from fault


def checked_types(row: sa.Row[Any], *, texts: Sequence[str], whole: Sequence[str] = (), longest: int) -> None:
    """Raise ValueError unless the columns hold texts of bounded length, and whole numbers."""
    for name in texts:
        value = getattr(row, name)
        if not isinstance(value, str) or len(value) > longest:
            raise ValueError(f"{name} is no text, or too long")
    for name in whole:
        if not isinstance(getattr(row, name), int):
            raise ValueError(f"{name} is no whole number")


def checked_object(text: str, *, longest: int) -> dict[str, Any]:
    """Return the object that a text says. Raises ValueError or RecursionError for another text, and for an object so
    deep that whoever keeps it, further down his own stack, might not be able to write it again."""
    if not isinstance(text, str) or len(text) > longest:
        raise ValueError("it is no text, or too long")
    data = from_text(text)
    if not isinstance(data, dict):
        raise ValueError("it is no object")
    _refuse_depth(data)
    return data


def _refuse_depth(data: dict[str, Any]) -> None:
    level: list[Any] = [data]
    for _ in range(_DEEPEST):
        level = [item for outer in level for item in _items(outer) if isinstance(item, dict | list)]
        if not level:
            return
    raise ValueError("it is too deep")


def _items(outer: Any) -> Iterable[Any]:
    return outer.values() if isinstance(outer, dict) else outer
