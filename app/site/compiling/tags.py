"""One tag from its layers, with the checks that concern it alone."""

from __future__ import annotations

from collections.abc import Iterator

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
        keep=said.get("keep"),
    )


def states_of(said: Layers, name: str = "states") -> tuple[State, ...]:
    """Return the named values, in the order of their numbers."""
    return tuple(State(value, label.label()) for value, label in sorted(said.get(name).items()))


def check_tag(said: Layers, *, besides: frozenset[str] = frozenset()) -> frozenset[str]:
    """Note what cannot be: an empty range, a band or mark outside it, states that a kind cannot have.

    Returns the words that are wrong. Those in `besides` are passed over: the type's own fault was noted before.
    """
    found: set[str] = set()
    for name, message, others in (*_span_faults(said), *_state_faults(said)):
        found.add(name)
        if name not in besides:
            said.fault(name, message, *others)
    return frozenset(found)


_Found = tuple[str, str, tuple[str, ...]]
"""A word, what is wrong with it, and the words that it must agree with."""


def _span_faults(said: Layers) -> Iterator[_Found]:
    span, normal = said.get("range"), said.get("normal")
    for name, ends in (("range", span), ("normal", normal)):
        if ends is not None and ends[0] >= ends[1]:
            yield name, f"low must be less than high in {name} [{ends[0]:g}, {ends[1]:g}]", ()
            return
    if span is None:
        return
    low, high = span
    inside = f"[{low:g}, {high:g}]"
    if said.get("deadband") >= high - low:
        yield "deadband", f"the deadband {said.get('deadband'):g} swallows the whole range {inside}", ("range",)
    if normal is not None and not (low <= normal[0] and normal[1] <= high):
        yield "normal", f"the normal band [{normal[0]:g}, {normal[1]:g}] lies outside {inside}", ("range",)
    for mark, value in said.get("marks").items():
        if not low <= value <= high:
            yield "marks", f"the mark {mark} at {value:g} lies outside {inside}", ("range",)


def _state_faults(said: Layers) -> Iterator[_Found]:
    kind, states, abnormal = said.get("kind"), said.get("states"), said.get("abnormal")
    if kind not in (TagKind.ENUM, TagKind.DISCRETE):
        if states or abnormal:
            yield "states" if states else "abnormal", f"a value of kind {kind.value} has no states", ()
        return
    if kind is TagKind.ENUM and not states:
        yield "kind", "an enum needs `states`", ()
    if kind is TagKind.DISCRETE and not set(states) <= {0, 1}:
        yield "states", "a discrete value is 0 or 1", ()
    known = set(states) or {0, 1}
    if strange := [str(value) for value in abnormal if value not in known]:
        words = ", ".join(map(str, sorted(known)))
        yield "abnormal", f"{', '.join(strange)} is not one of the states {words}", ("states",)
