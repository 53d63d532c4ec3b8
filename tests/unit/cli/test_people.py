"""`qianliyan people`: the first run, accounts and rights, refusals in words, and no password on a command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli.main import app
from app.clock import SystemClock
from app.errors import ConfigurationFault
from app.model.people import Grant
from app.model.spec import Area, Label, Site
from app.storage.opening import create_store, open_desk_store, open_engine_store
from tests.helpers.people import PASSWORD, cheap_passwords

OTHER = "another long one"


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    cheap_passwords(monkeypatch)
    for name in ("QIANLIYAN_USER", "QIANLIYAN_PASSWORD", "QIANLIYAN_NEW_PASSWORD"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Make a live store with a site of two areas."""
    address = str(tmp_path / "store")
    create_store(address, demo=False)
    engine = open_engine_store(address, clock=SystemClock())
    engine.take_lease("test")
    areas = tuple(Area(name, Label(name, name)) for name in ("north", "south"))
    site = Site(id="s", label=Label("场", "site"), timezone="Asia/Shanghai", demo=False, areas=areas)
    engine.apply_site(site, "test", "first")
    engine.release_lease()
    engine.close()
    return address


def run(store: str, *words: str, typed: str = "", as_: str = "", password: str = PASSWORD, **env: str) -> Result:
    """Run a verb in English, as somebody whose password is in the environment, with what is typed."""
    who = {"QIANLIYAN_USER": as_, "QIANLIYAN_PASSWORD": password} if as_ else {}
    command = ["people", *words, "--store", store, "--lang", "en"]
    return CliRunner().invoke(app, command, input=typed, env={**who, **env})


def typed(*lines: str) -> str:
    """What a person types."""
    return "".join(f"{line}\n" for line in lines)


@pytest.fixture
def founded(store: str) -> str:
    """Give a store whose administrator is `admin`."""
    made = run(store, "add", "admin", "--full-name", "管理员", typed=typed(PASSWORD, PASSWORD))
    assert made.exit_code == 0, made.output
    return store


def test_the_first_account_is_the_administrator(store: str) -> None:
    """Nothing can be done before; another role is refused; a weak password is said; then he is there."""
    assert run(store, "list").stdout == "There is no account\n"
    early = run(store, "unlock", "li")
    assert (early.exit_code, "live store without accounts" in early.stderr) == (3, True)
    other = run(store, "add", "li", "--role", "operator", typed=typed(PASSWORD, PASSWORD))
    assert (other.exit_code, "The first account is an administrator's" in other.stderr) == (3, True)
    weak = run(store, "add", "admin", typed=typed("short", "short"))
    assert (weak.exit_code, "at least 10 characters" in weak.stderr) == (3, True)
    made = run(store, "add", "admin", "--full-name", "管理员", typed=typed(PASSWORD, PASSWORD))
    assert (made.exit_code, "admin is the administrator of this store" in made.stdout) == (0, True)
    assert run(store, "list").stdout == "admin  管理员  Administrator\n"
    assert run(store, "sessions").stdout == "Nobody is signed in\n"


def test_no_password_is_shown_or_an_argument(founded: str) -> None:
    """What is typed does not appear, and no verb has an option for a password."""
    made = run(founded, "add", "li", typed=typed("admin", PASSWORD, OTHER, OTHER))
    assert made.exit_code == 0, made.output
    assert PASSWORD not in made.output and OTHER not in made.output
    for verb in ("add", "role", "cover", "disable", "unlock", "password", "sessions"):
        options = CliRunner().invoke(app, ["people", verb, "--help"]).stdout
        assert "--password" not in options and "--new-password" not in options


def test_an_account_and_its_rights(founded: str) -> None:
    """Made, given roles in areas, changed, taken away: each as the list then reads."""
    new = {"QIANLIYAN_NEW_PASSWORD": OTHER}
    words = ("add", "li", "--full-name", "李", "--area", "north=operator")
    assert run(founded, *words, as_="admin", **new).exit_code == 0
    line = run(founded, "list").stdout.splitlines()[1]
    assert line == "li  李  Viewer  Operator in north  must change the password"
    assert run(founded, "role", "li", "supervisor", "--area", "north", as_="admin").exit_code == 0
    assert run(founded, "role", "li", "operator", "--area", "south", as_="admin").exit_code == 0
    assert run(founded, "role", "li", "none", "--area", "north", as_="admin").exit_code == 0
    assert run(founded, "role", "li", "operator", as_="admin").exit_code == 0
    assert "li  李  Operator  Operator in south" in run(founded, "list").stdout
    assert run(founded, "disable", "li", as_="admin").exit_code == 0
    assert "disabled" in run(founded, "list").stdout
    assert run(founded, "disable", "li", "--undo", as_="admin").exit_code == 0
    assert "disabled" not in run(founded, "list").stdout


def test_where_nobody_can_be_asked_the_variable_is_named(founded: str) -> None:
    """Without a terminal and without an answer, nothing is half asked: a sentence says what to set."""
    nobody = run(founded, "disable", "admin")
    assert isinstance(nobody.exception, ConfigurationFault) and "set QIANLIYAN_USER" in str(nobody.exception)
    no_password = run(founded, "disable", "admin", QIANLIYAN_USER="admin")
    assert "set QIANLIYAN_PASSWORD" in str(no_password.exception)


def test_what_is_refused_is_said_in_words(founded: str) -> None:
    """Roles and areas that are none, unknown people, the last administrator, wrong passwords: exit 3 and why."""
    cases: list[tuple[tuple[str, ...], str]] = [
        (("role", "admin", "king"), "There is no role king"),
        (("role", "admin", "operator", "--area", "west"), "There is no area west; there are: north, south"),
        (("role", "nobody", "viewer"), "There is no account nobody"),
        (("role", "admin", "viewer"), "At least one administrator who can sign in must be left"),
        (("role", "admin", "engineer"), "Nobody gives rights to himself"),
        (("cover", "admin", "north"), "does not have this right"),
        (("unlock", "nobody"), "There is no account nobody"),
        (("add", "li", "--area", "north"), "north: say AREA=ROLE, such as north=operator"),
        (("add", "li", "--area", "north=king"), "There is no role king"),
    ]
    for words, sentence in cases:
        refused = run(founded, *words, as_="admin")
        assert (refused.exit_code, sentence in refused.stderr) == (3, True), (words, refused.output)
    wrong = run(founded, "unlock", "admin", as_="admin", password="wrong")
    assert (wrong.exit_code, "Wrong name or password" in wrong.stderr) == (3, True)


def test_passwords(founded: str) -> None:
    """Given by the administrator, changed by the person, and changed again."""
    assert run(founded, "add", "li", as_="admin", QIANLIYAN_NEW_PASSWORD="first password").exit_code == 0
    assert run(founded, "password", as_="li", password="first password", QIANLIYAN_NEW_PASSWORD=OTHER).exit_code == 0
    changed = run(founded, "password", typed=typed("li", OTHER, PASSWORD, PASSWORD))
    assert (changed.exit_code, "The password is changed" in changed.stdout) == (0, True), changed.output
    mine = run(founded, "password", "admin", as_="li", QIANLIYAN_NEW_PASSWORD=OTHER)
    assert (mine.exit_code, "does not have this right" in mine.stderr) == (3, True)
    assert run(founded, "password", "li", as_="admin", QIANLIYAN_NEW_PASSWORD=OTHER).exit_code == 0
    assert "must change the password" in run(founded, "list").stdout


def test_a_lock_out_is_shown_and_ended(founded: str) -> None:
    """After five wrong passwords the list says until when; an administrator unlocks."""
    run(founded, "add", "li", as_="admin", QIANLIYAN_NEW_PASSWORD=OTHER)
    for _ in range(5):
        last = run(founded, "sessions", "--end", "li", as_="li", password="wrong")
    assert (last.exit_code, "the account is locked for another 15:00" in last.stderr) == (3, True)
    assert "locked until" in run(founded, "list").stdout
    assert run(founded, "unlock", "li", as_="admin").exit_code == 0
    assert "locked until" not in run(founded, "list").stdout


def test_night_cover(founded: str) -> None:
    """A supervisor of an area gives it to somebody for the night; the list says until when."""
    for name, area in (("chief", "north=supervisor"), ("li", "south=operator")):
        run(founded, "add", name, "--area", area, as_="admin", QIANLIYAN_NEW_PASSWORD=OTHER)
    run(founded, "password", as_="chief", password=OTHER, QIANLIYAN_NEW_PASSWORD=PASSWORD)
    covered = run(founded, "cover", "li", "north", "--hours", "16", as_="chief")
    assert (covered.exit_code, "li covers north until" in covered.stdout) == (0, True), covered.output
    desk = open_desk_store(founded)
    (li,) = (a for a in desk.people.accounts() if a.name == "li")
    desk.close()
    assert [(g.area, g.role, g.by, g.until_ms is None) for g in li.grants] == [
        ("north", "operator", "chief", False), ("south", "operator", "admin", True),
    ]  # fmt: skip
    assert "Operator in north until" in run(founded, "list").stdout
    beyond = run(founded, "cover", "li", "south", as_="chief")
    assert (beyond.exit_code, "does not have this right" in beyond.stderr) == (3, True)


def test_sessions_are_shown_and_ended(founded: str) -> None:
    """Who is signed in where; an administrator signs a person out. A terminal leaves no session behind."""
    desk = open_desk_store(founded)
    person = desk.people.sign_in("admin", PASSWORD, "room 1")
    desk.people.lock(person)
    shown = run(founded, "sessions").stdout
    assert shown.startswith("admin  room 1  since ") and "locked" in shown and len(shown.splitlines()) == 1
    assert run(founded, "sessions", "--end", "admin", as_="admin").exit_code == 0
    assert desk.session(person.session) is None
    desk.close()
    assert run(founded, "sessions").stdout == "Nobody is signed in\n"


def test_on_a_demo_store_nobody_keeps_accounts(tmp_path: Path) -> None:
    """The demo user may all but that; both demo accounts are listed."""
    store = str(tmp_path / "demo")
    create_store(store, demo=True)
    refused = run(store, "add", "li", QIANLIYAN_NEW_PASSWORD=OTHER)
    assert (refused.exit_code, "does not have this right" in refused.stderr) == (3, True)
    assert [line.split()[0] for line in run(store, "list").stdout.splitlines()] == ["demo", "demo2"]


def test_grants_are_read_as_given(founded: str) -> None:
    """AREA=ROLE, several, also everywhere."""
    words = ("add", "li", "--area", "north=operator", "--area", "*=viewer")
    assert run(founded, *words, as_="admin", QIANLIYAN_NEW_PASSWORD=OTHER).exit_code == 0
    desk = open_desk_store(founded)
    (li,) = (a for a in desk.people.accounts() if a.name == "li")
    desk.close()
    assert li.grants == (Grant("*", "viewer", None, "admin"), Grant("north", "operator", None, "admin"))
