"""Calculated tags: which there are, and what their formulas say. A formula of a type belongs to every instance that has
what it speaks of; one of a station must find its tags."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from app.model.formulas.soundness import loops
from app.model.formulas.spec import Formula, inputs_of
from app.model.spec import TagSpec
from app.site.compiling.bench import Bench
from app.site.compiling.conditions import full_path
from app.site.compiling.diagnostics import RESERVED
from app.site.compiling.instance import Instance
from app.site.compiling.keeping import check_keep
from app.site.compiling.layers import Layer, Layers
from app.site.compiling.tags import check_tag, tag_of
from app.site.forms.station import StationFile
from app.site.formulas.checking import Names
from app.site.formulas.making import Problems, references, value_of
from app.site.validating import Read, suggestion

__all__ = ["Scope", "add_calculated", "noted", "settle_formulas"]

_WORDS_OF_A_PATH = 3


@dataclass(frozen=True, slots=True)
class Scope:
    """Who says a formula, and what its words mean there. `said` are the layers that say it, under `word`."""

    said: Layers
    word: str
    facility: str
    equipment: str
    bench: Bench
    instance: Instance | None = None
    parameters: Mapping[str, float] = field(default_factory=dict)

    @property
    def of_type(self) -> bool:
        """True where the type says it, for all its instances."""
        layer = self.said.layer(self.word)
        return self.instance is not None and layer.source is not self.instance.station.document

    @property
    def names(self) -> Names:
        return Names(self._tag, self.parameters)

    def path(self, ref: str) -> str:
        """Return the path that a reference means here."""
        if ref.partition("/")[0] in RESERVED:
            return ref
        return full_path(ref, self.facility, self.equipment) if ref.count("/") < _WORDS_OF_A_PATH else ref

    def left_out(self, text: str) -> bool:
        """Return whether a formula of a type has no place here: this instance, its station or its layout lack a role
        that other instances have."""
        if not self.of_type:
            return False
        missing = [r.name for r in references(text) if self.path(r.name) not in self.bench.tags]
        return any(self._known_elsewhere(ref) for ref in missing)

    def _known_elsewhere(self, ref: str) -> bool:
        if "/" not in ref:
            return self.instance is not None and ref in self.instance.template.tags
        roles = {role for template in self.bench.templates.values() for role in template.tags}
        return ref.count("/") == 1 and ref.rpartition("/")[2] in roles and ref.partition("/")[0] not in RESERVED

    def _tag(self, ref: str) -> TagSpec | str | None:
        path, bench = self.path(ref), self.bench
        if path.count("/") != _WORDS_OF_A_PATH - 1 and path.partition("/")[0] not in RESERVED:
            return f"{ref!r} is no tag: write a role, equipment/role or facility/equipment/role"
        found = bench.tags.get(path) or bench.diagnostics.get(path)
        if found is not None:
            return found
        if "/" not in ref and self.instance is not None and self.instance.path not in bench.loose:
            roles = (*self.instance.template.tags, *(p.rpartition("/")[2] for p in bench.tags if self._own(p)))
            return f"the {self.instance.template.name} has no role {ref!r}{suggestion(ref, roles)}"
        known = {**bench.tags, **bench.diagnostics} if path.partition("/")[0] in RESERVED else bench.tags
        return (f"there is no tag {path!r}{suggestion(path, known)}" if bench.tag_missing(path) else "") or None

    def _own(self, path: str) -> bool:
        return path.startswith(f"{self.facility}/{self.equipment}/")


def noted(scope: Scope, name: str, made: Formula | Problems) -> Formula | None:
    """Return the formula, or None with its faults noted at their characters."""
    if isinstance(made, Formula):
        return made
    for problem in made:
        scope.said.fault(scope.word, f"{name}: {problem.message}", at=problem.at)
    return None


def add_calculated(station: Read[StationFile], instances: list[Instance], bench: Bench) -> None:
    """Put the tags of a station's equipment that have formulas on the bench, then its further ones."""
    for instance in instances:
        _add_roles(instance, bench)
    owners = {instance.id: instance for instance in instances}
    for ref, form in station.form.calculated.items():
        equipment, _, role = ref.partition("/")
        said = Layers((Layer(station.document, ("calculated", ref), form),))
        owner = owners.get(equipment)
        parameters = owner.parameters if owner else station.form.parameters
        scope = Scope(said, "formula", station.form.station, equipment, bench, owner, parameters)
        check_tag(said)
        _add(scope, f"{station.form.station}/{equipment}/{role}")


def _add_roles(instance: Instance, bench: Bench) -> None:
    """A role that the layout places is read from the device; only one that it does not place is worked out."""
    if instance.path in bench.loose:
        return
    for role, base in instance.template.tags.items():
        path, own = f"{instance.path}/{role}", instance.form.tags.get(role)
        said = base.over(Layer(instance.station.document, (*instance.loc, "tags", role), own) if own else None)
        if not said.says("formula") or path in bench.tags or role in instance.form.omit:
            continue
        check_tag(said, besides=bench.wrong.get((instance.template.name, role), frozenset()))
        scope = Scope(said, "formula", instance.facility, instance.id, bench, instance, instance.parameters)
        _add(scope, path)


def _add(scope: Scope, path: str) -> None:
    bench, said = scope.bench, scope.said
    check_keep(said, bench)
    bench.said[path] = said
    tag = replace(tag_of(path, said, "", None), group="")
    layer = said.layer("formula")
    if bench.add_tag(tag, Layer(layer.source, layer.loc, layer.form)):
        bench.calculated[path] = scope


def settle_formulas(bench: Bench) -> None:
    """Leave out formulas of types that have no place here, then make all others; a tag that needs itself is a fault."""
    scopes: dict[str, Scope] = bench.calculated
    texts = {path: str(scope.said.get("formula")) for path, scope in scopes.items()}
    while absent := [path for path, scope in scopes.items() if scope.left_out(texts[path])]:
        for path in absent:
            del bench.tags[path], bench.placed[path], bench.said[path], scopes[path]
    for path, scope in scopes.items():
        made = noted(scope, path, value_of(texts[path], bench.tags[path], scope.names))
        bench.tags[path] = replace(bench.tags[path], formula=made)
    for circle in _circles(bench):
        scopes[circle[0]].said.fault("formula", f"{circle[0]} is made of itself: {' → '.join(circle)}", at=0)


def _circles(bench: Bench) -> Iterator[tuple[str, ...]]:
    made = {path: bench.tags[path].formula for path in bench.calculated}
    return loops({path: inputs_of(formula.root) for path, formula in made.items() if formula is not None})
