"""What the alarm page's pane says of one alarm, besides its row."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Final

from PySide6.QtCore import QCoreApplication

from app.model.alarms.spec import AlarmSpec
from app.model.alarms.status import AlarmStatus
from app.model.records import JournalEntry
from app.views.pages.system.facts import Fact
from app.views.state.alarm_lines import suppression_label
from app.views.state.alarm_words import CHANGES, KINDS, ROLES, AlarmNames, bound_text, moment_text
from app.views.state.sentences_alarms import BY_VALUE, alarm_value
from app.views.state.values import number_text
from app.views.widgets.log_list import LogLine

__all__ = ["alarm_facts", "history_line"]

_FORMULA_WIDTH: Final = 46
"""Characters of a formula in one row of the pane."""

translate = QCoreApplication.translate


def alarm_facts(
    status: AlarmStatus, spec: AlarmSpec | None, names: AlarmNames, language: str, *, now_ms: int
) -> tuple[Fact, ...]:
    """Return the settings in force, what was changed, and who did what."""
    found = [*_settings(status, spec, names, language), *_happened(status, names, language, now_ms)]
    return tuple(found)


def _settings(status: AlarmStatus, spec: AlarmSpec | None, names: AlarmNames, language: str) -> Iterator[Fact]:
    if spec is None:
        yield Fact(translate("AlarmDetail", "The site in force has no such alarm"), status.path)
        return
    tag, over = names.tag(spec.tag), status.override
    changed = translate("AlarmDetail", "changed")

    def note(name: str) -> str:
        return changed if over is not None and getattr(over, name) is not None else ""

    yield Fact(translate("AlarmDetail", "Kind"), KINDS[spec.kind].get(language))
    # Rows are single lines and would cut a formula.
    yield from (Fact(part, "") for part in wrap(spec.when.text, _FORMULA_WIDTH)) if spec.when is not None else ()
    limit = status.limit if status.limit is not None else spec.limit
    if bound := bound_text(spec, limit, tag):
        yield Fact(translate("AlarmDetail", "Limit"), bound, note=note("limit"))
        deadband = over.deadband if over is not None and over.deadband is not None else spec.deadband
        unit = tag.unit if tag is not None else ""
        text = f"{number_text(deadband, tag.decimals if tag is not None else 2)} {unit}".rstrip()
        yield Fact(translate("AlarmDetail", "Deadband"), text, note=note("deadband"))
    on = over.on_delay_s if over is not None and over.on_delay_s is not None else spec.on_delay_s
    off = over.off_delay_s if over is not None and over.off_delay_s is not None else spec.off_delay_s
    delays = translate("AlarmDetail", "Delays on / off")
    yield Fact(delays, f"{on:g} s / {off:g} s", note=note("on_delay_s") or note("off_delay_s"))
    yield Fact(translate("AlarmDetail", "Priority"), str(status.priority), note=note("priority"))


def _happened(status: AlarmStatus, names: AlarmNames, language: str, now_ms: int) -> Iterator[Fact]:
    if status.raised_ms:
        raised = translate("AlarmDetail", "Raised")
        times = translate("AlarmDetail", "annunciated {} times").format(status.count)
        when = moment_text(status.raised_ms, now_ms, names.zone)
        yield Fact(raised, when, note=times if status.count > 1 else "")
    if status.ack_by:
        acked = translate("AlarmDetail", "Acknowledged")
        yield Fact(acked, f"{status.ack_by}  {moment_text(status.ack_ms, now_ms, names.zone)}", note=status.ack_note)
    if status.first_out:
        yield Fact(
            translate("AlarmDetail", "First-out ①"),
            translate("AlarmDetail", "the first of its group"),
        )
    if status.escalated_to:
        role = ROLES.get(status.escalated_to)
        name = role.get(language) if role is not None else status.escalated_to
        yield Fact(translate("AlarmDetail", "Escalated to"), name)
    if status.frozen:
        frozen = translate("AlarmDetail", "Frozen: the value is bad")
        yield Fact(frozen, translate("AlarmDetail", "last known state"), bad=True)
    if status.suppressed:
        rule = suppression_label(status.suppressed).get(language)
        yield Fact(translate("AlarmDetail", "Suppressed by"), rule)
    if (out := status.out_of_service) is not None:
        service = translate("AlarmDetail", "Out of service")
        yield Fact(service, f"{out.work_order}  {out.person}", note=out.reason)
    if (shelf := status.shelf) is not None:
        until = moment_text(shelf.until_ms, now_ms, names.zone)
        yield Fact(translate("AlarmDetail", "Shelved until"), f"{until}  {shelf.person}", note=shelf.reason)
    if (over := status.override) is not None and over.person:
        changed = translate("AlarmDetail", "Changed by")
        yield Fact(changed, f"{over.person}  {moment_text(over.since_ms, now_ms, names.zone)}", note=over.reason)


def history_line(entry: JournalEntry, spec: AlarmSpec | None, names: AlarmNames, language: str, now_ms: int) -> LogLine:
    """Return a line of the alarm's own history: what was said with it, or the value that made it change."""
    label = CHANGES.get(entry.kind)
    said = entry.detail.get("reason") or entry.detail.get("note") or ""
    tag = names.tag(spec.tag) if spec is not None else None
    shown = alarm_value(entry.detail.get("value"), spec, tag, language) if entry.kind in BY_VALUE else ""
    what = label.get(language) if label is not None else entry.kind
    return LogLine(moment_text(entry.at_ms, now_ms, names.zone), what, str(said) or shown, entry.who)
