"""Rows of others that cannot be read: said as far as they are few, and passed over from then on."""

from __future__ import annotations

import logging
from typing import Final

__all__ = ["LONGEST_ID", "LeftAlone"]

LONGEST_ID: Final = 100
"""Characters of an id; rows with longer ones, of which our programs make none, are not even looked at."""
_KEPT: Final = 100_000
_SAID: Final = 100
"""So many are said one by one, then one line for as many: a flood of rubbish must not become a flood of the log."""

_log: Final = logging.getLogger(__name__)


class LeftAlone:
    """Remembers the newest ids. `what` says what the rows are."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._ids: dict[str, None] = {}
        self._count = 0

    def __contains__(self, row_id: str) -> bool:
        return row_id in self._ids

    def add(self, row_id: str, place: object, fault: object) -> None:
        """Pass over a row from now on."""
        self._ids[row_id] = None
        if len(self._ids) > _KEPT:
            del self._ids[next(iter(self._ids))]
        self._count += 1
        if self._count <= _SAID:
            where = str(place)[:LONGEST_ID]
            _log.error("%s %s of %s cannot be read and is left alone: %s", self._what, row_id, where, fault)
        elif self._count % _SAID == 1:
            _log.error(
                "%d rows (%s) could not be read by now; most of them are left alone unsaid", self._count, self._what
            )
