"""Changes at run time that would hide an alarm, or hold it for ever, are refused whoever asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from app.engine.alarms.changing import changed_override
from app.model.alarms.alarm import Alarm
from app.model.alarms.spec import AlarmKind
from app.model.alarms.status import Override
from app.model.records import Reason
from app.model.spec import Label, TagKind, TagSpec
from tests.helpers.alarmed import make_alarm

LEVEL = TagSpec("ps01/well/level", Label("水位", "Level"), TagKind.ANALOG, unit="m", low=0.0, high=5.0)
HIGH = make_alarm("ps01/well/level:H", limit=3.0, side=1, deadband=0.1, respond_s=300)
LOW = make_alarm("ps01/well/level:L", limit=1.0, side=-1, deadband=0.1, respond_s=300)
DEVIATION = make_alarm("ps01/well/level:d", AlarmKind.DEVIATION, limit=1.0, deadband=0.1, setpoint="x")
RATE = make_alarm("ps01/well/level:r", AlarmKind.RATE, limit=0.5, deadband=0.1, side=1, window_s=30.0)
CLOCK = make_alarm("plc-ps01:clock", AlarmKind.CLOCK, tag="dev/plc-ps01/clock_offset", limit=2.0, deadband=0.5)

HIDING: list[tuple[str, Any, Mapping[str, Any]]] = [
    ("never above the top of the range", HIGH, {"limit": 5.0}),
    ("never below the bottom of the range", LOW, {"limit": 0.0}),
    ("never as far apart as the whole range", DEVIATION, {"limit": 5.0}),
    ("never as fast", RATE, {"limit": 5.0}),
    ("no clock is that wrong", CLOCK, {"limit": 1e299}),
    ("gone before anybody hears of it", HIGH, {"on_delay_s": 300.0}),
    ("gone before anybody hears of it", HIGH, {"on_delay_s": 3_600.0}),
    ("never clears", HIGH, {"deadband": 3.0}),
    ("never clears", LOW, {"deadband": 4.0}),
    ("never clears with the deadband of before", HIGH, {"limit": 0.05}),
]
SENSIBLE: list[tuple[Any, Mapping[str, Any]]] = [
    (HIGH, {"limit": 4.99}),
    (LOW, {"limit": 0.01}),
    (HIGH, {"deadband": 2.9}),
    (LOW, {"deadband": 3.9}),
    (DEVIATION, {"limit": 4.9}),
    (CLOCK, {"limit": 60.0}),
    (HIGH, {"on_delay_s": 299.0, "off_delay_s": 3_600.0}),
    (HIGH, {"limit": None, "deadband": None, "on_delay_s": None}),
]


@pytest.mark.parametrize(("why", "spec", "fields"), HIDING)
def test_a_change_that_hides_an_alarm_is_refused(why: str, spec: Any, fields: Mapping[str, Any]) -> None:
    """The range of the tag and the time to respond say what can be."""
    refused = changed_override(Alarm(spec), fields, None if spec is CLOCK else LEVEL, ())
    assert isinstance(refused, Reason) and refused.params["why"] == "range", why


@pytest.mark.parametrize(("spec", "fields"), SENSIBLE)
def test_a_change_within_these_is_made(spec: Any, fields: Mapping[str, Any]) -> None:
    """Up to just before the ends."""
    made = changed_override(Alarm(spec), fields, None if spec is CLOCK else LEVEL, ())
    assert isinstance(made, Override), made


def test_what_the_site_says_can_always_be_taken_back() -> None:
    """Null is what the site says, also where the site itself goes to the end of the range."""
    alarm = Alarm(replace(HIGH, limit=5.0))
    assert isinstance(changed_override(alarm, {"limit": None}, LEVEL, ()), Override)
