"""The command posts of a site: one per equipment that obeys commands, with the machine of its command."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.model.commands.block import Echo
from app.model.commands.endpoint import command_device
from app.model.commands.machine import Command
from app.model.spec import CommandBlock, CommandSpec, DeviceSpec, Equipment, Facility, Site

__all__ = ["Post", "posts_of"]


@dataclass(slots=True)
class Post:
    """One equipment at the command desk.

    `device` is the endpoint its commands go to, `place` stands for where they arrive. `detail` travels with each result
    of the command on its way. `before` is the PLC's echo before the write: a new write counter tells ours from an older
    one.
    `judged` becomes True when an unknown command's outcome is left to the feedback; `watched_from` is the monotonic
    time from which feedback counts.
    """

    equipment: Equipment
    facility: Facility
    device: str
    place: str
    commissioning: bool
    command: Command = field(default_factory=Command)
    spec: CommandSpec | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    before: Echo | None = None
    judged: bool = False
    watched_from: float | None = None
    asking: bool = False
    """An exchange with the PLC about this command is under way."""
    asked_at: float = float("-inf")

    @property
    def path(self) -> str:
        return self.equipment.path

    @property
    def block(self) -> CommandBlock | None:
        """The command block, None for a PLC without one."""
        return self.facility.block


def posts_of(site: Site, old: Mapping[str, Post]) -> dict[str, Post]:
    """Return the posts of a site; equipment that was there before keeps its selection and its last command."""
    posts = {}
    facilities = {f.id: f for f in site.facilities}
    tag_devices = {t.path: t.device for t in site.tags}
    commissioning = {d.id for d in site.devices if d.commissioning}
    devices = {d.id: d for d in site.devices}
    for equipment in site.equipment:
        if not equipment.commands:
            continue
        facility = facilities[equipment.facility]
        device = command_device(equipment, facility, tag_devices.get)
        place = _place(devices.get(device), facility)
        post = Post(equipment, facility, device, place, device in commissioning)
        if equipment.path in old:
            _take_over(post, old[equipment.path])
        posts[equipment.path] = post
    return posts


def _take_over(post: Post, old: Post) -> None:
    """Keep selection, and what is known of a command whose outcome is not."""
    post.command, post.detail, post.before = old.command, old.detail, old.before
    # An echo at another place is that of another PLC: it says nothing of an older command.
    post.judged, post.watched_from = old.judged or post.place != old.place, old.watched_from
    post.spec = None if old.spec is None else post.equipment.command(old.spec.verb)


def _place(device: DeviceSpec | None, facility: Facility) -> str:
    """Return a short name for where commands arrive and are echoed; another endpoint or block gives another one."""
    endpoint = None if device is None else (device.id, device.protocol, device.address)
    return hashlib.sha256(repr((endpoint, facility.block)).encode()).hexdigest()[:12]
