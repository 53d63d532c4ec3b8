"""What drivers say, in the room's language: known sentences are put into words, anything else is quoted as it is.

Drivers speak English, into logs and journals that engineers of any country read; an operator reads their own language.
Sentences nest: "no unit answers: no reply in time" is two known ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Final

from app.model.reasons import REASON_CODES, reason_text
from app.model.records import Reason
from app.model.spec import Label

__all__ = ["cause_text", "line_kind", "reason_words"]

Name = Callable[[str], str]
"""Returns what people call a tag, an equipment or a device."""

# Pattern of the whole sentence → what to say. {0} is the first group as it is, {cause1} the second one put into words
# too, {name0} the first one as people call it, {short0} its beginning.
_KNOWN: Final[tuple[tuple[str, Label], ...]] = (
    (r"answers again", Label("恢复应答", "answers again")),
    (r"unit (\d+) answers again", Label("站号 {0} 恢复应答", "unit {0} answers again")),
    (r"unit (\d+) does not answer", Label("站号 {0} 无应答", "unit {0} does not answer")),
    (r"unit (\d+): (.+)", Label("站号 {0}：{cause1}", "unit {0}: {cause1}")),
    (r"no unit answers", Label("所有站号均无应答", "no unit answers")),
    (r"no unit answers: (.+)", Label("所有站号均无应答：{cause0}", "no unit answers: {cause0}")),
    (r"refuses every read: (.+)", Label("拒绝所有读取：{cause0}", "refuses every read: {cause0}")),
    (r"(?:no reply in time|no answer in time|the server does not answer)", Label("应答超时", "no reply in time")),
    (r"no reply but a mismatched one", Label("只收到不匹配的应答", "no reply but one that does not match")),
    (r"only mismatched replies", Label("只收到不匹配的应答", "only replies that do not match")),
    (r"mismatched reply: (.+)", Label("应答不匹配：{cause0}", "reply that does not match: {cause0}")),
    (r"not connected", Label("未连接", "not connected")),
    (r"connection closed by the device", Label("设备关闭了连接", "the device closed the connection")),
    (r"connection lost", Label("连接中断", "the connection was lost")),
    (r"connection lost: (.+)", Label("连接中断：{cause0}", "the connection was lost: {cause0}")),
    (r"\[Errno -?\d+\] (.+)", Label("{cause0}", "{cause0}")),
    (r"(\S+:\d+) does not answer", Label("{0} 无应答", "{0} does not answer")),
    (r"(\S+:\d+): (.+)", Label("{0}：{cause1}", "{0}: {cause1}")),
    (r"(?:OSError|ConnectionRefusedError|ConnectionResetError|ConnectionError): (.+)", Label("{cause0}", "{cause0}")),
    (r"Connection refused", Label("连接被拒绝", "connection refused")),
    (r"Connection reset by peer", Label("连接被对方复位", "connection reset by the other end")),
    (r"Connection timed out", Label("连接超时", "connection timed out")),
    (r"No route to host", Label("网络不可达该主机", "no route to the host")),
    (r"Network is unreachable", Label("网络不可达", "the network is unreachable")),
    (r"Broken pipe", Label("连接已断开", "the connection is broken")),
    (r"Name or service not known", Label("主机名无法解析", "the host's name is not known")),
    (r"truncated reply", Label("应答不完整", "truncated reply")),
    (r"empty reply", Label("应答为空", "empty reply")),
    (r"unasked reply", Label("收到未询问的应答", "reply to no question")),
    (r"CRC mismatch", Label("CRC 校验错误", "CRC mismatch")),
    (r"no Modbus TCP header (.+)", Label("不是 Modbus TCP 报文{0}", "no Modbus TCP header {0}")),
    (r"transaction (\d+) in answer to (\d+)", Label("应答序号 {0}，询问序号 {1}", "transaction {0} in answer to {1}")),
    (r"unit (\d+) in answer to unit (\d+)", Label("站号 {0} 应答了发给 {1} 的询问", "unit {0} in answer to unit {1}")),
    (r"function (\d+) in answer to function (\d+)", Label("功能码 {0} 应答 {1}", "function {0} in answer to {1}")),
    (r"a reply of another shape to function (\d+)", Label("功能码 {0} 的应答格式不符", "odd reply to function {0}")),
    (r"no reply of a function that was asked for \((\d+)\)", Label("未询问的功能码 {0}", "unasked function {0}")),
    (r"the reply does not repeat the write", Label("应答未复述写入", "the reply does not repeat the write")),
    (
        r"(\d+) data bytes \(said (\S+)\), asked for (\d+)",
        Label("收到 {0} 字节（自称 {1}），应为 {2}", "{0} data bytes (said {1}), asked for {2}"),
    ),
    (r"exception (\d+) \((.+)\)", Label("异常码 {0}（{cause1}）", "exception {0} ({cause1})")),
    (r"illegal function", Label("功能码不支持", "illegal function")),
    (r"illegal data address", Label("地址不存在", "illegal data address")),
    (r"illegal data value", Label("数值非法", "illegal data value")),
    (r"device failure", Label("设备故障", "device failure")),
    (r"device busy", Label("设备忙", "device busy")),
    (r"memory parity error", Label("存储器校验错误", "memory parity error")),
    (r"gateway path unavailable", Label("网关通道不可用", "gateway path unavailable")),
    (r"gateway target does not answer", Label("网关后的设备无应答", "gateway target does not answer")),
    (r"the server publishes nothing for group (\S+)", Label("服务器停止发布（{0} 组）", "nothing published for {0}")),
    (
        r"the server shows a certificate that nobody has accepted: SHA-256 (\w+)",
        Label("服务器证书尚未被接受（SHA-256 {short0}）", "its certificate was not accepted yet (SHA-256 {short0})"),
    ),
    (
        r"the server has a new certificate that nobody has accepted: SHA-256 (\w+)",
        Label(
            "服务器换了证书，尚未被接受（SHA-256 {short0}）",
            "it has a new certificate, not accepted yet (SHA-256 {short0})",
        ),
    ),
    (r"the server offers no endpoint that signs and encrypts", Label("服务器不支持签名加密", "no secure endpoint")),
    (
        r"the server offers no endpoint of the stated security",
        Label("服务器不支持所设的安全策略", "no endpoint of the stated security"),
    ),
    (r"BadUserAccessDenied: .*", Label("用户名或密码被拒绝", "user or password refused")),
    (r"BadIdentityTokenRejected: .*", Label("用户名或密码被拒绝", "user or password refused")),
    (r"BadTooManySessions: .*", Label("服务器会话已满", "the server has no session left")),
    (r"(\S+) is no loopback address", Label("{0} 不是本机地址", "{0} is not this machine")),
    (
        r"the driver ended by a defect and is started again",
        Label("驱动程序异常退出，已重新启动", "the driver ended by a defect and was started again"),
    ),
    (r"accepted", Label("控制器已接受", "accepted by the PLC")),
    (r"rejected: (\w+)", Label("{reason0}", "{reason0}")),
    # Paths of points, and of commands with what was written.
    (r"([a-z0-9_]+/[\w/]+) (\w+): (epoch \d+, .+)", Label("{name0} {name1}：{block2}", "{name0} {name1}: {block2}")),
    (r"([a-z0-9_]+/[\w/]+(?:, [\w/]+)*): (.+)", Label("{names0}：{cause1}", "{names0}: {cause1}")),
)
_COMPILED: Final = tuple((re.compile(pattern), label) for pattern, label in _KNOWN)

_SHORT: Final = 16
_FROM_DRIVERS: Final = ("not_connected", "write_refused", "link_lost", "pin_refused")
_FIELDS: Final = {
    "epoch": "任期",
    "heartbeat": "心跳",
    "equipment": "设备号",
    "verb": "命令码",
    "value": "数值",
    "sequence": "序号",
}
_KINDS: Final[dict[str, Label]] = {
    "failed": Label("中断", "Lost"),
    "recovered": Label("恢复", "Back"),
    "restarted": Label("重启", "Restarted"),
    "certificate": Label("证书", "Certificate"),
    "refused-point": Label("拒绝测点", "Point refused"),
    "refused": Label("未启用", "Not used"),
    "defect": Label("程序缺陷", "Defect"),
    "command": Label("命令", "Command"),
    "echo": Label("回应", "Echo"),
    "raw": Label("原始报文", "Raw message"),
}


def line_kind(kind: str, language: str) -> str:
    """Return the word for a kind of line in the communication log; an unknown kind stays as it is."""
    label = _KINDS.get(kind)
    return label.get(language) if label is not None else kind


def cause_text(text: str, language: str, *, name: Name = str) -> str:
    """Return a driver's sentence in `language`; one that is not known is quoted. `name` gives names to paths."""
    said = _known(text.strip(), language, name)
    if said is not None:
        return said
    return f"“{text}”" if text else ""


def reason_words(reason: Reason, language: str) -> str:
    """Return a reason's sentence with what a driver said inside it put into words too."""
    what = reason.params.get("what")
    if isinstance(what, str) and reason.check in _FROM_DRIVERS:
        reason = replace(reason, params={**reason.params, "what": cause_text(what, language)})
    return reason_text(reason, language)


def _known(text: str, language: str, name: Name) -> str | None:
    for pattern, label in _COMPILED:
        match = pattern.fullmatch(text)
        if match is not None:
            return label.get(language).format(*match.groups(), **_parts(match.groups(), language, name))
    return None


def _parts(groups: tuple[str, ...], language: str, name: Name) -> dict[str, str]:
    parts: dict[str, str] = {}
    for i, group in enumerate(groups):
        parts[f"cause{i}"] = cause_text(group, language, name=name)
        parts[f"name{i}"] = name(group)
        parts[f"short{i}"] = group if len(group) <= _SHORT else f"{group[:_SHORT]}…"
        parts[f"names{i}"] = ", ".join(name(path) for path in group.split(", "))
        parts[f"block{i}"] = _block(group, language)
        parts[f"reason{i}"] = reason_text(Reason(group), language) if group in REASON_CODES else group
    return parts


@lru_cache(maxsize=256)
def _block(text: str, language: str) -> str:
    """Name the fields of a command block: "epoch 3, heartbeat 17" """
    if language == "en":
        return text
    fields = (part.partition(" ") for part in text.split(", "))
    return "，".join(f"{_FIELDS.get(field, field)} {value}" for field, _, value in fields)
