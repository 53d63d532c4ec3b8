"""The demo site: complete, consistent with itself, and rich enough to exercise every driver."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from app.model.commands.verbs import Verb
from app.model.points import ModbusPoint, OpcUaPoint, Table, WordOrder, WordType
from app.model.spec import Equipment, FacilityKind, Label, Protocol, Site, TagSpec
from app.model.spec_json import site_from_json, site_to_json
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
