"""The look of the room: one neutral grey family, colour only for what is abnormal, two fonts, four distances.

Colours of alarms follow the room's rules: a priority is never told by colour alone but always by shape and digit too
(1 red square, 2 amber triangle, 3 yellow inverted triangle, 4 cyan ellipse); magenta means bad instrument or
communication. Contrast of TEXT and TEXT_DIM against every ground here is at least 4.5 : 1 (tested).
"""

from __future__ import annotations

from typing import Final

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

__all__ = [
    "ABNORMAL_GROUND",
    "BAD",
    "BAND",
    "BODY",
    "BORDER",
    "CAPTION",
    "FAMILIES",
    "FIGURE",
    "FIGURE_LARGE",
    "FOCUS",
    "GAP",
    "GAP_L",
    "GAP_M",
    "GAP_S",
    "GROUND",
    "HEADING",
    "NAV",
    "NAV_DIM",
    "NAV_SELECTED",
    "NAV_TEXT",
    "OUTLINE",
    "OUTSIDE",
    "PANEL",
    "PAST",
    "PAST_GROUND",
    "PAST_INK",
    "PIPE",
    "PIPE_IDLE",
    "PRIORITY",
    "PRIORITY_INK",
    "RADIUS",
    "RAISED",
    "ROW",
    "RUNNING",
    "SCALE",
    "STOPPED",
    "STRONG",
    "TEXT",
    "TEXT_BAD",
    "TEXT_DIM",
    "TEXT_TRIP",
    "TITLE",
    "TREND",
    "WATER",
    "apply_theme",
    "fixed_font",
    "font",
]

# Grounds, light to dark.
RAISED: Final = QColor("#F1F2F3")
"""Fields, cards, the map's land."""
PANEL: Final = QColor("#E5E7E9")
GROUND: Final = QColor("#D8DBDE")
BORDER: Final = QColor("#B3B9BF")
SCALE: Final = QColor("#CDD2D6")
"""Empty part of bars and scales."""
BAND: Final = QColor("#AFBBC6")
"""Normal band on a scale."""
WATER: Final = QColor("#B4BEC7")
"""Fill of wells and bars: grey enough not to be the loudest area."""
PIPE: Final = QColor("#68737D")
"""A pipe with flow; lines of symbols."""
PIPE_IDLE: Final = QColor("#9BA4AC")
OUTLINE: Final = QColor("#4A545D")
RUNNING: Final = QColor("#FCFCFC")
"""Fill of a running machine."""
STOPPED: Final = QColor("#A9B1B8")
"""Fill of a stopped machine; the word always stands beside it."""

TEXT: Final = QColor("#1D2329")
TEXT_DIM: Final = QColor("#4B555E")

NAV: Final = QColor("#343B42")
NAV_SELECTED: Final = QColor("#4C565F")
NAV_TEXT: Final = QColor("#EDEFF1")
NAV_DIM: Final = QColor("#B4BCC3")

# Abnormal only.
PRIORITY: Final = {1: QColor("#D01F2E"), 2: QColor("#F08C00"), 3: QColor("#EAC100"), 4: QColor("#1AA6BF")}
"""Fill of the indicator of a priority."""
PRIORITY_INK: Final = {1: QColor("#FFFFFF"), 2: QColor("#1D2329"), 3: QColor("#1D2329"), 4: QColor("#1D2329")}
"""Digit inside the indicator."""
TEXT_TRIP: Final = QColor("#B01020")
"""The word "tripped" and its like."""
BAD: Final = QColor("#A0249A")
"""Bad instrument or communication: hatch, outline, indicator."""
TEXT_BAD: Final = QColor("#8A1884")
ABNORMAL_GROUND: Final = QColor("#F7E4E6")
"""Ground of a banner row that is abnormal."""

PAST: Final = QColor("#34358C")
"""Frame, strip and cursor of the past. Used for nothing else, and no colour of an alarm."""
PAST_INK: Final = QColor("#FFFFFF")
PAST_GROUND: Final = QColor("#DEDFEF")
"""Ground of the time bar while the past is shown."""

OUTSIDE: Final = QColor("#8C5423")
"""A figure outside its target. No colour of an alarm: a figure is none."""
FOCUS: Final = QColor("#1B5FA8")
"""Keyboard focus and selection: the one colour that is not a state."""
TREND: Final = (QColor("#23588C"), QColor("#8C5423"), QColor("#3E6B4F"), QColor("#6A4A86"))
"""Pens of trends, in order."""

GAP_S: Final = 4
GAP: Final = 8
GAP_M: Final = 12
GAP_L: Final = 16
RADIUS: Final = 3
ROW: Final = 36
"""Height of a table row in px."""

# Type sizes in px; nothing on screen is smaller than CAPTION.
CAPTION: Final = 12
BODY: Final = 13
STRONG: Final = 14
HEADING: Final = 16
TITLE: Final = 18
FIGURE: Final = 22
FIGURE_LARGE: Final = 28

FAMILIES: Final = ["Inter", "Noto Sans CJK SC", "WenQuanYi Micro Hei", "Microsoft YaHei", "PingFang SC"]


def font(size_px: int = BODY, *, weight: int = 400, tabular: bool = False) -> QFont:
    """Return a font of the room. `weight` 400 to 700; `tabular` gives all digits one width, for figures that change."""
    made = QFont()
    made.setFamilies(FAMILIES)
    made.setPixelSize(size_px)
    made.setWeight(QFont.Weight(weight))
    if tabular:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


def fixed_font(size_px: int = BODY) -> QFont:
    """Return a font whose characters all have one width, for bytes."""
    made = font(size_px)
    made.setFamilies(["DejaVu Sans Mono", "Menlo", "Consolas", *FAMILIES])
    return made


def _palette() -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for which, colour in (
        (role.Window, GROUND), (role.WindowText, TEXT), (role.Base, RAISED), (role.AlternateBase, PANEL),
        (role.Text, TEXT), (role.Button, RAISED), (role.ButtonText, TEXT), (role.Mid, BORDER), (role.Dark, PIPE),
        (role.Highlight, FOCUS), (role.HighlightedText, QColor("#FFFFFF")), (role.PlaceholderText, TEXT_DIM),
        (role.ToolTipBase, RAISED), (role.ToolTipText, TEXT), (role.BrightText, TEXT_TRIP),
    ):  # fmt: skip
        palette.setColor(which, colour)
    for which in (role.Text, role.ButtonText, role.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor("#7A848C"))
    return palette


# The few parts of Fusion that are not flat. Nothing else is styled this way: style sheets cost polish on every widget.
_FLAT: Final = f"""
QHeaderView::section {{ background: {PANEL.name()}; color: {TEXT_DIM.name()}; border: none;
  border-bottom: 1px solid {BORDER.name()}; padding: 0 10px; }}
QScrollBar {{ background: {PANEL.name()}; border: none; margin: 0; }}
QScrollBar:vertical {{ width: 12px; }}
QScrollBar:horizontal {{ height: 12px; }}
QScrollBar::handle {{ background: {PIPE_IDLE.name()}; border-radius: 3px; margin: 3px; }}
QScrollBar::handle:vertical {{ min-height: 32px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; }}
QScrollBar::handle:hover {{ background: {PIPE.name()}; }}
QScrollBar::handle:disabled {{ background: none; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: none; }}
QToolTip {{ background: {RAISED.name()}; color: {TEXT.name()}; border: 1px solid {OUTLINE.name()}; padding: 6px; }}
"""


def apply_theme(app: QApplication) -> None:
    """Give the application the room's style, palette and font. Call once, before the first widget."""
    app.setStyle("Fusion")
    app.setPalette(_palette())
    app.setFont(font(BODY))
    app.setStyleSheet(_FLAT)
