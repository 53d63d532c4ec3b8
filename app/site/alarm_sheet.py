"""The rationalisation sheet: every alarm as a row, out for people to judge and back with what they changed.

The sheet has the columns of alarms.csv. What comes back is compared word by word, and only what differs from types and
stations is kept, in alarms.csv.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from app.errors import ConfigurationFault
from app.model.alarms.spec import AlarmKind, AlarmSpec
from app.model.spec import Label, Site, TagSpec
from app.site.compiling.site import compile_site
from app.site.csv_alarms import ALARM_ROWS, EDITABLE, INFORMATIVE, AlarmRow, CsvAlarms
from app.site.csv_table import read_table, table_of
from app.site.difference import FieldChange
from app.site.faults import FaultList
from app.site.folder import ALARMS_CSV, SiteFolder, read_folder

__all__ = ["SheetChange", "Taken", "sheet_text", "take"]

_COLUMNS: Final = (
    "path", "place_zh", "place_en", "condition_zh", "condition_en", "kind", "priority", "limit", "unit", "deadband",
    "on_delay_s", "off_delay_s", "window_s", "latching", "ack_required", "re_alarm_s", "group", "suppress", "when",
    "respond_s", "consequence_zh", "consequence_en", "action_zh", "action_en", "reason",
)  # fmt: skip
_WITH_DEADBAND: Final = (AlarmKind.LIMIT, AlarmKind.DEVIATION, AlarmKind.RATE, AlarmKind.CLOCK)
_WITH_WINDOW: Final = (AlarmKind.RATE, AlarmKind.STUCK)

Cells = dict[str, str]
_ENGINE: Final = Label("采集引擎", "Engine")


@dataclass(frozen=True, slots=True)
class SheetChange:
    """What the sheet changes of one alarm against the site files as they are."""

    path: str
    label: Label
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """A sheet that came back: its differences, and the alarms.csv that makes them so ("" when none is needed)."""

    changes: tuple[SheetChange, ...]
    text: str


def sheet_text(folder: Path) -> str:
    """Return the sheet of the site in `folder`, devices that are being commissioned included. Raises SiteFaults."""
    faults = FaultList()
    read = read_folder(folder, faults)
    site = _compiled(read, faults)
    reasons = {entry.row.path: entry.row.reason for entry in read.alarms.rows} if read.alarms else {}
    return _csv(_COLUMNS, (cells | {"reason": reasons.get(path, "")} for path, cells in _cells(site).items()))


def take(folder: Path, file: Path, *, reason: str) -> Taken:
    """Compare a sheet with the site in `folder`; nothing is written. Raises SiteFaults with every fault of the site and
    of the sheet, by line and column, and ConfigurationFault if the sheet is not there."""
    if not file.is_file():
        raise ConfigurationFault(f"there is no sheet {file}")
    faults = FaultList()
    read = read_folder(folder, faults)
    now, base = _cells(_compiled(read, faults)), _cells(_compiled(replace(read, alarms=None), faults))
    table = read_table(file.parent, file.name, ALARM_ROWS, faults)
    if table is not None:
        _check_informative(table, now)
        compile_site(replace(read, alarms=table), {}, commissioned=True)
    faults.raise_if_any()
    assert table is not None
    text = _overrides(table, read, base, now, reason)
    after = _compiled(replace(read, alarms=table_of(text, ALARMS_CSV, ALARM_ROWS, faults) if text else None), faults)
    return Taken(tuple(_changes(now, _cells(after), after)), text)


def _compiled(read: SiteFolder, faults: FaultList) -> Site:
    site = compile_site(read, {}, commissioned=True)
    faults.raise_if_any()
    assert site is not None
    return site


def _cells(site: Site) -> dict[str, Cells]:
    """Return every alarm as the text of its cells."""
    tags = {tag.path: tag for tag in site.tags}
    places = {facility.id: facility.label for facility in site.facilities}
    equipment = {e.path: e.label for e in site.equipment}
    devices = {device.id: device.label for device in site.devices}
    found: dict[str, Cells] = {}
    for alarm in site.alarms:  # of a place, of a device, or of the engine itself
        parts = (places.get(alarm.facility), equipment.get(alarm.equipment))
        place = [label for label in parts if label] or [devices.get(alarm.device, _ENGINE)]
        found[alarm.path] = _row(alarm, place, tags.get(alarm.tag))
    return found


def _row(alarm: AlarmSpec, place: list[Label], tag: TagSpec | None) -> Cells:
    numbers = {name: _text(getattr(alarm, name)) for name in EDITABLE if hasattr(alarm, name)}
    if alarm.kind not in _WITH_DEADBAND:
        numbers["deadband"] = ""
    if alarm.kind not in _WITH_WINDOW:
        numbers["window_s"] = ""
    return numbers | {
        "path": alarm.path,
        "place_zh": " ".join(label.zh for label in place),
        "place_en": " ".join(label.en for label in place),
        "condition_zh": alarm.label.zh,
        "condition_en": alarm.label.en,
        "kind": alarm.kind.value,
        "unit": tag.unit if tag and alarm.limit is not None else "",
        "group": alarm.group,
        "suppress": "; ".join(f"{c.tag} {c.op.value} {c.value:g}" for c in alarm.suppress),
        "when": alarm.when.text if alarm.when else "",
        "consequence_zh": alarm.consequence.zh,
        "consequence_en": alarm.consequence.en,
        "action_zh": alarm.action.zh,
        "action_en": alarm.action.en,
    }


def _text(value: Any) -> str:
    """Return a value as its cell. Ten digits are more than any instrument has, and the same after a spreadsheet."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.10g}"
    return str(value)


def _said(row: AlarmRow, name: str) -> str:
    value = getattr(row, name)
    return value.value if isinstance(value, AlarmKind) else _text(value)


def _check_informative(table: CsvAlarms, now: Mapping[str, Cells]) -> None:
    """Note cells that were changed although nothing is read from them: a person who changed one expects it to count."""
    for entry in table.rows:
        cells = now.get(entry.row.path, {})
        for name in INFORMATIVE:
            said = _said(entry.row, name)
            if name in table.columns and said and cells and said != cells[name]:
                message = f"{name} is {cells[name] or 'empty'!r} by the site files and is not taken from a sheet"
                table.fault((entry.index, name), message)


def _overrides(
    table: CsvAlarms, read: SiteFolder, base: Mapping[str, Cells], now: Mapping[str, Cells], reason: str
) -> str:
    """Return the alarms.csv that keeps what differs from types and stations. What the sheet does not speak of stays as
    alarms.csv says it; an empty cell gives the word back to types and stations."""
    kept: dict[str, Cells] = {}
    for entry in read.alarms.rows if read.alarms else ():
        kept[entry.row.path] = {n: _said(entry.row, n) for n in (*EDITABLE, "reason") if _said(entry.row, n)}
    for entry in table.rows:
        path = entry.row.path
        own = dict(kept.get(path, {}))
        for name in (n for n in EDITABLE if n in table.columns):
            own.pop(name, None)
            said = _said(entry.row, name)
            if said and said != base[path][name]:
                own[name] = said
        if any(own.get(n, base[path][n]) != now[path][n] for n in EDITABLE):
            # Its own word on the row wins, unless that is still the one about an earlier change.
            written = entry.row.reason
            own["reason"] = written if written and written != own.get("reason") else reason
        kept[path] = own
    rows = [{"path": path, **kept[path]} for path in base if set(kept.get(path, ())) - {"reason"}]
    used = [name for name in _COLUMNS if any(name in row for row in rows)]
    return _csv(used, rows) if rows else ""


def _changes(now: Mapping[str, Cells], after: Mapping[str, Cells], site: Site) -> Iterable[SheetChange]:
    for alarm in site.alarms:
        old, new = now[alarm.path], after[alarm.path]
        fields = tuple(FieldChange(n, old[n] or "—", new[n] or "—") for n in EDITABLE if old[n] != new[n])
        if fields:
            yield SheetChange(alarm.path, alarm.label, fields)


def _csv(columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(columns), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()
