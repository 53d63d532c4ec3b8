"""What sound files compile to: templates, overrides, addresses, references and lists."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import ConfigurationFault
from app.model.points import ModbusPoint, OpcUaPoint, Table, WordOrder, WordType
from app.model.spec import Condition, Label, Op, Place, Site, TagKind, TagSpec
from app.model.spec_json import site_from_json, site_to_json
from app.site.faults import SiteFaults
from app.site.loading import load_site
from tests.helpers.site_files import SMALL_SITE, edit, write_site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """The small site."""
    return load_site(write_site(tmp_path, SMALL_SITE))


def _tag(site: Site, path: str) -> TagSpec:
    return next(tag for tag in site.tags if tag.path == path)


def test_an_instance_gives_only_what_differs(site: Site) -> None:
    """The second pump has its own range and everything else of the type, with the base and the device's word order."""
    tag = _tag(site, "ps1/pump2/current")
    assert (tag.low, tag.high, tag.normal_low, tag.normal_high) == (0, 80, 0, 42)
    assert (tag.unit, tag.deadband, tag.marks, tag.device, tag.group) == ("A", 0.2, (("H", 50),), "plc1", "fast")
    assert tag.point == ModbusPoint(1, Table.HOLDING, 122, WordType.U16, order=WordOrder.CDAB, scale=0.1)


def test_a_type_that_extends_has_everything_of_the_other(site: Site) -> None:
    """The drive has the pump's roles, commands and safe action, and is drawn as a pump."""
    drive = next(e for e in site.equipment if e.path == "ps1/pump2")
    assert (drive.type, drive.symbol, drive.safe_action, drive.max_starts_per_hour) == ("vfd_pump", "pump", "auto", 6)
    assert [c.verb for c in drive.commands] == ["start", "auto", "speed"]
    assert [role for role, _ in drive.tags] == ["run", "trip", "mode", "current", "hours", "speed"]
    assert drive.label == Label("2#变频泵", "Drive 2")


def test_parameters_reach_conditions(site: Site) -> None:
    """A permissive takes the type's parameter, and the instance's where it gives one."""
    levels = {e.path: e.permissives for e in site.equipment if e.permissives}
    label = Label("液位", "Level")
    assert levels["ps1/pump1"] == (Condition(label, "ps1/well/level", Op.GT, 0.8),)
    assert levels["ps1/pump2"] == (Condition(label, "ps1/well/level", Op.GT, 0.9),)


def test_feedback_is_spoken_in_words(site: Site) -> None:
    """A feedback's label says the tag and the state in both languages."""
    pump = next(e for e in site.equipment if e.path == "ps1/pump1")
    start = pump.command("start")
    assert start is not None
    assert start.feedback == (Condition(Label("运行 = 开", "Run = running"), "ps1/pump1/run", Op.EQ, 1),)


def test_nodes_are_made_from_patterns(site: Site) -> None:
    """The OPC UA station's tags are nodes with facility, equipment and role filled in."""
    assert _tag(site, "ps2/well/level").point == OpcUaPoint("ns=2;s=ps2.well.level")
    assert _tag(site, "ps2/well/beat").point == OpcUaPoint("ns=2;s=ps2.beat")


def test_a_list_adds_tags(site: Site) -> None:
    """A row of a list becomes a tag: a role of the equipment if that exists, else a tag of the facility alone."""
    well = next(e for e in site.equipment if e.path == "ps1/well")
    assert well.tag("temp") == "ps1/well/temp"
    temp, door = _tag(site, "ps1/well/temp"), _tag(site, "ps1/yard/door")
    assert temp.point == ModbusPoint(1, Table.HOLDING, 40, WordType.I16, order=WordOrder.CDAB)
    assert (temp.low, temp.high, temp.unit) == (-10, 60, "°C")
    assert door.kind is TagKind.DISCRETE
    assert door.point == ModbusPoint(1, Table.DISCRETE, 3, WordType.BIT, order=WordOrder.CDAB)


def test_samples_are_kept_as_the_nearest_word_says(tmp_path: Path) -> None:
    """Standard if nobody says anything, the type's class, the equipment's own, a class of the site; short for what the
    engine says of itself and of devices."""
    files = edit(
        SMALL_SITE, "types.yaml", "deadband: 0.2", "deadband: 0.2, keep: statutory".replace(", ", "\n        ")
    )
    files = edit(files, "stations/ps1.yaml", "range: [0, 80]", "range: [0, 80], keep: odour")
    files = edit(
        files, "site.yaml", "demo: true", "demo: true\nretention: {odour: {label: {zh: 臭, en: Odour}, months: 12}}"
    )
    site = load_site(write_site(tmp_path, files))
    kept = {path: _tag(site, path).keep for path in ("ps1/pump1/run", "ps1/pump1/current", "ps1/pump2/current")}
    assert list(kept.values()) == ["standard", "statutory", "odour"]
    assert {t.keep for t in site.tags if t.path.startswith(("dev/", "engine/"))} == {"short"}
    assert [(c.id, c.months) for c in site.retention] == [
        ("standard", 36),
        ("short", 6),
        ("statutory", 0),
        ("odour", 12),
    ]


def test_links_are_whole_lines(site: Site) -> None:
    """A link's path begins at one facility and ends at the other."""
    assert site.links[0].path == (Place(100, 100), Place(500, 600), Place(900, 500))


def test_every_device_and_the_engine_have_their_own_tags(site: Site) -> None:
    """Diagnostics exist without being written: they carry no point and no device."""
    paths = {tag.path for tag in site.tags if tag.point is None}
    names = (
        "state",
        "last_good",
        "rate",
        "scan_ms",
        "overruns",
        "reconnects",
        "failures",
        "bad_replies",
        "clock_offset",
    )
    assert {p for p in paths if p.startswith("dev/plc1/")} == {f"dev/plc1/{name}" for name in names}
    own = ("cpu", "memory", "loop_lag", "commit_ms", "writer_queue", "store_size", "disk", "spooled", "log_left_out")
    history = ("history", "history_lag", "history_samples", "history_bytes", "history_ms")
    assert {p for p in paths if p.startswith("engine/")} == {f"engine/{name}" for name in (*own, *history)}


def test_the_site_survives_its_json(site: Site) -> None:
    """A compiled site is of exactly the types that its records promise."""
    assert site_from_json(site_to_json(site)) == site


def test_addresses_are_replaced_by_device(tmp_path: Path) -> None:
    """A plant that took another port says so; an unknown device is refused, and so is a foreign host on a demo site."""
    folder = write_site(tmp_path, SMALL_SITE)
    site = load_site(folder, addresses={"plc1": "127.0.0.1:40001"})
    assert [d.address for d in site.devices] == ["127.0.0.1:40001", "opc.tcp://127.0.0.1:15024/"]
    with pytest.raises(ConfigurationFault, match="plc9, which the site does not have"):
        load_site(folder, addresses={"plc9": "127.0.0.1:1"})
    with pytest.raises(SiteFaults, match="loopback"):
        load_site(folder, addresses={"plc1": "192.0.2.1:502"})


def test_a_live_site_may_speak_to_the_world(tmp_path: Path) -> None:
    """What is not a demo may have any address."""
    files = edit(SMALL_SITE, "site.yaml", "demo: true", "demo: false")
    files = edit(files, "devices.yaml", "127.0.0.1:15021", "10.1.2.3:502")
    assert load_site(write_site(tmp_path, files)).devices[0].address == "10.1.2.3:502"


def test_roles_can_be_left_out(tmp_path: Path) -> None:
    """An instance without a role omits it; a condition that may miss its tag then disappears."""
    files = edit(SMALL_SITE, "stations/ps1.yaml", "base: 100}", "base: 100, omit: [current]}")
    files = edit(files, "types.yaml", "when: current < 55}", "when: current < 55, if_present: true}")
    site = load_site(write_site(tmp_path, files))
    pump = next(e for e in site.equipment if e.path == "ps1/pump1")
    assert (pump.tag("current"), pump.interlocks) == (None, ())


def test_a_station_may_only_be_watched(tmp_path: Path) -> None:
    """monitoring_only needs no command block and leaves every command out."""
    block = "command_block:\n  base: {at: 500}\n  echo: {at: 520}\n  heartbeat: well/beat\n"
    site = load_site(write_site(tmp_path, edit(SMALL_SITE, "stations/ps1.yaml", block, "monitoring_only: true\n")))
    assert {len(e.commands) for e in site.equipment} == {0}
    assert {e.safe_action for e in site.equipment} == {""}


def test_a_plc_without_a_block_is_written_directly(tmp_path: Path) -> None:
    """With `echo: none` each command has a register of its own in the layout, and the device may execute late."""
    block = "command_block:\n  base: {at: 500}\n  echo: {at: 520}\n  heartbeat: well/beat\n"
    files = edit(SMALL_SITE, "stations/ps1.yaml", block, "")
    files = edit(files, "devices.yaml", "    word_order: cdab\n", "    word_order: cdab\n    echo: none\n")
    files = edit(
        files,
        "layouts.yaml",
        "        hours: {at: 4, type: u32}\n",
        "        hours: {at: 4, type: u32}\n      commands:\n        start: {at: 8}\n        auto: {at: 9, code: 1}\n",
    )
    files = edit(
        files,
        "layouts.yaml",
        "        speed: {at: 6, type: f32}\n",
        "        speed: {at: 6, type: f32}\n      commands:\n        speed: {at: 10, type: f32}\n",
    )
    site = load_site(write_site(tmp_path, files))
    pump = next(e for e in site.equipment if e.path == "ps1/pump2")
    assert site.devices[0].late_execution
    assert [(c.verb, c.code, c.point.address if isinstance(c.point, ModbusPoint) else None) for c in pump.commands] == [
        ("start", 1, 128),
        ("auto", 1, 129),
        ("speed", 6, 130),
    ]


def test_a_point_of_an_instance_is_absolute(tmp_path: Path) -> None:
    """An override's point counts from 0, not from the base: it is there for the one value that stands elsewhere."""
    files = edit(SMALL_SITE, "stations/ps1.yaml", "{range: [0, 80]}", "{point: {table: input, at: 7, type: f32}}")
    point = _tag(load_site(write_site(tmp_path, files)), "ps1/pump2/current").point
    assert point == ModbusPoint(1, Table.INPUT, 7, WordType.F32, order=WordOrder.CDAB)
