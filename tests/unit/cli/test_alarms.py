"""`qianliyan alarms …` on a live store: who may, with his own password; what is printed, asked and exported."""

from __future__ import annotations

import csv
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli.main import app
from app.errors import EnvironmentFault
from app.model.alarms.status import AlarmState as A
from app.model.alarms.status import AlarmStatus
from app.model.people import Grant
from app.model.records import CommandState as S
from app.model.records import Journal, RequestKind
from app.storage.contract import RoomStore
from app.storage.opening import create_store, open_desk_store, open_room_store
from tests.helpers.alarmed import ALARMS, HH, alarmed_site
from tests.helpers.live_engine import LiveEngine, live_engine
from tests.helpers.people import PASSWORD, House, cheap_passwords

H, TRIP = "ps01/well/level:H", "ps01/pump1/trip:trip"
WHY = ["--reason", "test"]


class Scene:
    """A live store with people, an engine on it, and a terminal."""

    def __init__(self, address: str, engine: LiveEngine, reader: RoomStore, monkeypatch: pytest.MonkeyPatch) -> None:
        self.address = address
        self.engine = engine
        self.reader = reader
        self._monkeypatch = monkeypatch

    def run(self, user: str, *words: str, password: str = PASSWORD, second: str = PASSWORD) -> Result:
        """Run the program as a person."""
        self._monkeypatch.setenv("QIANLIYAN_PASSWORD", password)
        self._monkeypatch.setenv("QIANLIYAN_SECOND_PASSWORD", second)
        return CliRunner().invoke(app, [*words, "--store", self.address, "--lang", "en", "--user", user])

    def row(self, path: str = HH) -> AlarmStatus:
        """Return the row of an alarm."""
        return next((r for r in self.reader.alarms_after(-1) if r.path == path), AlarmStatus(path))

    def shows(self, path: str, state: A) -> None:
        """Wait until an alarm stands so."""
        until(lambda: self.row(path).state is state)


def until(condition: Callable[[], bool]) -> None:
    """Wait for the engine's thread, at most some seconds."""
    deadline = time.monotonic() + 20.0
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come about"
        time.sleep(0.01)


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    """A live store: HH and a trip stand; one person of each role, an operator of the east and one of the west."""
    cheap_passwords(monkeypatch)
    address = str(tmp_path / "store")
    create_store(address, demo=False)
    desk = open_desk_store(address)
    house = House(desk)
    for role in ("viewer", "supervisor", "engineer"):
        house.add(role, role)
    house.add("eastern", "viewer", Grant("east", "operator"))
    house.add("western", "viewer", Grant("west", "operator"))
    desk.close()
    reader = open_room_store(address)
    at_once = (replace(alarm, on_delay_s=0.0) for alarm in ALARMS)
    with live_engine(address, replace(alarmed_site(*at_once), demo=False)) as engine:
        engine.values |= {"ps01/well/level": 3.5, "ps01/pump1/trip": 1.0}
        made = Scene(address, engine, reader, monkeypatch)
        for path in (HH, H, TRIP):
            made.shows(path, A.UNACK)
        yield made
    reader.close()


MAY_OPERATE = ("eastern", "supervisor", "engineer")
MAY_SUPERVISE = ("supervisor", "engineer")
MAY_ENGINEER = ("engineer",)
EVERYBODY = ("viewer", "western", "admin", *MAY_OPERATE)
ACTIONS: list[tuple[list[str], tuple[str, ...]]] = [
    (["alarms", "ack", TRIP], MAY_OPERATE),
    (["alarms", "reset", TRIP], MAY_OPERATE),
    (["alarms", "shelve", H, *WHY], MAY_OPERATE),
    (["alarms", "unshelve", H], MAY_OPERATE),
    (["alarms", "out-of-service", H, "--work-order", "4711", *WHY], MAY_ENGINEER),
    (["alarms", "in-service", H, *WHY], MAY_ENGINEER),
    (["alarms", "change", H, "--limit", "2.9", *WHY], MAY_ENGINEER),
    (["command", "ps01/pump2", "start", "--expect", "running", *WHY], MAY_OPERATE),
    (["hold", "ps01/gate1", *WHY], MAY_OPERATE),
    (["substitute", "ps01/gate1/torque", "--value", "1", *WHY], MAY_SUPERVISE),
    (["prove", "ps01/gate1", "--revision", "1", *WHY], MAY_ENGINEER),
    (["accept-late", "ps01/gate1", "--request", "r7", *WHY], MAY_SUPERVISE),
    (["pin", "plc-ps01", "--fingerprint", "00", *WHY], MAY_ENGINEER),
    (["site", "rollback", "99", *WHY], MAY_ENGINEER),
]


@pytest.mark.parametrize(("words", "may"), ACTIONS, ids=[" ".join(words[:2]) for words, _ in ACTIONS])
def test_role_by_action(scene: Scene, words: list[str], may: tuple[str, ...]) -> None:
    """Who may not is told so and ends with 3, and nothing of it is done; who may meets no refusal of his right."""
    rows, equipment = scene.reader.alarms_after(-1), scene.reader.equipment_after(0)
    for user in (u for u in EVERYBODY if u not in may):
        ended = scene.run(user, *words)
        assert ended.exit_code == 3 and "does not have this right" in ended.stdout, (user, ended.output)
    assert (scene.reader.alarms_after(-1), scene.reader.equipment_after(0)) == (rows, equipment)
    assert scene.engine.sent == []
    ended = scene.run(may[0], *words)
    assert "does not have this right" not in ended.stdout and "No open session" not in ended.stdout, ended.output


def test_an_alarm_is_listed_acknowledged_and_leaves_the_list(scene: Scene) -> None:
    """list shows HH first → ack by its operator → it returns: gone from the list; all of it is in the journal."""
    listed = CliRunner().invoke(app, ["alarms", "list", "--store", scene.address, "--lang", "en"])
    first = listed.stdout.splitlines()[0]
    assert first.startswith("1  unacknowledged") and HH in first and "3.5" in first and "+08:00" in first
    done = scene.run("eastern", "alarms", "ack", HH, "--note", "on my way")
    assert done.exit_code == 0 and done.stdout == "acknowledged\n"
    assert (scene.row().ack_by, scene.row().ack_note) == ("eastern", "on my way")
    again = scene.run("eastern", "alarms", "ack", HH)
    assert again.exit_code == 0 and again.stdout.splitlines()[1:] == [f"{HH} was not waiting to be acknowledged"]
    scene.engine.values["ps01/well/level"] = 2.0
    scene.shows(HH, A.NORM)
    plain = CliRunner().invoke(app, ["alarms", "list", "--store", scene.address, "--json"])
    assert [json.loads(line)["path"] for line in plain.stdout.splitlines()] == [TRIP, H]


def test_the_highest_priority_is_shelved_by_two_with_two_passwords(scene: Scene) -> None:
    """Alone: refused; with a wrong second password: no session, so nothing is asked; with the right one: both told."""
    shelving = ("alarms", "shelve", HH, "--minutes", "30", *WHY)
    alone = scene.run("eastern", *shelving)
    assert alone.exit_code == 3 and "a second one must sign" in alone.stdout
    wrong = scene.run("eastern", *shelving, "--second", "supervisor", second="not the password")
    assert wrong.exit_code == 3 and scene.row().shelf is None
    done = scene.run("eastern", *shelving, "--second", "supervisor")
    shelf = scene.row().shelf
    assert done.exit_code == 0 and shelf is not None and (shelf.person, shelf.second) == ("eastern", "supervisor")


def test_an_alarm_that_never_came_stands_in_the_list_without_a_time(scene: Scene) -> None:
    """Shelved before it ever came: told with a dash, not with the first second of 1970."""
    quiet = "ps01/well/level:L"
    assert scene.run("eastern", "alarms", "shelve", quiet, *WHY).exit_code == 0
    listed = CliRunner().invoke(app, ["alarms", "list", "--all", "--store", scene.address, "--lang", "en"])
    assert [line for line in listed.stdout.splitlines() if quiet in line] == [f"3  normal  –  {quiet}  L  / 1  shelved"]


def test_a_list_that_no_engine_keeps_says_so(tmp_path: Path, scene: Scene) -> None:
    """engine runs → code 0; a store without one → what stands is printed, with a warning and code 5."""
    kept = CliRunner().invoke(app, ["alarms", "list", "--store", scene.address, "--lang", "en"])
    assert kept.exit_code == 0 and "no engine runs" not in kept.output
    address = str(tmp_path / "copy")
    create_store(address, demo=False)
    listed = CliRunner().invoke(app, ["alarms", "list", "--store", address, "--lang", "en"])
    assert listed.exit_code == 5 and "no engine runs" in listed.output and "there is no alarm to list" in listed.stderr


def test_wrong_passwords_lock_the_account_and_stand_in_the_audit(scene: Scene) -> None:
    """Five wrong ones: 3 each; then the right one does not help either. The engine has all of it in its journal."""
    for _ in range(5):
        assert scene.run("eastern", "alarms", "ack", HH, password="wrong").exit_code == 3
    assert scene.run("eastern", "alarms", "ack", HH).exit_code == 3
    assert scene.row().state is A.UNACK

    def failed() -> int:
        lines = scene.reader.journal_newest(Journal.AUDIT, 1_000)
        return sum(1 for e in lines if e.kind == "sign_in_failed")

    until(lambda: failed() >= 5)
    kinds = [e.kind for e in scene.reader.journal_newest(Journal.AUDIT, 1_000)]
    assert "account_locked" in kinds and "founded" in kinds and kinds.count("account_added") == 5


def test_a_row_that_nobody_signed_does_nothing(scene: Scene) -> None:
    """Somebody with access to the desk writes a request in the name of an engineer who is signed in: refused."""
    desk, thief = open_desk_store(scene.address), open_desk_store(scene.address)
    engineer = desk.people.sign_in("engineer", PASSWORD, "desk 9")
    payload = {"alarms": [[HH, scene.row().occurrence]], "reason": ""}
    forged = thief.submit(RequestKind.ACKNOWLEDGE, engineer, payload)
    until(lambda: bool(scene.reader.results_of(forged)))
    (result,) = scene.reader.results_of(forged)
    assert result.state is S.REFUSED and [r.check for r in result.reasons] == ["forged"]
    desk.end_session(engineer.session)
    late = desk.submit(RequestKind.ACKNOWLEDGE, engineer, payload)
    until(lambda: bool(scene.reader.results_of(late)))
    assert [r.check for r in scene.reader.results_of(late)[-1].reasons] == ["no_session"]
    assert scene.row().state is A.UNACK
    desk.close()
    thief.close()


def test_two_people_at_once_are_both_answered_and_one_acknowledges(scene: Scene) -> None:
    """Two rooms commit the same acknowledgement before the engine looks: both DONE, one line."""
    desk = open_desk_store(scene.address)
    people = [desk.people.sign_in(name, PASSWORD, f"room {name}") for name in ("eastern", "supervisor")]
    payload = {"alarms": [[HH, scene.row().occurrence]], "reason": ""}
    asked = [desk.submit(RequestKind.ACKNOWLEDGE, person, payload) for person in people]
    until(lambda: all(scene.reader.results_of(request) for request in asked))
    assert [scene.reader.results_of(request)[-1].state for request in asked] == [S.DONE, S.DONE]
    lines = [e.kind for e in scene.reader.journal_newest(Journal.ALARMS, 100) if e.what == HH]
    assert lines == ["raised", "acknowledged"]
    desk.close()


def test_the_journal_is_queried_and_exported(scene: Scene, tmp_path: Path) -> None:
    """By place and person, as text, JSON and CSV."""
    assert scene.run("eastern", "alarms", "ack", HH, "--note", "=1+1").exit_code == 0
    words = ["alarms", "journal", "--store", scene.address, "--place", "ps01/well"]
    shown = CliRunner().invoke(app, words).stdout.splitlines()
    assert len(shown) >= 2 and "acknowledged" in shown[0] and "eastern @" in shown[0]
    plain = CliRunner().invoke(app, [*words, "--who", "eastern", "--json"]).stdout.splitlines()
    assert [json.loads(line)["kind"] for line in plain] == ["acknowledged"]
    file = tmp_path / "journal.csv"
    told = CliRunner().invoke(app, [*words, "--kind", "acknowledged", "--csv", str(file)])
    assert told.stdout == f"{file}; lines written: 1\n"
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert rows[0]["what"] == HH and json.loads(rows[0]["detail"])["note"] == "=1+1"
    wrong = CliRunner().invoke(app, ["alarms", "journal", "--store", scene.address, "--journal", "nonsense"])
    assert wrong.exit_code != 0
    for folder in (tmp_path / "nowhere" / "x.csv", tmp_path):
        unwritable = CliRunner().invoke(app, [*words, "--csv", str(folder)])
        assert isinstance(unwritable.exception, EnvironmentFault) and str(folder) in str(unwritable.exception)
    assert CliRunner().invoke(app, [*words, "--limit", "9" * 20]).exit_code == 2
