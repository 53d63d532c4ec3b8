"""What people did, in words: acts of the desk, and requests about alarms. Fields as in `sentences`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from app.model.records import Reason
from app.model.role_names import role_text
from app.model.terms import Label
from app.views.state.causes import reason_words

__all__ = ["PEOPLE_TEXT", "change_rows", "people_fields"]

PEOPLE_TEXT: Final[dict[str, Label]] = {
    # Acts of the desk.
    "founded": Label("建立首个账户：管理员", "Made the first account: the administrator"),
    "signed_in": Label("登录{renewed}", "Signed in{renewed}"),
    "signed_out": Label("退出登录", "Signed out"),
    "sign_in_failed": Label("登录失败：{refusal}", "Could not sign in: {refusal}"),
    "signed_second": Label("作为第二人签名，第一人 {first}", "Signed second, after {first}"),
    "locked": Label("锁定会话", "Locked the session"),
    "idle_lock": Label("无人操作，会话自动锁定", "Nobody used the room: the session locks by itself"),
    "lock_after": Label("自动锁定时间 {from} 分钟改为 {to} 分钟", "Locks by itself after {to} min, before {from} min"),
    "unlocked": Label("解锁会话", "Unlocked the session"),
    "account_added": Label("添加账户 {name}（{role}）{grants}", "Added the account {name} ({role}){grants}"),
    "account_changed": Label("修改账户 {name}：{differences}", "Changed the account {name}: {differences}"),
    "account_locked": Label("密码多次错误，账户 {name} 锁定", "Too many wrong passwords: the account {name} is locked"),
    "account_unlocked": Label("解除账户 {name} 的锁定", "Ended the lock-out of {name}"),
    "password_set": Label(
        "为 {name} 设密码，下次登录须修改", "Set a password for {name}, to be changed at the sign-in"
    ),
    "password_changed": Label("修改自己的密码", "Changed the own password"),
    "cover_given": Label("{name} 代班 {area}（{role}）至 {until}", "{name} covers {area} ({role}) until {until}"),
    "sessions_ended": Label("结束 {name} 的 {count} 个会话", "Ended {count} sessions of {name}"),
    "note_written": Label("写值班记录", "Wrote into the log book"),
    "note_unpinned": Label("取消记录置顶", "Unpinned a note"),
    "duty_set": Label("排班", "Wrote who is on a shift"),
    "shift_handed_over": Label("交班给 {to}", "Handed the shift over to {to}"),
    "shift_taken_over": Label("接班，由 {from} 交班", "Took the shift over from {from}"),
    "silenced": Label("消音", "Silenced the horn"),
    "exported": Label("导出 {rows} 行到 {file}", "Exported {rows} lines to {file}"),
    "printed": Label("打印 {file}", "Printed {file}"),
    # Requests about alarms.
    "acknowledge": Label("确认报警 {count} 条：{reason}", "Acknowledged alarms: {count}: {reason}"),
    "acknowledged": Label("确认控制室自身报警", "Acknowledged an alarm of the room itself"),
    "reset_alarm": Label("复位报警：{reason}", "Reset the alarm: {reason}"),
    "shelve": Label("搁置报警 {duration}{signed}：{reason}", "Shelved the alarm for {duration}{signed}: {reason}"),
    "unshelve": Label("取消搁置：{reason}", "Unshelved the alarm: {reason}"),
    "out_of_service": Label(
        "报警停用，工单 {work_order}：{reason}", "Took the alarm out of service, work order {work_order}: {reason}"
    ),
    "in_service": Label("报警恢复使用：{reason}", "Put the alarm back into service: {reason}"),
    "change_alarm": Label("修改报警设置 {differences}：{reason}", "Changed the alarm, {differences}: {reason}"),
}

_SETTINGS: Final[dict[str, Label]] = {
    "role": Label("角色", "role"),
    "full_name": Label("姓名", "full name"),
    "disabled": Label("停用", "disabled"),
    "grants": Label("区域", "areas"),
    "limit": Label("限值", "limit"),
    "deadband": Label("回差", "deadband"),
    "on_delay_s": Label("触发延时", "on delay"),
    "off_delay_s": Label("恢复延时", "off delay"),
    "priority": Label("优先级", "priority"),
}


def people_fields(kind: str, what: str, detail: Mapping[str, Any], language: str) -> dict[str, str]:
    """Return the fields of these sentences that are not in the detail as they are."""
    zh = language != "en"
    fields = {"name": what, "role": role_text(str(detail.get("role", "")), language)}
    fields["renewed"] = ("，并修改密码" if zh else ", with a new password") if "password" in detail else ""
    if kind == "sign_in_failed":
        fields["refusal"] = _refusal(detail, language)
    fields["differences"] = _differences(detail, language)
    fields["grants"] = _grants(detail.get("grants"), language, before=" ")
    fields["count"] = str(detail.get("count", len(detail.get("acknowledged", ()) or ())))
    if isinstance(seconds := detail.get("duration_s"), int | float):
        minutes = round(float(seconds) / 60)
        fields["duration"] = f"{minutes} min" if minutes < 120 else f"{minutes / 60:g} h"
    second = detail.get("second")
    fields["signed"] = (f"（第二人 {second}）" if zh else f" (second: {second})") if second else ""
    return fields


def change_rows(detail: Mapping[str, Any], language: str) -> list[tuple[str, str, str]]:
    """Return what changed as name, from, to: `{"from": …, "to": …}` or `{"changed": {name: [from, to]}}`."""
    before, after = detail.get("from"), detail.get("to")
    pairs: dict[str, tuple[Any, Any]] = {}
    if not isinstance(before, Mapping | None) or not isinstance(after, Mapping | None):
        pairs = {"": (before, after)}
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        names = dict.fromkeys((*before, *after))
        pairs = {n: (before.get(n), after.get(n)) for n in names if before.get(n) != after.get(n)}
    elif isinstance(changed := detail.get("changed"), Mapping):
        pairs = {n: (v[0], v[1]) for n, v in changed.items() if isinstance(v, list) and len(v) == 2}
    return [(_name(n, language), _value(n, a, language), _value(n, b, language)) for n, (a, b) in pairs.items()]


def _differences(detail: Mapping[str, Any], language: str) -> str:
    texts = [f"{name} {before} → {after}".strip() for name, before, after in change_rows(detail, language)]
    return ("；" if language == "zh" else "; ").join(texts) or "—"


def _name(name: str, language: str) -> str:
    return _SETTINGS[name].get(language) if name in _SETTINGS else name


def _value(name: str, value: Any, language: str) -> str:
    if isinstance(value, bool):
        return (("是" if value else "否"), ("yes" if value else "no"))[language == "en"]
    if name == "role":
        return role_text(str(value), language)
    if name == "grants":
        return _grants(value, language) or "—"
    return "—" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _grants(grants: Any, language: str, *, before: str = "") -> str:
    if not isinstance(grants, list) or not grants:
        return ""
    texts = [f"{g.get('area')}: {role_text(str(g.get('role')), language)}" for g in grants if isinstance(g, Mapping)]
    return before + ", ".join(texts)


def _refusal(detail: Mapping[str, Any], language: str) -> str:
    why = str(detail.get("why", ""))
    code = "two_person" if why == "same" else "sign_in"
    return reason_words(Reason(code, {**detail, "why": why}), language)
