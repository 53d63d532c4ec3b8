"""Hand a pump back to its PLC."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QCoreApplication

from app.model.commands.verbs import Verb
from app.model.spec import CommandSpec
from app.views.actions.verb import VerbAction

__all__ = ["AutoAction"]


class AutoAction(VerbAction):
    """Hand a pump back to its PLC."""

    verb: ClassVar = Verb.AUTO

    def caption(self) -> str:
        return QCoreApplication.translate("AutoAction", "Return to Auto")

    def target(self, command: CommandSpec, value: float | None, language: str) -> str:
        return QCoreApplication.translate("AutoAction", "Mode Auto: the PLC decides")

    def caution(self) -> str:
        return QCoreApplication.translate("AutoAction", "The PLC may start or stop the pump at once.")
