"""Close a gate."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QCoreApplication

from app.model.commands.verbs import Verb
from app.model.spec import CommandSpec
from app.views.actions.verb import VerbAction

__all__ = ["CloseAction"]


class CloseAction(VerbAction):
    """Close a gate."""

    verb: ClassVar = Verb.CLOSE

    def caption(self) -> str:
        return QCoreApplication.translate("CloseAction", "Close gate")

    def target(self, command: CommandSpec, value: float | None, language: str) -> str:
        return QCoreApplication.translate("CloseAction", "Closed")

    def caution(self) -> str:
        return QCoreApplication.translate("CloseAction", "With the gate closed the level behind it rises.")
