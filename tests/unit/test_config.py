"""Settings of a process: argument, environment, default."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.config import load_config
from app.errors import ConfigurationFault


def test_the_argument_counts_before_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each setting by itself."""
    monkeypatch.setenv("QIANLIYAN_STORE", "/there")
    monkeypatch.setenv("QIANLIYAN_PRIVATE", str(tmp_path))
    monkeypatch.setenv("QIANLIYAN_LANG", "en_GB.UTF-8")
    found = load_config(store="/here")
    assert (found.store, found.private, found.language) == ("/here", tmp_path, "en")


@pytest.mark.parametrize(("said", "language"), [("", "zh"), ("zh_CN.UTF-8", "zh"), ("zh-Hans", "zh"), ("EN", "en")])
def test_a_language(said: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However it is written."""
    monkeypatch.setenv("QIANLIYAN_LANG", said)
    assert load_config().language == language


@pytest.mark.parametrize("said", ["fr", "ENT", "C.UTF-8"])
def test_a_language_that_there_is_not_is_said_in_a_sentence(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is left to wonder why the screen is Chinese."""
    monkeypatch.setenv("QIANLIYAN_LANG", said)
    with pytest.raises(ConfigurationFault, match=f"QIANLIYAN_LANG is zh or en, and not {said}"):
        load_config()


@pytest.mark.parametrize(("said", "level"), [("", "INFO"), ("debug", "DEBUG"), ("WARNING", "WARNING")])
def test_a_level_of_logs(said: str, level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However it is written."""
    monkeypatch.setenv("QIANLIYAN_LOG", said)
    assert load_config().log_level == level


def test_a_level_that_there_is_not_is_said_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """And not by a trace of ours."""
    monkeypatch.setenv("QIANLIYAN_LOG", "loud")
    with pytest.raises(ConfigurationFault, match="QIANLIYAN_LOG is one of DEBUG"):
        load_config()
