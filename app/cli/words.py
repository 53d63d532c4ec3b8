"""What the terminal says, in Chinese and in English: one language for all of one command's output."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final

import typer

from app.model.records import CommandState, RequestKind

__all__ = ["LangOption", "Language", "language_of", "state_words", "words"]


class Language(StrEnum):
    """The languages of the terminal."""

    ZH = "zh"
    EN = "en"


LangOption = Annotated[Language | None, typer.Option("--lang", help="zh or en; by default QIANLIYAN_LANG, else zh.")]

_TEXT: Final[dict[str, tuple[str, str]]] = {
    "command": ("{verb}：{equipment}（{path}）", "{verb}: {equipment} ({path})"),
    "command.value": ("{verb} {value}：{equipment}（{path}）", "{verb} {value}: {equipment} ({path})"),
    "no_verb": ("{path} 没有命令 {verb}；现有：{verbs}", "{path} has no command {verb}; it has: {verbs}"),
    "no_commands": ("{path} 没有任何命令", "{path} has no commands"),
    "other_hold": (
        "{path} 上挂的是 {holder} 的牌：{why}。没有摘下；要摘这块牌，请加 --of {holder}",
        "the hold tag at {path} is of {holder}: {why}. It was not taken off; if you mean it, say --of {holder}",
    ),
    "other_substitute": (
        "{tag} 的人工值 {value} 由 {holder} 输入：{why}。没有取消；要取消它，请加 --of {holder}",
        "the manual value {value} of {tag} is of {holder}: {why}. It was not ended; if you mean it, say --of {holder}",
    ),
    "look_first": (
        "现场查看之后：qianliyan accept-late {path}",
        "when you have looked on site: qianliyan accept-late {path}",
    ),
    "late": (
        "超时的命令：{verb}：{path}，{who}，{time}。没有确认；现场查看过它以后，请加 --request={request}",
        "timed out: {verb}: {path}, by {who} at {time}. Nothing was accepted; when you have looked on site after it, "
        "say --request={request}",
    ),
    "late.unknown": (
        "有命令超时，但没有记录是哪一条。没有确认；现场查看以后，请加 --request={request}",
        "a command timed out, and no journal says which. Nothing was accepted; when you have looked on site, "
        "say --request={request}",
    ),
    "not_late": ("{path} 的控制器没有超时的命令", "no command of the PLC of {path} timed out"),
    "no_alarm": ("没有可列出的报警", "there is no alarm to list"),
    "not_waiting": ("{alarm} 当时无需确认", "{alarm} was not waiting to be acknowledged"),
    "silent": ("引擎没有应答：{store}", "no engine answered at {store}"),
    "released": ("命令未执行，选择已释放", "not executed; the selection is given back"),
    "needs_accounts": (
        "{store} 是正式库，尚无账户：请先建立管理员账户；在此之前请使用就地控制箱",
        "{store} is a live store without accounts: make its administrator first; until then use the local panel",
    ),
    "stop_the_engine": (
        "{store} 是正式库，尚无账户，运行中的引擎不接受请求：请停止引擎（{holder}），再运行一次，然后启动引擎",
        "{store} is a live store without accounts, and a running engine takes no request: stop the engine "
        "({holder}), run this again, then start it",
    ),
    "account": ("账户", "Account"),
    "new_password": ("新密码", "New password"),
    "password": ("{name} 的密码", "Password of {name}"),
    "nothing_differs": ("与现用站点配置没有差别", "nothing differs from the site in force"),
    "confirm": ("启用此站点配置？", "Put this site in force?"),
    "rewired": (
        "带 ! 的命令将停用，直到有人现场验证（qianliyan prove）",
        "Commands marked ! are disabled until a person has proven them (qianliyan prove).",
    ),
    "applied": (
        "版本 {revision} 已启用（{who}）；当时没有引擎运行",
        "revision {revision} is in force, by {who}; no engine was running",
    ),
    "pinned": ("已接受 {device} 的证书（{who}）", "the certificate of {device} is accepted, by {who}"),
    "in_force": (
        "现用：版本 {revision}，{time}，{who}：{reason}",
        "in force: revision {revision}, {time}, {who}: {reason}",
    ),
    "no_tag": ("现用站点配置中没有匹配的测点：{tags}", "no tag of the site in force matches {tags}"),
    "no_value": ("匹配的测点尚无数值：{tags}", "no value is known yet of {tags}"),
    "no_site": ("尚未启用任何站点配置", "no site is in force yet"),
    "moved": ("变更地址", "moved"),
    "new": ("新增", "new"),
}

_STATES: Final[dict[CommandState, tuple[str, str]]] = {
    CommandState.REFUSED: ("已拒绝", "refused"),
    CommandState.ACCEPTED: ("已接受", "accepted"),
    CommandState.SELECTED: ("已选中", "selected"),
    CommandState.CANCELLED: ("已取消", "cancelled"),
    CommandState.EXPIRED: ("已过期", "expired"),
    CommandState.INTENT: ("已记录", "recorded"),
    CommandState.SENT: ("已发送", "sent"),
    CommandState.EXECUTING: ("控制器已接受，等待反馈", "accepted by the PLC, waiting for feedback"),
    CommandState.DONE: ("完成", "done"),
    CommandState.FAILED: ("失败", "failed"),
    CommandState.MISMATCH: ("反馈不符", "mismatch: the feedback did not come"),
    CommandState.UNKNOWN: ("结果未知，不会重发", "unknown: nothing is sent again"),
}
_DONE: Final[dict[RequestKind, tuple[str, str]]] = {
    RequestKind.HOLD: ("已挂牌", "hold tag placed"),
    RequestKind.UNHOLD: ("已摘牌", "hold tag removed"),
    RequestKind.SUBSTITUTE: ("人工值已生效", "the manual value is in force"),
    RequestKind.UNSUBSTITUTE: ("人工值已取消", "the manual value is ended"),
    RequestKind.PROVE: ("已验证，命令恢复", "proven: its commands are enabled"),
    RequestKind.ACCEPT_LATE: ("已确认现场查看，命令恢复", "looked at: the PLC takes commands again"),
    RequestKind.PIN_CERTIFICATE: ("证书已接受", "the certificate is accepted"),
    RequestKind.APPLY_SITE: ("站点配置已启用", "the site is in force"),
    RequestKind.ROLL_BACK_SITE: ("已恢复为该版本", "that revision is in force again"),
    RequestKind.ACKNOWLEDGE: ("已确认", "acknowledged"),
    RequestKind.RESET_ALARM: ("报警已复位", "the alarm is reset"),
    RequestKind.SHELVE: ("报警已搁置", "the alarm is shelved"),
    RequestKind.UNSHELVE: ("搁置已取消", "the alarm is no longer shelved"),
    RequestKind.OUT_OF_SERVICE: ("报警已停用", "the alarm is out of service"),
    RequestKind.IN_SERVICE: ("报警已恢复使用", "the alarm is in service again"),
    RequestKind.CHANGE_ALARM: ("报警设置已更改", "the alarm is changed"),
}


def words(key: str, language: str, **fields: object) -> str:
    """Return a sentence in `language` ("zh" or "en") with its fields."""
    return _TEXT[key][language == "en"].format_map(fields)


def state_words(kind: RequestKind, state: CommandState, language: str) -> str:
    """Return where a request stands; what is done is said by what was asked."""
    texts = _DONE.get(kind, _STATES[state]) if state is CommandState.DONE else _STATES[state]
    return texts[language == "en"]


def language_of(chosen: Language | None) -> str:
    """Return the chosen language, else that of this terminal's settings."""
    from app.config import load_config

    return chosen.value if chosen is not None else load_config().language
