"""An equipment whole: its conditions and commands, once every tag of the site is known."""

from __future__ import annotations

from collections.abc import Mapping

from app.model.commands.verbs import Verb
from app.model.spec import CommandSpec, Condition, Equipment, Label, Place, TargetKind
from app.site.compiling.bench import Bench
from app.site.compiling.conditions import feedback_label, full_path, parse, spoken
from app.site.compiling.instance import Instance, direct_places
from app.site.compiling.layers import Layer, Layers
from app.site.compiling.points import point_of
from app.site.compiling.tags import states_of
from app.site.compiling.types import Written, safe_action_fault
from app.site.forms.points import DirectForm
from app.site.validating import suggestion

__all__ = ["blame", "condition_of", "finish", "missing_tag"]


def finish(instance: Instance, bench: Bench) -> Equipment:
    """Return the equipment, noting what does not fit."""
    prefix = f"{instance.path}/"
    tags = {path.removeprefix(prefix): path for path in bench.tags if path.startswith(prefix)}
    commands = _commands(instance, bench)
    form, template = instance.form, instance.template
    return Equipment(
        path=instance.path,
        facility=instance.facility,
        type=template.name,
        symbol=template.symbol,
        label=instance.label(),
        index=form.index,
        tags=tuple(tags.items()),
        commands=commands,
        permissives=_conditions(instance, "permissives", bench),
        interlocks=_conditions(instance, "interlocks", bench),
        safe_action=_safe_action(instance) if commands else "",
        max_starts_per_hour=form.max_starts_per_hour or template.max_starts_per_hour,
        place=Place(*form.place) if form.place else None,
    )


def _conditions(instance: Instance, key: str, bench: Bench) -> tuple[Condition, ...]:
    document = instance.station.document
    own = {
        name: Written(Layer(document, (*instance.loc, key, name), form), form)
        for name, form in getattr(instance.form, key).items()
    }
    every: Mapping[str, Written] = {**getattr(instance.template, key), **own}
    made = (condition_of(instance, written, bench) for written in every.values())
    return tuple(condition for condition in made if condition is not None)


def condition_of(instance: Instance, written: Written, bench: Bench) -> Condition | None:
    """Return a condition of the instance, or None: with a fault noted, or left out where its tag does not exist."""
    comparison = parse(written.form.when, instance.parameters)
    place = written.layer
    if isinstance(comparison, str):
        place.source.fault((*place.loc, "when"), comparison)
        return None
    path = full_path(comparison.ref, instance.facility, instance.id)
    if path not in bench.tags and written.form.if_present:
        return None
    if message := missing_tag(instance, comparison.ref, path, place, bench):
        blame(instance, place, message, "when")
        return None
    return spoken(written.form.label.label(), comparison, path)


def missing_tag(instance: Instance, ref: str, path: str, place: Layer, bench: Bench) -> str:
    """Say that a tag that is spoken of does not exist; of a role that the type itself lacks, speak of the type."""
    if "/" not in ref and ref not in instance.template.tags and instance.path not in bench.loose:
        extra = f"{instance.path}/{ref}"
        if extra not in bench.tags:
            # Speak of the type that says so, not of each type that extends it.
            owner = place.loc[1] if place.loc[0] == "types" else instance.template.name
            return f"the type {owner} has no role {ref!r}{suggestion(ref, instance.template.tags)}"
    return bench.tag_missing(path)


def blame(instance: Instance, place: Layer, message: str, key: str) -> None:
    """Note a missing tag: at the type if the type is wrong, at the instance if only this one lacks the tag."""
    if place.source is instance.station.document or message.startswith("the type"):
        place.source.fault((*place.loc, key), message)
    else:
        instance.fault(f"{message}, which {'.'.join(map(str, place.loc[2:]))} of its type needs")


def _safe_action(instance: Instance) -> str:
    own = instance.form.safe_action
    if own is None:
        return instance.template.safe_action
    if message := safe_action_fault(instance.template, own):
        instance.fault(message, "safe_action")
    return own


def _commands(instance: Instance, bench: Bench) -> tuple[CommandSpec, ...]:
    if instance.station.form.monitoring_only or not instance.template.commands:
        return ()
    _check_reach(instance)
    direct = direct_places(instance, bench)
    made = []
    for verb, base in instance.template.commands.items():
        own = instance.form.commands.get(verb)
        here = Layer(instance.station.document, (*instance.loc, "commands", verb.value), own) if own else None
        made.append(_command(instance, verb, base.over(here), direct.get(verb), bench))
    return tuple(made)


def _check_reach(instance: Instance) -> None:
    """A command needs a way into the PLC: the station's block and an index there, or registers of its own."""
    form = instance.station.form
    echo = instance.device_form.echo if instance.device_form else "none"
    if ".command_block" in instance.station.broken:
        return
    if form.command_block is None and echo == "block":
        instance.station.document.fault(
            (), "commands need `command_block`; or say `monitoring_only: true`, or `echo: none` at the device"
        )
    elif form.command_block is not None and instance.form.index == 0:
        instance.fault("an equipment with commands needs an `index` (1 or more) in the command block")
    elif form.command_block is not None and instance.device != form.device:
        instance.fault(f"its device {instance.device} is not that of the command block ({form.device})", "device")


def _command(instance: Instance, verb: Verb, said: Layers, direct: Layer | None, bench: Bench) -> CommandSpec:
    low, high = said.get("range") or (None, None)
    target = said.get("target")
    _check_command(verb, said)
    point, code = None, said.get("code")
    if instance.station.form.command_block is None and instance.device_form and instance.device_form.echo == "none":
        if direct is None:
            instance.fault(f"the layout {instance.layout} gives no register for the command {verb.value}")
        else:
            assert isinstance(direct.form, DirectForm)
            setting = instance.setting(verb.value)
            point = point_of(direct, setting) if setting else None
            code = code if direct.form.code is None else direct.form.code
    return CommandSpec(
        verb=verb.value,
        code=code,
        label=said.get("label").label(),
        feedback=_feedback(instance, verb, said, bench),
        timeout_s=said.get("timeout_s"),
        target=target,
        low=low,
        high=high,
        unit=said.get("unit"),
        tolerance=said.get("tolerance"),
        choices=states_of(said, "choices"),
        two_person=said.get("two_person"),
        point=point,
    )


def _check_command(verb: Verb, said: Layers) -> None:
    span, target = said.get("range"), said.get("target")
    if span is not None and span[0] >= span[1]:
        said.fault("range", f"low must be less than high in range [{span[0]:g}, {span[1]:g}]")
    if target is TargetKind.NUMBER and span is None:
        said.fault("target", f"the command {verb.value} carries a number and needs a `range`")
    if target is TargetKind.CHOICE and not said.get("choices"):
        said.fault("target", f"the command {verb.value} carries a choice and needs `choices`")
    if not said.get("feedback"):
        said.fault("feedback", f"the command {verb.value} needs `feedback`, or nothing proves it done")


def _feedback(instance: Instance, verb: Verb, said: Layers, bench: Bench) -> tuple[Condition, ...]:
    made: list[Condition] = []
    # {value} stands for what will be commanded; the desk puts it in.
    parameters = instance.parameters | ({} if said.get("target") is TargetKind.NONE else {"value": 0.0})
    for text in said.get("feedback"):
        comparison = parse(text, parameters)
        if isinstance(comparison, str):
            said.fault("feedback", comparison)
            continue
        path = full_path(comparison.ref, instance.facility, instance.id)
        message = missing_tag(instance, comparison.ref, path, said.layers[0], bench)
        if message.startswith("the type"):
            said.fault("feedback", message)
        elif message:
            instance.fault(f"{message}, which the feedback of {verb.value} needs")
        elif path in bench.tags:
            label: Label = feedback_label(bench.tags[path], comparison)
            made.append(spoken(label, comparison, path))
    return tuple(made)
