"""Journal entries in words: every kind that the engine writes has a sentence in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.model.reasons import reason_text
from app.model.records import Journal, JournalEntry, Reason, RequestKind
from app.views.state.sentences import Names, kind_text, sentence
from tests.helpers.xiasha import xiasha

ENGINE = Path(__file__).parents[3] / "app" / "engine"


def entry(kind: str, what: str = "ps01/pump1", **detail: object) -> JournalEntry:
    return JournalEntry(Journal.COMMANDS, kind, 1_790_000_000_000, what, detail=detail)


@pytest.mark.parametrize(
    ("kind", "detail", "zh", "en"),
    [
        ("engine-started", {"epoch": 7}, "采集引擎启动（任期 7）", "Engine started (epoch 7)"),
        ("device-failed", {"text": "no reply in time"}, "通讯中断：应答超时", "Communication lost: no reply in time"),
        (
            "done",
            {"verb": "start", "value": None},
            "命令“启动”完成，反馈已确认",
            "Command “Start” done, feedback verified",
        ),
        ("sent", {"verb": "speed", "value": 42.0}, None, "Command “Set speed” 42 was sent"),
        ("command-done", {"verb": "start"}, "命令“启动”完成，反馈已确认", None),
        ("hold", {"reason": "seal"}, "挂牌：seal", "Hold tag: seal"),
        ("select-refused", {"reasons": ["hold"]}, None, None),
        ("disk-filling", {"used": 0.8123}, "数据库磁盘已用 81 %", "The store's disk is 81 % full"),
    ],
)
def test_sentences(kind: str, detail: dict[str, object], zh: str | None, en: str | None) -> None:
    """Details fill the sentence; verbs have the site's names."""
    for language, wanted in (("zh", zh), ("en", en)):
        told = sentence(entry(kind, **detail), Names(xiasha(), language))
        assert "{" not in told and told
        assert wanted is None or told == wanted


def test_a_refusal_names_its_reasons_with_their_figures() -> None:
    """Reasons kept with their parameters are told in full."""
    reasons = [
        {"check": "min_time", "params": {"remaining_s": 42}, "blocking": True},
        {"check": "remote", "params": {}},
    ]
    told = sentence(entry("refused", verb="start", value=None, reasons=reasons), Names(xiasha(), "en"))
    assert told == "Command “Start” refused: Start allowed in 0:42; The switch at the equipment stands at Local"


def test_an_unknown_kind_is_shown_as_it_stands() -> None:
    """What a newer program wrote is not hidden."""
    told = sentence(entry("moon-rises", phase=3), Names(xiasha(), "en"))
    assert told.startswith("moon-rises") and "phase=3" in told


def test_places_have_names() -> None:
    """Equipment with its station, tags with their equipment, devices, the engine; unknown paths as they are."""
    names = Names(xiasha(), "en")
    assert names.of("ps01/pump1") == "Xuelin Street sewage station · Pump 1"
    assert names.of("ps01/pump1/trip").startswith("Xuelin Street sewage station · Pump 1 · ")
    assert names.of("engine") == "Engine" and names.of("nowhere") == "nowhere"


def test_every_kind_of_the_engine_has_a_sentence() -> None:
    """Kinds that the engine's source writes down as literals are all known here."""
    text = "".join(p.read_text(encoding="utf-8") for p in ENGINE.rglob("*.py"))
    kinds = set(re.findall(r'outbox\.event\(\s*"([a-z-]+)"', text))
    kinds |= set(re.findall(r'Journal\.[A-Z]+,\s*"([a-z_-]+)"', text))
    assert len(kinds) > 8
    unknown = {k for k in kinds if kind_text(k, "en") == k}
    assert not unknown


def assert_in_words(told: str, kind: str) -> None:
    """Fail for a code that is shown as it stands, and for a field that was not filled."""
    assert told
    assert not told.startswith(kind)
    assert not {"{", "=", "["} & set(told)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("ending", ["", "-refused"])
@pytest.mark.parametrize("kind", RequestKind)
def test_no_line_of_a_request_is_left_raw(language: str, ending: str, kind: RequestKind) -> None:
    """What was asked, and its refusal, is told in words and never as its code with its details."""
    told = sentence(entry(f"{kind}{ending}", verb="start", reasons=["tripped"]), Names(xiasha(), language))
    assert_in_words(told, f"{kind}{ending}")
    if ending:
        assert reason_text(Reason("tripped"), language) in told
    assert kind_text(f"{kind}{ending}", language) != f"{kind}{ending}"


def test_a_refused_command_is_named() -> None:
    """The audit journal's line reads as that of the commands' journal, though it has the reasons by their codes."""
    line = entry("operate-refused", equipment="ps01/pump1", verb="reset", value=None, reasons=["tripped"])
    assert sentence(line, Names(xiasha(), "en")) == "Command “Reset trip” refused: There is no trip to reset"
    assert sentence(line, Names(xiasha(), "zh")) == "命令“故障复位”被拒绝：没有可复位的跳闸"


def act_kinds() -> set[str]:
    """The kinds of acts that desk and room write down as literals."""
    writing = r'(?:(?:write_act|person_act)\((?:self\._)?link, \w+, (?:\w+, )?|note_act\(\s*)"(\w+)"'
    found: set[str] = set()
    for folder in (ENGINE.parent / "storage", ENGINE.parent / "views"):
        for path in folder.rglob("*.py"):
            found |= set(re.findall(writing, path.read_text(encoding="utf-8")))
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_line_of_an_act_is_left_raw(language: str) -> None:
    """Every kind of act has a sentence, also with an empty detail."""
    kinds = act_kinds()
    assert len(kinds) > 25
    for kind in kinds:
        assert_in_words(sentence(entry(kind, "anna"), Names(xiasha(), language)), kind)
        assert kind_text(kind, language) != kind
