"""`qianliyan command` and its like: one language, every step and reason, an exit code that says how it ended."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli import asking
from app.cli.main import app
from app.model.records import CommandState as S
from app.model.records import EquipmentStatus, Hold, Journal, JournalEntry, Reason, RequestKind, Substitute
from app.storage.contract import Tick
from app.storage.opening import create_store
from tests.helpers.scripted_engine import scripted_engine
from tests.helpers.station import make_site

SITE = make_site(numbered=False)
SELECTED = ((S.SELECTED, ()),)
LOCAL = (Reason("remote"), Reason("starts", {"value": 10.0, "limit": 10.0}))
START = ["command", "ps01/pump1", "start", "--expect", "stopped", "--reason", "test"]


def run(store: str, *words: str, lang: str = "en") -> Result:
    """Run the program."""
    return CliRunner().invoke(app, [*words, "--store", store, "--lang", lang])


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Give the address of a store that does not exist yet."""
    return str(tmp_path / "store")


ENDS = [
    ((S.INTENT, S.SENT, S.EXECUTING, S.DONE), 0, "done"),
    ((S.INTENT, S.SENT, S.FAILED), 4, "failed"),
    ((S.INTENT, S.SENT, S.EXECUTING, S.MISMATCH), 4, "mismatch: the feedback did not come"),
    ((S.INTENT, S.EXPIRED), 3, "expired"),
    ((S.INTENT, S.SENT, S.EXECUTING, S.CANCELLED), 3, "cancelled"),
    ((S.INTENT, S.UNKNOWN), 5, "unknown: nothing is sent again"),
]


@pytest.mark.parametrize(("steps", "code", "last"), ENDS)
def test_a_command_ends_with_the_code_of_its_end(
    store: str, steps: tuple[S, ...], code: int, last: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is asked by its labels, then each step; the last line and the exit code say how it ended."""
    monkeypatch.setattr(asking, "RESOLVE_S", 0.2)
    answers = {RequestKind.SELECT: SELECTED, RequestKind.OPERATE: tuple((s, ()) for s in steps)}
    with scripted_engine(store, SITE, answers) as asked:
        ended = run(store, *START)
    lines = ended.stdout.splitlines()
    assert ended.exit_code == code, ended.output
    assert lines[0] == "start: ps01/pump1 (ps01/pump1)" and lines[1] == "selected" and lines[-1] == last
    assert [kind for kind, _ in asked] == [RequestKind.SELECT, RequestKind.OPERATE]


def test_a_verb_that_the_equipment_lacks_is_named_with_those_it_has(store: str) -> None:
    """Nothing is selected for it, and nothing is asked."""
    with scripted_engine(store, SITE, {}) as asked:
        ended = run(store, "command", "ps01/pump1", "fly", "--expect", "any", "--reason", "test")
    assert ended.exit_code == 3 and "ps01/pump1 has no command fly; it has: start, " in ended.stderr, ended.output
    assert asked == []


RELEASED = [("en", "not executed; the selection is given back"), ("zh", "命令未执行，选择已释放")]


@pytest.mark.parametrize(("lang", "end"), RELEASED)
def test_a_refused_command_never_says_done(store: str, lang: str, end: str) -> None:
    """Refused with every reason; the selection is given back, which is not the command's success."""
    answers = {
        RequestKind.SELECT: SELECTED,
        RequestKind.OPERATE: ((S.REFUSED, LOCAL),),
        RequestKind.CANCEL: ((S.DONE, ()),),
    }
    with scripted_engine(store, SITE, answers) as asked:
        ended = run(store, *START, lang=lang)
    assert ended.exit_code == 3
    assert "done" not in ended.stdout and "完成" not in ended.stdout
    assert ended.stdout.splitlines()[-1] == end and ended.stdout.count("✗") == 2
    assert [kind for kind, _ in asked][-1] is RequestKind.CANCEL


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_all_is_said_in_one_language(store: str, lang: str) -> None:
    """Chinese output has no English sentence in it, and the other way round."""
    answers = {RequestKind.SELECT: SELECTED, RequestKind.OPERATE: ((S.REFUSED, LOCAL),), RequestKind.CANCEL: ()}
    with scripted_engine(store, SITE, answers):
        said = run(store, *START, lang=lang).stdout.splitlines()[1:]
    chinese = [any("\u4e00" <= c <= "\u9fff" for c in line) for line in said]
    assert said and (all(chinese) if lang == "zh" else not any(chinese)), said


SIMPLE = [
    (["hold", "ps01/pump1", "--reason", "x"], RequestKind.HOLD, "hold tag placed"),
    (["unhold", "ps01/pump1", "--reason", "x"], RequestKind.UNHOLD, "hold tag removed"),
    (["substitute", "ps01/well/level", "--value", "2", "--reason", "x"], RequestKind.SUBSTITUTE,
     "the manual value is in force"),
    (["substitute", "ps01/well/level", "--reason", "x"], RequestKind.UNSUBSTITUTE, "the manual value is ended"),
    (["prove", "ps01/pump1", "--revision", "1", "--reason", "x"], RequestKind.PROVE,
     "proven: its commands are enabled"),
    (["pin", "plc-ps01", "--fingerprint", "ab", "--reason", "x"], RequestKind.PIN_CERTIFICATE,
     "the certificate is accepted"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "kind", "said"), SIMPLE)
def test_what_was_done_is_said_by_what_was_asked(store: str, words: list[str], kind: RequestKind, said: str) -> None:
    """Done is 0 with its own sentence; refused is 3 with the reason."""
    with scripted_engine(store, SITE, {kind: ((S.DONE, ()),)}):
        ended = run(store, *words)
    assert (ended.exit_code, ended.stdout.strip()) == (0, said), ended.output


def test_a_refused_hold_tag_names_its_reason(store: str) -> None:
    """Refused is 3."""
    reasons = (Reason("hold", {"holder": "li", "reason": "seal"}),)
    with scripted_engine(store, SITE, {RequestKind.HOLD: ((S.REFUSED, reasons),)}):
        ended = run(store, "hold", "ps01/pump1", "--reason", "x")
    assert ended.exit_code == 3 and "Hold tag by li: seal" in ended.stdout


TAKEN_OFF = [
    ("demo", [], {"equipment": "ps01/pump1", "hold": "r1", "reason": "x"}),
    ("li", ["--of", "li"], {"equipment": "ps01/pump1", "hold": "r1", "reason": "x"}),
    ("li", [], None),
    ("li", ["--of", "wang"], None),
]


@pytest.mark.parametrize(("holder", "words", "payload"), TAKEN_OFF)
def test_another_persons_hold_tag_is_taken_off_only_by_name(
    store: str, holder: str, words: list[str], payload: dict[str, object] | None
) -> None:
    """The request names the tag that hangs there; whoever says nothing means his own, and another's stays."""
    held = EquipmentStatus("ps01/pump1", hold=Hold(holder, "seal", 5, "r1"))
    answers = {RequestKind.UNHOLD: ((S.DONE, ()),)}
    with scripted_engine(store, SITE, answers, tick=Tick(equipment=(held,))) as asked:
        ended = run(store, "unhold", "ps01/pump1", "--reason", "x", *words)
    if payload is not None:
        assert (ended.exit_code, asked) == (0, [(RequestKind.UNHOLD, payload)]), ended.output
        return
    assert (ended.exit_code, asked) == (3, [])
    assert ended.stderr.startswith("the hold tag at ps01/pump1 is of li: seal. It was not taken off; if you mean it, ")


ENDED = [
    ("demo", [], {"tag": "ps01/well/level", "since_ms": 5, "reason": "x"}),
    ("li", ["--of", "li"], {"tag": "ps01/well/level", "since_ms": 5, "reason": "x"}),
    ("li", [], None),
    ("li", ["--of", "wang"], None),
]


@pytest.mark.parametrize(("holder", "words", "payload"), ENDED)
def test_another_persons_manual_value_is_ended_only_by_name(
    store: str, holder: str, words: list[str], payload: dict[str, object] | None
) -> None:
    """The request names the value that is in force; whoever says nothing means his own, and another's stays."""
    value = Substitute("ps01/well/level", 2.5, holder, "probe", 5, 1 << 50)
    answers = {RequestKind.UNSUBSTITUTE: ((S.DONE, ()),)}
    with scripted_engine(store, SITE, answers, tick=Tick(substitutes=(value,))) as asked:
        ended = run(store, "substitute", "ps01/well/level", "--reason", "x", *words)
    if payload is not None:
        assert (ended.exit_code, asked) == (0, [(RequestKind.UNSUBSTITUTE, payload)]), ended.output
        return
    assert (ended.exit_code, asked) == (3, [])
    assert ended.stderr.startswith("the manual value 2.5 of ps01/well/level is of li: probe. It was not ended; if you ")


def test_whose_value_is_ended_is_not_said_with_a_new_one(store: str) -> None:
    """A new value replaces whatever is in force: --of beside it would promise more."""
    ended = run(store, "substitute", "ps01/well/level", "--value", "2", "--of", "li", "--reason", "x")
    assert ended.exit_code == 2 and "without --value" in ended.output


def test_a_proof_names_the_revision_that_was_compared(store: str) -> None:
    """It is the person's word, never what the store has in force by now."""
    with scripted_engine(store, SITE, {RequestKind.PROVE: ((S.DONE, ()),)}) as asked:
        ended = run(store, "prove", "ps01/pump1", "--revision", "7", "--reason", "x")
    assert (ended.exit_code, asked[0][1]["revision"]) == (0, 7), ended.output
    assert run(store, "prove", "ps01/pump1", "--reason", "x").exit_code == 2


def test_a_late_execution_is_accepted_only_by_the_command_that_was_looked_at(store: str) -> None:
    """The refusal leads to accept-late; that names the command and accepts nothing until its id is given."""
    written = {"request": "r7", "verb": "start"}
    tick = Tick(
        journal=(JournalEntry(Journal.COMMANDS, "intent", 1_760_000_000_000, "ps01/pump2", "li", detail=written),),
        equipment=(EquipmentStatus("ps01/pump1", late_execution=True, late_request="r7"),),
    )
    late = ((S.REFUSED, (Reason("late_execution"),)),)
    answers = {RequestKind.SELECT: late, RequestKind.ACCEPT_LATE: ((S.DONE, ()),)}
    looking = ("accept-late", "ps01/pump1", "--reason", "x")
    with scripted_engine(store, SITE, answers, tick=tick) as asked:
        refused, told = run(store, *START), run(store, *looking)
        other, done = run(store, *looking[:1], "ps01/pump9", *looking[2:]), run(store, *looking, "--request=r7")
    assert refused.stdout.endswith("when you have looked on site: qianliyan accept-late ps01/pump1\n")
    assert told.exit_code == 3 and told.stderr.startswith("timed out: start: ps01/pump2, by li at 2025-10-09 ")
    assert told.stderr.endswith("say --request=r7\n") and "no equipment ps01/pump9" in other.stderr
    assert (done.exit_code, done.stdout) == (0, "looked at: the PLC takes commands again\n"), done.output
    payload = {"device": "plc-ps01", "request": "r7", "reason": "x"}
    assert [a for a in asked if a[0] is not RequestKind.SELECT] == [(RequestKind.ACCEPT_LATE, payload)]


def test_no_engine_is_said_and_is_no_success(store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody answers: 5, and where nobody answered."""
    monkeypatch.setattr(asking, "ANSWER_S", 0.2)
    create_store(store, demo=True)
    ended = run(store, *START)
    assert ended.exit_code == 5 and f"no engine answered at {store}" in ended.stderr


@pytest.mark.parametrize("words", [START, *(words for words, kind, _ in SIMPLE if kind != "pin_certificate")])
def test_on_a_live_store_nobody_can_act_yet(store: str, words: list[str]) -> None:
    """One sentence, 3, and no request in the desk."""
    create_store(store, demo=False)
    ended = run(store, *words, lang="zh")
    assert ended.exit_code == 3 and "尚无账户" in ended.stderr and ended.stdout == ""
