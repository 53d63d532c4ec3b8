"""Change between Hand, Off and Auto."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QCoreApplication

from app.model.commands.verbs import Verb
from app.views.actions.verb import VerbAction

__all__ = ["ModeAction"]


class ModeAction(VerbAction):
    """Change between Hand, Off and Auto."""

    verb: ClassVar = Verb.MODE

    def caption(self) -> str:
        return QCoreApplication.translate("ModeAction", "Change mode")

    def caution(self) -> str:
        return QCoreApplication.translate("ModeAction", "Hand alone does not move the pump; Off stops it.")
