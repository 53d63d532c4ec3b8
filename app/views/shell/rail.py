"""The left rail: name, pages, stations with their state, and the health of engine, devices and store."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from app.model.access import Permission, may_anywhere
from app.views import theme
from app.views.room import Room
from app.views.shell.past_frame import draw_past_badge
from app.views.shell.rail_buttons import PageButton, StationArea, StationButton, TakingButton
from app.views.state.health import HealthLine, health_lines
from app.views.state.station import Health, stations_of
from app.views.widgets.ink import draw_text, elided, pen

__all__ = ["WIDE", "Rail"]

WIDTH, _NARROW = 276, 220
WIDE = 1640
"""Width of a window, in px, below which the rail gives some of its own to the page."""


class Rail(QWidget):
    """One per window. Knows no page: it asks the window by `chosen`."""

    chosen = Signal(str, str)
    """Page id and target."""

    def __init__(self, room: Room, page_ids: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self.fit(WIDE)
        self.setObjectName("rail")
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._seen: object = None
        """What was shown last: nothing is looked at while it stands."""
        self._pages: dict[str, PageButton] = {}
        self._stations: dict[str, StationButton] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 76, 0, 0)
        self._layout.setSpacing(0)
        self._area = StationArea(self)
        self._list = self._area.list
        for page_id in page_ids:
            self._add_page(page_id)
        self._layout.addStretch(1)
        self._health = _HealthLines(self)
        self._layout.addWidget(self._health)
        self._past = ""
        room.site_changed.connect(self.rebuild)
        room.language_changed.connect(self.retranslate)
        room.person_changed.connect(self._show_people)
        self.rebuild()
        self._show_people()

    def fit(self, width: int) -> None:
        """Fit into a window that is so many px wide."""
        self.setFixedWidth(WIDTH if width >= WIDE else _NARROW)

    def _add_page(self, page_id: str) -> None:
        button = TakingButton(page_id, self) if page_id == "trends" else PageButton(page_id, self)
        if isinstance(button, TakingButton):
            button.taken.connect(self._tags_taken)
        button.setObjectName(f"nav-{page_id}")
        button.setProperty("page", page_id)
        button.clicked.connect(self._page_clicked)
        self._group.addButton(button)
        self._pages[page_id] = button
        self._layout.addWidget(button)
        if page_id == "station":
            self._layout.addWidget(self._area)

    def show_place(self, page_id: str, target: str) -> None:
        """Mark where the window is."""
        station = target.partition("/")[0]
        button = self._stations.get(station) if page_id == "station" else None
        (button or self._pages[page_id]).setChecked(True)
        self._area.keep_in_sight(button)

    def tick(self) -> None:
        """Bring stations and health up to date."""
        room = self._room
        now = room.present
        seen = (
            room.live, room.live and room.live.clock, room.book.revision, room.watch.outlooks, room.engine_silent,
            now.live and now.live.clock, now.silent,
        )  # fmt: skip
        if seen == self._seen:
            return
        self._seen = seen
        self._health.set_lines(health_lines(now.applied, now.live, room.language, silent=now.silent))
        if room.applied is not None:
            for facility in stations_of(room.applied.site):
                button, state = self._stations.get(facility.id), room.station_state(facility)
                if button is not None and state is not None:
                    dark, waits = state.health >= Health.NO_COMMUNICATION, room.watch.waits(facility.id)
                    ahead = room.watch.outlooks.get(facility.id)
                    spills = ahead is not None and ahead.priority > 0 and not room.engine_silent
                    button.set_state(state.priority, dark=dark, waits=waits, spills=spills)
        if (alarms := self._pages.get("alarms")) is not None:
            tally = room.book.tally()
            alarms.set_badge(tally.worst_unack or tally.worst, waits=bool(tally.worst_unack), count=tally.total)

    @Slot()
    def rebuild(self) -> None:
        """Make the list of stations anew from the site in force."""
        self._area.keep_in_sight(None)
        for button in self._stations.values():
            self._group.removeButton(button)
            self._list.removeWidget(button)
            button.setParent(None)
            button.deleteLater()
        self._stations.clear()
        if self._room.applied is not None and "station" in self._pages:
            for facility in stations_of(self._room.applied.site):
                button = StationButton(self)
                button.setObjectName(f"nav-station-{facility.id}")
                button.setProperty("station", facility.id)
                button.clicked.connect(self._station_clicked)
                self._group.addButton(button)
                self._stations[facility.id] = button
                self._list.addWidget(button)
        self.retranslate()

    @Slot()
    def _show_people(self) -> None:
        """The page of accounts is for those who keep them, and for who lets people cover areas."""
        if (button := self._pages.get("people")) is not None:
            person = self._room.person
            keeps = (may_anywhere(person, p) for p in (Permission.ADMINISTER, Permission.ASSIGN))
            button.setVisible(any(keeps))

    @Slot()
    def retranslate(self) -> None:
        """Take the room's language."""
        names = {
            "overview": self.tr("Overview"),
            "alarms": self.tr("Alarms"),
            "station": self.tr("Stations"),
            "trends": self.tr("Trends"),
            "shift": self.tr("Shift"),
            "events": self.tr("Journal"),
            "performance": self.tr("Performance"),
            "audit": self.tr("Audit"),
            "system": self.tr("System"),
            "people": self.tr("People"),
        }
        for i, (page_id, button) in enumerate(self._pages.items(), 1):
            button.setText(names[page_id])
            button.setToolTip(f"{names[page_id]}  (Alt+{i % 10})")
        site = self._room.applied.site if self._room.applied is not None else None
        for i, facility in enumerate(stations_of(site) if site is not None else (), 1):
            button_ = self._stations.get(facility.id)
            if button_ is not None:
                button_.setText(facility.label.get(self._room.language))
                button_.setToolTip(f"{facility.label.get(self._room.language)}  ({facility.id}, Ctrl+{i})")
        self._past = self.tr("PAST")
        self._seen = None
        self.tick()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.NAV)
        if self._room.past is not None:
            # Its marks are those of the instant that is shown; what stands at its foot is of now.
            painter.fillRect(0, 62, self.width(), 4, theme.PAST)
            draw_past_badge(painter, self.width() - 16, 29, self._past)
        draw_text(painter, 20, 44, "千里眼", size=22, weight=700, colour=theme.NAV_TEXT)
        draw_text(painter, 94, 43, "Qianliyan", size=theme.HEADING, weight=500, colour=theme.NAV_DIM)
        painter.end()

    @Slot()
    def _page_clicked(self) -> None:
        self.chosen.emit(self.sender().property("page"), "")

    @Slot(object)
    def _tags_taken(self, paths: tuple[str, ...]) -> None:
        self.chosen.emit("trends", "\n".join(paths))

    @Slot()
    def _station_clicked(self) -> None:
        self.chosen.emit("station", self.sender().property("station"))


class _HealthLines(QWidget):
    """Engine, devices and site in three lines at the foot of the rail; a trouble is framed and marked with a cross."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines: tuple[HealthLine, ...] = ()
        self.setFixedHeight(112)

    def set_lines(self, lines: tuple[HealthLine, ...]) -> None:
        if lines != self._lines:
            self._lines = lines
            self.setToolTip("\n".join(f"{x.name}: {x.text}" for x in lines))
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen(theme.NAV_SELECTED, 1.0))
        painter.drawLine(QPointF(16, 0.5), QPointF(self.width() - 16, 0.5))
        for i, line in enumerate(self._lines):
            y = 16 + i * 32
            if line.bad:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.BAD)
                painter.drawRoundedRect(QRectF(10, y - 4, self.width() - 20, 28), 3, 3)
            self._mark(painter, 25, y + 10, bad=line.bad)
            draw_text(
                painter,
                40,
                y + 14.5,
                line.name,
                size=theme.CAPTION,
                colour=theme.NAV_TEXT if line.bad else theme.NAV_DIM,
            )
            text = elided(line.text, self.width() - 116, theme.CAPTION, 600, tabular=True)
            draw_text(
                painter, self.width() - 18, y + 14.5, text, size=theme.CAPTION, weight=600,
                colour=theme.NAV_TEXT, align="right", tabular=True,
            )  # fmt: skip
        painter.end()

    @staticmethod
    def _mark(painter: QPainter, cx: float, cy: float, *, bad: bool) -> None:
        if bad:
            painter.setPen(pen(theme.NAV_TEXT, 2.0))
            for s in (-3.5, 3.5):
                painter.drawLine(QPointF(cx - s, cy - 3.5), QPointF(cx + s, cy + 3.5))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.NAV_DIM)
            painter.drawEllipse(QPointF(cx, cy), 3.5, 3.5)
