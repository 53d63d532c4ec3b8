"""The words of a handover sheet in both languages. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.model.terms import Label

__all__ = ["NOTHING", "RESULTS", "TITLES", "WORDS", "of", "word"]

TITLES: Final[dict[str, Label]] = {
    "active": Label("当前报警", "Active alarms"),
    "shelved": Label("已搁置", "Shelved"),
    "suppressed": Label("设计抑制", "Suppressed by design"),
    "out_of_service": Label("停用的报警", "Out of service"),
    "changed": Label("运行中修改的报警", "Alarms changed at run time"),
    "substitutes": Label("人工置数", "Manual values"),
    "holds": Label("挂牌", "Hold tags"),
    "commands": Label("本班命令", "Commands of the shift"),
    "devices": Label("通讯中断的设备", "Devices without communication"),
    "tags": Label("质量异常的测点", "Tags of abnormal quality"),
    "pinned": Label("置顶记录", "Pinned notes"),
    "notes": Label("本班记录", "Notes of the shift"),
}
NOTHING: Final = Label("无", "None")
RESULTS: Final[dict[str, Label]] = {
    "refused": Label("被拒绝", "refused"),
    "accepted": Label("已接受", "accepted"),
    "intent": Label("意图已记录，未见结果", "intent recorded, no result yet"),
    "sent": Label("已发送，未见结果", "sent, no result yet"),
    "executing": Label("执行中", "executing"),
    "done": Label("完成", "done"),
    "failed": Label("失败", "failed"),
    "mismatch": Label("无反馈", "no feedback"),
    "unknown": Label("结果不明", "outcome unknown"),
    "cancelled": Label("已取消", "cancelled"),
    "expired": Label("已过期", "expired"),
}
WORDS: Final[dict[str, Label]] = {
    "title": Label("交接班记录", "Shift handover"),
    "shift": Label("班次", "Shift"),
    "period": Label("时段", "Period"),
    "made": Label("生成时间", "Made at"),
    "zone": Label("所有时间为 {zone}", "All times are {zone}"),
    "site": Label("站点配置", "Site"),
    "revision": Label("版本 {n}", "revision {n}"),
    "engine": Label("采集引擎", "Engine"),
    "epoch": Label("任期 {n}", "epoch {n}"),
    "no_engine": Label("无引擎持有租约", "no engine holds the lease"),
    "on_duty": Label("值班人员", "On duty"),
    "silent": Label(
        "生成时采集引擎无响应：数值与报警可能已过时", "The engine was silent: values and alarms may be out of date"
    ),
    "must_read": Label("须双方阅读", "both must read"),
    "counts": Label("本班报警次数", "Alarms of the shift"),
    "counts_text": Label(
        "1 级 {p1} · 2 级 {p2} · 3 级 {p3} · 4 级 {p4}；确认 {ack} 次",
        "priority 1: {p1} · 2: {p2} · 3: {p3} · 4: {p4}; acknowledged {ack} times",
    ),
    "counts_more": Label("（仅统计最新部分）", "(only the newest lines are counted)"),
    "most": Label("最频繁", "Most frequent"),
    "raised": Label("报警", "Raised"),
    "since": Label("自", "Since"),
    "until": Label("至", "Until"),
    "left": Label("剩余 {left}", "{left} left"),
    "one_shot": Label("恢复即止", "ends at return"),
    "by": Label("人员", "Person"),
    "reason": Label("原因", "Reason"),
    "second": Label("第二人 {name}", "second: {name}"),
    "acked": Label("{who} 于 {when} 确认", "acknowledged by {who} at {when}"),
    "not_acked": Label("未确认", "not acknowledged"),
    "rule": Label("规则", "Rule"),
    "work_order": Label("工单", "Work order"),
    "consequence": Label("后果", "If nobody acts"),
    "action": Label("措施", "What to do"),
    "state": Label("状态", "State"),
    "alarm": Label("报警", "Alarm"),
    "where": Label("地点", "Place"),
    "what": Label("内容", "What"),
    "result": Label("结果", "Result"),
    "asked": Label("时间", "Time"),
    "change": Label("修改", "Change"),
    "frozen": Label("数值失效，冻结", "frozen: the value is bad"),
    "stands": Label("条件仍成立", "the condition stands"),
    "value": Label("数值", "Value"),
    "device": Label("设备", "Device"),
    "last_good": Label("最近应答", "Last answer"),
    "tags": Label("测点", "Tags"),
    "bad_tags": Label("{n} 个测点", "{n} tags"),
    "more": Label("另有 {n} 条未列出", "{n} more are not listed"),
    "commands_more": Label("命令过多，仅列最新部分", "Too many commands: only the newest are listed"),
    "limit": Label("限值", "limit"),
    "deadband": Label("回差", "deadband"),
    "on_delay_s": Label("动作延时", "on delay"),
    "off_delay_s": Label("恢复延时", "off delay"),
    "priority": Label("优先级", "priority"),
    "signatures": Label("签字", "Signatures"),
    "outgoing": Label("交班", "Hands over"),
    "incoming": Label("接班", "Takes over"),
    "not_signed": Label("未签字", "Not signed"),
    "draft": Label("草稿，未签字", "Draft, not signed"),
    "heads": Label("日志链头（此刻）", "Chain heads of the journals at that instant"),
    "journal": Label("日志", "Journal"),
    "seq": Label("序号", "Number"),
    "hash": Label("本表 SHA-256", "SHA-256 of this sheet"),
    "read": Label("已读", "Read"),
    "page": Label("第 {n} 页，共 {all} 页", "Page {n} of {all}"),
    "who": Label("人", "Person"),
    "note": Label("记录", "Note"),
    "printed": Label("打印", "Printed"),
}


def word(name: str, language: str, /, **fields: object) -> str:
    """Return a word, with its fields filled in."""
    text = WORDS[name].get(language)
    return text.format(**fields) if fields else text


def of(names: Any, language: str) -> str:
    """Return a name that a sheet carries in both languages; what is none is shown as it is."""
    if isinstance(names, Mapping):
        return str(names.get(language) or names.get("en") or names.get("zh") or "")
    return str(names or "")
