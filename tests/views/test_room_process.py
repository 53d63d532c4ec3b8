"""Translations, theme, sound, freezes, worker threads, uncaught errors: what stands around the pages."""

from __future__ import annotations

import importlib.util
import logging
import sys
import threading
import wave
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from app.errors import StoreUnavailable
from app.views import theme
from app.views.faults import Faults
from app.views.freeze import FreezeMonitor
from app.views.gateway.worker import LIMIT, Worker
from app.views.i18n import FOLDER
from app.views.sound import PlayerSounder, player_command, sound_file
from tests.helpers.room import RoomClock


def _update() -> ModuleType:
    spec = importlib.util.spec_from_file_location("update_translations", FOLDER / "update.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_translation_is_complete_and_compiled(tmp_path: Path) -> None:
    """Every text of the code is in the .ts file, translated, nothing is left over, and the .qm is made from it."""
    update = _update()
    committed = update.TS.read_text(encoding="utf-8")
    copy = tmp_path / "qianliyan_zh.ts"
    copy.write_text(committed, encoding="utf-8")
    update.collect(copy)
    assert list(update.waiting(copy)) == []
    assert copy.read_text(encoding="utf-8") == committed, "run resources/translations/update.py"
    update.compile_to(copy, tmp_path / "made.qm")
    assert (tmp_path / "made.qm").read_bytes() == update.QM.read_bytes()


def _luminance(colour: QColor) -> float:
    parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.getRgbF()[:3]]
    return float(0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2])


def _contrast(a: QColor, b: QColor) -> float:
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", ["RAISED", "PANEL", "GROUND", "RUNNING", "ABNORMAL_GROUND"])
@pytest.mark.parametrize("ink", ["TEXT", "TEXT_DIM", "TEXT_TRIP", "TEXT_BAD"])
def test_text_is_readable_on_every_ground(ground: str, ink: str) -> None:
    """Contrast is at least 4.5 to 1 (WCAG 2.1, 1.4.3)."""
    assert _contrast(getattr(theme, ink), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("priority", [1, 2, 3, 4])
def test_digits_are_readable_in_their_indicators(priority: int) -> None:
    """The digit of a priority stands out of its colour."""
    assert _contrast(theme.PRIORITY_INK[priority], theme.PRIORITY[priority]) >= 4.5
    assert _contrast(theme.NAV_DIM, theme.NAV) >= 4.5


def test_nothing_is_smaller_than_twelve_pixels() -> None:
    """The smallest type of the room."""
    sizes = (theme.CAPTION, theme.BODY, theme.STRONG, theme.HEADING, theme.TITLE, theme.FIGURE, theme.FIGURE_LARGE)
    assert min(sizes) == 12


def test_the_sound_is_a_short_wave_that_its_script_makes_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The committed file is what make_sounds.py writes."""
    file = sound_file("engine-lost")
    with wave.open(str(file)) as sound:
        assert 0.5 < sound.getnframes() / sound.getframerate() < 3.0
    script = (file.parent / "make_sounds.py").read_text(encoding="utf-8")
    (tmp_path / "make_sounds.py").write_text(script, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("make_sounds", tmp_path / "make_sounds.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.main()
    assert (tmp_path / "engine-lost.wav").read_bytes() == file.read_bytes()


def test_each_system_has_its_player(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows, macOS, and whatever a Linux has; none at all is an empty command."""
    file = Path("x.wav")
    assert player_command("win32", file)[0] == "powershell" and player_command("darwin", file)[0] == "afplay"
    monkeypatch.setattr("shutil.which", lambda name: "/usr/bin/aplay" if name == "aplay" else None)
    assert player_command("linux", file) == ["/usr/bin/aplay", "-q", "x.wav"]
    monkeypatch.setattr("shutil.which", lambda _name: None)
    assert player_command("linux", file) == []


def test_a_player_that_fails_is_a_trouble_and_one_that_plays_is_none(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The player's exit code and last words tell whether the room can be heard."""
    scripts = {"bad": "import sys; sys.exit('no such device')", "good": "pass"}
    chosen = ["bad"]
    monkeypatch.setattr("app.views.sound.player_command", lambda _p, _f: [sys.executable, "-c", scripts[chosen[0]]])
    with caplog.at_level(logging.CRITICAL, logger="app.views.sound"):
        sounder = PlayerSounder()
        with qtbot.waitSignal(sounder.trouble_changed, timeout=10_000):
            sounder.play("engine-lost")
        assert sounder.trouble == "no such device"
        chosen[0] = "good"
        with qtbot.waitSignal(sounder.trouble_changed, timeout=10_000):
            sounder.play("engine-lost")
    assert sounder.trouble == ""
    sounder.close()


def test_a_freeze_is_logged_once_with_all_stacks(caplog: pytest.LogCaptureFixture) -> None:
    """The GUI thread stands still: one record with stacks; it comes back: one with the duration."""
    clock = RoomClock()
    last = [clock.monotonic()]
    monitor = FreezeMonitor(lambda: last[0], clock=clock)
    handler = _Keeper()
    logger = logging.getLogger("app.views.freeze")
    logger.addHandler(handler)
    logger.propagate = False
    try:
        monitor.look()
        clock.advance(0.3)
        monitor.look()
        assert handler.texts == []
        clock.advance(0.2)
        monitor.look()
        monitor.look()
        assert len(handler.texts) == 1 and "test_a_freeze_is_logged_once" in handler.texts[0]
        last[0] = clock.monotonic()
        monitor.look()
        assert len(handler.texts) == 2 and "back after 500 ms" in handler.texts[1]
    finally:
        logger.removeHandler(handler)
        logger.propagate = True
    assert monitor.freezes == 1 and monitor.longest_s == pytest.approx(0.5)


class _Keeper(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


class _Resource:
    opened = 0

    def __init__(self) -> None:
        _Resource.opened += 1

    def close(self) -> None:
        pass


def test_a_worker_answers_on_the_gui_thread_and_opens_anew_after_a_fault(qtbot: QtBot) -> None:
    """Answers and failures come back where they were asked; the store is opened again after a failure."""
    _Resource.opened = 0
    worker: Worker[_Resource] = Worker("test-worker", _Resource)
    got: list[object] = []
    logging.getLogger("app.views.gateway.worker").setLevel(logging.CRITICAL)

    def broken(_resource: _Resource) -> object:
        raise StoreUnavailable("away")

    worker.put(lambda _r: threading.current_thread().name, got.append, None)
    worker.put(broken, got.append, got.append)
    worker.put(lambda _r: "again", got.append, None)
    qtbot.waitUntil(lambda: len(got) == 3, timeout=5000)
    assert got == ["test-worker", "away", "again"] and _Resource.opened == 2
    worker.close()
    worker.close()
    logging.getLogger("app.views.gateway.worker").setLevel(logging.NOTSET)
    assert not any(t.name == "test-worker" for t in threading.enumerate())


def test_a_full_worker_says_so_and_blocks_nobody(qtbot: QtBot) -> None:
    """The queue is bounded: the job that finds no place fails with a sentence."""
    gate = threading.Event()
    worker: Worker[_Resource] = Worker("full-worker", _Resource)
    failures: list[str] = []
    worker.put(lambda _r: gate.wait(10), lambda _a: None, None)
    qtbot.waitUntil(lambda: worker.waiting == 0, timeout=3000)
    for _ in range(LIMIT + 1):
        worker.put(lambda _r: None, lambda _a: None, failures.append)
    assert failures == []
    QCoreApplication.processEvents()
    assert len(failures) == 1 and str(LIMIT) in failures[0]
    gate.set()
    worker.close()


def test_an_error_that_nobody_caught_is_logged_shown_and_survived(qtbot: QtBot) -> None:
    """The room goes on; the sentence reaches whoever shows it."""
    faults = Faults()
    logging.getLogger("app.views.faults").setLevel(logging.CRITICAL + 1)
    faults.install()
    try:
        with qtbot.waitSignal(faults.happened, timeout=1000) as caught:
            sys.excepthook(ValueError, ValueError("odd"), None)
    finally:
        faults.uninstall()
        logging.getLogger("app.views.faults").setLevel(logging.NOTSET)
    assert caught.args == ["ValueError: odd"] and faults.count == 1
    assert sys.excepthook is sys.__excepthook__
