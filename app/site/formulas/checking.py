"""From syntax to the model's tree: tags found, units fitted, constants worked out, every fault with its place."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from app.model.formulas.soundness import MOST_DEEP, MOST_NODES, depth_of
from app.model.formulas.spec import Apply, Node, Number, Op, Over, nodes_of
from app.model.formulas.spec import Tag as TagNode
from app.model.spec import TagKind, TagSpec
from app.site.formulas.constants import constant
from app.site.formulas.functions import FUNCTIONS, Kind, OverForm, time_form
from app.site.formulas.syntax import Call, Problem, Quantity, Reference, Syntax
from app.site.formulas.units import NONE, SECOND, Unit, unit_of
from app.site.validating import suggestion

__all__ = ["Checked", "Names", "checked", "converted"]


@dataclass(frozen=True, slots=True)
class Names:
    """What a formula may speak of. `tag` returns a tag for a word as written, or a sentence about what is wrong; None
    if that was noted elsewhere."""

    tag: Callable[[str], TagSpec | str | None]
    parameters: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Checked:
    """A part of a formula. `unit` is None for a plain number, which takes that of what it stands beside. `truth`: it is
    1 or 0."""

    node: Node
    at: int
    unit: Unit | None = None
    truth: bool = False

    @property
    def said(self) -> Unit:
        return self.unit or NONE


class Wrong(Exception):
    """A part that has faults: they were noted."""


def checked(syntax: Syntax, names: Names, *, alone: bool) -> Checked | tuple[Problem, ...]:
    """Return the formula checked, or everything that is wrong with it. `alone`: it is a tag's own, so that it may keep
    a sum."""
    checker = _Checker(names)
    try:
        found = checker.part(syntax, root=alone)
    except Wrong:
        return tuple(checker.problems)
    if checker.problems:
        return tuple(checker.problems)
    if depth_of(found.node) > MOST_DEEP or len(list(nodes_of(found.node))) > MOST_NODES:
        return (Problem(found.at, "too large: give parts of it tags of their own"),)
    return found


_COMPARING: Final = (Op.LT, Op.LE, Op.GT, Op.GE, Op.EQ, Op.NE)
_LOGICAL: Final = (Op.AND, Op.OR, Op.NOT)


class _Checker:
    def __init__(self, names: Names) -> None:
        self._names = names
        self.problems: list[Problem] = []
        self._depth = 0

    def part(self, syntax: Syntax, *, root: bool = False) -> Checked:
        """Return a part checked; raises Wrong when it cannot be understood, with its faults noted."""
        if isinstance(syntax, Quantity):
            return self._quantity(syntax)
        if isinstance(syntax, Reference):
            return self._parameter(syntax) if syntax.parameter else self._tag(syntax)
        if syntax.name in ("true", "false"):
            return Checked(Number(float(syntax.name == "true")), syntax.at, NONE, truth=True)
        self._depth += 1
        if self._depth > MOST_DEEP:
            raise self._wrong(syntax.at, "nested too deeply: give parts of it tags of their own")
        try:
            return self._call(syntax, root)
        finally:
            self._depth -= 1

    def _wrong(self, at: int, message: str) -> Wrong:
        self.problems.append(Problem(at, message))
        return Wrong()

    def _all(self, parts: tuple[Syntax, ...]) -> list[Checked]:
        """Return all parts checked, so that faults of each are noted before it ends."""
        found = []
        for one in parts:
            try:
                found.append(self.part(one))
            except Wrong:
                continue
        if len(found) < len(parts):
            raise Wrong
        return found

    # ---- values

    def _quantity(self, said: Quantity) -> Checked:
        if not math.isfinite(said.value) or abs(said.value) > 1e15:
            raise self._wrong(said.at, "not a number that a site can use")
        return Checked(Number(said.value), said.at, unit_of(said.unit) if said.unit else None)

    def _parameter(self, said: Reference) -> Checked:
        if said.name not in self._names.parameters:
            hint = suggestion(said.name, self._names.parameters)
            raise self._wrong(said.at, f"the parameter {said.name!r} is not given{hint}")
        return Checked(Number(float(self._names.parameters[said.name])), said.at)

    def _tag(self, said: Reference) -> Checked:
        tag = self._names.tag(said.name)
        if tag is None:
            raise Wrong
        if isinstance(tag, str):
            raise self._wrong(said.at, tag if "did you mean" in tag else tag + _spaces(said.name))
        if tag.kind is TagKind.TEXT:
            raise self._wrong(said.at, f"{tag.path} is a text: nothing can be worked out of it")
        return Checked(TagNode(tag.path), said.at, unit_of(tag.unit), truth=tag.kind is TagKind.DISCRETE)

    # ---- what is made of them

    def _call(self, said: Call, root: bool) -> Checked:
        function = FUNCTIONS.get(said.name)
        if function is None:
            raise self._wrong(said.at, f"there is no function {said.name!r}{suggestion(said.name, FUNCTIONS)}")
        if not function.fewest <= len(said.args) <= function.most:
            raise self._wrong(said.at, f"{said.name} is written {function.written}")
        if function.kind is Kind.TIME:
            return self._over(said, time_form(said.name, len(said.args)), root)
        args = self._all(said.args)
        assert function.op is not None
        found = self._applied(said, function.op, args)
        folded = constant(found.node)
        if isinstance(folded, str):
            raise self._wrong(said.at, folded)
        return Checked(folded, found.at, found.unit, found.truth) if folded is not found.node else found

    def _applied(self, said: Call, op: Op, args: list[Checked]) -> Checked:
        if op in _COMPARING:
            args = self._alike(said, args, "compared with")
            return Checked(_apply(op, args), said.at, NONE, truth=True)
        if op in _LOGICAL:
            self._truths(args, said.name)
            return Checked(_apply(op, args), said.at, NONE, truth=True)
        if op is Op.GOOD:
            return Checked(_apply(op, args), said.at, NONE, truth=True)
        if op is Op.IF:
            return self._if(said, args)
        if op in (Op.MUL, Op.DIV):
            return self._product(said, op, args)
        if op is Op.POW:
            return self._power(said, args)
        if op is Op.SQRT:
            return self._root(said, args[0])
        if op is Op.ROUND:
            return self._round(said, args)
        words = {Op.ADD: "added to", Op.SUB: "subtracted from"}.get(op, "compared with")
        args = self._alike(said, args, words)
        return Checked(_apply(op, args), said.at, args[0].unit)

    def _if(self, said: Call, args: list[Checked]) -> Checked:
        self._truths(args[:1], "if")
        branches = self._alike(said, args[1:], "chosen beside")
        truth = all(b.truth for b in branches)
        return Checked(_apply(Op.IF, [args[0], *branches]), said.at, branches[0].unit, truth=truth)

    def _truths(self, args: list[Checked], name: str) -> None:
        for arg in args:
            if not arg.truth:
                self._wrong(arg.at, f"{name} wants something true or false here, such as `level > 3` or a discrete tag")
        if self.problems:
            raise Wrong

    def _alike(self, said: Call, args: list[Checked], words: str) -> list[Checked]:
        """Return the arguments in the unit of the first that has one. A plain number takes that unit, if a person
        wrote it somewhere: what only came about by multiplication is too easily taken for another."""
        model = next((a for a in args if a.unit is not None), None)
        if model is None:
            return args
        found = []
        for arg in args:
            if arg.unit is None:
                if model.said.dims and not model.said.name and arg.node != Number(0.0):
                    self._wrong(arg.at, f"say the unit of this number: it stands beside {model.said}")
                found.append(Checked(arg.node, arg.at, model.unit))
            elif arg.unit.dims != model.said.dims:
                self._wrong(said.at, f"{_name(arg.unit)} cannot be {words} {_name(model.said)}")
            else:
                found.append(converted(arg, model.said))
        if len(found) < len(args) or self.problems:
            raise Wrong
        return found

    def _product(self, said: Call, op: Op, args: list[Checked]) -> Checked:
        left, right = args
        if op is Op.DIV and isinstance(right.node, Number) and right.node.value == 0.0:
            raise self._wrong(right.at, "divides by zero")
        node = _apply(op, args)
        if left.unit is None and right.unit is None:
            return Checked(node, said.at)
        if not right.said.dims and right.said.factor == 1:
            return Checked(node, said.at, left.said)  # keeps the name that a person gave it
        if op is Op.MUL and not left.said.dims and left.said.factor == 1:
            return Checked(node, said.at, right.said)
        return Checked(node, said.at, left.said.times(right.said, 1 if op is Op.MUL else -1))

    def _power(self, said: Call, args: list[Checked]) -> Checked:
        base, exponent = args
        if not isinstance(exponent.node, Number) or exponent.said.dims:
            raise self._wrong(exponent.at, "the exponent is a number, such as 2")
        power = exponent.node.value
        if not base.said.dims and base.said.factor == 1:
            return Checked(_apply(Op.POW, args), said.at, base.unit)
        if power != int(power) or not 1 <= abs(power) <= 6:
            raise self._wrong(exponent.at, f"{base.said} is raised to whole powers from 1 to 6 only")
        return Checked(_apply(Op.POW, args), said.at, base.said.raised(int(power)))

    def _root(self, said: Call, arg: Checked) -> Checked:
        unit = arg.said.root()
        if unit is None:
            raise self._wrong(arg.at, f"{arg.said} has no square root")
        if arg.unit is None:
            return Checked(_apply(Op.SQRT, [arg]), said.at)
        return Checked(_apply(Op.SQRT, [converted(arg, arg.said.base())]), said.at, unit)

    def _round(self, said: Call, args: list[Checked]) -> Checked:
        if len(args) == 2 and (not isinstance(args[1].node, Number) or args[1].node.value not in range(7)):
            raise self._wrong(args[1].at, "round wants 0 to 6 decimals, as a number")
        return Checked(_apply(Op.ROUND, args), said.at, args[0].unit)

    # ---- time

    def _over(self, said: Call, form: OverForm, root: bool) -> Checked:
        args = self._all(said.args)
        arg = args[0]
        if form.accumulates and not root:
            raise self._wrong(said.at, f"{said.name} keeps a sum of its own: give it a tag, and speak of that tag here")
        if form.truth and not arg.truth:
            raise self._wrong(arg.at, f"{said.name} wants something true or false, such as `run` or `level > 3`")
        seconds = self._seconds(args[1], said.name) if len(args) == 2 else 0.0
        unit = arg.said
        if form.per_time:
            unit = unit.times(SECOND, form.per_time)
        elif form.counts:
            unit = NONE
        node = Over(form.function, arg.node, seconds, form.today)
        return Checked(node, said.at, unit, truth=form.keeps_truth and arg.truth)

    def _seconds(self, arg: Checked, name: str) -> float:
        if not isinstance(arg.node, Number) or arg.said.dims != SECOND.dims:
            raise self._wrong(arg.at, f"{name} wants a time here, such as 10min, 1h or 1d")
        seconds = float(arg.node.value * arg.said.factor)
        if not 1.0 <= seconds <= 31 * 86_400.0:
            raise self._wrong(arg.at, f"{name} takes a time from 1 s to 31 d")
        return seconds


def _apply(op: Op, args: list[Checked]) -> Node:
    return Apply(op, tuple(arg.node for arg in args))


def _name(unit: Unit) -> str:
    return str(unit) if unit.dims else f"a value without a unit{f' ({unit.name})' if unit.name else ''}"


def converted(arg: Checked, unit: Unit) -> Checked:
    """Return a value in another unit of the same dimension. A sum that is kept is kept in that unit."""
    ratio: Fraction = arg.said.factor / unit.factor
    if isinstance(arg.node, Over) and arg.node.accumulates:
        return Checked(replace(arg.node, scale=float(ratio)), arg.at, unit)
    if ratio == 1:
        return Checked(arg.node, arg.at, unit, arg.truth)
    if isinstance(arg.node, Number):
        return Checked(Number(float(Fraction(arg.node.value) * ratio)), arg.at, unit)
    return Checked(Apply(Op.MUL, (arg.node, Number(float(ratio)))), arg.at, unit)


def _spaces(name: str) -> str:
    sign = next((s for s in "/-" if s in name), "")
    word = {"/": "a division", "-": "a subtraction"}.get(sign, "")
    return f" ({word} has spaces around its sign)" if word and name.count("/") != 2 else ""
