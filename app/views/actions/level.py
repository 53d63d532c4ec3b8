"""Give the level control another start level."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QCoreApplication

from app.model.commands.verbs import Verb
from app.views.actions.verb import VerbAction

__all__ = ["LevelAction"]


class LevelAction(VerbAction):
    """Give the level control another start level."""

    verb: ClassVar = Verb.LEVEL

    def caption(self) -> str:
        return QCoreApplication.translate("LevelAction", "Set start level")

    def caution(self) -> str:
        return QCoreApplication.translate("LevelAction", "Changes when the first pump starts.")
