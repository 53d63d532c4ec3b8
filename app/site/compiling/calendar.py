"""Shifts and escalation of a site, with the checks that concern them."""

from __future__ import annotations

from app.model.access import Role
from app.model.alarms.spec import EscalationStep
from app.model.shifts import ShiftSpec
from app.site.forms.site import ShiftForm, SiteFile
from app.site.validating import Read, suggestion

__all__ = ["escalation_of", "shifts_of"]

_DAY = 24 * 60


def shifts_of(site: Read[SiteFile]) -> tuple[ShiftSpec, ...]:
    """Return the shifts in the order of their start, noting gaps and overlaps: at every minute one shift answers."""
    forms = sorted(site.form.shifts.items(), key=lambda item: _minutes(item[1].start))
    for index, (name, form) in enumerate(forms):
        after, follower = forms[(index + 1) % len(forms)]
        length = (_minutes(form.end) - _minutes(form.start)) % _DAY or _DAY
        until_next = (_minutes(follower.start) - _minutes(form.start)) % _DAY or _DAY
        if length == until_next and (len(forms) > 1 or length == _DAY):
            continue
        word = "overlaps" if length > until_next else "leaves a gap before"
        message = f"{name} ends at {form.end} and {word} {after}, which begins at {follower.start}"
        site.document.fault(("shifts", name, "end"), message)
    return tuple(_shift(name, form) for name, form in forms)


def _shift(name: str, form: ShiftForm) -> ShiftSpec:
    return ShiftSpec(name, form.label.label(), _minutes(form.start), _minutes(form.end))


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)


def escalation_of(site: Read[SiteFile]) -> tuple[EscalationStep, ...]:
    """Return the steps, by priority and time; a role that no person can have and a step said twice are faults."""
    roles = [role.value for role in Role]
    seen: set[tuple[int, object]] = set()
    for index, form in enumerate(site.form.escalation):
        loc = ("escalation", index)
        if form.role not in roles:
            hint = suggestion(form.role, roles) or f"; known: {', '.join(roles)}"
            site.document.fault((*loc, "role"), f"unknown role {form.role!r}{hint}")
        for word, value in (("after_s", form.after_s), ("role", form.role)):
            if (form.priority, value) in seen:
                site.document.fault((*loc, word), f"priority {form.priority} has a step with this {word} already")
            seen.add((form.priority, value))
    steps = (EscalationStep(f.priority, f.after_s, f.role) for f in site.form.escalation)
    return tuple(sorted(steps, key=lambda step: (step.priority, step.after_s)))
