"""What is shown of the alarms: segments with their counts, and filters by priority, area, state and words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.model.alarms.spec import PRIORITIES
from app.views import theme
from app.views.pages.alarms.views_bar import ViewsBar
from app.views.room import Room
from app.views.state.alarm_book import ACTIVE, SEGMENTS
from app.views.state.alarm_view import STATE_GROUPS, AlarmFilter
from app.views.widgets.action_button import ActionButton
from app.views.widgets.ink import draw_priority, pen
from app.views.widgets.key_focus import RoomButton
from app.views.widgets.row_ink import focus_frame

__all__ = ["AlarmBar"]


class PriorityToggle(RoomButton):
    """Shows or hides one priority: its shape without its colour, which is for alarms alone; pale while hidden."""

    def __init__(self, priority: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.priority = priority
        self.setCheckable(True)
        self.setChecked(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedSize(40, 34)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(pen(theme.OUTLINE if self.isChecked() else theme.SCALE, 1.4 if self.isChecked() else 1.0))
        painter.setBrush(theme.RAISED if self.isChecked() else theme.GROUND)
        painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
        painter.setOpacity(1.0 if self.isChecked() else 0.35)
        draw_priority(painter, box.center().x(), box.center().y(), self.priority, size=17, calm=True)
        painter.setOpacity(1.0)
        focus_frame(self, painter)
        painter.end()

    def sizeHint(self) -> QSize:
        return QSize(40, 34)


class AlarmBar(QWidget):
    """Two lines above the list. `filter` is what is asked for now."""

    changed = Signal()

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._quiet = False
        self._counts: tuple[object, ...] = ()
        self._names = ("", "", "", "")
        self.segments = {s: ActionButton(self, height=36) for s in SEGMENTS}
        self._group = QButtonGroup(self)
        for name, button in self.segments.items():
            button.setObjectName(f"segment-{name}")
            button.setCheckable(True)
            button.setMinimumWidth(190)
            self._group.addButton(button)
        self.segments[ACTIVE].setChecked(True)
        self.search = QLineEdit(self)
        self.search.setObjectName("alarm-search")
        self.search.setClearButtonEnabled(True)
        self.search.setTextMargins(6, 0, 6, 0)
        self.toggles = {p: PriorityToggle(p, self) for p in PRIORITIES}
        self.area, self.state, self.order = (QComboBox(self) for _ in range(3))
        for widget in (self.search, self.area, self.state, self.order):
            widget.setFixedHeight(34)
        for box in (self.area, self.state, self.order):
            box.setMinimumWidth(130)
        self.views = ViewsBar(room, self)
        self._lay_out()
        for button in self.segments.values():
            button.clicked.connect(self._tell)
        for toggle in self.toggles.values():
            toggle.toggled.connect(self._tell)
        for box in (self.area, self.state, self.order):
            box.currentIndexChanged.connect(self._tell)
        self.search.textChanged.connect(self._tell)
        self.views.picked.connect(self.set_filter)
        self.views.save_asked.connect(self._save)

    @property
    def segment(self) -> str:
        """Return the segment that is shown."""
        return next(s for s, b in self.segments.items() if b.isChecked())

    @property
    def filter(self) -> AlarmFilter:
        """Return what is asked for."""
        return AlarmFilter(
            tuple(p for p, t in self.toggles.items() if t.isChecked()),
            str(self.area.currentData() or ""),
            str(self.state.currentData() or ""),
            self.search.text().strip(),
            self.order.currentIndex() == 1,
        )

    def set_segment(self, segment: str) -> None:
        """Show another segment."""
        self.segments[segment].setChecked(True)
        self._tell()

    @Slot(object)
    def set_filter(self, wanted: AlarmFilter) -> None:
        """Ask for something else, once."""
        self._quiet = True
        for p, toggle in self.toggles.items():
            toggle.setChecked(p in wanted.priorities)
        self.area.setCurrentIndex(max(0, self.area.findData(wanted.area)))
        self.state.setCurrentIndex(max(0, self.state.findData(wanted.state)))
        self.order.setCurrentIndex(int(wanted.by_time))
        self.search.setText(wanted.text)
        self._quiet = False
        self._tell()

    def show_counts(self) -> None:
        """Write how many there are beside each segment's name."""
        book = self._room.book
        tally = book.tally()
        counts = (tally.total, *(len(book.aside[s]) for s in SEGMENTS[1:]))
        if (counts, self._names) != self._counts:
            self._counts = (counts, self._names)
            for button, name, count in zip(self.segments.values(), self._names, counts, strict=True):
                button.setText(f"{name}  {count}")

    def retranslate(self) -> None:
        """Take the room's language and the site's areas."""
        self._quiet = True
        kept = self.filter
        self._names = (self.tr("Active"), self.tr("Shelved"), self.tr("Suppressed"), self.tr("Out of service"))
        self.search.setPlaceholderText(self.tr("Search place or alarm  (Ctrl+F)"))
        states = {
            "": self.tr("All states"), "unack": self.tr("Unacknowledged"), "active": self.tr("Condition stands"),
            "acked": self.tr("Acknowledged"), "returned": self.tr("Returned"),
        }  # fmt: skip
        self._fill(self.state, [(states[key], key) for key in ("", *STATE_GROUPS)])
        site = self._room.applied.site if self._room.applied is not None else None
        areas = [(a.label.get(self._room.language), a.id) for a in (site.areas if site is not None else ())]
        self._fill(self.area, [(self.tr("All areas"), ""), *areas])
        self._fill(self.order, [(self.tr("By priority"), "priority"), (self.tr("Newest first"), "time")])
        for p, toggle in self.toggles.items():
            text = self.tr("Priority {}").format(p)
            toggle.setToolTip(text)
            toggle.setAccessibleName(text)
        self.views.retranslate()
        self.set_filter(kept)
        self.show_counts()

    @staticmethod
    def _fill(box: QComboBox, items: list[tuple[str, str]]) -> None:
        box.clear()
        for text, data in items:
            box.addItem(text, data)

    def _lay_out(self) -> None:
        above, below = QHBoxLayout(), QHBoxLayout()
        for line in (above, below):
            line.setSpacing(theme.GAP)
        for button in self.segments.values():
            above.addWidget(button)
        above.addStretch(1)
        above.addWidget(self.views)
        for toggle in self.toggles.values():
            below.addWidget(toggle)
        below.addSpacing(theme.GAP)
        for widget in (self.area, self.state, self.order):
            below.addWidget(widget)
        below.addWidget(self.search, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.GAP)
        whole.addLayout(above)
        whole.addLayout(below)

    @Slot()
    def _tell(self) -> None:
        if not self._quiet:
            self.changed.emit()

    @Slot(str)
    def _save(self, name: str) -> None:
        self.views.keep(name, self.filter)
