"""Lines of the alarm journal in words, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from app.model.alarms.status import AlarmChange as C
from app.model.alarms.status import AlarmState as S
from app.views.state.journal_fields import fields_of, place_and_text
from app.views.state.sentences import Names, sentence
from tests.helpers.journal_store import alarm_line
from tests.helpers.xiasha import xiasha

T = 1_790_000_000_000
HH = "ps03/well/level:HH"
TRIP = "ps01/pump1/trip:trip"
UNTIL = {"until_ms": T + 900_000, "one_shot": True, "second": "wang"}


@pytest.mark.parametrize(
    ("change", "path", "more", "zh", "en"),
    [
        (C.RAISED, HH, {"value": 3.44, "limit": 3.4}, "报警，3.44 m（≥ 3.40 m）", "Raised, 3.44 m (≥ 3.40 m)"),
        (
            C.RAISED,
            HH,
            {"value": 3.44, "limit": 3.4, "quality": 65},
            "报警，3.44 m（≥ 3.40 m），超出量程",
            "Raised, 3.44 m (≥ 3.40 m), outside the range",
        ),
        (C.RAISED, TRIP, {"value": 1.0}, "报警，故障跳闸", None),
        (C.REALARMED, HH, {"cause": "timer"}, "再次报警，确认后长时间未恢复", None),
        (C.AFTER_GAP, HH, {}, "引擎中断后再次报警", "Raised again after the engine's absence"),
        (C.ACKNOWLEDGED, HH, {"who": "li", "note": "已派人"}, "确认，li：已派人", "Acknowledged, li: 已派人"),
        (C.RETURNED, HH, {"value": 3.2, "limit": 3.4}, None, "Returned to normal, 3.20 m (≥ 3.40 m)"),
        (C.RETURNED, TRIP, {"state": S.LATCH_UNACK}, "恢复（自锁）", "Returned to normal (latched)"),
        (C.RESET, TRIP, {"who": "li"}, "复位，li", "Reset, li"),
        (C.ESCALATED, HH, {"role": "supervisor", "level": 1}, "升级，通知值班长", "Escalated, to the Supervisor"),
        (
            C.SHELVED,
            HH,
            {"who": "li", "note": "drift", **UNTIL},
            "搁置，至 2026-09-21 周一 22:28，恢复即止，第二人 wang，li：drift",
            "Shelved, until 2026-09-21 Mon 22:28, one shot, second: wang, li: drift",
        ),
        (C.UNSHELVED, HH, {"who": "li"}, "取消搁置，li", "Unshelved, li"),
        (C.SHELF_ENDED, HH, {}, "搁置结束", "Shelf ended"),
        (C.SUPPRESSED, HH, {"rule": "水泵停运|Pump stopped"}, "设计抑制，水泵停运", None),
        (C.UNSUPPRESSED, HH, {"rule": "水泵停运|Pump stopped"}, None, "No longer suppressed, Pump stopped"),
        (
            C.OUT_OF_SERVICE,
            HH,
            {"who": "li", "work_order": "WO-1", "note": "new probe"},
            "停用，工单 WO-1，li：new probe",
            "Out of service, work order WO-1, li: new probe",
        ),
        (C.IN_SERVICE, HH, {"who": "li"}, "恢复使用，li", "Back in service, li"),
        (C.FROZEN, HH, {"quality": 129}, "数值失效，冻结，通讯中断", "Value went bad: frozen, communication lost"),
        (C.THAWED, HH, {"value": 3.1}, None, "Value is back: judged again, 3.10 m"),
        (
            C.CHANGED,
            HH,
            {"who": "li", "note": "season", "changed": {"limit": [3.4, 3.2]}},
            "参数修改，限值 3.4 → 3.2，li：season",
            "Changed, limit 3.4 → 3.2, li: season",
        ),
        (C.GONE, HH, {}, "站点配置中已无此报警", "No longer in the site"),
    ],
)
def test_what_an_alarm_did(change: C, path: str, more: dict[str, Any], zh: str | None, en: str | None) -> None:
    """Value with unit and limit, doubtful quality, cause, person and what he said."""
    line = alarm_line(change, path, T, **more)
    for language, wanted in (("zh", zh), ("en", en)):
        told = sentence(line, Names(xiasha(), language))
        assert wanted is None or told == wanted
        assert told and "None" not in told and "{" not in told


def test_every_change_is_told_in_both_languages() -> None:
    """Also by a site that does not know the alarm, and for a kind that a newer program wrote."""
    for language in ("zh", "en"):
        for change in C:
            told = sentence(alarm_line(change, "gone:HH", T, value=1.5, limit=1.0), Names(None, language))
            assert told and not told.startswith(change.value)
    newer = sentence(alarm_line(C.RAISED, HH, T), Names(None, "en"))
    assert newer == "Raised"


def test_a_line_of_a_list_says_place_and_condition() -> None:
    """Equipment, device and an alarm that the site no longer has."""
    names = Names(xiasha(), "en")
    place, text = place_and_text(alarm_line(C.RAISED, TRIP, T), names)
    assert place == "Xuelin Street sewage station · Pump 1" and text.startswith("Tripped: Raised")
    assert place_and_text(alarm_line(C.RAISED, "plc-ps01:comm", T), names)[0] == names.of("plc-ps01")
    assert place_and_text(alarm_line(C.RAISED, "old:HH", T), names) == ("old:HH", "Raised")


def test_the_pane_has_every_field_with_its_name() -> None:
    """Occurrence, the three times told apart, flags, quality in words, state from and to, and what has no name."""
    line = alarm_line(
        C.RAISED, HH, T, S.UNACK, value=3.44, limit=3.4, flags=["shelved"], cause="again", who="li", area="mid",
        priority=1,
    )  # fmt: skip
    shown = {f.name: f.text for f in fields_of(line, Names(xiasha(), "en"), "Asia/Shanghai")}
    assert shown["State"] == "Normal → Unacknowledged" and shown["Flags"] == "shelved"
    assert shown["Value"] == "3.44 m" and shown["Limit"] == "≥ 3.40 m" and shown["Quality"] == "good  (0)"
    assert shown["Source time"].endswith("22:13:19.880  UTC+8") and shown["Receipt time"].endswith("19.960  UTC+8")
    assert shown["Journal time"].endswith("22:13:20.000  UTC+8") and shown["Priority"] == "1"
    assert shown["Occurrence"] == f"{HH}@1" and '"cause": "again"' in shown["Everything else"]
    assert {"Path", "Journal and number", "Kind", "Place", "Area"} <= set(shown)
