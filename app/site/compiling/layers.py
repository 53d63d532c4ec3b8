"""Something said in several places: the type says it first, an instance may say parts of it again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import BaseModel

from app.site.document import Loc

__all__ = ["Layer", "Layers", "Source"]


class Source(Protocol):
    """A file in which a fault can be placed."""

    def fault(self, loc: Loc, message: str, *, cause: str = "", at: int | None = None) -> None:
        """Note a fault at `loc` of this file, or at a character of the text there; `cause` as in `FaultList.add`."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One saying: the form, and where it stands."""

    source: Source
    loc: tuple[str | int, ...]
    form: BaseModel


@dataclass(frozen=True, slots=True)
class Layers:
    """Sayings about one thing, the weakest first; the weakest is complete, the others give what differs."""

    layers: tuple[Layer, ...]

    def get(self, name: str) -> Any:
        """Return what the strongest layer says of `name`, else the weakest layer's default."""
        return getattr(self.layer(name).form, name)

    def layer(self, name: str) -> Layer:
        """Return the strongest layer that says something of `name`, else the weakest of all."""
        return self._saying(name) or self.layers[0]

    def says(self, name: str) -> bool:
        """Return whether any layer says something of `name`."""
        return self._saying(name) is not None

    def fault(self, name: str, message: str, *others: str, at: int | None = None) -> None:
        """Note a fault where `name` was said, or where the thing was first declared.

        `others` are words that `name` must agree with: the fault is at whichever of them was said last, since it was
        that which spoilt the agreement. Of one cause only the first fault is noted at a place.
        """
        layer, said = self._latest((name, *others))
        if layer is None:
            self.layers[0].source.fault(self.layers[0].loc, message, cause=name)
        else:
            layer.source.fault((*layer.loc, said), message, cause=name, at=at)

    def over(self, layer: Layer | None) -> Layers:
        """Return these sayings with a stronger one added."""
        return self if layer is None else Layers((*self.layers, layer))

    def _latest(self, names: tuple[str, ...]) -> tuple[Layer | None, str]:
        for layer in reversed(self.layers):
            for name in names:
                if self._saying(name) is layer:
                    return layer, name
        return None, names[0]

    def _saying(self, name: str) -> Layer | None:
        for layer in reversed(self.layers):
            if name in layer.form.model_fields_set and getattr(layer.form, name) is not None:
                return layer
        return None
