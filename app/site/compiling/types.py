"""Equipment types with everything that they extend folded in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.model.commands.verbs import Verb
from app.model.spec import Label
from app.site.compiling.layers import Layer, Layers
from app.site.forms.conditions import ConditionForm
from app.site.forms.layouts import LayoutTypeForm
from app.site.forms.types import TypesFile
from app.site.validating import Read, suggestion

__all__ = ["Template", "Written", "safe_action_fault", "templates_of"]


@dataclass(frozen=True, slots=True)
class Written:
    """A condition and where it was written."""

    layer: Layer
    form: ConditionForm


@dataclass(frozen=True, slots=True)
class Template:
    """A type, complete. `family` are its own name and the names of what it extends, the most general first."""

    name: str
    layer: Layer
    family: tuple[str, ...]
    label: Label
    symbol: str
    tags: Mapping[str, Layers]
    commands: Mapping[Verb, Layers]
    permissives: Mapping[str, Written]
    interlocks: Mapping[str, Written]
    alarms: Mapping[str, Layers]
    """Of the equipment as a whole; those of a role stand in the role's own form."""
    parameters: Mapping[str, float]
    safe_action: str
    max_starts_per_hour: float | None

    def placing(self, layout: Mapping[str, LayoutTypeForm]) -> list[str]:
        """Return the members of the family that `layout` places, the most general first."""
        return [name for name in self.family if name in layout]


def templates_of(types: Read[TypesFile]) -> tuple[dict[str, Template], set[str]]:
    """Fold every type. Returns the templates, and the names of types that are there but cannot be used, because they
    or what they extend could not be read."""
    found: dict[str, Template] = {}
    broken = set(types.broken)
    for name in types.form.types:
        family = _family(types, name)
        if family is None:
            broken.add(name)
        else:
            found[name] = _fold(types, family)
    return found, broken


def _fold(types: Read[TypesFile], family: list[str]) -> Template:
    forms = [(types.form.types[member], ("types", member)) for member in family]
    own, loc = forms[-1]
    tags: dict[str, Layers] = {}
    commands: dict[Verb, Layers] = {}
    permissives: dict[str, Written] = {}
    interlocks: dict[str, Written] = {}
    alarms: dict[str, Layers] = {}
    parameters: dict[str, float] = {}
    for form, where in forms:
        source = types.document
        tags |= {r: Layers((Layer(source, (*where, "tags", r), t),)) for r, t in form.tags.items()}
        commands |= {v: Layers((Layer(source, (*where, "commands", v.value), c),)) for v, c in form.commands.items()}
        permissives |= _written(types, form.permissives, (*where, "permissives"))
        interlocks |= _written(types, form.interlocks, (*where, "interlocks"))
        alarms |= {n: Layers((Layer(source, (*where, "alarms", n), a),)) for n, a in form.alarms.items()}
        parameters |= form.parameters
    return Template(
        name=family[-1],
        layer=Layer(types.document, loc, own),
        family=tuple(family),
        label=own.label.label(),
        symbol=next((f.symbol for f, _ in reversed(forms) if f.symbol), family[0]),
        tags=tags,
        commands=commands,
        permissives=permissives,
        interlocks=interlocks,
        alarms=alarms,
        parameters=parameters,
        safe_action=next((f.safe_action for f, _ in reversed(forms) if f.safe_action is not None), ""),
        max_starts_per_hour=next((f.max_starts_per_hour for f, _ in reversed(forms) if f.max_starts_per_hour), None),
    )


def safe_action_fault(template: Template, action: str) -> str:
    """Return a sentence if `action` is not a command of the type."""
    if not action or action in {verb.value for verb in template.commands}:
        return ""
    known = ", ".join(verb.value for verb in template.commands) or "none"
    return f"safe_action {action!r} is not a command of {template.name} (it has {known})"


def _written(
    types: Read[TypesFile], conditions: Mapping[str, ConditionForm], loc: tuple[str, ...]
) -> dict[str, Written]:
    return {n: Written(Layer(types.document, (*loc, n), c), c) for n, c in conditions.items()}


def _family(types: Read[TypesFile], name: str) -> list[str] | None:
    """Return what `name` extends, the most general first, then itself; None with a fault if that leads nowhere."""
    family = [name]
    while (parent := types.form.types[family[0]].extends) is not None:
        loc = ("types", family[0], "extends")
        if parent in family:
            types.document.fault(loc, f"the type {parent} extends itself", cause="extends")
            return None
        if parent not in types.form.types:
            if parent not in types.broken:
                types.document.fault(loc, f"unknown type {parent!r}{suggestion(parent, types.form.types)}")
            return None
        family.insert(0, parent)
    return family
