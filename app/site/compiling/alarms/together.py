"""What alarms must agree on among themselves: paths, the order of their limits, first-out groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Final

from pydantic import BaseModel

from app.model.alarms.spec import AlarmKind, AlarmSpec
from app.site.compiling.alarms.draft import Draft
from app.site.forms.alarms import AlarmForm
from app.site.forms.types import TagForm

__all__ = ["Made", "check_order", "check_repeats", "grouped"]

Made = tuple[Draft, AlarmSpec]
_ORDER: Final = ("LL", "L", "H", "HH")


def check_repeats(made: Iterable[Made]) -> Iterator[Made]:
    """Yield each alarm once; a path that exists already is a fault."""
    seen: set[str] = set()
    for draft, spec in made:
        if spec.path in seen:
            draft.fault("", "this alarm exists already")
            continue
        seen.add(spec.path)
        yield draft, spec


def check_order(made: Iterable[Made]) -> None:
    """Note limits of one tag that do not ascend from LL to HH: the worse would come before the milder."""
    by_tag: dict[str, dict[str, Made]] = {}
    for draft, spec in made:
        if spec.kind is AlarmKind.LIMIT and spec.name in _ORDER and spec.path == f"{spec.tag}:{spec.name}":
            by_tag.setdefault(spec.tag, {})[spec.name] = draft, spec
    for limits in by_tag.values():
        present = [limits[name] for name in _ORDER if name in limits]
        for (low_draft, low), (high_draft, high) in pairwise(present):
            if low.limit is not None and high.limit is not None and low.limit >= high.limit:
                worse = low_draft if low.name == "LL" else high_draft
                words = f"{low.name} at {low.limit:g} must lie below {high.name} at {high.limit:g}"
                worse.limit_fault(words)


def grouped(made: list[Made]) -> tuple[AlarmSpec, ...]:
    """Return the alarms, with groups that have one member only dissolved.

    That is a fault where no other alarm names the group; where the others are left out because their role does not
    exist here, it is none.
    """
    present = Counter(spec.group for _, spec in made if spec.group)
    for draft, spec in made:
        if spec.group and present[spec.group] == 1 and not _has_others(draft, made):
            draft.fault("group", f"{draft.said.get('group')!r} has no other member: nothing can be first of one")
    return tuple(replace(spec, group="") if present[spec.group] == 1 else spec for _, spec in made)


def _has_others(draft: Draft, made: list[Made]) -> bool:
    """Return whether the type, or anything of a station, names the group for another alarm."""
    name, instance = draft.said.get("group"), draft.home.instance
    if name.startswith("station/"):
        return any(d is not draft and d.said.get("group") == name for d, _ in made)
    if instance is None:
        return False
    own = instance.template
    roles = (said.layers[-1].form for said in own.tags.values())
    forms: list[BaseModel] = [form for role in roles if isinstance(role, TagForm) for form in role.alarms.values()]
    forms += [said.layers[-1].form for said in own.alarms.values()]
    return sum(1 for form in forms if isinstance(form, AlarmForm) and form.group == name) > 1
