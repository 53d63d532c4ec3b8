"""What each sign and function of one instant gives for plain numbers. NaN where there is no value; nothing raises."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Final

from app.model.formulas.spec import Op

__all__ = ["OPERATIONS"]


def _divide(a: float, b: float) -> float:
    return a / b if b else math.nan


def _power(a: float, b: float) -> float:
    try:
        found = a**b
    except (OverflowError, ZeroDivisionError):
        return math.nan
    return math.nan if isinstance(found, complex) else float(found)


def _round(a: float, decimals: float = 0.0) -> float:
    """Half away from zero, as people round."""
    scale = 10.0**decimals
    scaled = abs(a) * scale
    if not scaled < 2.0**52:
        return a  # larger than any fraction can be, or no number
    return math.copysign(math.floor(scaled + 0.5) / scale, a)


def _root(a: float) -> float:
    return math.sqrt(a) if a >= 0.0 else math.nan


def _clamp(a: float, low: float, high: float) -> float:
    return max(low, min(high, a))


def _not(a: float) -> float:
    return 0.0 if a else 1.0


def _both(a: float, b: float) -> float:
    return 1.0 if a and b else 0.0


def _either(a: float, b: float) -> float:
    return 1.0 if a or b else 0.0


def _truth(compare: Callable[[float, float], bool]) -> Callable[[float, float], float]:
    def found(a: float, b: float) -> float:
        return 1.0 if compare(a, b) else 0.0

    return found


OPERATIONS: Final[Mapping[Op, Callable[..., float]]] = {
    Op.ADD: operator.add,
    Op.SUB: operator.sub,
    Op.MUL: operator.mul,
    Op.DIV: _divide,
    Op.POW: _power,
    Op.NEG: operator.neg,
    Op.LT: _truth(operator.lt),
    Op.LE: _truth(operator.le),
    Op.GT: _truth(operator.gt),
    Op.GE: _truth(operator.ge),
    Op.EQ: _truth(operator.eq),
    Op.NE: _truth(operator.ne),
    Op.AND: _both,
    Op.OR: _either,
    Op.NOT: _not,
    Op.MIN: min,
    Op.MAX: max,
    Op.ABS: abs,
    Op.ROUND: _round,
    Op.SQRT: _root,
    Op.CLAMP: _clamp,
}
"""GOOD looks at quality and IF at one branch alone: they are worked out where those are known."""
