"""A sorted sequence of named rows that is kept in order one change at a time. Pure.

Ten thousand rows with hundreds of changes a second are never sorted as a whole: each change is two bisections.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["SortedRows"]

Key = tuple[Any, ...]


class SortedRows:
    """Names ordered by a key of each. A key ends with its name, so that no two are equal."""

    def __init__(self) -> None:
        self._keys: dict[str, Key] = {}
        self._order: list[Key] = []

    def __len__(self) -> int:
        return len(self._order)

    def __contains__(self, name: object) -> bool:
        return name in self._keys

    def __iter__(self) -> Iterator[str]:
        return (key[-1] for key in self._order)

    def __getitem__(self, place: int) -> str:
        name: str = self._order[place][-1]
        return name

    def first(self, count: int) -> list[str]:
        """Return the first names, `count` at most."""
        return [key[-1] for key in self._order[:count]]

    def slice(self, start: int, stop: int) -> list[str]:
        """Return the names from place `start` up to `stop`, which is excluded."""
        return [key[-1] for key in self._order[max(0, start) : max(0, stop)]]

    def place(self, name: str) -> int | None:
        """Return where a name stands, None if it does not."""
        key = self._keys.get(name)
        return None if key is None else bisect_left(self._order, key)

    def put(self, name: str, key: Key) -> bool:
        """Bring a name to its place; return True when the order of the names changed."""
        old = self._keys.get(name)
        if old == key:
            return False
        if old is not None:
            del self._order[bisect_left(self._order, old)]
        self._keys[name] = key
        insort(self._order, key)
        return True

    def drop(self, name: str) -> bool:
        """Take a name out; return False if it was not there."""
        old = self._keys.pop(name, None)
        if old is None:
            return False
        del self._order[bisect_left(self._order, old)]
        return True

    def fill(self, keys: Mapping[str, Key]) -> None:
        """Begin anew with all these at once."""
        self._keys = dict(keys)
        self._order = sorted(self._keys.values())
