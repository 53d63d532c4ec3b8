"""`qianliyan room` before any window: what a machine or a person lacks is said in a sentence."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.main import app
from app.errors import EnvironmentFault


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a display")
def test_without_a_display_one_sentence_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Qt would abort the process with a dump of its stacks."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    ended = CliRunner().invoke(app, ["room", "--store", str(tmp_path), "--private", str(tmp_path / "private")])
    assert isinstance(ended.exception, EnvironmentFault) and "no display" in str(ended.exception)
