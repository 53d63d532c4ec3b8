"""The top edge of every window: where one is, the banner, silence, clock with its zone, who sits here, language."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.views import theme
from app.views.room import Room
from app.views.shell.banner import Banner
from app.views.shell.demo_mark import draw_demo_badge, draw_demo_edge
from app.views.shell.icons import draw_icon
from app.views.shell.person_button import PersonButton
from app.views.shell.time_button import TimeButton
from app.views.state.instants import instant_text
from app.views.state.shift_time import shift_line
from app.views.state.zone_time import date_text, time_text, zone_text
from app.views.widgets.ink import draw_text, elided, elided_name, pen, text_width
from app.views.widgets.key_focus import RoomButton
from app.views.widgets.row_ink import focus_frame

__all__ = ["HEIGHT", "Header"]

HEIGHT = 108
_PART = 76
"""Height of what stands beside the banner."""
_TITLE, _TITLE_WIDE = 88, 228
"""Height of the title's three lines, and their width."""
_NARROW = 1500
"""px: with less, counts and distances are smaller."""
_STRIPES = 8
"""Height at the lower edge within which a demo's stripes stand."""


class Header(QWidget):
    """One per window."""

    silence_asked = Signal()

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self.setFixedHeight(HEIGHT)
        self.setObjectName("header")
        self._title = _Title(room, self)
        self.banner = Banner(room, self)
        self.silence = SoundButton(self)
        self.silence.clicked.connect(self.silence_asked)
        self.language = TextButton(self)
        self.language.setObjectName("language")
        self.language.clicked.connect(self._switch_language)
        self.help = TextButton(self)
        self.help.setObjectName("help")
        self.help.setText("?")
        self._clock = _Clock(room, self)
        self.time = TimeButton(room, self)
        self.person = PersonButton(room, self)
        self._title.setFixedHeight(_TITLE)
        self._clock.setFixedHeight(_PART)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.GAP_L, 0, theme.GAP_L, 0)
        layout.setSpacing(theme.GAP_M)
        layout.addWidget(self._title)
        layout.addWidget(self.banner, 1)
        for widget in (self.silence, self.time, self._clock, self.person):
            layout.addWidget(widget)
        layout.addLayout(self._column())
        self._line = layout
        self.retranslate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a narrow window title, counts and distances give way to the words of the alarms."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self._title.setMaximumWidth(round(self.width() * 0.122) if narrow else _TITLE_WIDE)
        self._line.setSpacing(theme.GAP if narrow else theme.GAP_M)
        self.banner.counts.fit(narrow=narrow)

    def _column(self) -> QVBoxLayout:
        """Stand language and help above each other: the banner needs the width."""
        column = QVBoxLayout()
        column.setSpacing(theme.GAP_S)
        column.addStretch(1)
        column.addWidget(self.language)
        column.addWidget(self.help)
        column.addStretch(1)
        return column

    def set_title(self, title: str) -> None:
        """Show the page's name."""
        self._title.set_title(title)

    def tick(self, *, silent_for_s: float, sounding: bool, silenced: bool, trouble: str) -> None:
        """Bring clock, banner and silence button up to date."""
        self._clock.tick()
        self.banner.tick(silent_for_s)
        self.silence.set_state(sounding=sounding, silenced=silenced, trouble=trouble)

    def retranslate(self) -> None:
        """Take the room's language."""
        self.language.setText("English" if self._room.language == "zh" else "中文")
        self.language.setToolTip("中文 ⇄ English  (Ctrl+L)")
        self.help.setToolTip(self.tr("Keys  (F1)"))
        self.help.setAccessibleName(self.tr("Keys  (F1)"))
        self.silence.retranslate()
        self.time.retranslate()
        self.person.retranslate()
        self._clock.tick()
        self._title.update()
        self.banner.retranslate()

    @Slot()
    def _switch_language(self) -> None:
        self._room.set_language("en" if self._room.language == "zh" else "zh")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.RAISED)
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.BORDER)
        # What stands above the stripes is painted anew each beat: not the stripes with it.
        if self._room.demo and event.rect().bottom() >= self.height() - _STRIPES:
            draw_demo_edge(painter, self.width(), self.height())
        painter.end()


class _Title(QWidget):
    """Page name, site name and the mark of a demo store: a line each, since site names are long."""

    def __init__(self, room: Room, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = room
        self._text = ""
        self.setMinimumWidth(128)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        room.site_changed.connect(self._changed)
        room.person_changed.connect(self._changed)

    def sizeHint(self) -> QSize:
        return QSize(_TITLE_WIDE, _TITLE)

    def set_title(self, title: str) -> None:
        if title != self._text:
            self._text = title
            self.update()

    @Slot()
    def _changed(self) -> None:
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        site = self._room.applied.site if self._room.applied is not None else None
        sizes = (theme.TITLE, theme.HEADING, theme.STRONG)
        fitting = (s for s in sizes if text_width(self._text, s, 700) <= self.width())
        size = next(fitting, theme.STRONG)
        y = 23.0 if self._room.demo else 37.0
        draw_text(painter, 0, y, elided_name(self._text, self.width(), size, 700), size=size, weight=700)
        if site is not None:
            name = elided(site.label.get(self._room.language), self.width(), theme.BODY)
            draw_text(painter, 0, y + 22, name, size=theme.BODY, colour=theme.TEXT_DIM)
        if self._room.demo:
            draw_demo_badge(painter, 0, 57)
        painter.end()


class _Clock(QWidget):
    """Time of the site's zone, its date, the zone's name, and the shift that runs."""

    def __init__(self, room: Room, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = room
        self._texts: tuple[str, ...] = ("", "", "", "")
        """Time, date, zone and shift; in the past time and date of now, the instant that is shown, and two words."""
        self.setFixedWidth(132)

    def tick(self) -> None:
        now = self._room.now_ms()
        site = self._room.applied.site if self._room.applied is not None else None
        zone = site.timezone if site is not None else "UTC"
        language = self._room.language
        past = self._room.past
        shown: tuple[str, ...]
        if past is not None:
            shown = (instant_text(past.at_ms, zone), self.tr("Now"), self.tr("Shown"))
        else:
            shown = (zone_text(now, zone), shift_line(site, now // 60_000, language))
        texts = (time_text(now, zone), date_text(now, zone, language), *shown)
        if texts != self._texts:
            self._texts = texts
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        right = self.width()
        if len(self._texts) == 5:
            self._paint_both(painter)
            painter.end()
            return
        time, date, zone, shift = self._texts
        up = 6 if shift else 0
        draw_text(painter, right, 33 - up, time, size=theme.FIGURE, weight=600, tabular=True, align="right")
        for y, line in ((50 - up, date), (66 - 1.5 * up, zone), (72, shift)):
            draw_text(painter, right, y, line, size=theme.CAPTION, colour=theme.TEXT_DIM, tabular=True, align="right")
        painter.end()

    def _paint_both(self, painter: QPainter) -> None:
        """The present above, the instant that is shown below it in the colour of the past."""
        right = self.width()
        time, date, shown, now, then = self._texts
        draw_text(painter, 0, 20, now, size=theme.CAPTION, weight=700)
        draw_text(painter, right, 22, time, size=theme.TITLE, weight=600, tabular=True, align="right")
        draw_text(painter, right, 37, date, size=theme.CAPTION, colour=theme.TEXT_DIM, tabular=True, align="right")
        painter.fillRect(QRectF(0, 43, right, 33), theme.PAST)
        day, _, clock = shown.partition(" ")
        ink = theme.PAST_INK
        draw_text(painter, 5, 57, then, size=theme.CAPTION, weight=700, colour=ink)
        draw_text(painter, right - 5, 57, day, size=theme.CAPTION, colour=ink, tabular=True, align="right")
        draw_text(painter, right - 5, 72, clock, size=theme.STRONG, weight=700, colour=ink, tabular=True, align="right")


class TextButton(RoomButton):
    """A flat button with a frame."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(62, 32)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(pen(theme.BORDER, 1.0))
        painter.setBrush(theme.SCALE if self.isDown() else theme.PANEL)
        painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
        y = self.height() / 2 + 4.5
        draw_text(painter, self.width() / 2, y, self.text(), size=theme.BODY, weight=500, align="middle")
        focus_frame(self, painter)
        painter.end()


class SoundButton(RoomButton):
    """Silences what sounds. Quiet, sounding and "cannot sound" differ by icon, frame and word."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sounding = self._silenced = False
        self._trouble = ""
        self._words = ("", "", "", "")
        self.setObjectName("silence")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return QSize(88, 46)

    def set_state(self, *, sounding: bool, silenced: bool, trouble: str) -> None:
        """Show whether it sounds now or was silenced, and why nothing can be heard."""
        if (sounding, silenced, trouble) != (self._sounding, self._silenced, self._trouble):
            self._sounding, self._silenced, self._trouble = sounding, silenced, trouble
            self._tell()

    def retranslate(self) -> None:
        """Take the room's language."""
        self._words = (self.tr("Quiet"), self.tr("Silence"), self.tr("No sound"), self.tr("Silenced"))
        self._tell()

    def _tell(self) -> None:
        tip = self.tr("Silence the horn  (F9)")
        self.setToolTip(f"{tip}\n{self._trouble}" if self._trouble else tip)
        self.setAccessibleName(self._word())
        self.update()

    def _word(self) -> str:
        if self._sounding:
            return self._words[1]
        return self._words[2] if self._trouble else self._words[3] if self._silenced else self._words[0]

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        frame, ground, ink = theme.BORDER, theme.PANEL, theme.TEXT_DIM
        if self._sounding:
            frame, ground, ink = theme.PRIORITY[1], theme.PRIORITY[1], theme.PRIORITY_INK[1]
        elif self._trouble:
            frame, ink = theme.BAD, theme.TEXT_BAD
        elif self._silenced:
            frame, ink = theme.OUTLINE, theme.TEXT
        painter.setPen(pen(frame, 1.4))
        painter.setBrush(ground)
        painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
        icon = "sound" if self._sounding else "muted" if self._trouble or self._silenced else "speaker"
        width = 24 + text_width(self._word(), theme.CAPTION, 600)
        x = (self.width() - width) / 2
        draw_icon(painter, icon, x, self.height() / 2 - 10, colour=ink)
        draw_text(painter, x + 24, self.height() / 2 + 4.5, self._word(), size=theme.CAPTION, weight=600, colour=ink)
        focus_frame(self, painter)
        painter.end()
