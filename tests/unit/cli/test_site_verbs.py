"""`qianliyan site …` as an engineer meets it: output, exit codes, no traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.main import app
from app.errors import ConfigurationFault
from app.model.spec_json import site_from_json
from app.site.loading import load_site
from tests.helpers.site_files import SMALL_SITE, edit, write_site

RUN = CliRunner()


def test_a_sound_site_is_summed_up(tmp_path: Path) -> None:
    """check ends with 0 and one line of figures."""
    result = RUN.invoke(app, ["site", "check", str(write_site(tmp_path, SMALL_SITE))])
    assert (result.exit_code, result.stdout.count("\n")) == (0, 1)
    assert "small (小站 · Small) is sound: 2 stations, 1 other place, 2 devices, 4 equipment" in result.stdout


def test_faults_are_lines_and_code_two(tmp_path: Path) -> None:
    """check prints each fault as file:line:column: message and ends with 2."""
    files = edit(edit(SMALL_SITE, "site.yaml", "Asia/Shanghai", "Mars"), "types.yaml", "{H: 50}", "{H: 500}")
    result = RUN.invoke(app, ["site", "check", str(write_site(tmp_path, files))])
    assert result.exit_code == 2
    assert result.stdout.splitlines() == [
        "site.yaml:3:1: unknown time zone 'Mars', such as Asia/Shanghai",
        "types.yaml:19:9: the mark H at 500 lies outside [0, 60]",
    ]
    assert result.stderr == "2 faults\n"


@pytest.mark.parametrize("name", ["nowhere", "junk"])
def test_no_traceback_for_what_is_no_site(tmp_path: Path, name: str) -> None:
    """A folder that does not exist and a file of binary junk in place of a folder are faults."""
    (tmp_path / "junk").write_bytes(bytes(range(256)))
    result = RUN.invoke(app, ["site", "check", str(tmp_path / name)])
    assert (result.exit_code, result.stdout.count("\n")) == (2, 1)
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_show_draws_a_tree(tmp_path: Path) -> None:
    """show lists devices, facilities and equipment; with --tags every address, also of tags of no equipment."""
    folder = str(write_site(tmp_path, SMALL_SITE))
    plain = RUN.invoke(app, ["site", "show", folder]).stdout
    assert "pump2  vfd_pump  2#变频泵 · Drive 2  6 tags  index 12: start=1  auto=3  speed=6" in plain
    assert "holding" not in plain
    whole = RUN.invoke(app, ["site", "show", "--tags", folder]).stdout
    assert "speed: [0, 50] Hz  fast  unit 1 holding 126 f32 cdab" in whole
    assert "└─ yard/door: discrete  fast  unit 1 discrete 3" in whole


def test_show_prints_the_canonical_json(tmp_path: Path) -> None:
    """show --json prints what the store would keep."""
    folder = write_site(tmp_path, SMALL_SITE)
    result = RUN.invoke(app, ["site", "show", "--json", str(folder)])
    assert site_from_json(result.stdout) == load_site(folder)


def test_schema_prints_one_or_all() -> None:
    """schema prints JSON Schemas by kind of file; an unknown kind is refused with the list of kinds."""
    every = json.loads(RUN.invoke(app, ["site", "schema"]).stdout)
    assert sorted(every) == [
        "alarms.csv", "devices.yaml", "layouts.yaml", "site.yaml", "stations/*.yaml", "tags/*.csv", "types.yaml",
    ]  # fmt: skip
    one = json.loads(RUN.invoke(app, ["site", "schema", "devices.yaml"]).stdout)
    assert one == every["devices.yaml"]
    assert one["additionalProperties"] is False
    wrong = RUN.invoke(app, ["site", "schema", "pumps.yaml"])
    assert isinstance(wrong.exception, ConfigurationFault)
    assert "kinds: site.yaml" in str(wrong.exception)


def test_schema_writes_files(tmp_path: Path) -> None:
    """schema --out writes a file per kind for an editor to point at."""
    result = RUN.invoke(app, ["site", "schema", "--out", str(tmp_path / "schemas")])
    assert result.exit_code == 0
    assert sorted(p.name for p in (tmp_path / "schemas").iterdir()) == [
        "alarms.schema.json", "devices.schema.json", "layouts.schema.json", "site.schema.json", "stations.schema.json",
        "tags.schema.json", "types.schema.json",
    ]  # fmt: skip
