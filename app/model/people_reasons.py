"""Why the store refuses a person: the sentences of what people, sessions and the log book may not."""

from __future__ import annotations

from typing import Final

__all__ = ["PEOPLE_REASONS"]

PEOPLE_REASONS: Final[dict[str, tuple[str, str]]] = {
    "sign_in.wrong": ("用户名或密码不正确", "Wrong name or password"),
    "sign_in.locked": (
        "密码多次错误，账户已锁定：{remaining} 后再试，或请管理员解锁",
        "Too many wrong passwords: the account is locked for another {remaining}, or until an administrator unlocks it",
    ),
    "sign_in.disabled": ("账户已停用", "This account is disabled"),
    "sign_in.sessions": (
        "已在 {where} 登录，最多 {limit} 处：请先在一处退出",
        "Signed in at {where} already, at most {limit} at once: sign out at one of them first",
    ),
    "sign_in.must_change": ("密码由他人设置：请设新密码", "Somebody else set this password: choose a new one"),
    "password.short": ("密码至少 {length} 个字符", "A password needs at least {length} characters"),
    "password.long": ("密码太长", "This password is too long"),
    "password.name": ("密码不能包含用户名", "A password must not contain the account's name"),
    "password.same": ("新密码不能与旧密码相同", "The new password must differ from the old one"),
    "password.differ": ("两次输入的密码不一致", "The two new passwords differ"),
    "account.founded": ("已有账户：请管理员添加", "There are accounts already: an administrator adds others"),
    "account.name": (
        "“{name}”不能作用户名：只用文字、数字、“_”“.”“-”，最多 40 个",
        "“{name}” cannot be a name: letters, digits, “_”, “.” and “-” only, at most 40",
    ),
    "account.exists": ("账户 {name} 已存在", "There is an account {name} already"),
    "account.unknown": ("没有账户 {name}", "There is no account {name}"),
    "account.role": ("没有角色 {role}", "There is no role {role}"),
    "account.area": ("区域不能为空", "A role needs an area"),
    "account.last_administrator": (
        "至少须有一名能登录的管理员",
        "At least one administrator who can sign in must be left",
    ),
    "account.more": ("不能给自己增加权限", "Nobody gives rights to himself"),
    "cover.role": ("代班只能授予值班员或观察员", "A cover gives the role of an operator or a viewer only"),
    "cover.area": ("代班须指定一个区域", "A cover is for one area"),
    "cover.until": ("代班最长 {hours} 小时", "A cover ends within {hours} hours"),
    "store.away": ("无法访问数据库：{error}", "The store cannot be reached: {error}"),
    "note.length": ("记录须有内容，最多 {limit} 字", "A note needs text, at most {limit} characters"),
    "note.links": ("记录最多链接 {limit} 个对象", "A note is linked to at most {limit} things"),
    "act": ("内容过长，无法记入审计，未执行", "This is too long to be told in the audit journal, so it was not done"),
    "duty": ("日期、班次或姓名有误", "The day, the shift or a name is wrong"),
    "trend_group.name": ("趋势组名须有 1 至 {limit} 个字", "A trend's name has 1 to {limit} characters"),
    "trend_group.pens": ("趋势组须有 1 至 {limit} 条曲线", "A trend has 1 to {limit} pens"),
    "trend_group.exists": ("已有名为“{name}”的趋势组", "There is a trend named “{name}” already"),
    "trend_group.gone": ("此趋势组已被删除", "This trend has been removed"),
    "trend_group.owner": (
        "共享趋势组由 {name} 或值班长修改",
        "This shared trend is for {name} and supervisors to change",
    ),
    "handover.hash": ("交班表在签字前被更改：请重新生成", "The sheet was changed before it was signed: make it anew"),
    "handover.sheet": ("交班表不完整", "The sheet is incomplete"),
    "handover.unread": (
        "有 {count} 项最高优先级内容未经双方阅读：{items}",
        "{count} items of the highest priority were not read by both: {items}",
    ),
}
