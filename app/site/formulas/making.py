"""One formula whole: from its text to what the model keeps, or to everything that is wrong with it."""

from __future__ import annotations

from app.model.formulas.spec import Formula, inputs_of
from app.model.spec import TagKind, TagSpec
from app.site.formulas.checking import Checked, Names, checked, converted
from app.site.formulas.grammar import parse
from app.site.formulas.syntax import Call, Problem, Reference, Syntax
from app.site.formulas.units import unit_of

__all__ = ["Problems", "references", "value_of", "when_of"]

Problems = tuple[Problem, ...]


def value_of(text: str, tag: TagSpec, names: Names) -> Formula | Problems:
    """Return the formula of a calculated tag: its value in the tag's unit, a truth for a discrete one."""
    syntax = parse(text)
    if isinstance(syntax, Problem):
        return (syntax,)
    found = checked(syntax, names, alone=True)
    if isinstance(found, tuple):
        return found
    if message := _misfit(found, tag):
        return (Problem(found.at, message),)
    return _formula(text, found if found.unit is None else converted(found, unit_of(tag.unit)), names)


def when_of(text: str, names: Names) -> Formula | Problems:
    """Return the formula of an alarm, which is true or false."""
    syntax = parse(text)
    if isinstance(syntax, Problem):
        return (syntax,)
    found = checked(syntax, names, alone=False)
    if isinstance(found, tuple):
        return found
    if not found.truth:
        return (Problem(found.at, "an alarm needs something true or false, such as `level > 3` or a discrete tag"),)
    return _formula(text, found, names)


def references(text: str) -> tuple[Reference, ...]:
    """Return the tags that a formula speaks of; nothing for one that cannot be read."""
    syntax = parse(text)
    todo: list[Syntax] = [] if isinstance(syntax, Problem) else [syntax]
    found = []
    while todo:
        one = todo.pop()
        if isinstance(one, Call):
            todo += one.args
        elif isinstance(one, Reference) and not one.parameter:
            found.append(one)
    return tuple(found)


def _misfit(found: Checked, tag: TagSpec) -> str:
    if tag.kind is TagKind.TEXT:
        return "a formula makes no text: give the tag another kind"
    if found.truth != (tag.kind is TagKind.DISCRETE):
        here = "it is true or false" if found.truth else "it is a number"
        return f"{here}, but the tag is of kind {tag.kind.value}"
    unit = unit_of(tag.unit)
    if found.unit is not None and found.said.dims != unit.dims:
        given = str(found.said) if found.said.dims else "a number without a unit"
        return f"it gives {given}, but the unit of the tag is {tag.unit or 'none'}"
    return ""


def _formula(text: str, found: Checked, names: Names) -> Formula | Problems:
    """Return the formula with the text that people will read: parameters by their values, as they count."""
    if not inputs_of(found.node):
        return (Problem(found.at, "it speaks of no tag: a value that never changes needs no formula"),)
    for name, value in names.parameters.items():
        text = text.replace(f"{{{name}}}", f"{value:.10g}")
    return Formula(" ".join(text.split()), found.node)
