"""Which tags stand behind a formula in the end: those that devices send, through all calculated tags between."""

from __future__ import annotations

from collections.abc import Mapping

from app.model.formulas.spec import Formula, inputs_of
from app.model.spec import TagSpec

__all__ = ["devices_behind"]


def devices_behind(formula: Formula | None, tags: Mapping[str, TagSpec]) -> frozenset[str]:
    """Return the devices whose values a formula is made of."""
    todo = list(inputs_of(formula.root)) if formula is not None else []
    seen: set[str] = set()
    found: set[str] = set()
    while todo:
        tag = tags.get(todo.pop())
        if tag is None or tag.path in seen:
            continue
        seen.add(tag.path)
        if tag.device:
            found.add(tag.device)
        if tag.formula is not None:
            todo += inputs_of(tag.formula.root)
    return frozenset(found)
