"""What a clumsy person types ends in a sentence that says what is wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.cli.main import app
from app.errors import ConfigurationFault, EnvironmentFault
from app.exchange.new_file import NewFile


@pytest.mark.parametrize("words", [("--limit", "nan"), ("--deadband", "-inf"), ("--on-delay", "inf")])
def test_what_is_no_number_changes_no_alarm(words: tuple[str, str]) -> None:
    """In a request it would be no value, and that puts the site's own one back."""
    wrong = CliRunner().invoke(app, ["alarms", "change", "ps01/well/level:HH", "--reason", "x", *words])
    assert isinstance(wrong.exception, ConfigurationFault) and "number" in str(wrong.exception)


def test_a_change_of_nothing_is_asked_of_nobody() -> None:
    """The options are named instead."""
    ended = CliRunner().invoke(app, ["alarms", "change", "ps01/well/level:H", "--reason", "test"])
    assert isinstance(ended.exception, ConfigurationFault) and "--limit" in str(ended.exception)


def test_a_revision_that_no_store_can_hold_is_refused() -> None:
    """SQLite would trip over the number itself."""
    assert CliRunner().invoke(app, ["site", "rollback", "9" * 23, "--reason", "x"]).exit_code == 2


@pytest.mark.parametrize("code", ["--5", "²", "1-2", "nan"])
def test_a_parameter_of_a_fault_that_is_no_number_is_a_word(code: str) -> None:
    """The plant judges it; here nobody listens."""
    words = ["plant", "fault", "trip", "ps01/pump1", f"code={code}", "--control", "127.0.0.1:1"]
    wrong = CliRunner().invoke(app, words)
    assert isinstance(wrong.exception, EnvironmentFault) and "no plant answers" in str(wrong.exception)


def test_a_new_file_takes_the_place_of_files_alone(tmp_path: Path) -> None:
    """A folder or a pipe stays what it is (root could replace /dev/null); a link stays, and what it leads to is new."""
    os.mkfifo(tmp_path / "pipe")
    for other in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(OSError, match="no file"):
            NewFile(other).part.touch()
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    (tmp_path / "real.csv").write_text("old")
    new = NewFile(tmp_path / "link.csv")
    new.part.write_text("new")
    new.put()
    assert (tmp_path / "link.csv").is_symlink() and (tmp_path / "real.csv").read_text() == "new"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.csv", "pipe", "real.csv"]
