"""What `qianliyan import` does with a store: look, hold it, import, tell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

import typer

from app.cli.asking import EXIT_REFUSED, shown
from app.cli.directly import os_person, owned
from app.cli.exchange_words import exchange_words as words
from app.cli.import_progress import shown_progress
from app.cli.interrupting import interruptible
from app.clock import SystemClock
from app.errors import Cancelled, ConfigurationFault, LeaseHeld, QianliyanError
from app.exchange.headings import Layout, TagList, mapping_of, stated_zone
from app.exchange.holding import HeldHistory
from app.exchange.importing import Import, ImportFile
from app.exchange.imports import ImportRecord, begun, ended, imports_of, taken_back
from app.exchange.keeping import kept_months
from app.exchange.quality_codes import QualityCodes
from app.exchange.refusals import RefusalReport
from app.exchange.samples_of import HowToRead
from app.exchange.sources import open_source
from app.exchange.standing import Standing
from app.exchange.time_text import Fold, TimeFormat
from app.exchange.zone_times import year_start_ms
from app.model.counting import Count
from app.model.records import AppliedSite
from app.storage.contract import RoomStore
from app.storage.history_reading import open_history_reader
from app.storage.opening import open_history_store, open_room_store

__all__ = ["Asked", "run", "show_imports", "take_back"]

_T = TypeVar("_T")
_EARLIEST_YEAR: Final = 1980
"""Before it nobody kept histories of values in files; a clock that was never set says 1970."""
_AHEAD_MS: Final = 60_000
"""How far other clocks may be ahead of ours."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked for, as it was written."""

    files: tuple[Path, ...]
    layout: str
    time: str
    zone: str
    fold: str
    decimal: str
    quality: str
    delimiter: str
    encoding: str
    map: Path | None
    earliest: datetime | None
    report: Path | None
    reason: str


def run(address: str, asked: Asked, language: str, *, dry_run: bool) -> bool:
    """Import; return whether all of it was. Raises what files and store raise."""
    clock = SystemClock()
    with _room(address) as room:
        applied = _site(room, address, language)
    zone = ZoneInfo(applied.site.timezone)
    tags = TagList.of(applied.site, mapping_of(asked.map) if asked.map else None)
    files = [_file(path, asked, tags, zone, clock.now_ms()) for path in asked.files]
    task = Import(files, tags, RefusalReport(asked.report), 0, clock.now_ms())
    task.report.check()
    if dry_run:
        whole, fault = _go(task, address, language), None
    else:
        whole, fault = _held_run(task, address, asked.reason, language, clock)
    _tell(task, asked, zone, language, dry_run=dry_run, whole=whole)
    months = kept_months(applied.site, task.numbers, task.first_ms, clock.now_ms())
    if months:
        print(words("dropped", language, months=months))
    if fault is not None:
        raise fault
    return whole


def _held_run(
    task: Import, address: str, reason: str, language: str, clock: SystemClock
) -> tuple[bool, Exception | None]:
    """Import with history held. Whatever ends it, the journal tells what was added; returns what the caller is to raise
    once it has told that, too. If not even the journal can be written, raises what ended it first."""
    by = os_person()
    with _held(address, language, clock) as history:
        task.revision, task.sink = history.next_revision(), history
        history.journal(begun(task, by, reason, clock.now_ms()))
        whole, fault = False, None
        try:
            whole = _go(task, address, language)
        except Exception as error:  # noqa: BLE001 - a defect of ours, too: `run` raises it
            fault = error
        try:
            history.journal(ended(task, by, reason, clock.now_ms(), whole=whole, fault=_text(fault)))
        except QianliyanError as error:
            raise fault or error  # noqa: B904 - what ended it goes before what it led to
    return whole, fault


def _text(fault: Exception | None) -> str:
    """Return a fault in words; a defect has its kind in front of them."""
    if fault is None:
        return ""
    return str(fault) if isinstance(fault, QianliyanError) else f"{type(fault).__name__}: {fault}"


def _go(task: Import, address: str, language: str) -> bool:
    """Run it with progress shown; False when a person ended it."""
    with interruptible() as stop, shown_progress(task.progress, stop, language) as watched:
        reader = open_history_reader(address)
        try:
            task.lookup = Standing(reader, task.tags.numbers, watched).without_known
            task.run(watched)
        except Cancelled:
            return False
        finally:
            reader.close()
            task.report.finish()
    return True


def take_back(address: str, revision: int, reason: str, *, yes: bool, language: str) -> None:
    """Remove what an import added. Raises ConfigurationFault for one that never was."""
    with _room(address) as room:
        record = next((r for r in imports_of(room) if r.revision == revision), None)
    if record is None:
        raise ConfigurationFault(words("not_imported", language, revision=revision))
    if not yes:
        names = ", ".join(record.files)
        typer.confirm(
            words("undo_confirm", language, revision=revision, files=names, added=Count(record.added)), abort=True
        )
    clock = SystemClock()
    with _held(address, language, clock) as history:
        removed = history.take_back(revision)
        history.journal(taken_back(revision, removed, os_person(), reason, clock.now_ms()))
    print(words("undone", language, revision=revision, removed=Count(removed)))


def show_imports(address: str, language: str) -> None:
    """Print all imports, newest first."""
    with _room(address) as room:
        applied = room.applied_site()
        records = imports_of(room)
    if not records:
        print(words("no_imports", language))
        return
    zone = ZoneInfo(applied.site.timezone if applied is not None else "UTC")
    print(words("zone", language, zone=zone.key))
    for record in records:
        print(_line(record, zone, language))


def _line(record: ImportRecord, zone: ZoneInfo, language: str) -> str:
    first = record.first_ms if record.first_ms is not None else record.last_ms
    span = "" if first is None or record.last_ms is None else f"{_time(first, zone)} – {_time(record.last_ms, zone)}"
    text = words(
        "listed", language, revision=record.revision, time=_time(record.at_ms, zone), who=record.who,
        state=words(f"state.{record.state}", language), added=Count(record.added),
        refused=f"{sum(record.refused.values()):,}", span=span, files=", ".join(record.files), reason=record.reason,
    )  # fmt: skip
    return "\n".join(line.rstrip() for line in text.splitlines())


@contextmanager
def _held(address: str, language: str, clock: SystemClock) -> Iterator[HeldHistory]:
    """Hold history. While somebody else does, say who in one sentence and end with 3."""
    try:
        with owned(address, language=language) as owner:
            history = open_history_store(address)
            try:
                yield HeldHistory(owner, history, clock)
            finally:
                history.close()
    except LeaseHeld as held:
        typer.echo(words("held", language, holder=held.holder), err=True)
        raise typer.Exit(EXIT_REFUSED) from None


@contextmanager
def _room(address: str) -> Iterator[RoomStore]:
    room = open_room_store(address)
    try:
        yield room
    finally:
        room.close()


def _site(room: RoomStore, address: str, language: str) -> AppliedSite:
    applied = room.applied_site()
    if applied is None:
        raise ConfigurationFault(words("no_site", language, store=shown(address)))
    return applied


def _file(path: Path, asked: Asked, tags: TagList, site_zone: ZoneInfo, now_ms: int) -> ImportFile:
    source = open_source(path, delimiter=_delimiter(asked.delimiter), encoding=asked.encoding)
    zone = _zone(asked.zone) if asked.zone else stated_zone(source.names) or site_zone
    earliest = year_start_ms(_EARLIEST_YEAR)
    if asked.earliest is not None:
        earliest = int(asked.earliest.replace(tzinfo=asked.earliest.tzinfo or site_zone).timestamp() * 1000)
    if asked.decimal not in (".", ","):
        raise ConfigurationFault(f"--decimal is . or , and not {asked.decimal}")
    times = TimeFormat(asked.time, zone, _choice(asked.fold, "--fold", {f.name.lower(): f for f in Fold}))
    codes = _choice(asked.quality, "--quality", {str(q): q for q in QualityCodes})
    layout = _choice(asked.layout, "--layout", {str(la): la for la in Layout})
    return ImportFile.of(source, HowToRead(times, asked.decimal, earliest, now_ms + _AHEAD_MS, codes), tags, layout)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError) as error:
        raise ConfigurationFault(f"{name} is no time zone, such as Asia/Shanghai") from error


def _choice(text: str, option: str, choices: dict[str, _T]) -> _T:
    if text not in choices:
        raise ConfigurationFault(f"{option} is one of {', '.join(choices)}, and not {text}")
    return choices[text]


def _delimiter(text: str) -> str:
    return "\t" if text in ("tab", "\\t") else text


def _tell(task: Import, asked: Asked, zone: ZoneInfo, language: str, *, dry_run: bool, whole: bool) -> None:
    """Say what was imported, and what was not and why."""
    now = task.progress
    print(
        words(
            "rehearsed" if dry_run else "done", language, revision=task.revision, added=Count(now.added),
            tags=Count(task.tag_count), repeated=f"{now.repeated:,}", refused=f"{now.refused:,}",
        )
    )  # fmt: skip
    if task.first_ms is not None and task.last_ms is not None:
        first, last = _time(task.first_ms, zone), _time(task.last_ms, zone)
        print(words("span", language, first=first, last=last, zone=zone.key))
    if now.folded:
        print(words("folded", language, count=Count(now.folded), fold=asked.fold))
    for reason, count in task.report.counts.most_common():
        print(words("refused", language, count=f"{count:,}", why=words(f"refused.{reason}", language)))
    if asked.report is not None and task.report.total:
        print(words("report", language, report=asked.report))
    elif task.report.total:
        for path, refusal in task.report.first:
            why = words(f"refused.{refusal.reason}", language)
            text = f"{refusal.column} {refusal.text}".strip()[:120]
            print(words("refused_line", language, file=path.name, line=refusal.line, why=why, text=text))
        print(words("no_report", language))
    if not (whole or dry_run):
        typer.echo(words("ended", language, revision=task.revision), err=True)


def _time(ms: int, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC).astimezone(zone):%Y-%m-%d %H:%M:%S}"
