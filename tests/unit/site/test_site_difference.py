"""What applying a site changes, in plain records: the preview, the journal and what must be proven again."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from app.model.numbering import number_tags
from app.model.spec import Site
from app.site.difference import Change, ChangeKind, FieldChange, Rewired, SiteDifference, difference
from app.site.loading import load_site
from tests.helpers.site_files import SMALL_SITE, edit, write_site


@pytest.fixture
def before(tmp_path: Path) -> Site:
    """The small site as it is applied: numbered."""
    return number_tags(load_site(write_site(tmp_path / "before", SMALL_SITE)), {})


def _after(tmp_path: Path, *edits: tuple[str, str, str]) -> Site:
    files = dict(SMALL_SITE)
    for file, old, new in edits:
        files = edit(files, file, old, new)
    return load_site(write_site(tmp_path / "after", files))


def test_the_same_site_differs_in_nothing(before: Site, tmp_path: Path) -> None:
    """Numbers that the store gave are no difference."""
    found = difference(before, _after(tmp_path))
    assert (found.changes, found.rewired, bool(found)) == ((), (), False)


def test_a_first_site_is_all_new_and_rewires_nothing(before: Site) -> None:
    """With nothing applied before, everything is added, and no command waits for a proof."""
    found = difference(None, before)
    assert {c.kind for c in found.changes} == {ChangeKind.ADDED}
    assert found.counts()["added tag"] == len(before.tags)
    assert found.rewired == ()


def test_a_changed_tag_names_its_words(before: Site, tmp_path: Path) -> None:
    """A wider range of one pump is one changed tag with both values, and rewires nothing."""
    found = difference(before, _after(tmp_path, ("stations/ps1.yaml", "[0, 80]", "[0, 90.5]")))
    assert found.changes == (
        Change(ChangeKind.CHANGED, "tag", "ps1/pump2/current", (FieldChange("high", "80", "90.5"),)),
    )
    assert found.rewired == ()


def test_another_time_to_keep_samples_is_told(before: Site, tmp_path: Path) -> None:
    """A class of its own, and one that is kept for another time: months as people say them."""
    own = "retention: {short: {label: {zh: 短, en: Short}, months: 3}, odour: {label: {zh: 臭, en: Odour}, months: 0}}"
    found = difference(before, _after(tmp_path, ("site.yaml", "demo: true", f"demo: true\n{own}")))
    ((name, was, will),) = [(f.name, f.before, f.after) for c in found.changes for f in c.fields]
    assert name == "retention" and was == "standard 36 months, short 6 months, statutory for ever"
    assert will == "standard 36 months, short 3 months, statutory for ever, odour for ever"


def test_a_moved_index_rewires_every_command_of_that_equipment(before: Site, tmp_path: Path) -> None:
    """Another index in the command block: the pump's commands reach another place, its neighbour's do not."""
    found = difference(before, _after(tmp_path, ("stations/ps1.yaml", "index: 12", "index: 13")))
    assert found.rewired == (Rewired("ps1/pump2", ("start", "auto", "speed"), ()),)
    assert [(c.what, c.path) for c in found.changes] == [("equipment", "ps1/pump2")]


def test_another_code_rewires_one_command_of_each_equipment(before: Site, tmp_path: Path) -> None:
    """A verb with another code is rewired wherever the type is used."""
    found = difference(before, _after(tmp_path, ("types.yaml", "code: 3", "code: 30")))
    assert found.rewired == (Rewired("ps1/pump1", ("auto",), ()), Rewired("ps1/pump2", ("auto",), ()))
    assert [c.path for c in found.changes] == ["ps1/pump1 auto", "ps1/pump2 auto"]


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("devices.yaml", "127.0.0.1:15021", "127.0.0.1:15031"),
        ("stations/ps1.yaml", "base: {at: 500}", "base: {at: 600}"),
        ("stations/ps1.yaml", "echo: {at: 520}", "echo: {at: 620}"),
        ("stations/ps1.yaml", "device: plc1", "device: plc1\nmodbus_unit: 2"),
    ],
)
def test_another_endpoint_or_block_rewires_the_station(
    before: Site, tmp_path: Path, file: str, old: str, new: str
) -> None:
    """Another address of the PLC, another block or another unit: every command of the station must be proven again."""
    found = difference(before, _after(tmp_path, (file, old, new)))
    assert {r.equipment: r.moved for r in found.rewired} == {
        "ps1/pump1": ("start", "auto"),
        "ps1/pump2": ("start", "auto", "speed"),
    }


def test_a_new_pump_must_be_proven_too(before: Site, tmp_path: Path) -> None:
    """Commands that did not exist are told apart from those that moved."""
    added = ("stations/ps1.yaml", "  pump2:\n", "  pump3: {type: pump, index: 14, base: 140}\n  pump2:\n")
    found = difference(before, _after(tmp_path, added))
    assert found.rewired == (Rewired("ps1/pump3", (), ("start", "auto")),)
    assert found.counts() == {"added equipment": 1, "added command": 2, "added tag": 5}


def test_a_removed_station_is_told(before: Site, tmp_path: Path) -> None:
    """What goes is listed as removed and rewires nothing."""
    files = {name: text for name, text in SMALL_SITE.items() if name != "stations/ps2.yaml"}
    found = difference(before, load_site(write_site(tmp_path / "after", files)))
    assert found.counts() == {"removed facility": 1, "removed equipment": 1, "removed tag": 2}
    assert found.rewired == ()


def test_lines_and_journal_say_the_same(before: Site, tmp_path: Path) -> None:
    """The preview is readable, and the journal's detail is plain JSON with the same content."""
    edits = (("devices.yaml", "{fast: 500}", "{fast: 1000}"), ("stations/ps1.yaml", "index: 12", "index: 13"))
    found = difference(before, _after(tmp_path, *edits))
    assert list(found.lines()) == [
        "~ device plc2",
        "    groups: fast 500 ms → fast 1000 ms",
        "~ equipment ps1/pump2",
        "    index: 12 → 13",
        "! ps1/pump2: moved: start, auto, speed",
    ]
    plain = json.loads(json.dumps(found.to_plain()))
    assert [c["path"] for c in plain["changes"]] == ["plc2", "ps1/pump2"]
    assert plain["rewired"] == [{"equipment": "ps1/pump2", "moved": ["start", "auto", "speed"], "new": []}]


def test_map_and_site_words_are_told(before: Site, tmp_path: Path) -> None:
    """A renamed site, another zone and a new shape are changes of the site itself."""
    label = dataclasses.replace(before.label, en="Smaller")
    after = dataclasses.replace(before, label=label, timezone="UTC", shapes=())
    found: SiteDifference = difference(before, after)
    assert [(f.name, f.before, f.after) for f in found.changes[0].fields] == [
        ("label", "小站 · Small", "小站 · Smaller"),
        ("timezone", "Asia/Shanghai", "UTC"),
        ("map", "1 shapes", "0 shapes"),
    ]
