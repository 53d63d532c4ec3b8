"""Back and forward between places of one window. Pure."""

from __future__ import annotations

from typing import Final

__all__ = ["History"]

_LIMIT: Final = 50
Place = tuple[str, str]


class History:
    """Places are (page id, target). Visiting a place after going back drops what lay ahead."""

    def __init__(self) -> None:
        self._places: list[Place] = []
        self._at = -1

    def visit(self, page_id: str, target: str) -> None:
        """Note a place; the same place twice in a row counts once."""
        if self._at >= 0 and self._places[self._at] == (page_id, target):
            return
        self._places = [*self._places[: self._at + 1], (page_id, target)][-_LIMIT:]
        self._at = len(self._places) - 1

    def back(self) -> Place | None:
        """Return the place before, None at the first."""
        if self._at <= 0:
            return None
        self._at -= 1
        return self._places[self._at]

    def forward(self) -> Place | None:
        """Return the place after, None at the last."""
        if self._at + 1 >= len(self._places):
            return None
        self._at += 1
        return self._places[self._at]
