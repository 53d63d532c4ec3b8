"""Long reads have a thread of their own: nothing waits for them, and a door that closes ends them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.model.alarms.status import AlarmChange as C
from app.model.records import Journal
from app.storage.contract import RoomStore
from app.views.gateway.exporting import ENDED, Exported, Progress, export_journal
from app.views.gateway.journal import JournalQuery, journal_first
from app.views.gateway.store_door import StoreDoor
from app.views.state.journal_fields import place_and_text
from app.views.state.sentences import Names
from tests.helpers.journal_store import alarm_line, journal_store

T = 1_790_000_000_000


@pytest.fixture
def door(qtbot: QtBot, tmp_path: Path) -> Iterator[StoreDoor]:
    with journal_store(tmp_path, [alarm_line(C.RAISED, "a:HH", T + i) for i in range(3000)]):
        made = StoreDoor(str(tmp_path / "store"))
        yield made
        made.close()


def the_export(file: Path, progress: Progress) -> Callable[[RoomStore, Callable[[], bool]], Exported]:
    return export_journal(
        JournalQuery(), file, zone="UTC", language="en", title="Journal",
        describe=partial(place_and_text, names=Names(None, "en")), facts=("Asked", {}), progress=progress,
    )  # fmt: skip


def test_other_reads_go_on_beside_a_long_one(qtbot: QtBot, door: StoreDoor, tmp_path: Path) -> None:
    """A long read stands; a page's question is answered; then the long one ends with all lines."""
    go, answers = threading.Event(), list[Any]()
    progress, file = Progress(), tmp_path / "all.csv"

    def slow(store: RoomStore, ended: Callable[[], bool]) -> Exported:
        assert go.wait(30)
        return the_export(file, progress)(store, ended)

    door.read_long(slow, answers.append)
    door.query(journal_first(JournalQuery(journals=(Journal.ALARMS,))), answers.append)
    qtbot.waitUntil(lambda: len(answers) == 1, timeout=10_000)
    assert len(answers[0].entries) == 500 and door.gauges()[0] == 0
    go.set()
    qtbot.waitUntil(lambda: len(answers) == 2, timeout=10_000)
    assert (answers[1].rows, answers[1].trouble, progress.rows) == (3000, "", 3000) and file.exists()


def test_a_door_that_closes_ends_an_export(qtbot: QtBot, door: StoreDoor, tmp_path: Path) -> None:
    """In the middle of it: the thread ends, and nothing of the file stays."""
    begun, outcome = threading.Event(), list[Exported]()
    progress, file = Progress(), tmp_path / "half.xlsx"

    def watched(store: RoomStore, ended: Callable[[], bool]) -> Exported:
        def at_the_end_of_a_page() -> bool:
            begun.set()
            while not ended():
                pass
            return ended()

        outcome.append(the_export(file, progress)(store, at_the_end_of_a_page))
        return outcome[0]

    door.read_long(watched, outcome.append)
    assert begun.wait(30)
    door.close()
    assert [o.trouble for o in outcome] == [ENDED] and progress.rows == 1000
    assert [p.name for p in tmp_path.iterdir()] == ["store"]
