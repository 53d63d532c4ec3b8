"""The calendar of shifts: a week to leaf through, and the form that says who is on duty."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.model.access import Permission, may_anywhere
from app.model.people import Duty
from app.model.records import Reason
from app.views import theme
from app.views.gateway.log_book import read_duties
from app.views.pages.shift.duty_form import DutyForm
from app.views.pages.shift.week import WeekGrid
from app.views.room import Room
from app.views.state.duty_week import monday_of, week_of
from app.views.state.shift_time import left_text, running_shift
from app.views.widgets.action_button import ActionButton

__all__ = ["CalendarPane"]


class CalendarPane(QWidget):
    """Who keeps the calendar (ASSIGN) opens a shift by Enter, a double click or the button."""

    shift_chosen = Signal(str, str)

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._monday: date | None = None
        """None: the week of now."""
        self._duties: tuple[Duty, ...] = ()
        self._minute = -1
        self.now = QLabel(self)
        self.now.setObjectName("shift-now")
        self.now.setFont(theme.font(theme.STRONG, weight=600))
        self.grid = WeekGrid(self)
        self.buttons = {name: ActionButton(self, height=30) for name in ("before", "today", "after", "edit")}
        self.form = DutyForm(room, self)
        self.form.hide()
        self._lay_out()
        for name, button in self.buttons.items():
            button.setObjectName(f"shift-{name}")
            button.clicked.connect(self._pressed)
        self.grid.chosen.connect(self._chosen)
        self.grid.opened.connect(self._open)
        self.form.done.connect(self._written)
        self.form.cancelled.connect(self._close)
        room.person_changed.connect(self._judge)

    @property
    def monday(self) -> date:
        """Return the first day of the week that is shown."""
        site = self._room.present.applied.site if self._room.present.applied is not None else None
        return self._monday or monday_of(site, self._room.now_ms())

    def ask(self) -> None:
        """Read who is on duty in this week."""
        first = self.monday
        last = first + timedelta(days=6)
        self._room.desk(read_duties(first.isoformat(), last.isoformat()), partial(self._take, first), self._failed)

    def tick(self) -> None:
        """Let the running shift go on."""
        if self._room.now_ms() // 60_000 != self._minute:
            self._fill()
        self.form.refusal.tick(self._room.monotonic())

    def retranslate(self) -> None:
        """Take the room's language and site."""
        texts = {"before": "◀", "today": self.tr("This week"), "after": "▶", "edit": self.tr("Who is on duty…")}
        for name, text in texts.items():
            self.buttons[name].setText(text)
        for name, tip in (("before", self.tr("The week before")), ("after", self.tr("The next week"))):
            self.buttons[name].setToolTip(tip)
            self.buttons[name].setAccessibleName(tip)
        self.grid.setAccessibleName(self.tr("Shifts of the week"))
        self.grid.set_words(self.tr("now · {} left"), "—")
        self.form.retranslate()
        self._fill()
        self._judge()

    def _lay_out(self) -> None:
        bar = QHBoxLayout()
        bar.setSpacing(theme.GAP)
        for name, wide in (("before", 40), ("today", 110), ("after", 40)):
            self.buttons[name].setFixedWidth(wide)
            bar.addWidget(self.buttons[name])
        bar.addWidget(self.buttons["edit"], 1)
        inner = QVBoxLayout()
        inner.setContentsMargins(theme.GAP_M, 0, theme.GAP_M, theme.GAP_M)
        inner.setSpacing(theme.GAP)
        inner.addWidget(self.now)
        inner.addLayout(bar)
        inner.addWidget(self.form)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.GAP)
        whole.addWidget(self.grid)
        whole.addLayout(inner)

    def _take(self, first: date, duties: tuple[Duty, ...]) -> None:
        if first == self.monday:
            self._duties = duties
            self._fill()

    def _failed(self, _reasons: tuple[Reason, ...]) -> None:
        """The store is away: what was read stays; the log book beside says so."""

    def _fill(self) -> None:
        room = self._room
        site = room.present.applied.site if room.present.applied is not None else None
        now, language = room.now_ms(), room.language
        self._minute = now // 60_000
        self.grid.set_week(week_of(site, self.monday, self._duties, now, language))
        running = running_shift(site, now)
        text = self.tr("This site has no shifts")
        if running is not None:
            left = self.tr("{} left").format(left_text(running, now))
            text = f"{running.spec.label.get(language)} · {left}"
        if text != self.now.text():
            self.now.setText(text)

    @Slot()
    def _judge(self) -> None:
        person = self._room.person
        may = may_anywhere(person, Permission.ASSIGN) and bool(person.session) and not person.locked
        self.buttons["edit"].setEnabled(may and self.grid.cell is not None)
        self.buttons["edit"].setToolTip("" if may else self.tr("The calendar is kept by supervisors"))
        if not may:
            self._close()

    @Slot(str, str)
    def _chosen(self, day: str, shift: str) -> None:
        self._judge()
        self.shift_chosen.emit(day, shift)

    @Slot(str, str)
    def _open(self, day: str, shift: str) -> None:
        cell = self.grid.cell
        site = self._room.present.applied.site if self._room.present.applied is not None else None
        if cell is None or site is None or not self.buttons["edit"].isEnabled():
            return
        label = next((s.label.get(self._room.language) for s in site.shifts if s.id == shift), shift)
        self.form.begin(day, shift, label, cell.persons)
        self.form.show()
        self.form.start_typing()

    @Slot()
    def _pressed(self) -> None:
        name = self.sender().objectName().removeprefix("shift-")
        if name == "edit":
            if self.grid.cell is not None:
                self._open(self.grid.cell.day, self.grid.cell.shift)
            return
        step = {"before": -7, "after": 7, "today": 0}[name]
        self._monday = self.monday + timedelta(days=step) if step else None
        self._duties = ()
        self._fill()
        self.ask()

    @Slot()
    def _written(self) -> None:
        self._close()
        self.ask()

    @Slot()
    def _close(self) -> None:
        if not self.form.isHidden():
            self.form.hide()
            self.grid.setFocus()
