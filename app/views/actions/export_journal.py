"""Export what the journal page asks for, all of it; that it was done is noted by the bar that shows it."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path

from app.model.terms import Label
from app.views.gateway.exporting import Progress, export_journal
from app.views.gateway.journal import JournalQuery
from app.views.room import Room
from app.views.state.journal_fields import place_and_text, stamp
from app.views.state.journal_filter import JournalFilter, span_text
from app.views.state.sentences import JOURNAL_NAMES, Names
from app.views.state.zone_time import date_text, time_text
from app.views.widgets.export_bar import Export, Work

__all__ = ["journal_export"]

_NAMES = {
    "asked": Label("查询条件", "What was asked"),
    "span": Label("时间", "Time"),
    "zone": Label("时区", "Time zone"),
    "journals": Label("日志", "Journals"),
    "area": Label("区域", "Area"),
    "place": Label("地点", "Place"),
    "priorities": Label("优先级", "Priorities"),
    "who": Label("人员", "Person"),
    "text": Label("文字", "Text"),
    "site": Label("站点配置", "Site"),
    "by": Label("导出人", "Exported by"),
    "at": Label("导出时间", "Exported at"),
    "sheet": Label("日志", "Journal"),
}


def journal_export(room: Room, query: JournalQuery, asked: JournalFilter) -> Export:
    """Return the export of a question."""
    zone = room.applied.site.timezone if room.applied is not None else "UTC"
    now = room.now_ms()
    name = f"journal_{date_text(now, zone, 'en')[:10]}_{time_text(now, zone).replace(':', '')}"
    plain = {k: v for k, v in asdict(asked).items() if v not in ("", ())}
    plain["priorities"] = list(asked.priorities)
    span = {"start_ms": query.start_ms, "end_ms": min(query.end_ms, now)}
    return Export(name, "journal", partial(_make, room, query, asked), {"asked": {**plain, **span}})


def _make(room: Room, query: JournalQuery, asked: JournalFilter, file: Path, progress: Progress) -> Work:
    site, language = (room.applied.site if room.applied is not None else None), room.language
    return export_journal(
        query,
        file,
        zone=site.timezone if site is not None else "UTC",
        language=language,
        title=_NAMES["sheet"].get(language),
        describe=partial(place_and_text, names=Names(site, language)),
        facts=(_NAMES["asked"].get(language), _facts(room, query, asked)),
        progress=progress,
    )


def _facts(room: Room, query: JournalQuery, asked: JournalFilter) -> dict[str, str]:
    """Return what stands on the sheet beside the lines."""
    language, applied = room.language, room.applied
    zone = applied.site.timezone if applied is not None else "UTC"
    texts = {
        "span": span_text(query.start_ms, query.end_ms, zone, language),
        "zone": zone,
        "journals": ", ".join(JOURNAL_NAMES[j].get(language) for j in query.journals),
        "area": asked.area,
        "place": f"{asked.place}  →  {', '.join(query.places)}" if asked.place else "",
        "priorities": ", ".join(str(p) for p in query.priorities),
        "who": asked.who,
        "text": asked.text,
        "site": f"{applied.site.label.get(language)}, {applied.revision}" if applied is not None else "",
        "by": f"{room.person.name} @ {room.person.workstation}",
        "at": stamp(room.now_ms(), zone, language),
    }
    return {_NAMES[name].get(language): text or "—" for name, text in texts.items()}
