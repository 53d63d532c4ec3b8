"""A line of the alarm journal as one sentence: what the alarm did, at which value and limit, who and why. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from app.model.alarms.spec import AlarmKind, AlarmSpec
from app.model.alarms.status import AlarmChange, AlarmState
from app.model.quality import Quality, Severity, severity
from app.model.role_names import role_text
from app.model.spec import TagKind, TagSpec
from app.model.terms import Label
from app.views.state.alarm_words import CHANGES, bound_text
from app.views.state.sentences_people import differences
from app.views.state.values import number_text

__all__ = ["BY_VALUE", "FLAGS", "QUALITIES", "alarm_sentence", "alarm_value", "quality_text"]

_C = AlarmChange
QUALITIES: Final[dict[int, Label]] = {
    Quality.GOOD: Label("良好", "good"),
    Quality.MANUAL: Label("人工值", "entered by a person"),
    Quality.SIMULATED: Label("设备模拟值", "simulated by the device"),
    Quality.UNCERTAIN: Label("不确定", "uncertain"),
    Quality.OUT_OF_RANGE: Label("超出量程", "outside the range"),
    Quality.CALIBRATING: Label("校准中", "calibrating"),
    Quality.MAINTENANCE: Label("维护中", "in maintenance"),
    Quality.CLOCK_OFF: Label("时钟不准", "clock not trusted"),
    Quality.BAD: Label("无效", "bad"),
    Quality.COMM_LOST: Label("通讯中断", "communication lost"),
    Quality.STALE: Label("超时未更新", "stale"),
    Quality.SENSOR_FAULT: Label("传感器故障", "sensor fault"),
    Quality.NOT_YET: Label("尚未读到", "not read yet"),
    Quality.REFUSED: Label("设备拒绝", "refused by the device"),
    Quality.BAD_REPLY: Label("应答不符", "bad reply"),
    Quality.ENGINE_LOST: Label("引擎无响应", "engine silent"),
}
_SEVERITIES: Final = {
    Severity.GOOD: QUALITIES[Quality.GOOD],
    Severity.UNCERTAIN: QUALITIES[Quality.UNCERTAIN],
    Severity.BAD: QUALITIES[Quality.BAD],
}
FLAGS: Final[dict[str, Label]] = {
    "shelved": Label("已搁置", "shelved"),
    "suppressed": Label("设计抑制", "suppressed by design"),
    "out_of_service": Label("停用", "out of service"),
}
_CAUSES: Final[dict[str, Label]] = {
    "again": Label("条件再次成立", "true again"),
    "timer": Label("确认后长时间未恢复", "still standing long after it was acknowledged"),
    "priority": Label("优先级升高", "its priority rose"),
    "released": Label("不再搁置或抑制，仍成立", "no longer put aside, and still true"),
    "site": Label("站点配置重新设定", "set anew by the site"),
}
_LATCHED: Final = Label("自锁", "latched")
BY_VALUE: Final = (_C.RAISED, _C.REALARMED, _C.AFTER_GAP, _C.RETURNED, _C.THAWED)
"""Changes that a value made."""


def quality_text(code: Any, language: str) -> str:
    """Return a quality in words, also one that a newer program wrote."""
    if not isinstance(code, int) or isinstance(code, bool):
        return ""
    return (QUALITIES.get(code) or _SEVERITIES[severity(code)]).get(language)


def alarm_value(value: Any, spec: AlarmSpec | None, tag: TagSpec | None, language: str) -> str:
    """Return a value with its unit, or as the name of a state; "" if there is none."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return ""
    if tag is None and spec is not None and spec.limit is None:
        return ""  # A condition of an equipment or a device: what it looks at is no value that a person reads.
    if tag is None:
        return f"{number_text(value, 2)} s" if spec is not None and spec.kind is AlarmKind.CLOCK else f"{value:g}"
    if tag.kind in (TagKind.DISCRETE, TagKind.ENUM):
        state = next((s for s in tag.states if s.value == int(value)), None)
        return state.label.get(language) if state is not None else number_text(value, 0)
    return f"{number_text(value, tag.decimals)} {tag.unit}".rstrip()


def alarm_sentence(
    kind: str,
    detail: Mapping[str, Any],
    *,
    spec: AlarmSpec | None,
    tag: TagSpec | None,
    who: str,
    language: str,
    moment: Callable[[int], str],
) -> str:
    """Return the sentence of a change; a kind that a newer program wrote is shown as it stands."""
    label = CHANGES.get(kind)
    if label is None:
        return kind + "".join(f"  {k}={v}" for k, v in list(detail.items())[:4])
    parts = [label.get(language) + _latched(kind, detail, language)]
    if kind in BY_VALUE:
        parts.append(_measured(detail, spec, tag, language))
    more = _MORE.get(AlarmChange(kind))
    if more is not None:
        parts.append(more(detail, language, moment))
    if kind == _C.FROZEN or (kind in BY_VALUE and _doubtful(detail)):
        parts.append(quality_text(detail.get("quality"), language))
    if who:
        parts.append(who)
    comma = "，" if language == "zh" else ", "
    said = str(detail.get("note") or detail.get("reason") or "")
    colon = "：" if language == "zh" else ": "
    return comma.join(p for p in parts if p) + (colon + said if said else "")


def _latched(kind: str, detail: Mapping[str, Any], language: str) -> str:
    held = detail.get("state") in (AlarmState.LATCH_UNACK, AlarmState.LATCH_ACK)
    if kind != _C.RETURNED or not held:
        return ""
    return f"（{_LATCHED.zh}）" if language == "zh" else f" ({_LATCHED.en})"


def _measured(detail: Mapping[str, Any], spec: AlarmSpec | None, tag: TagSpec | None, language: str) -> str:
    """Write value and limit: `3.44 m (≥ 3.40 m)`."""
    value = alarm_value(detail.get("value"), spec, tag, language)
    limit = detail.get("limit")
    bound = ""
    if isinstance(limit, int | float) and not isinstance(limit, bool):
        bound = bound_text(spec, float(limit), tag) if spec is not None else f"{limit:g}"
    if not value or not bound:
        return value or bound
    return f"{value}（{bound}）" if language == "zh" else f"{value} ({bound})"


def _doubtful(detail: Mapping[str, Any]) -> bool:
    quality = detail.get("quality")
    return isinstance(quality, int) and quality != Quality.GOOD


def _cause(detail: Mapping[str, Any], language: str, _moment: Callable[[int], str]) -> str:
    cause = _CAUSES.get(str(detail.get("cause", "")))
    return cause.get(language) if cause is not None else ""


def _shelf(detail: Mapping[str, Any], language: str, moment: Callable[[int], str]) -> str:
    zh = language == "zh"
    parts = []
    if isinstance(until := detail.get("until_ms"), int):
        parts.append(f"至 {moment(until)}" if zh else f"until {moment(until)}")
    if detail.get("one_shot"):
        parts.append("恢复即止" if zh else "one shot")
    if second := detail.get("second"):
        parts.append(f"第二人 {second}" if zh else f"second: {second}")
    return ("，" if zh else ", ").join(parts)


def _rule(detail: Mapping[str, Any], language: str, _moment: Callable[[int], str]) -> str:
    zh, _, en = str(detail.get("rule", "")).partition("|")
    return zh if language == "zh" else en or zh


def _order(detail: Mapping[str, Any], language: str, _moment: Callable[[int], str]) -> str:
    order = detail.get("work_order")
    return (f"工单 {order}" if language == "zh" else f"work order {order}") if order else ""


def _level(detail: Mapping[str, Any], language: str, _moment: Callable[[int], str]) -> str:
    role = role_text(str(detail.get("role", "")), language)
    if not role:
        return ""
    return f"通知{role}" if language == "zh" else f"to the {role}"


def _changed(detail: Mapping[str, Any], language: str, moment: Callable[[int], str]) -> str:
    what = differences({"changed": detail.get("changed")}, language)
    cause = _cause(detail, language, moment)
    return " · ".join(p for p in (what if what != "—" else "", cause) if p)


_MORE: Final[dict[AlarmChange, Callable[[Mapping[str, Any], str, Callable[[int], str]], str]]] = {
    _C.REALARMED: _cause,
    _C.ESCALATED: _level,
    _C.SHELVED: _shelf,
    _C.SUPPRESSED: _rule,
    _C.UNSUPPRESSED: _rule,
    _C.OUT_OF_SERVICE: _order,
    _C.CHANGED: _changed,
}
