"""First-out groups: which member came first, when one cause makes many alarms (OPC 10000-9, FirstInGroup)."""

from __future__ import annotations

from collections.abc import Iterable

from app.model.alarms.status import AlarmState, AlarmStatus

__all__ = ["FirstOutGroup"]


class FirstOutGroup:
    """The alarms of one group.

    The first member that stands in the main list while no other does is flagged, until the whole group is normal and
    acknowledged. Members that are aside count as normal: a shelved one must not hide which of the others came first.
    Feed the changes in the order in which they happened; within one batch that is the order of source times.
    """

    __slots__ = ("_first", "_standing")

    def __init__(self, restored: Iterable[AlarmStatus] = ()) -> None:
        """Begin normal, or where the restored members of the group stand."""
        members = tuple(restored)
        self._standing = {s.path for s in members if s.listed}
        self._first = next((s.path for s in members if s.first_out and self._standing), "")

    @property
    def first(self) -> str:
        """Path of the member that is flagged, "" for none."""
        return self._first

    def update(self, status: AlarmStatus) -> tuple[tuple[str, bool], ...]:
        """Take a member's new status; return whose flag is to be set or taken away, as (path, first out)."""
        before = self._first
        if status.listed:
            if not self._standing and status.state is AlarmState.UNACK:
                self._first = status.path
            self._standing.add(status.path)
        else:
            self._standing.discard(status.path)
            if not self._standing:
                self._first = ""
        if before == self._first:
            return ()
        return tuple((path, path == self._first) for path in (before, self._first) if path)
