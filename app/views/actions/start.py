"""Start a pump: it runs in Hand."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QCoreApplication

from app.model.commands.verbs import Verb
from app.model.spec import CommandSpec
from app.views.actions.verb import VerbAction

__all__ = ["StartAction"]


class StartAction(VerbAction):
    """Start a pump: it runs in Hand."""

    verb: ClassVar = Verb.START

    def caption(self) -> str:
        return QCoreApplication.translate("StartAction", "Start")

    def target(self, command: CommandSpec, value: float | None, language: str) -> str:
        return QCoreApplication.translate("StartAction", "Running, mode Hand")

    def caution(self) -> str:
        return QCoreApplication.translate(
            "StartAction",
            "The pump leaves Auto: the PLC no longer stops it at the stop level, only its protections do.",
        )
