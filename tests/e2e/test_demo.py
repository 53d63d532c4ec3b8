"""`qianliyan demo` as a person types it: the whole tour, and an early end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.helpers.house import until
from tests.helpers.sources import ROOT

PAGES = ("overview", "station-ps01", "events", "system")
pytestmark = pytest.mark.timeout(420)


@pytest.fixture
def demo(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[str]]:
    """A demo without a display, in a folder of its own, with the options of the test."""
    env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
    (tmp_path / "tmp").mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "demo", "--report", str(tmp_path / "report.json"), *request.param],
        cwd=tmp_path,
        env={**env, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path / "tmp")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    yield process
    for child in psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []:
        child.kill()
    process.kill()
    process.communicate()


def _report(tmp_path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("demo", [["--shots", "shots"]], indirect=True)
def test_the_tour_sees_everything_it_expects(demo: subprocess.Popen[str], tmp_path: Path) -> None:
    """Values from every device, a start with feedback, a refusal, an upset, a picture of every page in both languages;
    afterwards no file of the demo is left."""
    output, _ = demo.communicate(timeout=400)
    report = _report(tmp_path)
    assert demo.returncode == 0 and report["ok"], output
    met = {f["what"] for f in report["findings"] if f["met"]}
    assert {f"values from {d}" for d in ("plc-ps01", "plc-ps02", "gw-rain", "plc-ps05")} <= met
    for word in ("starts", "refuse", "upset", "end"):
        assert any(word in what for what in met), (word, met)
    pictures = {p.name for p in (tmp_path / "shots").glob("*.png")}
    for page in PAGES:
        for language in ("zh", "en"):
            assert any(name.startswith(f"{page}-{language}") for name in pictures), (page, language, pictures)
    assert list((tmp_path / "tmp").iterdir()) == []


@pytest.mark.parametrize("demo", [["--headless"]], indirect=True)
def test_an_interrupted_demo_takes_its_children_along(demo: subprocess.Popen[str], tmp_path: Path) -> None:
    """Ctrl-C while everything runs → every child ends, nothing is left, the code is 0."""
    parent = psutil.Process(demo.pid)
    assert until(lambda: len(parent.children()) == 3, timeout_s=90)
    children = parent.children(recursive=True)
    demo.send_signal(signal.SIGINT)
    output, _ = demo.communicate(timeout=60)
    assert demo.returncode == 0, output
    _, alive = psutil.wait_procs(children, timeout=5)
    assert alive == []
    assert list((tmp_path / "tmp").iterdir()) == []
