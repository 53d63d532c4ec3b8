"""The table verb × condition on the pure level: what blocks, what warns, and that every reason is named."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.model.commands.checks import CheckInput, Reading, failing, in_the_way, state_word
from app.model.commands.verbs import Check, Verb
from app.model.quality import Quality
from app.model.reasons import REASON_CODES, reason_text
from app.model.records import CommandState, EquipmentStatus, Hold, Reason
from app.model.spec import CommandSpec, Equipment
from tests.helpers.command_table import BLOCKS, CASES, SAFE
from tests.helpers.station import GOOD_START, make_site

SITE = make_site()


def readings(values: dict[str, float], **changes: Any) -> Callable[[str], Reading | None]:
    """Return a `read` over values of good quality, half a second old, with changes to every reading."""
    return lambda tag: replace(Reading(values[tag], Quality.GOOD, 0.5, 1.0), **changes) if tag in values else None


def make(verb: Verb, *, values: dict[str, float] | None = None, **changes: Any) -> CheckInput:
    """Return an input with which `verb` may be sent, with `values` (all equipment) and fields changed."""
    path, value, expect = CASES[verb]
    base = dict(GOOD_START)
    if verb is Verb.RESET:
        base["ps01/pump1/trip"] = 1.0
    base.update(values or {})
    fields: dict[str, Any] = {
        "verb": verb,
        "value": value,
        "expect": expect,
        "equipment": next(e for e in SITE.equipment if e.path == path),
        "facility": SITE.facilities[0],
        "read": readings(base),
        "status": EquipmentStatus(path, selected_by="demo", selected_session="s1", selected_until_ms=1),
        "session": "s1",
        "permitted": True,
        "second": (Reason("two_person"),),
        "store_ok": True,
        "disk_full": False,
        "age_s": 0.2,
        "expiry_s": 5.0,
        "busy_with": "",
        "link_up": True,
        "heartbeat_age_s": 0.6,
        "scan_period_s": 1.0,
        "commissioning": False,
    }
    return CheckInput(**{**fields, **changes})


def blocking(i: CheckInput) -> set[str]:
    """Return the codes that block."""
    return {r.check for r in failing(i) if r.blocking}


def warning(i: CheckInput) -> set[str]:
    """Return the codes that only warn."""
    return {r.check for r in failing(i) if not r.blocking}


def on(path: str, role: str, value: float) -> dict[str, float]:
    """Return one changed value, nothing for an equipment without the role."""
    return {f"{path}/{role}": value} if f"{path}/{role}" in GOOD_START else {}


def status(verb: Verb, **changes: Any) -> EquipmentStatus:
    """Return the status of the verb's equipment, selected by the asker, with changes."""
    held = EquipmentStatus(CASES[verb][0], selected_by="demo", selected_session="s1")
    return replace(held, **changes)


def two_person(equipment: Equipment, verb: Verb) -> Equipment:
    """Return the equipment with its verb marked as a two-person action."""

    def change(c: CommandSpec) -> CommandSpec:
        return replace(c, two_person=True) if c.verb == verb else c

    return replace(equipment, commands=tuple(map(change, equipment.commands)))


CHANGES: dict[str, Callable[[Verb], dict[str, Any]]] = {
    "no right": lambda v: {"permitted": False, "role": "viewer"},
    "store away": lambda v: {"store_ok": False},
    "disk full": lambda v: {"disk_full": True},
    "expired": lambda v: {"age_s": 5.1},
    "selected by another": lambda v: {"status": status(v, selected_session="s2")},
    "not selected": lambda v: {"status": EquipmentStatus(CASES[v][0])},
    "busy": lambda v: {"busy_with": "ps01/pump2"},
    "executing": lambda v: {"busy_with": "ps01/pump2" if in_the_way(CommandState.EXECUTING, v) else ""},
    "held": lambda v: {"status": status(v, hold=Hold("demo", "seal", 1))},
    "unproven": lambda v: {"status": status(v, unproven=(v.value,))},
    "late execution": lambda v: {"status": status(v, late_execution=True)},
    "commissioning": lambda v: {"commissioning": True},
    "link down": lambda v: {"link_up": False},
    "two persons": lambda v: {"equipment": two_person(make(v).equipment, v)},
    "local": lambda v: {"values": on(CASES[v][0], "remote", 0.0)},
    "heartbeat old": lambda v: {"heartbeat_age_s": 5.5},
    "heartbeat never": lambda v: {"heartbeat_age_s": None},
    "other state": lambda v: {"expect": "moving"},
    "bad value": lambda v: {"read": readings(GOOD_START, quality=129)},
    "old value": lambda v: {"read": readings(GOOD_START, age_s=2.1)},
    "tripped": lambda v: {"values": on(CASES[v][0], "trip", 1.0)},
    "not tripped": lambda v: {"values": {"ps01/pump1/trip": 0.0}},
    "permissive": lambda v: {"values": {"ps01/well/level": 0.5}},
    "interlock": lambda v: {"values": {"ps01/well/level": 0.2}},
    "too soon": lambda v: {"values": {"ps01/pump1/start_wait": 41.3}},
    "too many starts": lambda v: {"values": {"ps01/pump1/starts_hour": 10.0}},
}


@pytest.mark.parametrize("verb", Verb)
def test_nothing_fails_when_all_is_well(verb: Verb) -> None:
    """A verb with everything in order has no reason at all, not even a warning."""
    assert failing(make(verb)) == ()


@pytest.mark.parametrize("condition", BLOCKS)
@pytest.mark.parametrize("verb", Verb)
def test_verb_by_condition(verb: Verb, condition: str) -> None:
    """Each condition blocks exactly the verbs that the rules name, and then by its own code."""
    check, blocks = BLOCKS[condition]
    found = blocking(make(verb, **CHANGES[condition](verb)))
    assert (check in found) == (verb in blocks)


@pytest.mark.parametrize("condition", BLOCKS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_reason_has_its_sentence(condition: str, language: str) -> None:
    """Each reason of the table becomes a whole sentence without an unfilled field, in both languages."""
    for verb in Verb:
        for reason in failing(make(verb, **CHANGES[condition](verb))):
            text = reason_text(reason, language)
            assert reason.check in REASON_CODES and text != reason.check
            assert "{" not in text and "None" not in text


@pytest.mark.parametrize("verb", sorted(SAFE))
def test_bad_and_old_values_only_warn_about_safe_verbs(verb: Verb) -> None:
    """Stop, close and return to Auto stay possible with values that are bad, and say so."""
    i = make(verb, read=readings(GOOD_START, quality=Quality.COMM_LOST), heartbeat_age_s=99.0)
    assert blocking(i) == set()
    assert warning(i) == {Check.QUALITY, Check.HEARTBEAT, Check.EXPECT}


def test_all_failing_items_are_named_at_once() -> None:
    """A start with many faults names each of them, not just the first."""
    values = {"ps01/pump1/remote": 0.0, "ps01/pump1/trip": 1.0, "ps01/pump1/start_wait": 5.0, "ps01/well/level": 0.1}
    found = blocking(make(Verb.START, values=values, link_up=False, permitted=False))
    assert found == {
        Check.RIGHT, Check.LINK, Check.REMOTE, Check.EXPECT, Check.NO_TRIP, Check.PERMISSIVE, Check.INTERLOCK,
        Check.MIN_TIME,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("verb", "value", "why"),
    [
        (Verb.START, 1.0, "no_value_taken"),
        (Verb.SPEED, None, "value_missing"),
        (Verb.SPEED, math.nan, "value_missing"),
        (Verb.SPEED, 51.0, "range"),
        (Verb.SPEED, 19.9, "range"),
        (Verb.MODE, 3.0, "no_such_choice"),
        (Verb.LEVEL, math.inf, "value_missing"),
    ],
)
def test_target_is_checked(verb: Verb, value: float | None, why: str) -> None:
    """A value that is missing, too much, not a choice or out of range is refused by name."""
    (reason,) = failing(make(verb, value=value))
    assert (reason.check, reason.params["why"], reason.blocking) == (Check.TARGET, why, True)


def test_a_verb_that_the_type_does_not_have_is_refused() -> None:
    """A gate takes no speed."""
    gate = make(Verb.OPEN).equipment
    assert Check.TARGET in blocking(make(Verb.SPEED, equipment=gate, expect="closed"))


def test_simulated_values_count_as_good() -> None:
    """What the device itself forces is what it acts on; uncertain values do not pass."""
    assert not blocking(make(Verb.START, read=readings(GOOD_START, quality=Quality.SIMULATED)))
    assert blocking(make(Verb.START, read=readings(GOOD_START, quality=Quality.UNCERTAIN))) == {Check.QUALITY}


def test_preview_before_selection_leaves_selection_out_but_names_another_holder() -> None:
    """A room may ask what would fail before it selects."""
    free = EquipmentStatus("ps01/pump1")
    assert failing(make(Verb.START, status=free, needs_selection=False)) == ()
    held = replace(free, selected_by="li", selected_session="s9")
    (reason,) = failing(make(Verb.START, status=held, needs_selection=False))
    assert reason_text(reason, "en") == "Selected by li"


@pytest.mark.parametrize(
    ("path", "values", "word"),
    [
        ("ps01/pump1", {}, "stopped"),
        ("ps01/pump1", {"ps01/pump1/run": 1.0}, "running"),
        ("ps01/pump1", {"ps01/pump1/run": 1.0, "ps01/pump1/trip": 1.0}, "tripped"),
        ("ps01/pump1", {"ps01/pump1/run": math.nan}, "unknown"),
        ("ps01/gate1", {}, "closed"),
        ("ps01/gate1", {"ps01/gate1/closed": 0.0}, "between"),
        ("ps01/gate1", {"ps01/gate1/closed": 0.0, "ps01/gate1/opened": 1.0}, "opened"),
        ("ps01/gate1", {"ps01/gate1/moving": 1.0}, "moving"),
        ("ps01/gate1", {"ps01/gate1/trip": 1.0}, "tripped"),
        ("ps01/well", {}, "any"),
    ],
)
def test_state_words(path: str, values: dict[str, float], word: str) -> None:
    """An equipment's state in the word that a person must name with --expect."""
    equipment = next(e for e in SITE.equipment if e.path == path)
    assert state_word(equipment, readings({**GOOD_START, **values})) == word


def test_sentences_carry_their_figures() -> None:
    """The wait is rounded up to whole seconds, the starts name both numbers."""
    (wait,) = failing(make(Verb.START, values={"ps01/pump1/start_wait": 41.3}))
    (starts,) = failing(make(Verb.START, values={"ps01/pump1/starts_hour": 10.0}))
    assert reason_text(wait, "en") == "Start allowed in 0:42"
    assert reason_text(wait, "zh") == "0:42 后才允许启动"
    assert reason_text(starts, "en") == "10 starts in the last hour, limit 10"


@pytest.mark.parametrize(("role", "blocks"), [("run", True), ("remote", True), ("trip", True), ("start_wait", True)])
def test_a_typed_in_value_does_not_say_how_the_equipment_stands(role: str, blocks: bool) -> None:
    """A manual value of a switch or feedback blocks a start, and only warns about a stop."""
    manual = {f"ps01/pump1/{role}": Quality.MANUAL}

    def read(path: str) -> Reading | None:
        return Reading(GOOD_START[path], manual.get(path, Quality.GOOD), 0.3, 1.0)

    assert ("quality" in blocking(make(Verb.START, read=read))) is blocks
    assert "quality" not in blocking(make(Verb.STOP, read=read))


def test_a_permissive_may_rest_on_a_typed_in_value() -> None:
    """The level sensor failed and a person typed in the level: that is what manual values are for."""

    def read(path: str) -> Reading | None:
        quality = Quality.MANUAL if path == "ps01/well/level" else Quality.GOOD
        return Reading(GOOD_START[path], quality, 0.3, 1.0)

    assert blocking(make(Verb.START, read=read)) == set()


@pytest.mark.parametrize("state", [None, *CommandState])
def test_what_is_in_the_way_of_a_verb(state: CommandState | None) -> None:
    """Until the PLC has answered everything waits; then stop, close and auto go past what is executing or unknown."""
    waits = {CommandState.INTENT, CommandState.SENT}
    for verb in Verb:
        expected = state in waits or (state in (CommandState.EXECUTING, CommandState.UNKNOWN) and verb not in SAFE)
        assert in_the_way(state, verb) is expected
