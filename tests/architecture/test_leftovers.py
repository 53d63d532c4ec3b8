"""The watch over leftovers itself: a net with a hole would let everything else pass."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parents[2]

LEAKY = """
import asyncio, logging, subprocess, sys, threading
import pytest

stop = threading.Event()

def test_thread():
    threading.Thread(target=stop.wait, args=(20,), daemon=True, name="forgotten").start()

def test_child():
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(20)"])

async def test_task():
    loop = asyncio.get_running_loop()
    loop.kept = loop.create_task(asyncio.sleep(20), name="lingering")

def test_log():
    logging.getLogger("app.engine").warning("nobody expects this")

@pytest.mark.logs("somebody expects")
def test_meant_log():
    logging.getLogger("app.engine").warning("somebody expects this")

@pytest.fixture(scope="module")
def helper():
    thread = threading.Thread(target=stop.wait, args=(20,), name="module's")
    thread.start()
    yield thread
    stop.set()
    thread.join()

def test_wider_fixture(helper):
    assert helper.is_alive()

def test_log_of_a_library():
    logging.getLogger("pymodbus").error("a library's own business")
"""


def _run(pytester: pytest.Pytester) -> pytest.RunResult:
    """Run the leaky tests under a copy of the real watch."""
    pytester.makepyprojecttoml(
        """
        [tool.pytest.ini_options]
        asyncio_mode = "auto"
        asyncio_default_fixture_loop_scope = "function"
        addopts = "--import-mode=importlib"
        markers = ["logs(*patterns): x", "leaves(reason): x"]
        """
    )
    pytester.makepyfile(test_leaky=textwrap.dedent(LEAKY))
    pytester.makeconftest((ROOT / "tests/conftest.py").read_text(encoding="utf-8"))
    pytester.syspathinsert(ROOT)
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", "-p", "no:xdist")


def test_each_kind_of_leftover_fails_its_test(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread, a child, a task and a log record fail their tests; meant records and wider fixtures do not."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    outcome = _run(pytester)
    text = outcome.stdout.str()
    outcome.assert_outcomes(passed=7, errors=4)
    for word in ("'forgotten'", "child process", "the test left tasks", "nobody expects this"):
        assert word in text
    assert "somebody expects" not in text
    assert "module's" not in text
