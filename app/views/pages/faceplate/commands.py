"""The faceplate's commands: press a verb, select, confirm, operate, and see how it goes. No modal dialog anywhere."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from app.model.commands.checks import state_word
from app.model.commands.verbs import Check, Verb
from app.model.quality import UNCERTAIN
from app.model.reasons import state_text
from app.model.records import EquipmentStatus, Reason, Result
from app.model.spec import Equipment, Facility, TargetKind
from app.views import theme
from app.views.actions.offered import action_for
from app.views.actions.operate import operate
from app.views.actions.select import cancel_selection, select
from app.views.pages.faceplate.confirm import ConfirmContent, ConfirmPanel
from app.views.pages.faceplate.facts import condition_rows
from app.views.pages.faceplate.outcome import outcome_title, progress_lines, reason_lines
from app.views.pages.faceplate.progress import ProgressPanel
from app.views.room import Room
from app.views.state.causes import reason_words
from app.views.state.command_flow import SELECTION_MS, CommandFlow, Phase
from app.views.state.conditions import judge
from app.views.state.faults import priority_of
from app.views.state.prechecks import Surroundings, blocking, offers_first, why_not
from app.views.state.readings import ChangeWatch, reader
from app.views.widgets.action_button import ActionButton
from app.views.widgets.condition_list import ReasonLine, Verdict
from app.views.widgets.second_signer import SecondSigner

__all__ = ["CommandSection"]

_GREY = (
    Check.LINK, Check.REMOTE, Check.RIGHT, Check.TWO_PERSON, Check.HOLD, Check.STORE, Check.UNPROVEN,
    Check.LATE_EXECUTION, Check.COMMISSIONING, "session_locked", "no_session", "past",
)  # fmt: skip
"""Checks that make a verb pointless to press: its button is grey and says why. The others show in the confirm panel."""


_RENEW_S, _RENEWALS = 8.0, 2

_JUDGE_S = 0.4
"""How often all verbs are judged anew; a press, a new status and a silent engine do it at once."""


class CommandSection(QWidget):
    """Verbs, confirm panel and progress of one equipment; one of the three is shown."""

    busy_changed = Signal(bool)
    """True while the confirm panel or the progress is shown: other parts of the faceplate make room."""

    def __init__(self, room: Room, equipment: Equipment, facility: Facility, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._equipment = equipment
        self._facility = facility
        self._watch = ChangeWatch()
        self._busy = False
        self._judged_s = -_JUDGE_S
        self.flow = CommandFlow(equipment.path, room.person.session)
        self.buttons: dict[str, ActionButton] = {}
        self.verbs = QWidget(self)
        self.note = QLabel(self.verbs)
        self.note.setWordWrap(True)
        self.confirm = ConfirmPanel(SecondSigner(room, self), self)
        self._renewed: set[int] = set()
        """Ends of the selection before which it was asked for anew."""
        self.progress = ProgressPanel(self)
        self._grid = QGridLayout()
        self._lay_out()
        self.confirm.confirmed.connect(self._confirmed)
        self.confirm.cancelled.connect(self.give_up)
        self.confirm.value_changed.connect(self._value_changed)
        self.progress.dismissed.connect(self.give_up)
        room.result_arrived.connect(self._result)
        room.equipment_changed.connect(self._status)
        room.engine_silent_changed.connect(self._silence)
        room.person_changed.connect(self._person_changed)
        self._show_phase()

    def tick(self) -> None:
        """Bring buttons, checks and countdown up to date."""
        live = self._room.live
        if live is None:
            return
        if self._facility.block is not None:
            self._watch.look(live, self._facility.block.heartbeat, monotonic=self._room.monotonic())
        if self.flow.tick(self._room.now_ms()):
            self._show_phase()
        if self.flow.phase is Phase.CONFIRMING:
            self._tick_confirm()
        elif self.flow.phase is Phase.IDLE and self._room.monotonic() - self._judged_s >= _JUDGE_S:
            self._tick_verbs()

    def retranslate(self) -> None:
        """Take the room's language."""
        self.confirm.retranslate()
        self.progress.retranslate()
        self._judged_s = -_JUDGE_S
        for verb, button in self.buttons.items():
            button.setText(action_for(self._equipment, verb).caption())
        if self.flow.phase is Phase.CONFIRMING:
            self._begin_confirm()
        self._show_progress()
        self.tick()

    def reasons(self, verb: str, *, selected: bool, value: float | None = None) -> tuple[Reason, ...]:
        """Return all reasons against a verb now. `selected` when the selection is ours."""
        around = self._around()
        if around is None:
            return ()
        if self._room.past is not None:
            return (Reason("past"),)
        expect = self.flow.expect if selected else ""
        found = why_not(around, self._equipment, Verb(verb), value=value, expect=expect, selected=selected)
        if self._room.person.session:
            return found
        nobody = Reason("no_session")
        return tuple(nobody if r.check == Check.RIGHT else r for r in found)

    @property
    def needs_two(self) -> bool:
        """Return whether the command under way needs two persons."""
        command = self._equipment.command(self.flow.verb)
        return command is not None and command.two_person

    @Slot()
    def give_up(self) -> None:
        """Go back to the verbs; a selection that we hold or asked for is given back."""
        if self.flow.phase in (Phase.SELECTING, Phase.CONFIRMING):
            cancel_selection(self._room, self._equipment.path)
        verb = self.flow.verb
        self.flow.stop()
        self._show_phase()
        if verb in self.buttons and self.isVisible():
            self.buttons[verb].setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _press(self) -> None:
        sender = self.sender()
        verb = next((v for v, b in self.buttons.items() if b is sender), "")
        live = self._room.live
        if not verb or live is None:
            return
        now = self._room.now_ms()
        expect = state_word(self._equipment, reader(live, now_ms=now))
        request = select(self._room, self._equipment.path)
        self.flow.select(verb, "any" if expect == "unknown" else expect, request_id=request, now_ms=now)
        self._show_phase()

    @Slot(object, str)
    def _confirmed(self, value: float | None, reason: str) -> None:
        if self.flow.phase is not Phase.CONFIRMING:
            return
        request = operate(
            self._room,
            self._equipment.path,
            self.flow.verb,
            value=value,
            expect=self.flow.expect,
            reason=reason,
            second=self.confirm.second.person if self.confirm.two_persons else None,
        )
        self.flow.operate(value, request_id=request, now_ms=self._room.now_ms())
        self._show_phase()

    @Slot()
    def _value_changed(self) -> None:
        if self.flow.phase is Phase.CONFIRMING:
            self._tick_confirm()

    @Slot(object)
    def _result(self, result: Result) -> None:
        before = self.flow.phase
        if self.flow.take(result):
            self._show_phase()
            if before is not Phase.CONFIRMING and self.flow.phase is Phase.CONFIRMING:
                self._begin_confirm()

    @Slot(object)
    def _status(self, changed: tuple[EquipmentStatus, ...]) -> None:
        self._judged_s = -_JUDGE_S
        for status in changed:
            if self.flow.take_status(status):
                self._show_phase()

    @Slot()
    def _person_changed(self) -> None:
        """Another person has other rights, and what the one before selected is not his: begin anew. A command that is
        on its way goes on."""
        self._judged_s = -_JUDGE_S
        if self.flow.belong_to(self._room.person.session):
            self._show_phase()
        elif self._room.person.locked and self.flow.phase is Phase.CONFIRMING:
            self._tick_confirm()

    @Slot(bool)
    def _silence(self, _silent: bool) -> None:
        self._judged_s = -_JUDGE_S

    def _lay_out(self) -> None:
        self._grid.setSpacing(theme.GAP)
        column = QVBoxLayout(self.verbs)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addLayout(self._grid)
        column.addWidget(self.note)
        for command in self._equipment.commands:
            button = ActionButton(self.verbs)
            button.setObjectName(f"command-{command.verb}")
            button.setText(action_for(self._equipment, command.verb).caption())
            button.clicked.connect(self._press)
            self.buttons[command.verb] = button
        self._order: tuple[str, ...] = ()
        self._arrange(tuple(self.buttons))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for part in (self.verbs, self.confirm, self.progress):
            layout.addWidget(part)

    def _arrange(self, order: tuple[str, ...]) -> None:
        """Put the verbs into the grid; the safe action comes first when something is wrong."""
        if order == self._order:
            return
        self._order = order
        for k, verb in enumerate(order):
            self._grid.addWidget(self.buttons[verb], k // 2, k % 2)
        for before, after in pairwise(order):
            QWidget.setTabOrder(self.buttons[before], self.buttons[after])

    def _around(self) -> Surroundings | None:
        live, block = self._room.live, self._facility.block
        if live is None:
            return None
        age = None
        if block is not None:
            age = self._watch.age_s(block.heartbeat, monotonic=self._room.monotonic())
        return Surroundings(live, self._facility, self._room.equipment, self._room.person, self._room.now_ms(), age)

    def _tick_verbs(self) -> None:
        live, language = self._room.live, self._room.language
        assert live is not None
        self._judged_s = self._room.monotonic()
        silent = self._room.engine_silent and self._room.past is None
        notes: dict[str, None] = {self._silent_text(): None} if silent else {}
        for command in self._equipment.commands:
            reasons = () if silent else blocking(self.reasons(command.verb, selected=False))
            against = [r for r in reasons if r.check in _GREY]
            button = self.buttons[command.verb]
            button.setEnabled(not against and not silent)
            texts = [reason_words(r, language) for r in against]
            button.setToolTip("\n".join(texts))
            for reason, text in zip(against, texts, strict=True):
                own = reason.check in (Check.TWO_PERSON, Check.UNPROVEN)
                notes[f"{button.text()}: {text}" if own else text] = None
        self.note.setText("\n".join(notes))
        self.note.setVisible(bool(notes))
        read = reader(live, now_ms=self._room.shown_ms())
        upset = priority_of(self._equipment, live) > 0 or state_word(self._equipment, read) in ("unknown", "tripped")
        self._arrange(offers_first(self._equipment, upset=upset))

    def _silent_text(self) -> str:
        return self.tr("The engine is silent: no command is possible. Use the local panel.")

    def _begin_confirm(self) -> None:
        command = self._equipment.command(self.flow.verb)
        if command is None:
            return
        action = action_for(self._equipment, self.flow.verb)
        language = self._room.language
        name = self._equipment.label.get(language)
        self.confirm.begin(command, self._present_value(), language, action.caution(), action.caption(), name)
        self._renewed.clear()
        self._tick_confirm()
        self.confirm.start_typing()

    def _present_value(self) -> float | None:
        """Return the set-point or mode in force: the value that the command's feedback looks at."""
        command, live = self._equipment.command(self.flow.verb), self._room.live
        if command is None or live is None or command.target is TargetKind.NONE or not command.feedback:
            return None
        reading = reader(live, now_ms=self._room.now_ms())(command.feedback[0].tag)
        return (
            None if reading is None or reading.value != reading.value or reading.quality >= UNCERTAIN else reading.value
        )

    def _tick_confirm(self) -> None:
        live, language, now = self._room.live, self._room.language, self._room.now_ms()
        command = self._equipment.command(self.flow.verb)
        if live is None or command is None:
            return
        value = self.confirm.editor.value()
        action = action_for(self._equipment, self.flow.verb)
        read = reader(live, now_ms=now)
        present = self._present_value()
        state = state_word(self._equipment, read)
        if command.target is not TargetKind.NONE:
            now_text = "—" if present is None else action.target(command, present, language)
        else:
            now_text = state_text(state, language)
        target = (
            "—" if command.target is not TargetKind.NONE and value is None else action.target(command, value, language)
        )
        name = self._equipment.label.get(language)
        station = f"{self._facility.label.get(language)} · {self._equipment.path}"
        self.confirm.set_content(
            ConfirmContent(
                f"{action.caption()} · {name}", station, now_text, target,
                float(int(self.flow.left_s(now) + 0.999)), SELECTION_MS / 1000.0,
            )
        )  # fmt: skip
        reasons = self.reasons(self.flow.verb, selected=True, value=value)
        lines = reason_lines(reasons, language)
        blocked = bool(blocking(reasons))
        if self._room.engine_silent:
            lines, blocked = (ReasonLine(self._silent_text(), Verdict.FAILS), *lines), True
        if command.target is not TargetKind.NONE and value is not None and value == present:
            blocked = True  # nothing would change
        shown = self._equipment.permissives if self.flow.verb in (Verb.START, Verb.OPEN) else ()
        rows = condition_rows(judge(shown, live, read, now_ms=now, language=language))
        self.confirm.set_checks(rows, lines, blocked=blocked)
        self._wait_for_the_second(now)

    def _wait_for_the_second(self, now_ms: int) -> None:
        """Two persons need longer than one: the selection is asked for anew before it ends, twice at most."""
        if not self.confirm.two_persons:
            return
        self.confirm.second.tick()
        due = self.flow.left_s(now_ms) < _RENEW_S and self.flow.until_ms not in self._renewed
        if due and len(self._renewed) < _RENEWALS and not self._room.engine_silent:
            self._renewed.add(self.flow.until_ms)
            select(self._room, self._equipment.path)  # the equipment's row tells the new end

    def _show_phase(self) -> None:
        phase = self.flow.phase
        self._judged_s = -_JUDGE_S
        self.verbs.setVisible(phase is Phase.IDLE)
        self.confirm.setVisible(phase is Phase.CONFIRMING)
        self.progress.setVisible(phase in (Phase.SELECTING, Phase.OPERATING, Phase.OVER))
        self._show_progress()
        busy = phase is not Phase.IDLE
        if busy != self._busy:
            self._busy = busy
            self.busy_changed.emit(busy)

    def _show_progress(self) -> None:
        if self.flow.phase in (Phase.IDLE, Phase.CONFIRMING):
            return
        action = action_for(self._equipment, self.flow.verb)
        name = f"{action.caption()} · {self._equipment.label.get(self._room.language)}"
        lines = progress_lines(self.flow, self._room.language)
        over = self.flow.phase is Phase.OVER
        self.progress.show_progress(name, outcome_title(self.flow), lines, over=over, good=self.flow.outcome == "done")
