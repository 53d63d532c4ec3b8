"""Which action speaks for a verb of an equipment."""

from __future__ import annotations

from app.model.commands.verbs import Verb
from app.model.spec import Equipment
from app.views.actions.auto import AutoAction
from app.views.actions.close import CloseAction
from app.views.actions.gate_stop import GateStopAction
from app.views.actions.level import LevelAction
from app.views.actions.mode import ModeAction
from app.views.actions.open import OpenAction
from app.views.actions.reset import ResetAction
from app.views.actions.speed import SpeedAction
from app.views.actions.start import StartAction
from app.views.actions.stop import StopAction
from app.views.actions.verb import VerbAction

__all__ = ["action_for"]


def action_for(equipment: Equipment, verb: str) -> VerbAction:
    """Return the action of `verb`; raises ValueError for a verb that this program does not know."""
    if equipment.symbol == "gate" and verb == Verb.STOP:
        return GateStopAction()
    by_verb: dict[Verb, type[VerbAction]] = {
        a.verb: a
        for a in (
            StartAction, StopAction, AutoAction, ModeAction, SpeedAction, LevelAction, ResetAction, OpenAction,
            CloseAction,
        )
    }  # fmt: skip
    return by_verb[Verb(verb)]()
