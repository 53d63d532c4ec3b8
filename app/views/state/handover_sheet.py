"""The sheet of a handover: all that who takes over must know, as plain data. Pure; equal facts make equal sheets.

`unread` has the keys of what is of the highest priority: both people must read each of it before they sign.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from app.model.people import Note
from app.model.records import JournalHead
from app.model.spec import AlarmSpec, Site
from app.model.terms import Label
from app.views.state.alarm_words import AlarmNames
from app.views.state.handover_alarms import AlarmSections, Row, both
from app.views.state.handover_facts import AlarmCounts, Asked, ShiftFacts
from app.views.state.handover_quality import quality_sections
from app.views.state.handover_work import WorkSections
from app.views.state.sentences import Names
from app.views.state.zone_time import date_text, zone_text

__all__ = ["HIGHEST", "SECTIONS", "highest_items", "make_sheet", "standing"]

HIGHEST: Final = 1
SECTIONS: Final = (
    "active", "shelved", "suppressed", "out_of_service", "changed", "substitutes", "holds", "commands", "devices",
    "tags", "pinned", "notes",
)  # fmt: skip
"""Lists of a sheet, in the order in which they are read."""
_VERSION: Final = 1


def make_sheet(asked: Asked, facts: ShiftFacts) -> Row:
    """Return the sheet of one instant."""
    site = asked.applied.site
    alarms = AlarmSections(site, facts.alarms, asked.at_ms)
    work = WorkSections(site)
    devices, tags = quality_sections(asked)
    names = {lang: Names(site, lang) for lang in ("zh", "en")}
    pinned = {note.id for note in asked.pinned}
    sheet: Row = _head(asked, facts) | {
        "active": alarms.active(),
        "shelved": alarms.shelved(),
        "suppressed": alarms.suppressed(),
        "out_of_service": alarms.out_of_service(),
        "changed": alarms.changed(),
        "substitutes": work.substitutes(facts.substitutes),
        "holds": work.holds(facts.equipment),
        "commands": work.commands(facts.commands, facts.equipment),
        "commands_whole": facts.commands_whole,
        "devices": devices,
        "tags": tags,
        "pinned": [_note(n, names) for n in sorted(asked.pinned, key=_when)],
        "notes": [_note(n, names) for n in sorted(asked.notes, key=_when) if n.id not in pinned],
        "counts": _counts(facts.counts, site),
    }
    sheet["unread"] = [item["key"] for _, item in highest_items(sheet)]
    return sheet


def highest_items(sheet: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what both must read, with its section: alarms of priority 1 that stand (also behind a suppression), are
    shelved or out of service; commands that are under way or of unknown outcome; pinned notes."""
    for section in ("active", "shelved", "suppressed", "out_of_service"):
        for row in sheet[section]:
            if row["priority"] == HIGHEST and row.get("stands", True):
                yield section, row
    for row in sheet["commands"]:
        if row["open"]:
            yield "commands", row
    for row in sheet["pinned"]:
        yield "pinned", row


def standing(sheet: Mapping[str, Any]) -> dict[str, str]:
    """Return how each of these items stands: a sheet of which this differs from now must be made anew."""
    return {row["key"]: f"{section} {row.get('state', '')}" for section, row in highest_items(sheet)}


def _head(asked: Asked, facts: ShiftFacts) -> Row:
    applied, shift = asked.applied, asked.shift
    zone = applied.site.timezone
    return {
        "version": _VERSION,
        "site": {
            "id": applied.site.id,
            "label": both(applied.site.label),
            "revision": applied.revision,
            "hash": applied.hash,
        },
        "zone": zone,
        "zone_text": zone_text(asked.at_ms, zone),
        "at_ms": asked.at_ms,
        "start_ms": asked.start_ms,
        "shift": {
            "id": shift.spec.id if shift is not None else "",
            "label": both(shift.spec.label if shift is not None else Label("", "")),
            "day": shift.day.isoformat() if shift is not None else date_text(asked.start_ms, zone, "en")[:10],
            "end_ms": shift.end_ms if shift is not None else asked.at_ms,
        },
        "on_duty": sorted(d.person for d in asked.duties),
        "engine": {
            "holder": facts.lease.holder if facts.lease is not None else "",
            "epoch": facts.lease.epoch if facts.lease is not None else 0,
            "silent": asked.engine_silent,
        },
        "heads": {str(h.journal): [h.seq, h.hash] for h in sorted(facts.heads, key=_journal)},
    }


def _note(note: Note, names: Mapping[str, Names]) -> Row:
    return {
        "key": f"note:{note.id}",
        "at_ms": note.at_ms,
        "person": note.person,
        "workstation": note.workstation,
        "text": note.text,
        "links": [{"path": p, "name": {lang: n.of(p) for lang, n in names.items()}} for p in note.links],
    }


def _counts(counts: AlarmCounts, site: Site) -> Row:
    names, specs = AlarmNames(site), {a.path: a for a in site.alarms}
    return {
        "raised": list(counts.raised),
        "acknowledged": counts.acknowledged,
        "whole": counts.whole,
        "most": [
            {"path": path, "name": _alarm_name(path, names, specs), "count": count} for path, count in counts.most
        ],
    }


def _alarm_name(path: str, names: AlarmNames, specs: Mapping[str, AlarmSpec]) -> Row:
    spec = specs.get(path)
    label = spec.label if spec is not None else Label(path, path)
    return {lang: f"{names.place(spec, path, lang)} · {label.get(lang)}" for lang in ("zh", "en")}


def _when(note: Note) -> tuple[int, str]:
    return note.at_ms, note.id


def _journal(head: JournalHead) -> str:
    return str(head.journal)
