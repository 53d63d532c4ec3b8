"""Sentences of the station page that name a state, in the language Qt speaks now."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from app.model.spec import Equipment, Facility, Label, Site, TagSpec
from app.views.state.mimic import COLUMN_ROLES
from app.views.state.overflow import Rise
from app.views.state.station import Health, StationState
from app.views.state.values import number_text
from app.views.widgets.mimic_words import MimicWords

__all__ = ["caption_of", "destinations", "mimic_words", "rise_text", "station_line"]

_STORM = ("storm", "river")


def mimic_words(language: str, site: Site, facility: Facility, *, rise: str) -> MimicWords:
    """Return every text of the mimic."""
    translate = QCoreApplication.translate
    main, relief = destinations(site, facility)
    return MimicWords(
        language=language,
        inflow=translate("StationWords", "Inflow"),
        destination=_to(main, language),
        relief=_to(relief, language),
        local=translate("StationWords", "Local"),
        hold=translate("StationWords", "T", "one letter inside the hold tag"),
        start_wait=translate("StationWords", "Start allowed in {}"),
        starts_hour=translate("StationWords", "Starts this hour {}"),
        overflow=translate("StationWords", "Overflow"),
        high_float=translate("StationWords", "High float"),
        overflow_float=translate("StationWords", "Overflow float"),
        rise=rise,
        command=translate("StationWords", "Command under way"),
        selected=translate("StationWords", "Selected"),
    )


def destinations(site: Site, facility: Facility) -> tuple[Label | None, Label | None]:
    """Return where the main leads and, for a station with a second way out to a water, where that leads."""
    names = {f.id: f.label for f in site.facilities}
    out = [
        (link.kind, names[link.target]) for link in site.links if link.source == facility.id and link.target in names
    ]
    mains = [label for kind, label in out if kind not in _STORM]
    waters = [label for kind, label in out if kind in _STORM]
    if mains:
        return mains[0], waters[0] if waters else None
    return (waters[0] if waters else None), None


def station_line(state: StationState) -> str:
    """Say a station's state in a few words."""
    translate = QCoreApplication.translate
    if state.health is Health.ENGINE_SILENT:
        return translate("StationWords", "Engine silent")
    if state.health is Health.NO_COMMUNICATION:
        return translate("StationWords", "No communication")
    if state.health is Health.DOUBTFUL:
        return translate("StationWords", "Values not to be trusted")
    pumps = translate("StationWords", "Pumps {} of {}").format(state.pumps.running, state.pumps.total)
    if state.pumps.tripped:
        word = translate("StationWords", "{} tripped").format(state.pumps.tripped)
    else:
        word = translate("StationWords", "Abnormal") if state.priority else translate("StationWords", "Normal")
    return f"{word} · {pumps}"


def rise_text(rise: Rise | None, unit: str) -> str:
    """Say how fast a level moves; "" while it stands or is not known."""
    if rise is None or abs(rise.per_min) < 0.005:
        return ""
    sign = "▲" if rise.per_min > 0 else "▼"
    return f"{sign} {number_text(abs(rise.per_min), 2)} {unit}/min"


def caption_of(equipment: Equipment, role: str, spec: TagSpec, language: str) -> str:
    """Name a measurement in a few words: an instrument by its own name, everything else with its equipment's."""
    if equipment.type in COLUMN_ROLES and len(COLUMN_ROLES[equipment.type]) == 1:
        return equipment.label.get(language)
    if role == "inflow":
        return spec.label.get(language)
    return f"{equipment.label.get(language)} · {spec.label.get(language)}"


def _to(label: Label | None, language: str) -> str:
    return "" if label is None else f"→ {label.get(language)}"
