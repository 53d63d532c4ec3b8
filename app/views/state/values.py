"""How a value is shown: its text, its unit and the mark of its quality. The same rules for every page.

Rules: at most four significant digits for measurements, the tag's own decimals, quality on every value. Good is plain;
uncertain has a dotted outline; stale is dashed, pale and says its age; bad reads `????`; a dead line is hatched and
reads `COMM`; a value entered by a person carries "M", one that the device simulates "S"; when the engine is silent
everything is grey.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.model.quality import Quality, Severity, severity
from app.model.spec import TagKind, TagSpec
from app.views.state.live import LiveValue

__all__ = ["Mark", "Shown", "age_text", "clock_text", "mark_of", "number_text", "show"]

_BAD_TEXT: Final = "????"
_COMM_TEXT: Final = "COMM"
_DIGITS: Final = 4


class Mark(StrEnum):
    """The look that a quality gives to a value."""

    PLAIN = "plain"
    UNCERTAIN = "uncertain"
    STALE = "stale"
    BAD = "bad"
    COMM = "comm"
    MANUAL = "manual"
    SIMULATED = "simulated"
    LOST = "lost"
    """The engine is silent: grey, whatever the value's own quality was."""

    @property
    def usable(self) -> bool:
        """True when a person may act on the number."""
        return self in (Mark.PLAIN, Mark.UNCERTAIN, Mark.MANUAL, Mark.SIMULATED)


_OWN: Final[dict[int, Mark]] = {
    Quality.MANUAL: Mark.MANUAL,
    Quality.SIMULATED: Mark.SIMULATED,
    Quality.STALE: Mark.STALE,
    Quality.COMM_LOST: Mark.COMM,
    Quality.ENGINE_LOST: Mark.LOST,
}
_BY_SEVERITY: Final = {Severity.GOOD: Mark.PLAIN, Severity.UNCERTAIN: Mark.UNCERTAIN, Severity.BAD: Mark.BAD}


@dataclass(frozen=True, slots=True)
class Shown:
    """A value ready to be painted. Two equal ones look the same: repaint only when it differs.

    `note` is the letter M or S, or the age of a stale value. `value` is NaN where no number may be drawn (bars,
    fills); it is rounded to what the text says, so that noise below the last digit repaints nothing.
    """

    text: str
    unit: str = ""
    mark: Mark = Mark.PLAIN
    note: str = ""
    value: float = math.nan
    abnormal: bool = False
    """A discrete or enum value that the site calls abnormal, and that may be trusted."""

    @property
    def faded(self) -> bool:
        """True when the value is drawn at 60 % opacity."""
        return self.mark in (Mark.STALE, Mark.LOST)

    @property
    def whole(self) -> str:
        """Text with its unit, for tool tips and screen readers."""
        return f"{self.text} {self.unit}".strip()


def mark_of(quality: int) -> Mark:
    """Return the look of a quality code, also of one that a newer program wrote."""
    own = _OWN.get(quality)
    return own if own is not None else _BY_SEVERITY[severity(quality)]


def show(value: LiveValue, spec: TagSpec | None, *, now_ms: int, language: str) -> Shown:
    """Return how `value` of the tag `spec` is shown at `now_ms` (UTC ms) in `language` ("zh" or "en")."""
    if spec is None:
        return Shown(_BAD_TEXT, mark=Mark.BAD)
    mark = mark_of(value.quality)
    if mark is Mark.COMM:
        return Shown(_COMM_TEXT, mark=mark)
    if mark is Mark.BAD or math.isnan(value.value):
        return Shown(_BAD_TEXT, mark=mark if mark is Mark.LOST else Mark.BAD)
    return Shown(
        text=_text(value.value, spec, language),
        unit=spec.unit if spec.kind in (TagKind.ANALOG, TagKind.COUNTER) else "",
        mark=mark,
        note=_note(mark, value, now_ms),
        value=_rounded(value.value, spec) if mark is not Mark.LOST else value.value,
        abnormal=mark.usable and spec.kind is not TagKind.ANALOG and int(value.value) in spec.abnormal,
    )


def number_text(value: float, decimals: int, *, limit_digits: bool = True) -> str:
    """Return a number with `decimals` places, fewer where it would show more than four significant digits."""
    if math.isnan(value):
        return _BAD_TEXT
    places = _places(value, decimals) if limit_digits else decimals
    text = f"{value:.{places}f}"
    if float(text) == 0:
        text = f"{0:.{places}f}"  # never "-0.0"
    return text.replace("-", "−")


def age_text(age_ms: int) -> str:
    """Return an age in its largest unit: `12 s`, `3 min`, `2 h`, `4 d`. SI symbols need no translation."""
    seconds = max(0, age_ms) // 1000
    if seconds < 120:
        return f"{seconds} s"
    if seconds < 7200:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h" if seconds < 172_800 else f"{seconds // 86_400} d"


def clock_text(seconds: float) -> str:
    """Return a period as a clock shows it: `0:42`, `12:05`, `1:04:00`. Rounded up: 0 is shown only when it is over."""
    whole = max(0, math.ceil(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{secs:02d}" if hours else f"{minutes}:{secs:02d}"


def _text(value: float, spec: TagSpec, language: str) -> str:
    if spec.kind is TagKind.ANALOG:
        return number_text(value, spec.decimals)
    if spec.kind is TagKind.COUNTER:
        return number_text(value, spec.decimals, limit_digits=False)
    state = next((s for s in spec.states if s.value == int(value)), None)
    return state.label.get(language) if state else number_text(value, 0)


def _note(mark: Mark, value: LiveValue, now_ms: int) -> str:
    if mark is Mark.MANUAL:
        return "M"
    if mark is Mark.SIMULATED:
        return "S"
    return _age(value, now_ms) if mark is Mark.STALE else ""


def _age(value: LiveValue, now_ms: int) -> str:
    """Age in steps that do not repaint each second once the value is old."""
    return age_text(now_ms - value.source_ms) if value.source_ms > 0 else ""


def _places(value: float, decimals: int) -> int:
    whole_digits = len(str(int(abs(value)))) if abs(value) >= 1 else 1
    return max(0, min(decimals, _DIGITS - whole_digits))


def _rounded(value: float, spec: TagSpec) -> float:
    return round(value, _places(value, spec.decimals)) if spec.kind is TagKind.ANALOG else value
