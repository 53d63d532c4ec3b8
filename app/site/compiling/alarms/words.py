"""What an alarm is called where nobody named it: from its tag's name and its kind."""

from __future__ import annotations

from typing import Final

from app.model.alarms.spec import AlarmKind
from app.model.spec import Label, TagSpec

__all__ = ["default_label"]

_LIMITS: Final = {
    "LL": Label("低低", "low-low"),
    "L": Label("偏低", "low"),
    "H": Label("偏高", "high"),
    "HH": Label("高高", "high-high"),
}
_KINDS: Final = {
    AlarmKind.DEVIATION: Label("偏离设定值", "off its set-point"),
    AlarmKind.STUCK: Label("长时间无变化", "does not change"),
    AlarmKind.COMM: Label("通讯中断", "Communication lost"),
    AlarmKind.CLOCK: Label("时钟偏差过大", "Clock is off"),
    AlarmKind.MISMATCH: Label("命令与反馈不符", "Command not confirmed"),
}
_RATES: Final = {
    1: Label("上升过快", "rises too fast"),
    -1: Label("下降过快", "falls too fast"),
    0: Label("变化过快", "changes too fast"),
}
_UNCOMMANDED: Final[dict[tuple[int, ...], Label]] = {
    (1,): Label("无命令自行运行", "Runs uncommanded"),
    (0,): Label("无命令自行停止", "Stopped uncommanded"),
}


def default_label(kind: AlarmKind, name: str, tag: TagSpec | None, *, side: int, values: tuple[int, ...]) -> Label:
    """Return the condition in words."""
    if kind is AlarmKind.UNCOMMANDED:
        return _UNCOMMANDED[values]
    if tag is None or kind in (AlarmKind.COMM, AlarmKind.CLOCK, AlarmKind.MISMATCH):
        return _KINDS[kind]
    if kind is AlarmKind.STATE:
        return _state(tag, values)
    if kind is AlarmKind.LIMIT:
        word = _LIMITS.get(name) or _LIMITS["H" if side > 0 else "L"]
    else:
        word = _RATES[side] if kind is AlarmKind.RATE else _KINDS[kind]
    return Label(f"{tag.label.zh}{word.zh}", f"{tag.label.en} {word.en}")


def _state(tag: TagSpec, values: tuple[int, ...]) -> Label:
    """Return the tag's name with the state's, or the state's alone where that says it all: "故障跳闸", "Mains lost"."""
    state = next((s.label for s in tag.states if s.value in values), None)
    if state is None:
        return tag.label
    zh = state.zh if state.zh.startswith(tag.label.zh) else f"{tag.label.zh}{state.zh}"
    again = state.en.lower().startswith(tag.label.en.lower())
    return Label(zh, f"{state.en[:1].upper()}{state.en[1:]}" if again else f"{tag.label.en} {state.en}")
