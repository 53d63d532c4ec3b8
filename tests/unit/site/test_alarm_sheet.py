"""The rationalisation sheet: out as CSV, back with its differences, kept in alarms.csv."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from app.cli import alarms_sheet
from app.errors import ConfigurationFault
from app.model.alarms.spec import AlarmSpec
from app.site.alarm_sheet import Taken, sheet_text, take
from app.site.difference import FieldChange
from app.site.faults import SiteFaults
from app.site.loading import load_site
from tests.helpers.alarm_site import ALARM_SITE
from tests.helpers.site_files import edit, write_site
from tests.helpers.xiasha import FOLDER

RUN = CliRunner()
HH = "ps1/well/level:HH"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small site with alarms."""
    return write_site(tmp_path / "site", ALARM_SITE)


def _rows(text: str) -> dict[str, dict[str, str]]:
    return {row["path"]: row for row in csv.DictReader(io.StringIO(text))}


def _sheet(folder: Path, alarm: str, /, **cells: str) -> Path:
    """Write the sheet of the site with some cells of one row changed, as a spreadsheet would."""
    rows = _rows(sheet_text(folder))
    rows[alarm] |= cells
    file = folder.parent / "sheet.csv"
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[alarm]))
        writer.writeheader()
        writer.writerows(rows.values())
    return file


def _keep(folder: Path, taken: Taken) -> None:
    (folder / "alarms.csv").write_text(taken.text, encoding="utf-8-sig")


def _alarm(folder: Path, path: str = HH) -> AlarmSpec:
    return next(a for a in load_site(folder).alarms if a.path == path)


def test_the_sheet_says_everything_a_person_judges_by(folder: Path) -> None:
    """One row per alarm with place, condition, limit and unit, texts in both languages; nothing where nothing fits."""
    rows = _rows(sheet_text(folder))
    assert list(rows) == [a.path for a in load_site(folder).alarms]
    high = rows[HH]
    assert (high["place_zh"], high["place_en"], high["condition_zh"]) == ("一号站 井", "Station one Well", "液位高高")
    assert (high["priority"], high["limit"], high["unit"], high["deadband"]) == ("1", "4", "m", "0.05")
    assert (high["consequence_zh"], high["action_en"], high["respond_s"]) == ("后果", "Act", "600")
    mismatch = rows["ps1/pump1:mismatch"]
    assert (mismatch["limit"], mismatch["deadband"], mismatch["window_s"], mismatch["unit"]) == ("", "", "", "")
    assert rows["ps1/pump1/current:H"]["suppress"] == "ps1/pump1/run == 0"


def test_a_sheet_that_comes_back_unchanged_changes_nothing(folder: Path) -> None:
    """Also that of the demo site, with every number that it has."""
    file = folder.parent / "sheet.csv"
    for site in (folder, FOLDER):
        file.write_text(sheet_text(site), encoding="utf-8-sig")
        assert take(site, file, reason="none") == Taken((), "")


def test_only_what_differs_is_kept(folder: Path) -> None:
    """Two words of one alarm: two differences, a list of one row, and a site that has them."""
    taken = take(folder, _sheet(folder, HH, limit="4.2", consequence_zh="淹水"), reason="after the storm")
    (change,) = taken.changes
    assert change.fields == (FieldChange("limit", "4", "4.2"), FieldChange("consequence_zh", "后果", "淹水"))
    assert taken.text == f"path,limit,consequence_zh,reason\n{HH},4.2,淹水,after the storm\n"
    _keep(folder, taken)
    high = _alarm(folder)
    assert (high.limit, high.consequence.zh, high.consequence.en) == (4.2, "淹水", "Harm")


def test_a_second_round_adds_to_the_first_and_an_empty_cell_takes_back(folder: Path) -> None:
    """What alarms.csv says already stays; an emptied cell gives the word back to the types, and the row goes with its
    last word."""
    _keep(folder, take(folder, _sheet(folder, HH, limit="4.2"), reason="first"))
    taken = take(folder, _sheet(folder, "ps1/pump1:mismatch", priority="4"), reason="second")
    assert [c.path for c in taken.changes] == ["ps1/pump1:mismatch"]
    assert list(_rows(taken.text)) == [HH, "ps1/pump1:mismatch"]
    assert [r["reason"] for r in _rows(taken.text).values()] == ["first", "second"]
    _keep(folder, taken)
    third = take(folder, _sheet(folder, HH, limit=""), reason="third")
    assert third.changes[0].fields == (FieldChange("limit", "4.2", "4"),)
    assert list(_rows(third.text)) == ["ps1/pump1:mismatch"]


def test_a_short_list_is_a_sheet_too(folder: Path) -> None:
    """A list of two columns changes what it names; rows and columns that it lacks stay."""
    _keep(folder, take(folder, _sheet(folder, HH, limit="4.2"), reason="first"))
    file = folder.parent / "short.csv"
    file.write_text(f"path,on_delay_s\n{HH},9\n", encoding="utf-8")
    taken = take(folder, file, reason="calmer")
    assert taken.changes[0].fields == (FieldChange("on_delay_s", "0", "9"),)
    assert _rows(taken.text)[HH]["limit"] == "4.2"


def test_a_station_in_commissioning_can_be_judged_before_it_goes_live(tmp_path: Path) -> None:
    """Its alarms are on the sheet, though none of them is in force."""
    files = edit(ALARM_SITE, "devices.yaml", "word_order: cdab", "word_order: cdab\n    commissioning: true")
    folder = write_site(tmp_path / "site", files)
    taken = take(folder, _sheet(folder, HH, limit="4.2"), reason="before it starts")
    assert [c.path for c in taken.changes] == [HH]
    assert not any(a.path == HH for a in load_site(folder).alarms)


@pytest.mark.parametrize(
    ("cells", "column", "message"),
    [
        ({"priority": "9"}, "priority", "less than or equal to 4"),
        ({"limit": "9"}, "limit", "outside [0, 5]"),
        ({"limit": "2"}, "limit", "must lie below HH at 2"),
        ({"deadband": "5"}, "deadband", "never clear"),
        ({"latching": "maybe"}, "latching", "boolean"),
        ({"unit": "cm"}, "unit", "is not taken from a sheet"),
        ({"kind": "rate"}, "kind", "is not taken from a sheet"),
        ({"path": "ps1/well/level:HHHH"}, "path", "there is no alarm"),
    ],
)
def test_a_wrong_cell_is_named_by_line_and_column(
    folder: Path, cells: dict[str, str], column: str, message: str
) -> None:
    """Of the sheet that came back, not of a file that nobody saw."""
    file = _sheet(folder, HH, **cells)
    with pytest.raises(SiteFaults) as caught:
        take(folder, file, reason="wrong")
    lines = file.read_text("utf-8-sig").splitlines()
    line = next(n for n, text in enumerate(lines, 1) if text.startswith(HH))
    places = {(f.file, f.line, f.column) for f in caught.value.faults}
    assert places == {("sheet.csv", line, lines[0].split(",").index(column) + 1)}
    assert message in str(caught.value)


def test_a_sheet_that_is_not_there_is_said(folder: Path) -> None:
    """One sentence."""
    with pytest.raises(ConfigurationFault, match="there is no sheet"):
        take(folder, folder / "nowhere.csv", reason="x")


@pytest.fixture
def app() -> typer.Typer:
    """The verb alone."""
    made = typer.Typer()
    group = typer.Typer()
    alarms_sheet.register(group)
    made.add_typer(group, name="alarms")
    return made


def test_out_through_the_terminal_and_back(app: typer.Typer, folder: Path, tmp_path: Path) -> None:
    """The file begins with the mark that Excel needs; a change is shown, asked about and then written."""
    out = tmp_path / "out.csv"
    assert RUN.invoke(app, ["alarms", "sheet", str(folder), "--out", str(out)]).exit_code == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbfpath,")
    file = str(_sheet(folder, HH, limit="4.2"))
    back = ["alarms", "sheet", str(folder), "--take", file, "--lang", "en"]
    refused = RUN.invoke(app, [*back, "--reason", "storm"], input="n\n")
    assert refused.exit_code == 1 and "4.2" in refused.stdout and not (folder / "alarms.csv").exists()
    silent = RUN.invoke(app, [*back, "--yes"])
    assert isinstance(silent.exception, ConfigurationFault) and not (folder / "alarms.csv").exists()
    assert RUN.invoke(app, [*back, "--reason", "storm"], input="y\n").exit_code == 0
    assert _alarm(folder).limit == 4.2
    again = RUN.invoke(app, [*back, "--reason", "storm", "--yes"])
    assert again.exit_code == 0 and "the sheet says what the site files say" in again.stdout


def test_the_last_difference_taken_back_removes_the_list(app: typer.Typer, folder: Path) -> None:
    """alarms.csv is gone when nothing differs from the types any more."""
    _keep(folder, take(folder, _sheet(folder, HH, limit="4.2"), reason="first"))
    file = str(_sheet(folder, HH, limit="4"))
    done = RUN.invoke(
        app, ["alarms", "sheet", str(folder), "--take", file, "--reason", "back", "--yes", "--lang", "zh"]
    )
    assert done.exit_code == 0 and "已写入" in done.stdout
    assert not (folder / "alarms.csv").exists()
    assert _alarm(folder).limit == 4
