"""The alarm list: painted by itself, so that ten thousand rows with hundreds of changes a second cost a screenful.

Rows are known by their alarm, never by their place: when rows come in above, what a person looks at stays where it is,
and what was chosen stays chosen.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from app.views import theme
from app.views.pages.alarms.choice import Choice
from app.views.pages.alarms.list_ink import HEAD, ROW, RowInk
from app.views.pages.tag_drags import drag_from
from app.views.room import Room
from app.views.state.alarm_lines import COLUMNS, MOVING, Column, LineMaker
from app.views.state.alarm_view import AlarmFilter, AlarmView
from app.views.state.alarm_words import AlarmNames
from app.views.widgets.key_focus import KeyFocus

__all__ = ["AlarmList"]


class AlarmList(KeyFocus, QAbstractScrollArea):
    """Arrows choose, Shift extends, Ctrl+A chooses the visible rows of one priority. `choice` has what is chosen."""

    chosen = Signal()
    """Another row is current, or others are chosen."""
    acknowledge_asked = Signal()
    shelve_asked = Signal()
    go_asked = Signal(str)
    trend_asked = Signal(str)
    menu_asked = Signal(str, QPoint)
    """Path and place on the screen."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self.view = AlarmView(room.book)
        self.maker = LineMaker(room.book)
        self.choice = Choice(self.view)
        self._ink = RowInk()
        self._hidden: frozenset[str] = frozenset()
        self._shown: list[str] = []
        self._second = -1
        self._words = ("", "")
        self.setObjectName("alarm-list")
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.verticalScrollBar().setSingleStep(ROW)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        room.flash.changed.connect(self._flashed)
        drag_from(room, self.viewport(), self._tag_at)
        self.retranslate()

    # What is shown.

    @property
    def columns(self) -> tuple[Column, ...]:
        """Return the columns on screen."""
        return tuple(c for c in COLUMNS[self.view.segment] if c.fixed or c.id not in self._hidden)

    def show_rows(self, segment: str, filter_: AlarmFilter) -> None:
        """Show another segment or filter, from its top."""
        self.view.show(segment, filter_, self.maker.names)
        self.choice.clear()
        self.verticalScrollBar().setValue(0)
        self._lay_out()
        self.chosen.emit()

    def set_hidden(self, columns: Iterable[str]) -> None:
        """Leave columns out."""
        self._hidden = frozenset(columns)
        self._lay_out()

    def retranslate(self) -> None:
        """Take the room's language and site."""
        site = self._room.applied.site if self._room.applied is not None else None
        names = AlarmNames(site)
        self.maker.take(names, self._room.language, self._room.book)
        self.view.follow(self._room.book)
        self.view.show(self.view.segment, self.view.filter, names)
        self._words = (self.tr("No alarm here"), self.tr("Nothing fits the filter"))
        self._lay_out()

    def refollow(self) -> None:
        """Look at all alarms anew: the list was not on screen while they changed."""
        self.view.rebuild()
        self._lay_out()
        if self.choice.follow():
            self.chosen.emit()

    def take(self, changed: Iterable[str]) -> None:
        """Take alarms that changed: rows move, what a person looks at does not."""
        changed = tuple(changed)
        top, offset = self._anchor()
        moved = self.view.apply(changed)
        if moved:
            self._range()
            self._hold(top, offset)
        if self.choice.follow():
            self.chosen.emit()
        self._repaint(set(changed))

    def tick(self) -> None:
        """Let times go on, once a second."""
        second = self._room.shown_ms() // 1000
        if second != self._second:
            self._second = second
            for column, left, width in self._ink.places(self.columns, self.viewport().width()):
                if column.id in MOVING:
                    self.viewport().update(QRect(int(left), HEAD, int(width) + 1, self.viewport().height()))

    def visible_paths(self) -> list[str]:
        """Return the rows that a person sees whole."""
        first, rest = divmod(self.verticalScrollBar().value(), ROW)
        first += bool(rest)
        return self.view.rows.slice(first, (self.verticalScrollBar().value() + self._body()) // ROW)

    def choose_path(self, path: str) -> bool:
        """Make a row current and bring it into view; False when it is not listed."""
        if not self.choice.only(path):
            return False
        self._reveal()
        self.chosen.emit()
        self.viewport().update()
        return True

    # Geometry.

    def _body(self) -> int:
        return max(0, self.viewport().height() - HEAD)

    def _range(self) -> None:
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, len(self.view.rows) * ROW - self._body()))
        bar.setEnabled(bar.maximum() > 0)  # its place stays, so that columns do not jump
        bar.setPageStep(max(ROW, self._body() - ROW))

    def _lay_out(self) -> None:
        self._range()
        self._shown = []
        self.viewport().update()

    def _anchor(self) -> tuple[str, int]:
        """Return the row at the top edge and how far it is scrolled out; "" at the very top, where news is shown."""
        value = self.verticalScrollBar().value()
        first = value // ROW
        if value == 0 or first >= len(self.view.rows):
            return "", 0
        return self.view.rows[first], value - first * ROW

    def _hold(self, path: str, offset: int) -> None:
        place = self.view.rows.place(path) if path else None
        if place is not None:
            self.verticalScrollBar().setValue(place * ROW + offset)

    def _reveal(self) -> None:
        place = self.view.rows.place(self.choice.current)
        if place is None:
            return
        bar = self.verticalScrollBar()
        if place * ROW < bar.value():
            bar.setValue(place * ROW)
        elif (place + 1) * ROW > bar.value() + self._body():
            bar.setValue((place + 1) * ROW - self._body())

    def _on_screen(self) -> list[str]:
        value = self.verticalScrollBar().value()
        return self.view.rows.slice(value // ROW, (value + self._body()) // ROW + 1)

    def _box(self, row: int) -> QRect:
        """Return where the row-th row on screen stands."""
        top = HEAD + row * ROW - self.verticalScrollBar().value() % ROW
        return QRect(0, top, self.viewport().width(), ROW)

    def _path_at(self, point: QPoint) -> str:
        if point.y() < HEAD:
            return ""
        place = (point.y() - HEAD + self.verticalScrollBar().value()) // ROW
        return self.view.rows[place] if place < len(self.view.rows) else ""

    # Painting.

    def _repaint(self, changed: set[str]) -> None:
        """Repaint the rows on screen that are others now, or that changed."""
        before, now = self._shown, self._on_screen()
        if bool(before) != bool(now):
            self.viewport().update()
            return
        for i in range(max(len(before), len(now))):
            old = before[i] if i < len(before) else ""
            new = now[i] if i < len(now) else ""
            if old != new or new in changed:
                self.viewport().update(self._box(i))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        area, width = event.rect(), self.viewport().width()
        painter.fillRect(area, theme.RAISED)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._shown = self._on_screen()
        now, on = self._room.shown_ms(), self._room.flash.on
        places = self._ink.places(self.columns, width)
        moving = [p for p in places if p[0].id in MOVING and p[1] + p[2] >= area.left()]
        book, chosen = self._room.book, self.choice.paths
        for i, path in enumerate(self._shown):
            box = self._box(i)
            if box.intersects(area):
                line = self.maker.line(path, now)
                self._ink.paint(
                    painter, box, path, line, places, on=on, known=book.known, chosen=path in chosen,
                    ratio=self.devicePixelRatioF(),
                )  # fmt: skip
                for column, left, wide in moving:
                    self._ink.paint_moving(painter, box, self.maker.moving(path, column.id, now), column, left, wide)
                if path == self.choice.current and self.hasFocus():
                    self._ink.paint_current(painter, box, ringed=self.ringed)
        if area.top() < HEAD:
            self._ink.paint_head(painter, places, width, self._room.language)
        if not self._shown:
            self._ink.paint_empty(painter, QRectF(self.viewport().rect()), self._words[self.view.filter.narrows])
        painter.end()

    @Slot()
    def _scrolled(self) -> None:
        self._shown = []
        self.viewport().update()

    @Slot()
    def _flashed(self) -> None:
        if self.isVisible() and self._shown:
            self.viewport().update(QRect(0, HEAD, self.columns[0].width, self.viewport().height()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()
        self._hold(*self._anchor())

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Rows are painted anew: `_scrolled`."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    # Hands.

    def _tag_at(self, at: QPoint) -> tuple[str, ...]:
        spec = self._room.book.specs.get(self._path_at(at))
        return (spec.tag,) if spec is not None and spec.tag else ()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        path = self._path_at(event.position().toPoint())
        if not path or event.button() != Qt.MouseButton.LeftButton:
            return
        modifiers = event.modifiers()
        if modifiers & Qt.KeyboardModifier.ControlModifier:
            self.choice.toggle(path)
        elif modifiers & Qt.KeyboardModifier.ShiftModifier:
            self.choice.extend(path)
        else:
            self.choice.only(path)
        self._tell_choice()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if path := self._path_at(event.position().toPoint()):
            self.go_asked.emit(path)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        path = self._path_at(event.pos())
        if path:
            self.choice.only(path)
            self._tell_choice()
            self.menu_asked.emit(path, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, shift = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        steps = self._steps()
        if key in steps:
            self.use_keys()
            self.choice.step(steps[key], extend=shift)
            self._reveal()
            self._tell_choice()
        elif key == Qt.Key.Key_A and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.choose_alike()
        elif event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or not self._letter(key):
            super().keyPressEvent(event)

    def choose_alike(self) -> None:
        """Choose the rows on screen that wait for an acknowledgement and have one priority: the current row's if it is
        on screen, else that of the first. What is not on screen is never chosen."""
        seen = self.visible_paths()
        lead = self.choice.current if self.choice.current in seen else seen[0] if seen else ""
        priority = self._room.book.status(lead).priority
        rows = [self._room.book.status(p) for p in seen]
        self.choice.take([s.path for s in rows if s.state.unacknowledged and s.priority == priority])
        self._tell_choice()

    def _steps(self) -> dict[int, int]:
        page = max(1, self._body() // ROW - 1)
        far = len(self.view.rows)
        keys = Qt.Key
        return {
            keys.Key_Up: -1, keys.Key_Down: 1, keys.Key_PageUp: -page, keys.Key_PageDown: page, keys.Key_Home: -far,
            keys.Key_End: far,
        }  # fmt: skip

    def _letter(self, key: int) -> bool:
        """Do what a single key asks; False when it asks nothing."""
        path = self.choice.current
        if key in (Qt.Key.Key_Space, Qt.Key.Key_A):
            self.acknowledge_asked.emit()
        elif key == Qt.Key.Key_S:
            self.shelve_asked.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and path:
            self.go_asked.emit(path)
        elif key == Qt.Key.Key_T and path:
            self.trend_asked.emit(path)
        else:
            return False
        return True

    def _tell_choice(self) -> None:
        current = self.choice.current
        self.setAccessibleName(self.maker.text(current, self._room.shown_ms()) if current else "")
        self.viewport().update()
        self.chosen.emit()
