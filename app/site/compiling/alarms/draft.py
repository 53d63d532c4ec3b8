"""An alarm half made: everything that was said of it, and where it is at home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.model.alarms.spec import AlarmKind
from app.model.spec import TagSpec
from app.site.compiling.instance import Instance
from app.site.compiling.layers import Layers

__all__ = ["Draft", "Home"]


@dataclass(frozen=True, slots=True)
class Home:
    """Where an alarm belongs. `device` is that of its tag, "" for one that no device stands behind; `equipment` is a
    path, "" where there is none."""

    facility: str = ""
    equipment: str = ""
    device: str = ""
    areas: tuple[str, ...] = ()
    instance: Instance | None = None
    parameters: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """One alarm before it is compiled. `owner` and `name` make its path. `fixed` is the kind that its name alone says
    (mismatch, comm…). `tag_said` are the layers of its tag, since a limit may be said there as a mark."""

    owner: str
    name: str
    said: Layers
    home: Home
    tag: TagSpec | None = None
    tag_said: Layers | None = None
    fixed: AlarmKind | None = None

    @property
    def path(self) -> str:
        return f"{self.owner}:{self.name}"

    def fault(self, word: str, message: str) -> None:
        """Note a fault where `word` of the alarm was said; of one cause once at a place."""
        self.said.fault(word, f"{self.path}: {message}")

    def limit_fault(self, message: str) -> None:
        """Note a fault of the limit: where it was said, which may be among the marks of its tag."""
        if self.said.says("limit") or self.tag_said is None:
            self.fault("limit", message)
        else:
            self.tag_said.fault("marks", f"{self.path}: {message}", "range")
