"""`qianliyan live`: follow values in a terminal, from the frames, as a room does."""

from __future__ import annotations

import fnmatch
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from app.cli.times import shown_time

if TYPE_CHECKING:
    from app.model.records import AppliedSite
    from app.model.spec import TagSpec
    from app.storage.contract import FrameRow, RoomStore

__all__ = ["register"]

BELL_S = 1.0


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("live")(live)


def live(
    store: Annotated[
        str | None, typer.Option(help="A folder or a postgresql:// URL; by default QIANLIYAN_STORE.")
    ] = None,
    tag: Annotated[str, typer.Option(help="Only tags whose path matches, such as 'ps01/pump*/current'.")] = "*",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object per line; times as UTC ms.")] = False,
    once: Annotated[bool, typer.Option(help="Print what is known now and end.")] = False,
) -> None:
    """Follow values: path, value, unit, quality, source time, receipt time. Ends with Ctrl-C, or with --once."""
    from app.cli.words import language_of, words
    from app.config import load_config
    from app.storage.opening import open_room_store

    reader = open_room_store(load_config(store=store).store)
    try:
        follower = _Follower(reader, tag, as_json=as_json)
        known = follower.known()
        for line in known:
            print(line)
        if not known:
            typer.echo(words(follower.why_nothing(), language_of(None), tags=tag), err=True)
        while not once:
            for line in follower.changes():
                print(line, flush=True)
    except (KeyboardInterrupt, BrokenPipeError):
        pass  # the way a person ends it
    finally:
        reader.close()


@dataclass(frozen=True, slots=True)
class _Value:
    number: int
    value: float
    quality: int
    source_ms: int
    receipt_ms: int


class _Follower:
    """Reads frames in order and makes lines of them; goes over to another site when one is applied."""

    def __init__(self, reader: RoomStore, pattern: str, *, as_json: bool) -> None:
        self._reader = reader
        self._pattern = pattern
        self._as_json = as_json
        self._seq = 0
        self._revision = 0
        self._tags: dict[int, TagSpec] = {}
        self._texts: dict[int, str] = {}
        self._zone = ZoneInfo("UTC")

    def known(self) -> list[str]:
        """Return a line for every matching tag as it stands now, by path."""
        self._look_at_site()
        key = self._reader.newest_keyframe()
        if key is None:
            return []
        newest = {v.number: v for v in _values(key)}
        self._seq = key.seq
        while rows := self._reader.frames_after(self._seq):
            for row in rows:
                newest.update((v.number, v) for v in _values(row))
            self._seq = rows[-1].seq
        shown = [v for v in newest.values() if v.number in self._tags]
        return [self._line(v) for v in sorted(shown, key=lambda v: self._tags[v.number].path)]

    def why_nothing(self) -> str:
        """Return the key of the words that say why nothing is known."""
        if not self._revision:
            return "no_site"
        return "no_value" if self._tags else "no_tag"

    def changes(self) -> Iterator[str]:
        """Wait for the bell and yield a line for every matching sample that came."""
        self._reader.wait_bell(BELL_S)
        self._look_at_site()
        for row in self._reader.frames_after(self._seq):
            self._seq = row.seq
            if row.kind == 2:  # a key frame only repeats
                yield from (self._line(v) for v in _values(row) if v.number in self._tags)

    def _look_at_site(self) -> None:
        revision = self._reader.site_revision_in_force()
        if revision == self._revision:
            return
        applied: AppliedSite | None = self._reader.applied_site()
        if applied is not None:
            matching = (t for t in applied.site.tags if fnmatch.fnmatchcase(t.path, self._pattern))
            self._tags = {t.number: t for t in matching}
            self._zone = ZoneInfo(applied.site.timezone)
            self._revision = applied.revision

    def _line(self, value: _Value) -> str:
        from app.model.quality import Quality

        spec = self._tags[value.number]
        quality = Quality(value.quality).name.lower() if value.quality in set(Quality) else str(value.quality)
        if self._as_json:
            return json.dumps(self._object(spec, value, quality), ensure_ascii=False)
        times = f"{self._time(value.source_ms)}  {self._time(value.receipt_ms)}"
        return f"{spec.path:<36} {self._shown(spec, value.value):>14} {spec.unit:<6} {quality:<12} {times}"

    def _object(self, spec: TagSpec, value: _Value, quality: str) -> dict[str, Any]:
        plain: float | str | None = value.value if math.isfinite(value.value) else None
        if spec.kind == "text" and plain is not None:
            plain = self._text(int(value.value))
        return {
            "path": spec.path,
            "value": plain,
            "unit": spec.unit,
            "quality": quality,
            "source_ms": value.source_ms,
            "receipt_ms": value.receipt_ms,
        }

    def _shown(self, spec: TagSpec, value: float) -> str:
        if not math.isfinite(value):
            return "—"
        if spec.kind == "text":
            return self._text(int(value))
        if spec.kind == "analog":
            return f"{value:.{spec.decimals}f}"
        state = next((s.label.en for s in spec.states if s.value == value), None)
        return state or f"{value:.0f}"

    def _text(self, number: int) -> str:
        if number not in self._texts:
            newest = max(self._texts, default=0)
            self._texts.update((t.number, t.text) for t in self._reader.texts_after(newest))
        return self._texts.get(number, "")

    def _time(self, utc_ms: int) -> str:
        if utc_ms <= 0:
            return f"{'—':<29}"
        return shown_time(utc_ms, self._zone, "milliseconds")


def _values(row: FrameRow) -> Iterator[_Value]:
    from app.series.frames import decode

    for batch in decode(row.payload, t=row.t).batches:
        columns = (batch.tags.tolist(), batch.values.tolist(), batch.quality.tolist(), batch.source_ms.tolist())
        for number, value, quality, source_ms in zip(*columns, strict=True):
            yield _Value(number, value, quality, source_ms, batch.receipt_ms)
