"""What every command that a person may give looks like, whatever its verb."""

from __future__ import annotations

from typing import ClassVar

from app.model.commands.verbs import Verb
from app.model.spec import CommandSpec
from app.views.state.values import number_text

__all__ = ["VerbAction"]


class VerbAction:
    """One verb in words. Texts are in the language that Qt speaks when they are asked for."""

    verb: ClassVar[Verb]

    def caption(self) -> str:
        """Return the text of the verb's button."""
        raise NotImplementedError

    def target(self, command: CommandSpec, value: float | None, language: str) -> str:
        """Return the state that the command leads to; for a set-point its new value."""
        if value is None:
            return self.caption()
        for choice in command.choices:
            if choice.value == int(value):
                return choice.label.get(language)
        return f"{number_text(value, 2)} {command.unit}".strip()

    def caution(self) -> str:
        """Return what a person should think of before confirming; "" for nothing."""
        return ""
