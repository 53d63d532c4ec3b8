"""The documents about sites keep their word: the worked example compiles, the table of types is the demo's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.model.alarms.spec import AlarmKind
from app.model.spec import Site
from app.site.compiling.types import templates_of
from app.site.faults import FaultList, SiteFaults
from app.site.folder import read_folder
from app.site.forms.alarms import EquipmentAlarmForm
from app.site.loading import load_site
from app.site.outline import summary
from tests.helpers.site_files import edit, write_site
from tests.helpers.sources import ROOT

ALARMS = (ROOT / "docs/alarms.md").read_text(encoding="utf-8")
TYPES = (ROOT / "docs/equipment-types.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / "docs/add-a-station.md").read_text(encoding="utf-8")
DEMO = ROOT / "resources/sites/xiasha"


def _files() -> dict[str, str]:
    """Return the example's files: every block whose first line is `# NAME`. YAML keeps it, a list knows no comments."""
    blocks = re.findall(r"^```(yaml|csv)\n(# (\S+)\n)(.*?)^```$", EXAMPLE, re.MULTILINE | re.DOTALL)
    found = {name: (first if kind == "yaml" else "") + text for kind, first, name, text in blocks}
    return {**found, "types.yaml": (DEMO / "types.yaml").read_text(encoding="utf-8")}


@pytest.fixture
def example(tmp_path: Path) -> Site:
    """The example with the demo's types."""
    return load_site(write_site(tmp_path, _files()))


def test_the_worked_example_is_sound(example: Site) -> None:
    """The example's files compile, and the line that `site check` prints is the one in the document."""
    assert sorted(_files()) == [
        "devices.yaml", "layouts.yaml", "site.yaml", "stations/ps06.yaml", "tags/ps06.csv", "types.yaml",
    ]  # fmt: skip
    assert summary(example) in EXAMPLE.splitlines()


def test_the_worked_example_is_what_it_says(example: Site) -> None:
    """The station is in commissioning, its pumps obey by their index and every permissive finds its tag."""
    assert [d.commissioning for d in example.devices] == [True]
    pump = next(e for e in example.equipment if e.path == "ps06/pump1")
    assert (pump.index, [c.verb for c in pump.commands]) == (11, ["start", "stop", "auto", "mode", "reset"])
    assert {c.tag: c.value for c in pump.permissives}["ps06/well/level"] == 0.9
    assert example.alarms == ()
    well = next(e for e in example.equipment if e.path == "ps06/well")
    assert well.tag("temperature") == "ps06/well/temperature"


def test_the_worked_example_gets_its_alarms_by_its_types_alone(tmp_path: Path) -> None:
    """With commissioning ended it has as many as the document says, none of which the example's station wrote."""
    files = edit(_files(), "devices.yaml", "commissioning: true ", "commissioning: false")
    site = load_site(write_site(tmp_path, files))
    assert f"the {len(site.alarms)} alarms" in EXAMPLE and "alarms:" not in files["stations/ps06.yaml"]
    found = {alarm.path: alarm.limit for alarm in site.alarms}
    assert (found["ps06/well/level:H"], found["ps06/well/level:HH"], found["ps06/pump2:low_flow"]) == (2.9, 3.2, 120)
    assert "plc-ps06:comm" in found and "ps06/pump1/winding_temp:H" not in found


def test_the_fault_in_the_document_is_the_fault_one_gets(tmp_path: Path) -> None:
    """The example of a fault is the real message of that mistake, line for line."""
    files = edit(_files(), "stations/ps06.yaml", "index: 12, base: 40", "index: 12, base: 26")
    with pytest.raises(SiteFaults) as caught:
        load_site(write_site(tmp_path, files))
    assert [str(f) for f in caught.value.faults] == [x for x in EXAMPLE.splitlines() if "overlaps" in x]


def _described() -> dict[str, dict[str, str]]:
    """Return, for each type of the first table, what stands behind each of its roles."""
    rows = re.findall(r"^\| `(\w+)`(?: \(`\w+`\))? \| (.+) \|$", TYPES.split("Commands by type")[0], re.MULTILINE)
    found: dict[str, dict[str, str]] = {}
    for name, text in rows:
        inherited = re.match(r"the roles of `(\w+)` and ", text)
        roles = dict(re.findall(r"`(\w+)`([^·|]*)", text[inherited.end() :] if inherited else text))
        found[name] = {**(found[inherited[1]] if inherited else {}), **roles}
    return found


def test_the_table_of_types_is_the_demos() -> None:
    """The document's types and roles are those of the demo's types.yaml, unit by unit."""
    forms = read_folder(DEMO, FaultList()).types
    assert forms is not None
    templates, _ = templates_of(forms)
    described = _described()
    assert {name: set(roles) for name, roles in described.items()} == {n: set(t.tags) for n, t in templates.items()}
    wrong = [
        f"{name}/{role}: {said.get('unit')}"
        for name, template in templates.items()
        for role, said in template.tags.items()
        if said.get("unit") not in described[name][role]
    ]
    assert wrong == []


def test_the_table_of_commands_is_the_demos() -> None:
    """Verbs and codes of the document are those of the demo's types.yaml."""
    forms = read_folder(DEMO, FaultList()).types
    assert forms is not None
    rows = re.findall(r"^\| (?:`(\w+)`)? *\| `(\w+)` \| (\d+) \|", TYPES, re.MULTILINE)
    told: dict[str, dict[str, int]] = {}
    name = ""
    for kind, verb, code in rows:
        name = kind or name
        told.setdefault(name, {})[verb] = int(code)
    written = {
        kind: {verb.value: command.code for verb, command in form.commands.items()}
        for kind, form in forms.form.types.items()
        if form.commands
    }
    assert told == written


def test_the_own_type_of_the_document_is_sound(tmp_path: Path) -> None:
    """The example of an own type joins the demo's types without a fault."""
    (block,) = re.findall(r"^```yaml\ntypes:\n(.*?)^```$", TYPES, re.MULTILINE | re.DOTALL)
    files = _files()
    assert load_site(write_site(tmp_path, {**files, "types.yaml": files["types.yaml"] + block}))


def test_the_table_of_alarms_is_the_demos() -> None:
    """The alarms that the document lists per type are those of the demo's types.yaml."""
    rows = re.findall(r"^\| `(\w+)` \| (.+) \|$", TYPES.split("## Alarms")[1].split("## A type")[0], re.MULTILINE)
    told = {name: _alarms_of(text) for name, text in rows}
    forms = read_folder(DEMO, FaultList()).types
    assert forms is not None
    written = {
        name: {f"{role}:{a}" for role, tag in form.tags.items() for a in tag.alarms} | {f":{a}" for a in form.alarms}
        for name, form in forms.form.types.items()
    }
    assert told == {name: alarms for name, alarms in written.items() if alarms}


def _alarms_of(text: str) -> set[str]:
    """Return "level:LL", "level:H"… from `level:LL` `:H`, where an alarm with a bare colon belongs to the role before
    it, or at the beginning of a part to the equipment."""
    found = set()
    for part in text.split(" · "):
        role = ""
        for name in re.findall(r"`(\w*:\w+)`", part):
            role = name.partition(":")[0] or role
            found.add(f"{role}:{name.partition(':')[2]}")
    return found


def test_the_alarms_of_the_document_are_sound_and_every_word_is_told(tmp_path: Path) -> None:
    """The example type joins the demo's; each word of the form and each kind has its row."""
    (block,) = re.findall(r"^```yaml\ntypes:\n(.*?)^```$", ALARMS, re.MULTILINE | re.DOTALL)
    files = _files()
    assert load_site(write_site(tmp_path, {**files, "types.yaml": files["types.yaml"] + block}))
    rows = " ".join(re.findall(r"^\| (`.+?) \|", ALARMS, re.MULTILINE))
    told = set(re.findall(r"`(\w+)`", rows))
    assert set(EquipmentAlarmForm.model_fields) | {kind.value for kind in AlarmKind} <= told
