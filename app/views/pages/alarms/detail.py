"""One alarm in full: how it stands, what happens if nobody acts, what to do, how long that helps, and its history."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.model.access import permission_for
from app.model.alarms.status import AlarmState, AlarmStatus
from app.model.records import CommandState, JournalEntry, Reason, RequestKind, Result
from app.views import theme
from app.views.gateway.queries import alarm_history
from app.views.pages.alarms.change_form import ChangeForm
from app.views.pages.alarms.detail_head import AlarmHead
from app.views.pages.alarms.detail_words import alarm_facts, history_line
from app.views.pages.alarms.forms import AlarmForm, OutOfServiceForm, ReasonForm
from app.views.pages.alarms.shelve_form import ShelveForm
from app.views.pages.mini_trend import MiniTrend
from app.views.pages.system.facts import FactList
from app.views.room import Room
from app.views.state.alarm_words import AlarmNames
from app.views.state.causes import reason_words
from app.views.widgets.action_button import ActionButton
from app.views.widgets.log_list import LogList

__all__ = ["WIDTH", "AlarmDetail"]

WIDTH: Final = 404
_HISTORY: Final = 40
_ROW: Final = 30

# Button → the kind of request it leads to.
_KINDS: Final = {
    "acknowledge": RequestKind.ACKNOWLEDGE,
    "note": RequestKind.ACKNOWLEDGE,
    "shelve": RequestKind.SHELVE,
    "unshelve": RequestKind.UNSHELVE,
    "reset": RequestKind.RESET_ALARM,
    "out_of_service": RequestKind.OUT_OF_SERVICE,
    "in_service": RequestKind.IN_SERVICE,
    "change": RequestKind.CHANGE_ALARM,
}


class AlarmDetail(QWidget):
    """Shows one alarm by its path; follows its row. Actions are forms in the pane."""

    acknowledge_asked = Signal()
    go_asked = Signal(str)
    trend_asked = Signal(str)

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self.path = ""
        self._names = AlarmNames(None)
        self._request = ""
        self._asked_for: object = None
        self._count = 0
        self._history: tuple[JournalEntry, ...] = ()
        self.setFixedWidth(WIDTH)
        self.head = AlarmHead(room, self)
        self.said = QLabel(self)
        self.said.setWordWrap(True)
        self.said.setObjectName("alarm-said")
        self.buttons = {name: ActionButton(self, primary=name == "acknowledge", height=32) for name in _KINDS}
        self.go, self.trend = ActionButton(self, height=32), ActionButton(self, height=32)
        self.log_entry = ActionButton(self, height=32)
        self.forms: dict[str, AlarmForm] = {
            "note": ReasonForm(room, "acknowledge", self),
            "shelve": ShelveForm(room, self),
            "unshelve": ReasonForm(room, "unshelve", self),
            "reset": ReasonForm(room, "reset", self),
            "out_of_service": OutOfServiceForm(room, self),
            "in_service": ReasonForm(room, "in_service", self),
            "change": ChangeForm(room, self),
        }
        self._consequence, self._action = QLabel(self), QLabel(self)
        self._captions = [QLabel(self) for _ in range(4)]
        self.facts, self.history = FactList(self), LogList(self)
        self.small_trend = MiniTrend(room, self)
        self._lay_out()
        room.alarms_changed.connect(self._changed)
        room.result_arrived.connect(self._result)
        room.person_changed.connect(self.refresh)
        room.engine_silent_changed.connect(self._silence)
        self.retranslate()

    def show_alarm(self, path: str, *, count: int = 1) -> None:
        """Show another alarm; `count` is how many are chosen with it."""
        if path != self.path:
            self.close_forms()
            self.said.hide()
            self._history = ()
        self.path, self._count = path, count
        self.refresh()
        self._ask()

    def open_form(self, name: str) -> None:
        """Open a form, if its button may be pressed."""
        button = self.buttons[name]
        if button.isEnabled() and not button.isHidden():
            self.close_forms()
            self._grid.hide()
            self.said.hide()
            self.forms[name].begin(self.path)

    def close_forms(self) -> None:
        """Close whatever is open."""
        for form in self.forms.values():
            if not form.isHidden():
                form.close_form()

    def follow(self, request: str) -> None:
        """Say what becomes of a request."""
        if request:
            self._request = request

    def say(self, sentence: str) -> None:
        """Say something above the buttons."""
        self.said.setText(sentence)
        self.said.show()

    def read_anew(self) -> None:
        """Another instant is shown, with another history."""
        self._asked_for, self._history = None, ()
        self.close_forms()
        self.refresh()
        self._ask()

    def tick(self) -> None:
        """Let the countdown go on."""
        self.head.tick()
        self.small_trend.tick()
        for form in self.forms.values():
            if not form.isHidden():
                form.tick()

    def retranslate(self) -> None:
        """Take the room's language and site."""
        site = self._room.applied.site if self._room.applied is not None else None
        self._names = AlarmNames(site)
        self.head.retranslate(self._names)
        texts = {
            "note": self.tr("With a note…"), "shelve": self.tr("Shelve…  (S)"), "unshelve": self.tr("Unshelve…"),
            "reset": self.tr("Reset…"), "out_of_service": self.tr("Out of service…"),
            "in_service": self.tr("Back in service…"), "change": self.tr("Change…"),
        }  # fmt: skip
        for name, text in texts.items():
            self.buttons[name].setText(text)
        self.go.setText(self.tr("Go there  (Enter)"))
        self.trend.setText(self.tr("Trend  (T)"))
        self.log_entry.setText(self.tr("Log entry…"))
        heads = (
            self.tr("If nobody acts"), self.tr("What to do"), self.tr("Settings and people"), self.tr("History"),
        )  # fmt: skip
        for label, text in zip(self._captions, heads, strict=True):
            label.setText(text)
        for form in self.forms.values():
            form.retranslate()
        self.small_trend.retranslate()
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Show how the alarm stands now."""
        room, language = self._room, self._room.language
        self._area.setVisible(bool(self.path))
        if not self.path:
            self._grid.hide()
            self.head.show_alarm("")
            self.small_trend.set_tag("")
            return
        status, spec = room.book.status(self.path), room.book.specs.get(self.path)
        self.head.show_alarm(self.path)
        self._consequence.setText(spec.consequence.get(language) if spec is not None else "—")
        self._action.setText(spec.action.get(language) if spec is not None else "—")
        self.facts.set_facts(alarm_facts(status, spec, self._names, language, now_ms=room.shown_ms()))
        self.small_trend.set_tag(self._tag(), status.raised_ms)
        self._show_history()
        self._offer(status)

    def _offer(self, status: AlarmStatus) -> None:
        """Show the buttons that make sense now, enabled for those who may."""
        shelved, out = status.shelf is not None, status.out_of_service is not None
        sense = {
            "acknowledge": status.state.unacknowledged and not status.aside,
            "note": status.state.unacknowledged and not status.aside and self._count == 1,
            "shelve": not shelved and not out,
            "unshelve": shelved,
            "reset": status.state is AlarmState.LATCH_ACK,
            "out_of_service": not out,
            "in_service": out,
            "change": self.path in self._room.book.specs,
        }
        for name, button in self.buttons.items():
            button.setVisible(sense[name])
            then = self._room.past is not None
            may = self._room.may(permission_for(_KINDS[name]), self.path) and not self._room.engine_silent
            button.setEnabled(may and not then)
            button.setToolTip(reason_words(Reason("past"), self._room.language) if then else "")
        self._arrange()
        many = self.tr("Acknowledge {} of priority {}  (Space)").format(self._count, status.priority)
        self.buttons["acknowledge"].setText(many if self._count > 1 else self.tr("Acknowledge  (Space)"))
        self.trend.setEnabled(bool(self._tag()))
        self._grid.setVisible(all(f.isHidden() for f in self.forms.values()))

    def _arrange(self) -> None:
        """Two buttons a line, without gaps."""
        order = ("note", "reset", "shelve", "unshelve", "out_of_service", "in_service", "change")
        shown = [self.buttons[name] for name in order if not self.buttons[name].isHidden()]
        for i, button in enumerate((*shown, self.go, self.trend, self.log_entry)):
            self._cells.addWidget(button, 1 + i // 2, i % 2)

    def _tag(self) -> str:
        spec = self._room.book.specs.get(self.path)
        return spec.tag if spec is not None else ""

    def _lay_out(self) -> None:
        self._grid = QWidget(self)
        grid = QGridLayout(self._grid)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.GAP)
        grid.addWidget(self.buttons["acknowledge"], 0, 0, 1, 2)
        self._cells = grid
        self._arrange()
        for name, button in self.buttons.items():
            button.setObjectName(f"alarm-{name}")
            button.clicked.connect(self._pressed)
        self.go.clicked.connect(self._go)
        self.trend.clicked.connect(self._trend)
        self.log_entry.clicked.connect(self._to_log)
        for form in self.forms.values():
            form.closed.connect(self._form_closed)
            form.asked.connect(self.follow)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.GAP_M, theme.GAP_M, theme.GAP_M, theme.GAP_M)
        whole.setSpacing(theme.GAP)
        for part in (self.head, self.said, self._grid, *self.forms.values()):
            whole.addWidget(part)
        self._area = self._scrolled()
        whole.addWidget(self._area, 1)
        whole.addStretch(0)
        self.said.hide()

    def _scrolled(self) -> QScrollArea:
        inside = QWidget(self)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(theme.GAP_S)
        parts = (self._consequence, self._action, self.facts, self.history)
        for caption, part in zip(self._captions, parts, strict=True):
            caption.setFont(theme.font(theme.CAPTION, weight=600))
            column.addWidget(caption)
            column.addWidget(part)
            if part is self._action:
                column.addWidget(self.small_trend)
        column.addStretch(1)
        for label in (self._consequence, self._action):
            label.setWordWrap(True)
            label.setFont(theme.font(theme.STRONG, weight=500))
            label.setContentsMargins(0, 0, 0, theme.GAP)
        area = QScrollArea(self)
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        return area

    def _ask(self) -> None:
        """Read the alarm's history, once for each change of its row."""
        until = None if self._room.past is None else self._room.past.at_ms
        wanted = (self.path, self._room.book.status(self.path), until is None)
        if self.path and wanted != self._asked_for and self.isVisible():
            self._asked_for = wanted
            self._room.query(alarm_history(self.path, _HISTORY, until), self._take_history)

    def _take_history(self, entries: tuple[JournalEntry, ...]) -> None:
        if not entries or entries[0].what == self.path:
            self._history = entries
            self._show_history()

    def _show_history(self) -> None:
        now, language = self._room.shown_ms(), self._room.language
        spec = self._room.book.specs.get(self.path)
        lines = tuple(history_line(e, spec, self._names, language, now) for e in self._history)
        self.history.set_lines(lines, empty=self.tr("Nothing recorded yet"))
        self.history.setFixedHeight(max(1, len(lines)) * _ROW)

    @Slot()
    def _pressed(self) -> None:
        name = next(n for n, b in self.buttons.items() if b is self.sender())
        if name == "acknowledge":
            self.acknowledge_asked.emit()
        else:
            self.open_form(name)

    @Slot()
    def _form_closed(self) -> None:
        self.refresh()

    @Slot()
    def _go(self) -> None:
        self.go_asked.emit(self.path)

    @Slot()
    def _to_log(self) -> None:
        self._room.navigate.emit("shift", f"note:{self.path}")

    @Slot()
    def _trend(self) -> None:
        self.trend_asked.emit(self.path)

    @Slot(object)
    def _changed(self, paths: tuple[str, ...]) -> None:
        if self.path in paths and self.isVisible():
            self.refresh()
            self._ask()

    @Slot(bool)
    def _silence(self, _silent: bool) -> None:
        self.refresh()

    @Slot(object)
    def _result(self, result: Result) -> None:
        """A refusal is said; what was done shows by itself."""
        if not self._request or result.request_id != self._request or not result.state.final:
            return
        self._request = ""
        refused = result.state is not CommandState.DONE
        self.said.setText("\n".join(f"✗ {reason_words(r, self._room.language)}" for r in result.reasons))
        self.said.setVisible(refused and bool(result.reasons))
