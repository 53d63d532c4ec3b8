"""What drivers say, in the language of the room."""

from __future__ import annotations

import pytest

from app.model.commands.block import BlockOut
from app.model.records import Reason
from app.views.state.causes import cause_text, line_kind, reason_words

CERTIFICATE = "the server shows a certificate that nobody has accepted: SHA-256 6a8bc6a0"


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("answers again", "恢复应答", "answers again"),
        (
            CERTIFICATE,
            "服务器证书尚未被接受（SHA-256 6a8bc6a0）",
            "its certificate was not accepted yet (SHA-256 6a8bc6a0)",
        ),
        ("no unit answers: no reply in time", "所有站号均无应答：应答超时", "no unit answers: no reply in time"),
        ("10.0.0.7:502: Connection refused", "10.0.0.7:502：连接被拒绝", "10.0.0.7:502: connection refused"),
        (
            "unit 3: exception 2 (illegal data address)",
            "站号 3：异常码 2（地址不存在）",
            "unit 3: exception 2 (illegal data address)",
        ),
        (
            "ps01/pump1: rejected: plc_tripped",
            "泵：控制器拒绝：故障跳闸未复位",
            "泵: The PLC rejected it: a trip is latched",
        ),
    ],
)
def test_known_sentences_are_said_in_both_languages(text: str, zh: str, en: str) -> None:
    """Sentences nest, keep their figures, and call places by their names."""
    assert cause_text(text, "zh", name=_name) == zh
    assert cause_text(text, "en", name=_name) == en


def test_an_unknown_sentence_is_quoted_as_it_is() -> None:
    """Nothing is lost of what nobody foresaw, in any language, also inside a known sentence."""
    assert cause_text("ham radio on fire", "zh") == "“ham radio on fire”"
    assert cause_text("unit 7: ham radio on fire", "zh") == "站号 7：“ham radio on fire”"
    assert cause_text("", "zh") == ""


def test_a_command_block_is_told_by_its_fields() -> None:
    """What the engine logs of a block is words, and reads in Chinese too."""
    out = BlockOut(epoch=1795547141, heartbeat=7, equipment=1, verb=6, value=42.5, sequence=3)
    line = f"ps01/pump1 speed: {out.words}"
    assert out.words == "epoch 1795547141, heartbeat 7, equipment 1, verb 6, value 42.5, sequence 3"
    assert (
        cause_text(line, "zh", name=_name) == "泵 speed：任期 1795547141，心跳 7，设备号 1，命令码 6，数值 42.5，序号 3"
    )


def test_a_reason_with_a_drivers_words_is_in_one_language() -> None:
    """What a driver said inside a reason is put into words too."""
    reason = Reason("not_connected", {"what": "not connected"})
    assert reason_words(reason, "zh") == "命令通道未连接：未连接"
    assert line_kind("recovered", "zh") == "恢复" and line_kind("odd", "en") == "odd"


def _name(path: str) -> str:
    return "泵" if path == "ps01/pump1" else path
