"""Finds tags while one types, and hands those that are chosen to the page. Arrows choose, Enter adds, Esc closes."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from app.model.spec import TagSpec
from app.views import theme
from app.views.room import Room
from app.views.state.trend_search import TagIndex
from app.views.widgets.ink import draw_text, elided, pen, text_width

__all__ = ["TagSearch"]

_ROW: Final = 30
_ROWS: Final = 12
_WIDE: Final = 620


class TagSearch(QWidget):
    """One line; what fits stands below it, over the page."""

    wanted = Signal(str)
    """Path of a tag."""

    def __init__(self, room: Room, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = room
        self._page = parent
        self.index = TagIndex(None)
        self._taken: frozenset[str] = frozenset()
        self.field = QLineEdit(self)
        self.field.setObjectName("trend-search")
        self.field.setMinimumHeight(34)
        self.field.setTextMargins(theme.GAP_S, 0, theme.GAP_S, 0)
        self.field.setClearButtonEnabled(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.field)
        self.results = _Results(parent)
        self.field.textEdited.connect(self._look)
        self.field.installEventFilter(self)
        self.results.chosen.connect(self._choose)
        self.site_changed()

    def site_changed(self) -> None:
        """Take the tags of the site that is shown."""
        self.index = TagIndex(self._room.applied.site if self._room.applied is not None else None)
        self.close_results()

    def set_taken(self, paths: frozenset[str]) -> None:
        """Say which tags are drawn already: they are marked."""
        self._taken = paths
        self.results.taken = paths

    def retranslate(self, hint: str, empty: str) -> None:
        """Take the room's language."""
        self.field.setPlaceholderText(hint)
        self.field.setAccessibleName(hint)
        self.results.empty = empty
        if self.results.isVisible():
            self._look()

    @Slot()
    def begin(self) -> None:
        """Put the keyboard into the line, and offer what there is."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        self._look()

    @Slot()
    def close_results(self) -> None:
        """Hide what was found."""
        self.results.hide()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.close_results()
        elif event.type() == QEvent.Type.MouseButtonPress and not self.results.isVisible():
            self._look()
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event.key())
        return False

    def _key(self, key: int) -> bool:
        keys = Qt.Key
        steps = {keys.Key_Up: -1, keys.Key_Down: 1, keys.Key_PageUp: -_ROWS, keys.Key_PageDown: _ROWS}
        if key in steps:
            if not self.results.isVisible():
                self._look()
            self.results.step(steps[keys(key)])
        elif key in (keys.Key_Return, keys.Key_Enter):
            self._choose()
        elif key == keys.Key_Escape and self.results.isVisible():
            self.close_results()
        elif key == keys.Key_Escape and self.field.text():
            self.field.clear()
        else:
            return False
        return True

    @Slot()
    def _look(self) -> None:
        found = self.index.find(self.field.text())
        language = self._room.language
        self.results.show_rows([(s, self.index.place(s.path, language)) for s in found], language)
        below = self.mapTo(self._page, QPoint(0, self.height() + 2))
        self.results.move(below)
        self.results.raise_()

    @Slot()
    def _choose(self) -> None:
        spec = self.results.current
        if spec is not None and self.results.isVisible():
            self.wanted.emit(spec.path)
            self.field.selectAll()


class _Results(QWidget):
    """Rows of name, place, path and unit."""

    chosen = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("trend-found")
        self.taken: frozenset[str] = frozenset()
        self.empty = ""
        self._rows: list[tuple[TagSpec, str]] = []
        self._language = "en"
        self._at = self._first = 0
        self.setMouseTracking(True)
        self.hide()

    @property
    def current(self) -> TagSpec | None:
        """Return the chosen row's tag."""
        return self._rows[self._at][0] if self._rows else None

    def show_rows(self, rows: list[tuple[TagSpec, str]], language: str) -> None:
        """Show what was found, from its top."""
        self._rows, self._language, self._at, self._first = rows, language, 0, 0
        self.resize(self.sizeHint())
        self.show()
        self.update()

    def step(self, by: int) -> None:
        """Choose another row."""
        if self._rows:
            self._at = min(len(self._rows) - 1, max(0, self._at + by))
            self._first = min(self._at, max(self._first, self._at - _ROWS + 1))
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(_WIDE, _ROW * max(1, min(_ROWS, len(self._rows))) + 2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.RAISED)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._rows:
            draw_text(painter, 12, 20.5, self.empty, size=theme.BODY, colour=theme.TEXT_DIM)
        for i, (spec, place) in enumerate(self._rows[self._first : self._first + _ROWS]):
            self._paint_row(painter, QRectF(1, 1 + i * _ROW, self.width() - 2, _ROW), spec, place, self._first + i)
        painter.setPen(pen(theme.OUTLINE, 1.0))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _paint_row(self, painter: QPainter, box: QRectF, spec: TagSpec, place: str, i: int) -> None:
        if i == self._at:
            painter.fillRect(box, theme.BAND)
        y = box.center().y() + 4.6
        path = f"{spec.path}  {spec.unit}".rstrip()
        right = box.right() - 12
        wide = draw_text(painter, right, y, path, size=theme.CAPTION, colour=theme.TEXT_DIM, align="right")
        name = elided(spec.label.get(self._language), 190, theme.BODY, 600)
        drawn = spec.path in self.taken
        draw_text(painter, 12, y, "✓" if drawn else "+", size=theme.BODY, weight=600, colour=theme.TEXT_DIM)
        at = 32 + draw_text(painter, 32, y, name, size=theme.BODY, weight=600) + 10
        where = elided(place, max(0.0, right - wide - 14 - at), theme.CAPTION)
        if text_width(where, theme.CAPTION) > 12:
            draw_text(painter, at, y, where, size=theme.CAPTION, colour=theme.TEXT_DIM)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        i = self._first + int((event.position().y() - 1) // _ROW)
        if 0 <= i < len(self._rows) and i != self._at:
            self._at = i
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)
        event.accept()
        self.chosen.emit()
