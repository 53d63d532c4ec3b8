"""The figures of the performance page as tables: shown in its lower part, and written into its exports. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from app.model.alarms.answers import AckTimes
from app.model.journal_rows import Cell, Column, ColumnKind, Moment
from app.model.terms import Label
from app.views.state.performance_report import VERDICTS, Report, kpi_rows
from app.views.state.sentences import Names

__all__ = ["SHOWN", "FigureTable", "long_rows", "tables_of"]

_TIME, _NUMBER = ColumnKind.TIME, ColumnKind.NUMBER
_ASIDES: Final[dict[str, Label]] = {
    "shelved": Label("搁置", "Shelved"),
    "suppressed": Label("设计抑制", "Suppressed by design"),
    "out_of_service": Label("停用", "Out of service"),
}
_RULE: Final = Label("规则", "a rule")
_NUISANCE: Final = {
    "chattering": Label("抖动", "Chattering"),
    "fleeting": Label("瞬时", "Fleeting"),
    "stale": Label("滞留", "Stale"),
}
SHOWN: Final = ("floods", "nuisance", "acknowledging", "positions", "asides", "aside_list")
"""Tables that the page shows, in this order; the others stand in its pictures."""


@dataclass(frozen=True, slots=True)
class FigureTable:
    """`paths` has the alarm that each row speaks of, "" for none."""

    id: str
    title: Label
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    paths: tuple[str, ...] = ()


def tables_of(report: Report, names: Names) -> tuple[FigureTable, ...]:
    """Return all tables in the language of `names`."""
    made: tuple[Callable[[Report, Names], FigureTable], ...] = (
        _figures, _floods, _top, _nuisance, _acknowledging, _asides, _aside_list, _positions, _days, _periods,
    )  # fmt: skip
    return tuple(make(report, names) for make in made)


def _text(id_: str, zh: str, en: str, width: int = 16) -> Column:
    return Column(id_, Label(zh, en), ColumnKind.TEXT, width)


def _number(id_: str, zh: str, en: str, width: int = 12) -> Column:
    return Column(id_, Label(zh, en), _NUMBER, width)


def _when(id_: str, zh: str, en: str) -> Column:
    return Column(id_, Label(zh, en), _TIME, 22)


_ALARM: Final = (_text("place", "地点", "Place", 40), _text("alarm", "报警", "Alarm", 36))
_PATH: Final = _text("path", "路径", "Path", 30)
_TIMES: Final = (
    _number("acknowledged", "已确认", "Acked"), _number("waiting", "未确认", "Waiting"),
    _number("mean_s", "平均 s", "Mean s"), _number("median_s", "中位 s", "Median s"),
    _number("p95_s", "95 % s", "95 % s"), _number("worst_s", "最长 s", "Longest s"),
)  # fmt: skip


def _alarm(path: str, names: Names) -> tuple[str, str]:
    spec = names.alarms.get(path)
    if spec is None:
        return names.of(path.partition(":")[0]), path
    home = spec.equipment or spec.device or spec.facility or spec.tag
    return names.of(home), spec.label.get(names.language)


def _times(found: AckTimes) -> tuple[Cell, ...]:
    seconds = (found.mean_s, found.median_s, found.p95_s, found.worst_s)
    return (found.count, found.waiting, *(None if s is None else round(s, 1) for s in seconds))


def _share(share: float) -> float:
    return round(100.0 * share, 2)


def _figures(report: Report, names: Names) -> FigureTable:
    columns = (
        _text("figure", "指标", "Figure", 40), _number("value", "数值", "Value"), _text("unit", "单位", "Unit", 8),
        _number("target", "目标 ≤", "Target ≤"), _number("manageable", "尚可 ≤", "Manageable ≤"),
        _text("verdict", "结论", "Verdict"), _text("source", "出处", "Source", 20),
    )  # fmt: skip
    rows = tuple(
        (
            row.target.label.get(names.language), row.figure, row.target.unit, row.target.value, row.target.most,
            VERDICTS[row.verdict].get(names.language), row.target.source,
        )
        for row in kpi_rows(report)
    )  # fmt: skip
    return FigureTable("figures", Label("指标", "Figures"), columns, rows)


def _floods(report: Report, names: Names) -> FigureTable:
    columns = (
        _when("start", "开始", "Start"), _when("end", "结束", "End"), _number("minutes", "时长 min", "Minutes"),
        _number("alarms", "报警数", "Alarms"), _text("first_place", "首出地点", "First: place", 40),
        _text("first", "首出报警", "First: alarm", 36),
    )  # fmt: skip
    found = tuple(reversed(report.found.floods))
    rows = []
    for flood in found:
        end = report.found.end_ms if flood.end_ms is None else flood.end_ms
        minutes = round((end - flood.start_ms) / 60_000, 1)
        closed = Moment(flood.end_ms) if flood.end_ms is not None else None
        rows.append((Moment(flood.start_ms), closed, minutes, flood.count, *_alarm(flood.first, names)))
    paths = tuple(f.first for f in found)
    return FigureTable("floods", Label("报警泛滥", "Floods"), columns, tuple(rows), paths)


def _top(report: Report, names: Names) -> FigureTable:
    columns = (*_ALARM, _number("count", "次数", "Count"), _number("share", "占比 %", "Share %"), _PATH)
    rows = tuple((*_alarm(c.path, names), c.count, _share(c.share), c.path) for c in report.found.top)
    title = Label("最频繁的十个", "Ten most frequent")
    return FigureTable("top", title, columns, rows, tuple(c.path for c in report.found.top))


def _nuisance(report: Report, names: Names) -> FigureTable:
    columns = (
        _text("kind", "类别", "Kind"), *_ALARM, _number("count", "次数", "Count"), _when("since", "自", "Since"),
        _when("until", "至", "Until"),
    )  # fmt: skip
    found, language = report.found, names.language
    rows: list[tuple[Cell, ...]] = []
    paths: list[str] = []
    for kind, counted in (("chattering", found.chattering), ("fleeting", found.fleeting)):
        rows += [(_NUISANCE[kind].get(language), *_alarm(c.path, names), c.count, None, None) for c in counted]
        paths += [c.path for c in counted]
    for s in found.stale:
        until = Moment(s.until_ms) if s.until_ms is not None else None
        rows.append((_NUISANCE["stale"].get(language), *_alarm(s.path, names), None, Moment(s.since_ms), until))
        paths.append(s.path)
    title = Label("抖动、瞬时、滞留", "Nuisance alarms")
    return FigureTable("nuisance", title, columns, tuple(rows), tuple(paths))


def _acknowledging(report: Report, _names: Names) -> FigureTable:
    columns = (
        _number("priority", "优先级", "Priority"), _number("alarms", "报警数", "Alarms"),
        _number("share", "占比 %", "Share %"), *_TIMES,
    )  # fmt: skip
    rows = tuple((p.priority, p.count, _share(p.share), *_times(p.acknowledged)) for p in report.found.priorities)
    return FigureTable("acknowledging", Label("确认时间", "Time to acknowledge"), columns, rows)


def _asides(report: Report, names: Names) -> FigureTable:
    columns = (
        _text("kind", "方式", "How"), _text("person", "人员", "By"), _number("count", "次数", "Count"),
        _number("hours", "时长 h", "Hours"),
    )  # fmt: skip
    rows = tuple(
        (_aside(t.kind, names), t.person or _RULE.get(names.language), t.count, round(t.seconds / 3600, 2))
        for t in report.found.aside_totals
    )
    return FigureTable("asides", Label("搁置与抑制", "Put aside"), columns, rows)


def _aside_list(report: Report, names: Names) -> FigureTable:
    columns = (
        _text("kind", "方式", "How"), *_ALARM, _text("person", "人员", "By"), _when("since", "自", "Since"),
        _when("until", "至", "Until"), _text("note", "原因", "Reason", 30),
    )  # fmt: skip
    rows = tuple(
        (
            _aside(a.kind, names), *_alarm(a.path, names), a.person or _RULE.get(names.language), Moment(a.since_ms),
            Moment(a.until_ms) if a.until_ms is not None else None, a.note,
        )
        for a in reversed(report.found.asides)
    )  # fmt: skip
    paths = tuple(a.path for a in reversed(report.found.asides))
    return FigureTable("aside_list", Label("搁置与抑制明细", "Each put aside"), columns, rows, paths)


def _aside(kind: str, names: Names) -> str:
    return _ASIDES[kind].get(names.language)


def _positions(report: Report, names: Names) -> FigureTable:
    columns = (
        _text("position", "操作岗位", "Position", 26), _number("alarms", "报警数", "Alarms"),
        _number("average_per_10_min", "平均", "Average"), _number("peak_per_10_min", "最多", "Peak"),
        _number("flood_share", "泛滥 %", "In flood %"), *_TIMES,
    )  # fmt: skip
    whole = Label("全区", "Whole site").get(names.language)
    rows: list[tuple[Cell, ...]] = [
        (
            names.of(a.name) if a.name else whole, a.alarms, round(a.average, 3), a.peak.count,
            _share(a.flood_share), *_times(a.acknowledged),
        )
        for a in report.found.areas
    ]  # fmt: skip
    rows += [(w.name or "—", None, None, None, None, *_times(w.acknowledged)) for w in report.found.workstations]
    return FigureTable("positions", Label("操作岗位", "Operator positions"), columns, tuple(rows))


def _days(report: Report, _names: Names) -> FigureTable:
    columns = (
        _text("day", "日", "Day"), _number("alarms", "报警数", "Alarms"),
        _number("average_per_10_min", "平均", "Average"), _number("peak_per_10_min", "最多", "Peak"),
    )  # fmt: skip
    rows = tuple((d.day, d.alarms, round(d.average, 3), d.peak) for d in report.days)
    return FigureTable("days", Label("逐日", "Days"), columns, rows)


def _periods(report: Report, _names: Names) -> FigureTable:
    columns = (_when("start", "10 分钟起", "10 min from"), _number("alarms", "报警数", "Alarms"))
    rows = tuple((Moment(report.first_ms + i * 600_000), n) for i, n in enumerate(report.bins))
    return FigureTable("periods", Label("逐 10 分钟", "Ten-minute periods"), columns, rows)


def long_rows(tables: Iterable[FigureTable]) -> tuple[tuple[Column, ...], Sequence[Sequence[Cell]]]:
    """Return all tables as one, for a CSV file: table, row, column, and the value in a column of its kind."""
    columns = (
        _text("table", "表", "Table"), _number("row", "行", "Row"), _text("column", "列", "Column"),
        _text("text", "文字", "Text"), _number("number", "数值", "Number"), _when("time", "时间", "Time"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for table in tables:
        for i, row in enumerate(table.rows, 1):
            for column, cell in zip(table.columns, row, strict=True):
                text = cell if isinstance(cell, str) else None
                number = cell if isinstance(cell, int | float) else None
                rows.append((table.id, i, column.id, text, number, cell if isinstance(cell, Moment) else None))
    return columns, rows
