"""`qianliyan plant` as a process of its own: SWMM, all servers, the control port, a clean end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.errors import ConfigurationFault, EnvironmentFault
from app.plant.control import PlantControl
from tests.helpers.plants import DEMO_SITE, PASSWORD, free_port

WITHIN_S = 60.0


@dataclass(slots=True)
class Running:
    """The plant's process and what it said when it was ready."""

    process: subprocess.Popen[str]
    ready: dict[str, object]
    control: PlantControl
    port: int


def plant(*words: str) -> list[str]:
    return [sys.executable, "-m", "app", "plant", *words]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    ports = {d: f"127.0.0.1:{free_port()}" for d in ("plc-ps01", "plc-ps02", "gw-rain")}
    addresses = tmp_path / "addresses.json"
    addresses.write_text(json.dumps({**ports, "plc-ps05": f"opc.tcp://127.0.0.1:{free_port()}/"}), encoding="utf-8")
    port = free_port()
    process = subprocess.Popen(
        plant(
            *("--site", str(DEMO_SITE), "--addresses", str(addresses), "--private", str(tmp_path / "private")),
            *("--control", f"127.0.0.1:{port}", "--speed", "20"),
        ),
        env={**os.environ, "QIANLIYAN_PASSWORD_PLC_PS05": PASSWORD},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    try:
        yield Running(process, json.loads(line), PlantControl("127.0.0.1", port), port)
    finally:
        process.kill()
        process.communicate()


def eventually(control: PlantControl, station: str, least_m3h: float) -> None:
    """Wait until a station has received this inflow. Bounded."""
    deadline = time.monotonic() + WITHIN_S
    while control.state()["stations"][station]["true"]["inflow_m3h"] < least_m3h:
        assert time.monotonic() < deadline, "the water does not move"
        time.sleep(0.05)


def test_the_plant_runs_obeys_its_control_port_and_ends_cleanly(running: Running) -> None:
    """Ready names every server and each listens; faults, scenario and state work; SIGTERM ends it with 0 in silence."""
    devices = running.ready["devices"]
    assert isinstance(devices, dict)
    assert running.ready["ready"] is True
    assert running.ready["control"] == f"127.0.0.1:{running.port}"
    assert set(devices) == {"plc-ps01", "plc-ps02", "gw-rain", "plc-ps05"}
    for address in devices.values():
        host, _, port = address.removeprefix("opc.tcp://").rstrip("/").rpartition(":")
        socket.create_connection((host, int(port)), timeout=5).close()

    control = running.control
    control.fault("trip", "ps01/pump1", code="seal")
    control.fault("slow", "plc-ps01", delay_s=0.5)
    state = control.state()
    assert state["stations"]["ps01"]["pumps"]["ps01/pump1"]["trip"] == 3
    assert {(f["kind"], f["target"]) for f in state["faults"]} == {("trip", "ps01/pump1"), ("slow", "plc-ps01")}
    assert control.clear("slow") == 1
    with pytest.raises(ConfigurationFault, match="no station"):
        control.fault("power", "ps77")
    eventually(control, "ps01", 100.0)  # even at the lowest hour of the night
    control.scenario("storm")
    eventually(control, "ps03", 3000.0)
    assert control.state()["scenario"] == "storm"

    running.process.send_signal(signal.SIGTERM)
    out, err = running.process.communicate(timeout=WITHIN_S)
    assert (running.process.returncode, out, err) == (0, "", "")
    with pytest.raises(EnvironmentFault, match="no plant answers"):
        control.state()


def test_faults_are_made_and_seen_from_the_terminal(running: Running) -> None:
    """`plant fault`, `state` and `clear` speak to the running plant; a wrong fault ends with 2 and one sentence."""

    def say(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            plant(*words, "--control", f"127.0.0.1:{running.port}"),
            capture_output=True,
            text=True,
            timeout=WITHIN_S,
            check=False,
        )

    assert say("fault", "trip", "ps01/pump2", "code=winding").returncode == 0
    assert json.loads(say("state").stdout)["stations"]["ps01"]["pumps"]["ps01/pump2"]["trip"] == 2
    wrong = say("fault", "trip", "ps01/pump2", "code=love")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr.startswith("qianliyan: trip: unknown code 'love'")
    assert say("clear").stdout.strip() == "1"


def test_a_taken_port_is_named_and_ends_the_plant(tmp_path: Path) -> None:
    """Somebody listens on the PLC's port: one sentence that names device and address, code 1."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        addresses = tmp_path / "addresses.json"
        addresses.write_text(json.dumps({"plc-ps01": f"127.0.0.1:{port}"}), encoding="utf-8")
        ended = subprocess.run(
            plant(
                *("--site", str(DEMO_SITE), "--addresses", str(addresses), "--private", str(tmp_path)),
                *("--control", f"127.0.0.1:{free_port()}"),
            ),
            env={**os.environ, "QIANLIYAN_PASSWORD_PLC_PS05": PASSWORD},
            capture_output=True,
            text=True,
            timeout=WITHIN_S,
            check=False,
        )
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"qianliyan: plc-ps01: cannot listen on 127.0.0.1:{port}")
    assert ended.stdout == ""
