"""A live store before there are accounts: its owner puts sites in force and accepts certificates, no engine running."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.cli.main import app
from app.clock import SystemClock
from app.devices import pinning
from app.devices.opcua.identity import own_identity
from app.errors import ConfigurationFault
from app.model.records import Journal
from app.storage.contract import RoomStore
from app.storage.opening import create_store, open_engine_store, open_room_store
from app.storage.verify import verify_store
from tests.helpers.site_files import SMALL_SITE, edit, write_site

REAL = edit(
    edit(SMALL_SITE, "site.yaml", "demo: true", "demo: false"), "devices.yaml", "127.0.0.1:15021", "192.0.2.7:502"
)


def run(store: str, *words: str) -> Result:
    """Run the program in English."""
    return CliRunner().invoke(app, [*words, "--store", store, "--lang", "en"])


def put(store: str, folder: Path, files: dict[str, str], name: str) -> Result:
    """Write the site's files and put it in force."""
    (folder / name).mkdir()
    return run(store, "site", "apply", str(write_site(folder / name, files)), "--reason", name, "--yes")


def watch(store: str, tags: str) -> str:
    """Return what `live` says beside the values of some tags."""
    words = ["live", "--once", "--tag", tags, "--store", store]
    return CliRunner().invoke(app, words, env={"QIANLIYAN_LANG": "en"}).stderr


@pytest.fixture
def store(tmp_path: Path) -> str:
    """Make a live store."""
    address = str(tmp_path / "store")
    create_store(address, demo=False)
    return address


def look(store: str) -> RoomStore:
    """Open the store to look at it."""
    return open_room_store(store)


def test_sites_come_and_go_by_the_owner_of_the_store(store: str, tmp_path: Path) -> None:
    """A real address → another index: its commands are disabled → back: journaled with the name of the account."""
    assert run(store, "site", "history", "--lang", "en").stdout == "no site is in force yet\n"
    assert watch(store, "*") == "no site is in force yet\n"
    first = put(store, tmp_path, REAL, "first")
    assert first.exit_code == 0 and first.stdout.startswith("added: 1 site, 1 area, 3 facilities, "), first.output
    moved = edit(REAL, "stations/ps1.yaml", "index: 11", "index: 19")
    second = put(store, tmp_path, moved, "second")
    assert second.exit_code == 0 and "! ps1/pump1" in second.stdout, second.output
    third = run(store, "site", "rollback", "1", "--reason", "third")
    assert third.exit_code == 0 and "revision 3 is in force" in third.stdout
    reader = look(store)
    try:
        applied = reader.applied_site()
        assert applied is not None and (applied.revision, applied.reason) == (3, "third")
        who = {e.who for e in reader.journal_newest(Journal.EVENTS) if e.kind == "site-applied"}
        assert len(who) == 1 and next(iter(who)).startswith(f"{getpass.getuser()}@") and applied.person in who
        (pump,) = [e for e in reader.equipment_after(0) if e.path == "ps1/pump1"]
        assert "start" in pump.unproven
    finally:
        reader.close()
    assert verify_store(store).faults == []
    assert watch(store, "ps9/*") == "no tag of the site in force matches ps9/*\n"
    assert watch(store, "ps1/*") == "no value is known yet of ps1/*\n"
    listed = run(store, "site", "history")
    assert listed.stdout.count("second") == 1 and "in force: revision 3, 20" in listed.stdout
    assert [line[:7] for line in listed.stdout.splitlines()[:6:2]] == ["    1  ", "    2  ", "    3  "]
    assert listed.stdout.count("+08:00") == 4  # the site's zone, not UTC


def test_while_an_engine_runs_one_sentence_says_to_stop_it(store: str, tmp_path: Path) -> None:
    """Nobody can sign in on a live store, so the engine takes no request: 3, its name, and nothing changes."""
    engine = open_engine_store(store, clock=SystemClock())
    engine.take_lease("the engine")
    try:
        refused = put(store, tmp_path, REAL, "first")
        pinned = run(store, "pin", "plc1", "--fingerprint", "ab", "--reason", "x")
    finally:
        engine.close()
    for ended in (refused, pinned):
        assert ended.exit_code == 3 and "stop the engine (the engine" in ended.stderr, ended.output
        assert len(ended.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(("demo", "files", "said"), [
    (False, SMALL_SITE, "The site says `demo: true`, and this is a live store"),
    (True, edit(SMALL_SITE, "site.yaml", "demo: true", "demo: false"), "the site must say `demo: true`"),
])  # fmt: skip
def test_what_may_not_come_into_force_is_refused_with_its_reason(
    tmp_path: Path, demo: bool, files: dict[str, str], said: str
) -> None:
    """A demo site on a live store, a live one on a demo store: 3, and no revision."""
    address = str(tmp_path / "store")
    create_store(address, demo=demo)
    refused = put(address, tmp_path, files, "first")
    assert refused.exit_code == 3 and said in refused.stdout, refused.output
    reader = look(address)
    assert reader.applied_site() is None
    reader.close()


@pytest.mark.skipif(sys.platform == "win32", reason="a folder has no account to compare there")
def test_the_store_of_another_account_is_left_alone(
    store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files made in it by us its engine could not write: one sentence names whose it is."""
    mine = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: mine + 1)
    refused = put(store, tmp_path, REAL, "first")
    assert isinstance(refused.exception, ConfigurationFault) and "belongs to the account" in str(refused.exception)


def test_a_certificate_is_accepted_and_journaled(store: str, tmp_path: Path) -> None:
    """A server showed it; the owner accepts it by its fingerprint in this workstation's folder."""
    assert put(store, tmp_path, REAL, "first").exit_code == 0
    private = tmp_path / "private"
    reader = look(store)
    applied = reader.applied_site()
    assert applied is not None
    device = "plc2"
    certificate = own_identity(tmp_path / "server").certificate
    shown = pinning.offer(device, certificate.read_bytes(), private=private)
    words = ["pin", device, "--private", str(private), "--reason", "compared"]
    wrong = run(store, *words, "--fingerprint", "00" * 32)
    assert isinstance(wrong.exception, ConfigurationFault) and pinning.accepted(device, private=private) is None
    assert run(store, *words, "--fingerprint", shown.fingerprint).exit_code == 0
    accepted = pinning.accepted(device, private=private)
    assert accepted is not None and accepted.fingerprint == shown.fingerprint
    (entry,) = [e for e in reader.journal_newest(Journal.AUDIT) if e.kind == "pin_certificate"]
    assert entry.what == device and entry.detail["reason"] == "compared"
    reader.close()
