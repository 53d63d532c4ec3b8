"""How a trend says its times, shifts and figures. Pure; the language is an argument."""

from __future__ import annotations

import math
from typing import Final

from app.model.spec import TagKind, TagSpec
from app.model.terms import Label
from app.views.state.live import LiveValue
from app.views.state.trend_line import Reading
from app.views.state.trend_window import SPANS
from app.views.state.values import Shown, number_text, show

__all__ = [
    "COMPARES",
    "SPAN_NAMES",
    "delta_text",
    "hours_unit",
    "lasting_text",
    "number",
    "shift_text",
    "shown_of",
    "span_text",
]

_SECOND, _MINUTE, _HOUR, _DAY = 1_000, 60_000, 3_600_000, 86_400_000

SPAN_NAMES: Final = {
    "1h": Label("1 小时", "1 h"),
    "8h": Label("8 小时", "8 h"),
    "24h": Label("24 小时", "24 h"),
    "7d": Label("7 天", "7 d"),
    "30d": Label("30 天", "30 d"),
    "1y": Label("1 年", "1 y"),
}
COMPARES: Final = (
    (_DAY, Label("昨天同一时间", "Yesterday, same time")),
    (7 * _DAY, Label("上周同一时间", "Last week, same time")),
    (28 * _DAY, Label("四周前同一时间", "Four weeks ago, same time")),
)
_UNITS: Final = (
    (365 * _DAY, Label("年", "y")), (_DAY, Label("天", "d")), (_HOUR, Label("小时", "h")),
    (_MINUTE, Label("分", "min")), (_SECOND, Label("秒", "s")),
)  # fmt: skip


def span_text(span_ms: int, language: str) -> str:
    """Write a length of time in its largest units: `8 h`, `2 h 30 min`, `12 d`."""
    named = next((name for name, ms in SPANS if ms == span_ms), None)
    if named is not None:
        return SPAN_NAMES[named].get(language)
    whole = max(0, span_ms)
    if whole < _SECOND:
        return f"{whole} {Label('毫秒', 'ms').get(language)}"
    for i, (unit, name) in enumerate(_UNITS):
        if whole >= unit:
            count, rest = divmod(whole, unit)
            text = f"{count} {name.get(language)}"
            if i + 1 < len(_UNITS) and (more := rest // _UNITS[i + 1][0]) and count < 100:
                text += f" {more} {_UNITS[i + 1][1].get(language)}"
            return text
    return ""


def shift_text(shift_ms: int, language: str) -> str:
    """Write how much earlier a pen is compared: `−1 d`."""
    return f"−{span_text(shift_ms, language)}" if shift_ms else ""


def lasting_text(seconds: float, language: str, *, about: bool = False) -> str:
    """Write how long something lasted; "—" where that means nothing."""
    if math.isnan(seconds):
        return "—"
    if seconds < 1:
        return f"0 {Label('秒', 's').get(language)}"
    return f"{'≈ ' if about else ''}{span_text(round(seconds) * 1000, language)}"


def hours_unit(unit: str) -> str:
    """Return the unit of a value times hours: m³/h give m³, kW give kWh, m give m·h."""
    if unit.endswith("/h"):
        return unit.removesuffix("/h")
    if unit in ("W", "kW", "MW"):
        return f"{unit}h"
    return f"{unit}·h" if unit else "h"


def shown_of(reading: Reading | None, spec: TagSpec, *, now_ms: int, language: str) -> Shown:
    """Return how a value under the cursor is shown; of a bucket its mean."""
    if reading is None:
        return Shown("—")
    value = LiveValue(reading.value, reading.quality, reading.source_ms)
    if not reading.exact and not math.isnan(reading.value):
        # A bucket holds usable time, whatever else is in it: the worst quality in it stands in its own column.
        value = LiveValue(reading.value, 0, reading.source_ms)
        if spec.kind in (TagKind.DISCRETE, TagKind.ENUM) and reading.low != reading.high:
            return Shown(f"{number(reading.low, spec)} … {number(reading.high, spec)}")
    return show(value, spec, now_ms=now_ms, language=language)


def number(value: float, spec: TagSpec, *, more: int = 0) -> str:
    """Write a figure of a tag with its decimals; "—" for none."""
    if math.isnan(value):
        return "—"
    return number_text(
        value, spec.decimals + more if spec.kind is TagKind.ANALOG else spec.decimals, limit_digits=False
    )


def delta_text(one: Reading | None, other: Reading | None, spec: TagSpec) -> str:
    """Write the difference of two readings with its sign; "—" where one of them has none."""
    if one is None or other is None or math.isnan(one.value) or math.isnan(other.value):
        return "—"
    difference = other.value - one.value
    text = number(difference, spec)
    return f"+{text}" if difference > 0 and not text.startswith("−") else text
