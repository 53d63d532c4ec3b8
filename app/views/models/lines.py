"""Communication log and unreadable messages as one table: time, device, kind, what was said; the bytes stand apart."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from PySide6.QtCore import Qt

from app.model.records import CommLine, RawMessage
from app.views import theme
from app.views.models.keyed import KeyedModel
from app.views.state.causes import cause_text, line_kind
from app.views.state.sentences import Names
from app.views.state.zone_time import time_text

__all__ = ["LineModel", "LineRow", "Sort", "dump", "line_rows"]

_MOST_BYTES = 1024


class Sort(StrEnum):
    """Which lines are listed."""

    ALL = "all"
    LINK = "link"
    COMMAND = "command"
    RAW = "raw"

    def holds(self, kind: str) -> bool:
        """Return True for a line of this sort."""
        command = kind in ("command", "echo")
        own = {Sort.LINK: not command and kind != "raw", Sort.COMMAND: command, Sort.RAW: kind == "raw"}
        return own.get(self, True)


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line in a language. `nth` tells lines of the same millisecond apart."""

    at_ms: int
    nth: int
    device: str
    kind: str
    name: str
    said: str
    text: str
    raw: bytes

    @property
    def whole(self) -> str:
        """Return all of it, for the pane below the table: what was said, word for word, and the bytes."""
        head = self.said if self.said.strip("“”") == self.text else f"{self.said}\n{self.text}"
        return f"{head}\n\n{dump(self.raw)}" if self.raw else head


def line_rows(comm: Sequence[CommLine], raw: Sequence[RawMessage], names: Names) -> list[LineRow]:
    """Return both merged, newest first, in the language of `names`."""
    lines = [(c.at_ms, c.device, c.kind, c.text, c.raw) for c in comm]
    lines += [(r.at_ms, r.device, "raw", r.reason, r.raw) for r in raw]
    rows: list[LineRow] = []
    counts: dict[int, int] = {}
    for at_ms, device, kind, text, data in sorted(lines, key=_newest_first):
        nth = counts.get(at_ms, 0)
        counts[at_ms] = nth + 1
        said = cause_text(text, names.language, name=names.short)
        rows.append(LineRow(at_ms, nth, device, kind, names.of(device), said, text, data))
    return rows


def dump(raw: bytes) -> str:
    """Return bytes sixteen a line: offset, hex, and ASCII with dots for what cannot be printed."""
    rows = []
    for i in range(0, min(len(raw), _MOST_BYTES), 16):
        part = raw[i : i + 16]
        text = "".join(chr(b) if 32 <= b < 127 else "." for b in part)
        rows.append(f"{i:04x}  {part.hex(' '):<47}  {text}")
    if len(raw) > _MOST_BYTES:
        rows.append(f"… {len(raw) - _MOST_BYTES}")
    return "\n".join(rows)


def _newest_first(line: tuple[int, str, str, str, bytes]) -> tuple[int, str, str]:
    return (-line[0], line[2], line[3])


def _key(row: LineRow) -> Hashable:
    return (row.at_ms, row.nth, row.kind)


class LineModel(KeyedModel[LineRow]):
    """Rows come from `line_rows`; `wanted` chooses among them."""

    def __init__(self) -> None:
        super().__init__(_key, columns=5)
        self.timezone = "UTC"
        self.language = "zh"
        self.wanted = Sort.ALL
        self._all: list[LineRow] = []
        self._plain = theme.font(theme.BODY, tabular=True)

    def take(self, rows: list[LineRow]) -> None:
        """List what was read, as far as it is of the chosen sort."""
        self._all = rows
        self.set_rows([r for r in rows if self.wanted.holds(r.kind)])

    def choose(self, sort: Sort) -> None:
        """List another sort of what was read."""
        self.wanted = sort
        self.take(self._all)

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
            size = f"{len(row.raw)}" if row.raw else ""
            return (when, row.name, line_kind(row.kind, self.language), row.said, size)[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.said
        if role == Qt.ItemDataRole.FontRole:
            return self._plain
        return None
