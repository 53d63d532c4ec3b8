"""Open a gate."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QCoreApplication

from app.model.commands.verbs import Verb
from app.model.spec import CommandSpec
from app.views.actions.verb import VerbAction

__all__ = ["OpenAction"]


class OpenAction(VerbAction):
    """Open a gate."""

    verb: ClassVar = Verb.OPEN

    def caption(self) -> str:
        return QCoreApplication.translate("OpenAction", "Open gate")

    def target(self, command: CommandSpec, value: float | None, language: str) -> str:
        return QCoreApplication.translate("OpenAction", "Open")

    def caution(self) -> str:
        return QCoreApplication.translate("OpenAction", "Water reaches the receiving water.")
