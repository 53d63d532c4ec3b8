"""The performance page: the alarm system's figures of a period, beside their targets, in words, pictures and tables."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, Final

from PySide6.QtCore import Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.views import theme
from app.views.actions.export_figures import figures_export
from app.views.gateway.exporting import Progress
from app.views.gateway.performance import read_performance
from app.views.pages.base import Page
from app.views.pages.performance.bar import PeriodBar
from app.views.pages.performance.kpi_list import KpiList
from app.views.pages.performance.load_scatter import LoadScatter
from app.views.pages.performance.priority_split import PrioritySplit
from app.views.pages.performance.rate_chart import RateChart
from app.views.pages.performance.tables import FigureTables
from app.views.pages.performance.top_bars import TopBars, TopRow
from app.views.room import Room
from app.views.state.journal_filter import span_text
from app.views.state.performance_report import ENOUGH_DAYS, Report, kpi_rows
from app.views.state.performance_tables import FigureTable, tables_of
from app.views.state.sentences import Names
from app.views.widgets.export_bar import ExportBar
from app.views.widgets.panel import Panel

__all__ = ["PerformancePage"]

_AGAIN_S: Final = 60.0
_AGAIN_LONG_S: Final = 600.0
"""How often a period that ends now is read anew while it is shown: up to a day, and longer ones."""
_DAY_MS: Final = 86_400_000


class PerformancePage(Page):
    """One read is under way at most; another choice ends it."""

    page_id: ClassVar[str] = "performance"

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self.report: Report | None = None
        self.tables: dict[str, FigureTable] = {}
        self._progress: Progress | None = None
        self._read_s = float("-inf")
        self._trouble = ""
        self.bar, self.export = PeriodBar(room, self), ExportBar(room, self)
        self.bar.side.addWidget(self.export)
        self.said = QLabel(self)
        self.said.setWordWrap(True)
        self.said.setContentsMargins(14, 0, 14, theme.GAP)
        self.kpis, self.rate, self.scatter = KpiList(self), RateChart(self), LoadScatter(self)
        self.split, self.top, self.figures = PrioritySplit(self), TopBars(self), FigureTables(self)
        self._panels = {
            name: Panel(self, headed=name != "figures")
            for name in ("kpis", "rate", "scatter", "split", "top", "figures")
        }
        self._lay_out()
        self.bar.changed.connect(self.ask)
        self.export.wanted.connect(self._export)
        self.top.asked.connect(self._go)
        self.figures.asked.connect(self._go)
        self.retranslate()

    def title(self) -> str:
        return self.tr("Alarm performance")

    def tick(self) -> None:
        self.export.tick()
        if self._progress is not None:
            self._tell()
        elif self.bar.live:
            start, end = self.bar.span()
            again = _AGAIN_S if end - start <= _DAY_MS else _AGAIN_LONG_S
            if self.room.monotonic() - self._read_s >= again:
                self.ask()

    def retranslate(self) -> None:
        self.bar.retranslate()
        self.export.retranslate()
        self._show()

    def site_changed(self) -> None:
        self.bar.site_changed()
        self._show()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.report is None and self._progress is None:
            self.ask()

    @Slot()
    def ask(self) -> None:
        """Read the period that is chosen."""
        if self._progress is not None:
            self._progress.cancelled = True
        progress = self._progress = Progress()
        self._read_s = self.room.monotonic()
        start, end = self.bar.span()
        work = read_performance(start, end, live=self.bar.live, zone=self._zone(), progress=progress)
        self._tell()
        self.room.read_long(work, partial(self._arrived, progress), partial(self._failed, progress))

    def _zone(self) -> str:
        return self.room.present.applied.site.timezone if self.room.present.applied is not None else "UTC"

    def _lay_out(self) -> None:
        parts: dict[str, QWidget] = {
            "kpis": self.kpis, "rate": self.rate, "scatter": self.scatter, "split": self.split, "top": self.top,
            "figures": self.figures,
        }  # fmt: skip
        for name, part in parts.items():
            self._panels[name].body.addWidget(part)
        self._panels["kpis"].body.addWidget(self.said)
        pictures = QGridLayout()
        pictures.setSpacing(theme.GAP_M)
        pictures.addWidget(self._panels["rate"], 0, 0, 1, 2)
        pictures.addWidget(self._panels["scatter"], 1, 0)
        pictures.addWidget(self._panels["split"], 1, 1)
        pictures.setRowStretch(0, 5)
        pictures.setRowStretch(1, 6)
        above, below = QHBoxLayout(), QHBoxLayout()
        for line in (above, below):
            line.setSpacing(theme.GAP_M)
        self._panels["kpis"].setFixedWidth(580)
        self._panels["top"].setFixedWidth(580)
        above.addWidget(self._panels["kpis"])
        above.addLayout(pictures, 1)
        below.addWidget(self._panels["top"])
        below.addWidget(self._panels["figures"], 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.GAP_L, theme.GAP_M, theme.GAP_L, theme.GAP_L)
        whole.setSpacing(theme.GAP_M)
        whole.addWidget(self.bar)
        whole.addLayout(above, 5)
        whole.addLayout(below, 4)

    def _arrived(self, progress: Progress, report: Report | None) -> None:
        if progress is not self._progress:
            return
        self._progress, self._trouble = None, ""
        if report is not None:
            self.report = report
        self._show()

    def _failed(self, progress: Progress, sentence: str) -> None:
        if progress is self._progress:
            self._progress, self._trouble = None, sentence
            self._tell()

    def _show(self) -> None:
        self._name_panels()
        self._tell()
        report, language, zone = self.report, self.room.language, self._zone()
        if report is None:
            return
        site = self.room.present.applied.site if self.room.present.applied is not None else None
        self.tables = {t.id: t for t in tables_of(report, Names(site, language))}
        heads = (self.tr("Figure"), self.tr("Target"), self.tr("Verdict"))
        self.kpis.show_rows(kpi_rows(report), language, heads)
        self.rate.show_report(report, zone, 10.0, (self.tr("at most"), self.tr("average")))
        axes = (self.tr("average per 10 min"), self.tr("worst 10 min"), self.tr("manageable"))
        self.scatter.show_days(report.days, axes)
        self.split.show_shares(report.found.priorities)
        self.top.show_rows(self._top_rows(), self.tr("No alarm in this period"))
        self.figures.show_tables(self.tables, language, zone)

    def _top_rows(self) -> list[TopRow]:
        assert self.report is not None
        named = self.tables["top"].rows
        counted = self.report.found.top
        return [TopRow(c.path, str(n[0]), str(n[1]), c.count, c.share) for c, n in zip(counted, named, strict=True)]

    def _name_panels(self) -> None:
        report, panels = self.report, self._panels
        span = ""
        if report is not None:
            span = span_text(report.found.start_ms, report.found.end_ms, self._zone(), self.room.language)
            panels["kpis"].set_count(self.tr("Alarms: {}").format(report.found.alarms))
            panels["top"].set_count(f"{100 * report.found.top_share:.1f} %")
        panels["kpis"].set_title(self.tr("Figures and targets"), span)
        panels["rate"].set_title(self.tr("Alarms per 10 min"))
        panels["scatter"].set_title(self.tr("Load of each day"), self.tr("the ring is the last day"))
        panels["split"].set_title(self.tr("Priorities"), self.tr("the stroke is the most it should be"))
        panels["top"].set_title(self.tr("Ten most frequent"))

    def _tell(self) -> None:
        progress, report = self._progress, self.report
        if progress is not None and (report is None or progress.rows > 5_000):
            self.said.setText(self.tr("Reading… {} lines").format(progress.rows))
        elif self._trouble:
            self.said.setText(f"⚠ {self._trouble}")
        elif report is not None and not report.whole:
            self.said.setText(self.tr("More than {} lines: the oldest are left out").format(report.lines))
        elif report is not None and report.short:
            days = self.tr("Shorter than {} days: the verdicts are of this time only, not of the alarm system")
            self.said.setText(days.format(ENOUGH_DAYS))
        else:
            self.said.setText("")
        self.export.set_ready(report is not None)

    @Slot(str)
    def _export(self, suffix: str) -> None:
        """The buttons are grey until there is a report."""
        assert self.report is not None
        self.export.begin(suffix, figures_export(self.room, self.report, tuple(self.tables.values())))

    @Slot(str)
    def _go(self, path: str) -> None:
        self.room.navigate.emit("alarms", path)
