"""The sheet of a handover from facts that the test makes: what stands on it, in which order, what both must read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.model.alarms.status import AlarmState, AlarmStatus, OutOfService, Override, Shelf
from app.model.people import Duty, Note
from app.model.quality import Quality
from app.model.records import (
    AppliedSite,
    CommandState,
    EquipmentStatus,
    Hold,
    Journal,
    JournalHead,
    Lease,
    Substitute,
)
from app.model.shifts import shift_at
from app.storage.handing_over import sheet_hash
from app.views.state.handover_draft import LONGEST_MS, Draft
from app.views.state.handover_facts import Asked, ShiftFacts, TagNow
from app.views.state.handover_html import Paper, sheet_html
from app.views.state.handover_sheet import SECTIONS, make_sheet, standing
from tests.helpers.alarms import NOW
from tests.helpers.shift_world import GAS, command
from tests.helpers.shift_world import standing as row
from tests.helpers.xiasha import xiasha

LEVEL = "ps01/well/level:HH"
PUMP2 = "ps01/pump1/trip:trip"


def asked(**more: Any) -> Asked:
    site = xiasha()
    shift = shift_at(site.shifts, NOW, site.timezone)
    assert shift is not None
    usual: dict[str, Any] = {
        "tags": {t.path: TagNow(Quality.GOOD, NOW - 500) for t in site.tags},
        "devices": {d.id: 1.0 for d in site.devices},
        "last_good": {d.id: NOW - 300 for d in site.devices},
    }
    return Asked(NOW, shift.start_ms, shift, AppliedSite(7, "ab" * 32, NOW, "zhao", "first", site), **(usual | more))


def sheet(*alarms: AlarmStatus, ask: Asked | None = None, **facts: Any) -> dict[str, Any]:
    return make_sheet(ask or asked(), ShiftFacts(alarms=alarms, **facts))


def test_a_quiet_shift_has_every_section_empty_and_nothing_to_read() -> None:
    """All lists are there; head, heads and engine say so."""
    heads = tuple(JournalHead(j, 3, "cd" * 32) for j in Journal)
    made = sheet(heads=heads, lease=Lease("engine 1", 17, 0))
    assert all(made[section] == [] for section in SECTIONS) and made["unread"] == []
    assert made["heads"]["alarms"] == [3, "cd" * 32] and list(made["heads"]) == sorted(made["heads"])
    assert made["engine"] == {"holder": "engine 1", "epoch": 17, "silent": False}
    assert made["shift"]["id"] == "night" and made["zone_text"] == "Asia/Shanghai UTC+8"
    assert made["site"]["revision"] == 7


def test_equal_facts_make_equal_sheets_in_whatever_order_they_come() -> None:
    """The hash of a sheet depends on what is true, not on the order of rows."""
    rows = (row(GAS), row(LEVEL, AlarmState.ACKED), row(PUMP2))
    heads = tuple(JournalHead(j, 3, "cd" * 32) for j in Journal)
    one, two = sheet(*rows, heads=heads), sheet(*reversed(rows), heads=tuple(reversed(heads)))
    assert sheet_hash(one) == sheet_hash(two)


def test_active_alarms_stand_worst_first_and_explain_priorities_one_and_two() -> None:
    """State, since, who acknowledged; consequence and action for 1 and 2 only; what is aside is not among them."""
    minor = next(a for a in xiasha().alarms if a.priority == 3)
    made = sheet(row(minor.path), row(GAS, AlarmState.ACKED), AlarmStatus(LEVEL))
    assert [r["priority"] for r in made["active"]] == [1, 3]
    first, second = made["active"]
    assert first["ack_by"] == "li" and first["state"] == "acked" and first["raised_ms"] == NOW - 60_000
    assert first["consequence"]["zh"] and first["action"]["en"]
    assert "action" not in second


def test_what_stands_aside_is_told_with_its_reason() -> None:
    """Shelved with time left, suppressed with its rule, out of service with its order, changed with both values."""
    shelf = Shelf("wang", "probe", NOW - 1000, NOW + 600_000, second="li")
    made = sheet(
        replace(row(GAS), shelf=shelf),
        replace(row(LEVEL), suppressed="泵停|Pump stopped", suppressed_ms=NOW - 5),
        replace(AlarmStatus(PUMP2, priority=2), out_of_service=OutOfService("zhao", "seal", "WO-1", NOW - 9)),
        replace(
            AlarmStatus("ps02/well/level:HH", priority=1), override=Override(limit=3.0, person="zhao", reason="rain")
        ),
    )
    assert made["active"] == []
    assert made["shelved"][0]["left_s"] == 600 and made["shelved"][0]["second"] == "li"
    assert made["suppressed"][0]["rule"] == {"zh": "泵停", "en": "Pump stopped"} and made["suppressed"][0]["stands"]
    assert made["out_of_service"][0]["work_order"] == "WO-1"
    spec = next(a for a in xiasha().alarms if a.path == "ps02/well/level:HH")
    assert made["changed"][0]["changes"] == [["limit", spec.limit, 3.0]]


def test_commands_keep_their_newest_step_and_open_ones_come_first() -> None:
    """Who asked, what, with which result; under way and unknown before done; a select alone is no command."""
    made = sheet(
        commands=(
            command("a", "intent", NOW - 9000, reason="rain"),
            command("a", "unknown", NOW - 8000, who=""),
            command("b", "intent", NOW - 5000, verb="mode", value=2),
            command("b", "done", NOW - 4000, verb="mode", value=2),
            command("c", "selected", NOW - 3000, verb=None),
        )
    )
    first, second = made["commands"]
    assert (first["request"], first["state"], first["who"], first["open"]) == ("a", "unknown", "wang", True)
    assert first["why"] == "rain" and second["state"] == "done" and not second["open"]
    assert second["value"]["zh"] == "自动"
    assert made["unread"] == ["command:a"]


def test_an_open_command_of_an_earlier_shift_is_not_forgotten() -> None:
    """The equipment's row still says that nobody knows its outcome."""
    status = EquipmentStatus(
        "ps01/pump1", request_id="old", verb="start", state=CommandState.UNKNOWN, state_since_ms=NOW - 90_000_000
    )
    made = sheet(equipment=(status,))
    assert [c["request"] for c in made["commands"]] == ["old"] and made["unread"] == ["command:old"]


def test_hold_tags_and_manual_values_are_listed_with_who_and_why() -> None:
    """Places in both languages."""
    held = EquipmentStatus("ps02/pump1", hold=Hold("zhao", "seal", NOW - 7))
    value = Substitute("ps04/well/level", 2.35, "wang", "cleaning", NOW - 5, NOW + 5)
    made = sheet(equipment=(held,), substitutes=(value,))
    assert made["holds"][0]["person"] == "zhao" and made["holds"][0]["place"]["zh"].startswith("十二号大街")
    assert made["substitutes"][0]["value"] == 2.35 and made["substitutes"][0]["unit"] == "m"


def test_a_dark_device_is_told_once_and_single_bad_tags_by_name() -> None:
    """Tags of a device that does not answer are only counted."""
    usual = asked()
    tags = dict(usual.tags)
    for tag in xiasha().tags:
        if tag.device == "gw-rain":
            tags[tag.path] = TagNow(Quality.COMM_LOST, NOW - 600_000)
    tags["ps01/well/level"] = TagNow(Quality.OUT_OF_RANGE, NOW - 400)
    made = sheet(ask=replace(usual, tags=tags, devices={**usual.devices, "gw-rain": 2.0}))
    assert [d["device"] for d in made["devices"]] == ["gw-rain"] and made["devices"][0]["tags"] > 20
    assert [(t["device"], t["count"], t["tags"][0]["tag"]) for t in made["tags"]] == [
        ("plc-ps01", 1, "ps01/well/level")
    ]


def test_notes_are_oldest_first_and_pinned_ones_by_themselves() -> None:
    """A pinned note of this shift stands once."""
    old, new = Note("n1", NOW - 9, "li", "d", "first"), Note("n2", NOW - 5, "li", "d", "second", ("ps01",))
    top = Note("p", NOW - 7, "li", "d", "look", (), True)
    made = sheet(ask=asked(notes=(new, top, old), pinned=(top,), duties=(Duty("d", "night", "wang"),)))
    assert [n["text"] for n in made["notes"]] == ["first", "second"] and made["pinned"][0]["key"] == "note:p"
    assert made["notes"][1]["links"][0]["name"]["en"] == "Xuelin Street sewage station"
    assert made["unread"] == ["note:p"] and made["on_duty"] == ["wang"]


def test_what_both_must_read_is_of_the_highest_priority() -> None:
    """Priority 1 active, shelved, out of service, and behind a suppression while it stands; nothing of the others."""
    shelf = Shelf("wang", "probe", NOW - 1000, NOW + 600_000)
    two = next(a for a in xiasha().alarms if a.priority == 2)
    made = sheet(
        row(GAS),
        replace(row(LEVEL), shelf=shelf),
        replace(row("ps02/gas/h2s:HH"), suppressed="x|y", suppressed_ms=1),
        replace(row("ps02/gas/ch4:HH", AlarmState.NORM), suppressed="x|y", suppressed_ms=1),
        row(two.path),
    )
    assert [k.split(":")[0] for k in made["unread"]] == ["active", "shelved", "suppressed"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_document_says_all_of_it(language: str) -> None:
    """Every section's title, the alarm's action, heads, hash; text of people is no markup."""
    heads = tuple(JournalHead(j, 3, "cd" * 32) for j in Journal)
    note = Note("n", NOW - 5, "li", "d", "a <b>bold</b> & risky note")
    made = sheet(row(GAS), heads=heads, ask=asked(notes=(note,)))
    text = sheet_html(made, Paper(language, "ef" * 32))
    action = made["active"][0]["action"][language]
    assert action in text and "cd" * 32 in text and "ef" * 32 in text
    assert "a &lt;b&gt;bold&lt;/b&gt; &amp; risky note" in text
    assert ("当前报警" if language == "zh" else "Active alarms") in text


def test_long_sections_are_cut_and_counted_in_the_document_alone() -> None:
    """The sheet has every row; the document says how many it leaves out."""
    rows = [row(a.path) for a in xiasha().alarms[:30]]
    made = sheet(*rows)
    assert len(made["active"]) == 30 and "20 more" in sheet_html(made, Paper("en", "", most=10))


def test_a_draft_is_ready_when_two_people_read_everything() -> None:
    """One person alone, or the same twice, is not enough; keys that are not on the sheet count for nothing."""
    made = sheet(row(GAS), row(LEVEL))
    draft = Draft(made, sheet_hash(made))
    for key in made["unread"]:
        draft.read(key, "wang")
    draft.read("active:nothing:0", "li")
    assert draft.unread("wang") == 0 and draft.unread("li") == 2
    assert not draft.ready("wang", "li") and not draft.ready("wang", "wang")
    for key in made["unread"]:
        draft.read(key, "li")
    assert draft.ready("wang", "li")
    kept = draft.handover()
    assert kept.read == {key: ["li", "wang"] for key in made["unread"]} and kept.day == made["shift"]["day"]


def test_a_change_of_the_highest_priority_makes_a_draft_stale_for_good() -> None:
    """An acknowledgement, a new alarm, a return; not a change of a lower priority, and not time alone within 30 min."""
    made = sheet(row(GAS))
    two = next(a for a in xiasha().alarms if a.priority == 2)
    draft = Draft(made, "")
    later = replace(asked(), at_ms=NOW + LONGEST_MS)
    assert draft.compare(sheet(row(GAS), row(two.path), ask=later))
    assert not draft.compare(sheet(row(GAS, AlarmState.ACKED)))
    assert not draft.compare(made) and draft.stale
    assert standing(sheet(row(GAS), row(LEVEL))) != standing(made)


def test_a_draft_is_too_old_after_half_an_hour() -> None:
    """Nothing changed, but its heads and lists are old."""
    draft = Draft(sheet(row(GAS)), "")
    assert not draft.compare(sheet(row(GAS), ask=replace(asked(), at_ms=NOW + LONGEST_MS + 1)))
