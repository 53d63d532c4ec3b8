"""The demo's children: their lines, their end, and what is said when they fail."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli.demo.actors import Actor
from app.errors import EnvironmentFault

SPEAKING = "import time; print('{\"ready\": true}', flush=True); print('plain', flush=True); time.sleep(60)"
DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('{\"ready\": true}', flush=True); "
    "time.sleep(60)"
)
FAILING = "import sys; sys.exit('no such store')"


@pytest.fixture
def actor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Actor]:
    """A child that runs a script in place of a role."""
    script = tmp_path / "app" / "__main__.py"
    script.parent.mkdir()
    script.write_text(request.param, encoding="utf-8")
    child = Actor("role", [], env={**os.environ, "PYTHONPATH": str(tmp_path)}, logs=tmp_path)
    yield child
    child.close()


@pytest.fixture(autouse=True)
def _in_tmp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let `python -m app` find the script instead of the product."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("actor", [SPEAKING], indirect=True)
def test_lines_come_in_order_and_the_end_is_orderly(actor: Actor) -> None:
    """An object, then text, then nothing; asked to end, it ends by the signal; closing twice is fine."""
    assert actor.line(10) == {"ready": True}
    assert actor.line(10) == {"text": "plain"}
    assert actor.line(0) is None
    actor.check()
    assert actor.close() == -15
    assert actor.close() == -15


@pytest.mark.parametrize("actor", [DEAF], indirect=True)
def test_a_child_that_does_not_listen_is_killed(actor: Actor) -> None:
    """It ignores the request to end → it is killed after the time it had."""
    assert actor.line(10) == {"ready": True}
    assert actor.close(timeout_s=0.2) == -9


@pytest.mark.parametrize("actor", [FAILING], indirect=True)
def test_a_child_that_ended_is_named_with_its_last_words(actor: Actor) -> None:
    """It ends by itself → check names the role, the code and what it said last."""
    assert actor.wait(10) == 1
    with pytest.raises(EnvironmentFault, match=r"(?s)role ended with code 1.*no such store"):
        actor.check()
