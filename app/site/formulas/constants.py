"""Works out what is made of constants alone, once, when a site is read."""

from __future__ import annotations

import math

from app.model.formulas.spec import Apply, Node, Number, Op
from app.model.formulas.working import OPERATIONS

__all__ = ["constant"]


def constant(node: Node) -> Node | str:
    """Return a number for a node whose arguments are all numbers, else the node itself; a sentence if it has no
    value."""
    if not isinstance(node, Apply) or not all(isinstance(arg, Number) for arg in node.args):
        return node
    values = [arg.value for arg in node.args if isinstance(arg, Number)]
    if node.op is Op.GOOD:
        return Number(1.0)
    if node.op is Op.IF:
        return Number(values[1] if values[0] else values[2])
    found = OPERATIONS[node.op](*values)
    if not math.isfinite(found):
        return "has no value: it divides by zero, takes the root of less than nothing, or is too large"
    return Number(found)
