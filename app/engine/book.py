"""The engine's own knowledge of each equipment: selection, hold tag, command, what is unproven. Every change travels
with the next commit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from app.engine.outbox import Outbox
from app.model.records import EquipmentStatus

__all__ = ["Book"]


class Book:
    """Rows by equipment path."""

    def __init__(self, outbox: Outbox, rows: Iterable[EquipmentStatus] = ()) -> None:
        self._outbox = outbox
        self._rows: Final[dict[str, EquipmentStatus]] = {row.path: row for row in rows}

    def get(self, path: str) -> EquipmentStatus:
        """Return the row of an equipment; an empty one when nothing is known of it."""
        return self._rows.get(path) or EquipmentStatus(path)

    def change(self, path: str, **fields: Any) -> None:
        """Change fields of a row."""
        before = self.get(path)
        after = replace(before, **fields)
        if after != before:
            self._rows[path] = after
            self._outbox.equipment(after)

    def rows(self) -> tuple[EquipmentStatus, ...]:
        """Return all rows."""
        return tuple(self._rows.values())
