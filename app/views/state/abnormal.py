"""What the room tells by itself beside the alarms: a silent engine, and wells that will spill at their present rise.

The engine judges alarms, and nobody else; this is what it cannot tell (that it is silent) and what is no alarm (an
outlook). Pure of Qt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from app.model.spec import Label, Site
from app.views.state.abnormal_rows import NO_VALUE, AbnormalRow, Kind
from app.views.state.live import LiveValues
from app.views.state.overflow import Outlook
from app.views.state.values import clock_text

__all__ = ["Judge"]

_SPILLS: Final = Label("按现升速将溢流", "Will spill at the present rise")
_REACHED: Final = Label("水位已达溢流水位", "The overflow level is reached")
_PUMP: Final = Label(
    "启动备用泵，检查格栅与出口闸，通知抢险", "Start standby pumps; check rack and outlet gate; call the field crew"
)
_SILENT: Final = Label("采集引擎无响应：全部数值不可信", "The engine is silent: no value is to be believed")
_PHONE: Final = Label(
    "画面数据不可信：电话核对现场，检查引擎进程", "Believe no value here: phone the stations, check the engine process"
)


class Judge:
    """Judges one site. Keeps between two judgements since when each row stands."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._since: dict[str, int] = {}
        self._facilities = {f.id: f for f in site.facilities}

    def judge(self, live: LiveValues, *, now_ms: int, outlooks: Mapping[str, Outlook]) -> tuple[AbnormalRow, ...]:
        """Return the rows that stand at `now_ms`, what comes soonest first. `outlooks` are the wells that rise, by
        facility. Within the same ten seconds, as the map tells them, they keep the site's order: rows do not swap
        places with every breath of a level."""
        silent = live.engine_silent
        rows = [_engine_row(self._site)] if silent else list(self._overflow(outlooks))
        began = _last_word(live, now_ms) if silent else now_ms
        self._since = {r.key: self._since.get(r.key, began) for r in rows}
        return tuple(replace(r, since_ms=self._since[r.key]) for r in rows)

    def begin_anew(self) -> None:
        """Forget since when rows stand: what was judged before does not lead to this instant."""
        self._since.clear()

    def _overflow(self, outlooks: Mapping[str, Outlook]) -> Iterator[AbnormalRow]:
        for facility_id, ahead in sorted(outlooks.items(), key=_step):
            facility = self._facilities.get(facility_id)
            if facility is None or not ahead.priority:
                continue
            left = clock_text(ahead.seconds)
            yield AbnormalRow(
                f"{facility_id}!overflow",
                ahead.priority,
                Kind.OVERFLOW,
                "station",
                facility.level or facility_id,
                facility_id,
                _REACHED if ahead.seconds <= 0 else _SPILLS,
                facility.label,
                _PUMP,
                value=NO_VALUE if ahead.seconds <= 0 else Label(f"{left} 后", f"in {left}"),
            )


def _step(item: tuple[str, Outlook]) -> float:
    return item[1].seconds // 10


def _last_word(live: LiveValues, now_ms: int) -> int:
    """Return when the newest value was measured; `now_ms` if there is none, or if a device's clock is ahead."""
    newest = int(live.source_ms.max(initial=0))
    return newest if 0 < newest < now_ms else now_ms


def _engine_row(site: Site) -> AbnormalRow:
    return AbnormalRow("engine", 1, Kind.ENGINE, "system", "engine", "", _SILENT, site.label, _PHONE)
