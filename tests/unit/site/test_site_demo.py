"""The demo site: complete, consistent with itself, and rich enough to exercise every driver."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from app.model.commands.verbs import Verb
from app.model.points import ModbusPoint, OpcUaPoint, Table, WordOrder, WordType
from app.model.spec import Equipment, FacilityKind, Label, Protocol, Site, TagSpec
from app.model.spec_json import site_from_json, site_to_json
from app.plant.programs.sensors import NOISE_OF_ROLE
from app.site.loading import load_site
from tests.helpers.sources import ROOT

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def site() -> Site:
    """The demo site as it stands in the repository."""
    return load_site(ROOT / "resources/sites/xiasha")


def _of(site: Site, facility: str) -> dict[str, Equipment]:
    return {e.path.partition("/")[2]: e for e in site.equipment if e.facility == facility}


def test_five_stations_with_their_pumps(site: Site) -> None:
    """Two sewage, two rain and one combined station, with 3, 4, 3, 2 and 3 pumps."""
    stations = {f.id: f.kind for f in site.facilities if f.devices}
    assert stations == {
        "ps01": FacilityKind.SEWAGE_STATION,
        "ps02": FacilityKind.SEWAGE_STATION,
        "ps03": FacilityKind.RAIN_STATION,
        "ps04": FacilityKind.RAIN_STATION,
        "ps05": FacilityKind.COMBINED_STATION,
    }
    pumps = {name: [e.type for e in _of(site, name).values() if e.symbol == "pump"] for name in stations}
    assert pumps == {
        "ps01": ["pump"] * 3,
        "ps02": ["vfd_pump"] * 4,
        "ps03": ["pump"] * 3,
        "ps04": ["pump"] * 2,
        "ps05": ["pump"] * 3,
    }
    common = {"well", "rack", "outflow", "pressure", "supply", "plc"}
    assert all(common <= _of(site, name).keys() for name in stations)


def test_four_devices_of_three_protocols(site: Site) -> None:
    """Two Modbus TCP PLCs, one gateway with units 3 and 4, one OPC UA server that signs and encrypts; all loopback."""
    assert {d.id: (d.protocol, d.address) for d in site.devices} == {
        "plc-ps01": (Protocol.MODBUS_TCP, "127.0.0.1:15021"),
        "plc-ps02": (Protocol.MODBUS_TCP, "127.0.0.1:15022"),
        "gw-rain": (Protocol.MODBUS_RTU_TCP, "127.0.0.1:15023"),
        "plc-ps05": (Protocol.OPCUA, "opc.tcp://127.0.0.1:15024/"),
    }
    units = {t.point.unit for t in site.tags if t.device == "gw-rain" and isinstance(t.point, ModbusPoint)}
    opcua = site.devices[-1]
    assert (units, opcua.security, opcua.user) == ({3, 4}, "Basic256Sha256", "qianliyan")


def test_the_drivers_are_truly_exercised(site: Site) -> None:
    """All four tables, most word types, both word orders, bits of status words, scaled and signed values, gaps."""
    points = [t.point for t in site.tags if isinstance(t.point, ModbusPoint)]
    assert {p.table for p in points} == set(Table)
    assert {p.type for p in points} >= {
        WordType.BIT, WordType.U16, WordType.I16, WordType.U32, WordType.I32, WordType.U64, WordType.F32, WordType.F64,
    }  # fmt: skip
    assert {p.order for p in points} == {WordOrder.ABCD, WordOrder.CDAB}
    assert any(p.type is WordType.BIT and p.table is Table.INPUT and p.bit == 15 for p in points)
    assert len({p.scale for p in points}) >= 4
    assert 250 <= sum(1 for t in site.tags if t.point is not None) <= 350
    assert sum(1 for t in site.tags if isinstance(t.point, OpcUaPoint)) > 50


def _labels(site: Site) -> Iterator[tuple[str, Label]]:
    for facility in site.facilities:
        yield facility.id, facility.label
    for equipment in site.equipment:
        yield equipment.path, equipment.label
        for command in equipment.commands:
            yield f"{equipment.path} {command.verb}", command.label
        for condition in (*equipment.permissives, *equipment.interlocks):
            yield f"{equipment.path} {condition.tag}", condition.label
    for tag in site.tags:
        yield tag.path, tag.label
        for state in tag.states:
            yield f"{tag.path} {state.value}", state.label


def test_both_languages_are_complete(site: Site) -> None:
    """Every name of every thing is Chinese in Chinese and not in English (pH is pH)."""
    labels = list(_labels(site))
    assert [p for p, label in labels if not CHINESE.search(label.zh) and label.zh != "pH"] == []
    assert [p for p, label in labels if CHINESE.search(label.en)] == []


def test_every_state_has_a_name(site: Site) -> None:
    """A discrete or enum value names each of its states, and what is abnormal is one of them."""
    wrong = [
        t.path
        for t in site.tags
        if t.kind.value in ("discrete", "enum") and not set(t.abnormal) <= {s.value for s in t.states}
    ]
    assert wrong == []
    assert [t.path for t in site.tags if t.kind.value == "discrete" and len(t.states) != 2] == []


def test_the_levels_of_each_well_are_in_order(site: Site) -> None:
    """Dry-run trip below the last stop below the starts below high-high below overflow, one start per pump, and the
    conditions of the pumps speak of the same levels."""
    tags: dict[str, TagSpec] = {t.path: t for t in site.tags}
    for facility in (f for f in site.facilities if f.devices):
        assert facility.level is not None
        tag = tags[facility.level]
        marks = dict(tag.marks)
        pumps = [e for e in _of(site, facility.id).values() if e.symbol == "pump"]
        starts = [marks[f"start{n}"] for n in range(1, len(pumps) + 1)]
        steps = [marks["LL"], marks["stop"], *starts, marks["HH"], marks["overflow"]]
        assert steps == sorted(set(steps)), facility.id
        assert (marks["overflow"], f"start{len(pumps) + 1}" in marks) == (facility.overflow_level, False)
        for pump in pumps:
            assert {c.value for c in pump.permissives if c.tag == facility.level} == {marks["stop"]}
            assert {c.value for c in pump.interlocks if c.tag == facility.level} == {marks["LL"]}
        level = _of(site, facility.id)["well"].command("level")
        assert level is not None and level.low is not None and level.high is not None
        assert marks["stop"] < level.low < starts[0] < level.high < (starts[1:] or [marks["HH"]])[0]


def test_commands_can_be_sent_and_proven(site: Site) -> None:
    """Each verb is known, its feedback reads tags of its own equipment, its index is its own within the block."""
    for facility in (f for f in site.facilities if f.devices):
        assert facility.block is not None
        found = [e for e in _of(site, facility.id).values() if e.commands]
        assert len({e.index for e in found}) == len(found)
        for equipment in found:
            assert {c.verb for c in equipment.commands} <= {verb.value for verb in Verb}
            assert all(f.tag.startswith(f"{equipment.path}/") for c in equipment.commands for f in c.feedback)
    gates = [e for e in site.equipment if e.type == "gate"]
    opening = [e.command("open") for e in gates]
    assert [c is not None and c.two_person for c in opening] == [True] * 3


def test_rain_pumps_wait_for_their_gate(site: Site) -> None:
    """At the rain stations no pump starts against a closed outlet gate."""
    pumps = [e for e in site.equipment if e.facility in ("ps03", "ps04") and e.type == "pump"]
    gates = [{c.tag for c in pump.permissives} >= {f"{pump.facility}/gate1/opened"} for pump in pumps]
    assert gates == [True] * 5


def test_the_map_is_on_the_map(site: Site) -> None:
    """Every facility lies on the field, stations stand apart, and every link ends where it should."""
    places = {f.id: f.place for f in site.facilities}
    assert all(0 <= p.x <= 1000 and 0 <= p.y <= 1000 for p in places.values())
    stations = [f.place for f in site.facilities if f.devices]
    apart = [abs(a.x - b.x) + abs(a.y - b.y) for i, a in enumerate(stations) for b in stations[:i]]
    assert min(apart) > 150
    assert all((x.path[0], x.path[-1]) == (places[x.source], places[x.target]) for x in site.links)
    assert {s.kind for s in site.shapes} == {"river", "canal", "road", "zone"}
    assert [s.kind for s in site.shapes if s.path[0] == s.path[-1]] == ["river", "zone"]


def test_the_demo_survives_its_json(site: Site) -> None:
    """The site that the store keeps is the one that the files say."""
    assert site_from_json(site_to_json(site)) == site


# Who may be hurt, or a spill now or near: nothing else has the highest priority.
HIGHEST = {"well/overflow_float:overflow", "well/level:HH", "gas/h2s:HH", "gas/ch4:HH"}


def test_priorities_are_few_where_they_are_high(site: Site) -> None:
    """About 80 % low, 15 % medium, 5 % high; the highest for danger to people and spills alone."""
    share = {p: sum(1 for a in site.alarms if a.priority == p) / len(site.alarms) for p in (1, 2, 3, 4)}
    assert 0.03 < share[1] < 0.06
    assert 0.1 < share[2] < 0.2
    assert 0.75 < share[3] + share[4] < 0.87
    assert {a.path.partition("/")[2] for a in site.alarms if a.priority == 1} == HIGHEST
    assert 200 < len(site.alarms) < 300


def test_every_alarm_says_what_happens_and_what_to_do(site: Site) -> None:
    """In both languages, in whole sentences, and not the same for different conditions."""
    for alarm in site.alarms:
        for label in (alarm.label, alarm.consequence, alarm.action):
            assert (CHINESE.search(label.zh) or label.zh == "pH") and not CHINESE.search(label.en), alarm.path
        assert len(alarm.consequence.zh) >= 10 and len(alarm.action.en) >= 25, alarm.path
        assert 60 <= alarm.respond_s <= 8 * 3600, alarm.path
    conditions = {re.sub(r"^.*/|\d", "", alarm.path): alarm.consequence.en for alarm in site.alarms if alarm.facility}
    assert len(set(conditions.values())) > 0.9 * len(conditions)


def test_what_is_drawn_is_what_alarms(site: Site) -> None:
    """LL, L, H and HH beside an indicator are the limits of its alarms, and each alarm's limit is drawn."""
    marks = {(t.path, name): value for t in site.tags for name, value in t.marks if name in ("LL", "L", "H", "HH")}
    limits = {(a.tag, a.name): a.limit for a in site.alarms if a.path == f"{a.tag}:{a.name}" and a.limit is not None}
    assert {key: limits[key] for key in marks if key in limits} == {key: marks[key] for key in marks if key in limits}
    drawn = {key for key in limits if key[1] in ("LL", "L", "H", "HH")}
    assert drawn <= marks.keys()
    # pH alone is drawn with outer limits that nobody need act on at once.
    assert {path for path, _ in marks.keys() - limits.keys()} <= {"ps04/analyser/ph"}


def test_noise_does_not_make_an_alarm_chatter(site: Site) -> None:
    """A measurement that hovers at its limit: six standard deviations of the plant's noise are within the deadband,
    and coming or going takes some seconds."""
    for alarm in (a for a in site.alarms if a.limit is not None and a.kind.value in ("limit", "deviation")):
        role = alarm.tag.rpartition("/")[2]
        absolute, relative = NOISE_OF_ROLE.get(role, (0.0, 0.0))
        if role != "flow":  # a pump delivers or it does not
            assert alarm.deadband >= 6 * (absolute + relative * abs(alarm.limit or 0.0)), alarm.path
        assert alarm.on_delay_s >= 3 and alarm.off_delay_s >= 10, alarm.path


def test_first_outs_of_each_pump_and_of_each_supply(site: Site) -> None:
    """What can stop a pump is one group; so is what can take a station's supply."""
    groups: dict[str, set[str]] = {}
    for alarm in site.alarms:
        if alarm.group:
            groups.setdefault(alarm.group, set()).add(alarm.name)
    pumps = [e.path for e in site.equipment if e.symbol == "pump"]
    assert all(groups[f"{p}#trip"] == {"trip", "HH", "leak", "mismatch", "uncommanded_stop"} for p in pumps)
    assert all(groups[f"ps0{n}#supply"] == {"lost", "L"} for n in range(1, 6))


def test_devices_shifts_and_escalation(site: Site) -> None:
    """One link alarm and one clock alarm per device; two shifts; the highest priority goes on after a minute."""
    assert {a.path for a in site.alarms if a.kind.value in ("comm", "clock")} == {
        f"{device.id}:{name}" for device in site.devices for name in ("comm", "clock")
    }
    rain = next(a for a in site.alarms if a.path == "gw-rain:comm")
    assert (rain.facility, set(rain.areas)) == ("", {"central", "east"})
    assert [(s.id, s.start, s.end) for s in site.shifts] == [("day", 480, 1200), ("night", 1200, 480)]
    assert [(s.after_s, s.role) for s in site.escalation if s.priority == 1] == [(60, "supervisor"), (180, "engineer")]
