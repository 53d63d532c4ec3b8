"""The question to the journals: from when to when, which priorities, journal, area, place, person, words."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QDateTime, QStringListModel, Qt, QTimer, QTimeZone, Signal, Slot
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QCompleter,
    QDateTimeEdit,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from app.model.alarms.spec import PRIORITIES
from app.model.records import Journal
from app.model.spec import Site
from app.views import theme
from app.views.pages.alarms.bar import PriorityToggle
from app.views.room import Room
from app.views.state.journal_filter import CUSTOM, SPANS, JournalFilter, filter_of
from app.views.state.sentences import JOURNAL_NAMES, Names
from app.views.state.zone_time import zone_text
from app.views.widgets.action_button import ActionButton

__all__ = ["JournalBar"]

_KEPT: Final = "journal_filter"
_PAUSE_MS: Final = 300
_HIGH: Final = 34


class JournalBar(QWidget):
    """`changed` comes a moment after the last change, so that typing asks once. What is asked is kept at this
    workstation, but not its words."""

    changed = Signal()

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._quiet = False
        self._people: set[str] = set()
        self.spans = {s: ActionButton(self, height=_HIGH) for s in SPANS}
        self._group = QButtonGroup(self)
        self.start, self.end = QDateTimeEdit(self), QDateTimeEdit(self)
        self.zone = QLabel(self)
        self.toggles = {p: PriorityToggle(p, self) for p in PRIORITIES}
        self.journal, self.area = QComboBox(self), QComboBox(self)
        self.place, self.who, self.text = QLineEdit(self), QLineEdit(self), QLineEdit(self)
        self._names, self._persons = QStringListModel(self), QStringListModel(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self._tell)
        self.side = QHBoxLayout()
        """Where the page puts its own buttons, at the right end of the first line."""
        self._dress()
        self._lay_out()
        self.set_filter(filter_of(room.preferences.get(_KEPT)))
        self._connect()

    @property
    def filter(self) -> JournalFilter:
        """Return what is asked for."""
        return JournalFilter(
            span=next(s for s, b in self.spans.items() if b.isChecked()),
            start_ms=self.start.dateTime().toMSecsSinceEpoch(),
            end_ms=self.end.dateTime().toMSecsSinceEpoch(),
            journal=str(self.journal.currentData() or ""),
            area=str(self.area.currentData() or ""),
            place=self.place.text().strip(),
            priorities=tuple(p for p, t in self.toggles.items() if t.isChecked()),
            who=self.who.text().strip(),
            text=self.text.text().strip(),
        )

    def set_filter(self, wanted: JournalFilter) -> None:
        """Ask for something else, once."""
        self._quiet = True
        self.spans[wanted.span].setChecked(True)
        now = self._room.now_ms()
        self._set_time(self.start, wanted.start_ms or now - 86_400_000)
        self._set_time(self.end, wanted.end_ms or now)
        self.journal.setCurrentIndex(max(0, self.journal.findData(wanted.journal)))
        self.area.setCurrentIndex(max(0, self.area.findData(wanted.area)))
        for p, toggle in self.toggles.items():
            toggle.setChecked(p in wanted.priorities)
        for field, text in ((self.place, wanted.place), (self.who, wanted.who), (self.text, wanted.text)):
            field.setText(text)
        self._quiet = False
        self._show_times()

    def add_people(self, names: set[str]) -> None:
        """Offer these persons while a name is written."""
        if not names <= self._people:
            self._people |= names
            self._persons.setStringList(sorted(self._people))

    def site_changed(self) -> None:
        """Take places, areas and the zone of the site in force."""
        site, language = self._site(), self._room.language
        zone = site.timezone if site is not None else "UTC"
        for edit in (self.start, self.end):
            edit.setTimeZone(QTimeZone(zone.encode()))
        self.zone.setText(zone_text(self._room.now_ms(), zone))
        self._quiet = True
        areas = [(a.label.get(language), a.id) for a in (site.areas if site is not None else ())]
        _refill(self.area, [(self.tr("All areas"), ""), *areas])
        self._quiet = False
        names = Names(site, language)
        places = [] if site is None else [*(f.id for f in site.facilities), *(d.id for d in site.devices)]
        places += [] if site is None else [*(e.path for e in site.equipment), *(t.path for t in site.tags)]
        self._names.setStringList([names.of(p) for p in places])

    def retranslate(self) -> None:
        """Take the room's language."""
        language = self._room.language
        self._quiet = True
        for span, button in self.spans.items():
            button.setText(SPANS[span].get(language))
        journals = [(JOURNAL_NAMES[j].get(language), j.value) for j in Journal]
        _refill(self.journal, [(self.tr("All journals"), ""), *journals])
        self._quiet = False
        hints = {
            self.place: self.tr("Place or tag"), self.who: self.tr("Person"),
            self.text: self.tr("Text  (Ctrl+F)"), self.start: self.tr("From"), self.end: self.tr("To"),
            self.journal: self.tr("Journal"), self.area: self.tr("Area"),
        }  # fmt: skip
        for widget, hint in hints.items():
            widget.setAccessibleName(hint)
            widget.setToolTip(hint)
            if isinstance(widget, QLineEdit):
                widget.setPlaceholderText(hint)
        for p, toggle in self.toggles.items():
            toggle.setToolTip(self.tr("Priority {}").format(p))
            toggle.setAccessibleName(self.tr("Priority {}").format(p))
        self.site_changed()

    def _site(self) -> Site | None:
        return self._room.present.applied.site if self._room.present.applied is not None else None

    @staticmethod
    def _set_time(edit: QDateTimeEdit, ms: int) -> None:
        edit.setDateTime(QDateTime.fromMSecsSinceEpoch(ms, edit.timeZone()))

    def _dress(self) -> None:
        for span, button in self.spans.items():
            button.setObjectName(f"journal-span-{span}")
            button.setCheckable(True)
            button.setMinimumWidth(116)
            self._group.addButton(button)
        for edit in (self.start, self.end):
            edit.setDisplayFormat("yyyy-MM-dd HH:mm")
            edit.setCalendarPopup(True)
            edit.setFixedSize(168, _HIGH)
        for name, field, model in (
            ("place", self.place, self._names), ("who", self.who, self._persons), ("text", self.text, None),
        ):  # fmt: skip
            field.setObjectName(f"journal-{name}")
            field.setClearButtonEnabled(True)
            field.setTextMargins(6, 0, 6, 0)
            field.setFixedHeight(_HIGH)
            if model is not None:
                completer = QCompleter(model, field)
                completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
                completer.setFilterMode(Qt.MatchFlag.MatchContains)
                completer.setMaxVisibleItems(12)
                field.setCompleter(completer)
        for box in (self.journal, self.area):
            box.setFixedHeight(_HIGH)
            box.setMinimumWidth(140)
        self.zone.setFont(theme.font(theme.CAPTION))

    def _lay_out(self) -> None:
        above, below = QHBoxLayout(), QHBoxLayout()
        for line in (above, below, self.side):
            line.setSpacing(theme.GAP)
        for button in self.spans.values():
            above.addWidget(button)
        for widget in (self.start, self.end, self.zone):
            above.addWidget(widget)
        above.addLayout(self.side, 1)
        for toggle in self.toggles.values():
            below.addWidget(toggle)
        below.addSpacing(theme.GAP)
        for box in (self.journal, self.area):
            below.addWidget(box)
        below.addWidget(self.place, 3)
        below.addWidget(self.who, 1)
        below.addWidget(self.text, 3)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.GAP)
        whole.addLayout(above)
        whole.addLayout(below)

    def _connect(self) -> None:
        for button in self.spans.values():
            button.clicked.connect(self._span_chosen)
        for toggle in self.toggles.values():
            toggle.toggled.connect(self._later)
        for box in (self.journal, self.area):
            box.currentIndexChanged.connect(self._later)
        for field in (self.place, self.who, self.text):
            field.textChanged.connect(self._later)
        for edit in (self.start, self.end):
            edit.dateTimeChanged.connect(self._later)

    @Slot()
    def _span_chosen(self) -> None:
        self._show_times()
        self._later()

    def _show_times(self) -> None:
        for edit in (self.start, self.end):
            edit.setVisible(self.spans[CUSTOM].isChecked())

    @Slot()
    def _later(self) -> None:
        if not self._quiet:
            self._timer.start()

    @Slot()
    def _tell(self) -> None:
        self._room.preferences.set(_KEPT, self.filter.to_json())
        self.changed.emit()


def _refill(box: QComboBox, items: list[tuple[str, str]]) -> None:
    """Write the items anew; what was chosen stays."""
    kept = box.currentData()
    box.clear()
    for text, data in items:
        box.addItem(text, data)
    box.setCurrentIndex(max(0, box.findData(kept)))
