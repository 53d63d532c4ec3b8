"""Give a pump on a frequency converter another speed."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QCoreApplication

from app.model.commands.verbs import Verb
from app.views.actions.verb import VerbAction

__all__ = ["SpeedAction"]


class SpeedAction(VerbAction):
    """Give a pump on a frequency converter another speed."""

    verb: ClassVar = Verb.SPEED

    def caption(self) -> str:
        return QCoreApplication.translate("SpeedAction", "Set speed")

    def caution(self) -> str:
        return QCoreApplication.translate("SpeedAction", "Takes effect at once if the pump runs.")
