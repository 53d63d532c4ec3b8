"""The demo's report: what was expected and did not happen decides; figures only inform."""

from __future__ import annotations

import io
import json
from pathlib import Path

from rich.console import Console

from app.cli.demo.report import Report


def test_only_unmet_expectations_count() -> None:
    """Met → none missed; a figure → none missed; unmet → missed, in order."""
    report = Report()
    report.expect("values from plc-ps01", True, "42 of 42")
    report.measured("frames", "300")
    assert list(report.missed) == []
    report.expect("start with feedback", False, "mismatch")
    assert [f.what for f in report.missed] == ["start with feedback"]


def test_the_table_and_the_file_tell_the_same(tmp_path: Path) -> None:
    """The printed table marks what was missed; the file says it is not ok and lists everything."""
    report = Report()
    report.expect("start with feedback", False, "mismatch")
    report.measured("frames", "300")
    out = io.StringIO()
    report.show(Console(file=out, width=100))
    assert "✗" in out.getvalue() and "mismatch" in out.getvalue()
    report.write(tmp_path / "report.json")
    written = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert written["ok"] is False
    assert [f["what"] for f in written["findings"]] == ["start with feedback", "frames"]
