"""What `qianliyan export` does: finds the tags, reads the past, writes the file."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from app.cli.asking import shown
from app.cli.exchange_words import exchange_words as words
from app.cli.import_progress import progress_line
from app.cli.interrupting import interruptible
from app.errors import Cancelled, ConfigurationFault, EnvironmentFault
from app.exchange.exporting import Export, export
from app.exchange.headings import Layout
from app.exchange.table_writing import FORMATS
from app.model.counting import Count
from app.model.spec import Site, TagKind
from app.storage.history_reading import open_history_reader
from app.storage.opening import open_room_store

__all__ = ["Asked", "run"]

_DAY_MS: Final = 86_400_000
_MOST_BUCKETS: Final = 50_000_000
"""More of them than a year has seconds, and few enough for the memory of a workstation."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked for, as it was written."""

    tags: tuple[str, ...]
    start: datetime
    end: datetime | None
    every_ms: int
    layout: str
    form: str
    zone: str


@dataclass(slots=True)
class _Counted:
    """How far it is; tells the line on the screen whenever the work asks whether to stop."""

    rows: int = 0
    at_ms: int = 0


def run(address: str, asked: Asked, out: Path, language: str) -> bool:
    """Export; return whether the file is there. Raises ConfigurationFault, EnvironmentFault."""
    task = _task(address, asked, language)
    counted = _Counted(at_ms=task.start_ms)
    reader = open_history_reader(address)
    try:
        with interruptible() as stop, progress_line() as line:
            bar = line.add_task(words("writing", language), total=max(1, task.end_ms - task.start_ms), words="")

            def ask() -> bool:
                until = datetime.fromtimestamp(counted.at_ms / 1000, task.zone)
                text = words("rows", language, rows=f"{counted.rows:,}", until=f"{until:%Y-%m-%d %H:%M}")
                line.update(bar, completed=counted.at_ms - task.start_ms, words=text)
                return stop()

            export(reader, task, out, counted, ask)
    except Cancelled:
        print(words("export_ended", language))
        return False
    except OSError as error:
        raise EnvironmentFault(words("unwritable", language, file=out, why=error.strerror or error)) from error
    finally:
        reader.close()
    print(words("exported", language, file=out, rows=Count(counted.rows), tags=Count(len(task.tags))))
    return True


def _task(address: str, asked: Asked, language: str) -> Export:
    room = open_room_store(address)
    try:
        applied = room.applied_site()
    finally:
        room.close()
    if applied is None:
        raise ConfigurationFault(words("no_site", language, store=shown(address)))
    zone = _zone(asked.zone or applied.site.timezone)
    tags = _tags(applied.site, asked.tags)
    if not tags:
        raise ConfigurationFault(words("no_tags", language, globs=", ".join(asked.tags)))
    if asked.layout not in (Layout.LONG, Layout.WIDE):
        raise ConfigurationFault(f"--layout is long or wide, and not {asked.layout}")
    if asked.form not in FORMATS:
        raise ConfigurationFault(f"--format is {' or '.join(FORMATS)}, and not {asked.form}")
    start_ms, end_ms = _times(asked, zone)
    return Export(tags, start_ms, end_ms, asked.every_ms, Layout(asked.layout), asked.form, zone)


def _times(asked: Asked, zone: ZoneInfo) -> tuple[int, int]:
    """Return begin and end, UTC ms. "From the year 1" and "to the year 9999" mean all there is: nothing is known of
    times before 1970, and a clock that is ahead is so by less than a day."""
    now_ms = time.time_ns() // 1_000_000
    end_ms = now_ms if asked.end is None else min(_ms(asked.end, zone), now_ms + _DAY_MS)
    start_ms = max(_ms(asked.start, zone), 0)
    if start_ms >= end_ms:
        raise ConfigurationFault("--from must be earlier than --to, and than now")
    if asked.every_ms and (count := (end_ms - start_ms) // asked.every_ms) > _MOST_BUCKETS:
        raise ConfigurationFault(f"{count:,} buckets are too many: ask for wider ones, or for a shorter time")
    return start_ms, end_ms


def _tags(site: Site, globs: tuple[str, ...]) -> tuple[tuple[int, str], ...]:
    """Return number and path of each tag that a pattern matches; a text tag's values are numbers that mean nothing
    elsewhere."""
    paths = {t.path: t.number for t in site.tags if t.kind is not TagKind.TEXT}
    return tuple((paths[p], p) for p in sorted(paths) if any(fnmatchcase(p, g) for g in globs))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError) as error:
        raise ConfigurationFault(f"{name} is no time zone, such as Asia/Shanghai") from error


def _ms(moment: datetime, zone: ZoneInfo) -> int:
    return int((moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp() * 1000)
