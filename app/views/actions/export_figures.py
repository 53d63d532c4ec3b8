"""Export the figures of the performance page: a sheet each, or one long table for CSV."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from app.model.terms import Label
from app.views.gateway.exporting import Progress, export_tables
from app.views.room import Room
from app.views.state.journal_fields import stamp
from app.views.state.journal_filter import span_text
from app.views.state.performance_report import ENOUGH_DAYS, Report
from app.views.state.performance_tables import FigureTable, long_rows
from app.views.state.zone_time import date_text, time_text
from app.views.widgets.export_bar import Export, Work

__all__ = ["figures_export"]

_FACTS = Label("说明", "About")
_NAMES = {
    "span": Label("时间", "Time"),
    "zone": Label("时区", "Time zone"),
    "lines": Label("读取的报警日志行数", "Lines of the alarm journal read"),
    "judged": Label("结论", "Judgement"),
    "by": Label("导出人", "Exported by"),
    "at": Label("导出时间", "Exported at"),
}
_SHORT = Label(
    f"短于 {ENOUGH_DAYS} 天：结论只说明这段时间", f"shorter than {ENOUGH_DAYS} days: the verdicts are of this time only"
)
_WHOLE = Label(f"至少 {ENOUGH_DAYS} 天", f"{ENOUGH_DAYS} days or more")


def figures_export(room: Room, report: Report, tables: Sequence[FigureTable]) -> Export:
    """Return the export of a report."""
    zone = room.applied.site.timezone if room.applied is not None else "UTC"
    now = room.now_ms()
    name = f"alarm_performance_{date_text(now, zone, 'en')[:10]}_{time_text(now, zone).replace(':', '')}"
    asked = {"start_ms": report.found.start_ms, "end_ms": report.found.end_ms}
    return Export(name, "performance", partial(_make, room, report, tables, zone), {"asked": asked})


def _make(room: Room, report: Report, tables: Sequence[FigureTable], zone: str, file: Path, progress: Progress) -> Work:
    language = room.language
    texts = {
        "span": span_text(report.found.start_ms, report.found.end_ms, zone, language),
        "zone": zone,
        "lines": str(report.lines),
        "judged": (_SHORT if report.short else _WHOLE).get(language),
        "by": f"{room.person.name} @ {room.person.workstation}",
        "at": stamp(room.now_ms(), zone, language),
    }
    facts = (_FACTS.get(language), {_NAMES[n].get(language): t for n, t in texts.items()})
    if file.suffix.lower() == ".xlsx":
        sheets = [(t.title.get(language), t.columns, t.rows) for t in tables]
    else:
        columns, rows = long_rows(tables)
        sheets = [("figures", columns, tuple(tuple(r) for r in rows))]
    return export_tables(sheets, file, zone=zone, language=language, facts=facts, progress=progress)
