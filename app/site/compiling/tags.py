"""One tag from its layers, with the checks that concern it alone."""

from __future__ import annotations

from app.model.points import Point
from app.model.spec import State, TagKind, TagSpec
from app.site.compiling.layers import Layers

__all__ = ["check_tag", "states_of", "tag_of"]


def tag_of(path: str, said: Layers, device: str, point: Point | None) -> TagSpec:
    """Return the tag at `path`. Faults are noted by `check_tag`."""
    low, high = said.get("range") or (None, None)
    normal_low, normal_high = said.get("normal") or (None, None)
    return TagSpec(
        path=path,
        label=said.get("label").label(),
        kind=said.get("kind"),
        unit=said.get("unit"),
        device=device,
        group=said.get("group"),
        point=point,
        low=low,
        high=high,
        deadband=said.get("deadband"),
        max_age_s=said.get("max_age_s"),
        decimals=said.get("decimals"),
        normal_low=normal_low,
        normal_high=normal_high,
        marks=tuple(said.get("marks").items()),
        states=states_of(said),
        abnormal=said.get("abnormal"),
    )


def states_of(said: Layers, name: str = "states") -> tuple[State, ...]:
    """Return the named values, in the order of their numbers."""
    return tuple(State(value, label.label()) for value, label in sorted(said.get(name).items()))


def check_tag(said: Layers) -> None:
    """Note what cannot be: an empty range, a band or mark outside it, states that a kind cannot have."""
    _check_spans(said)
    kind, states = said.get("kind"), said.get("states")
    if kind is TagKind.ENUM and not states:
        said.fault("kind", "an enum needs `states`")
    if kind is TagKind.DISCRETE and not set(states) <= {0, 1}:
        said.fault("states", "a discrete value is 0 or 1")
    if kind not in (TagKind.ENUM, TagKind.DISCRETE) and (states or said.get("abnormal")):
        said.fault("states" if states else "abnormal", f"a value of kind {kind.value} has no states")
    known = set(states) or {0, 1}
    for value in said.get("abnormal"):
        if kind in (TagKind.ENUM, TagKind.DISCRETE) and value not in known:
            said.fault("abnormal", f"{value} is not one of the states {', '.join(map(str, sorted(known)))}")


def _check_spans(said: Layers) -> None:
    span, normal, marks = said.get("range"), said.get("normal"), said.get("marks")
    for name, ends in (("range", span), ("normal", normal)):
        if ends is not None and ends[0] >= ends[1]:
            said.fault(name, f"low must be less than high in {name} [{ends[0]:g}, {ends[1]:g}]")
            return
    if span is None:
        return
    low, high = span
    if said.get("deadband") >= high - low:
        said.fault("deadband", f"the deadband {said.get('deadband'):g} swallows the whole range [{low:g}, {high:g}]")
    if normal is not None and not (low <= normal[0] and normal[1] <= high):
        said.fault("normal", f"the normal band [{normal[0]:g}, {normal[1]:g}] lies outside [{low:g}, {high:g}]")
    for mark, value in marks.items():
        if not low <= value <= high:
            said.fault("marks", f"the mark {mark} at {value:g} lies outside [{low:g}, {high:g}]")
