"""How a command goes and how it ended, in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.model.reasons import reason_text
from app.model.records import CommandState, Reason
from app.views.state.command_flow import CommandFlow, Phase
from app.views.widgets.condition_list import ReasonLine, Verdict

__all__ = ["outcome_title", "progress_lines", "reason_lines"]

_GOOD = (CommandState.DONE, CommandState.INTENT, CommandState.SENT, CommandState.EXECUTING, CommandState.ACCEPTED)


def reason_lines(reasons: tuple[Reason, ...], language: str) -> tuple[ReasonLine, ...]:
    """Return one sentence per reason, marked as blocking or as a warning."""
    return tuple(ReasonLine(reason_text(r, language), Verdict.FAILS if r.blocking else Verdict.WARNS) for r in reasons)


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
    t = QCoreApplication.translate
    if flow.phase is Phase.SELECTING:
        return t("Outcome", "Asking for the selection…")
    if flow.phase is Phase.OPERATING:
        return t("Outcome", "Command under way…")
    return {
        CommandState.REFUSED: t("Outcome", "Refused"),
        CommandState.DONE: t("Outcome", "Done"),
        CommandState.FAILED: t("Outcome", "Failed"),
        CommandState.MISMATCH: t("Outcome", "No feedback"),
        CommandState.UNKNOWN: t("Outcome", "Outcome unknown"),
        CommandState.EXPIRED: t("Outcome", "The selection ran out"),
        CommandState.CANCELLED: t("Outcome", "Selection given back"),
        "taken": t("Outcome", "Somebody else has selected it"),
        "no_answer": t("Outcome", "The engine did not answer"),
    }.get(flow.outcome, flow.outcome)


def _step_text(state: CommandState) -> str:
    t = QCoreApplication.translate
    return {
        CommandState.ACCEPTED: t("Outcome", "Taken by the engine"),
        CommandState.INTENT: t("Outcome", "Intent recorded"),
        CommandState.SENT: t("Outcome", "Sent to the PLC"),
        CommandState.EXECUTING: t("Outcome", "Accepted by the PLC, waiting for feedback"),
        CommandState.DONE: t("Outcome", "Done: feedback confirms it"),
        CommandState.FAILED: t("Outcome", "Failed: the PLC did not carry it out"),
        CommandState.MISMATCH: t("Outcome", "Accepted, but the feedback did not come"),
        CommandState.UNKNOWN: t(
            "Outcome", "Not known whether it was carried out: look at the feedback. Nothing is sent again"
        ),
        CommandState.REFUSED: t("Outcome", "Refused: nothing was sent"),
        CommandState.EXPIRED: t("Outcome", "Too late: nothing was sent"),
        CommandState.CANCELLED: t("Outcome", "Cancelled: nothing was sent"),
        CommandState.SELECTED: t("Outcome", "Selected"),
    }[state]
