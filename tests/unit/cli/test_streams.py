"""Output to terminals of another encoding, to full disks and to pipes whose reader has gone."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TextIO

import pytest

from app.cli.streams import no_room, show_anything, with_all_written

FULL = Path("/dev/full")


def test_a_terminal_without_chinese_shows_it_by_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command is not ended half way by a name that the terminal cannot show."""
    shown = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(shown, encoding="ascii", write_through=True))
    show_anything()
    sys.stdout.write("启动: 1#泵\n")
    assert shown.getvalue() == b"\\u542f\\u52a8: 1#\\u6cf5\n"


@pytest.mark.skipif(not FULL.exists(), reason="there is no device that is always full")
def test_a_full_disk_is_an_error_of_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when all that was printed still waited to be written; afterwards nothing waits any more."""
    with FULL.open("w") as output:
        monkeypatch.setattr(sys, "stdout", output)
        with pytest.raises(OSError) as caught:
            with_all_written(_say)
        assert no_room(caught.value) and not no_room(FileNotFoundError(2, "no such file"))
        sys.stdout.flush()


def test_a_reader_that_has_gone_ends_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `| head` does."""
    with _pipe_without_reader() as output:
        monkeypatch.setattr(sys, "stdout", output)
        with pytest.raises(SystemExit) as caught:
            with_all_written(_say)
        assert caught.value.code == 1
        sys.stdout.flush()


def test_the_exit_code_of_the_command_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Writing out changes nothing of how a command ended, and a program without a terminal has nothing to write."""
    monkeypatch.setattr(sys, "stdout", None)
    show_anything()
    with pytest.raises(SystemExit) as caught:
        with_all_written(_refuse)
    assert caught.value.code == 3


def _say() -> None:
    sys.stdout.write("a line that waits\n")


def _refuse() -> None:
    raise SystemExit(3)


def _pipe_without_reader() -> TextIO:
    reading, writing = os.pipe()
    os.close(reading)
    return os.fdopen(writing, "w")
