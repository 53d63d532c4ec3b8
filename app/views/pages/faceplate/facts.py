"""The faceplate's lists: permissives, interlocks, and what else is known, such as timers, counts and formulas."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.model.spec import Equipment, TagSpec
from app.views import theme
from app.views.pages.tag_drags import drag_from
from app.views.room import Room
from app.views.state.conditions import Judged, judge
from app.views.state.readings import reader
from app.views.state.values import Shown, clock_text, show
from app.views.widgets.condition_list import ConditionList, ConditionRow, ReasonLine, ReasonList, Verdict

__all__ = ["Facts", "condition_rows"]

_TIMERS: Final = ("start_wait", "starts_hour", "hours", "starts")
_IN_THE_HEAD: Final = ("run", "trip", "remote", "mode", "opened", "closed", "moving")


class Facts(QWidget):
    """Conditions, timers, other values. A list without rows takes no room."""

    def __init__(
        self, room: Room, equipment: Equipment, shown_above: frozenset[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._room = room
        self._equipment = equipment
        self.permissives, self.interlocks = ConditionList(self), ConditionList(self)
        self.timers, self.others = ConditionList(self), ConditionList(self)
        self.formulas = ReasonList(self)
        known = set(_TIMERS) | set(_IN_THE_HEAD)
        self._others = tuple(r for r, p in equipment.tags if r not in known and p not in shown_above)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.GAP)
        for part in (self.permissives, self.interlocks, self.timers, self.others, self.formulas):
            layout.addWidget(part)
        drag_from(room, self.timers, self._timer_at)
        drag_from(room, self.others, self._other_at)
        self.retranslate()

    def _timer_at(self, at: QPoint) -> tuple[str, ...]:
        return self._path_of(_TIMERS, self.timers.row_at(at.y()))

    def _other_at(self, at: QPoint) -> tuple[str, ...]:
        return self._path_of(self._others, self.others.row_at(at.y()))

    def _path_of(self, roles: tuple[str, ...], row: int) -> tuple[str, ...]:
        live = self._room.live
        paths = [p for r in roles if live is not None and (p := self._equipment.tag(r)) is not None and live.spec(p)]
        return (paths[row],) if 0 <= row < len(paths) else ()

    def tick(self, *, now_ms: int) -> None:
        """Bring the lists up to date."""
        live, e, language = self._room.live, self._equipment, self._room.language
        if live is None:
            return
        read = reader(live, now_ms=now_ms)
        self.permissives.set_rows(condition_rows(judge(e.permissives, live, read, now_ms=now_ms, language=language)))
        self.interlocks.set_rows(condition_rows(judge(e.interlocks, live, read, now_ms=now_ms, language=language)))
        self.timers.set_rows(tuple(self._timer(r, s) for r, s in self._values(_TIMERS, now_ms)))
        self.others.set_rows(tuple(self._plain(s, shown) for _, (s, shown) in self._values(self._others, now_ms)))
        specs = (live.spec(path) for _, path in e.tags)
        self.formulas.set_lines(tuple(_formula(s, language) for s in specs if s is not None and s.formula is not None))

    def retranslate(self) -> None:
        """Take the room's language."""
        self.permissives.set_title(self.tr("Permissives: needed to start"))
        self.interlocks.set_title(self.tr("Interlocks: stop it while it runs"))
        self.timers.set_title(self.tr("Starts and hours"))
        self.others.set_title(self.tr("Other values"))

    def _values(self, roles: tuple[str, ...], now_ms: int) -> list[tuple[str, tuple[TagSpec, Shown]]]:
        live, language = self._room.live, self._room.language
        assert live is not None
        found = []
        for role in roles:
            spec = live.spec(self._equipment.tag(role) or "")
            if spec is not None:
                found.append((role, (spec, show(live.get(spec.path), spec, now_ms=now_ms, language=language))))
        return found

    def _timer(self, role: str, value: tuple[TagSpec, Shown]) -> ConditionRow:
        """Say timers as a person asks for them: start allowed in 0:42, starts this hour 4/10."""
        spec, shown = value
        label = spec.label.get(self._room.language)
        if not shown.mark.usable:
            return ConditionRow(label, shown)
        if role == "start_wait":
            waits = shown.value > 0
            label = self.tr("Start allowed in") if waits else self.tr("Minimum stop time")
            text = clock_text(shown.value) if waits else self.tr("over")
            return ConditionRow(
                label, Shown(text, "", shown.mark, shown.note), "", Verdict.WARNS if waits else Verdict.MET
            )
        limit = self._equipment.max_starts_per_hour
        if role == "starts_hour" and limit is not None:
            full = shown.value >= limit
            count = Shown(f"{shown.text}/{limit:.0f}", "", shown.mark, shown.note)
            return ConditionRow(self.tr("Starts this hour"), count, "", Verdict.WARNS if full else Verdict.MET)
        return ConditionRow(label, shown)

    def _plain(self, spec: TagSpec, shown: Shown) -> ConditionRow:
        verdict = Verdict.WARNS if shown.abnormal else Verdict.PLAIN
        return ConditionRow(spec.label.get(self._room.language), shown, "", verdict)


def _formula(spec: TagSpec, language: str) -> ReasonLine:
    """Say what a value is worked out of, as the site's files say it."""
    text = "" if spec.formula is None else spec.formula.text
    return ReasonLine(f"{spec.label.get(language)} = {text}", Verdict.PLAIN)


def condition_rows(judged: tuple[Judged, ...]) -> tuple[ConditionRow, ...]:
    """Turn judged conditions into rows."""
    verdicts = {True: Verdict.MET, False: Verdict.FAILS, None: Verdict.UNKNOWN}
    return tuple(ConditionRow(j.label, j.shown, j.limit, verdicts[j.met]) for j in judged)
