"""A trend on paper: title, picture, legend and who made it, on one landscape A4; as PDF, as a picture, or printed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMarginsF, QRectF
from PySide6.QtGui import QImage, QImageWriter, QPageLayout, QPageSize, QPaintDevice, QPainter, QPdfWriter

from app.errors import EnvironmentFault
from app.views import theme
from app.views.widgets.ink import draw_text, elided
from app.views.widgets.trend_frame import draw_cursor
from app.views.widgets.trend_paint import paint_trend
from app.views.widgets.trend_scene import Scene, lay_out
from app.views.widgets.trend_table_ink import HEAD, LEGEND_ROW, LegendRow, columns_for, paint_head, paint_row

__all__ = [
    "HEIGHT", "WIDTH", "TrendPaper", "kept_still", "page_layout", "paint_on", "save", "write_pdf", "write_picture",
]  # fmt: skip

WIDTH, HEIGHT = 1440.0, 1018.0
"""The sheet in the units that it is laid out in: landscape A4, about 125 to the inch, so that text stays small."""
_SIDE: Final = 48.0
_HEAD: Final = 64.0
_FOOT: Final = 34.0
_MOST_ROWS: Final = 32
_LEAST_PICTURE: Final = 300.0
_DPI: Final = 300
_PNG_SCALE: Final = 2.0


@dataclass(frozen=True, slots=True)
class TrendPaper:
    """All that stands on the sheet, of a scene that is `kept_still`. `cursors` are (name, UTC ms, time in words)."""

    scene: Scene
    rows: tuple[LegendRow, ...]
    heads: dict[str, str]
    title: str
    span: str
    foot: str
    cursors: tuple[tuple[str, int, str], ...] = ()

    def paint(self, painter: QPainter, device: QRectF) -> None:
        """Draw the sheet into a box of the device's own units."""
        painter.save()
        painter.translate(device.topLeft())
        scale = min(device.width() / WIDTH, device.height() / HEIGHT)
        painter.scale(scale, scale)
        painter.fillRect(QRectF(0, 0, WIDTH, HEIGHT), theme.RUNNING)
        wide = WIDTH - 2 * _SIDE
        draw_text(painter, _SIDE, _SIDE + 18, elided(self.title, wide, theme.TITLE, 600), size=theme.TITLE, weight=600)
        draw_text(painter, _SIDE, _SIDE + 40, self.span, size=theme.BODY, colour=theme.TEXT_DIM)
        table = self._table_height()
        picture = QRectF(_SIDE, _SIDE + _HEAD, wide, HEIGHT - 2 * _SIDE - _HEAD - _FOOT - table - 12)
        self._paint_picture(painter, picture)
        self._paint_table(painter, picture.bottom() + 12, wide)
        y = HEIGHT - _SIDE
        painter.fillRect(QRectF(_SIDE, y - 20, wide, 1), theme.BORDER)
        draw_text(painter, _SIDE, y - 4, self.foot, size=theme.CAPTION, colour=theme.TEXT_DIM)
        painter.restore()

    def _table_height(self) -> float:
        return HEAD + LEGEND_ROW * len(self._printed())

    def _printed(self) -> tuple[LegendRow, ...]:
        """Return the rows that have room beside a picture of some height; hidden pens are left out."""
        room = HEIGHT - 2 * _SIDE - _HEAD - _FOOT - 12 - _LEAST_PICTURE - HEAD
        return tuple(r for r in self.rows if not r.hidden)[: min(_MOST_ROWS, int(room / LEGEND_ROW))]

    def _paint_picture(self, painter: QPainter, box: QRectF) -> None:
        scene = replace(self.scene, live=True)
        layout = lay_out(scene, box)
        painter.fillRect(box, theme.PANEL)
        paint_trend(painter, layout, scene)
        for name, at, text in self.cursors:
            draw_cursor(painter, layout, at, text, name=name)

    def _paint_table(self, painter: QPainter, top: float, width: float) -> None:
        columns = columns_for(width, differences=len(self.cursors) > 1)
        painter.save()
        painter.translate(_SIDE, top)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for i, row in enumerate(self._printed()):
            paint_row(painter, QRectF(0, HEAD + i * LEGEND_ROW, width, LEGEND_ROW), row, columns, current=False)
        paint_head(painter, width, self.heads, columns)
        painter.restore()


def page_layout() -> QPageLayout:
    """Return the sheet that a trend is printed on."""
    a4 = QPageSize(QPageSize.PageSizeId.A4)
    return QPageLayout(a4, QPageLayout.Orientation.Landscape, QMarginsF(0, 0, 0, 0))


def kept_still(scene: Scene) -> Scene:
    """Return a scene whose lines stay as they are now."""
    pens = tuple(
        replace(view, line=view.line.still(), setpoint=view.setpoint.still() if view.setpoint is not None else None)
        for view in scene.pens
    )
    return replace(scene, pens=pens)


def paint_on(device: QPaintDevice, paper: TrendPaper) -> None:
    """Draw the sheet over the whole of a device, in any thread."""
    painter = QPainter(device)
    try:
        paper.paint(painter, QRectF(0, 0, device.width(), device.height()))
    except BaseException:
        painter.end()
        raise
    # Its destructor ends it, not `end`, which lets no other thread of Python run while a PDF is packed: 0.1 to 0.3 s.
    del painter


def write_pdf(paper: TrendPaper, file: Path) -> None:
    """Write the sheet as PDF. What fails is seen by the file's being empty."""
    kept = QByteArray()
    buffer = QBuffer(kept)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DPI)
    writer.setTitle(paper.title)
    writer.setCreator("Qianliyan")
    writer.setPageLayout(page_layout())
    paint_on(writer, paper)
    buffer.close()
    file.write_bytes(bytes(kept.data()))


def write_picture(paper: TrendPaper, file: Path) -> None:
    """Write the sheet as a picture. Raises EnvironmentFault."""
    image = QImage(int(WIDTH * _PNG_SCALE), int(HEIGHT * _PNG_SCALE), QImage.Format.Format_RGB32)
    paint_on(image, paper)
    writer = QImageWriter(str(file), b"png")
    if not writer.write(image):
        raise EnvironmentFault(f"{file}: {writer.errorString()}")


Write = Callable[[TrendPaper, Path], None]


def save(file: Path, paper: TrendPaper, write: Write) -> None:
    """Write a file whole or not at all, in any thread: a PDF of 32 pens takes some tenths of a second. Raises
    EnvironmentFault."""
    new = file.with_name(file.name + ".new")
    try:
        new.touch()
        try:
            write(paper, new)
            if new.stat().st_size == 0:
                raise EnvironmentFault(f"{file}: nothing was written")
            new.replace(file)
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        raise EnvironmentFault(f"{file}: {error.strerror or error}") from error
