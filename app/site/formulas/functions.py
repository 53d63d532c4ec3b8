"""Every sign and function of the language: how it is written, and what it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final

from app.model.formulas.spec import Op, OverTime

__all__ = ["FUNCTIONS", "Function", "Kind", "OverForm", "time_form"]


class Kind(Enum):
    """Whether a function works on one instant or over time."""

    VALUE = "value"
    TIME = "time"


@dataclass(frozen=True, slots=True)
class Function:
    """`written` shows its form to a person."""

    kind: Kind
    fewest: int
    most: int
    written: str
    op: Op | None = None


@dataclass(frozen=True, slots=True)
class OverForm:
    """One form of a function of time. `per_time`: its unit is that of its argument times (+1) or per (-1) second.
    `counts`: it counts. `truth`: its argument must be true or false; `keeps_truth`: it is what its argument is."""

    function: OverTime
    today: bool = False
    accumulates: bool = False
    per_time: int = 0
    counts: bool = False
    truth: bool = False
    keeps_truth: bool = False


def _value(op: Op, fewest: int, most: int, written: str) -> Function:
    return Function(Kind.VALUE, fewest, most, written, op)


def _signs() -> dict[str, Function]:
    two = (op for op in Op if not op.value.isalpha() or op in (Op.AND, Op.OR))
    return {
        **{op.value: _value(op, 2, 2, f"a {op.value} b") for op in two},
        "neg": _value(Op.NEG, 1, 1, "-a"),
        "not": _value(Op.NOT, 1, 1, "not a"),
    }


FUNCTIONS: Final[Mapping[str, Function]] = {
    "if": _value(Op.IF, 3, 3, "if(condition, then, else)"),
    "min": _value(Op.MIN, 2, 50, "min(a, b, …); over time: lowest(x, 10min)"),
    "max": _value(Op.MAX, 2, 50, "max(a, b, …); over time: highest(x, 10min)"),
    "abs": _value(Op.ABS, 1, 1, "abs(x)"),
    "round": _value(Op.ROUND, 1, 2, "round(x) or round(x, 2)"),
    "sqrt": _value(Op.SQRT, 1, 1, "sqrt(x)"),
    "clamp": _value(Op.CLAMP, 3, 3, "clamp(x, low, high)"),
    "good": _value(Op.GOOD, 1, 1, "good(x)"),
    **{name: Function(Kind.TIME, 2, 2, f"{name}(x, 10min)") for name in ("avg", "lowest", "highest", "rate", "delay")},
    "increase": Function(Kind.TIME, 2, 2, "increase(counter, 1h)"),
    "total": Function(Kind.TIME, 1, 2, "total(x) or total(x, 1h)"),
    "runtime": Function(Kind.TIME, 1, 2, "runtime(run) or runtime(run, 24h)"),
    "starts": Function(Kind.TIME, 1, 2, "starts(run) or starts(run, 1h)"),
    **{name: Function(Kind.TIME, 1, 1, f"{name}(run)") for name in ("since", "runtime_today", "starts_today")},
    "total_today": Function(Kind.TIME, 1, 1, "total_today(x)"),
    "increase_today": Function(Kind.TIME, 1, 1, "increase_today(counter)"),
    **_signs(),
}

_TOTAL: Final = OverTime.TOTAL
_WINDOWS: Final = {
    "avg": OverForm(OverTime.AVG),
    "lowest": OverForm(OverTime.LOWEST, keeps_truth=True),
    "highest": OverForm(OverTime.HIGHEST, keeps_truth=True),
    "rate": OverForm(OverTime.RATE, per_time=-1),
    "delay": OverForm(OverTime.DELAY, keeps_truth=True),
    "increase": OverForm(OverTime.INCREASE),
    "total": OverForm(_TOTAL, per_time=1),
    "runtime": OverForm(_TOTAL, per_time=1, truth=True),
    "starts": OverForm(OverTime.STARTS, counts=True, truth=True),
}
_ALONE: Final = {
    "since": OverForm(OverTime.SINCE, per_time=1, truth=True),
    "total": OverForm(_TOTAL, accumulates=True, per_time=1),
    "runtime": OverForm(_TOTAL, accumulates=True, per_time=1, truth=True),
    "starts": OverForm(OverTime.STARTS, accumulates=True, counts=True, truth=True),
    "total_today": OverForm(_TOTAL, today=True, accumulates=True, per_time=1),
    "runtime_today": OverForm(_TOTAL, today=True, accumulates=True, per_time=1, truth=True),
    "starts_today": OverForm(OverTime.STARTS, today=True, accumulates=True, counts=True, truth=True),
    "increase_today": OverForm(OverTime.INCREASE, today=True, accumulates=True),
}


def time_form(name: str, arguments: int) -> OverForm:
    """Return what a function of time is with so many arguments."""
    return _WINDOWS[name] if arguments == 2 else _ALONE[name]
