"""One window of the room: rail, header and pages. All windows are equal; each has pages of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget
from shiboken6 import isValid

from app.views.beat import Beat
from app.views.feed import Feed
from app.views.pages.base import Page
from app.views.room import Room
from app.views.shell.demo_mark import DEMO
from app.views.shell.header import HEIGHT, Header
from app.views.shell.history import History
from app.views.shell.keys_panel import KeysPanel
from app.views.shell.notice import Notice
from app.views.shell.past_frame import PastFrame
from app.views.shell.rail import Rail
from app.views.shell.session.panel import SessionPanel
from app.views.shell.time_bar import TimeBar
from app.views.sound import Sounder
from app.views.state.alarm_places import place_to_go
from app.views.state.station import stations_of

__all__ = ["PageMaker", "Window"]

_LIVE_FROM_A_SITE = ("overview", "station", "trends")
PageMaker = Callable[[Room, QWidget], Page]

_SHOWN: Final = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
_HIDDEN: Final = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
_REST_MS: Final = 150
"""Between two pages that are made before anybody visits them."""


class Window(QWidget):
    """Closing a window never ends the process by itself: `closing` tells the composition root, which decides.

    Pages are made when they are first visited, or by `build_rest` once the first one is on screen: the window must
    not wait for what nobody looks at yet.
    """

    closing = Signal()
    activated = Signal()

    def __init__(
        self,
        room: Room,
        feed: Feed,
        beat: Beat,
        *,
        pages: Mapping[str, PageMaker],
        sounder: Sounder,
        number: int = 1,
    ) -> None:
        """`pages` has a maker for each page id, in the rail's order."""
        super().__init__()
        self._room = room
        self._feed = feed
        self._beat = beat
        self._sounder = sounder
        self._number = number
        self._history = History()
        self._before_keys: QWidget | None = None
        self.setObjectName(f"window-{number}")
        self._stack = QStackedWidget(self)
        self._makers = dict(pages)
        self.pages: dict[str, Page] = {}
        """Those that were made already."""
        self.rail = Rail(room, list(pages), self)
        self.header = Header(room, self)
        self.time = TimeBar(room, self)
        self._frame = PastFrame(room, self)
        self._notice = Notice(self)
        self._keys = KeysPanel(self)
        self.session = SessionPanel(room, self, top=HEIGHT)
        self._lay_out()
        self.rail.chosen.connect(self.go)
        self.header.banner.chosen.connect(self._go_now)
        self.header.time.clicked.connect(self.toggle_time)
        self.header.help.clicked.connect(self._toggle_keys)
        self.header.person.clicked.connect(self.session.toggle)
        self._keys.closed.connect(self._toggle_keys)
        self.header.silence_asked.connect(self._beat.silence)
        self._beat.tick.connect(self.tick)
        self._beat.horn_changed.connect(self._call_attention)
        room.own_alarms_changed.connect(self._call_attention)
        room.language_changed.connect(self._retranslate)
        room.site_changed.connect(self._retranslate)
        room.opened.connect(self._retranslate)
        room.site_changed.connect(self._show_notice)
        self._make_shortcuts()
        self.go(next(iter(pages)), "")
        self._retranslate()

    @property
    def page(self) -> Page:
        """Return the page that is shown."""
        page = self._stack.currentWidget()
        assert isinstance(page, Page)
        return page

    @Slot(str, str)
    def go(self, page_id: str, target: str) -> None:
        """Show a page and a place on it, and remember it for "back"."""
        if page_id in self._makers:
            self._history.visit(page_id, target)
            self._show(page_id, target)

    def build_rest(self) -> None:
        """Make the pages that nobody visited yet, one after the other, while nothing else is to be done."""
        rest = [page_id for page_id in self._makers if page_id not in self.pages]
        if rest:
            self._page_of(rest[0])
            QTimer.singleShot(_REST_MS, self, self.build_rest)

    @Slot()
    def tick(self) -> None:
        """Bring what is visible up to date."""
        if not self.isVisible() or self.isMinimized():
            return
        horn = self._beat.horn
        self.header.tick(
            silent_for_s=self._feed.silent_for_s, sounding=horn.sounding, silenced=horn.silenced,
            trouble=self._sounder.trouble,
        )  # fmt: skip
        self.rail.tick()
        self.time.strip.page_of_then = self.page.of_then
        self.time.tick()
        self.session.tick()
        self._notice.set_trouble(self._feed.trouble)
        self.page.tick()

    @Slot()
    def _call_attention(self) -> None:
        """Ask for a look through the system's task bar: something was lost, or an alarm cannot be heard."""
        unheard = self._beat.horn.sounding and bool(self._sounder.trouble)
        if unheard or any(not o.acknowledged for o in self._room.own.rows):
            QApplication.alert(self)

    @Slot(str)
    def show_fault(self, sentence: str) -> None:
        """Show an error of the room itself until the next place is visited."""
        self.header.set_title(f"⚠ {sentence}")

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self.closing.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.fit(self.width())

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.activated.emit()
        super().changeEvent(event)

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setContentsMargins(0, 0, 0, 0)
        right.setSpacing(0)
        self._frame.inside.addWidget(self._stack, 1)
        self._frame.inside.addWidget(self._notice, 1)
        right.addWidget(self.header)
        right.addWidget(self.time)
        right.addWidget(self._frame, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.rail)
        whole.addLayout(right, 1)
        # Nothing has the keyboard's frame until a person uses the keyboard.
        self._stack.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, page_id: str, target: str) -> None:
        page = self._page_of(page_id)
        for other in self.pages.values():
            # The stack needs room for the page that is shown, not for the largest of all.
            other.setSizePolicy(_SHOWN if other is page else _HIDDEN)
        if self._stack.currentWidget() is not page:
            self._stack.setCurrentWidget(page)
            self._frame.to_top()
        self._show_notice()
        page.show_target(target)
        self.header.set_title(page.title())
        self.rail.show_place(page_id, target)
        page.tick()

    @Slot()
    def _show_notice(self) -> None:
        """Without a site, pages that live from one have nothing to show."""
        empty = self._room.applied is None and self.page.page_id in _LIVE_FROM_A_SITE
        if empty and self._stack.isAncestorOf(self.focusWidget() or self):
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._notice.setVisible(empty)
        self._stack.setVisible(not empty)

    def _page_of(self, page_id: str) -> Page:
        if page_id not in self.pages:
            page = self._makers[page_id](self._room, self._stack)
            page.setSizePolicy(_HIDDEN)
            self.pages[page_id] = page
            self._stack.addWidget(page)
        return self.pages[page_id]

    def _make_shortcuts(self) -> None:
        for i in range(1, len(self._makers) + 1):
            self._shortcut(f"Alt+{i % 10}", self._to_page)
        for i in range(1, 10):
            self._shortcut(f"Ctrl+{i}", self._to_station)
        self._shortcut("F8", self.header.banner.acknowledge_first)
        self._shortcut("F9", self._beat.silence)
        self._shortcut("Ctrl+L", self.header.language.click)
        self._shortcut("Alt+Left", self.back)
        self._shortcut("Alt+Right", self.forward)
        self._shortcut("F4", self.toggle_time)
        self._shortcut("F6", self.to_worst)
        self._shortcut("F11", self._full_screen)
        self._shortcut("F1", self._toggle_keys)
        self._shortcut("F2", self.session.toggle)
        self._shortcut("Ctrl+Shift+L", self.session.lock)

    def _shortcut(self, keys: str, slot: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.activated.connect(slot)

    @Slot()
    def back(self) -> None:
        """Go to the place before."""
        if (place := self._history.back()) is not None:
            self._show(*place)

    @Slot()
    def forward(self) -> None:
        """Go forward again."""
        if (place := self._history.forward()) is not None:
            self._show(*place)

    @Slot()
    def toggle_time(self) -> None:
        """Return to now from the past; in the present open the time bar, or close it."""
        if self._room.past is not None or self.time.is_open:
            self.time.close_bar()
            self._stack.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.time.open()

    @Slot(str, str)
    def _go_now(self, page_id: str, target: str) -> None:
        """Go where the banner leads: it speaks of the present."""
        self._room.machine.leave()
        self.go(page_id, target)

    @Slot()
    def to_worst(self) -> None:
        """Go to the place of the highest alarm of now, or of the worst the room itself found: whoever looks back hears
        the horn of now."""
        self._room.machine.leave()
        if len(self._room.book.main):
            path = self._room.book.main[0]
            self.go(*place_to_go(self._room.book.specs.get(path), path))
        elif self._room.watch.rows:
            self.go(self._room.watch.rows[0].page, self._room.watch.rows[0].path)

    def _digit(self) -> int:
        shortcut = self.sender()
        assert isinstance(shortcut, QShortcut)
        return int(shortcut.key().toString()[-1])

    @Slot()
    def _to_page(self) -> None:
        """0 is the tenth."""
        self.go(list(self._makers)[self._digit() - 1], "")

    @Slot()
    def _to_station(self) -> None:
        stations = stations_of(self._room.applied.site) if self._room.applied is not None else ()
        if "station" in self._makers and self._digit() <= len(stations):
            self.go("station", stations[self._digit() - 1].id)

    @Slot()
    def _toggle_keys(self) -> None:
        """Open or close the panel of keys; the focus goes back to where it was."""
        opening = not self._keys.isVisible()
        if opening:
            self._before_keys = self.focusWidget()
            self._keys.stand_in(self)
        self._keys.setVisible(opening)
        back = self._keys if opening else self._before_keys
        if back is not None and isValid(back):
            back.setFocus(Qt.FocusReason.PopupFocusReason)

    @Slot()
    def _full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    @Slot()
    def _retranslate(self) -> None:
        applied = self._room.applied
        site = f" — {applied.site.label.get(self._room.language)}" if applied is not None else ""
        demo = f" — {DEMO}" if self._room.demo else ""
        number = f" ({self._number})" if self._number > 1 else ""
        self.setWindowTitle(self.tr("Qianliyan") + site + demo + number)
        self.header.retranslate()
        self.time.retranslate()
        self._notice.retranslate()
        self._keys.retranslate()
        self.header.set_title(self.page.title())
