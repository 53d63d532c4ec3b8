"""`qianliyan alarms journal`: query the journals by time, area, place, priority and person; print or export."""

from __future__ import annotations

import csv
import dataclasses
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from app.cli.times import shown_time

if TYPE_CHECKING:
    from app.model.records import JournalEntry
    from app.storage.contract import JournalQuery, RoomStore

__all__ = ["register"]

Moment = Annotated[datetime | None, typer.Option(help="In the time zone of the site.")]


def register(group: typer.Typer) -> None:
    """Add the verb to the group `alarms`."""
    group.command("journal")(journal)


def journal(
    store: Annotated[
        str | None, typer.Option(help="A folder or a postgresql:// URL; by default QIANLIYAN_STORE.")
    ] = None,
    journals: Annotated[
        list[str] | None, typer.Option("--journal", help="alarms (default), audit, commands, events.")
    ] = None,
    start: Moment = None,
    end: Moment = None,
    area: Annotated[list[str] | None, typer.Option(help="Only this area.")] = None,
    place: Annotated[list[str] | None, typer.Option(help="Only this path and what is under it.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only this kind, such as raised.")] = None,
    priority: Annotated[list[int] | None, typer.Option(help="Only this priority.", min=1, max=4)] = None,
    who: Annotated[str, typer.Option(help="Only what this person did.")] = "",
    text: Annotated[str, typer.Option(help="Only lines that have this text somewhere.")] = "",
    limit: Annotated[int, typer.Option(help="Lines at most.", min=1, max=10_000_000)] = 1000,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line; times as UTC ms.")] = False,
    to_csv: Annotated[Path | None, typer.Option("--csv", help="Write a CSV file instead of printing.")] = None,
) -> None:
    """Print lines of the journals, newest first."""
    from app.config import load_config
    from app.storage.opening import open_room_store

    reader = open_room_store(load_config(store=store).store)
    try:
        applied = reader.applied_site()
        zone = ZoneInfo(applied.site.timezone if applied is not None else "UTC")
        query = _query(journals, start, end, area, place, kind, priority, who, text, zone)
        lines = _lines(reader, query, limit)
        if to_csv is not None:
            print(f"{to_csv}; lines written: {_write_csv(to_csv, lines, zone)}")
            return
        for entry in lines:
            print(json.dumps(dataclasses.asdict(entry), ensure_ascii=False) if as_json else _line(entry, zone))
    finally:
        reader.close()


def _query(
    journals: list[str] | None,
    start: datetime | None,
    end: datetime | None,
    area: list[str] | None,
    place: list[str] | None,
    kind: list[str] | None,
    priority: list[int] | None,
    who: str,
    text: str,
    zone: ZoneInfo,
) -> JournalQuery:
    from app.model.records import Journal
    from app.storage.contract import JournalQuery

    query = JournalQuery(
        journals=_journals(journals or [Journal.ALARMS.value]),
        areas=tuple(area or ()),
        places=tuple(place or ()),
        kinds=tuple(kind or ()),
        priorities=tuple(priority or ()),
        who=who,
        text=text,
    )
    if start is not None:
        query = replace(query, start_ms=_ms(start, zone))
    return query if end is None else replace(query, end_ms=_ms(end, zone))


def _journals(names: list[str]) -> Any:
    from app.errors import ConfigurationFault
    from app.model.records import Journal

    wrong = [name for name in names if name not in set(Journal)]
    if wrong:
        raise ConfigurationFault(f"there is no journal {wrong[0]}: {', '.join(Journal)}")
    return tuple(Journal(name) for name in names)


def _lines(reader: RoomStore, query: JournalQuery, limit: int) -> Iterator[JournalEntry]:
    """Yield the newest lines, read page by page."""
    from app.storage.journal_walk import PAGE, pages_of

    pages = pages_of(reader, query, size=min(PAGE, limit))
    return islice(chain.from_iterable(pages), limit)


def _write_csv(path: Path, lines: Iterable[JournalEntry], zone: ZoneInfo) -> int:
    """Write a file that spreadsheets open in the right encoding; return the number of lines."""
    from app.errors import EnvironmentFault
    from app.model.journal_rows import COLUMNS, cells_of, csv_row

    count = 0
    try:
        with path.open("w", newline="", encoding="utf-8-sig") as file:
            writer = csv.writer(file)
            writer.writerow([column.id for column in COLUMNS])
            for entry in lines:
                writer.writerow(csv_row(list(cells_of(entry).values()), zone))
                count += 1
    except OSError as error:
        raise EnvironmentFault(f"{path} cannot be written: {error.strerror or error}") from error
    return count


def _line(entry: JournalEntry, zone: ZoneInfo) -> str:
    said = {k: v for k, v in entry.detail.items() if k in ("state", "value", "limit", "note", "reason", "flags") and v}
    priority = str(entry.priority or "-")
    by = f"  {entry.who} @ {entry.where}" if entry.who else ""
    return (
        f"{shown_time(entry.at_ms, zone, 'milliseconds')}  {priority}  {entry.kind:<14} {entry.what}{by}  "
        + json.dumps(said, ensure_ascii=False)
    )


def _ms(moment: datetime, zone: ZoneInfo) -> int:
    return int((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp() * 1000)
