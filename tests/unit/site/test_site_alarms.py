"""What alarms, shifts and escalation of site files compile to, layer over layer."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from app.model.alarms.spec import AlarmKind, AlarmSpec, EscalationStep
from app.model.numbering import number_tags
from app.model.shifts import ShiftSpec
from app.model.spec import Label, Op, Site
from app.model.spec_json import site_from_json, site_to_json
from app.site.consistency import inconsistencies
from app.site.difference import difference
from app.site.loading import load_site
from app.site.schema import schemas
from tests.helpers.alarm_site import ALARM_SITE
from tests.helpers.site_files import SMALL_SITE, edit, write_site

SHEET = """\
path,priority,limit,deadband,on_delay_s,latching,consequence_en,place_en,reason
ps1/well/level:HH,2,4.2,,7,yes,Streets flood,Station one,after the storm
ps1/pump2:mismatch,4,,,,,,,
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The small site with alarms."""
    return load_site(write_site(tmp_path_factory.mktemp("site"), ALARM_SITE))


def _load(tmp_path: Path, *edits: tuple[str, str, str], sheet: str = "") -> Site:
    files = dict(ALARM_SITE)
    for file, old, new in edits:
        files = edit(files, file, old, new)
    return load_site(write_site(tmp_path / "site", files | ({"alarms.csv": sheet} if sheet else {})))


def _of(site: Site) -> dict[str, AlarmSpec]:
    return {alarm.path: alarm for alarm in site.alarms}


def test_a_limit_is_the_mark_of_its_tag(site: Site) -> None:
    """Limit, side and label come from the mark, the name and the tag; the deadband is a hundredth of the range."""
    high = _of(site)["ps1/well/level:HH"]
    assert (high.kind, high.limit, high.side, high.deadband, high.priority) == (AlarmKind.LIMIT, 4.0, 1, 0.05, 1)
    assert (high.label, high.tag, high.re_alarm_s) == (Label("液位高高", "Level high-high"), "ps1/well/level", 900)
    assert (high.facility, high.equipment, high.device, high.areas) == ("ps1", "ps1/well", "plc1", ("west",))
    assert (high.consequence, high.action, high.respond_s) == (Label("后果", "Harm"), Label("措施", "Act"), 600)


def test_a_parameter_is_a_limit_and_becomes_a_mark(site: Site) -> None:
    """What is drawn beside the indicator is what alarms, though the type says it as a parameter."""
    assert _of(site)["ps1/pump1/current:HH"].limit == 55
    tag = next(t for t in site.tags if t.path == "ps1/pump1/current")
    assert dict(tag.marks) == {"H": 50, "HH": 55}


def test_every_kind_is_compiled(site: Site) -> None:
    """Of a role, of the equipment as a whole, of a neighbour's tag, of a list's tag and of devices."""
    found = _of(site)
    trip = found["ps1/pump1/trip:trip"]
    assert (trip.kind, trip.values, trip.latching, trip.on_delay_s) == (AlarmKind.STATE, (1,), True, 1)
    off = found["ps1/pump2/speed:off"]
    assert (off.kind, off.setpoint, off.limit) == (AlarmKind.DEVIATION, "ps1/pump2/speed_sp", 2)
    rise, stuck = found["ps1/well/level:rise"], found["ps1/well/level:stuck"]
    assert (rise.kind, rise.side, rise.window_s, stuck.kind, stuck.window_s) == (
        AlarmKind.RATE, 1, 60, AlarmKind.STUCK, 600,
    )  # fmt: skip
    assert (found["ps1/pump1:mismatch"].kind, found["ps1/pump1:mismatch"].tag) == (AlarmKind.MISMATCH, "")
    runs, stops = found["ps1/pump1:uncommanded_run"], found["ps1/pump1:uncommanded_stop"]
    assert (runs.tag, runs.values, stops.values) == ("ps1/pump1/run", (1,), (0,))
    assert (found["ps1/pump1:shallow"].tag, found["ps1/pump1:shallow"].equipment) == ("ps1/well/level", "ps1/pump1")
    assert found["ps1/well/temp:H"].equipment == "ps1/well"


def test_devices_have_their_alarms(site: Site) -> None:
    """One communication alarm per device; a clock alarm where there is a clock; both on the tags of the engine."""
    found = _of(site)
    comm, clock = found["plc1:comm"], found["plc2:clock"]
    assert (comm.kind, comm.tag, comm.values, comm.facility) == (AlarmKind.COMM, "dev/plc1/state", (2,), "ps1")
    assert (comm.page, comm.areas, comm.on_delay_s) == ("system", ("west",), 15)
    assert (clock.kind, clock.tag, clock.limit) == (AlarmKind.CLOCK, "dev/plc2/clock_offset", 2)
    assert "plc1:clock" not in found
    tags = {tag.path for tag in site.tags}
    assert {comm.tag, clock.tag} <= tags


def test_rules_and_groups_belong_to_the_equipment(site: Site) -> None:
    """A rule speaks of the pump's own tag; a group has the pump's name before it; the neighbour's is another."""
    current = _of(site)["ps1/pump1/current:H"]
    (rule,) = current.suppress
    assert (rule.tag, rule.op, rule.value, rule.label) == ("ps1/pump1/run", Op.EQ, 0, Label("停泵", "Stopped"))
    assert current.group == _of(site)["ps1/pump1/trip:trip"].group == "ps1/pump1#trip"


def test_a_station_changes_and_leaves_out(site: Site) -> None:
    """pump2 has no alarm H, and HH of another priority; a group that is left with one member is none."""
    found = _of(site)
    assert "ps1/pump2/current:H" not in found
    assert (found["ps1/pump2/current:HH"].priority, found["ps1/pump1/current:HH"].priority) == (1, 2)
    assert found["ps1/pump2/trip:trip"].group == ""


def test_what_the_layout_lacks_has_no_alarm(tmp_path: Path) -> None:
    """Without the role there is no alarm of it, and without the selector none of uncommanded runs."""
    found = _of(_load(tmp_path, ("layouts.yaml", "        remote: {at: 0, bit: 2}\n", "")))
    assert "ps1/pump1:mismatch" in found
    assert "ps1/pump1:uncommanded_run" not in found
    assert "ps1/pump1/trip:trip" not in _of(
        _load(tmp_path / "b", ("layouts.yaml", "        trip: {at: 0, bit: 1}\n", ""))
    )


def test_a_device_in_commissioning_raises_nothing(tmp_path: Path) -> None:
    """Its values are shown with their marks, but nothing of it alarms, not even its link."""
    site = _load(
        tmp_path, ("devices.yaml", "    word_order: cdab\n", "    word_order: cdab\n    commissioning: true\n")
    )
    assert {alarm.device for alarm in site.alarms} == {"plc2"}
    assert dict(next(t for t in site.tags if t.path == "ps1/pump1/current").marks)["HH"] == 55


def test_monitoring_only_has_no_alarms_of_commands(tmp_path: Path) -> None:
    """A station that cannot be commanded has no mismatch and no uncommanded run."""
    site = _load(tmp_path, ("stations/ps1.yaml", "headline:", "monitoring_only: true\nheadline:"))
    kinds = {alarm.kind for alarm in site.alarms}
    assert AlarmKind.MISMATCH not in kinds and AlarmKind.UNCOMMANDED not in kinds


def test_the_sheet_is_the_last_word(tmp_path: Path) -> None:
    """alarms.csv changes what it says, in one language only if it says one, and the mark follows the limit."""
    site = _load(tmp_path, sheet=SHEET)
    found = _of(site)
    high = found["ps1/well/level:HH"]
    assert (high.priority, high.limit, high.deadband, high.on_delay_s, high.latching) == (2, 4.2, 0.05, 7, True)
    assert high.consequence == Label("后果", "Streets flood")
    assert dict(next(t for t in site.tags if t.path == "ps1/well/level").marks)["HH"] == 4.2
    assert (found["ps1/pump2:mismatch"].priority, found["ps1/pump1:mismatch"].priority) == (4, 3)
    assert found["ps2/well/level:HH"].limit == 4


def test_shifts_and_escalation(site: Site) -> None:
    """In minutes after midnight and by priority and time."""
    assert site.shifts == (
        ShiftSpec("day", Label("白班", "Day"), 480, 1200),
        ShiftSpec("night", Label("夜班", "Night"), 1200, 480),
    )
    assert site.escalation == (EscalationStep(1, 60, "supervisor"), EscalationStep(1, 180, "engineer"))


@pytest.mark.parametrize(
    "times", [("06:00", "14:00", "22:00"), ("00:00", "08:00", "16:00")], ids=["from six", "from midnight"]
)
def test_three_shifts_cover_the_day(tmp_path: Path, times: tuple[str, str, str]) -> None:
    """早、中、夜 cover the day wherever the first begins."""
    rows = [
        f"  s{i}: {{label: {{zh: 班, en: Shift}}, start: '{start}', end: '{times[(i + 1) % 3]}'}}\n"
        for i, start in enumerate(times)
    ]
    text = ALARM_SITE["site.yaml"]
    begin, end = text.index("  day: {"), text.index("escalation:")
    site = load_site(write_site(tmp_path, {**ALARM_SITE, "site.yaml": text[:begin] + "".join(rows) + text[end:]}))
    assert [shift.id for shift in site.shifts] == ["s0", "s1", "s2"]


def test_a_site_with_alarms_survives_its_json_and_one_without_still_loads(site: Site, tmp_path: Path) -> None:
    """The store keeps alarms, shifts and escalation; a site from before they existed has none."""
    assert site_from_json(site_to_json(site)) == site
    old = json.loads(site_to_json(load_site(write_site(tmp_path, SMALL_SITE))))
    for key in ("alarms", "escalation", "shifts"):
        assert old.pop(key) == []
    before = site_from_json(json.dumps(old))
    assert (before.alarms, before.escalation, before.shifts) == ((), (), ())


def test_changed_alarms_are_told_in_words(site: Site, tmp_path: Path) -> None:
    """The preview of an applied site names each alarm and word; a new shift and escalation too."""
    before = number_tags(site, {})
    edits = (
        ("types.yaml", "side: above, limit: 0.5", "side: both, limit: 0.6"),
        ("site.yaml", "after_s: 180", "after_s: 240"),
        ("site.yaml", "start: '08:00', end: '20:00'", "start: '07:30', end: '20:00'"),
        ("site.yaml", "start: '20:00', end: '08:00'", "start: '20:00', end: '07:30'"),
        ("stations/ps1.yaml", "H: {omit: true}\n", "H: {priority: 4}\n"),
    )
    lines = list(difference(before, _load(tmp_path, *edits)).lines())
    assert "~ alarm ps1/well/level:rise" in lines
    assert "    limit: 0.5 → 0.6" in lines and "    side: above → both" in lines
    assert "+ alarm ps1/pump2/current:H" in lines
    assert "    start: 08:00 → 07:30" in lines
    assert any("priority 1 after 240 s engineer" in line for line in lines)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"tag": "ps1/x/y"}, "speaks of 'ps1/x/y', which is no tag"),
        ({"equipment": "ps1/x"}, "'ps1/x', which is no equipment"),
        ({"areas": ("moon",)}, "'moon', which is no area"),
        ({"priority": 9}, "the priority 9"),
        ({"limit": None}, "has no limit"),
        ({"side": 0}, "has the side 0"),
        ({"on_delay_s": -1.0}, "negative"),
        ({"name": "H"}, "is called 'H'"),
    ],
)
def test_a_site_that_arrives_as_json_is_looked_through(site: Site, change: dict[str, object], sentence: str) -> None:
    """An alarm that speaks of nothing, or that no engine could judge, is refused."""
    high = _of(site)["ps1/well/level:HH"]
    broken = dataclasses.replace(site, alarms=(dataclasses.replace(high, **change),))  # type: ignore[arg-type]
    (found,) = inconsistencies(broken)
    assert sentence in found
    assert inconsistencies(site) == ()


def test_the_schema_knows_the_words_of_alarms() -> None:
    """An editor completes and checks them: what must be said, how far a priority goes, what a time looks like."""
    every = schemas()
    form = every["types.yaml"]["$defs"]["AlarmForm"]
    assert set(form["required"]) == {"priority", "consequence", "action", "respond_s"}
    assert (form["properties"]["priority"]["minimum"], form["properties"]["priority"]["maximum"]) == (1, 4)
    assert every["site.yaml"]["$defs"]["ShiftForm"]["properties"]["start"]["pattern"].startswith("^([01]")
    assert "omit" in every["stations/*.yaml"]["$defs"]["AlarmOverride"]["properties"]
    assert "AlarmForm" in every["devices.yaml"]["$defs"] and "consequence_en" in every["alarms.csv"]["properties"]
