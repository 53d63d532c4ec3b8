"""What the value of a calculated tag rests on now: the tags without whose last replies it would not be what it is, and
how far back it reaches into them. Worked out when a command asks, never with samples. It follows what counts for
quality (docs/expressions.md): the branch that `if` takes, the side that decides."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

from app.engine.formulas.parts import Calculated
from app.model.formulas.spec import Apply, Node, Number, Op, Over, OverTime, Tag, inputs_of
from app.model.quality import BAD

__all__ = ["Sources", "sources_of"]

Sources = Mapping[str, float]
"""Tags by path: the value also rests on what each was so many seconds before its last reply; infinite for a sum."""

_DECIDES: Final = {Op.AND: False, Op.OR: True}


def sources_of(
    path: str, calculated: Mapping[str, Calculated], *, manual: Callable[[str], bool], age: Callable[[str], float]
) -> Sources:
    """Return what a calculated tag rests on in the end, through all calculated tags between. One for which a person
    speaks (`manual`) rests on nothing but itself. `age` is that of a tag's last reply, in seconds."""
    found: dict[str, Sources] = {}
    for made in sorted(_standing_on(path, calculated), key=_rank):
        found[made.tag.path] = {made.tag.path: 0.0} if manual(made.tag.path) else _Looking(made, found, age).at_root()
    return found[path]


def _standing_on(path: str, calculated: Mapping[str, Calculated]) -> list[Calculated]:
    found, todo = {}, [path]
    while todo:
        made = calculated.get(todo.pop())
        if made is not None and made.tag.path not in found:
            found[made.tag.path] = made
            todo += inputs_of(made.formula.root)
    return list(found.values())


def _rank(made: Calculated) -> int:
    return made.rank


class _Looking:
    """Looks through the tree of one formula with the values of now. `below` are the sources of the calculated tags
    that stand below it."""

    def __init__(self, made: Calculated, below: Mapping[str, Sources], age: Callable[[str], float]) -> None:
        self._made = made
        self._below = below
        self._age = age

    def at_root(self) -> Sources:
        return self._of(self._made.formula.root)

    def _of(self, node: Node) -> Sources:
        match node:
            case Number():
                return {}
            case Tag(path):
                return self._below.get(path, {path: 0.0})
            case Over():
                reach = _reach(node)
                return {path: reach + before for path, before in self._of(node.arg).items()}
            case Apply(Op.IF, (condition, then, otherwise)):
                value, quality = self._made.reading_of(condition)
                branch = then if value else otherwise
                return self._of(condition) if quality >= BAD else _all(self._of(condition), self._of(branch))
            case Apply(Op.AND | Op.OR, (one, other)):
                return self._of_sides(node.op, one, other)
            case Apply(Op.GOOD, (arg,)):
                # That a value is bad the engine itself knows, now.
                return self._of(arg) if self._made.reading_of(arg)[1] < BAD else {}
            case Apply():
                return _all(*(self._of(arg) for arg in node.args))

    def _of_sides(self, op: Op, one: Node, other: Node) -> Sources:
        """Either side that decides is enough: of two the one that was heard of last."""
        deciding = [side for side in (one, other) if self._decides(side, op)]
        sides = [self._of(side) for side in deciding or (one, other)]
        return min(sides, key=self._oldest) if deciding else _all(*sides)

    def _decides(self, side: Node, op: Op) -> bool:
        value, quality = self._made.reading_of(side)
        return quality < BAD and bool(value) is _DECIDES[op]

    def _oldest(self, sources: Sources) -> float:
        return max((self._age(path) + reach for path, reach in sources.items()), default=0.0)


def _all(*parts: Sources) -> Sources:
    """Return the sources of several values together; of one tag the longest reach."""
    found: dict[str, float] = {}
    for part in parts:
        for path, reach in part.items():
            found[path] = max(reach, found.get(path, 0.0))
    return found


def _reach(node: Over) -> float:
    """Return how far back a function of time looks, in seconds. `since` says what its argument is now."""
    if node.function is OverTime.SINCE:
        return 0.0
    return node.seconds or math.inf
