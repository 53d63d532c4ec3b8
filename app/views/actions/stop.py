"""Stop a pump in the normal way. This is no emergency stop."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QCoreApplication

from app.model.commands.verbs import Verb
from app.model.spec import CommandSpec
from app.views.actions.verb import VerbAction

__all__ = ["StopAction"]


class StopAction(VerbAction):
    """Stop a pump in the normal way. This is no emergency stop."""

    verb: ClassVar = Verb.STOP

    def caption(self) -> str:
        return QCoreApplication.translate("StopAction", "Stop pump (normal)")

    def target(self, command: CommandSpec, value: float | None, language: str) -> str:
        return QCoreApplication.translate("StopAction", "Stopped, mode Off")

    def caution(self) -> str:
        return QCoreApplication.translate("StopAction", "The level rises while pumps stand. Not an emergency stop.")
