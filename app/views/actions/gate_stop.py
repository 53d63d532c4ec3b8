"""Stop a moving gate where it is."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QCoreApplication

from app.model.commands.verbs import Verb
from app.model.spec import CommandSpec
from app.views.actions.verb import VerbAction

__all__ = ["GateStopAction"]


class GateStopAction(VerbAction):
    """Stop a moving gate where it is."""

    verb: ClassVar = Verb.STOP

    def caption(self) -> str:
        return QCoreApplication.translate("GateStopAction", "Stop gate")

    def target(self, command: CommandSpec, value: float | None, language: str) -> str:
        return QCoreApplication.translate("GateStopAction", "Standing where it is")

    def caution(self) -> str:
        return QCoreApplication.translate("GateStopAction", "The gate stays between its ends.")
