"""The trends page: pens over time, live or paused, with what happened meanwhile and what every pen says."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar, Final

from PySide6.QtCore import QPoint, Qt, Slot
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app.model.spec import Facility
from app.model.trends import PENS, TrendGroup
from app.views import theme
from app.views.pages.base import Page
from app.views.pages.trends.bar import TrendBar
from app.views.pages.trends.exact import ExactReads
from app.views.pages.trends.follow import Follower
from app.views.pages.trends.groups import Groups
from app.views.pages.trends.legend import Legend
from app.views.pages.trends.marks import TrendMarks
from app.views.pages.trends.menus import PenMenu, compare_menu
from app.views.pages.trends.output import Output, SampleExport
from app.views.pages.trends.reads import TrendReads
from app.views.pages.trends.scenes import Scenes
from app.views.room import Room
from app.views.state.trend_asks import Wanted
from app.views.state.trend_groups import default_group, facility_of, same_pens, tags_for
from app.views.state.trend_marks import Cluster
from app.views.state.trend_pens import Added, TrendPens
from app.views.state.trend_window import TrendWindow
from app.views.widgets.panel import Panel
from app.views.widgets.trend_canvas import TrendCanvas
from app.views.widgets.trend_scene import Scene, height_for
from app.views.widgets.trend_table import TrendTable

__all__ = ["TrendsPage"]

_FASTEST_S: Final = 0.25
"""Between two pictures of a live trend: four a second."""
_SLOWEST_S: Final = 1.0
_WHILE_MOVED_S: Final = 0.1
"""Between two looks at the table while a hand moves the picture: nobody reads figures that fast."""
_MARKS_S: Final = 10.0
_LEAST_CANVAS: Final = 240


class TrendsPage(Page):
    """Values come in with each tick; a picture is made four times a second at most, and only if a px would differ."""

    page_id: ClassVar[str] = "trends"
    of_then: ClassVar[bool] = True

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(room, parent)
        self.window_ = TrendWindow()
        self.pens = TrendPens()
        self.scenes = Scenes(room, self.pens)
        self.reads = TrendReads(room, self)
        self.marks = TrendMarks(room, self)
        self.follower = Follower(room)
        self.legend = Legend(room, self.reads.awaits)
        self.exact = ExactReads(room, self.scenes, self)
        self.bar = TrendBar(room, self)
        self.groups, self.output = Groups(room, self), Output(room, self)
        self.export = SampleExport(room, self.bar)
        self.bar.put_export(self.export)
        self.canvas, self.table = TrendCanvas(self), TrendTable(self)
        self.group: TrendGroup | None = None
        """What was opened last; the pens may be others by now."""
        self._station: Facility | None = None
        self._refused = ""
        self._whole = False
        self._due_s = self._told_s = self._marked_s = -1e9
        self._stale, self._untold = True, False
        self._pens_seen: object = None
        self._lay_out()
        self._connect()
        self.retranslate()

    def title(self) -> str:
        return self.tr("Trends")

    # What is shown.

    def show_target(self, path: str) -> None:
        """Add what a path stands for: a tag, an alarm's tag, what an equipment measures, or a station's own group.
        Several are parted by line ends."""
        self.take_tags(tuple(filter(None, path.split("\n"))))

    def take_tags(self, paths: tuple[str, ...]) -> None:
        """Take tags that were dropped here. What is refused first is said."""
        refused = [said for path in paths if (said := self._show_one(path))]
        if paths:
            self.say(refused[0] if refused else "")
            self.look(rests=True)

    def open_station(self, facility: Facility) -> None:
        """Show a station's own group."""
        live = self.room.live
        if live is not None:
            self.open_group(default_group(live.site, facility, self.room.language), facility)

    def open_group(self, group: TrendGroup, station: Facility | None = None) -> None:
        """Show the pens of a group, and as much time as it says. `station`: whose own group it is."""
        live, self._station = self.room.live, station
        if live is None:
            return
        missing = self.pens.replace(group.pens, {t.path for t in live.site.tags})
        self.group = group
        self.window_.set_span(group.span_ms, self._now())
        self.say(self.tr("{} tags of this group are no longer there").format(missing) if missing else "")
        self.look(rests=True)

    def take_group(self, group: TrendGroup) -> None:
        """Say under which name the pens that are shown are kept."""
        self.group, self._station = group, None
        self.say("")

    def present_group(self) -> TrendGroup:
        """Return what is shown now, to be saved."""
        known = self.group or TrendGroup("", (), 0)
        return TrendGroup(known.name, self.pens.pens, self.window_.span_ms, known.owner, known.shared, known.id)

    def tick(self) -> None:
        self.export.tick()
        now = self._now()
        fresh = self.follower.tick(now)
        now_s = self.room.monotonic()
        if self.window_.live and now_s - self._marked_s >= _MARKS_S:
            self._marked_s = now_s
            self.marks.again()
        each_s = self.window_.span_ms / max(1, self.canvas.plot_width) / 1000.0
        each_s = min(_SLOWEST_S, max(_FASTEST_S, each_s))
        due = now_s >= self._due_s + each_s
        if due:
            # In step with what was due, so that four pictures a second come of ten ticks; long after it, anew.
            self._due_s = self._due_s + each_s if now_s < self._due_s + 2 * each_s else now_s
        if self._stale or (due and (self.window_.live or fresh)):
            self.look(rests=self.window_.live)
        elif self._untold or (fresh and self.canvas.cursor_ms is None and now_s - self._told_s >= _FASTEST_S):
            self.show_values()

    def retranslate(self) -> None:
        if self._station is not None and self.group is not None:
            self.group = replace(self.group, name=self._station.label.get(self.room.language))
        self.bar.retranslate()
        self.groups.retranslate()
        self.export.retranslate()
        self.marks.retell()
        self.table.set_heads({
            "name": self.tr("Pen"), "value": self.tr("Value"), "quality": self.tr("Quality"),
            "source": self.tr("Source time"), "second": self.tr("At B"), "delta": self.tr("B − A"),
            "least": self.tr("Min"), "greatest": self.tr("Max"), "mean": self.tr("Mean"),
            "integral": self.tr("Integral · on-time"), "beyond": self.tr("Beyond limit"),
        })  # fmt: skip
        self.legend.forget()
        self._stale = True
        if self.isVisible():
            self.look(rests=True)

    def site_changed(self) -> None:
        live = self.room.live
        self.reads.forget()
        self.scenes.forget()
        self.bar.search.site_changed()
        if live is not None:
            self.pens.replace(self.pens.pens, {t.path for t in live.site.tags})
        self.follower.skip()
        self._pens_seen = None
        self._stale = True

    def showEvent(self, event: QShowEvent) -> None:
        """What came while the page was away is read from history."""
        super().showEvent(event)
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
        self.follower.skip()
        for line in self.scenes.lines:
            line.forget_tail()
        self.groups.read()
        if not self.pens.pens:
            self._open_default()
        self.reads.again()
        self._stale = True

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.reads.cancel()
        self.exact.cancel()
        self.bar.search.close_results()

    @Slot()
    def look(self, *, rests: bool = False) -> None:
        """Draw what is there, and ask for what is not. `rests`: no hand moves the picture."""
        self._stale = False
        now = self._now()
        start, end = self.window_.edges(now)
        self._take_pens()
        lines = self.scenes.lines
        if self.isVisible():
            following = self.window_.live
            self.reads.look(lines, start, end, self.canvas.plot_width, following=following, rests=rests)
        self.canvas.set_scene(self._scene(start, end, now))
        self.canvas.set_progress(self.reads.progress)
        self._tell(start, end, now)
        self._untold = not rests and self.room.monotonic() < self._told_s + _WHILE_MOVED_S
        if not self._untold:
            self.show_values()

    @Slot()
    def show_values(self) -> None:
        """Tell in the table what every pen says."""
        scene = self.canvas.scene
        if scene is None:
            return
        self._told_s, self._untold = self.room.monotonic(), False
        self.legend.set_following(self.window_.live)
        self.bar.moment.setVisible(self.canvas.first is not None)
        second = self.canvas.second if self.canvas.first is not None else None
        rows = self.legend.rows(
            scene, self.bar.search.index, self.canvas.cursor_ms, second, self.exact.first, self.exact.second
        )
        self.table.set_rows(rows, self.pens.chosen, differences=second is not None)

    def _scene(self, start: int, end: int, now: int) -> Scene:
        live = self.room.live
        words = {"gap": self.tr("No record"), "unread": self.tr("Marks not read: too many"), "bad": self.tr("bad")}
        return Scene(
            start_ms=start, end_ms=end, now_ms=now, timezone=live.site.timezone if live is not None else "UTC",
            language=self.room.language, pens=self.scenes.views(), gaps=self.reads.gaps, marks=self.marks.marks,
            chosen=self.pens.chosen, live=self.window_.live, whole=self._whole, words=words,
            marks_from_ms=self.marks.from_ms,
        )  # fmt: skip

    def _take_pens(self) -> None:
        """Follow other lines once the pens are others."""
        if self._pens_seen != self.pens.revision:
            self._pens_seen = self.pens.revision
            self.scenes.views()
            self.follower.set_lines(self.scenes.lines)
            self.bar.search.set_taken(frozenset(p.tag for p in self.pens.pens))
            most = self.height() - self.bar.height() - self.table.minimumHeight() - 6 * theme.GAP
            self.canvas.setMinimumHeight(max(_LEAST_CANVAS, min(int(height_for(self.scenes.views())), most)))
            self._cursor_moved()

    def _tell(self, start: int, end: int, now: int) -> None:
        self.bar.show_time(self.window_, start, end, now)
        self.bar.said.setText(self._sentence())
        self.bar.said.setToolTip(self._sentence())
        name = self.group.name if self.group is not None else self.tr("Group")
        changed = self.group is not None and not same_pens(self.group.pens, self.pens.pens)
        self.bar.buttons["group"].setText(f"{name}{' *' if changed else ''} ▾")
        self.bar.buttons["compare"].setEnabled(bool(self.pens.pens))
        empty = self.tr("Drag a value here, or add one by its name  (Ctrl+F)")
        self.canvas.say("" if self.pens.pens else empty)
        self.canvas.setAccessibleName(f"{name}, {self.bar.badge.text}, {self.bar.range.text()}")

    def _sentence(self) -> str:
        if self._refused:
            return self._refused
        if self.reads.trouble:
            return f"⚠ {self.reads.trouble}"
        if self.reads.late:
            return self.tr("⚠ {} pens were not read in time: R reads again").format(self.reads.late)
        return ""

    def say(self, text: str) -> None:
        """Say a sentence above the picture."""
        self._refused = text
        self._stale = True

    def _now(self) -> int:
        return self.room.shown_ms()

    # Pens.

    def _show_one(self, path: str) -> str:
        """Show what a path stands for; return why something of it is not shown, "" if all is."""
        live = self.room.live
        if live is None:
            return ""
        site = live.site
        facility = facility_of(site, path)
        if facility is not None and path == facility.id:
            self.open_station(facility)
            return ""
        if not self.pens.pens and facility is not None:
            self.open_station(facility)
        found = tags_for(site, path)
        refused = [said for tag in found if (said := self._refusal(self.pens.add(live.spec(tag)), tag))]
        if not found:
            return self._refusal(Added.UNKNOWN, path)
        return refused[0] if refused else ""

    @Slot(str)
    def add(self, tag: str) -> None:
        """Add a tag, or say why not."""
        self.take_tags((tag,))

    def _refusal(self, done: Added, tag: str) -> str:
        if done is Added.FULL:
            return self.tr("{} pens are the most: take one away first").format(PENS)
        if done is Added.UNKNOWN:
            return self.tr("There is nothing to draw at {}").format(tag)
        return self.tr("{} holds text: there is nothing to draw").format(tag) if done is Added.TEXT else ""

    def _open_default(self) -> None:
        live = self.room.live
        facility = facility_of(live.site, live.site.facilities[0].id) if live is not None else None
        if facility is not None:
            self.open_station(facility)

    @Slot(int)
    def choose(self, place: int) -> None:
        """Choose a pen, or none."""
        self.pens.choose(place)
        self.look(rests=True)

    @Slot(int)
    def toggle(self, place: int) -> None:
        """Hide a pen or show it again."""
        self.pens.toggle(place)
        self.look(rests=True)

    @Slot(int)
    def remove(self, place: int) -> None:
        """Take a pen away."""
        self.pens.remove(place)
        self.say("")
        self.look(rests=True)

    def compare(self, place: int, shift_ms: int) -> None:
        """Draw a pen as it was so much earlier beside it, or take that away again."""
        self.say(self._refusal(self.pens.compare(place, shift_ms), ""))
        self.look(rests=True)

    @Slot()
    def _compare(self) -> None:
        place = self.pens.chosen if self.pens.chosen >= 0 else 0
        button = self.bar.buttons["compare"]
        compare_menu(self, place, self.room).popup(button.mapToGlobal(QPoint(0, button.height())))

    @Slot(int, QPoint)
    def _menu(self, place: int, at: QPoint) -> None:
        self.pens.choose(place)
        self.look(rests=True)
        PenMenu(self, place, self.room).popup(at)

    @Slot(int)
    def go(self, place: int) -> None:
        """Go where a pen's value stands."""
        self.room.navigate.emit("station", self.pens.pens[place].tag)

    # Time.

    @Slot(object)
    def _pan(self, by_ms: int) -> None:
        self.window_.pan(by_ms, self._now())
        self.look()

    @Slot(int)
    def _step(self, way: int) -> None:
        self.window_.pan(way * self.window_.span_ms // 2, self._now())
        self.look(rests=True)

    @Slot(float, object)
    def _zoom(self, factor: float, at_ms: int) -> None:
        self.window_.zoom(factor, at_ms, self._now())
        self.look()

    @Slot(object, object)
    def _box(self, start_ms: int, end_ms: int) -> None:
        self.window_.show(start_ms, end_ms, self._now())
        self.look(rests=True)

    @Slot(object)
    def show_span(self, span_ms: int) -> None:
        """Show more or less time."""
        self.window_.set_span(span_ms, self._now())
        self.look(rests=True)

    @Slot()
    def follow(self) -> None:
        """Back to live."""
        self.window_.follow()
        self.look(rests=True)

    @Slot()
    def _pause(self) -> None:
        if self.window_.live:
            self.window_.pause(self._now())
        else:
            self.window_.follow()
        self.look(rests=True)

    @Slot()
    def _toggle_whole(self) -> None:
        self._whole = not self._whole
        self.bar.buttons["whole"].setChecked(self._whole)
        self.look(rests=True)

    @Slot()
    def _jumped(self) -> None:
        """The room shows another instant: nothing that was drawn leads there."""
        self.reads.forget()
        self.follower.skip()
        self._stale = True

    @Slot()
    def _show_moment(self) -> None:
        """Put the room back to the instant of the cursor."""
        if self.canvas.first is not None:
            self.room.machine.go(self.canvas.first)

    @Slot()
    def read_again(self) -> None:
        """Read the past once more."""
        self.reads.again()

    # Cursor and marks.

    @Slot()
    def _cursor_moved(self) -> None:
        self.exact.put(self.canvas.cursor_ms, self.canvas.second if self.canvas.first is not None else None)
        self.show_values()

    @Slot(object)
    def _began(self, wanted: Wanted) -> None:
        live = self.room.live
        self._marked_s = self.room.monotonic()
        heads = dict.fromkeys(p.tag.partition("/")[0] for p in self.pens.pens)
        self.marks.ask(wanted, tuple(heads) if live is not None else ())

    @Slot(object)
    def _go_to_marks(self, cluster: Cluster) -> None:
        """Go to the one that a click on several means most: the highest alarm, else the first."""
        lead = cluster.lead
        if lead.page:
            self.room.navigate.emit(lead.page, lead.target)

    @Slot()
    def _restale(self) -> None:
        self._stale = True

    # Making.

    def _lay_out(self) -> None:
        self._canvas_panel, self._table_panel = Panel(self, headed=False), Panel(self, headed=False)
        self._canvas_panel.body.addWidget(self.canvas)
        self._table_panel.body.addWidget(self.table)
        split = QSplitter(Qt.Orientation.Vertical, self)
        split.addWidget(self._canvas_panel)
        split.addWidget(self._table_panel)
        split.setChildrenCollapsible(False)
        split.setStretchFactor(0, 1)
        split.setSizes([620, 270])
        split.setHandleWidth(theme.GAP)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(theme.GAP_L, theme.GAP_M, theme.GAP_L, theme.GAP_M)
        whole.setSpacing(theme.GAP)
        whole.addWidget(self.bar)
        whole.addWidget(split, 1)

    def _connect(self) -> None:
        canvas, table, bar, room = self.canvas, self.table, self.bar, self.room
        canvas.panned.connect(self._pan)
        canvas.zoomed.connect(self._zoom)
        canvas.boxed.connect(self._box)
        canvas.live_asked.connect(self.follow)
        canvas.pause_asked.connect(self._pause)
        canvas.whole_asked.connect(self._toggle_whole)
        canvas.span_asked.connect(self.show_span)
        canvas.cursor_changed.connect(self._cursor_moved)
        canvas.moment_asked.connect(self._show_moment)
        bar.moment.clicked.connect(self._show_moment)
        canvas.marks_chosen.connect(self._go_to_marks)
        canvas.resized.connect(self._restale)
        table.chosen.connect(self.choose)
        table.toggled.connect(self.toggle)
        table.removed.connect(self.remove)
        table.go_asked.connect(self.go)
        table.menu_asked.connect(self._menu)
        bar.search.wanted.connect(self.add)
        bar.span_asked.connect(self.show_span)
        bar.pan_asked.connect(self._step)
        bar.live.clicked.connect(self.follow)
        bar.buttons["whole"].clicked.connect(self._toggle_whole)
        bar.buttons["compare"].clicked.connect(self._compare)
        bar.buttons["group"].clicked.connect(self.groups.open_menu)
        bar.buttons["save"].clicked.connect(self.groups.save)
        bar.buttons["output"].clicked.connect(self.output.open_menu)
        self.reads.changed.connect(self._restale)
        self.reads.began.connect(self._began)
        self.marks.changed.connect(self._restale)
        self.exact.changed.connect(self.show_values)
        room.time_jumped.connect(self._jumped)
        room.engine_silent_changed.connect(self._restale)
        QShortcut(QKeySequence.StandardKey.Find, self, self.bar.search.begin)
        QShortcut(QKeySequence(Qt.Key.Key_R), self, self.read_again)
