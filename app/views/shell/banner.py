"""The banner at the top of every window: how many abnormal conditions of each sort, and the worst three in words.

Until alarms exist it shows the room's own judgement (views.watch). A silent engine takes the whole banner.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.views import theme
from app.views.room import Room
from app.views.state.abnormal_rows import AbnormalRow, counts_of, row_texts
from app.views.state.values import clock_text
from app.views.state.zone_time import time_text
from app.views.widgets.ink import draw_text, elided, pen, text_width
from app.views.widgets.key_focus import RoomButton
from app.views.widgets.row_ink import draw_row_mark, focus_frame, hatch

__all__ = ["Banner"]

_ROWS = 3
_ROW_HEIGHT = 22


class Banner(QWidget):
    """Counts at the left, rows at the right."""

    chosen = Signal(str, str)

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self.setObjectName("banner")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 4)
        layout.setSpacing(theme.GAP_M)
        self._counts = _Counts(self)
        self._silent = _Silent(self)
        self._silent.hide()
        self._rows = [BannerRow(room, self) for _ in range(_ROWS)]
        self._lines = QWidget(self)
        column = QVBoxLayout(self._lines)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for i, row in enumerate(self._rows):
            row.setObjectName(f"banner-row-{i}")
            row.clicked.connect(self._clicked)
            column.addWidget(row)
        layout.addWidget(self._counts)
        layout.addWidget(self._lines, 1)
        layout.addWidget(self._silent, 1)
        room.watch.changed.connect(self.refresh)
        room.engine_silent_changed.connect(self._silence_changed)
        room.site_changed.connect(self.refresh)
        self.refresh()

    def tick(self, silent_for_s: float) -> None:
        """Count the seconds of a silent engine."""
        if self._room.engine_silent:
            self._silent.set_seconds(silent_for_s, since=self._since(silent_for_s))

    def _since(self, silent_for_s: float) -> str:
        zone = self._room.applied.site.timezone if self._room.applied is not None else "UTC"
        return time_text(self._room.now_ms() - int(silent_for_s * 1000), zone)

    @Slot()
    def refresh(self) -> None:
        """Show the rows that stand now."""
        silent = self._room.engine_silent
        self._silent.setVisible(silent)
        self._lines.setVisible(not silent)
        rows = self._room.watch.rows
        for i, widget in enumerate(self._rows):
            calm = not rows and i == 1 and self._room.applied is not None
            widget.set_row(rows[i] if i < len(rows) else None, quiet=calm)
        self._counts.set_rows(rows)

    def retranslate(self) -> None:
        """Take the room's language."""
        self._counts.retranslate()
        self._silent.retranslate()
        for row in self._rows:
            row.retranslate()
        self.refresh()

    @Slot(bool)
    def _silence_changed(self, _silent: bool) -> None:
        self.refresh()

    @Slot()
    def _clicked(self) -> None:
        row = self.sender().row  # type: ignore[attr-defined]
        if row is not None:
            self.chosen.emit(row.page, row.path)


class BannerRow(RoomButton):
    """One condition in one line; Enter or a click goes to its place."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row: AbnormalRow | None = None
        self._quiet = False
        self._room = room
        self._calm = ""
        self.setFixedHeight(_ROW_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def set_row(self, row: AbnormalRow | None, *, quiet: bool) -> None:
        """Show a row, nothing, or (`quiet`) that all is normal."""
        if row == self.row and quiet == self._quiet:
            return
        self.row, self._quiet = row, quiet
        language = self._room.language
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if row else Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor if row else Qt.CursorShape.ArrowCursor)
        text = "\n".join(row_texts(row, language)) if row else ""
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.update()

    def retranslate(self) -> None:
        """Take the room's language."""
        self._calm = self.tr("Nothing abnormal")
        self.row = None
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.row is not None:
            self._paint_row(painter, self.row)
        elif self._quiet:
            draw_text(painter, 4, 15.5, self._calm, size=theme.STRONG, colour=theme.TEXT_DIM)
        painter.end()

    def _paint_row(self, painter: QPainter, row: AbnormalRow) -> None:
        language = self._room.language
        zone = self._room.applied.site.timezone if self._room.applied is not None else "UTC"
        if row.priority == 1:
            painter.fillRect(self.rect().adjusted(0, 1, 0, -1), theme.ABNORMAL_GROUND)
        draw_row_mark(painter, 13, 11, row, size=15)
        since = ("" if row.since_known else "≤ ") + time_text(row.since_ms, zone)
        x = 42 + draw_text(painter, 30, 15.5, since, size=theme.BODY, tabular=True, colour=theme.TEXT_DIM)
        where, what = _fitting(row, language, self.width() - x - 16)
        x += draw_text(painter, x, 15.5, where, size=theme.BODY, weight=600) + 10
        draw_text(painter, x, 15.5, elided(what, self.width() - x - 6, theme.BODY), size=theme.BODY)
        focus_frame(self, painter)


def _fitting(row: AbnormalRow, language: str, room: float) -> tuple[str, str]:
    """Return place and condition so that both fit: first the limit gives way (the word says which one), then the
    station's name, to its beginning; the equipment is never cut."""
    where, what, value = row.where.get(language), row.what.get(language), row.value.get(language)
    bare = value.partition("（")[0].partition(" (")[0]
    for said in (f"{what}  {value}".rstrip(), f"{what}  {bare}".rstrip()):
        if text_width(where, theme.BODY, 600) + text_width(said, theme.BODY) <= room:
            return where, said
    station, dot, equipment = where.rpartition(" · ")
    free = room - text_width(said, theme.BODY) - text_width(dot + equipment, theme.BODY, 600)
    return elided(station, max(free, 90.0), theme.BODY, 600) + dot + equipment, said


class _Counts(QWidget):
    """Four numbers with their names: devices, trips, levels, commands."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._numbers = (0, 0, 0, 0)
        self._names: tuple[str, ...] = ()
        self.setFixedWidth(288)
        self.retranslate()

    def set_rows(self, rows: tuple[AbnormalRow, ...]) -> None:
        counts = counts_of(rows)
        numbers = (counts.devices, counts.trips, counts.levels, counts.commands)
        if numbers != self._numbers:
            self._numbers = numbers
            self.update()

    def retranslate(self) -> None:
        self._names = (self.tr("Devices"), self.tr("Trips"), self.tr("Levels"), self.tr("Commands"))
        self.setToolTip(
            self.tr("Devices without trusted values, tripped machines, levels beyond limits, open commands")
        )
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        wide = [text_width(name, theme.CAPTION, 600) for name in self._names]
        air, left = (self.width() - sum(wide)) / len(wide), 0.0
        for i, (number, name) in enumerate(zip(self._numbers, self._names, strict=True)):
            cx = left + (wide[i] + air) / 2
            colour = theme.TEXT if number else theme.PIPE
            draw_text(
                painter,
                cx,
                34,
                str(number),
                size=theme.FIGURE,
                weight=700 if number else 400,
                colour=colour,
                tabular=True,
                align="middle",
            )
            draw_text(
                painter,
                cx,
                54,
                name,
                size=theme.CAPTION,
                weight=600 if number else 400,
                colour=theme.TEXT if number else theme.TEXT_DIM,
                align="middle",
            )
            if i:
                painter.setPen(pen(theme.BORDER))
                painter.drawLine(QPointF(left, 14), QPointF(left, self.height() - 14))
            left += wide[i] + air
        painter.end()


class _Silent(QWidget):
    """What is shown in place of the rows while the engine is silent: hatched, in words, with the seconds."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._seconds = 0
        self._since = ""
        self._texts = ("", "")
        self.setObjectName("engine-silent")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.retranslate()

    def sizeHint(self) -> QSize:
        return QSize(400, 66)

    def set_seconds(self, seconds: float, *, since: str) -> None:
        if int(seconds) != self._seconds:
            self._seconds, self._since = int(seconds), since
            self.update()

    def retranslate(self) -> None:
        self._texts = (
            self.tr("Engine silent since {}"),
            self.tr("Believe no value here. Phone the stations; look at the engine on the System page."),
        )
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 3, -1, -3)
        painter.setPen(pen(theme.BAD, 2.0))
        painter.setBrush(theme.RAISED)
        painter.drawRect(box)
        painter.fillRect(QRectF(box.x(), box.y(), 44, box.height()), hatch())
        title = f"{self._texts[0].format(self._since)}  ·  {clock_text(self._seconds)}"
        draw_text(painter, 60, 30, title, size=theme.TITLE, weight=700, colour=theme.TEXT_BAD, tabular=True)
        draw_text(painter, 60, 52, elided(self._texts[1], self.width() - 72, theme.BODY), size=theme.BODY)
        painter.end()
