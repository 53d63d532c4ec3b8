"""How a command goes and how it ended, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.model.records import CommandState, Reason
from app.views.state.causes import reason_words
from app.views.state.command_flow import CommandFlow, Phase
from app.views.widgets.condition_list import ReasonLine, Verdict

__all__ = ["outcome_title", "progress_lines", "reason_lines"]

_GOOD = (CommandState.DONE, CommandState.INTENT, CommandState.SENT, CommandState.EXECUTING, CommandState.ACCEPTED)


def reason_lines(reasons: tuple[Reason, ...], language: str) -> tuple[ReasonLine, ...]:
    """Return one sentence per reason, marked as blocking or as a warning."""
    return tuple(ReasonLine(reason_words(r, language), Verdict.FAILS if r.blocking else Verdict.WARNS) for r in reasons)


def progress_lines(flow: CommandFlow, language: str) -> tuple[ReasonLine, ...]:
    """Return the steps so far, each with its reasons; a selection that was refused has reasons alone."""
    lines: list[ReasonLine] = []
    for step in flow.steps:
        verdict = Verdict.MET if step.state in _GOOD else Verdict.FAILS
        lines.append(ReasonLine(_step_text(step.state), verdict))
        lines += reason_lines(step.reasons, language)
    if not flow.steps:
        lines += reason_lines(flow.reasons, language)
    return tuple(lines)


def outcome_title(flow: CommandFlow) -> str:
    """Say where the flow stands."""
    translate = QCoreApplication.translate
    if flow.phase is Phase.SELECTING:
        return translate("Outcome", "Asking for the selection…")
    if flow.phase is Phase.OPERATING:
        return translate("Outcome", "Command under way…")
    return {
        CommandState.REFUSED: translate("Outcome", "Refused"),
        CommandState.DONE: translate("Outcome", "Done"),
        CommandState.FAILED: translate("Outcome", "Failed"),
        CommandState.MISMATCH: translate("Outcome", "No feedback"),
        CommandState.UNKNOWN: translate("Outcome", "Outcome unknown"),
        CommandState.EXPIRED: translate("Outcome", "The selection ran out"),
        CommandState.CANCELLED: translate("Outcome", "Selection given back"),
        "taken": translate("Outcome", "Somebody else has selected it"),
        "no_answer": translate("Outcome", "The engine did not answer"),
    }.get(flow.outcome, flow.outcome)


def _step_text(state: CommandState) -> str:
    translate = QCoreApplication.translate
    return {
        CommandState.ACCEPTED: translate("Outcome", "Taken by the engine"),
        CommandState.INTENT: translate("Outcome", "Intent recorded"),
        CommandState.SENT: translate("Outcome", "Sent to the PLC"),
        CommandState.EXECUTING: translate("Outcome", "Accepted by the PLC, waiting for feedback"),
        CommandState.DONE: translate("Outcome", "Done: feedback confirms it"),
        CommandState.FAILED: translate("Outcome", "Failed: the PLC did not carry it out"),
        CommandState.MISMATCH: translate("Outcome", "Accepted, but the feedback did not come"),
        CommandState.UNKNOWN: translate(
            "Outcome", "Not known whether it was carried out: look at the feedback. Nothing is sent again"
        ),
        CommandState.REFUSED: translate("Outcome", "Refused: nothing was sent"),
        CommandState.EXPIRED: translate("Outcome", "Too late: nothing was sent"),
        CommandState.CANCELLED: translate("Outcome", "Cancelled: nothing was sent"),
        CommandState.SELECTED: translate("Outcome", "Selected"),
    }[state]
