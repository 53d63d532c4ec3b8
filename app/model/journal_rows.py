"""A journal entry as a row of plain cells, for files that spreadsheets and other programs read. Pure.

CSV is RFC 4180; times are ISO 8601 with the zone's offset.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from app.model.records import Journal, JournalEntry
from app.model.terms import Label

__all__ = [
    "COLUMNS",
    "Cell",
    "Column",
    "ColumnKind",
    "Moment",
    "cells_of",
    "csv_row",
    "iso_text",
    "local_time",
    "plain",
]

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet may take a text that begins so for a formula."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class ColumnKind(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"
    TIME = "time"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Moment:
    """A cell that is an instant, UTC ms."""

    ms: int


Cell = str | int | float | Moment | None


@dataclass(frozen=True, slots=True)
class Column:
    """`id` heads the column in CSV, `label` in a spreadsheet; `width` in characters."""

    id: str
    label: Label
    kind: ColumnKind = ColumnKind.TEXT
    width: int = 12


_TIME, _NUMBER = ColumnKind.TIME, ColumnKind.NUMBER

COLUMNS: Final[tuple[Column, ...]] = (
    Column("time", Label("时间", "Time"), _TIME, 23),
    Column("journal", Label("日志", "Journal"), width=10),
    Column("kind", Label("类别", "Kind"), width=16),
    Column("what", Label("路径", "Path"), width=28),
    Column("area", Label("区域", "Area"), width=10),
    Column("priority", Label("优先级", "Priority"), _NUMBER, 8),
    Column("who", Label("人员", "Person"), width=14),
    Column("where", Label("工作站", "Workstation"), width=16),
    Column("occurrence", Label("报警次", "Occurrence"), width=36),
    Column("from", Label("原状态", "From"), width=12),
    Column("state", Label("状态", "State"), width=12),
    Column("value", Label("数值", "Value"), _NUMBER, 10),
    Column("limit", Label("限值", "Limit"), _NUMBER, 10),
    Column("quality", Label("质量码", "Quality"), _NUMBER, 8),
    Column("annunciated", Label("发出声光", "Annunciated"), _NUMBER, 8),
    Column("flags", Label("标志", "Flags"), width=16),
    Column("source_time", Label("源时间", "Source time"), _TIME, 23),
    Column("receipt_time", Label("接收时间", "Receipt time"), _TIME, 23),
    Column("note", Label("原因或备注", "Reason or note"), width=30),
    Column("detail", Label("全部记录", "Everything recorded"), width=40),
    Column("seq", Label("序号", "Number"), _NUMBER, 8),
    Column("hash", Label("SHA-256", "SHA-256"), width=20),
)


def cells_of(entry: JournalEntry) -> dict[str, Cell]:
    """Return the cells of an entry by column id; what a line does not have is None."""
    detail = entry.detail
    alarm = entry.journal is Journal.ALARMS
    flags = detail.get("flags")
    return {
        "time": Moment(entry.at_ms),
        "journal": entry.journal.value,
        "kind": entry.kind,
        "what": entry.what,
        "area": entry.area,
        "priority": entry.priority or None,
        "who": entry.who,
        "where": entry.where,
        "occurrence": _text(detail.get("occurrence")),
        "from": _text(detail.get("from")) if alarm else None,
        "state": _text(detail.get("state")),
        "value": _number(detail.get("value")),
        "limit": _number(detail.get("limit")),
        "quality": _number(detail.get("quality")),
        "annunciated": int(bool(detail["annunciated"])) if "annunciated" in detail else None,
        "flags": " ".join(str(f) for f in flags) if isinstance(flags, list | tuple) else None,
        "source_time": _moment(detail.get("source_ms")),
        "receipt_time": _moment(detail.get("receipt_ms")),
        "note": _text(detail.get("note")) or _text(detail.get("reason")),
        "detail": json.dumps(dict(detail), ensure_ascii=False, default=str),
        "seq": entry.seq,
        "hash": entry.hash,
    }


def csv_row(cells: Sequence[Cell], zone: ZoneInfo) -> list[str | int | float]:
    """Return cells as they stand in a CSV file: times with their zone, and no text that begins a formula."""
    return [_csv(cell, zone) for cell in cells]


def plain(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: with an apostrophe before what would be one."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def iso_text(ms: int, zone: ZoneInfo) -> str:
    """Return an instant in a zone, to the millisecond, with its offset."""
    return _local(ms, zone).isoformat(timespec="milliseconds")


def local_time(ms: int, zone: ZoneInfo) -> datetime:
    """Return the wall clock of a zone at an instant, without the zone: spreadsheets know none."""
    return _local(ms, zone).replace(tzinfo=None)


def _local(ms: int, zone: ZoneInfo) -> datetime:
    return (_EPOCH + timedelta(milliseconds=ms)).astimezone(zone)


def _csv(cell: Cell, zone: ZoneInfo) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, Moment):
        return iso_text(cell.ms, zone)
    return plain(cell) if isinstance(cell, str) else cell


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: Any) -> Cell:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _moment(value: Any) -> Moment | None:
    return Moment(value) if isinstance(value, int) and value > 0 else None
