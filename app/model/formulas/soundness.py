"""Whether a tree of a formula can be worked out at all: asked again where a site arrives as JSON."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from app.model.formulas.spec import Apply, Formula, Node, Number, Op, Over, OverTime, Tag, nodes_of

__all__ = ["ARGUMENTS", "LONGEST_S", "MOST_DEEP", "MOST_NODES", "depth_of", "loops", "unsound"]

MOST_DEEP: Final = 60
MOST_NODES: Final = 400
LONGEST_S: Final = 31 * 86_400.0
"""The longest window."""

_MANY: Final = 50
ARGUMENTS: Final[Mapping[Op, tuple[int, int]]] = {
    **dict.fromkeys((Op.NEG, Op.NOT, Op.ABS, Op.SQRT, Op.GOOD), (1, 1)),
    Op.ROUND: (1, 2),
    **dict.fromkeys((Op.IF, Op.CLAMP), (3, 3)),
    **dict.fromkeys((Op.MIN, Op.MAX), (2, _MANY)),
}
"""Fewest and most arguments; two of what is not named here."""

_TWO: Final = (2, 2)
_SINCE_EVER: Final = (OverTime.TOTAL, OverTime.STARTS, OverTime.SINCE)
_TODAY: Final = (OverTime.TOTAL, OverTime.STARTS, OverTime.INCREASE)


def depth_of(node: Node) -> int:
    """Return how many nodes stand above one another, without going deeper than is sound."""
    level, depth = [node], 0
    while level and depth <= MOST_DEEP:
        level = [child for one in level for child in _children(one)]
        depth += 1
    return depth


def unsound(formula: Formula, known: Callable[[str], bool], *, alarm: bool = False) -> Iterator[str]:
    """Yield a sentence for everything because of which a formula could not be worked out. An alarm keeps no sums."""
    if depth_of(formula.root) > MOST_DEEP:
        yield "is nested too deeply"
        return
    nodes = list(nodes_of(formula.root))
    if len(nodes) > MOST_NODES:
        yield f"has more than {MOST_NODES} parts"
    yield from (f"speaks of {n.path!r}, which is no tag" for n in nodes if isinstance(n, Tag) and not known(n.path))
    for node in nodes:
        if isinstance(node, Apply) and not _fits(node):
            yield f"gives {len(node.args)} arguments to {node.op.value}"
        elif isinstance(node, Number) and not math.isfinite(node.value):
            yield "has a number that is none"
        elif isinstance(node, Over):
            yield from _of_time(node, root=node is formula.root and not alarm)


def loops(inputs: Mapping[str, Iterable[str]]) -> Iterator[tuple[str, ...]]:
    """Yield each circle of calculated tags, by the inputs of each, as a path that begins and ends with the same tag."""
    done: set[str] = set()
    for start in inputs:
        path: list[str] = []
        todo = [(start, iter(inputs[start]))] if start not in done else []
        while todo:
            name, rest = todo[-1]
            if len(path) < len(todo):
                path.append(name)
            following = next(rest, None)
            if following is None:
                done.add(path.pop())
                todo.pop()
            elif following in path:
                yield (*path[path.index(following) :], following)
            elif following in inputs and following not in done:
                todo.append((following, iter(inputs[following])))


def _children(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Apply):
        return node.args
    return (node.arg,) if isinstance(node, Over) else ()


def _fits(node: Apply) -> bool:
    fewest, most = ARGUMENTS.get(node.op, _TWO)
    return fewest <= len(node.args) <= most


def _of_time(node: Over, *, root: bool) -> Iterator[str]:
    name = node.function.value
    if not (math.isfinite(node.seconds) and 0.0 <= node.seconds <= LONGEST_S and math.isfinite(node.scale)):
        yield f"has {name} over {node.seconds:g} s"
    elif node.seconds > 0.0 and (node.function is OverTime.SINCE or node.today):
        yield f"has {name} over a time that it does not take"
    elif node.seconds == 0.0 and node.function not in (_TODAY if node.today else _SINCE_EVER):
        yield f"has {name} without a time"
    if node.accumulates and not root:
        yield f"keeps a sum ({name}) within a larger formula"
