"""Reset a latched trip; nothing starts by it."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QCoreApplication

from app.model.commands.verbs import Verb
from app.model.spec import CommandSpec
from app.views.actions.verb import VerbAction

__all__ = ["ResetAction"]


class ResetAction(VerbAction):
    """Reset a latched trip; nothing starts by it."""

    verb: ClassVar = Verb.RESET

    def caption(self) -> str:
        return QCoreApplication.translate("ResetAction", "Reset trip")

    def target(self, command: CommandSpec, value: float | None, language: str) -> str:
        return QCoreApplication.translate("ResetAction", "Trip cleared, still stopped")

    def caution(self) -> str:
        return QCoreApplication.translate(
            "ResetAction", "Find the cause before you reset. A reset never starts the pump."
        )
