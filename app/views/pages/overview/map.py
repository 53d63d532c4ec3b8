"""The zone as one widget: static background, one card per station, repainted only where something looks different."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap, QRegion, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.model.spec import Facility, Site
from app.views import theme
from app.views.pages.overview.background import LAND, paint_background
from app.views.pages.overview.card_ink import CARD_SIZE, paint_card
from app.views.state.cards import Card, Situation, card_of
from app.views.state.flows import flowing_links
from app.views.state.map_layout import Box, card_boxes
from app.views.state.station import stations_of
from app.views.widgets.key_focus import KeyFocus

__all__ = ["ZoneMap"]

_MARGIN = 28
"""Around a card: its indicator stands outside."""


class ZoneMap(KeyFocus, QWidget):
    """Arrow keys choose a station, Enter opens it, as a click does."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._site: Site | None = None
        self._stations: tuple[Facility, ...] = ()
        self._boxes: dict[str, Box] = {}
        self._cards: dict[str, Card] = {}
        self._background: QPixmap | None = None
        self._words: dict[str, str] = {}
        self._language = "zh"
        self._flowing: frozenset[int] = frozenset()
        self._chosen = 0
        self.setObjectName("zone-map")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(640, 420)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def set_site(self, site: Site | None) -> None:
        """Draw another site."""
        self._site = site
        self._stations = stations_of(site) if site is not None else ()
        self._cards.clear()
        self._chosen = 0
        self._lay_out()

    def set_language(self, language: str) -> None:
        """Take the room's language."""
        self._language = language
        self._words = {"running": self.tr("running"), "spills": self.tr("spills in")}
        self._background = None
        self.update()

    def show_situation(self, situation: Situation) -> None:
        """Repaint the cards that look different now; all of it when water begins or ceases to flow in a line."""
        flowing = flowing_links(situation.site, situation.live)
        if flowing != self._flowing:
            self._flowing, self._background = flowing, None
            self.update()
        for facility in self._stations:
            card = card_of(facility, situation)
            if self._cards.get(facility.id) != card:
                self._cards[facility.id] = card
                self.update(self._area(facility.id))

    def card(self, facility: str) -> Card | None:
        """Return what is shown of a station."""
        return self._cards.get(facility)

    def box(self, facility: str) -> Box:
        """Return where a station's card stands."""
        return self._boxes[facility]

    def _lay_out(self) -> None:
        places = {f.id: f.place for f in self._stations}
        sizes = dict.fromkeys(places, CARD_SIZE)
        self._boxes = card_boxes(places, sizes, width=self.width(), height=self.height(), gap=_MARGIN)
        self._background = None
        self.update()

    def _area(self, facility: str) -> QRect:
        box = self._boxes[facility]
        return QRectF(box.x - _MARGIN, box.y - 4, box.width + _MARGIN + 4, box.height + 8).toAlignedRect()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._site is None:
            painter.fillRect(self.rect(), LAND)
            painter.end()
            return
        if self._background is None:
            boxes = [self._boxes[f.id] for f in self._stations]
            ratio = self.devicePixelRatioF()
            self._background = paint_background(
                self._site, self.size(), ratio, self._language, boxes=boxes, flowing=self._flowing
            )
        region: QRegion = event.region()
        painter.setClipRegion(region)
        painter.drawPixmap(0, 0, self._background)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for i, facility in enumerate(self._stations):
            card = self._cards.get(facility.id)
            if card is not None and region.intersects(self._area(facility.id)):
                chosen = self.ringed and i == self._chosen
                paint_card(painter, self._boxes[facility.id], card, words=self._words, chosen=chosen)
        painter.setPen(theme.BORDER)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = Qt.Key
        step = {keys.Key_Right: 1, keys.Key_Down: 1, keys.Key_Left: -1, keys.Key_Up: -1}.get(keys(event.key()), 0)
        if step and self._stations:
            self._chosen = (self._chosen + step) % len(self._stations)
            self.use_keys()
            self.update()
        elif event.key() in (keys.Key_Return, keys.Key_Enter) and self._stations:
            self.opened.emit(self._stations[self._chosen].id)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        facility = self._at(event.position().toPoint())
        if facility is not None and event.button() == Qt.MouseButton.LeftButton:
            self._chosen = self._stations.index(facility)
            self.opened.emit(facility.id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        facility = self._at(event.position().toPoint())
        self.setCursor(Qt.CursorShape.PointingHandCursor if facility is not None else Qt.CursorShape.ArrowCursor)
        # A tool tip by `event` would be an override that Qt calls while the widget dies.
        names = f"{facility.label.zh} {facility.label.en}  ({facility.id})" if facility is not None else ""
        self.setToolTip(names)

    def _at(self, point: QPoint) -> Facility | None:
        for facility in self._stations:
            box = self._boxes[facility.id]
            if QRectF(box.x, box.y, box.width, box.height).contains(point):
                return facility
        return None
