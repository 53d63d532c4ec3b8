"""What a row of an alarm list says, column by column, and which columns each list has. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.model.alarms.status import AlarmState, AlarmStatus
from app.model.spec import Label
from app.views.state.alarm_book import ACTIVE, OUT_OF_SERVICE, SHELVED, SUPPRESSED, AlarmBook, shown_priority
from app.views.state.alarm_words import AlarmNames, chips, lasting_text, moment_text, state_label
from app.views.state.values import clock_text

__all__ = ["COLUMNS", "MOVING", "AlarmLine", "Column", "LineMaker", "suppression_label"]


@dataclass(frozen=True, slots=True)
class Column:
    """`width` in px; `stretch` is its share of what is left over. `fixed` columns cannot be hidden."""

    id: str
    title: Label
    width: int
    stretch: int = 0
    right: bool = False
    fixed: bool = False


_MARK = Column("mark", Label("级", "P"), 48, fixed=True)
_RAISED = Column("raised", Label("报警时间", "Raised"), 110)
_PLACE = Column("place", Label("地点", "Place"), 250, 4, fixed=True)
_WHAT = Column("what", Label("报警", "Condition"), 216, 3, fixed=True)
_VALUE = Column("value", Label("数值（限值）", "Value (limit)"), 184, 1)
_STATE = Column("state", Label("状态", "State"), 140, fixed=True)
_CHIPS = Column("chips", Label("标记", "Marks"), 78)

COLUMNS: Final[dict[str, tuple[Column, ...]]] = {
    ACTIVE: (
        _MARK,
        _RAISED,
        _PLACE,
        _WHAT,
        _VALUE,
        _STATE,
        _CHIPS,
        Column("lasting", Label("持续", "Lasting"), 72, right=True),
        Column("ack", Label("确认人", "By"), 72),
    ),
    SHELVED: (
        _MARK,
        _PLACE,
        _WHAT,
        _STATE,
        Column("left", Label("剩余", "Left"), 92, right=True, fixed=True),
        Column("until", Label("至", "Until"), 122),
        Column("by", Label("搁置人", "Shelved by"), 140),
        Column("reason", Label("原因", "Reason"), 200, 3),
    ),
    SUPPRESSED: (
        _MARK,
        _PLACE,
        _WHAT,
        _STATE,
        Column("rule", Label("抑制规则", "Rule"), 240, 3, fixed=True),
        Column("since", Label("自", "Since"), 122),
        Column("lasting_aside", Label("持续", "Lasting"), 92, right=True),
    ),
    OUT_OF_SERVICE: (
        _MARK,
        _PLACE,
        _WHAT,
        _STATE,
        Column("order", Label("工单", "Work order"), 140, fixed=True),
        Column("by", Label("停用人", "Taken out by"), 140),
        Column("since", Label("自", "Since"), 122),
        Column("lasting_aside", Label("持续", "Lasting"), 92, right=True),
        Column("reason", Label("原因", "Reason"), 200, 3),
    ),
}

MOVING: Final = frozenset({"lasting", "left", "lasting_aside"})
"""Columns that go on by themselves each second."""


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """One row ready to be painted; two equal ones look the same. `cells` has the columns that do not move, and as
    `figure` the value without its limit."""

    priority: int
    state: AlarmState
    frozen: bool
    aside: bool
    unack: bool
    cells: dict[str, str]


def suppression_label(text: str) -> Label:
    """Return the rule of a suppressed alarm, which rows carry as "zh|en"."""
    zh, _, en = text.partition("|")
    return Label(zh, en or zh)


class LineMaker:
    """Makes rows in one language; each text is made once for a row of the book."""

    _KEPT: Final = 400

    def __init__(self, book: AlarmBook) -> None:
        self._book = book
        self.names = AlarmNames(None)
        self.language = "zh"
        self._kept: dict[str, tuple[AlarmStatus, int, AlarmLine]] = {}

    def take(self, names: AlarmNames, language: str, book: AlarmBook) -> None:
        """Speak another language, or of the alarms of another site or instant."""
        self.names, self.language, self._book = names, language, book
        self._kept.clear()

    def line(self, path: str, now_ms: int) -> AlarmLine:
        """Return a row; `now_ms` decides whether a time needs its date."""
        status, day = self._book.status(path), now_ms // 3_600_000
        kept = self._kept.get(path)
        if kept is not None and kept[0] is status and kept[1] == day:
            return kept[2]
        if len(self._kept) > self._KEPT:
            self._kept.clear()
        line = self._make(status, now_ms)
        self._kept[path] = (status, day, line)
        return line

    def moving(self, path: str, column: str, now_ms: int) -> str:
        """Return the text of a column that goes on each second."""
        status = self._book.status(path)
        if column == "left":
            return clock_text(max(0, status.shelf.until_ms - now_ms) / 1000) if status.shelf is not None else ""
        since = status.raised_ms if column == "lasting" else _aside_since(status)
        return lasting_text(since, now_ms) if since else ""

    def text(self, path: str, now_ms: int) -> str:
        """Return a row in one sentence, for tool tips and screen readers."""
        line = self.line(path, now_ms)
        cells = [line.cells[c] for c in ("place", "what", "value", "state", "chips") if line.cells[c]]
        return "  ".join((str(line.priority), *cells))

    def _make(self, status: AlarmStatus, now_ms: int) -> AlarmLine:
        spec, language, names = self._book.specs.get(status.path), self.language, self.names
        value, bound = names.value(status, spec, language), names.bound(status, spec)
        brackets = "（{}）" if language == "zh" else " ({})"
        cells = {
            "raised": moment_text(status.raised_ms, now_ms, names.zone),
            "place": names.place(spec, status.path, language),
            "what": self._book.label(status.path).get(language),
            "figure": value,
            "value": value + brackets.format(bound) if value and bound else value or bound,
            "state": state_label(status).get(language),
            "chips": "  ".join(chips(status, language)),
            "ack": status.ack_by,
            **self._aside(status, now_ms),
        }
        return AlarmLine(
            shown_priority(status), status.state, status.frozen, status.aside, status.state.unacknowledged, cells
        )

    def _aside(self, status: AlarmStatus, now_ms: int) -> dict[str, str]:
        zone, shelf, out = self.names.zone, status.shelf, status.out_of_service
        cells = dict.fromkeys(("by", "reason", "until", "order", "rule"), "")
        if out is not None:
            cells.update(by=out.person, reason=out.reason, order=out.work_order)
        elif shelf is not None:
            second = f" + {shelf.second}" if shelf.second else ""
            once = (" · 恢复即止" if self.language == "zh" else " · one shot") if shelf.one_shot else ""
            cells.update(by=shelf.person + second, reason=shelf.reason + once)
        if shelf is not None:
            cells["until"] = moment_text(shelf.until_ms, now_ms, zone)
        if status.suppressed:
            cells["rule"] = suppression_label(status.suppressed).get(self.language)
        cells["since"] = moment_text(_aside_since(status), now_ms, zone)
        return cells


def _aside_since(status: AlarmStatus) -> int:
    if status.out_of_service is not None:
        return status.out_of_service.since_ms
    return status.shelf.since_ms if status.shelf is not None else status.suppressed_ms
