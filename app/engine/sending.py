"""What a command says over the wire: the echo before, one write, and the questions what became of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from app.devices.base import CommandLink
from app.engine.posts import Post
from app.errors import BadReply, DeviceFault, LeaseLost, LinkDown, QianliyanError, Refused
from app.model.commands import events as ev
from app.model.commands.block import BlockOut, Echo, EchoResult
from app.model.commands.checks import HEARTBEAT_LIMIT_S
from app.model.reasons import plc_reason
from app.model.records import CommandState, Reason
from app.model.spec import TargetKind

__all__ = ["NOT_TAKEN_S", "NotNow", "ask_echo", "outcome", "prepare", "write"]

NOT_TAKEN_S: Final = HEARTBEAT_LIMIT_S + 2.0
"""After so long a PLC rejects the block for its heartbeat; one second of slack for its counter and one for ours."""


class NotNow(QianliyanError):
    """In the last moment before the send something stands against it: nothing was sent."""

    def __init__(self, dropped: ev.Dropped) -> None:
        super().__init__(dropped.reason.check)
        self.dropped = dropped


async def prepare(post: Post, link: CommandLink | None) -> tuple[Echo | None, str]:
    """Connect and read the echo as it stands before our write. Return (echo, "") or (None, what is wrong)."""
    if link is None:
        return None, "the device does not run"
    try:
        if not link.connected:
            await link.connect()
        return (None if post.block is None else await link.read_echo(post.block)), ""
    except DeviceFault as fault:
        return None, str(fault) or type(fault).__name__


async def write(post: Post, link: CommandLink, out: BlockOut, fence: Callable[[], None]) -> ev.Event:
    """Send the block, once, and return what happened."""
    try:
        if post.block is not None:
            await link.send(post.block, out, fence)
        else:
            await _write_direct(post, link, out, fence)
    except LeaseLost:
        return ev.Dropped(Reason("lease_lost"))
    except NotNow as fault:
        return fault.dropped
    except Refused as fault:
        return ev.Rejected(Reason("write_refused", {"what": str(fault)}))
    except (LinkDown, BadReply) as fault:
        return ev.LinkLost(Reason("link_lost", {"what": str(fault)}))
    return ev.Written()


async def _write_direct(post: Post, link: CommandLink, out: BlockOut, fence: Callable[[], None]) -> None:
    spec = post.spec
    if spec is None or spec.point is None:
        raise Refused("the command has no point of its own, and the station has no command block")
    await link.send_direct(spec.point, float(spec.code) if spec.target is TargetKind.NONE else out.value, fence)


async def ask_echo(post: Post, link: CommandLink) -> ev.Event | None:
    """Ask once what the PLC made of the block; None while it has not seen it."""
    assert post.block is not None and post.command.flight is not None
    try:
        echo = await link.read_echo(post.block)
    except DeviceFault as fault:
        return ev.LinkLost(Reason("link_lost", {"what": str(fault)}))
    if not _is_ours(post, echo):
        return None
    if echo.result == EchoResult.ACCEPTED:
        return ev.Accepted()
    if echo.result == EchoResult.REJECTED:
        return ev.Rejected(Reason(plc_reason(echo.reason)))
    return None


async def outcome(post: Post, link: CommandLink, now: float) -> ev.Resolved | bool:
    """Ask a PLC that is back what became of an unknown command. Return how it ended, True when feedback must judge,
    False when it is too early to say or the PLC cannot be asked."""
    assert post.block is not None and post.command.flight is not None
    try:
        if not link.connected:
            await link.connect()
        echo = await link.read_echo(post.block)
    except DeviceFault:
        return False
    if _is_ours(post, echo):
        if echo.result == EchoResult.REJECTED:
            return ev.Resolved(CommandState.FAILED, (Reason(plc_reason(echo.reason)),))
        return echo.result == EchoResult.ACCEPTED
    if now - post.command.flight.sent < NOT_TAKEN_S:
        return False
    if post.before is not None and echo.writes == post.before.writes:
        return ev.Resolved(CommandState.FAILED, (Reason("not_taken"),))
    return True


def _is_ours(post: Post, echo: Echo) -> bool:
    """Sequences begin anew with each epoch: only a write counter that moved makes an echo the answer to our block."""
    assert post.command.flight is not None
    moved = post.before is None or echo.writes != post.before.writes
    return moved and echo.sequence == post.command.flight.sequence
