"""What `qianliyan people` says, in Chinese and in English."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

from app.cli.times import shown_time
from app.model.access import EVERYWHERE
from app.model.people import Account, OpenSession
from app.model.role_names import role_text

__all__ = ["account_line", "people_words", "session_line"]

_TEXT: Final[dict[str, tuple[str, str]]] = {
    "founding": (
        "此库尚无账户：{name} 将成为管理员。管理员只管账户，不能操作设备",
        "This store has no accounts yet: {name} becomes its administrator, who keeps accounts and commands nothing",
    ),
    "first_is_administrator": (
        "第一个账户必须是管理员",
        "The first account is an administrator's",
    ),
    "founded": ("管理员 {name} 已建立", "{name} is the administrator of this store"),
    "added": (
        "账户 {name} 已建立；首次登录须更改密码",
        "{name} has an account; the password must be changed at the first sign-in",
    ),
    "changed": ("已更改：{line}", "Changed: {line}"),
    "covered": ("{name} 在 {area} 代班至 {until}", "{name} covers {area} until {until}"),
    "disabled": ("账户 {name} 已停用，其会话已结束", "{name} is disabled, and signed out everywhere"),
    "enabled": ("账户 {name} 已恢复", "{name} may sign in again"),
    "unlocked": ("账户 {name} 已解锁", "{name} is unlocked"),
    "password_changed": ("密码已更改", "The password is changed"),
    "password_set": (
        "{name} 的密码已重设；下次登录须更改",
        "The password of {name} is set; it must be changed at the next sign-in",
    ),
    "sessions_ended": ("{name} 的会话已结束", "{name} is signed out everywhere"),
    "no_sessions": ("无人登录", "Nobody is signed in"),
    "nobody": ("没有账户", "There is no account"),
    "no_area": ("没有区域 {area}；现有：{areas}", "There is no area {area}; there are: {areas}"),
    "no_role": ("没有角色 {role}；现有：{roles}", "There is no role {role}; there are: {roles}"),
    "no_grant": ("{given}：请写作 区域=角色，例如 {area}=operator", "{given}: say AREA=ROLE, such as {area}=operator"),
    "no_account": ("没有账户 {name}", "There is no account {name}"),
    "old_password": ("{name} 的现用密码", "Present password of {name}"),
    "new_password": ("{name} 的新密码", "New password of {name}"),
    "account": ("账户", "Account"),
    "is_disabled": ("已停用", "disabled"),
    "is_locked": ("锁定至 {until}", "locked until {until}"),
    "must_change": ("须更改密码", "must change the password"),
    "for_good": ("{role}：{area}", "{role} in {area}"),
    "for_a_while": ("{role}：{area}（至 {until}）", "{role} in {area} until {until}"),
    "everywhere": ("全部区域", "all areas"),
    "session_locked": ("已锁屏", "locked"),
    "since": ("自 {time}", "since {time}"),
}


def people_words(key: str, language: str, **fields: object) -> str:
    """Return a sentence in `language` ("zh" or "en")."""
    return _TEXT[key][language == "en"].format(**fields)


def account_line(account: Account, language: str, zone: ZoneInfo) -> str:
    """Return one line for an account: name, full name, role, areas, and what keeps it from signing in."""
    state = []
    if account.disabled:
        state.append(people_words("is_disabled", language))
    if account.locked_until_ms:
        state.append(people_words("is_locked", language, until=shown_time(account.locked_until_ms, zone, "minutes")))
    if account.must_change:
        state.append(people_words("must_change", language))
    parts = [account.name, account.full_name, role_text(account.role, language)]
    return "  ".join(part for part in (*parts, *_areas(account, language, zone), *state) if part)


def session_line(session: OpenSession, language: str, zone: ZoneInfo) -> str:
    """Return one line for a session: who, where, since when, and whether it is locked."""
    since = people_words("since", language, time=shown_time(session.opened_ms, zone, "minutes"))
    locked = people_words("session_locked", language) if session.locked else ""
    return "  ".join(part for part in (session.person, session.workstation, since, locked) if part)


def _areas(account: Account, language: str, zone: ZoneInfo) -> list[str]:
    found = []
    for grant in account.grants:
        area = people_words("everywhere", language) if grant.area == EVERYWHERE else grant.area
        fields = {"role": role_text(grant.role, language), "area": area}
        if grant.until_ms is None:
            found.append(people_words("for_good", language, **fields))
        else:
            until = shown_time(grant.until_ms, zone, "minutes")
            found.append(people_words("for_a_while", language, **fields, until=until))
    return found
