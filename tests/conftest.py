"""What every test keeps: no thread, task or child process left behind, and no log record that nobody expected."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from app.storage import lease
from tests.helpers.leftovers import LeftoverWatch, wants_task_watch, watch_tasks

__all__ = ["watch_tasks"]

WATCH = pytest.StashKey[LeftoverWatch]()
PATIENT_TTL_MS = 120_000
# No test fails because its machine was slow, and none by the luck of its examples in somebody else's change: new ones
# are looked for by `make prove`.
_PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", _PATIENT)
settings.register_profile("same", _PATIENT, derandomize=True)
settings.load_profile("same")


def pytest_configure(config: pytest.Config) -> None:
    """Draw offscreen unless a platform was chosen: tests must not need a display. Whoever runs tests in the background
    of a shell has Ctrl-C ignored, and every program that a test starts and interrupts would inherit that. A lease that
    a test's own process holds does not run out because the machine stood still; processes that it starts keep the real
    one."""
    pytest.MonkeyPatch().setattr(lease, "TTL_MS", PATIENT_TTL_MS)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give coroutine tests the watch over their loop's tasks, and each e2e test the machine to itself."""
    for item in items:
        if wants_task_watch(item):
            # First in, last out: the check runs when all other fixtures have cleaned up, on the still open loop.
            item.fixturenames.insert(0, "watch_tasks")
        if "e2e" in item.path.parts:
            item.add_marker(pytest.mark.xdist_group("e2e"))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Note what exists before the test's fixtures."""
    item.stash[WATCH] = LeftoverWatch()
    item.stash[WATCH].begin()
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest) -> Iterator[None]:
    """Take what a fixture of wider scope starts as given: it outlives the test by design."""
    watch = request._pyfuncitem.stash.get(WATCH, None)
    if watch is None or fixturedef.scope == "function":
        return (yield)
    with watch.allowing():
        return (yield)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Fail the test for what it left, after all of its fixtures have cleaned up."""
    result = yield
    faults = item.stash[WATCH].end(item)
    if faults:
        pytest.fail("\n".join(faults), pytrace=False)
    return result
