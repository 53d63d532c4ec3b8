"""Calculated tags and expression alarms in site files: where they are said, where they exist, what is wrong."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner

from app.cli.main import app
from app.model.alarms.spec import AlarmKind
from app.model.formulas.spec import Apply, Formula, Number, Op, Over, OverTime, Tag, inputs_of
from app.model.spec import Site, TagSpec
from app.model.spec_json import site_from_json, site_to_json
from app.site.alarm_sheet import sheet_text, take
from app.site.consistency import inconsistencies
from app.site.difference import difference
from app.site.faults import SiteFaults
from app.site.loading import load_site
from app.site.schema import schemas
from tests.helpers.site_files import SMALL_SITE, edit, write_site
from tests.helpers.xiasha import FOLDER as DEMO

T, PS1, PS2 = "types.yaml", "stations/ps1.yaml", "stations/ps2.yaml"

_WELL: Final = "      beat: {label: {zh: 心跳, en: Beat}, kind: counter}\n"
_ALARM: Final = (
    "          {name}:\n            label: {{zh: 词, en: Words}}\n            when: {when}\n            priority: 3\n"
    "            consequence: {{zh: 后果, en: Harm}}\n            action: {{zh: 措施, en: Act}}\n"
    "            respond_s: 600\n"
)

FILES: Final = edit(
    edit(
        SMALL_SITE,
        T,
        _WELL,
        _WELL + "      double: {label: {zh: 双, en: Double}, unit: cm, formula: 'level * {times}'}\n"
        "      loads: {label: {zh: 荷, en: Loads}, unit: A, formula: pump1/current + pump2/current}\n"
        "      peak:\n        label: {zh: 峰, en: Peak}\n        unit: m\n"
        "        formula: >-\n          highest(\n          level, 1h)\n"
        "        alarms:\n" + _ALARM.format(name="odd", when="level < 1 and pump1/run and avg(level, 10min) < peak"),
    ),
    PS1,
    "overflow_level: 3.8\n",
    "overflow_level: 3.8\n"
    "calculated:\n"
    "  sums/starts:\n    label: {zh: 次, en: Starts}\n    kind: counter\n    formula: starts(pump1/run)\n"
    "  well/empty:\n    label: {zh: 空, en: Empty}\n    kind: discrete\n    formula: level < 0.5\n"
    "    alarms:\n"
    "      empty: {priority: 3, values: [1], consequence: {zh: 果, en: H}, action: {zh: 措, en: A}, respond_s: 60}\n",
) | {}  # fmt: skip
FILES = edit(FILES, T, "  wet_well:\n", "  wet_well:\n    parameters: {times: 2}\n")  # type: ignore[misc]


def tag(site: Site, path: str) -> TagSpec:
    """Return the tag at a path."""
    return next(t for t in site.tags if t.path == path)


def formula(site: Site, path: str) -> Formula:
    """Return the formula of a tag."""
    found = tag(site, path).formula
    assert found is not None
    return found


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """The small site with formulas."""
    return load_site(write_site(tmp_path, FILES))


def test_a_type_gives_formulas_to_each_instance_that_has_what_they_speak_of(site: Site) -> None:
    """A role by its own word and a parameter, a neighbour's by two: the station without pumps has no sum of theirs, nor
    the alarm that looks at one."""
    paths = {t.path for t in site.tags if t.formula is not None}
    of_ps1 = {"ps1/well/double", "ps1/well/loads", "ps1/well/peak", "ps1/sums/starts", "ps1/well/empty"}
    assert paths == of_ps1 | {"ps2/well/double", "ps2/well/peak"}
    assert formula(site, "ps2/well/double").root == Apply(
        Op.MUL, (Apply(Op.MUL, (Tag("ps2/well/level"), Number(2.0))), Number(100.0))
    )
    assert formula(site, "ps2/well/double").text == "level * 2", "a person reads what counts"
    assert formula(site, "ps1/sums/starts").root == Over(OverTime.STARTS, Tag("ps1/pump1/run"))
    assert formula(site, "ps1/well/peak").text == "highest( level, 1h)"
    assert [a.path for a in site.alarms if a.kind is AlarmKind.EXPRESSION] == ["ps1/well/peak:odd"]
    well = next(e for e in site.equipment if e.path == "ps1/well")
    assert well.tag("empty") == "ps1/well/empty" and well.tag("double") == "ps1/well/double"
    made = tag(site, "ps1/well/double")
    assert (made.point, made.device, made.group, made.unit) == (None, "", "", "cm")


def test_a_calculated_tag_alarms_like_any_other(site: Site) -> None:
    """A state alarm of a discrete formula, and an expression with its whole formula."""
    state = next(a for a in site.alarms if a.path == "ps1/well/empty:empty")
    assert (state.kind, state.tag, state.values) == (AlarmKind.STATE, "ps1/well/empty", (1,))
    odd = next(a for a in site.alarms if a.path == "ps1/well/peak:odd")
    assert odd.when is not None and inputs_of(odd.when.root) == ("ps1/well/level", "ps1/pump1/run", "ps1/well/peak")
    assert (odd.tag, odd.limit, odd.equipment) == ("ps1/well/peak", None, "ps1/well")


def test_a_place_in_the_layout_wins_over_the_types_formula_and_a_station_over_both(tmp_path: Path) -> None:
    """A PLC that sends the value is believed; a station that gives a formula has its reason."""
    placed = edit(FILES, "layouts.yaml", "        beat: {at: 2}\n", "        beat: {at: 2}\n        double: {at: 9}\n")
    site = load_site(write_site(tmp_path / "a", placed))
    assert tag(site, "ps1/well/double").point is not None and tag(site, "ps1/well/double").formula is None
    well, half = "  well: {type: wet_well}", "  well: {type: wet_well, tags: {double: {formula: level / 2}}}"
    own = edit(placed, PS1, well, half)
    site = load_site(write_site(tmp_path / "b", own))
    assert tag(site, "ps1/well/double").point is None and formula(site, "ps1/well/double").text == "level / 2"
    both = edit(placed, PS1, well, half.replace("level / 2", "level / 2, point: {at: 9}"))
    with pytest.raises(SiteFaults, match="give `point` or `formula`"):
        load_site(write_site(tmp_path / "c", both))


def test_what_stands_on_a_device_in_commissioning_raises_nothing(tmp_path: Path) -> None:
    """An alarm elsewhere that speaks of its values, even through a calculated tag, is silent with it."""
    line = "    when: good(ps2/well/double) and pump1/run\n"
    alarm = (
        f"  pump1:\n    type: pump\n    index: 11\n    base: 100\n    alarms:\n      far:\n    {line}"
        "        label: {zh: 词, en: Words}\n        priority: 3\n        consequence: {zh: 果, en: H}\n"
        "        action: {zh: 措, en: A}\n        respond_s: 60\n"
    )
    files = edit(FILES, PS1, "  pump1: {type: pump, index: 11, base: 100}\n", alarm)
    assert "ps1/pump1:far" in {a.path for a in load_site(write_site(tmp_path / "a", files)).alarms}
    silent = edit(files, "devices.yaml", "    protocol: opcua\n", "    protocol: opcua\n    commissioning: true\n")
    assert "ps1/pump1:far" not in {a.path for a in load_site(write_site(tmp_path / "b", silent)).alarms}


def test_a_site_with_formulas_travels_as_json(site: Site) -> None:
    """Written, read and judged sound again; a formula that was tampered with is told."""
    text = site_to_json(site)
    assert site_from_json(text) == site and inconsistencies(site) == ()
    for old, new, words in (
        ('"$":"Tag","path":"ps1/pump1/current"', '"$":"Tag","path":"ps1/well/loads"', "is made of itself"),
        ('"$":"Tag","path":"ps1/pump1/current"', '"$":"Tag","path":"ps1/nothing"', "which is no tag"),
        ('"op":"+"', '"op":"if"', "gives 2 arguments to if"),
        ('"seconds":3600.0', '"seconds":-1.0', "has highest over -1 s"),
        ('"seconds":3600.0', '"seconds":0.0', "has highest without a time"),
        ('"Asia/Shanghai"', '"Asia/Nowhere"', "the time zone 'Asia/Nowhere' is unknown"),
        ('"kind":"expression"', '"kind":"state"', "has a formula without being an expression"),
    ):
        assert old in text, old
        found = inconsistencies(site_from_json(text.replace(old, new)))
        assert any(words in sentence for sentence in found), (words, found)


def test_a_difference_tells_formulas_in_words(site: Site, tmp_path: Path) -> None:
    """Before and after as a person wrote them."""
    after = load_site(write_site(tmp_path / "after", edit(FILES, PS1, "level < 0.5", "level < 50 cm and pump1/run")))
    (change,) = difference(site, after).changes
    assert (change.what, change.path) == ("tag", "ps1/well/empty")
    assert [(f.name, f.before, f.after) for f in change.fields] == [
        ("formula", "level < 0.5", "level < 50 cm and pump1/run")
    ]


def test_the_sheet_shows_the_formula_and_takes_it_from_the_files_alone(site: Site, tmp_path: Path) -> None:
    """An expression has its row; its delay is changed there, its formula is not."""
    folder = write_site(tmp_path / "sheet", FILES)
    rows = {r["path"]: r for r in csv.DictReader(io.StringIO(sheet_text(folder)))}
    row = rows["ps1/well/peak:odd"]
    assert (row["kind"], row["when"]) == ("expression", "level < 1 and pump1/run and avg(level, 10min) < peak")

    def sheet(**cells: str) -> Path:
        file = tmp_path / "sheet.csv"
        with file.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(row))
            writer.writeheader()
            writer.writerow(row | cells)
        return file

    (change,) = take(folder, sheet(on_delay_s="20"), reason="noise").changes
    assert [(f.name, f.after) for f in change.fields] == [("on_delay_s", "20")]
    with pytest.raises(SiteFaults, match="when is 'level < 1 and"):
        take(folder, sheet(when="level < 2"), reason="noise")


def test_the_schema_knows_formulas() -> None:
    """Editors complete the words that the forms have."""
    station = schemas()["stations/*.yaml"]
    assert "calculated" in station["properties"] and "formula" in station["$defs"]["CalculatedForm"]["required"]
    assert "when" in station["$defs"]["AlarmForm"]["properties"]


TEN: Final = (
    (T, "'level * {times}'", "'level * {tmes}'",
     "types.yaml:51:73: ps1/well/double: the parameter 'tmes' is not given, did you mean 'times'?"),
    (T, "pump1/current + pump2/current", "pump1/current + pump2/curent",
     "types.yaml:52:76: ps1/well/loads: there is no tag 'ps1/pump2/curent', did you mean 'ps1/pump2/current'?"),
    (T, "          highest(\n          level, 1h)", "          highest(\n          levl, 1h)",
     "types.yaml:58:11: ps1/well/peak: the wet_well has no role 'levl', did you mean 'level'?"),
    (T, "avg(level, 10min) < peak", "avg(level, 10) < peak",
     "types.yaml:62:58: ps1/well/peak:odd: avg wants a time here, such as 10min, 1h or 1d"),
    (PS1, "starts(pump1/run)", "starts(pump1/current)",
     "stations/ps1.yaml:14:21: ps1/sums/starts: starts wants something true or false, such as `run` or `level > 3`"),
    (PS1, "level < 0.5", "level < 0.5 A",
     "stations/ps1.yaml:18:20: ps1/well/empty: A cannot be compared with m"),
)  # fmt: skip
FOUR: Final = (
    "  sums/loop: {label: {zh: 环, en: Loop}, formula: back + 1}\n"
    "  sums/back: {label: {zh: 回, en: Back}, formula: loop * 2}\n"
    "  sums/half: {label: {zh: 半, en: Half}, unit: m, formula: well/level / 0}\n"
    "  sums/far: {label: {zh: 远, en: Far}, unit: m, formula: ps9/well/level and (}\n"
    "  sums/big: {label: {zh: 大, en: Big}, unit: m, formula: well/level * 1 m}\n"
)
FAULTS: Final = (
    "stations/ps1.yaml:11:50: ps1/sums/loop is made of itself: ps1/sums/loop → ps1/sums/back → ps1/sums/loop",
    "stations/ps1.yaml:13:72: ps1/sums/half: divides by zero",
    "stations/ps1.yaml:14:77: ps1/sums/far: ends too early: a value is missing",
    "stations/ps1.yaml:15:68: ps1/sums/big: it gives m², but the unit of the tag is m",
)


def test_ten_wrong_formulas_are_ten_faults_at_once(tmp_path: Path) -> None:
    """`site check` names each by file, line and column of the very word, in one run."""
    files = FILES
    for file, old, new, _ in TEN:
        files = edit(files, file, old, new)
    files = edit(files, PS1, "calculated:\n", f"calculated:\n{FOUR}")
    result = CliRunner().invoke(app, ["site", "check", str(write_site(tmp_path, files))])
    moved = [line.replace("ps1.yaml:14:21", "ps1.yaml:19:21").replace("ps1.yaml:18:20", "ps1.yaml:23:20")
             for _, _, _, line in TEN]  # fmt: skip
    assert result.exit_code == 2
    assert sorted(result.stdout.splitlines()) == sorted((*moved, *FAULTS))
    assert result.stderr == "10 faults\n"


def test_a_role_that_no_type_has_is_a_fault_of_the_type(tmp_path: Path) -> None:
    """A neighbour that some stations lack is none; a role that nobody has is a typing mistake."""
    files = edit(FILES, T, "pump1/current + pump2/current", "pump1/current + pump7/current")
    assert "ps1/well/loads" not in {t.path for t in load_site(write_site(tmp_path / "a", files)).tags}
    files = edit(FILES, T, "pump1/current + pump2/current", "pump1/current + pump7/currnt")
    with pytest.raises(SiteFaults) as caught:
        load_site(write_site(tmp_path / "b", files))
    assert "there is no tag" in str(caught.value)


def test_words_of_an_expression_must_fit(tmp_path: Path) -> None:
    """It has no limit, needs a label and a formula, and a formula makes no other kind."""
    when = "            when: level < 1"
    whole = f"{when} and pump1/run and avg(level, 10min) < peak\n"
    for old, new, words in (
        (when, f"            limit: 3\n{when}", "`limit` does not go with"),
        ("            label: {zh: 词, en: Words}\n", "", "needs a `label`"),
        (whole, "            kind: expression\n", "needs `when`"),
        (when, f"            kind: rate\n{when}", "`when` does not go with the kind rate"),
    ):
        with pytest.raises(SiteFaults, match=words):
            load_site(write_site(tmp_path / words.replace("`", "").replace(" ", "_"), edit(FILES, T, old, new)))


def test_the_demo_uses_them() -> None:
    """Every formula of the demo site is sound and speaks of tags that devices send or that are calculated."""
    site = load_site(DEMO)
    made = {t.path: t for t in site.tags if t.formula is not None}
    assert {"ps01/outflow/today", "ps05/supply/specific_energy", "ps01/supply/pump_power"} <= made.keys()
    assert "ps03/supply/specific_energy" not in made
    assert {a.path for a in site.alarms if a.kind is AlarmKind.EXPRESSION} >= {"ps01/well:drawn_low"}
