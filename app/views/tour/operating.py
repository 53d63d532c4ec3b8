"""The tour's hands on the station page: real clicks on real widgets, nothing that an operator could not do."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractButton

from app.model.commands.checks import state_word
from app.model.records import Result
from app.model.spec import Equipment
from app.views.actions.operate import operate
from app.views.pages.faceplate.commands import CommandSection
from app.views.pages.faceplate.faceplate import Faceplate
from app.views.pages.station import StationPage
from app.views.state.causes import reason_words
from app.views.state.command_flow import Phase
from app.views.state.prechecks import blocking
from app.views.state.readings import reader
from app.views.tour.guide import Guide

__all__ = ["Operator"]

_COMMAND_S: Final = 30.0
_ANSWER_S: Final = 10.0


class Operator:
    """Opens faceplates on the mimic and presses their buttons."""

    def __init__(self, guide: Guide) -> None:
        self._guide = guide
        self._room = guide.room
        self._results: list[Result] = []
        self.against: dict[str, str] = {}
        """Why each pump that was looked at may not be started."""

    @property
    def _page(self) -> StationPage:
        page = self._guide.window.pages["station"]
        assert isinstance(page, StationPage)
        return page

    def is_running(self, pump: Equipment) -> bool:
        """Return True when the pump's feedback says so."""
        live = self._room.live
        return live is not None and state_word(pump, reader(live, now_ms=self._room.now_ms())) == "running"

    async def find_startable(self, *, timeout_s: float) -> Equipment | None:
        """Look through the stations for a stopped pump whose start nothing forbids."""
        deadline = time.monotonic() + timeout_s
        pumps = [e for e in self._room.live.site.equipment if e.symbol == "pump"] if self._room.live else []
        while time.monotonic() < deadline:
            for pump in pumps:
                if await self._open(pump) is not None and self._may_start(pump):
                    return pump
        return None

    async def start(self, pump: Equipment) -> tuple[str, float]:
        """Start, choose a reason, confirm; return outcome and seconds from the confirmation to the end."""
        outcome, seconds = await self._order(pump, "start", picture="faceplate-zh-confirm")
        await self._guide.until(lambda: self.is_running(pump), timeout_s=5)
        return outcome, seconds

    async def hand_back(self, pump: Equipment) -> str:
        """Return the pump to the PLC's automatic control, as nobody leaves a pump in Hand; return the outcome."""
        outcome, _ = await self._order(pump, "auto")
        return outcome

    async def _order(self, pump: Equipment, verb: str, *, picture: str = "") -> tuple[str, float]:
        section = await self._press(pump, verb)
        if section is None or not await self._guide.until(lambda: _ready(section), timeout_s=_ANSWER_S):
            return "cannot be pressed", 0.0
        if picture:
            await self._guide.settle()
            await self._guide.picture(picture)
        await self._guide.click(section.confirm.presets[0])
        if not await self._guide.until(section.confirm.confirm.isEnabled, timeout_s=_ANSWER_S):
            return "cannot be confirmed: " + "; ".join(line.text for line in section.confirm.reasons.lines), 0.0
        confirmed = time.monotonic()
        await self._guide.click(section.confirm.confirm)
        await self._guide.until(lambda: section.flow.phase is Phase.OVER, timeout_s=_COMMAND_S)
        return section.flow.outcome, time.monotonic() - confirmed

    async def be_refused(self, pump: Equipment) -> list[str]:
        """Ask for the reset of a trip that is not there; return the reasons that the confirm panel shows."""
        section = await self._press(pump, "reset")
        if section is None or not await self._guide.until(lambda: _ready(section), timeout_s=_ANSWER_S):
            return []
        await self._guide.click(section.confirm.presets[0])
        await self._guide.until(lambda: bool(section.confirm.reasons.lines), timeout_s=3)
        return [] if section.confirm.confirm.isEnabled() else [line.text for line in section.confirm.reasons.lines]

    async def insist(self, pump: Equipment) -> Result | None:
        """Send the same command past the disabled button: the engine decides, not the screen."""
        self._results.clear()
        self._room.result_arrived.connect(self._keep)
        section = self._section(pump)
        expect = section.flow.expect if section is not None else "any"
        request = operate(self._room, pump.path, "reset", value=None, expect=expect, reason="tour: must be refused")
        await self._guide.until(lambda: any(r.request_id == request for r in self._results), timeout_s=_ANSWER_S)
        self._room.result_arrived.disconnect(self._keep)
        return next((r for r in self._results if r.request_id == request), None)

    async def close(self, pump: Equipment) -> None:
        """Close the faceplate."""
        faceplate = self._guide.find(Faceplate, f"faceplate-{pump.path}")
        if faceplate is not None:
            await self._guide.click(faceplate.head.close_button)

    async def give_up(self, pump: Equipment) -> None:
        """Give back what is selected, by the Cancel button."""
        section = self._section(pump)
        if section is not None and section.flow.phase is Phase.CONFIRMING:
            await self._guide.click(section.confirm.cancel)

    def _keep(self, result: Result) -> None:
        self._results.append(result)

    def _section(self, pump: Equipment) -> CommandSection | None:
        faceplate = self._guide.find(Faceplate, f"faceplate-{pump.path}")
        return faceplate.commands if faceplate is not None else None

    def _may_start(self, pump: Equipment) -> bool:
        section = self._section(pump)
        live = self._room.live
        if section is None or live is None:
            return False
        word = state_word(pump, reader(live, now_ms=self._room.now_ms()))
        against = blocking(section.reasons("start", selected=False))
        self.against[pump.path] = f"{pump.path} {word}: " + "; ".join(reason_words(r, "en") for r in against)
        return word == "stopped" and not against

    async def _open(self, pump: Equipment) -> Faceplate | None:
        """Go to the station by the rail and click the pump on the mimic."""
        station = self._guide.find(QAbstractButton, f"nav-station-{pump.facility}")
        if station is None:
            return None
        if (
            self._guide.window.page is not self._page
            or self._page.facility is None
            or self._page.facility.id != pump.facility
        ):
            await self._guide.click(station)
        node = next((n for n in self._page.mimic.plan.nodes if n.equipment.path == pump.path), None)
        if node is None:
            return None
        await self._guide.click(self._page.mimic, QPoint(int(node.cx), int(node.cy)))
        return self._guide.find(Faceplate, f"faceplate-{pump.path}")

    async def _press(self, pump: Equipment, verb: str) -> CommandSection | None:
        """Press a verb on the faceplate, opened anew if need be."""
        if await self._open(pump) is None:
            return None
        section = self._section(pump)
        if section is None:
            return None
        if section.flow.phase is Phase.OVER:
            await self._guide.click(section.progress.dismiss)
        await self._guide.until(lambda: section.buttons[verb].isVisible(), timeout_s=3)
        await self._guide.click(section.buttons[verb])
        return section


def _ready(section: CommandSection) -> bool:
    return section.flow.phase is Phase.CONFIRMING and section.confirm.isVisible()
