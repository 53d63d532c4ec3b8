"""The tour: a room that visits its own pages offscreen, acts once by the path an operator uses, and tells what it saw.

    values from every device → every page in both languages → a pump starts → a refusal → an upset → a flood,
    an acknowledgement, a shelf → the shift is handed over → the engine is away, trends → the past → figures

Each step is one JSON line on standard output: {"step": …, "ok": true or false, "seen": …}; a line without "ok" is a
figure. {"step": "upset-wanted"} and {"step": "flood-wanted"} ask whoever started the tour to upset the plant, and
{"step": "gap-wanted"} to let the engine be away for some seconds. The exit code is 1 if anything that was expected did
not happen.
"""

from __future__ import annotations

from pathlib import Path

from app.views.parts import Parts
from app.views.tour.alarming import acknowledge, flood, shelve
from app.views.tour.guide import Guide
from app.views.tour.handing_over import hand_over
from app.views.tour.looking_back import look_back
from app.views.tour.steps import act, measure, upset, values, visit
from app.views.tour.trending import trend

__all__ = ["run_tour"]


async def run_tour(parts: Parts, folder: Path) -> int:
    """Tour the room and return its exit code; pictures and report.json go to `folder`."""
    guide = Guide(parts, folder)
    await values(guide)
    await visit(guide, "normal")
    await act(guide)
    await upset(guide)
    await flood(guide)
    await acknowledge(guide)
    await shelve(guide)
    await hand_over(guide)
    await trend(guide)
    await look_back(guide)
    await measure(guide)
    return guide.end()
