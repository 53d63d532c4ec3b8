"""Trees at work against a naive oracle: the same value and quality for any tree of any values."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.formulas.evaluating import Work, worker
from app.engine.formulas.mixing import worse
from app.engine.formulas.states import Reading
from app.model.formulas.spec import Apply, Node, Number, Op, Over, Tag
from app.model.quality import Quality, severity

NAN = math.nan
NAMES = ("a", "b", "c")
QUALITIES = (Quality.GOOD, Quality.MANUAL, Quality.UNCERTAIN, Quality.OUT_OF_RANGE, Quality.BAD, Quality.COMM_LOST)


def work(node: Node, values: Mapping[str, Reading]) -> Reading:
    """Work a tree out as the engine does."""

    def tag(path: str) -> Work:
        def read() -> Reading:
            return values[path]

        return read

    def over(node: Over) -> Work:
        raise AssertionError(node)

    return worker(node, tag, over)()


def mixed(*qualities: int) -> int:
    """The worst, and of equals one that says why."""
    top = max(severity(q) for q in qualities)
    told = [q for q in qualities if severity(q) == top]
    return next((q for q in told if q not in (0, 64, 128)), told[0])


def oracle(node: Node, values: Mapping[str, Reading]) -> Reading:
    """Say by the document's words what a tree gives: recursion, no short cuts."""
    if isinstance(node, Number):
        return node.value, 0
    if isinstance(node, Tag):
        return values[node.path]
    assert isinstance(node, Apply)
    args = [oracle(arg, values) for arg in node.args]
    if node.op is Op.GOOD:
        return float(args[0][1] < 128), 0
    if node.op is Op.IF:
        used = [args[0]] if args[0][1] >= 128 else [args[0], args[1] if args[0][0] else args[2]]
        return _of(used[-1][0], [q for _, q in used])
    if node.op in (Op.AND, Op.OR):
        decided = [(x, q) for x, q in args if q < 128 and bool(x) is (node.op is Op.OR)]
        if decided:
            return float(node.op is Op.OR), min((q for _, q in decided), key=severity)
        return _of(float(node.op is Op.AND), [q for _, q in args])
    qualities = [q for _, q in args]
    if max(qualities) >= 128:
        return NAN, mixed(*qualities)
    found = plain(node.op, [x for x, _ in args])
    return (found, mixed(*qualities)) if found is not None and math.isfinite(found) else (NAN, 128)


def _of(value: float, qualities: list[int]) -> Reading:
    return (value, mixed(*qualities)) if max(qualities) < 128 else (NAN, mixed(*qualities))


def _power(a: float, b: float) -> float | None:
    found = a**b
    return None if isinstance(found, complex) else found


PLAIN: dict[Op, Callable[..., float | None]] = {
    Op.ADD: lambda a, b: a + b,
    Op.SUB: lambda a, b: a - b,
    Op.MUL: lambda a, b: a * b,
    Op.DIV: lambda a, b: a / b,
    Op.POW: _power,
    Op.NEG: lambda a: -a,
    Op.LT: lambda a, b: float(a < b),
    Op.LE: lambda a, b: float(a <= b),
    Op.GT: lambda a, b: float(a > b),
    Op.GE: lambda a, b: float(a >= b),
    Op.EQ: lambda a, b: float(a == b),
    Op.NE: lambda a, b: float(a != b),
    Op.NOT: lambda a: float(not a),
    Op.MIN: min,
    Op.MAX: max,
    Op.ABS: abs,
    Op.SQRT: math.sqrt,
    Op.CLAMP: lambda a, low, high: low if a < low else min(a, max(low, high)),
}


def plain(op: Op, values: list[float]) -> float | None:
    """Plain arithmetic; None where there is no value."""
    try:
        return PLAIN[op](*values)
    except (ZeroDivisionError, OverflowError, ValueError):
        return None


def _trees(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    def of(ops: tuple[Op, ...], args: st.SearchStrategy[tuple[Node, ...]]) -> st.SearchStrategy[Node]:
        return st.builds(Apply, st.sampled_from(ops), args)

    one = (Op.NEG, Op.NOT, Op.ABS, Op.SQRT, Op.GOOD)
    three = (Op.IF, Op.CLAMP)
    two = tuple(op for op in Op if op not in (*one, *three, Op.ROUND, Op.MIN, Op.MAX))
    return st.one_of(
        of(one, st.tuples(children)),
        of(two, st.tuples(children, children)),
        of(three, st.tuples(children, children, children)),
        of((Op.MIN, Op.MAX), st.lists(children, min_size=2, max_size=4).map(tuple)),
    )


_NUMBERS = st.one_of(st.sampled_from((0.0, 1.0, -1.0, 2.0)), st.floats(-1e6, 1e6))
_LEAVES: st.SearchStrategy[Node] = st.one_of(st.builds(Number, _NUMBERS), st.sampled_from(NAMES).map(Tag))
_READINGS = st.tuples(_NUMBERS, st.sampled_from(QUALITIES).map(int))


@given(st.recursive(_LEAVES, _trees, max_leaves=25), st.fixed_dictionaries(dict.fromkeys(NAMES, _READINGS)))
def test_any_tree_gives_what_the_oracle_gives(node: Node, values: dict[str, Reading]) -> None:
    """Arithmetic, comparison, three-valued logic and quality; nothing raises, and what is bad carries no number."""
    value, quality = work(node, values)
    expected, grade = oracle(node, values)
    assert quality == grade
    if quality < 128 or isinstance(node, Tag):
        assert value == expected
    else:
        assert math.isnan(value)


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [(2.5, 0, 3.0), (-2.5, 0, -3.0), (0.125, 2, 0.13), (-0.4, 0, 0.0), (1e300, 3, 1e300), (12.345, 1, 12.3)],
)
def test_halves_are_rounded_away_from_zero(value: float, decimals: int, rounded: float) -> None:
    """As people round, and nothing overflows."""
    assert work(Apply(Op.ROUND, (Number(value), Number(decimals))), {}) == (rounded, 0)


@given(st.sampled_from(QUALITIES), st.sampled_from(QUALITIES))
def test_the_worse_of_two_qualities_is_of_the_worst_severity(one: int, other: int) -> None:
    """In either order, and of equal severity one that says why."""
    assert severity(worse(one, other)) == max(severity(one), severity(other)) == severity(worse(other, one))
    assert worse(one, other) == mixed(one, other)


@pytest.mark.parametrize(
    ("op", "a", "b", "result"),
    [
        (Op.AND, (0.0, 64), (0.0, 0), (0.0, 0)),
        (Op.AND, (0.0, 0), (0.0, 64), (0.0, 0)),
        (Op.AND, (0.0, 64), (1.0, 0), (0.0, 64)),
        (Op.AND, (1.0, 64), (1.0, 0), (1.0, 64)),
        (Op.AND, (NAN, 129), (0.0, 0), (0.0, 0)),
        (Op.OR, (1.0, 64), (1.0, 0), (1.0, 0)),
        (Op.OR, (NAN, 129), (1.0, 64), (1.0, 64)),
        (Op.OR, (0.0, 0), (0.0, 64), (0.0, 64)),
    ],
)
def test_the_side_that_decides_gives_its_quality(op: Op, a: Reading, b: Reading, result: Reading) -> None:
    """Of two that decide the better one; of none both count."""
    assert work(Apply(op, (Tag("a"), Tag("b"))), {"a": a, "b": b}) == result
