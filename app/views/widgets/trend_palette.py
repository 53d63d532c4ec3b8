"""Colours and line styles of trend pens: eight quiet hues, each in four styles, none of them an alarm's colour."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

from app.views import theme

__all__ = ["HUES", "colour_of", "mixed", "pen_of"]

HUES: Final = (
    *theme.TREND, QColor("#5E6B1F"), QColor("#4A7FA8"), QColor("#6B5B53"), QColor("#4B5A78"),
)  # fmt: skip
_STYLES: Final[tuple[tuple[float, ...], ...]] = ((), (9.0, 3.0), (9.0, 3.0, 2.0, 3.0), (9.0, 3.0, 2.0, 3.0, 2.0, 3.0))
_DOUBT: Final = (2.0, 3.0)
"""Short dots: an uncertain value, whatever the pen's own style."""
_PALER: Final = 0.58


def colour_of(hue: int, *, shifted: bool = False) -> QColor:
    """Return the colour of a place in the palette, paler for a time that is compared."""
    colour = HUES[hue % len(HUES)]
    return mixed(colour, theme.RAISED, _PALER) if shifted else colour


@lru_cache(maxsize=256)
def pen_of(hue: int, *, shifted: bool = False, doubtful: bool = False) -> QPen:
    """Return the pen of a place in the palette: one px wide, since wider ones cost ten times as much."""
    made = QPen(colour_of(hue, shifted=shifted), 1.0)
    made.setCosmetic(True)
    dashes = _DOUBT if doubtful else _STYLES[(hue // len(HUES)) % len(_STYLES)]
    if dashes:
        made.setDashPattern(list(dashes))
        made.setCapStyle(Qt.PenCapStyle.FlatCap)
    return made


@lru_cache(maxsize=256)
def _mixed(one: int, other: int, share: float) -> QColor:
    a, b = QColor.fromRgba(one), QColor.fromRgba(other)
    pairs = ((a.red(), b.red()), (a.green(), b.green()), (a.blue(), b.blue()))
    return QColor(*(round(x * share + y * (1 - share)) for x, y in pairs))


def mixed(colour: QColor, ground: QColor, share: float) -> QColor:
    """Return an opaque colour that looks like `share` of one on a ground: painting with alpha costs more."""
    return _mixed(colour.rgba(), ground.rgba(), share)
