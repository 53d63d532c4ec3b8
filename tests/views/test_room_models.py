"""The room's models against Qt's own checks, and the promise that nothing is reset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from app.model.records import CommLine
from app.views.models.abnormal import AbnormalModel
from app.views.models.devices import DeviceModel, device_rows
from app.views.models.keyed import KeyedModel
from app.views.models.lines import LineModel, line_rows
from app.views.state.alarm_book import AlarmBook
from app.views.state.alarm_rows import AlarmRows
from app.views.state.live import LiveValues
from app.views.state.sentences import Names
from tests.helpers.alarms import clear, stand
from tests.helpers.feeding import feed
from tests.helpers.xiasha import calm_values, xiasha

NOW = 1_790_000_000_000


@dataclass(frozen=True)
class Row:
    key: int
    text: str


def _key(row: Row) -> int:
    return row.key


class Plain(KeyedModel[Row]):
    def __init__(self) -> None:
        super().__init__(_key, columns=2)

    def show(self, row: Row, column: int, role: int) -> Any:
        return row.text if role == Qt.ItemDataRole.DisplayRole else None


@settings(max_examples=60)
@given(st.lists(st.lists(st.tuples(st.integers(0, 12), st.sampled_from("ab")), unique_by=lambda t: t[0]), max_size=6))
def test_any_sequence_of_lists_is_followed_without_a_reset(lists: list[list[tuple[int, str]]]) -> None:
    """Whatever list comes next, the model ends with it, tells only what differs, and indexes keep to their rows."""
    model = Plain()
    resets: list[None] = []
    model.modelReset.connect(lambda: resets.append(None))
    kept: dict[int, QPersistentModelIndex] = {}
    for rows in lists:
        new = [Row(k, t) for k, t in rows]
        model.set_rows(new)
        assert model.rows == new
        for key, index in kept.items():
            if index.isValid():
                assert model.rows[index.row()].key == key
            else:
                assert all(r.key != key for r in new)
        kept = {r.key: QPersistentModelIndex(model.index(i, 0)) for i, r in enumerate(new)}
    assert not resets


def test_only_rows_that_differ_are_told(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    """One text of five changes: one range with one row."""
    model = Plain()
    model.set_rows([Row(i, "a") for i in range(5)])
    told: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda a, b, _roles: told.append((a.row(), b.row())))
    model.set_rows([Row(i, "b" if i == 3 else "a") for i in range(5)])
    assert told == [(3, 3)]
    qtmodeltester.check(model)


def test_the_abnormal_model_passes_qts_checks(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    """While rows come and go."""
    book = AlarmBook()
    book.set_site(xiasha())
    rows, model = AlarmRows(book, xiasha()), AbnormalModel()
    qtmodeltester.check(model)
    trip, high = "ps01/pump1/trip:trip", "ps03/well/level:HH"
    for change, path in ((stand, trip), (stand, high), (clear, trip), (clear, high)):
        change(book, path)
        model.set_rows(rows.rows())
    assert model.rows == []


def test_the_device_and_line_models_pass_qts_checks(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    """With the demo site's devices and lines of the same millisecond."""
    live = LiveValues(xiasha())
    feed(live, calm_values(xiasha(), now_ms=NOW), t=NOW)
    devices = DeviceModel()
    devices.set_rows(device_rows(xiasha(), live, {}, Names(xiasha(), "en"), now_ms=NOW))
    assert devices.rowCount() == 4
    qtmodeltester.check(devices)
    lines = LineModel()
    lines.set_rows(line_rows([CommLine(NOW, "d", "k", "t", bytes(range(40)))] * 3, [], Names(xiasha(), "en")))
    assert lines.rowCount() == 3
    assert "20 21 22" in lines.rows[0].whole and '!"#$%' in lines.rows[0].whole
    qtmodeltester.check(lines)
