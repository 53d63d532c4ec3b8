"""The question: from when to when, who, what kind, where, which words."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QDateTime, Qt, QTimer, QTimeZone, Signal, Slot
from PySide6.QtWidgets import QComboBox, QDateTimeEdit, QHBoxLayout, QLineEdit, QWidget

from app.model.records import Journal, RequestKind
from app.model.spec import Site
from app.views import theme
from app.views.gateway.journal import JournalQuery
from app.views.state.sentences import kind_text
from app.views.state.sentences_people import PEOPLE_TEXT

__all__ = ["AuditBar"]

_DAY_MS: Final = 86_400_000
_SPANS: Final = (1, 7, 30, 365, 0)
"""Days back from now; 0 is the span between the two times."""
_PAUSE_MS: Final = 300


class AuditBar(QWidget):
    """`changed` comes a moment after the last change, so that typing asks once."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = "zh"
        self._zone = "UTC"
        self._site: Site | None = None
        self.span, self.who, self.kind, self.place = (QComboBox(self) for _ in range(4))
        self.start, self.end = QDateTimeEdit(self), QDateTimeEdit(self)
        self.text = QLineEdit(self)
        for name, widget in (
            ("span", self.span), ("start", self.start), ("end", self.end), ("who", self.who), ("kind", self.kind),
            ("place", self.place), ("text", self.text),
        ):  # fmt: skip
            widget.setObjectName(f"audit-{name}")
            widget.setFixedHeight(34)
        self.text.setClearButtonEnabled(True)
        self.text.setTextMargins(6, 0, 6, 0)
        self.who.setEditable(True)
        self.who.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.changed)
        self._lay_out()
        self._connect()

    def query(self, now_ms: int) -> JournalQuery:
        """Return the question."""
        days = int(self.span.currentData() or 0)
        if days:
            start, end = now_ms - days * _DAY_MS, JournalQuery().end_ms
        else:
            start, end = self.start.dateTime().toMSecsSinceEpoch(), self.end.dateTime().toMSecsSinceEpoch()
        kind, place = str(self.kind.currentData() or ""), str(self.place.currentData() or "")
        return JournalQuery(
            journals=(Journal.AUDIT, Journal.COMMANDS),
            start_ms=start,
            end_ms=end,
            places=(place,) if place else (),
            kinds=(kind,) if kind else (),
            who=self.who.currentText().strip(),
            text=self.text.text().strip(),
        )

    @property
    def live(self) -> bool:
        """Return whether the question reaches to now."""
        return bool(self.span.currentData())

    def set_now(self, now_ms: int) -> None:
        """Begin the two times at yesterday and now."""
        for edit, at in ((self.start, now_ms - _DAY_MS), (self.end, now_ms)):
            edit.setDateTime(QDateTime.fromMSecsSinceEpoch(at, QTimeZone(self._zone.encode())))

    def set_site(self, site: Site | None) -> None:
        """Take places and the time zone of a site."""
        self._site = site
        self._zone = site.timezone if site is not None else "UTC"
        for edit in (self.start, self.end):
            edit.setTimeZone(QTimeZone(self._zone.encode()))
        self._fill_places()

    def set_place(self, path: str, name: str) -> None:
        """Ask for one place, also one that is not in the list."""
        if self.place.findData(path) < 0:
            self.place.addItem(name, path)
        self.place.setCurrentIndex(self.place.findData(path))

    def add_people(self, names: tuple[str, ...]) -> None:
        """Offer these persons."""
        for name in names:
            if name and self.who.findText(name, Qt.MatchFlag.MatchExactly) < 0:
                self.who.addItem(name)

    def retranslate(self, language: str) -> None:
        """Take the room's language."""
        self._language = language
        spans = {1: self.tr("Last 24 hours"), 7: self.tr("Last 7 days"), 30: self.tr("Last 30 days")}
        spans |= {365: self.tr("Last year"), 0: self.tr("From … to …")}
        _refill(self.span, [(spans[d], d) for d in _SPANS])
        edit = self.who.lineEdit()
        if edit is not None:
            edit.setPlaceholderText(self.tr("Everybody"))
        if self.who.count() == 0:
            self.who.addItem("")
        kinds = [*(str(k) for k in RequestKind if k is not RequestKind.OPERATE), "command", *PEOPLE_TEXT]
        named = sorted({kind_text(k, language): k for k in kinds}.items())
        _refill(self.kind, [(self.tr("Everything"), ""), *named])
        self._fill_places()
        self.text.setPlaceholderText(self.tr("Words  (Ctrl+F)"))
        tips = {
            self.span: self.tr("Time"), self.start: self.tr("From"), self.end: self.tr("To"),
            self.who: self.tr("Person"), self.kind: self.tr("Kind"), self.place: self.tr("Place"),
            self.text: self.tr("Words"),
        }  # fmt: skip
        for widget, tip in tips.items():
            widget.setAccessibleName(tip)
            widget.setToolTip(tip)
        self._show_times()

    def _fill_places(self) -> None:
        places = [(f.label.get(self._language), f.id) for f in self._site.facilities] if self._site is not None else []
        _refill(self.place, [(self.tr("All places"), ""), *places])

    def _lay_out(self) -> None:
        for edit in (self.start, self.end):
            edit.setDisplayFormat("yyyy-MM-dd HH:mm")
            edit.setCalendarPopup(True)
            edit.setMinimumWidth(164)
        for box, wide in ((self.span, 130), (self.who, 150), (self.kind, 220), (self.place, 200)):
            box.setFixedWidth(wide)
            box.setMaxVisibleItems(16)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.GAP)
        for widget in (self.span, self.start, self.end, self.who, self.kind, self.place):
            row.addWidget(widget)
        row.addWidget(self.text, 1)

    def _connect(self) -> None:
        self.span.currentIndexChanged.connect(self._show_times)
        for box in (self.span, self.kind, self.place):
            box.currentIndexChanged.connect(self._later)
        self.who.currentTextChanged.connect(self._later)
        self.text.textChanged.connect(self._later)
        for edit in (self.start, self.end):
            edit.dateTimeChanged.connect(self._later)

    @Slot()
    def _show_times(self) -> None:
        for edit in (self.start, self.end):
            edit.setVisible(not self.live)

    @Slot()
    def _later(self) -> None:
        self._timer.start()


def _refill(box: QComboBox, items: list[tuple[str, object]] | list[tuple[str, str]] | list[tuple[str, int]]) -> None:
    """Write the items anew without telling a change; what was chosen stays."""
    kept = box.currentData()
    box.blockSignals(True)
    box.clear()
    for text, data in items:
        box.addItem(text, data)
    box.setCurrentIndex(max(0, box.findData(kept)))
    box.blockSignals(False)
