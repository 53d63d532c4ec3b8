"""The scale of an analog indicator: where a value, a band and the marks stand, and which limit a value is beyond."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from app.model.spec import TagSpec

__all__ = ["LIMITS", "Scale", "ScaleMark", "mark_text", "scale_of", "zone_of"]

LIMITS: Final = ("LL", "L", "H", "HH")
_HIGH, _LOW = ("H", "HH"), ("L", "LL")
_RANK: Final = {"L": 1, "LL": 2, "H": 3, "HH": 4}


@dataclass(frozen=True, slots=True)
class ScaleMark:
    """One mark beside the scale. `limit` is True for LL, L, H and HH, False for levels of a control."""

    name: str
    value: float
    at: float
    limit: bool


@dataclass(frozen=True, slots=True)
class Scale:
    """A tag's range with what is drawn beside it. Positions `at` are 0 (low end) to 1 (high end)."""

    low: float
    high: float
    band: tuple[float, float] | None
    marks: tuple[ScaleMark, ...]

    def at(self, value: float) -> float:
        """Return the place of `value`, held within the scale; NaN for NaN."""
        if math.isnan(value):
            return math.nan
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


def scale_of(spec: TagSpec) -> Scale:
    """Return the scale of a tag. A tag without a range gets one that holds its marks and its normal band."""
    low, high = _range(spec)
    bare = Scale(low, high, None, ())
    band = None
    if spec.normal_low is not None or spec.normal_high is not None:
        bottom = low if spec.normal_low is None else spec.normal_low
        top = high if spec.normal_high is None else spec.normal_high
        band = (bare.at(bottom), bare.at(top))
    marks = tuple(
        ScaleMark(name=name, value=value, at=bare.at(value), limit=name in LIMITS)
        for name, value in sorted(spec.marks, key=lambda m: m[1])
    )
    return Scale(low, high, band, marks)


def zone_of(value: float, spec: TagSpec) -> str:
    """Return the limit that `value` has reached (HH before H, LL before L), "" when none or unknown."""
    found = ""
    for name, limit in spec.marks:
        reached = (name in _HIGH and value >= limit) or (name in _LOW and value <= limit)
        if reached and _RANK[name] > _RANK.get(found, 0):
            found = name
    return found


def mark_text(name: str, language: str) -> str:
    """Return the name of a mark for people: limits as they are, levels of a control in `language`."""
    word = name.rstrip("0123456789")
    known = {"start": ("启", "start "), "stop": ("停", "stop "), "overflow": ("溢流", "overflow")}
    if word not in known:
        return name
    return (known[word][language == "en"] + name[len(word) :]).strip()


def _range(spec: TagSpec) -> tuple[float, float]:
    known = [v for _, v in spec.marks] + [v for v in (spec.normal_low, spec.normal_high) if v is not None]
    low = spec.low if spec.low is not None else min([0.0, *known])
    high = spec.high if spec.high is not None else max([1.0, *known]) * 1.1
    return (low, high) if high > low else (low, low + 1.0)
