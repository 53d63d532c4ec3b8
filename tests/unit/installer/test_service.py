"""The engine's unit for systemd: an engine that ends is started again, however often."""

from __future__ import annotations

from configparser import ConfigParser

from tests.helpers.sources import ROOT


def test_an_engine_that_ends_is_started_again_for_ever() -> None:
    """systemd gives up after five starts within ten seconds, unless it is told not to."""
    unit = ConfigParser(interpolation=None)
    unit.read(ROOT / "installer/services/qianliyan-engine.service", encoding="utf-8")
    assert (unit["Service"]["Restart"], unit["Unit"]["StartLimitIntervalSec"]) == ("always", "0")
