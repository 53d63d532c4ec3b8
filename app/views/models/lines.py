"""Communication log and unreadable messages of one device, as one table: time, kind, text, bytes."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont

from app.model.records import CommLine, RawMessage
from app.views import theme
from app.views.models.keyed import KeyedModel
from app.views.state.zone_time import time_text

__all__ = ["LineModel", "LineRow", "line_rows"]

_BYTES: Final = 64
"""Bytes shown in a row; the tool tip has more."""


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line. `nth` tells lines of the same millisecond apart."""

    at_ms: int
    nth: int
    device: str
    kind: str
    text: str
    raw: bytes


def line_rows(comm: Sequence[CommLine], raw: Sequence[RawMessage]) -> list[LineRow]:
    """Return both merged, newest first."""
    lines = [(c.at_ms, c.device, c.kind, c.text, c.raw) for c in comm]
    lines += [(r.at_ms, r.device, "raw", r.reason, r.raw) for r in raw]
    rows: list[LineRow] = []
    counts: dict[int, int] = {}
    for line in sorted(lines, key=_newest_first):
        nth = counts.get(line[0], 0)
        counts[line[0]] = nth + 1
        rows.append(LineRow(line[0], nth, *line[1:]))
    return rows


def _newest_first(line: tuple[int, str, str, str, bytes]) -> tuple[int, str, str]:
    return (-line[0], line[2], line[3])


def _key(row: LineRow) -> Hashable:
    return (row.at_ms, row.nth)


class LineModel(KeyedModel[LineRow]):
    """Rows come from `line_rows`."""

    def __init__(self) -> None:
        super().__init__(_key, columns=5)
        self.timezone = "UTC"
        self._fixed = QFont(theme.font(theme.CAPTION))
        self._fixed.setFamilies(["DejaVu Sans Mono", "Menlo", "Consolas", *theme.FAMILIES])
        self._plain = theme.font(theme.BODY, tabular=True)

    def heading(self, column: int) -> str:
        return (
            self.tr("Time"),
            self.tr("Device"),
            self.tr("Kind"),
            self.tr("Text"),
            self.tr("Bytes"),
        )[column]

    def show(self, row: LineRow, column: int, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            when = f"{time_text(row.at_ms, self.timezone)}.{row.at_ms % 1000:03d}"
            return (when, row.device, row.kind, row.text, row.raw[:_BYTES].hex(" "))[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return _dump(row.raw) if column == 4 and row.raw else row.text
        if role == Qt.ItemDataRole.FontRole:
            return self._fixed if column == 4 else self._plain
        return None


def _dump(raw: bytes) -> str:
    """Sixteen bytes a line, in hex and as text."""
    parts = [raw[i : i + 16] for i in range(0, min(len(raw), 512), 16)]
    return "\n".join(f"{p.hex(' '):<47}  {''.join(chr(b) if 32 <= b < 127 else '.' for b in p)}" for p in parts)
