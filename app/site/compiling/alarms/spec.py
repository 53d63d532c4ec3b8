"""One alarm from its draft to the model's record, with every fault that concerns it alone."""

from __future__ import annotations

from app.model.alarms.spec import AlarmKind, AlarmSpec
from app.model.formulas.spec import Formula
from app.model.spec import Condition, Label, TagKind
from app.site.compiling.alarms.draft import Draft
from app.site.compiling.alarms.numbers import check_words, deadband_of, limit_of, side_of
from app.site.compiling.alarms.words import default_label
from app.site.compiling.bench import Bench
from app.site.compiling.conditions import full_path, parse, spoken
from app.site.compiling.equipment import blame, condition_of, missing_tag
from app.site.compiling.formulas import Scope, noted
from app.site.compiling.layers import Layer
from app.site.compiling.types import Written
from app.site.forms.alarms import SentenceForm
from app.site.forms.conditions import ConditionForm
from app.site.formulas.making import when_of

__all__ = ["alarm_of"]

_OF_TAGS = (
    AlarmKind.LIMIT, AlarmKind.DEVIATION, AlarmKind.RATE, AlarmKind.STATE, AlarmKind.STUCK, AlarmKind.EXPRESSION,
)  # fmt: skip
_VALUES = {"uncommanded_run": (1,), "uncommanded_stop": (0,), "comm": (2,)}


def alarm_of(draft: Draft, bench: Bench) -> AlarmSpec | None:
    """Return the alarm, or None: with a fault noted, or left out because its set-point, or a tag that the formula of
    its type speaks of, does not exist here."""
    said, home = draft.said, draft.home
    kind = draft.fixed or said.get("kind") or _usual_kind(draft)
    if kind not in _OF_TAGS and draft.fixed is None:
        draft.fault("kind", f"the kind {kind.value} is for equipment or devices, not for tags")
        return None
    setpoint = _setpoint(draft, bench) if kind is AlarmKind.DEVIATION and said.says("setpoint") else ""
    if not check_words(draft, kind) or setpoint is None:
        return None
    when = _when(draft, bench) if kind is AlarmKind.EXPRESSION else None
    if kind is AlarmKind.EXPRESSION and when is None:
        return None
    side = side_of(draft, kind) if kind in _OF_TAGS else 0
    limit = limit_of(draft, kind, side)
    values = _VALUES.get(draft.name, ()) if draft.fixed else _values(draft, kind)
    label = said.get("label")
    return AlarmSpec(
        path=draft.path,
        name=draft.name,
        kind=kind,
        label=label.label() if label else default_label(kind, draft.name, draft.tag, side=side, values=values),
        priority=said.get("priority"),
        consequence=_sentence(said.get("consequence")),
        action=_sentence(said.get("action")),
        respond_s=said.get("respond_s"),
        tag=draft.tag.path if draft.tag else "",
        facility=home.facility,
        equipment=home.equipment,
        device=home.device,
        areas=home.areas,
        limit=limit,
        side=side,
        deadband=deadband_of(draft, kind, limit, side),
        on_delay_s=said.get("on_delay_s"),
        off_delay_s=said.get("off_delay_s"),
        values=values,
        setpoint=setpoint,
        window_s=said.get("window_s") or 0.0,
        latching=said.get("latching"),
        ack_required=said.get("ack_required"),
        re_alarm_s=said.get("re_alarm_s"),
        group=_group(draft),
        suppress=_suppress(draft, bench),
        page=said.get("page"),
        target=_target(draft, bench),
        when=when,
    )


def _sentence(form: SentenceForm) -> Label:
    return Label(zh=form.zh, en=form.en)


def _when(draft: Draft, bench: Bench) -> Formula | None:
    """Return the formula of an expression, None with its faults noted or where it has no place."""
    home, text = draft.home, str(draft.said.get("when"))
    equipment = _equipment_id(draft) or draft.owner.split("/")[1]
    scope = Scope(draft.said, "when", home.facility, equipment, bench, home.instance, home.parameters)
    if scope.left_out(text):
        return None
    return noted(scope, draft.path, when_of(text, scope.names))


def _usual_kind(draft: Draft) -> AlarmKind:
    if draft.said.says("when"):
        return AlarmKind.EXPRESSION
    discrete = draft.tag is not None and draft.tag.kind in (TagKind.DISCRETE, TagKind.ENUM)
    return AlarmKind.STATE if discrete else AlarmKind.LIMIT


def _values(draft: Draft, kind: AlarmKind) -> tuple[int, ...]:
    """Return the states that alarm: as said, or those that the tag calls abnormal."""
    tag = draft.tag
    if kind is not AlarmKind.STATE or tag is None:
        return ()
    values: tuple[int, ...] = draft.said.get("values") or tag.abnormal
    if not values:
        draft.fault("values", "say in which `values` it comes: its tag calls none abnormal")
    known = {state.value for state in tag.states} or {0, 1}
    if strange := [str(value) for value in values if value not in known]:
        draft.fault("values", f"{', '.join(strange)} is not one of the states {', '.join(map(str, sorted(known)))}")
    return values


def _setpoint(draft: Draft, bench: Bench) -> str | None:
    """Return the path of the set-point's tag; None if there is none, which is a fault unless the type knows the role:
    then this layout lacks it."""
    ref, layer = draft.said.get("setpoint"), draft.said.layer("setpoint")
    path = full_path(ref, draft.home.facility, _equipment_id(draft))
    if path in bench.tags:
        return path
    instance = draft.home.instance
    if instance is None:
        draft.fault("setpoint", bench.tag_missing(path))
    elif ref not in instance.template.tags and (message := missing_tag(instance, ref, path, layer, bench)):
        blame(instance, layer, message, "setpoint")
    return None


def _group(draft: Draft) -> str:
    """Return the whole name of the first-out group: that of the equipment, or of the station."""
    name = draft.said.get("group")
    if not name:
        return ""
    own = name.removeprefix("station/")
    return f"{draft.home.facility}#{own}" if own != name else f"{draft.home.equipment}#{own}"


def _suppress(draft: Draft, bench: Bench) -> tuple[Condition, ...]:
    layer, instance = draft.said.layer("suppress"), draft.home.instance
    made = []
    for name, form in draft.said.get("suppress").items():
        place = Layer(layer.source, (*layer.loc, "suppress", name), form)
        if instance is not None:
            made.append(condition_of(instance, Written(place, form), bench))
        else:
            made.append(_condition(place, bench))
    return tuple(condition for condition in made if condition is not None)


def _condition(place: Layer, bench: Bench) -> Condition | None:
    """Return a condition that no equipment says: its tag is a whole path."""
    form = place.form
    assert isinstance(form, ConditionForm)
    comparison = parse(form.when, {})
    if isinstance(comparison, str):
        place.source.fault((*place.loc, "when"), comparison)
        return None
    if message := bench.tag_missing(comparison.ref):
        place.source.fault((*place.loc, "when"), message)
        return None
    return spoken(form.label.label(), comparison, comparison.ref)


def _target(draft: Draft, bench: Bench) -> str:
    """Return what an operator is led to: a tag or an equipment of the same station, or by its whole path."""
    ref = draft.said.get("target")
    if not ref:
        return ""
    path = full_path(ref, draft.home.facility, _equipment_id(draft))
    equipment = "/".join((draft.home.facility, ref)) if ref.count("/") == 0 else ref
    known = {*bench.tags, *(tag.rpartition("/")[0] for tag in bench.tags)}
    found = next((p for p in (path, equipment) if p in known), "")
    if not found and bench.tag_missing(path):
        draft.fault("target", f"there is no tag and no equipment {ref!r}")
    return found


def _equipment_id(draft: Draft) -> str:
    return draft.home.equipment.rpartition("/")[2]
