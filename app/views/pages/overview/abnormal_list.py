"""The list at the right of the overview: what is abnormal, worst first; Enter or a click goes there."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.views import theme
from app.views.models.abnormal import ROW_ROLE, AbnormalModel
from app.views.room import Room
from app.views.state.abnormal_rows import AbnormalRow, Kind, row_texts
from app.views.state.values import age_text
from app.views.state.zone_time import time_text
from app.views.widgets.alarm_ink import draw_alarm, elided_place, flashes
from app.views.widgets.ink import draw_text, elided, pen, wrapped
from app.views.widgets.row_ink import draw_row_mark

__all__ = ["AbnormalList"]

_HEIGHT = 98


class AbnormalList(QListView):
    """Virtual, uniform row heights, keyboard as in any list."""

    chosen = Signal(str, str)

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._model = AbnormalModel()
        self._model.setParent(self)
        self._calm = ""
        self.setObjectName("abnormal-list")
        self.setModel(self._model)
        self.setItemDelegate(_RowDelegate(room, self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.activated.connect(self._go)
        self.clicked.connect(self._go)
        room.flash.changed.connect(self._flashed)

    def model_rows(self) -> list[AbnormalRow]:
        """Return the rows as shown."""
        return self._model.rows

    @Slot()
    def refresh(self) -> None:
        """Take the rows that stand now."""
        self._model.language = self._room.language
        self._model.set_rows(self._room.watch.rows)
        self.viewport().update()

    def retranslate(self) -> None:
        """Take the room's language."""
        self._calm = self.tr("No alarm")
        self._model.language = self._room.language
        self._model.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._model.rows:
            painter = QPainter(self.viewport())
            middle = self.viewport().rect()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            cx, cy = middle.width() / 2, min(middle.height() / 2, 150)
            painter.setPen(pen(theme.PIPE, 2.0))
            painter.drawEllipse(QPointF(cx, cy - 12), 18, 18)
            painter.drawPolyline([QPointF(cx - 8, cy - 12), QPointF(cx - 2, cy - 6), QPointF(cx + 8, cy - 19)])
            draw_text(painter, cx, cy + 30, self._calm, size=theme.STRONG, colour=theme.TEXT_DIM, align="middle")
            painter.end()

    @Slot()
    def _flashed(self) -> None:
        if self.isVisible() and any(flashes(r.state) for r in self._model.rows):
            self.viewport().update(0, 0, 46, self.viewport().height())

    @Slot(QModelIndex)
    def _go(self, index: QModelIndex) -> None:
        row = index.data(ROW_ROLE)
        self.chosen.emit(row.page, row.path)


class _RowDelegate(QStyledItemDelegate):
    """Paints mark, place, since when; what and how much; what to do."""

    def __init__(self, room: Room, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = room

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(300, _HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row: AbnormalRow = index.data(ROW_ROLE)
        box = QRectF(option.rect)
        state = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        urgent = row.priority == 1 and row.kind is Kind.ALARM and flashes(row.state)
        if urgent:
            painter.fillRect(box, theme.ABNORMAL_GROUND)
        if state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, theme.ABNORMAL_GROUND.lighter(102) if urgent else theme.RAISED)
        self._paint(painter, box, row)
        painter.setPen(pen(theme.BORDER))
        painter.drawLine(QPointF(box.x() + 12, box.bottom()), QPointF(box.right() - 12, box.bottom()))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(pen(theme.FOCUS, 2.0))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box.adjusted(1, 1, -1, -2))
        painter.restore()

    def _paint(self, painter: QPainter, box: QRectF, row: AbnormalRow) -> None:
        where, what, todo = row_texts(row, self._room.language)
        x, y, right = box.x() + 46, box.y(), box.right() - 14
        if row.kind is Kind.ALARM:
            on = self._room.flash.on
            draw_alarm(painter, box.x() + 24, y + 26, row.priority, row.state, on=on, frozen=row.frozen, size=18)
        else:
            draw_row_mark(painter, box.x() + 24, y + 26, row, size=20)
        since = self._since(row)
        width = draw_text(
            painter, right, y + 22, since, size=theme.CAPTION, colour=theme.TEXT_DIM, tabular=True, align="right"
        )
        where = elided_place(where, right - x - width - 12, theme.STRONG, 600)
        draw_text(painter, x, y + 22, where, size=theme.STRONG, weight=600)
        colour = theme.TEXT_DIM if row.frozen else theme.TEXT
        draw_text(
            painter, x, y + 44, elided(what, right - x, theme.STRONG, 500), size=theme.STRONG, weight=500, colour=colour
        )
        for k, line in enumerate(wrapped(todo, right - x, theme.BODY, lines=2)):
            draw_text(painter, x, y + 66 + 16 * k, line, size=theme.BODY, colour=theme.TEXT_DIM)

    def _since(self, row: AbnormalRow) -> str:
        zone = self._room.applied.site.timezone if self._room.applied is not None else "UTC"
        at = ("" if row.since_known else "≤ ") + time_text(row.since_ms, zone)
        return f"{at}  ·  {age_text(max(0, self._room.shown_ms() - row.since_ms))}"
