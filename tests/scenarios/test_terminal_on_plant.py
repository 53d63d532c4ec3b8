"""The terminal against engine and plant: live values, commands with their exit codes, sites; an engine that slept."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli.demo.observer import Observer
from app.cli.demo.stage import SITE
from app.site.loading import load_site
from app.storage.contract import RoomStore
from app.storage.opening import create_store, open_room_store
from app.storage.verify import verify_store
from tests.helpers.house import House, fresh_values, open_house, signal_to, until

DEVICES = ("plc-ps01", "plc-ps02", "gw-rain", "plc-ps05")
DONE, FAULTS, REFUSED, NO_ANSWER = 0, 2, 3, 5

pytestmark = [pytest.mark.timeout(240), pytest.mark.xdist_group("terminal-on-plant")]


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Observer]]:
    """A house with plant and engine, every device giving values."""
    with open_house(tmp_path_factory.mktemp("house")) as house:
        _, observer = house.live_engine()
        yield house, observer


@pytest.fixture
def house(live: tuple[House, Observer]) -> House:
    """The house without faults, every device heard."""
    live[0].control.clear()
    assert fresh_values(live[1], DEVICES, timeout_s=25.0), live[0].last_words()
    return live[0]


def terminal(store: str, *words: str, given: str = "") -> tuple[int, str]:
    """Run the program in English; return its exit code and what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "app", *words, "--store", store],
        input=given,
        capture_output=True,
        text=True,
        timeout=90,
        env={"QIANLIYAN_LANG": "en", "PATH": "/usr/bin:/bin", "PYTHONUTF8": "1"},
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_live_prints_what_is_known(house: House) -> None:
    """Every matching tag once, with unit, quality and both times; as JSON with the same content."""
    code, said = terminal(house.stage.store, "live", "--once", "--tag", "ps01/pump?/current")
    lines = said.splitlines()
    assert code == DONE and [line.split()[0] for line in lines] == [f"ps01/pump{n}/current" for n in (1, 2, 3)]
    assert all(line.split()[2:4] == ["A", "good"] for line in lines)
    code, said = terminal(house.stage.store, "live", "--once", "--json", "--tag", "ps0[15]/well/level")
    found = {o["path"]: o for o in map(json.loads, said.splitlines())}
    assert set(found) == {"ps01/well/level", "ps05/well/level"}
    assert all(0.0 < o["value"] < 20.0 and o["quality"] == "good" and o["receipt_ms"] > 0 for o in found.values())


def test_live_follows(house: House) -> None:
    """Without --once new values keep coming until it is told to end."""
    words = ["live", "--tag", "*/plc/heartbeat", "--json", "--store", house.stage.store]
    process = subprocess.Popen([sys.executable, "-m", "app", *words], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        heard = [json.loads(process.stdout.readline())["path"] for _ in range(12)]
        assert len(heard) > len(set(heard))
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=10)


def test_a_command_says_every_step(house: House) -> None:
    """done is 0, with each step; refused is 3, with every reason; an equipment that is none is 3."""
    store = house.stage.store
    code, said = terminal(store, "command", "ps02/pump3", "auto", "--expect", "any", "--reason", "test")
    assert code == DONE, said
    title, *steps = said.splitlines()
    assert title.endswith("(ps02/pump3)")
    assert steps == ["selected", "recorded", "sent", "accepted by the PLC, waiting for feedback", "done"]
    house.control.fault("local", "ps02/pump3")
    assert until(lambda: "Local" in terminal(store, "live", "--once", "--tag", "ps02/pump3/remote")[1], timeout_s=20)
    before = house.writes()
    code, said = terminal(store, "command", "ps02/pump3", "start", "--expect", "running", "--reason", "test")
    assert code == REFUSED
    assert "✗ The switch at the equipment stands at Local" in said and "✗ The equipment is " in said
    assert house.writes() == before and said.splitlines()[-1] == "not executed; the selection is given back"
    code, said = terminal(store, "command", "ps09/pump1", "start", "--expect", "any", "--reason", "test")
    assert code == REFUSED and "There is no equipment ps09/pump1" in said


def test_hold_and_substitute_from_the_terminal(house: House) -> None:
    """Hold, hold again: refused; unhold; a manual value is shown as one, and ended."""
    store = house.stage.store
    assert terminal(store, "hold", "ps05/pump3", "--reason", "seal")[0] == DONE
    code, said = terminal(store, "hold", "ps05/pump3", "--reason", "seal")
    assert code == REFUSED and "Hold tag by demo: seal" in said
    assert terminal(store, "unhold", "ps05/pump3", "--reason", "done")[0] == DONE
    assert terminal(store, "substitute", "ps05/well/level", "--value", "2.5", "--reason", "sensor out")[0] == DONE
    assert "manual" in terminal(store, "live", "--once", "--tag", "ps05/well/level")[1]
    assert terminal(store, "substitute", "ps05/well/level", "--reason", "repaired")[0] == DONE


def test_a_site_is_previewed_applied_listed_and_rolled_back(house: House, tmp_path: Path) -> None:
    """Nothing differs; one word differs: previewed, declined, applied with --yes, in the history, rolled back."""
    store = house.stage.store
    folder = tmp_path / "site"
    shutil.copytree(SITE, folder)
    code, said = terminal(store, "site", "apply", str(folder), "--reason", "test", given="n\n")
    assert code != DONE and "address: " in said  # the demo runs on free ports: that is the difference
    reader = open_room_store(store)
    assert reader.site_revision_in_force() == 1
    addresses = json.loads(house.stage.addresses_file.read_text())
    devices = (folder / "devices.yaml").read_text()
    originals = {d.id: d.address for d in load_site(SITE).devices}
    for device in house.stage.site.devices:
        devices = devices.replace(originals[device.id], addresses[device.id])
    (folder / "devices.yaml").write_text(devices)
    code, said = terminal(store, "site", "apply", str(folder), "--reason", "test")
    assert code == DONE and "nothing differs" in said
    text = (folder / "site.yaml").read_text()
    (folder / "site.yaml").write_text(text.replace("Xiasha", "Xiasha East", 1))
    code, said = terminal(store, "site", "apply", str(folder), "--reason", "one word", "--yes")
    assert code == DONE and "→" in said, said
    assert reader.site_revision_in_force() == 2
    code, said = terminal(store, "site", "history")
    assert code == DONE and "demo: one word" in said and "in force: revision 2" in said
    code, said = terminal(store, "site", "rollback", "1", "--reason", "as before")
    assert code == DONE and reader.site_revision_in_force() == 3
    reader.close()


def test_the_first_site_needs_no_engine_and_a_faulty_one_is_told_line_by_line(tmp_path: Path) -> None:
    """An empty store: written directly; then without an engine nobody answers; a faulty folder ends with 2."""
    store = str(tmp_path / "store")
    create_store(store, demo=True)
    code, said = terminal(store, "site", "apply", str(SITE), "--reason", "first", "--yes")
    assert code == DONE and "revision 1 is in force" in said, said
    code, said = terminal(store, "hold", "ps01/pump1", "--reason", "x")
    assert code == NO_ANSWER and "no engine answered" in said
    broken = tmp_path / "broken"
    shutil.copytree(SITE, broken)
    (broken / "devices.yaml").write_text("devices: 7\n")
    code, said = terminal(store, "site", "apply", str(broken), "--reason", "x", "--yes")
    assert code == FAULTS and "devices.yaml" in said


def test_an_engine_that_slept_past_its_lease_writes_nothing_more(live: tuple[House, Observer], house: House) -> None:
    """SIGSTOP for longer than the lease, then SIGCONT: exit code 4, no frame after its sleep; the next one is fine."""
    _, observer = live
    engine = next(a for a in house.actors if a.role == "engine")
    reader = open_room_store(house.stage.store)
    signal_to(engine, signal.SIGSTOP)
    try:
        last = _newest(reader)
        assert until(lambda: _over(reader), timeout_s=10)
    finally:
        signal_to(engine, signal.SIGCONT)
    assert engine.wait(15) == 4, engine.last_words()
    assert _newest(reader) == last
    reader.close()
    house.remove(engine)
    house.start_engine()
    assert fresh_values(observer, DEVICES, timeout_s=30), house.last_words()
    assert verify_store(house.stage.store).faults == []


def _newest(reader: RoomStore) -> int:
    key = reader.newest_keyframe()
    assert key is not None
    rows = reader.frames_after(key.seq, 100_000)
    return rows[-1].seq if rows else key.seq


def _over(reader: RoomStore) -> bool:
    lease = reader.lease()
    return lease is not None and lease.until_ms < time.time_ns() // 1_000_000
