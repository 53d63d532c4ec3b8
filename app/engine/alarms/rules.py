"""Suppression by design: does any of an alarm's rules hold now? Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from app.engine.alarms.bands import EVERY, Band
from app.engine.alarms.board import Rule
from app.model.commands.checks import holds
from app.model.quality import BAD
from app.model.terms import Condition

__all__ = ["band_of", "rule_text", "suppressing"]

Newest = Callable[[int], tuple[float, int]]
"""Value and quality of a tag as they are shown now."""


def suppressing(rules: Iterable[Rule], newest: Newest, current: str) -> str | None:
    """Return the text of a rule that holds, the `current` one if it is among them; "" if none holds; None when that
    cannot be known, because a value is bad: suppression stays as it is then."""
    known, found = True, []
    for rule, number in rules:
        value, quality = newest(number)
        if quality >= BAD or not math.isfinite(value):
            known = False
        elif holds(rule, value):
            found.append(rule_text(rule))
    if found:
        return current if current in found else found[0]
    return "" if known else None


def rule_text(rule: Condition) -> str:
    """Return how a rule is told in rows and journals."""
    return f"{rule.label.zh}|{rule.label.en}"


def band_of(limit: float, value: float) -> Band:
    """Return the values that are to `limit` as `value` is: what a condition of any comparison says of them is one."""
    if not math.isfinite(value):
        return EVERY
    if value > limit:
        return limit, math.inf
    if value < limit:
        return -math.inf, limit
    return math.nextafter(value, -math.inf), math.nextafter(value, math.inf)
