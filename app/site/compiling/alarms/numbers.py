"""The numbers of an alarm: its limit, and whether it can ever come, and go again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.model.alarms.spec import AlarmKind
from app.model.spec import TagKind, TagSpec
from app.site.compiling.alarms.draft import Draft
from app.site.csv_table import CsvTable

__all__ = ["SIDES", "check_words", "deadband_of", "limit_of", "side_of"]

SIDES: Final = {"above": 1, "below": -1, "both": 0}
_SIDE_OF_NAME: Final = {"LL": -1, "L": -1, "H": 1, "HH": 1}
_NUMERIC: Final = (AlarmKind.LIMIT, AlarmKind.DEVIATION, AlarmKind.RATE, AlarmKind.STUCK, AlarmKind.CLOCK)
_POSITIVE: Final = (AlarmKind.DEVIATION, AlarmKind.RATE, AlarmKind.CLOCK)
_SHARES_OF_RANGE: Final = 100

# Which words go with which kinds; what is not named here goes with all.
_FITS: Final[dict[str, tuple[AlarmKind, ...]]] = {
    "limit": _NUMERIC,
    "deadband": (AlarmKind.LIMIT, AlarmKind.DEVIATION, AlarmKind.RATE, AlarmKind.CLOCK),
    "side": (AlarmKind.LIMIT, AlarmKind.DEVIATION, AlarmKind.RATE),
    "window_s": (AlarmKind.RATE, AlarmKind.STUCK),
    "setpoint": (AlarmKind.DEVIATION,),
    "values": (AlarmKind.STATE,),
    "when": (AlarmKind.EXPRESSION,),
}
_NEEDS: Final[dict[AlarmKind, tuple[tuple[str, str], ...]]] = {
    AlarmKind.RATE: (("window_s", "a rate needs `window_s`, the seconds over which the change is measured"),),
    AlarmKind.STUCK: (("window_s", "stuck needs `window_s`, the seconds without a change"),),
    AlarmKind.EXPRESSION: (
        ("when", "an expression needs `when`, the formula that is true while it alarms"),
        ("label", "an expression needs a `label`: nothing else says in words what is wrong"),
    ),
    AlarmKind.DEVIATION: (("setpoint", "a deviation needs `setpoint`, the tag that it is measured from"),),
}


def check_words(draft: Draft, kind: AlarmKind) -> bool:
    """Note words that do not go with the kind, and needed ones that are missing; return whether all is well."""
    wrong = [(word, f"`{word}` does not go with the kind {kind.value}") for word in _misfits(draft, kind)]
    wrong += [(word, message) for word, message in _NEEDS.get(kind, ()) if not draft.said.says(word)]
    tag = draft.tag
    if tag is not None and _discrete(tag) and kind in _NUMERIC and kind is not AlarmKind.STUCK:
        wrong.append(("kind", f"a value of kind {tag.kind.value} has states, not limits"))
    if kind is AlarmKind.STATE and not (tag is not None and _discrete(tag)):
        wrong.append(("kind", "the kind state is for discrete and enum values"))
    delay, respond = draft.said.get("on_delay_s"), draft.said.get("respond_s")
    if delay >= respond:
        wrong.append(("on_delay_s", f"after {delay:g} s nothing is left of the {respond} s to respond"))
    for word, message in wrong:
        draft.fault(word, message)
    return not wrong


def _discrete(tag: TagSpec) -> bool:
    return tag.kind in (TagKind.DISCRETE, TagKind.ENUM)


def _misfits(draft: Draft, kind: AlarmKind) -> Iterator[str]:
    return (word for word, kinds in _FITS.items() if draft.said.says(word) and kind not in kinds)


def side_of(draft: Draft, kind: AlarmKind) -> int:
    """Return +1, -1 or 0 (both); a limit knows its side by its name or must say it."""
    said = draft.said.get("side")
    if said is not None:
        if kind is AlarmKind.LIMIT and said == "both":
            draft.fault("side", "a limit has one side, above or below")
        elif kind is AlarmKind.LIMIT and SIDES[said] != _SIDE_OF_NAME.get(draft.name, SIDES[said]):
            draft.fault("side", f"{draft.name} is not {said}: give the alarm another name")
        return SIDES[said]
    if kind is not AlarmKind.LIMIT:
        return 0
    if draft.name not in _SIDE_OF_NAME:
        draft.fault("side", "say its `side`, above or below: only H, HH, L and LL say it by their name")
    return _SIDE_OF_NAME.get(draft.name, 1)


def limit_of(draft: Draft, kind: AlarmKind, side: int) -> float | None:
    """Return the limit: as said, or the tag's mark of the alarm's name. It must lie where the tag can come."""
    if kind not in _NUMERIC:
        return None
    limit = _limit(draft, kind)
    if limit is None:
        return None
    tag = draft.tag
    if kind is AlarmKind.LIMIT and tag is not None and not _reachable(tag, limit, side):
        draft.limit_fault(f"the limit {limit:g} lies outside [{tag.low:g}, {tag.high:g}]: the value cannot pass it")
    elif (kind in _POSITIVE and limit <= 0) or (kind is AlarmKind.STUCK and limit < 0):
        draft.limit_fault(f"a {kind.value} of {limit:g} means nothing: it must be above 0")
    return limit


def _limit(draft: Draft, kind: AlarmKind) -> float | None:
    said, tag = draft.said.get("limit"), draft.tag
    mark = dict(tag.marks).get(draft.name) if tag is not None and kind is AlarmKind.LIMIT else None
    if said is None:
        if mark is None:
            place = f", or a mark {draft.name} of its tag" if kind is AlarmKind.LIMIT else ""
            draft.fault("limit", f"it needs a `limit`{place}")
        return mark
    if isinstance(said, str):
        name = said.strip("{}")
        if name not in draft.home.parameters:
            draft.fault("limit", f"the parameter {name!r} is not given")
            return None
        said = draft.home.parameters[name]
    # What the sheet says moves the mark with it (`marks_of`).
    of_sheet = isinstance(draft.said.layer("limit").source, CsvTable)
    if mark is not None and mark != said and not of_sheet:
        draft.fault(
            "limit", f"its tag has the mark {draft.name} at {mark:g}, the limit is {said:g}: say it in one place"
        )
    return float(said)


def _reachable(tag: TagSpec, limit: float, side: int) -> bool:
    if tag.low is None or tag.high is None:
        return True
    return tag.low <= limit <= tag.high and limit != (tag.high if side > 0 else tag.low)


def deadband_of(draft: Draft, kind: AlarmKind, limit: float | None, side: int) -> float:
    """Return the deadband: as said, or a hundredth of the range, at least what the tag passes on. An alarm that could
    not clear is a fault."""
    if limit is None or kind is AlarmKind.STUCK:
        return 0.0
    said, tag = draft.said.get("deadband"), draft.tag
    if said is None:
        return _usual(tag, limit) if kind is AlarmKind.LIMIT else limit / 10
    if not _clears(tag, kind, limit, said, side):
        draft.fault("deadband", f"with a deadband of {said:g} at the limit {limit:g} it would never clear")
    return float(said)


def _usual(tag: TagSpec | None, limit: float) -> float:
    if tag is None or tag.low is None or tag.high is None:
        return abs(limit) / _SHARES_OF_RANGE
    return max(tag.deadband, (tag.high - tag.low) / _SHARES_OF_RANGE)


def _clears(tag: TagSpec | None, kind: AlarmKind, limit: float, deadband: float, side: int) -> bool:
    if kind is not AlarmKind.LIMIT:
        return deadband < limit
    if tag is None or tag.low is None or tag.high is None:
        return True
    return limit - deadband > tag.low if side > 0 else limit + deadband < tag.high
