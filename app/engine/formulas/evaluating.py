"""A tree of a formula as nested functions: each call works out value and quality of now. No text is ever evaluated."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

from app.engine.formulas.mixing import worse
from app.engine.formulas.states import Reading
from app.model.formulas.spec import Apply, Node, Number, Op, Over, Tag
from app.model.formulas.working import OPERATIONS
from app.model.quality import BAD, Quality

__all__ = ["Work", "worker"]

Work = Callable[[], Reading]

_NAN: Final = math.nan
_GOOD: Final = int(Quality.GOOD)
_NO_VALUE: Final[Reading] = (_NAN, int(Quality.BAD))


def worker(node: Node, tag: Callable[[str], Work], over: Callable[[Over], Work]) -> Work:
    """Return what works out a tree; `tag` and `over` give the work of tags and of functions of time."""
    if isinstance(node, Number):
        return _constant(node.value)
    if isinstance(node, Tag):
        return tag(node.path)
    if isinstance(node, Over):
        return over(node)
    args = [worker(arg, tag, over) for arg in node.args]
    return _applied(node, args)


def _applied(node: Apply, args: list[Work]) -> Work:
    match node.op:
        case Op.IF:
            return _if(*args)
        case Op.AND:
            return _logical(0.0, *args)
        case Op.OR:
            return _logical(1.0, *args)
        case Op.GOOD:
            return _is_good(args[0])
    operation = OPERATIONS[node.op]
    if len(args) == 1:
        return _one(operation, args[0])
    return _two(operation, *args) if len(args) == 2 else _many(operation, args)


def _constant(value: float) -> Work:
    reading = (value, _GOOD)

    def work() -> Reading:
        return reading

    return work


def _one(operation: Callable[..., float], a: Work) -> Work:
    def work() -> Reading:
        x, quality = a()
        if quality >= BAD:
            return _NAN, quality
        found = operation(x)
        return (found, quality) if found - found == 0.0 else _NO_VALUE

    return work


def _two(operation: Callable[..., float], a: Work, b: Work) -> Work:
    def work() -> Reading:
        x, quality = a()
        y, other = b()
        if quality or other:
            quality = worse(quality, other)
            if quality >= BAD:
                return _NAN, quality
        found = operation(x, y)
        return (found, quality) if found - found == 0.0 else _NO_VALUE

    return work


def _many(operation: Callable[..., float], args: Sequence[Work]) -> Work:
    def work() -> Reading:
        values, quality = [], _GOOD
        for arg in args:
            value, other = arg()
            values.append(value)
            quality = worse(quality, other)
        if quality >= BAD:
            return _NAN, quality
        found = operation(*values)
        return (found, quality) if found - found == 0.0 else _NO_VALUE

    return work


def _if(condition: Work, then: Work, otherwise: Work) -> Work:
    def work() -> Reading:
        holds, quality = condition()
        if quality >= BAD:
            return _NAN, quality
        value, other = then() if holds else otherwise()
        quality = worse(quality, other)
        return (value, quality) if quality < BAD else (_NAN, quality)

    return work


def _logical(decides: float, a: Work, b: Work) -> Work:
    """`and`, which a false side decides (0), or `or`, which a true side does (1): then the other does not matter."""

    def work() -> Reading:
        x, quality = a()
        y, other = b()
        if quality < BAD and bool(x) == bool(decides):
            if other < BAD and bool(y) == bool(decides) and worse(quality, other) == quality:
                return decides, other
            return decides, quality
        if other < BAD and bool(y) == bool(decides):
            return decides, other
        quality = worse(quality, other)
        return (1.0 - decides, quality) if quality < BAD else (_NAN, quality)

    return work


def _is_good(a: Work) -> Work:
    def work() -> Reading:
        return (1.0 if a()[1] < BAD else 0.0), _GOOD

    return work
