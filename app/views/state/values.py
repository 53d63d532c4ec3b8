"""How a value is shown: its text, its unit and the mark of its quality. The same rules for every page.

Rules: at most four significant digits for measurements, the tag's own decimals, quality on every value. Good is plain;
uncertain has a dotted outline; stale is dashed, pale and says its age; bad reads `????`; a dead line is hatched and
reads `COMM`; a value entered by a person carries "M", one that the device simulates "S"; when the engine is silent
everything is grey.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from app.model.quality import Quality, Severity, severity
from app.model.spec import TagKind, TagSpec

if TYPE_CHECKING:
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
        return self in _USABLE


# Bound once: a member of an enum costs a call each time that it is looked up on its class.
_PLAIN, _STALE, _BAD_MARK, _COMM, _LOST = Mark.PLAIN, Mark.STALE, Mark.BAD, Mark.COMM, Mark.LOST
_MANUAL, _SIMULATED = Mark.MANUAL, Mark.SIMULATED
_ANALOG, _COUNTER = TagKind.ANALOG, TagKind.COUNTER
_USABLE: Final = (Mark.PLAIN, Mark.UNCERTAIN, Mark.MANUAL, Mark.SIMULATED)
_OWN: Final[dict[int, Mark]] = {
    Quality.GOOD: Mark.PLAIN,
    Quality.MANUAL: Mark.MANUAL,
    Quality.SIMULATED: Mark.SIMULATED,
    Quality.STALE: Mark.STALE,
    Quality.COMM_LOST: Mark.COMM,
    Quality.ENGINE_LOST: Mark.LOST,
}
_BY_SEVERITY: Final = {Severity.GOOD: Mark.PLAIN, Severity.UNCERTAIN: Mark.UNCERTAIN, Severity.BAD: Mark.BAD}


class Shown(NamedTuple):
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
        return self.mark is _STALE or self.mark is _LOST

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
        return Shown(_BAD_TEXT, mark=_BAD_MARK)
    number, kind = value.value, spec.kind
    mark = mark_of(value.quality)
    if mark is _COMM:
        return Shown(_COMM_TEXT, mark=mark)
    if mark is _BAD_MARK or number != number:
        return Shown(_BAD_TEXT, mark=mark if mark is _LOST else _BAD_MARK)
    note = "" if mark is _PLAIN else _note(mark, value, now_ms)
    if kind is _ANALOG:
        places = _places(number, spec.decimals)
        rounded = number if mark is _LOST else round(number, places)
        return Shown(_decimal(number, places), spec.unit, mark, note, rounded)
    abnormal = mark in _USABLE and int(number) in spec.abnormal
    return Shown(_text(number, spec, language), spec.unit if kind is _COUNTER else "", mark, note, number, abnormal)


def number_text(value: float, decimals: int, *, limit_digits: bool = True) -> str:
    """Return a number with `decimals` places, fewer where it would show more than four significant digits."""
    if math.isnan(value):
        return _BAD_TEXT
    return _decimal(value, _places(value, decimals) if limit_digits else decimals)


def _decimal(value: float, places: int) -> str:
    text = f"{value:.{places}f}"
    if value > 0:
        return text
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
    if spec.kind is _COUNTER:
        return number_text(value, spec.decimals, limit_digits=False)
    state = next((s for s in spec.states if s.value == int(value)), None)
    return state.label.get(language) if state else number_text(value, 0)


def _note(mark: Mark, value: LiveValue, now_ms: int) -> str:
    if mark is _MANUAL:
        return "M"
    if mark is _SIMULATED:
        return "S"
    return _age(value, now_ms) if mark is _STALE else ""


def _age(value: LiveValue, now_ms: int) -> str:
    """Age in steps that do not repaint each second once the value is old."""
    return age_text(now_ms - value.source_ms) if value.source_ms > 0 else ""


def _places(value: float, decimals: int) -> int:
    size = abs(value)
    if size < 10:
        return min(decimals, _DIGITS - 1) if decimals > 0 else 0
    return max(0, min(decimals, _DIGITS - len(str(int(size)))))
