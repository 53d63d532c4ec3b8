"""The report of refused rows: a CSV file that is made when the first one comes, and is whole at the end."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, Final

from app.errors import EnvironmentFault
from app.exchange.new_file import NewFile
from app.exchange.rows import Reason, Refusal
from app.model.journal_rows import plain

__all__ = ["HEADINGS", "RefusalReport"]

HEADINGS: Final = ("file", "line", "reason", "column", "text")
_FIRST: Final = 20
"""Refusals that are kept to be shown."""


class RefusalReport:
    """Counts refusals by reason, keeps the first ones, and writes all of them to `path` (None: nowhere)."""

    def __init__(self, path: Path | None) -> None:
        self.counts: Counter[Reason] = Counter()
        self.first: list[tuple[Path, Refusal]] = []
        self._new = NewFile(path) if path is not None else None
        self._file: IO[str] | None = None
        self._writer: Any = None

    @property
    def total(self) -> int:
        """Return how many there are."""
        return self.counts.total()

    def check(self) -> None:
        """Raise EnvironmentFault if the report could not be written: before an import begins, not once it has."""
        if self._new is not None:
            try:
                self._new.part.touch()
            except OSError as error:
                raise _unwritable(self._new.path, error) from error
            self._new.drop()

    def add(self, file: Path, refused: Iterable[Refusal]) -> None:
        """Take refusals of a file. Raises EnvironmentFault if the report cannot be written."""
        rows = []
        for refusal in refused:
            self.counts[refusal.reason] += 1
            if len(self.first) < _FIRST:
                self.first.append((file, refusal))
            rows.append((file.name, refusal.line, refusal.reason.value, plain(refusal.column), plain(refusal.text)))
        if rows and self._new is not None:
            try:
                self._open(self._new).writerows(rows)
            except OSError as error:
                raise _unwritable(self._new.path, error) from error

    def finish(self) -> Path | None:
        """Put the report in its place and return it; None when nothing was refused. Raises EnvironmentFault."""
        if self._file is None or self._new is None:
            return None
        try:
            self._file.close()
            self._new.put()
        except OSError as error:
            raise _unwritable(self._new.path, error) from error
        self._file = None
        return self._new.path

    def _open(self, new: NewFile) -> Any:
        if self._file is None:
            self._file = new.part.open("w", encoding="utf-8-sig", newline="")
            self._writer = csv.writer(self._file)
            self._writer.writerow(HEADINGS)
        return self._writer


def _unwritable(path: Path, error: OSError) -> EnvironmentFault:
    return EnvironmentFault(f"the report {path} cannot be written: {error.strerror or error}")
