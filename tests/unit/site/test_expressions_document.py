"""docs/expressions.md says what there is: its examples are sound, its faults real, every function and unit named."""

from __future__ import annotations

import io
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from app.engine.formulas.windows import SLOTS
from app.model.formulas.soundness import LONGEST_S, MOST_DEEP
from app.site.faults import SiteFaults
from app.site.formulas.functions import FUNCTIONS, Kind
from app.site.formulas.grammar import LONGEST
from app.site.formulas.units import unit_of
from app.site.loading import load_site
from tests.helpers.sources import ROOT
from tests.helpers.xiasha import FOLDER

TEXT = (ROOT / "docs/expressions.md").read_text(encoding="utf-8")
TYPES, STATION = re.findall(r"^```yaml\n# .*?\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


def _merged(into: Any, more: Any) -> None:
    for key, value in more.items():
        if isinstance(value, dict) and key in into:
            _merged(into[key], value)
        else:
            into[key] = value


def _add(file: Path, text: str) -> None:
    """Add what an example says to a file of the demo site."""
    yaml = YAML()
    whole = yaml.load(file.read_text(encoding="utf-8"))
    _merged(whole, YAML(typ="safe").load(text))
    stream = io.StringIO()
    yaml.dump(whole, stream)
    file.write_text(stream.getvalue(), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the demo site."""
    return Path(shutil.copytree(FOLDER, tmp_path / "site"))


def test_the_examples_join_the_demo(folder: Path) -> None:
    """Both are whole: the type's tag and alarm at every well that has two pumps, the station's at its own."""
    _add(folder / "types.yaml", TYPES)
    _add(folder / "stations/ps02.yaml", STATION.replace("outflow/today", "outflow/since_midnight"))
    site = load_site(folder)
    made = {t.path for t in site.tags if t.formula is not None}
    assert {"ps01/well/fill_rate", "ps05/well/fill_rate", "ps02/outflow/since_midnight"} <= made
    assert "ps04/well:pumps_without_effect" in {a.path for a in site.alarms}


def test_the_faults_of_the_document_are_the_faults_one_gets(folder: Path) -> None:
    """Word for word, but for line and column."""
    said = [line.partition(": ")[2] for line in TEXT.splitlines() if re.match(r"^(stations/ps01|types)\.yaml:\d", line)]
    _add(folder / "types.yaml", TYPES.replace("rate(level, 5min)\n", "rate(level, 5)\n"))
    _add(
        folder / "stations/ps01.yaml",
        "calculated:\n"
        "  outflow/balance: {label: {zh: 差, en: B}, unit: m³/h, formula: well/inflow - flw}\n"
        "  outflow/energy: {label: {zh: 能, en: E}, unit: kWh, formula: supply/energy + total}\n",
    )
    with pytest.raises(SiteFaults) as caught:
        load_site(folder)
    assert sorted(fault.message for fault in caught.value.faults) == sorted(said) and len(said) == 3


def test_every_function_is_described() -> None:
    """Each name stands in a table, with its form."""
    rows = " ".join(re.findall(r"^\| (`.+?) \|", TEXT, re.MULTILINE))
    told = set(re.findall(r"`(\w+)\(", rows))
    assert told == {name for name, f in FUNCTIONS.items() if name.isidentifier() and name not in _SIGNS}
    assert {name for name, f in FUNCTIONS.items() if f.kind is Kind.TIME} <= told


_SIGNS = ("neg", "not", "and", "or")


def test_every_unit_of_the_table_is_named() -> None:
    """Those that the document lists are known: they measure in base units."""
    (sentence,) = re.findall(r"^- The table knows (.*?)%", TEXT, re.MULTILINE | re.DOTALL)
    listed = re.findall(r"[A-Za-z]+[²³]?", sentence)
    assert len(listed) > 30
    base = {"m", "kg", "s", "A"}
    assert [name for name in listed if not {b for b, _ in unit_of(name).dims} <= base] == []


def test_the_numbers_of_the_document_are_those_of_the_code() -> None:
    """Slots, the longest time, the longest formula, the deepest."""
    assert f"{SLOTS} slots" in TEXT and f"to {LONGEST_S / 86_400:.0f} d" in TEXT
    assert f"{LONGEST:,} characters" in TEXT and f"deeper than {MOST_DEEP}" in TEXT
