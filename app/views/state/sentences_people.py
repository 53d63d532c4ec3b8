"""What people did, in words: acts of the desk, and requests about alarms. Fields as in `sentences`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from app.model.records import Reason
from app.model.role_names import role_text
from app.model.terms import Label
from app.views.state.causes import reason_words

__all__ = ["PEOPLE_TEXT", "change_rows", "differences", "people_fields"]

Name = Callable[[str], str]

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
    "account_added": Label("添加账户：{name}（{role}）{grants}", "Account added: {name} ({role}){grants}"),
    "account_changed": Label("修改账户：{name}，{differences}", "Account changed: {name}, {differences}"),
    "account_locked": Label("账户锁定：{name}，密码多次错误", "Account locked: {name}, too many wrong passwords"),
    "account_unlocked": Label("解除账户锁定：{name}", "Lock-out ended: {name}"),
    "password_set": Label(
        "设置密码：{name}，下次登录须修改", "Password set: {name}, to be changed at the next sign-in"
    ),
    "password_changed": Label("修改自己的密码", "Own password changed"),
    "cover_given": Label(
        "授权代班：{name}，{area}（{role}）至 {until}", "Cover given: {name}, {area} ({role}) until {until}"
    ),
    "sessions_ended": Label("结束会话：{name}，{count} 个", "Sessions ended: {name}, {count}"),
    "note_written": Label("写值班记录", "Wrote into the log book"),
    "note_unpinned": Label("取消记录置顶", "Unpinned a note"),
    "duty_set": Label("排班", "Wrote who is on a shift"),
    "shift_handed_over": Label("交班给 {to}", "Handed the shift over to {to}"),
    "shift_taken_over": Label("接班，由 {from} 交班", "Took the shift over from {from}"),
    "trend_saved": Label("保存趋势组“{name}”", "Saved the trend “{name}”"),
    "trend_removed": Label("删除趋势组“{name}”", "Removed the trend “{name}”"),
    "silenced": Label("消音", "Silenced the horn"),
    "exported": Label("导出 {rows} 行到 {file}", "Exported {rows} lines to {file}"),
    "printed": Label("打印 {file}", "Printed {file}"),
    # Requests about alarms.
    "acknowledge": Label("确认报警：{count} 条 {reason}", "Alarms acknowledged: {count} {reason}"),
    "acknowledged": Label("确认控制室自身报警", "An alarm of the room itself acknowledged"),
    "reset_alarm": Label("复位报警：{reason}", "Alarm reset: {reason}"),
    "shelve": Label("搁置报警：{duration}{signed}，{reason}", "Alarm shelved: {duration}{signed}, {reason}"),
    "unshelve": Label("取消搁置：{reason}", "Alarm unshelved: {reason}"),
    "out_of_service": Label(
        "报警停用：工单 {work_order}，{reason}", "Alarm out of service: work order {work_order}, {reason}"
    ),
    "in_service": Label("报警恢复使用：{reason}", "Alarm back in service: {reason}"),
    "change_alarm": Label("修改报警设置：{differences}，{reason}", "Alarm changed: {differences}, {reason}"),
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


def people_fields(
    kind: str, what: str, detail: Mapping[str, Any], language: str, *, name: Name = str
) -> dict[str, str]:
    """Return the fields of these sentences that are not in the detail as they are. `name` calls an area by its name."""
    zh = language != "en"
    fields = {"name": what, "role": role_text(str(detail.get("role", "")), language)}
    fields["renewed"] = ("，并修改密码" if zh else ", with a new password") if "password" in detail else ""
    if kind == "sign_in_failed":
        fields["refusal"] = _refusal(detail, language)
    fields["differences"] = differences(detail, language, name)
    fields["grants"] = _grants(detail.get("grants"), language, name, before=" ")
    fields["count"] = str(detail.get("count", len(detail.get("acknowledged", ()) or ())))
    if isinstance(seconds := detail.get("duration_s"), int | float):
        minutes = round(float(seconds) / 60)
        fields["duration"] = f"{minutes} min" if minutes < 120 else f"{minutes / 60:g} h"
    second = detail.get("second")
    fields["signed"] = (f"（第二人 {second}）" if zh else f" (second: {second})") if second else ""
    return fields


def change_rows(detail: Mapping[str, Any], language: str, *, name: Name) -> list[tuple[str, str, str]]:
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
    return [
        (_name(n, language), _value(n, a, language, name), _value(n, b, language, name)) for n, (a, b) in pairs.items()
    ]


def differences(detail: Mapping[str, Any], language: str, name: Name = str) -> str:
    """Return what changed in one sentence; `name` calls areas by their names."""
    texts = [f"{what} {old} → {new}".strip() for what, old, new in change_rows(detail, language, name=name)]
    return ("；" if language == "zh" else "; ").join(texts) or "—"


def _name(name: str, language: str) -> str:
    return _SETTINGS[name].get(language) if name in _SETTINGS else name


def _value(name: str, value: Any, language: str, call: Name) -> str:
    if isinstance(value, bool):
        return (("是" if value else "否"), ("yes" if value else "no"))[language == "en"]
    if name == "role":
        return role_text(str(value), language)
    if name == "grants":
        return _grants(value, language, call) or "—"
    return "—" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _grants(grants: Any, language: str, name: Name, *, before: str = "") -> str:
    if not isinstance(grants, list) or not grants:
        return ""
    texts = [
        f"{name(str(g.get('area')))}: {role_text(str(g.get('role')), language)}"
        for g in grants
        if isinstance(g, Mapping)
    ]
    return before + ", ".join(texts)


def _refusal(detail: Mapping[str, Any], language: str) -> str:
    why = str(detail.get("why", ""))
    code = "two_person" if why == "same" else "sign_in"
    return reason_words(Reason(code, {**detail, "why": why}), language)
