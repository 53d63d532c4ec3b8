"""Export what the audit page asks for, all of it, as CSV or as a spreadsheet; the bar that shows it notes that it was
done."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from app.model.terms import Label
from app.views.gateway.exporting import Progress, export_journal
from app.views.gateway.journal import JournalQuery
from app.views.room import Room
from app.views.state.journal_fields import place_and_text, stamp
from app.views.state.journal_filter import span_text
from app.views.state.sentences import Names, kind_text
from app.views.state.zone_time import date_text, time_text
from app.views.widgets.export_bar import Export, Work

__all__ = ["audit_export"]

_NAMES = {
    "sheet": Label("审计", "Audit"),
    "asked": Label("查询条件", "What was asked"),
    "span": Label("时间", "Time"),
    "zone": Label("时区", "Time zone"),
    "who": Label("人员", "Person"),
    "kind": Label("类别", "Kind"),
    "place": Label("位置", "Place"),
    "text": Label("关键字", "Words"),
    "by": Label("导出人", "Exported by"),
    "at": Label("导出时间", "Exported at"),
}


def audit_export(room: Room, query: JournalQuery) -> Export:
    """Return the export of a question."""
    zone = room.applied.site.timezone if room.applied is not None else "UTC"
    now = room.now_ms()
    name = f"audit_{date_text(now, zone, 'en')[:10]}_{time_text(now, zone).replace(':', '')}"
    asked = {"who": query.who, "kinds": list(query.kinds), "places": list(query.places), "text": query.text}
    span = {"start_ms": query.start_ms, "end_ms": min(query.end_ms, now)}
    return Export(name, "audit", partial(_make, room, query), {"asked": {k: v for k, v in asked.items() if v} | span})


def _make(room: Room, query: JournalQuery, file: Path, progress: Progress) -> Work:
    site, language = (room.applied.site if room.applied is not None else None), room.language
    names = Names(site, language)
    return export_journal(
        query,
        file,
        zone=site.timezone if site is not None else "UTC",
        language=language,
        title=_NAMES["sheet"].get(language),
        describe=partial(place_and_text, names=names),
        facts=(_NAMES["asked"].get(language), _facts(room, query, names)),
        progress=progress,
    )


def _facts(room: Room, query: JournalQuery, names: Names) -> dict[str, str]:
    """Return what stands on the sheet beside the lines."""
    language = room.language
    zone = room.applied.site.timezone if room.applied is not None else "UTC"
    texts = {
        "span": span_text(query.start_ms, query.end_ms, zone, language),
        "zone": zone,
        "who": query.who,
        "kind": ", ".join(kind_text(k, language) for k in query.kinds),
        "place": ", ".join(names.of(p) for p in query.places),
        "text": query.text,
        "by": f"{room.person.name} @ {room.person.workstation}",
        "at": stamp(room.now_ms(), zone, language),
    }
    return {_NAMES[name].get(language): text or "—" for name, text in texts.items()}
