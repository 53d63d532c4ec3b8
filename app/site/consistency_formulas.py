"""Whether the formulas of a compiled site can be worked out: the part of `consistency` about them."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from app.model.formulas.soundness import MOST_DEEP, depth_of, loops, unsound
from app.model.formulas.spec import inputs_of
from app.model.spec import Site, TagKind

__all__ = ["of_formulas"]


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return False
    return True


def of_formulas(site: Site) -> Iterator[str]:
    """Yield a sentence for every formula that speaks of nothing, is made of itself or cannot be worked out."""
    texts = {tag.path for tag in site.tags if tag.kind is TagKind.TEXT}
    known = {tag.path for tag in site.tags} - texts
    made = {}
    for tag in site.tags:
        if tag.formula is None:
            continue
        if tag.point is not None or tag.device or tag.path in texts:
            yield f"the tag {tag.path} has a formula beside a device, or is a text"
        yield from (f"the formula of {tag.path} {words}" for words in unsound(tag.formula, known.__contains__))
        if depth_of(tag.formula.root) <= MOST_DEEP:
            made[tag.path] = inputs_of(tag.formula.root)
    if made and not _is_zone(site.timezone):
        yield f"the time zone {site.timezone!r} is unknown, by which formulas know today"
    yield from (f"{circle[0]} is made of itself: {' → '.join(circle)}" for circle in loops(made))
    for alarm in site.alarms:
        if alarm.when is not None:
            found = unsound(alarm.when, known.__contains__, alarm=True)
            yield from (f"the formula of {alarm.path} {words}" for words in found)
