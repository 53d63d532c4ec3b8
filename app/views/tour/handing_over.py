"""The tour hands the shift over: a sheet is made, read and signed by two people."""

from __future__ import annotations

from typing import Final

from PySide6.QtTest import QTest

from app.views.pages.shift.page import ShiftPage
from app.views.tour.guide import Guide

__all__ = ["hand_over"]

_ANSWER_S: Final = 15.0
_TRIES: Final = 4
"""In a storm something of the highest priority may change while a sheet is read: then it is made anew."""
_SECOND: Final = ("demo2", "demo-second")
"""The demo store's second person (docs/people.md): no live store has him."""


async def hand_over(guide: Guide) -> None:
    """Make the sheet, picture it in both languages, have it read and signed by both."""
    page = guide.window.pages["shift"]
    assert isinstance(page, ShiftPage)
    index = list(guide.window.pages).index("shift") + 1
    await guide.set_language("zh")
    await guide.go(f"Alt+{index}")
    made = await _make(guide, page)
    guide.say("the handover sheet is made", ok=made, seen=_sections(page))
    for language in ("zh", "en"):
        await guide.set_language(language)
        await guide.settle()
        await guide.picture(f"handover-{language}-sheet")
    signed = False
    for _ in range(_TRIES):
        if signed := await _sign(guide, page):
            break
        await _make(guide, page)
    pane = page.handover.pane
    guide.say("both read and sign the handover", ok=signed, seen="" if signed else pane.said.text())
    await guide.settle()
    await guide.picture("handover-en-signed")


async def _make(guide: Guide, page: ShiftPage) -> bool:
    await guide.click(page.new)
    return await guide.until(lambda: page.handover.pane.draft is not None, timeout_s=_ANSWER_S)


async def _sign(guide: Guide, page: ShiftPage) -> bool:
    """Let both read every item that must be read; the second person signs, then both."""
    pane, kept = page.handover.pane, len(page.model.rows)
    _read_all(page)
    fields = pane.second.form.fields
    for field, text in zip(fields.values(), _SECOND, strict=True):
        field.clear()
        QTest.keyClicks(field, text)
    await guide.click(pane.second.form.go)
    if not await guide.until(lambda: pane.second.person is not None, timeout_s=_ANSWER_S):
        return False
    _read_all(page)
    await guide.settle(0.3)
    if not pane.sign.isEnabled():
        return False
    await guide.click(pane.sign)
    return await guide.until(lambda: len(page.model.rows) > kept, timeout_s=_ANSWER_S)


def _read_all(page: ShiftPage) -> None:
    """Open every item for whoever reads now."""
    read = page.handover.pane.read
    for row in range(len(read.model.rows)):
        read.table.opened.emit(row)


def _sections(page: ShiftPage) -> str:
    sheet = page.handover.sheet
    if sheet is None:
        return "no sheet"
    lists = {name: len(rows) for name, rows in sheet.items() if isinstance(rows, list | tuple)}
    return ", ".join(f"{name} {count}" for name, count in lists.items() if count)
